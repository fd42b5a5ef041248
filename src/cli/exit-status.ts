/** What `danelaw` ends with. Scripts depend on it. */
import type { Security } from '../dnssec/outcome.ts';
import type { AssociationVerdict } from '../people/associated.ts';
import type { UnansweredVerdict } from '../people/published.ts';
import type { SiteVerdict } from '../report.ts';
import type { ServiceVerdict } from '../services/report.ts';

export const EXIT = {
  /** Secure, verified; or what was asked for is done. */
  good: 0,
  /** Bogus, or the certificate is not the one published. */
  bad: 1,
  /** Wrong usage: nothing was looked up. */
  usage: 2,
  /** Proven unsigned, or nothing published. */
  unprotected: 3,
  /** It could not be found out. */
  unknown: 4,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export function statusOfSecurity(security: Security): ExitStatus {
  switch (security) {
    case 'secure':
      return EXIT.good;
    case 'bogus':
      return EXIT.bad;
    case 'insecure':
      return EXIT.unprotected;
    case 'indeterminate':
      return EXIT.unknown;
  }
}

export function statusOfVerdict(verdict: SiteVerdict): ExitStatus {
  switch (verdict) {
    case 'verified':
      return EXIT.good;
    case 'mismatch':
    case 'bogus':
      return EXIT.bad;
    case 'signed':
    case 'insecure':
    case 'off':
      return EXIT.unprotected;
    case 'indeterminate':
    case 'unread':
      return EXIT.unknown;
  }
}

/** Of what is published for people, where nothing was found. Text that is no address is the caller's fault. */
export function statusOfPublished(verdict: UnansweredVerdict): ExitStatus {
  switch (verdict) {
    case 'absent':
    case 'insecure':
      return EXIT.unprotected;
    case 'bogus':
      return EXIT.bad;
    case 'indeterminate':
      return EXIT.unknown;
    case 'off':
      return EXIT.usage;
  }
}

export function statusOfService(verdict: ServiceVerdict): ExitStatus {
  switch (verdict) {
    case 'verified':
    case 'published':
      return EXIT.good;
    case 'mismatch':
    case 'bogus':
      return EXIT.bad;
    case 'partial':
    case 'signed':
    case 'insecure':
    case 'none':
    case 'off':
      return EXIT.unprotected;
    case 'indeterminate':
    case 'unread':
      return EXIT.unknown;
  }
}

/** Of certificates of people and clients. With nothing to compare, that something is published is what was asked. */
export function statusOfAssociation(verdict: AssociationVerdict | UnansweredVerdict): ExitStatus {
  switch (verdict) {
    case 'verified':
    case 'published':
      return EXIT.good;
    case 'mismatch':
      return EXIT.bad;
    case 'unread':
      return EXIT.unknown;
    case 'unusable':
      return EXIT.unprotected;
    default:
      return statusOfPublished(verdict);
  }
}

/** The worse first: a line that could not be understood, a failure, a doubt, a lack. */
const BY_GRAVITY: readonly ExitStatus[] = [EXIT.usage, EXIT.bad, EXIT.unknown, EXIT.unprotected, EXIT.good];

/** What a batch ends with: the gravest of its lines. */
export function graverStatus(a: ExitStatus, b: ExitStatus): ExitStatus {
  return BY_GRAVITY.indexOf(a) <= BY_GRAVITY.indexOf(b) ? a : b;
}
