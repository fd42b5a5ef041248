/**
 * DANE for a domain's mail (RFC 7672): are the MX records signed, what does each host publish, and what would a sender
 * that follows DANE do with each. Nothing here says that mail is safe: that takes a sender who looks.
 */
import { offReport } from '../check.ts';
import { classifyHost } from '../dane/owner.ts';
import { TYPE } from '../dns/codes.ts';
import { MAX_NAME_OCTETS, Name } from '../dns/name.ts';
import { type Mx, parseMx } from '../dns/rdata.ts';
import { type LookupOutcome, sumOfWork } from '../dnssec/lookup.ts';
import { adviseOnList } from './advice.ts';
import { MAIL_RULES, textOf } from './peer.ts';
import { type Candidate, Gathering, judgePeers, type PeersInput, refusalAmong } from './peers.ts';
import {
  type FetchPolicy,
  parseStsPolicy,
  readReportsRecord,
  readStsRecord,
  type StsPolicy,
  stsAllows,
  stsPolicyUrl,
} from './policies.ts';
import type { MailReport, PeerReport, ServiceAdvice, ServiceReason, ServiceVerdict } from './report.ts';

export interface MailInput extends PeersInput {
  /** The domain of mail addresses, in A-labels. */
  readonly domain: string;
  /** 25, unless servers are elsewhere for a test. */
  readonly port?: number;
  /** Fetches the MTA-STS policy where the record says that there is one. Left out: it is not fetched. */
  readonly fetchPolicy?: FetchPolicy;
}

const SMTP_PORT = 25;

/** Never rejects: whatever goes wrong is a verdict with its reason. */
export async function checkMail(input: MailInput): Promise<MailReport> {
  // RFC 7672 section 2.2: an address literal (RFC 5321 section 4.1.3) has neither MX nor TLSA records.
  const domain = classifyHost(input.domain.replace(/^\[(?:IPv6:)?(.*)\]$/is, '$1'));
  if (domain.kind !== 'name') return offMail(input, domain.kind);
  const report = await new MailCheck(input, domain.name).run();
  const ask = report.verdict === 'bogus' ? input.secondLook?.(report.reason) : undefined;
  if (ask === undefined) return report;
  const again = await new MailCheck({ ...input, ask }, domain.name).run();
  const better = again.verdict === 'bogus' || again.verdict === 'indeterminate' ? report : again;
  return { ...better, work: sumOfWork(report.work, again.work) };
}

function offMail(input: MailInput, code: 'address-literal' | 'single-label' | 'bad-host'): MailReport {
  const { domain, port = SMTP_PORT, now } = input;
  const { reason, checkedAt, validUntil, work } = offReport({ host: domain, port, now }, { code, host: domain });
  return {
    version: 1,
    domain,
    port,
    verdict: 'off',
    reason: reason as ServiceReason,
    checkedAt,
    validUntil,
    listSecurity: 'indeterminate',
    route: 'none',
    peers: [],
    leftOut: 0,
    lookups: [],
    zones: [],
    advice: [],
    resolvers: [],
    work,
  };
}

interface Route {
  readonly route: MailReport['route'];
  readonly candidates: readonly Candidate[];
}

class MailCheck {
  readonly #input: MailInput;
  readonly #domain: Name;
  readonly #port: number;
  readonly #gathering: Gathering;

  constructor(input: MailInput, domain: Name) {
    this.#input = input;
    this.#domain = domain;
    this.#port = input.port ?? SMTP_PORT;
    this.#gathering = new Gathering(input);
  }

