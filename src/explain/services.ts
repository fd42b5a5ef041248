/** Reports about mail and other services in words. Nothing here says that mail is safe: that is the sender's to see to. */
import type { DaneReason, TlsaView } from '../dane/outcome.ts';
import type { ValidationReason } from '../dnssec/outcome.ts';
import type { ReportsRecord, StsPolicy, StsRecord } from '../services/policies.ts';
import type {
  ConnectionReason,
  ConnectionReport,
  MailReport,
  PeerReport,
  ServiceAdvice,
  ServiceReason,
  ServiceReport,
} from '../services/report.ts';
import { explainAdvice } from './advice.ts';
import { type ChainLink, explainOutcome, explainZones, type LinkState } from './chain.ts';
import { explainAnyReason } from './dane.ts';
import { keyOf } from './validation.ts';
import type { Phrase, Words } from './words.ts';

export interface ServiceExplanation {
  /** The verdict in one sentence that names the domain. */
  readonly headline: string;
  /** One more, with the facts of the reason. */
  readonly why: string;
  /** The servers, the first to be tried first. */
  readonly peers: readonly ExplainedPeer[];
  /** MTA-STS and TLSRPT; empty where nobody looked. */
  readonly policies: readonly string[];
  readonly advice: readonly string[];
  /** Zones, root first. */
  readonly chain: readonly ChainLink[];
}

export interface ExplainedPeer {
  readonly state: LinkState;
  readonly title: string;
  readonly details: readonly string[];
}

export function explainMailReport(report: MailReport, words: Words): ServiceExplanation {
  const { domain, verdict, policies } = report;
  return {
    headline: words.say(`mail_headline_${verdict}`, words.quote(domain)).text,
    ...explainPeers(report, 'mail', words),
    policies: [
      ...(policies?.sts ? [explainSts(policies.sts, words).text] : []),
      ...(policies?.stsPolicy ? [explainStsPolicy(policies.stsPolicy, words).text] : []),
      ...(policies?.reports ? [explainReports(policies.reports, words).text] : []),
    ],
  };
}

export function explainServiceReport(report: ServiceReport, words: Words): ServiceExplanation {
  const { name, domain, service, verdict } = report;
  const facts = verdict === 'off' ? [words.quote(name)] : [words.quote(domain), words.quote(service)];
  return {
    headline: words.say(`service_headline_${verdict}`, ...facts).text,
    ...explainPeers(report, 'service', words),
    policies: [],
  };
}

type Kind = 'mail' | 'service';

function explainPeers(report: MailReport | ServiceReport, kind: Kind, words: Words) {
  return {
    why: explainReasonOf(report.reason, words).text,
    peers: report.peers.map((peer) => explainPeer(peer, kind, words)),
    advice: report.advice.map((advice) => adviceLine(advice, words).text),
    chain: explainZones(report.zones, words),
  };
}

function explainReasonOf(reason: ServiceReason, words: Words): Phrase {
  const { say, sayPlural, number, name, quote } = words;
  switch (reason.code) {
    case 'all-published':
    case 'none-published':
    case 'all-accepted':
      return sayPlural(`services_${keyOf(reason.code)}`, reason.peers, number(reason.peers));
    case 'some-published':
      return sayPlural('services_some_published', reason.published, number(reason.peers), number(reason.published));
    case 'too-many-peers':
      return say('services_too_many_peers', number(reason.peers), number(reason.looked));
    case 'peer-refused':
      return say('services_peer_refused', name(reason.host), quote(reason.address));
    case 'peer-unreached':
      return say('services_peer_unreached', name(reason.host));
    case 'null-mx':
    case 'domain-absent':
    case 'no-server':
    case 'srv-absent':
    case 'not-offered':
    case 'not-a-service-name':
      return say(`services_${keyOf(reason.code)}`);
    default:
      return explainAnyReason(reason, words);
  }
}

function explainPeer(peer: PeerReport, kind: Kind, words: Words): ExplainedPeer {
  const { say, name, list, quote } = words;
  const { alias, base, host, addresses, references, connections = [] } = peer;
  const lines: Phrase[] = [
    say(`${kind}_treatment_${keyOf(peer.treatment)}`),
    explainPeerReason(peer.reason, words),
    ...(alias === undefined ? [] : [say('peer_alias', name(alias))]),
    ...(addresses.length === 0 ? [] : [say('peer_addresses', list(addresses.map(quote)))]),
    ...(base === host ? [] : [say('peer_base', name(base))]),
    // Names count for all usages but 3 (RFC 7671 section 5.1).
    ...(peer.tlsa.some(({ usage }) => usage !== null && usage < 3)
      ? [say('peer_references', list(references.map(name)))]
      : []),
    ...(connections.length > 0 ? [] : peer.tlsa.map((view) => recordLine(view, words))),
    ...connections.flatMap((connection) => connectionLines(connection, words)),
  ];
  return { state: stateOf(peer), title: peerTitle(peer, words).text, details: lines.map(({ text }) => text) };
}

function peerTitle({ host, port, preference, weight }: PeerReport, { say, name }: Words): Phrase {
  if (weight !== undefined && preference !== undefined) {
    return say('peer_priority', name(host), port, preference, weight);
  }
  return preference === undefined
    ? say('peer_title_port', name(host), port)
    : say('peer_preference', name(host), preference);
}

