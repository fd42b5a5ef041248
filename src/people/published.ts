/** What all checks of this room share: one validated lookup, and the facts a report of it carries. */
import { FAILURE_LIFE_SECONDS, OFF_LIFE_SECONDS, viewLookup } from '../check.ts';
import type { Ask, SecondLook } from '../dns/ask.ts';
import type { Name } from '../dns/name.ts';
import type { SignatureVerifier } from '../dnssec/algorithms.ts';
import type { TrustAnchor } from '../dnssec/anchors.ts';
import type { LookupOutcome, ValidationOptions, WorkDone } from '../dnssec/lookup.ts';
import type { ValidationReason, ZoneStep } from '../dnssec/outcome.ts';
import { lookupTwice } from '../dnssec/second-look.ts';
import type { ZoneCache } from '../dnssec/zone-cache.ts';
import type { LookupView } from '../report.ts';
import type { AddressFault } from './address.ts';

/** How to ask and how to judge, as in `checkSite`. */
export interface Judging {
  readonly ask: Ask;
  /** Used at most once, before anything is called bogus. */
  readonly secondLook?: SecondLook;
  /** Epoch seconds. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  readonly options?: ValidationOptions;
  readonly verifier?: SignatureVerifier;
  readonly zoneCache?: ZoneCache;
}

/** What every report of this room has: plain values, ready for JSON. Names are in presentation form. */
export interface Findings {
  readonly version: 1;
  /** Epoch seconds: when it was made, and until when its evidence lasts. */
  readonly checkedAt: number;
  readonly validUntil: number;
  /** Empty where nothing could be asked for. */
  readonly lookups: readonly LookupView[];
  /** Root first. */
  readonly zones: readonly ZoneStep[];
  readonly resolvers: readonly string[];
  readonly work: WorkDone;
}

/** Why nothing could be asked for. */
export type InputReason =
  | { readonly code: 'address'; readonly fault: AddressFault }
  /** The owner name would be longer than the DNS allows. */
  | { readonly code: 'owner-too-long'; readonly address: string };

/**
 * Verdicts that need no record. Everything but `secure` is a failure (RFC 8162 section 6): what an unsigned zone says
 * of a key is shown to nobody.
 */
export type UnansweredVerdict = 'absent' | 'insecure' | 'bogus' | 'indeterminate' | 'off';

export type Answered =
  /** A secure RRset. */
  | { readonly found: true; readonly rdatas: readonly Uint8Array[]; readonly outcome: LookupOutcome }
  | {
      readonly found: false;
      readonly verdict: Exclude<UnansweredVerdict, 'off'>;
      readonly reason: ValidationReason;
      readonly outcome: LookupOutcome;
    };

export async function lookUpPublished(judging: Judging, name: Name, type: number): Promise<Answered> {
  const { secondLook, ...input } = judging;
  const outcome = await lookupTwice({ ...input, name, type }, secondLook);
  const { security, reason, rrset } = outcome;
  if (security !== 'secure') return { found: false, verdict: security, reason, outcome };
  if (rrset === undefined) return { found: false, verdict: 'absent', reason, outcome };
  return { found: true, rdatas: rrset.rdatas, outcome };
}

export function findingsOf(outcome: LookupOutcome, { now }: Pick<Judging, 'now'>): Findings {
  const settled = outcome.security === 'secure' || outcome.security === 'insecure';
  return {
    version: 1,
    checkedAt: now,
    validUntil: settled ? Math.max(now, outcome.validUntil) : now + FAILURE_LIFE_SECONDS,
    lookups: [viewLookup(outcome)],
    zones: outcome.zones,
    resolvers: outcome.resolvers,
    work: outcome.work,
  };
}

export function noFindings({ now }: Pick<Judging, 'now'>): Findings {
  return {
    version: 1,
    checkedAt: now,
    validUntil: now + OFF_LIFE_SECONDS,
    lookups: [],
    zones: [],
    resolvers: [],
    work: { queries: 0, roundTrips: 0, signatureChecks: 0, nsec3Hashes: 0 },
  };
}
