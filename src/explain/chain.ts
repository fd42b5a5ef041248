/** The chain of trust link by link: zones from the root down, then the published records, then the certificates. */
import type { CertificateView, PathFault, TlsaOutcome, TlsaView } from '../dane/outcome.ts';
import type { Security, SignatureView, ZoneStep } from '../dnssec/outcome.ts';
import type { LookupView, Report, SiteVerdict } from '../report.ts';
import { explainPathFault, place } from './dane.ts';
import { algorithmName, digestName, explainValidation, keyOf, unknownReason } from './validation.ts';
import type { Phrase, Words } from './words.ts';

/** `broken` is kept for contradictions; `open`: nothing vouches here, and that is no fault. */
export type LinkState = 'good' | 'open' | 'broken' | 'unknown';

export interface ChainLink {
  readonly kind: 'zone' | 'tlsa' | 'certificate';
  readonly state: LinkState;
  readonly title: string;
  readonly details: readonly string[];
}

export interface PhrasedLink {
  readonly kind: ChainLink['kind'];
  readonly state: LinkState;
  readonly title: Phrase;
  readonly details: readonly Phrase[];
}

export function explainChain(report: Report, words: Words): ChainLink[] {
  const links = [
    ...report.zones.map((zone) => zoneLink(zone, words)),
    ...tlsaLinks(report, words),
    ...certificateLinks(report, words),
  ];
  return links.map(plain);
}

export function explainZones(zones: readonly ZoneStep[], words: Words): ChainLink[] {
  return zones.map((zone) => plain(zoneLink(zone, words)));
}

function plain({ kind, state, title, details }: PhrasedLink): ChainLink {
  // Two denial records signed alike are one line.
  return { kind, state, title: title.text, details: [...new Set(details.map(({ text }) => text))] };
}

export const SECURITY_STATES: Readonly<Record<Security, LinkState>> = {
  secure: 'good',
  insecure: 'open',
  bogus: 'broken',
  indeterminate: 'unknown',
};

function zoneLink(zone: ZoneStep, words: Words): PhrasedLink {
  const { say, sayPlural, list, name } = words;
  const details: Phrase[] = [];
  if (zone.reason.code !== 'validated') details.push(explainValidation(zone.reason, words));
  if (zone.ds.length > 0) {
    const items = zone.ds.map(({ keyTag, digestType }) => say('zone_ds_item', keyTag, digestName(digestType, words)));
    details.push(sayPlural(zone.anchored ? 'zone_anchored' : 'zone_ds', items.length, list(items)));
  }
  if (zone.keys.length > 0) {
    const items = zone.keys.map(({ keyTag, algorithm, entryPoint }) =>
      say(entryPoint ? 'zone_key_entry' : 'zone_key', keyTag, algorithmName(algorithm, words)),
    );
    details.push(sayPlural('zone_keys', items.length, list(items)));
  }
  details.push(...zone.signatures.map((signature) => signatureLine(signature, words)));
  const title = zone.zone === '.' ? say('zone_title_root') : say('zone_title', name(zone.zone));
  return { kind: 'zone', state: SECURITY_STATES[zone.security], title, details };
}

function signatureLine({ type, keyTag, algorithm, expiration, valid }: SignatureView, words: Words): Phrase {
  const method = algorithmName(algorithm, words);
  return valid
    ? words.say('signature_line', type, keyTag, method, words.date(expiration))
    : words.say('signature_line_failed', type, keyTag, method);
}

function tlsaLinks(report: Report, words: Words): PhrasedLink[] {
  const asked = report.lookups.filter(({ type }) => type === 'TLSA').flatMap((lookup) => lookupLines(lookup, words));
  const { reason, verdict } = report;
  if (report.tlsa.length > 0) {
    return report.tlsa.map((view, i) => tlsaLink(view, verdict, i === 0 ? asked : [], words));
  }
  if (reason.code === 'tlsa-absent') {
    return [{ kind: 'tlsa', state: 'open', title: words.say('tlsa_title_none'), details: asked }];
  }
  const last = report.lookups.findLast(({ type }) => type === 'TLSA');
  if (last === undefined) return [];
  const state = last.security === 'secure' ? 'unknown' : SECURITY_STATES[last.security];
  return [{ kind: 'tlsa', state, title: words.say('tlsa_title_unknown'), details: asked }];
}

export function lookupLines(lookup: LookupView, words: Words): Phrase[] {
  const { say, name } = words;
  return [
    say('tlsa_at', name(lookup.name)),
    ...lookup.aliases.map(({ owner, target }) => say('tlsa_alias', name(owner), name(target))),
    ...(lookup.reason.code === 'validated' ? [] : [explainValidation(lookup.reason, words)]),
    ...lookup.signatures.map((signature) => signatureLine(signature, words)),
  ];
}