  async run(): Promise<MailReport> {
    const stsOwner = below('_mta-sts', this.#domain);
    const reportsOwner = below('_smtp._tls', this.#domain);
    const policyOwners = [stsOwner, reportsOwner].filter((owner) => owner !== undefined);
    this.#gathering.validator.prefetch([
      { name: this.#domain, type: TYPE.MX },
      ...policyOwners.map((name) => ({ name, type: TYPE.TXT })),
    ]);
    const mx = await this.#gathering.lookup(this.#domain, TYPE.MX);
    const found = this.#judgeMx(mx);
    const peers = 'candidates' in found ? await this.#gathering.peers(found.candidates, MAIL_RULES) : [];
    const total = 'candidates' in found ? found.candidates.length : 0;
    const { verdict, reason } = 'candidates' in found ? this.#judge(mx, peers, total) : found;

    const sts = stsOwner && readStsRecord(await this.#gathering.lookup(stsOwner, TYPE.TXT));
    const reports = reportsOwner && readReportsRecord(await this.#gathering.lookup(reportsOwner, TYPE.TXT));
    const stsPolicy = sts?.state === 'found' ? await this.#fetchPolicy() : undefined;
    const advice: ServiceAdvice[] = [
      ...this.#gathering.advice,
      ...adviseOnList(peers),
      ...missedBySts(stsPolicy, peers),
      // Who publishes records wants to hear of senders that find none to fit (RFC 8460 section 1).
      ...(peers.some(({ treatment }) => treatment === 'verify') && reports?.state === 'absent'
        ? [{ code: 'no-failure-reports' } as const]
        : []),
    ];
    return {
      version: 1,
      domain: textOf(this.#domain),
      port: this.#port,
      verdict,
      reason,
      listSecurity: mx.security,
      route: 'route' in found ? found.route : 'none',
      peers,
      leftOut: total - peers.length,
      policies: { ...(sts && { sts }), ...(stsPolicy && { stsPolicy }), ...(reports && { reports }) },
      advice,
      ...this.#gathering.summary(verdict),
    };
  }

  /** Where mail goes, or why it goes nowhere. */
  #judgeMx(mx: LookupOutcome): Route | { verdict: ServiceVerdict; reason: ServiceReason } {
    // RFC 7672 section 2.1.1: without an answer that can be relied on, senders wait.
    if (mx.security === 'bogus' || mx.security === 'indeterminate') {
      return { verdict: mx.security, reason: mx.reason };
    }
    if (mx.result === 'nxdomain') return { verdict: 'none', reason: { code: 'domain-absent' } };
    const records = (mx.rrset?.rdatas ?? []).map(parseMx).filter((record) => record !== undefined);
    // RFC 5321 section 5.1: without MX records the domain itself is the host.
    if (records.length === 0) return { route: 'domain itself', candidates: [this.#itself(mx)] };
    const real = records.filter(({ exchange }) => !exchange.isRoot());
    if (real.length === 0) {
      // RFC 7505 section 3: preference 0.
      const { preference } = records[0]!;
      if (preference !== 0) this.#gathering.advice.push({ code: 'null-mx-preference', preference });
      return { verdict: 'none', reason: { code: 'null-mx' } };
    }
    // RFC 7505 section 3: no other record beside a null MX; senders make of it what they like.
    if (real.length < records.length) this.#gathering.advice.push({ code: 'null-mx-not-alone' });
    return { route: 'mx', candidates: inOrder(real).map((record) => this.#candidate(record, mx)) };
  }

  #itself({ security, canonicalName }: LookupOutcome): Candidate {
    // RFC 7672 section 3.2.2: behind an alias, the name that was mailed to counts as well.
    const otherNames = security === 'secure' ? [textOf(this.#domain), textOf(canonicalName)] : [];
    return { host: this.#domain, port: this.#port, otherNames };
  }

  #candidate({ preference, exchange }: Mx, { security, canonicalName }: LookupOutcome): Candidate {
    if (classifyHost(textOf(exchange)).kind === 'address-literal') {
      this.#gathering.advice.push({ code: 'address-as-host', host: textOf(exchange) });
    }
    // RFC 7672 section 3.2.2: where the MX records are signed, the domain mailed to is as good a name, and its alias'
    // end too; where they are not, anybody may have led here.
    const otherNames = security === 'secure' ? [textOf(this.#domain), textOf(canonicalName)] : [];
    return { host: exchange, port: this.#port, preference, otherNames };
  }

  #judge(mx: LookupOutcome, peers: readonly PeerReport[], total: number) {
    const connected = this.#input.connect !== undefined;
    // RFC 7672 section 2.2.1: whoever can change the MX records leads mail to a server of his own, with records of its
    // own; no success there is the domain's.
    if (mx.security === 'insecure' && peers.some(({ treatment }) => treatment !== 'skip')) {
      const refusal = refusalAmong(peers);
      if (refusal !== undefined) return { verdict: 'mismatch', reason: refusal } as const;
      return { verdict: 'insecure', reason: mx.reason } as const;
    }
    return judgePeers(peers, { total, connected });
  }

  async #fetchPolicy(): Promise<StsPolicy | undefined> {
    const { fetchPolicy } = this.#input;
    if (fetchPolicy === undefined) return undefined;
    const url = stsPolicyUrl(textOf(this.#domain));
    try {
      const fetched = await fetchPolicy(url);
      if (fetched.ok) return parseStsPolicy(url, fetched.octets);
      const { why, status } = fetched;
      return { state: 'unfetched', url, why, ...(status !== undefined && { status }) };
    } catch {
      // The contract says never to reject; a shell that breaks it has fetched nothing.
      return { state: 'unfetched', url, why: 'connection failed' };
    }
  }
}

/**
 * The preferred first (RFC 5321 section 5.1), those alike by name, so that a report does not change by chance; a host
 * named twice once.
 */
function inOrder(records: readonly Mx[]): Mx[] {
  const sorted = [...records].sort((a, b) => a.preference - b.preference || a.exchange.compare(b.exchange));
  return sorted.filter(({ exchange }, i) => sorted.findIndex((other) => other.exchange.equals(exchange)) === i);
}

/** Undefined where the name would be too long. */
function below(labels: string, domain: Name): Name | undefined {
  const own = Name.parse(labels);
  // Each has a root octet of its own.
  if (own.wire.length + domain.wire.length - 1 > MAX_NAME_OCTETS) return undefined;
  return Name.fromLabels([...own.labels(), ...domain.labels()]);
}

function missedBySts(policy: StsPolicy | undefined, peers: readonly PeerReport[]): ServiceAdvice[] {
  if (policy?.state !== 'found' || policy.mode === 'none') return [];
  return peers
    .filter(({ host }) => !stsAllows(policy.patterns, host))
    .map(({ host }) => ({ code: 'sts-misses-host', host }));
}
