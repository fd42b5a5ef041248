/** What judging TLSA records against certificates ends in: plain values, ready for JSON. */
import type { SignatureFault } from './algorithm.ts';
import type { CertificateMissing, PkixStatus } from './evidence.ts';
import type { CertificateFault } from './x509.ts';

export type DaneReason =
  | {
      readonly code: 'matched';
      readonly usage: number;
      readonly selector: number;
      readonly matchingType: number;
      /** Place in the chain: 0 the leaf. */
      readonly depth: number;
      /** No certificate of the issuer was shown: the record's own key signed the one at `depth` (RFC 7671 section 5.2.3). */
      readonly bareKey?: true;
    }
  /** Not one usable record speaks of a certificate that was shown. */
  | { readonly code: 'no-match'; readonly usable: number; readonly unusable: number }
  /** A record of usage 0 or 1 fits, or speaks of an issuer not shown, and the certificate is not valid by PKIX. */
  | { readonly code: 'pkix-failed'; readonly usage: number; readonly pkix: PkixStatus }
  /** A record of usage 0 or 1 fits, and nobody said whether the certificate is valid by PKIX. */
  | { readonly code: 'pkix-unknown'; readonly usage: number }
  /** A record of usage 0 or 2 fits an issuer, and the path from there to the leaf fails. */
  | { readonly code: 'path-failed'; readonly usage: number; readonly fault: PathFault }
  | { readonly code: 'tlsa-absent' }
  | { readonly code: 'tlsa-unusable'; readonly records: number }
  /** The certificate could not be read at all. */
  | { readonly code: 'certificate-unread'; readonly why: CertificateMissing }
  /** Only the leaf was shown, and the records speak of an issuer. */
  | { readonly code: 'issuer-unread' }
  /** The certificate octets are no certificate. */
  | { readonly code: 'certificate-malformed'; readonly depth: number; readonly fault: CertificateFault };

/** Why a path from a trust anchor to the leaf fails. Depths count from the leaf, which is 0. */
export type PathFault =
  /** The leaf names none of the reference identifiers. */
  | { readonly code: 'name'; readonly references: readonly string[]; readonly names: readonly string[] }
  | { readonly code: 'expired'; readonly depth: number; readonly notAfter: number; readonly now: number }
  | { readonly code: 'not-yet-valid'; readonly depth: number; readonly notBefore: number; readonly now: number }
  /** The certificate at this depth does not bear the signature of its issuer. */
  | { readonly code: 'signature'; readonly depth: number; readonly fault: SignatureFault }
  /** Not allowed to issue certificates: basicConstraints or keyUsage. */
  | { readonly code: 'not-an-issuer'; readonly depth: number }
  | { readonly code: 'path-length'; readonly depth: number; readonly allowed: number }
  /** Not for TLS servers: extendedKeyUsage. */
  | { readonly code: 'purpose'; readonly depth: number }
  /** A name constraint of the certificate at this depth shuts out a name below it. */
  | { readonly code: 'name-constraint'; readonly depth: number; readonly name: string }
  | { readonly code: 'critical-extension'; readonly depth: number; readonly oid: string }
  | { readonly code: 'bad-extension'; readonly depth: number; readonly oid: string }
  /** Of usage 2: the certificate that fits is in the reader's trust store, and the server does not send it. */
  | { readonly code: 'not-sent' }
  /** The certificate that fits does not lead to the leaf. */
  | { readonly code: 'no-path' }
  /** More candidates than are tried. */
  | { readonly code: 'work-limit' };

/** Why one TLSA record did or did not count. */
export type TlsaOutcome =
  | { readonly code: 'matched'; readonly depth: number; readonly bareKey?: true }
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
        | 'not DER'
        /** Usage 0 or 1, where the protocol has no PKIX to go with it, as SMTP (RFC 7672 section 3.1.3). */
        | 'PKIX usage';
    }
  /**
   * PKIX-dependent (usage 0 or 1): the data fits, and the certificate was not found valid by PKIX. Also where the issuer
   * it speaks of was not shown: without PKIX it could not count.
   */
  | { readonly code: 'pkix-failed'; readonly pkix: PkixStatus }
  /** Only the leaf was shown, and this record speaks of an issuer. */
  | { readonly code: 'issuer-unread' }
  /** The data fits an issuer, and path, names, dates or constraints do not (usages 0 and 2). */
  | { readonly code: 'path-failed'; readonly fault: PathFault }
  /** No certificate was there to compare with. */
  | { readonly code: 'not-judged' };

export interface TlsaView {
  /** Null in a malformed record, whose `data` is the whole rdata. */
  readonly usage: number | null;
  readonly selector: number | null;
  readonly matchingType: number | null;
  /** Certificate association data, hex. */
  readonly data: string;
  readonly outcome: TlsaOutcome;
}

export interface CertificateView {
  readonly depth: number;
  readonly subject: string;
  readonly issuer: string;
  /** DNS names of the subjectAltName. */
  readonly names: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of the whole certificate and of its SubjectPublicKeyInfo, hex. */
  readonly sha256: string;
  readonly spkiSha256: string;
  /** The reader's trust store put it there; the server did not send it. */
  readonly appended?: true;
  /** The URL it was fetched from, since only the leaf was shown. */
  readonly fetchedFrom?: string;
}

/** Worth saying, and no reason for another verdict. */
export type DaneNote =
  /** Usage 3 matched a certificate that does not name the host (RFC 7671 section 5.1 ignores names). */
  | { readonly code: 'name-mismatch'; readonly host: string }
  /** Usage 3 matched a certificate outside its dates. */
  | { readonly code: 'certificate-dates'; readonly notBefore: number; readonly notAfter: number }
  | { readonly code: 'pkix-overridden' }
  /** The certificate is not that of the page's own connection, which was closed by then. */
  | { readonly code: 'new-connection' }
  /**
   * The browser refused the certificate, nobody saw it, and this record names one that clients of DANE accept: usages
   * 2 and 3 rest on no authority that a browser knows (RFC 6698 section 2.1.1). `data`: hex.
   */
  | {
      readonly code: 'accepted-by-dane';
      readonly usage: number;
      readonly selector: number;
      readonly matchingType: number;
      readonly data: string;
    }
  /** The browser refused the certificate, and records of these usages (0, 1) count on top of its consent only. */
  | { readonly code: 'refusal-stands'; readonly usages: readonly number[] };
