/**
 * The report of one site check: plain, JSON-able, drawn by the popup and printed by the command line.
 * It carries facts and codes; sentences come from `explain.ts`.
 */
import type { Advice } from './dane/advice.ts';
import type { CertificateHow, CertificateMissing, CertificateSource, PkixStatus } from './dane/evidence.ts';
import type { CertificateView, DaneNote, DaneReason, TlsaView } from './dane/outcome.ts';
import type { Security, SignatureView, ValidationReason, ZoneStep } from './dnssec/outcome.ts';

/**
 * `verified` secure TLSA, the certificate matches · `mismatch` secure usable TLSA, nothing matches · `bogus` DNSSEC
 * data that fails · `signed` zone secure, TLSA proven absent or all unusable · `insecure` proven unsigned ·
 * `indeterminate` could not find out · `unread` secure TLSA, but not enough of the certificate was shown to decide ·
 * `off` not HTTPS, an address literal, excluded or switched off.
 */
export type SiteVerdict =
  | 'verified'
  | 'mismatch'
  | 'bogus'
  | 'signed'
  | 'insecure'
  | 'indeterminate'
  | 'unread'
  | 'off';

export const SITE_VERDICTS: readonly SiteVerdict[] = [
  'verified',
  'mismatch',
  'bogus',
  'signed',
  'insecure',
  'indeterminate',
  'unread',
  'off',
];

export type OffReason =
  | { readonly code: 'not-https'; readonly scheme: string }
  | { readonly code: 'address-literal'; readonly host: string }
  | { readonly code: 'single-label'; readonly host: string }
  | { readonly code: 'bad-host'; readonly host: string }
  | { readonly code: 'excluded'; readonly host: string }
  /** A name of the local network on a page from elsewhere. */
  | { readonly code: 'local-name'; readonly host: string }
  /** In a private window, where the person has not switched checks on. */
  | { readonly code: 'private-window'; readonly host: string }
  /** The person wants pages checked on a click alone, and has not clicked. */
  | { readonly code: 'on-click'; readonly host: string }
  /** The browser does not let the extension see the site. */
  | { readonly code: 'no-access'; readonly host: string }
  | { readonly code: 'switched-off' };

export type Reason = ValidationReason | DaneReason | OffReason;

/** One DNS lookup the check rests on. */
export interface LookupView {
  readonly name: string;
  readonly type: string;
  readonly security: Security;
  readonly result: 'answer' | 'nodata' | 'nxdomain' | 'none';
  readonly reason: ValidationReason;
  /** Owner names walked through, the first asked first. */
  readonly aliases: readonly { readonly owner: string; readonly target: string; readonly security: Security }[];
  /** The signatures over the answer or the denial. */
  readonly signatures: readonly SignatureView[];
}

export interface Report {
  readonly version: 1;
  readonly host: string;
  readonly port: number;
  readonly verdict: SiteVerdict;
  readonly reason: Reason;
  /** Epoch seconds: when it was made, and until when its evidence lasts (never later than checkedAt + the smallest TTL). */
  readonly checkedAt: number;
  readonly validUntil: number;
  /** The TLSA base domain the verdict rests on: the host, or the end of its secure alias chain (RFC 7671 section 7). */
  readonly base: string;
  readonly tlsa: readonly TlsaView[];
  readonly lookups: readonly LookupView[];
  /** Root first. */
  readonly zones: readonly ZoneStep[];
  readonly certificate:
    | {
        readonly kind: 'full chain' | 'leaf only';
        readonly source: CertificateSource;
        readonly how: CertificateHow;
        readonly pkix: PkixStatus;
        readonly obtainedAt: number;
        /** Epoch seconds, where it is an earlier connection's to the same host and port: when it was read. */
        readonly readAt?: number;
        readonly chain: readonly CertificateView[];
      }
    | { readonly kind: 'none'; readonly why: CertificateMissing };
  /** Things worth saying that change no verdict. */
  readonly notes: readonly ReportNote[];
  /** What a draft makes of the site's HTTPS records; only where it was asked for. No part of the verdict. */
  readonly bindings?: BindingsView;
  /** For those who publish the records; only where it was asked for. */
  readonly advice?: readonly Advice[];
  /** Who answered the questions. */
  readonly resolvers: readonly string[];
  readonly work: {
    readonly queries: number;
    readonly roundTrips: number;
    readonly signatureChecks: number;
    readonly nsec3Hashes: number;
  };
}

export type BindingsView = {
  readonly endpoints: readonly EndpointView[];
  /** Endpoints beyond those that are looked at. */
  readonly leftOut: number;
} & (
  | { readonly result: 'endpoints' | 'none' | 'unavailable' | 'too many aliases' }
  | { readonly result: 'not secure'; readonly security: Security; readonly reason: ValidationReason }
);

/** A place where an HTTPS record says the service is, by one transport. */
export type EndpointView = {
  readonly priority: number;
  readonly target: string;
  readonly port: number;
  /** `quic`: HTTP/3. */
  readonly transport: 'tcp' | 'quic';
  /** Where TLSA records stand, or would. */
  readonly owner: string;
  readonly tlsa: readonly TlsaView[];
} & (
  | { readonly state: 'absent' }
  /** Of the certificate of this connection, whichever place it came from. */
  | { readonly state: 'published'; readonly fits: 'verified' | 'mismatch' | 'signed' | 'unread' }
  | { readonly state: 'not secure'; readonly security: Security; readonly reason: ValidationReason }
);

export type ReportNote = DaneNote | ChainNote;

/** On the proof that the site's certificate carries. */
export type ChainNote =
  /** It answered. `instead`: DNS was asked first, and gave nothing that could be verified. */
  | { readonly code: 'chain-answered'; readonly instead: boolean }
  /** DNS was asked, and the certificate says the same by itself. */
  | { readonly code: 'chain-agrees' }
  /** It was looked at, and DNS asked all the same. */
  | {
      readonly code: 'chain-set-aside';
      readonly why:
        | { readonly kind: 'malformed' | 'absent' | 'unsigned' | 'incomplete' | 'not matched' }
        | { readonly kind: 'bogus'; readonly reason: ValidationReason };
    }
  /** A proof of the Handshake name tree, whose roots are not known here (HIP-17). */
  | { readonly code: 'urkel-proof' };

/** Something a verdict rests on that runs out soon. Times are epoch seconds. */
export type ExpiryWarning =
  | {
      readonly code: 'signature-expires';
      readonly zone: string;
      readonly owner: string;
      readonly type: string;
      readonly keyTag: number;
      readonly expiration: number;
    }
  /** `depth`: 0 the site's own certificate. */
  | {
      readonly code: 'certificate-expires';
      readonly depth: number;
      readonly subject: string;
      readonly notAfter: number;
    };
