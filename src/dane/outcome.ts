/** What judging TLSA records against certificates ends in: plain values, ready for JSON. */
import type { CertificateMissing, PkixStatus } from './evidence.ts';

export type DaneReason =
  | {
      readonly code: 'matched';
      readonly usage: number;
      readonly selector: number;
      readonly matchingType: number;
      /** Place in the chain: 0 the leaf. */
      readonly depth: number;
    }
  | { readonly code: 'no-match'; readonly usable: number; readonly unusable: number }
  | { readonly code: 'tlsa-absent' }
  | { readonly code: 'tlsa-unusable'; readonly records: number }
  /** The certificate could not be read at all. */
  | { readonly code: 'certificate-unread'; readonly why: CertificateMissing }
  /** Only the leaf was shown, and the records speak of an issuer. */
  | { readonly code: 'issuer-unread' }
  /** The certificate octets are no certificate. */
  | { readonly code: 'certificate-malformed'; readonly depth: number; readonly fault: string }
  /** Records of a kind that is not judged yet decide, so nothing is claimed. */
  | { readonly code: 'usage-not-judged'; readonly usages: readonly number[] };

/** Why one TLSA record did or did not count. */
export type TlsaOutcome =
  | { readonly code: 'matched'; readonly depth: number }
  | { readonly code: 'not-matched' }
  /** A stronger digest for the same usage and selector takes its place (RFC 7671 section 9). */
  | { readonly code: 'superseded' }
  | {
      readonly code: 'unusable';
      readonly why:
        | 'malformed'
        | 'unknown usage'
        | 'unknown selector'
        | 'unknown matching type'
        | 'digest length'
        | 'not DER';
    }
  /** PKIX-dependent (usage 0 or 1), and the browser did not find the certificate valid by PKIX. */
  | { readonly code: 'pkix-failed'; readonly pkix: PkixStatus }
  | { readonly code: 'issuer-unread' }
  /** The digest fits, but path, names, dates or constraints do not (usages 0 and 2). */
  | { readonly code: 'path-failed'; readonly fault: string }
  | { readonly code: 'not-judged' };

export interface TlsaView {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  /** Certificate association data, hex. */
  readonly data: string;
  readonly outcome: TlsaOutcome;
}

export interface CertificateView {
  readonly depth: number;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of the whole certificate and of its SubjectPublicKeyInfo, hex. */
  readonly sha256: string;
  readonly spkiSha256: string;
}