export function tlsaLink(view: TlsaView, verdict: SiteVerdict, asked: readonly Phrase[], words: Words): PhrasedLink {
  const { say, quote } = words;
  const { usage, selector, matchingType, data, outcome } = view;
  const fit = explainOutcome(outcome, words);
  const state = tlsaState(outcome, verdict);
  if (usage === null || outcome.code === 'unusable') {
    const numbers = [usage, selector, matchingType].join(' ');
    const title = usage === null ? say('tlsa_title_malformed') : say('tlsa_title', numbers);
    return { kind: 'tlsa', state, title, details: [fit, say('tlsa_data', quote(data)), ...asked] };
  }
  const compares = say('tlsa_compares', say(`tlsa_selector_${selector}`), say(`tlsa_matching_${matchingType}`));
  return {
    kind: 'tlsa',
    state,
    title: say('tlsa_title', `${usage} ${selector} ${matchingType}`),
    details: [fit, say(`tlsa_usage_${usage}`), compares, say('tlsa_data', quote(data)), ...asked],
  };
}

/** A record that does not fit contradicts something only where no other fits: stale records are normal (RFC 7671 8). */
function tlsaState({ code }: TlsaOutcome, verdict: SiteVerdict): LinkState {
  if (code === 'matched') return 'good';
  if (code === 'unusable' || code === 'superseded') return 'open';
  if (code === 'not-judged' || code === 'issuer-unread') return 'unknown';
  return verdict === 'mismatch' ? 'broken' : 'open';
}

export function explainOutcome(outcome: TlsaOutcome, words: Words): Phrase {
  const { say } = words;
  switch (outcome.code) {
    case 'matched':
      return say(outcome.bareKey ? 'tlsa_outcome_matched_key' : 'tlsa_outcome_matched', place(outcome.depth, words));
    case 'not-matched':
      return say('tlsa_outcome_not_matched');
    case 'superseded':
      return say('tlsa_outcome_superseded');
    case 'unusable':
      return say(`tlsa_unusable_${keyOf(outcome.why)}`);
    case 'pkix-failed':
      return say(outcome.pkix === 'unknown' ? 'tlsa_outcome_pkix_unknown' : 'tlsa_outcome_pkix_failed');
    case 'issuer-unread':
      return say('tlsa_outcome_issuer_unread');
    case 'path-failed':
      return say('tlsa_outcome_path_failed', explainPathFault(outcome.fault, words));
    case 'not-judged':
      return say('tlsa_outcome_not_judged');
    default:
      return unknownReason(outcome);
  }
}

function certificateLinks(report: Report, words: Words): PhrasedLink[] {
  const { certificate, verdict } = report;
  if (certificate.kind === 'none') {
    // Where DNS alone decided, there is no certificate in the picture at all.
    if (certificate.why === 'not needed') return [];
    const details = [words.say(`unread_${keyOf(certificate.why)}`)];
    return [{ kind: 'certificate', state: 'unknown', title: words.say('certificate_title_none'), details }];
  }
  const matched = new Set<number>();
  const failed = new Set<number>();
  for (const { outcome } of report.tlsa) {
    if (outcome.code === 'matched') matched.add(outcome.depth);
    const depth = outcome.code === 'path-failed' ? faultDepth(outcome.fault) : undefined;
    if (depth !== undefined) failed.add(depth);
  }
  return certificate.chain.map((view): PhrasedLink => {
    const broken = verdict === 'mismatch' && (view.depth === 0 || failed.has(view.depth));
    const state = matched.has(view.depth) ? 'good' : broken ? 'broken' : 'open';
    const title = view.subject === '' ? words.say('certificate_title_empty') : words.quote(view.subject);
    return { kind: 'certificate', state, title, details: certificateLines(view, report.checkedAt, words) };
  });
}

function faultDepth(fault: PathFault): number | undefined {
  return 'depth' in fault ? fault.depth : undefined;
}

export function certificateLines(view: CertificateView, now: number, words: Words): Phrase[] {
  const { say, quote, list, date, distance } = words;
  const dates = [date(view.notBefore), date(view.notAfter)];
  const validity =
    now > view.notAfter
      ? say('certificate_expired', ...dates, distance(view.notAfter, now))
      : now < view.notBefore
        ? say('certificate_future', ...dates, distance(view.notBefore, now))
        : say('certificate_dates', ...dates);
  return [
    ...(view.names.length > 0 ? [say('certificate_names', list(view.names.map(quote)))] : []),
    say('certificate_issuer', quote(view.issuer)),
    ...(view.fetchedFrom === undefined ? [] : [say('certificate_fetched', quote(view.fetchedFrom))]),
    ...(view.appended ? [say('certificate_appended')] : []),
    validity,
    say('certificate_sha256', view.sha256),
    say('certificate_spki', view.spkiSha256),
  ];
}