function stateOf({ treatment, reason, connections = [], lookups }: PeerReport): LinkState {
  if (connections.some(({ result }) => result === 'refused')) return 'broken';
  if (treatment === 'skip') {
    if (reason.code === 'no-address') return 'open';
    return lookups.some(({ security }) => security === 'bogus') ? 'broken' : 'unknown';
  }
  if (connections.length > 0 && !connections.some(({ result }) => result === 'accepted')) return 'unknown';
  return treatment === 'verify' || (treatment === 'usual rules' && connections.length > 0) ? 'good' : 'open';
}

function explainPeerReason(reason: PeerReport['reason'], words: Words): Phrase {
  const { say, sayPlural, number } = words;
  switch (reason.code) {
    case 'tlsa-published':
      return sayPlural('peer_tlsa_published', reason.usable, number(reason.usable));
    case 'tlsa-unusable':
      return sayPlural('peer_tlsa_unusable', reason.records, number(reason.records));
    case 'tlsa-absent':
    case 'name-too-long':
    case 'no-address':
    case 'list-unsigned':
    case 'list-absent':
      return say(`peer_${keyOf(reason.code)}`);
    default:
      return explainAnyReason(reason satisfies ValidationReason, words);
  }
}

/** Of a record's value as many characters as tell it from others. */
const SHOWN_DATA = 24;

function recordLine(view: TlsaView, words: Words): Phrase {
  const { usage, selector, matchingType, data, outcome } = view;
  const numbers = [usage, selector, matchingType].map((field) => field ?? '?').join(' ');
  const value = data.length > SHOWN_DATA ? `${data.slice(0, SHOWN_DATA)}…` : data;
  // Where nobody connected, there is nothing to say of what a record came to.
  if (outcome.code === 'not-judged') return words.say('peer_record_alone', numbers, value);
  return words.say('peer_record', numbers, value, explainOutcome(outcome, words));
}

function connectionLines({ address, result, reason, tlsa, said }: ConnectionReport, words: Words): Phrase[] {
  const { say, quote } = words;
  return [
    say(`connection_${result}`, quote(address), explainConnectionReason(reason, words)),
    ...tlsa.map((view) => recordLine(view, words)),
    ...(said === undefined ? [] : [say('connection_said', quote(said))]),
  ];
}

function explainConnectionReason(reason: ConnectionReason, words: Words): Phrase {
  const { say, list, name } = words;
  switch (reason.code) {
    case 'encrypted':
      return say('connection_encrypted');
    case 'pkix-valid':
    case 'pkix-invalid':
      return say(`connection_${keyOf(reason.code)}`, list(reason.references.map(name)));
    case 'fault':
      return say(`connection_fault_${keyOf(reason.fault)}`);
    case 'in-clear':
      return say('connection_in_clear', say(`connection_fault_${keyOf(reason.fault)}`));
    default:
      return explainAnyReason(reason satisfies DaneReason, words);
  }
}

function explainSts(record: StsRecord, words: Words): Phrase {
  return explainRecord('sts', record, record.state === 'found' ? words.quote(record.id) : undefined, words);
}

function explainReports(record: ReportsRecord, words: Words): Phrase {
  const addresses = record.state === 'found' ? words.list(record.addresses.map(words.quote)) : undefined;
  return explainRecord('reports', record, addresses, words);
}

function explainRecord(
  kind: 'sts' | 'reports',
  record: StsRecord | ReportsRecord,
  found: Phrase | undefined,
  words: Words,
): Phrase {
  const { say, number, quote } = words;
  const facts = (): Phrase[] => {
    switch (record.state) {
      case 'found':
        return found === undefined ? [] : [found];
      case 'absent':
        return [];
      case 'several':
        return [number(record.records)];
      case 'malformed':
        return [quote(record.text)];
      case 'unknown':
        return [explainAnyReason(record.reason, words)];
    }
  };
  const sentence = say(`policy_${kind}_${record.state}`, ...facts());
  return record.security === 'insecure' && record.state !== 'absent' ? say('policy_unsigned', sentence) : sentence;
}

function explainStsPolicy(policy: StsPolicy, words: Words): Phrase {
  const { say, list, quote, duration } = words;
  const url = quote(policy.url);
  switch (policy.state) {
    case 'found': {
      const { mode, patterns, maxAgeSeconds } = policy;
      const hosts = patterns.length === 0 ? say('sts_policy_no_hosts') : list(patterns.map(quote));
      return say('sts_policy_found', mode, hosts, duration(maxAgeSeconds));
    }
    case 'malformed':
      return say('sts_policy_malformed', url, say(`sts_policy_fault_${keyOf(policy.fault)}`));
    case 'unfetched':
      return say('sts_policy_unfetched', url, say(`sts_policy_unfetched_${keyOf(policy.why)}`, policy.status ?? ''));
  }
}

function adviceLine(advice: ServiceAdvice, words: Words): Phrase {
  const { say, name, quote } = words;
  const key = `service_advice_${keyOf(advice.code)}`;
  switch (advice.code) {
    case 'tlsa':
      return say(key, name(advice.host), explainAdvice(advice.advice, words));
    case 'mail-pkix-usage':
      return say(key, name(advice.host), advice.usage);
    case 'send-issuer':
    case 'prefer-3-1-1':
    case 'unprotected-beside-protected':
    case 'sts-misses-host':
      return say(key, name(advice.host));
    case 'alias':
      return say(key, name(advice.host), name(advice.target));
    case 'null-mx-preference':
      return say(key, advice.preference);
    case 'address-as-host':
      return say(key, quote(advice.host));
    case 'null-mx-not-alone':
    case 'no-failure-reports':
      return say(key);
  }
}
