/** What mail and other services share: the lookups that belong together, their servers one by one, and the verdict. */
import { FAILURE_LIFE_SECONDS, hostText, publishedTtl, viewLookup } from '../check.ts';
import { usableTlsa } from '../dane/tlsa.ts';
import type { Ask, SecondLook } from '../dns/ask.ts';
import type { Name } from '../dns/name.ts';
import type { SignatureVerifier } from '../dnssec/algorithms.ts';
import type { TrustAnchor } from '../dnssec/anchors.ts';
import { MANY_HOSTS_LIMITS } from '../dnssec/limits.ts';
import { type LookupOutcome, type ValidationOptions, Validator, type WorkDone } from '../dnssec/lookup.ts';
import type { ZoneStep } from '../dnssec/outcome.ts';
import type { ZoneCache } from '../dnssec/zone-cache.ts';
import { advisePeer } from './advice.ts';
import { type Connect, judgeConnection } from './connection.ts';
import { MAX_PEERS } from './limits.ts';
import { findPeer, type PeerRules, peerQuestions } from './peer.ts';
import type { PeerReport, ServiceAdvice, ServiceReason, ServiceVerdict } from './report.ts';

export interface PeersInput {
  readonly ask: Ask;
  /** Used at most once, before something is called bogus. */
  readonly secondLook?: SecondLook;
  /** Epoch seconds. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  /** Connects to the servers found. Left out: DNS alone is looked at. */
  readonly connect?: Connect;
  readonly options?: ValidationOptions;
  readonly verifier?: SignatureVerifier;
  readonly zoneCache?: ZoneCache;
}

/** A server, and what led to it. */
export interface Candidate {
  readonly host: Name;
  readonly port: number;
  readonly preference?: number;
  readonly weight?: number;
  /** Names beside the server's own that its certificate may have (RFC 7672 section 3.2.2, RFC 7673 section 4.1). */
  readonly otherNames: readonly string[];
  /** Is it proven that the server is the one meant? If not, its own name is none to match (RFC 7673 section 4.1). */
  readonly targetIsProven?: boolean;
  /** The name that TLS tells the server, where it is not the TLSA base domain. */
  readonly serverName?: string;
}

export class Gathering {
  readonly validator: Validator;
  readonly #input: PeersInput;
  readonly #lookups: LookupOutcome[] = [];
  readonly advice: ServiceAdvice[] = [];

  constructor(input: PeersInput) {
    this.#input = input;
    this.validator = new Validator({ ...input, options: { limits: MANY_HOSTS_LIMITS, ...input.options } });
  }

  async lookup(name: Name, type: number): Promise<LookupOutcome> {
    const outcome = await this.validator.lookup(name, type);
    this.#lookups.push(outcome);
    return outcome;
  }

  /** All servers at once: their questions go out together, and so do the connections. */
  async peers(candidates: readonly Candidate[], rules: PeerRules): Promise<PeerReport[]> {
    const looked = candidates.slice(0, MAX_PEERS);
    this.validator.prefetch(looked.flatMap(({ host, port }) => peerQuestions(host, port, rules)));
    const found: (() => Promise<PeerReport>)[] = [];
    // One after the other: what they share is proven once, and who meets the limit does not hang on chance.
    for (const candidate of looked) found.push(await this.#find(candidate, rules));
    return Promise.all(found.map((finish) => finish()));
  }

  async #find(candidate: Candidate, rules: PeerRules): Promise<() => Promise<PeerReport>> {
    const { host, port, preference, weight } = candidate;
    const peer = await findPeer(this.validator, host, port, rules);
    this.#lookups.push(...peer.lookups);
    const base = hostText(peer.base);
    const name = hostText(host);
    const own = candidate.targetIsProven === false ? [] : [base];
    const references = [...new Set([...own, ...candidate.otherNames])];
    const records = peer.rrset?.rdatas ?? [];
    const report: PeerReport = {
      host: name,
      port,
      ...(preference !== undefined && { preference }),
      ...(weight !== undefined && { weight }),
      treatment: peer.treatment,
      reason: peer.reason,
      base,
      references,
      addresses: peer.addresses,
      addressSecurity: peer.addressSecurity,
      ...(peer.alias && { alias: hostText(peer.alias) }),
      tlsa: usableTlsa(records, rules).tlsa,
      lookups: peer.lookups.map(viewLookup),
    };
    return async () => {
      const { connect, now } = this.#input;
      const { rrset } = peer;
      const ttl = rrset === undefined ? 0 : publishedTtl(rrset);
      const to = { host: name, port, addresses: peer.addresses, references };
      const serverName = candidate.serverName ?? base;
      const shown =
        connect === undefined || peer.treatment === 'skip' ? [] : await connectSafely(connect, { ...to, serverName });
      const evidence = shown.find((connection) => 'evidence' in connection)?.evidence;
      this.advice.push(...advisePeer(report, { records, ttl, rules, ...(evidence && { evidence }) }));
      if (connect === undefined) return report;
      const { pkixUsages } = rules;
      const expected = { treatment: peer.treatment, records, pkixUsages, host: name, base, references, now };
      return { ...report, connections: await Promise.all(shown.map((one) => judgeConnection(one, expected))) };
    };
  }

