/** One RRset against the keys of one zone: RFC 4035 section 5.3. */
import { typeMnemonic } from '../dns/codes.ts';
import type { Name } from '../dns/name.ts';
import { DNSKEY_FLAG, type Dnskey, type Rrsig } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { isSupportedAlgorithm } from './algorithms.ts';
import { type Budget, WorkLimitReached } from './limits.ts';
import type { BogusReason, SignatureFacts, SignatureView } from './outcome.ts';
import type { SignatureChecks } from './signature-checks.ts';
import { secondsAfter, serialToEpoch } from './time.ts';

/** A DNSKEY with its tag worked out. */
export interface ZoneKey extends Dnskey {
  readonly tag: number;
}

export interface SignatureContext {
  /** Epoch seconds. */
  readonly now: number;
  readonly clockToleranceSeconds: number;
  readonly allowSha1: boolean;
  readonly budget: Budget;
  readonly checks: SignatureChecks;
}

export type RRsetVerification =
  | {
      readonly valid: true;
      readonly rrsig: Rrsig;
      readonly view: SignatureView;
      /** The wildcard it was expanded from (RFC 4035 section 5.3.2). */
      readonly wildcard?: Name;
      /** Epoch seconds until which this may be relied on (RFC 4035 section 5.3.3). */
      readonly validUntil: number;
    }
  | { readonly valid: false; readonly reason: BogusReason };

/** May this key verify anything? RFC 4034 sections 2.1.1 and 2.1.2; RFC 5011 section 2.1 for revoked ones. */
export function isZoneSigningKey(key: Dnskey): boolean {
  return (key.flags & DNSKEY_FLAG.ZONE) !== 0 && (key.flags & DNSKEY_FLAG.REVOKE) === 0 && key.protocol === 3;
}

/**
 * Is one of the RRset's signatures made by one of `keys`, which are zone signing keys of `zone`? One suffices
 * (RFC 6840 section 5.4). Of several failures the one nearest to success is told.
 */
export async function verifyRRset(
  rrset: RRset,
  zone: Name,
  keys: readonly ZoneKey[],
  context: SignatureContext,
): Promise<RRsetVerification> {
  const { limits } = context.budget;
  if (rrset.rdatas.length > limits.recordsPerRrset) {
    throw new WorkLimitReached('records per RRset', limits.recordsPerRrset);
  }
  const failures: BogusReason[] = [];
  const owner = rrset.name.toString();
  const type = typeMnemonic(rrset.type);
  const candidates: { rrsig: Rrsig; keys: ZoneKey[] }[] = [];
  const labelCounts = new Set<number>();
  for (const rrsig of rrset.signatures) {
    const problem = checkFields(rrsig, rrset, zone, context);
    if (problem !== undefined) {
      failures.push(problem);
      continue;
    }
    labelCounts.add(rrsig.labels);
    // RFC 4035 section 5.3.1: algorithm and tag equal. RFC 6840 section 5.12: no such key is no failure by itself.
    const named = keys.filter((key) => key.tag === rrsig.keyTag && key.algorithm === rrsig.algorithm);
    if (named.length > 0) candidates.push({ rrsig, keys: named });
  }
  // Signatures that disagree on whether the owner is a wildcard's expansion cannot be of one RRset; Unbound refuses
  // them too.
  if (labelCounts.size > 1) {
    return {
      valid: false,
      reason: {
        code: 'signature-malformed',
        ...signatureFacts(rrset, candidates[0]?.rrsig ?? rrset.signatures[0]!, zone, context.now),
      },
    };
  }
  let tries = 0;
  for (const { rrsig, keys: named } of candidates) {
    if (tries++ >= limits.signaturesPerRrset)
      throw new WorkLimitReached('signatures per RRset', limits.signaturesPerRrset);
    let collisions = 0;
    for (const key of named) {
      if (collisions++ >= limits.keysPerKeyTag) throw new WorkLimitReached('keys per key tag', limits.keysPerKeyTag);
      if (await context.checks.run(rrset, rrsig, key)) return success(rrset, rrsig, zone, context.now);
    }
    failures.push({ code: 'signature-invalid', ...signatureFacts(rrset, rrsig, zone, context.now) });
  }
  if (failures.length > 0) return { valid: false, reason: mostTelling(failures) };
  if (rrset.signatures.length === 0) {
    return { valid: false, reason: { code: 'signature-missing', zone: zone.toString(), owner, type } };
  }
  const keyTags = [...new Set(rrset.signatures.map((rrsig) => rrsig.keyTag))];
  return { valid: false, reason: { code: 'key-missing', zone: zone.toString(), owner, type, keyTags } };
}

