/**
 * What a validated lookup ends in: plain values, ready for JSON. Reasons carry facts; `explain.ts` makes the
 * sentences. Names are in presentation form, times epoch seconds.
 */
import type { TransportFailure } from '../dns/ask.ts';
import type { ExtendedError } from '../dns/message.ts';

/** RFC 4035 section 4.3. */
export type Security = 'secure' | 'insecure' | 'bogus' | 'indeterminate';

/** Which signature a reason speaks of. */
export interface SignatureFacts {
  readonly zone: string;
  readonly owner: string;
  readonly type: string;
  readonly keyTag: number;
  readonly algorithm: number;
  readonly inception: number;
  readonly expiration: number;
}

/** Which part of a denial of existence was not there (RFC 4035 section 5.4, RFC 5155 section 8). */
export type MissingProof =
  | 'any denial record'
  | 'name does not exist'
  | 'no wildcard matches'
  | 'type does not exist'
  | 'closest encloser'
  | 'next closer name'
  | 'no delegation signer'
  | 'wildcard expansion';

export type WorkLimit =
  | 'questions'
  | 'signature checks'
  | 'NSEC3 hashes'
  | 'NSEC3 hashes per proof'
  | 'signatures per RRset'
  | 'keys per key tag'
  | 'DS records'
  | 'records per RRset'
  | 'aliases'
  | 'denial records'
  | 'signers';

export type SecureReason = { readonly code: 'validated' };

export type InsecureReason =
  /** The parent proves that the delegation has no DS (RFC 4035 section 5.2). */
  | {
      readonly code: 'insecure-delegation';
      readonly zone: string;
      readonly parent: string;
      readonly proof: 'NSEC' | 'NSEC3' | 'opt-out';
    }
  /** Every DS names an algorithm or digest nobody here can check (RFC 4035 section 5.2, RFC 6840 section 5.2). */
  | {
      readonly code: 'unsupported-algorithms';
      readonly zone: string;
      readonly algorithms: readonly number[];
      readonly digestTypes: readonly number[];
      /** Only SHA-1 signing stands in the way (RFC 9905 section 2). */
      readonly sha1: boolean;
    }
  /** The proof of nonexistence runs over an opt-out span, in which unsigned delegations may hide (RFC 5155 section 9.2). */
  | { readonly code: 'opt-out'; readonly zone: string; readonly name: string }
  /** NSEC3 iterations above the limit (RFC 9276 section 3.2). */
  | { readonly code: 'nsec3-iterations'; readonly zone: string; readonly iterations: number; readonly limit: number };

export type BogusReason =
  | ({ readonly code: 'signature-expired'; readonly now: number } & SignatureFacts)
  | ({ readonly code: 'signature-not-yet-valid'; readonly now: number } & SignatureFacts)
  | ({ readonly code: 'signature-invalid' } & SignatureFacts)
  /** The labels, owner or lifetime fields of a signature contradict what it covers. */
  | ({ readonly code: 'signature-malformed' } & SignatureFacts)
  /** The zone is signed, and the RRset has no signature at all. */
  | { readonly code: 'signature-missing'; readonly zone: string; readonly owner: string; readonly type: string }
  /** Signed by a name that is not the zone the chain reached (RFC 4035 section 5.3.1). */
  | {
      readonly code: 'wrong-signer';
      readonly zone: string;
      readonly owner: string;
      readonly type: string;
      readonly signer: string;
    }
  /** No signature names a key of the zone. */
  | {
      readonly code: 'key-missing';
      readonly zone: string;
      readonly owner: string;
      readonly type: string;
      readonly keyTags: readonly number[];
    }
  | { readonly code: 'dnskey-missing'; readonly zone: string }
  /** The keys of the zone and the DS (or anchor) in the parent do not fit together (RFC 4035 section 5.2). */
  | {
      readonly code: 'ds-mismatch';
      readonly zone: string;
      readonly parent: string;
      readonly keyTags: readonly number[];
    }
  | { readonly code: 'anchor-mismatch'; readonly zone: string; readonly keyTags: readonly number[] }
  | {
      readonly code: 'denial-missing';
      readonly zone: string;
      readonly name: string;
      readonly type: string;
      readonly missing: MissingProof;
    }
  /** A wildcard answer for a name that is not shown not to exist (RFC 4035 section 5.3.4). */
  | {
      readonly code: 'wildcard-unproven';
      readonly zone: string;
      readonly name: string;
      readonly type: string;
      readonly wildcard: string;
    }
  /** A signature failed on time alone, and by the resolver's clock everything would be valid: ours is likely wrong. */
  | { readonly code: 'clock'; readonly now: number; readonly resolverTime: number; readonly because: BogusReason }
  /** The resolver says itself that it made up or withheld the answer by a policy (RFC 8914 sections 4.16 to 4.18). */
  | {
      readonly code: 'filtered';
      readonly name: string;
      readonly extendedErrors: readonly ExtendedError[];
      readonly because: BogusReason;
    }
  /** A CNAME or DNAME RRset of other than one record, or whose rdata is no name (RFC 2181 section 10.1). */
  | { readonly code: 'alias-malformed'; readonly owner: string; readonly type: string; readonly records: number }
  /** A DNAME's substitution gives a name over 255 octets (RFC 6672 section 2.2). */
  | { readonly code: 'dname-too-long'; readonly owner: string; readonly name: string };