  /** What every report of this kind ends with. */
  summary(verdict: ServiceVerdict): {
    readonly checkedAt: number;
    readonly validUntil: number;
    readonly lookups: ReturnType<typeof viewLookup>[];
    readonly zones: readonly ZoneStep[];
    readonly resolvers: readonly string[];
    readonly work: WorkDone;
  } {
    const { now } = this.#input;
    const failed = this.#lookups.some(({ security }) => security === 'bogus' || security === 'indeterminate');
    const settled = verdict !== 'unread' && !failed;
    const life = Math.min(...this.#lookups.map(({ validUntil }) => validUntil));
    const zones = new Map<string, ZoneStep>();
    for (const zone of this.#lookups.flatMap((lookup) => lookup.zones)) zones.set(zone.zone, zone);
    return {
      checkedAt: now,
      validUntil: settled && Number.isFinite(life) ? Math.max(now, life) : now + FAILURE_LIFE_SECONDS,
      lookups: this.#lookups.map(viewLookup),
      zones: [...zones.values()].sort((a, b) => depthOf(a) - depthOf(b)),
      resolvers: this.validator.resolvers,
      work: this.validator.work,
    };
  }
}

function depthOf({ zone }: ZoneStep): number {
  return zone === '.' ? 0 : zone.split('.').length;
}

/** The contract says never to reject; a shell that breaks it has reached nobody. */
async function connectSafely(connect: Connect, peer: Parameters<Connect>[0]): ReturnType<Connect> {
  try {
    return await connect(peer);
  } catch {
    return peer.addresses.map((address) => ({ address, port: peer.port, fault: 'connection failed' }));
  }
}

/** The verdict over servers whose list is secure or, for mail, unsigned. */
export function judgePeers(
  peers: readonly PeerReport[],
  { total, connected }: { readonly total: number; readonly connected: boolean },
): { verdict: ServiceVerdict; reason: ServiceReason } {
  const refusal = refusalAmong(peers);
  if (refusal !== undefined) return { verdict: 'mismatch', reason: refusal };
  const reached = peers.filter(({ treatment }) => treatment !== 'skip');
  if (reached.length === 0) return judgeNoneReached(peers);
  const published = reached.filter(({ treatment }) => treatment === 'verify');
  if (published.length === 0) return judgeNonePublished(reached);
  if (published.length < peers.length) {
    return { verdict: 'partial', reason: { code: 'some-published', published: published.length, peers: peers.length } };
  }
  if (total > peers.length) {
    return { verdict: 'partial', reason: { code: 'too-many-peers', peers: total, looked: peers.length } };
  }
  if (!connected) return { verdict: 'published', reason: { code: 'all-published', peers: total } };
  const unreached = peers.find(({ connections = [] }) => !connections.some(({ result }) => result === 'accepted'));
  if (unreached !== undefined) {
    return { verdict: 'unread', reason: { code: 'peer-unreached', host: unreached.host } };
  }
  return { verdict: 'verified', reason: { code: 'all-accepted', peers: total } };
}

export function refusalAmong(peers: readonly PeerReport[]): ServiceReason | undefined {
  for (const { host, connections = [] } of peers) {
    const refused = connections.find(({ result }) => result === 'refused');
    if (refused !== undefined) return { code: 'peer-refused', host, address: refused.address };
  }
  return undefined;
}

function judgeNoneReached(peers: readonly PeerReport[]): { verdict: ServiceVerdict; reason: ServiceReason } {
  for (const verdict of ['bogus', 'indeterminate'] as const) {
    const failed = peers.find(({ lookups }) => lookups.some(({ security }) => security === verdict));
    if (failed !== undefined) return { verdict, reason: failed.reason as ServiceReason };
  }
  return { verdict: 'none', reason: { code: 'no-server' } };
}

function judgeNonePublished(peers: readonly PeerReport[]): { verdict: ServiceVerdict; reason: ServiceReason } {
  // Where every server is in unsigned zones, that is the finding.
  const unsigned = peers.map(({ reason }) => reason);
  const first = unsigned[0];
  if (first !== undefined && unsigned.every(isInsecureReason))
    return { verdict: 'insecure', reason: first as ServiceReason };
  return { verdict: 'signed', reason: { code: 'none-published', peers: peers.length } };
}

const INSECURE_CODES: ReadonlySet<string> = new Set([
  'insecure-delegation',
  'unsupported-algorithms',
  'opt-out',
  'nsec3-iterations',
]);

function isInsecureReason({ code }: { readonly code: string }): boolean {
  return INSECURE_CODES.has(code);
}