/** The checks that need no key, RFC 4035 section 5.3.1; undefined where all pass or the algorithm is not ours. */
function checkFields(rrsig: Rrsig, rrset: RRset, zone: Name, context: SignatureContext): BogusReason | undefined {
  if (!rrsig.signer.equals(zone)) {
    return {
      code: 'wrong-signer',
      zone: zone.toString(),
      owner: rrset.name.toString(),
      type: typeMnemonic(rrset.type),
      signer: rrsig.signer.toString(),
    };
  }
  const facts = () => signatureFacts(rrset, rrsig, zone, context.now);
  // RFC 4034 section 3.1.3: neither the root nor a leading asterisk counts. Fewer labels than the zone has would
  // mean a wildcard outside it.
  if (rrsig.labels > countedLabels(rrset.name) || rrsig.labels < zone.labelCount) {
    return { code: 'signature-malformed', ...facts() };
  }
  if (!isSupportedAlgorithm(rrsig.algorithm, context.allowSha1)) return undefined;
  const tolerance = context.clockToleranceSeconds;
  // RFC 4034 section 3.1.5: both ends belong to the time of validity.
  const sinceInception = -secondsAfter(context.now, rrsig.inception);
  const untilExpiration = secondsAfter(context.now, rrsig.expiration);
  if (!(untilExpiration >= -tolerance)) return { code: 'signature-expired', now: context.now, ...facts() };
  if (!(sinceInception >= -tolerance)) return { code: 'signature-not-yet-valid', now: context.now, ...facts() };
  // A life that ends before it begins is none, however the clock's tolerance falls.
  if (!(secondsAfter(rrsig.inception, rrsig.expiration) >= 0)) return { code: 'signature-malformed', ...facts() };
  return undefined;
}

/** Labels as the RRSIG counts them. */
export function countedLabels(name: Name): number {
  return name.isWildcard() ? name.labelCount - 1 : name.labelCount;
}

function success(rrset: RRset, rrsig: Rrsig, zone: Name, now: number): RRsetVerification {
  const expanded = rrsig.labels < countedLabels(rrset.name);
  // RFC 4035 section 5.3.3: the TTL is capped by the signature's own TTL, the original one and what is left of its life.
  const left = Math.max(0, secondsAfter(now, rrsig.expiration));
  const life = Math.min(rrset.ttl, rrset.signatureTtl, rrsig.originalTtl, left);
  return {
    valid: true,
    rrsig,
    view: { ...signatureFacts(rrset, rrsig, zone, now), valid: true },
    validUntil: now + life,
    ...(expanded && { wildcard: rrset.name.ancestor(rrsig.labels).wildcardChild() }),
  };
}

function signatureFacts(rrset: RRset, rrsig: Rrsig, zone: Name, now: number): SignatureFacts {
  return {
    zone: zone.toString(),
    owner: rrset.name.toString(),
    type: typeMnemonic(rrset.type),
    keyTag: rrsig.keyTag,
    algorithm: rrsig.algorithm,
    inception: serialToEpoch(now, rrsig.inception),
    expiration: serialToEpoch(now, rrsig.expiration),
  };
}

/** Nearest to success first. */
const TELLING: readonly BogusReason['code'][] = [
  'signature-invalid',
  'signature-expired',
  'signature-not-yet-valid',
  'signature-malformed',
  'wrong-signer',
];

function mostTelling(failures: readonly BogusReason[]): BogusReason {
  for (const code of TELLING) {
    const found = failures.find((failure) => failure.code === code);
    if (found !== undefined) return found;
  }
  return failures[0]!;
}