export type IndeterminateReason =
  | { readonly code: 'no-answer'; readonly name: string; readonly type: string; readonly failure: TransportFailure }
  | {
      readonly code: 'resolver-error';
      readonly name: string;
      readonly type: string;
      readonly rcode: string;
      readonly extendedErrors: readonly ExtendedError[];
    }
  | { readonly code: 'work-limit'; readonly limit: WorkLimit; readonly allowed: number }
  /** No trust anchor is at or above the name (RFC 4035 section 4.3). */
  | { readonly code: 'no-anchor'; readonly name: string }
  | { readonly code: 'alias-loop'; readonly name: string }
  /** A type no zone has data of: RRSIG, which nothing signs (RFC 4035 section 2.2), OPT, and those for questions alone. */
  | { readonly code: 'unaskable-type'; readonly type: string }
  /** The engine cannot do this computation, e.g. WebCrypto failed. */
  | { readonly code: 'engine'; readonly detail: string };

export type ValidationReason = SecureReason | InsecureReason | BogusReason | IndeterminateReason;

/** Security and its reason, which always fit. */
export type Verdict =
  | { readonly security: 'secure'; readonly reason: SecureReason }
  | { readonly security: 'insecure'; readonly reason: InsecureReason }
  | { readonly security: 'bogus'; readonly reason: BogusReason }
  | { readonly security: 'indeterminate'; readonly reason: IndeterminateReason };

/** One DNSKEY of a zone, as the report shows it. */
export interface KeyFacts {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly flags: number;
  readonly revoked: boolean;
  /** Does a DS or an anchor vouch for this key? */
  readonly entryPoint: boolean;
}

/** One signature that was relied on. */
export interface SignatureView extends SignatureFacts {
  readonly valid: boolean;
}

/** One step of the chain of trust, root first: what the chain picture draws. */
export interface ZoneStep {
  readonly zone: string;
  readonly security: Security;
  readonly reason: ValidationReason;
  /** What vouches for the zone: DS records of the parent, or built-in or configured anchors. */
  readonly ds: readonly { keyTag: number; algorithm: number; digestType: number; digest: string }[];
  readonly anchored: boolean;
  readonly keys: readonly KeyFacts[];
  /** The signature over the DNSKEY RRset, and the one over the DS RRset in the parent. */
  readonly signatures: readonly SignatureView[];
}

/** One line of the walk, in the order things were found out. */
export type TraceStep =
  | { readonly step: 'asked'; readonly name: string; readonly type: string; readonly round: number }
  | { readonly step: 'zone'; readonly zone: string; readonly security: Security; readonly reason: ValidationReason }
  | { readonly step: 'no zone cut'; readonly name: string; readonly zone: string }
  | { readonly step: 'records'; readonly owner: string; readonly type: string; readonly verdict: Verdict }
  | { readonly step: 'denial'; readonly name: string; readonly type: string; readonly verdict: Verdict }
  | { readonly step: 'alias'; readonly owner: string; readonly target: string };
