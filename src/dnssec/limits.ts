/**
 * Every limit on the work a lookup may cost, with where it comes from, and the budget that carries them. The
 * attacks behind them: KeyTrap (CVE-2023-50387), many keys of one tag times many signatures; CVE-2023-50868,
 * NSEC3 proofs that need very many hashes. Going over one ends the lookup as *indeterminate*, never as a verdict.
 */
import type { WorkLimit } from './outcome.ts';

export interface Limits {
  /** Questions asked of resolvers for one page. */
  readonly questions: number;
  /** Signature verifications in one lookup; PowerDNS 30, BIND 16 a fetch. */
  readonly signatureChecks: number;
  /** Signatures tried on one RRset; Unbound 8, PowerDNS 2. */
  readonly signaturesPerRrset: number;
  /** Keys of one tag and algorithm tried; PowerDNS 2. */
  readonly keysPerKeyTag: number;
  /** DS records considered for one zone; PowerDNS 8. */
  readonly dsRecords: number;
  /** BIND 100. */
  readonly recordsPerRrset: number;
  /** NSEC3 hashes in one lookup; PowerDNS 600. */
  readonly nsec3Hashes: number;
  /** NSEC3 hashes to find one closest encloser; Unbound 8. */
  readonly nsec3HashesPerProof: number;
  /** Additional NSEC3 iterations above which the zone counts as insecure; BIND and PowerDNS 50 (RFC 9276 section 3.2). */
  readonly nsec3Iterations: number;
  /** CNAME and DNAME steps; BIND's max-query-restarts 11. */
  readonly aliases: number;
  /** Zones named as signers of one RRset or denial that are looked into. */
  readonly signers: number;
  /** Denial RRsets of one message that are verified; a proof needs three at the most (RFC 5155 section 7.2.2). */
  readonly denialRecords: number;
}

export const DEFAULT_LIMITS: Limits = {
  questions: 64,
  signatureChecks: 32,
  signaturesPerRrset: 4,
  keysPerKeyTag: 2,
  dsRecords: 8,
  recordsPerRrset: 100,
  nsec3Hashes: 100,
  nsec3HashesPerProof: 8,
  nsec3Iterations: 50,
  aliases: 11,
  signers: 2,
  denialRecords: 8,
};

/**
 * For a domain with many hosts (mail, services): two address lookups and one for TLSA each, for as many as
 * `services/limits.ts` looks at, which may all lie in zones of their own.
 */
export const MANY_HOSTS_LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  questions: 256,
  signatureChecks: 192,
  nsec3Hashes: 400,
};

/** A limit was reached. Internal to `dnssec`: the validator turns it into a reason. */
export class WorkLimitReached extends Error {
  readonly limit: WorkLimit;
  readonly allowed: number;
  constructor(limit: WorkLimit, allowed: number) {
    super(`${limit}: ${allowed}`);
    this.name = 'WorkLimitReached';
    this.limit = limit;
    this.allowed = allowed;
  }
}

/** What has been spent so far, against `limits`. Spending beyond one throws WorkLimitReached. */
export class Budget {
  readonly limits: Limits;
  questions = 0;
  signatureChecks = 0;
  nsec3Hashes = 0;

  constructor(limits: Limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  spendQuestion(): void {
    if (this.questions >= this.limits.questions) throw new WorkLimitReached('questions', this.limits.questions);
    this.questions++;
  }

  spendSignatureCheck(): void {
    if (this.signatureChecks >= this.limits.signatureChecks) {
      throw new WorkLimitReached('signature checks', this.limits.signatureChecks);
    }
    this.signatureChecks++;
  }

  spendNsec3Hash(): void {
    if (this.nsec3Hashes >= this.limits.nsec3Hashes)
      throw new WorkLimitReached('NSEC3 hashes', this.limits.nsec3Hashes);
    this.nsec3Hashes++;
  }
}
