/**
 * What the inspector can look up, and what comes back: plain values, since they go to the background and back as
 * messages.
 */
import type { ChainReport } from '../../chains/check-chain.ts';
import type { Security, ValidationReason, ZoneStep } from '../../dnssec/outcome.ts';
import type { ClientReport } from '../../people/client.ts';
import type { FoundOpenPgpKeys, OpenPgpKeyReport } from '../../people/openpgpkey.ts';
import type { PaymentReport } from '../../people/payment.ts';
import type { SmimeaReport } from '../../people/smimea.ts';
import type { LookupView, OffReason, Report } from '../../report.ts';
import type { MailReport, ServiceReport, XmppReport } from '../../services/report.ts';

/** Characters of text that is no chain: addresses with comments are the longest that are understood. */
export const MAX_QUERY_CHARACTERS = 2048;

export type Lookup =
  /** The TLSA records of a server, and what they demand. No connection is made. */
  | { readonly kind: 'site'; readonly host: string; readonly port: number }
  | { readonly kind: 'mail'; readonly domain: string }
  | { readonly kind: 'xmpp'; readonly domain: string }
  /** `name`: owner of SRV records. */
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'openpgpkey' | 'smimea' | 'payment'; readonly address: string }
  | { readonly kind: 'client'; readonly name: string }
  /** What somebody has of a chain, in base64. Nobody is asked. */
  | { readonly kind: 'chain'; readonly file: string }
  /** Records of one type by themselves; `type` is its number. */
  | { readonly kind: 'records'; readonly name: string; readonly type: number };

/** A validated lookup, ready for JSON. */
export interface RecordsReport {
  readonly version: 1;
  readonly name: string;
  readonly type: string;
  readonly security: Security;
  readonly result: LookupView['result'];
  readonly reason: ValidationReason;
  readonly answers: readonly AnsweredRecord[];
  readonly lookups: readonly LookupView[];
  /** Root first. */
  readonly zones: readonly ZoneStep[];
  /** Epoch seconds. */
  readonly checkedAt: number;
  readonly validUntil: number;
  readonly resolvers: readonly string[];
  readonly work: Report['work'];
}

export interface AnsweredRecord {
  readonly name: string;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  /** Base64. */
  readonly rdata: string;
}

/** What the background answers. Keys come unread: the library for them is loaded by the page alone. */
export type LookupAnswer =
  | { readonly kind: 'site'; readonly report: Report }
  | { readonly kind: 'mail'; readonly report: MailReport }
  | { readonly kind: 'xmpp'; readonly report: XmppReport }
  | { readonly kind: 'service'; readonly report: ServiceReport }
  | { readonly kind: 'openpgpkey'; readonly report: OpenPgpKeyReport | FoundOpenPgpKeys }
  | { readonly kind: 'smimea'; readonly report: SmimeaReport }
  | { readonly kind: 'payment'; readonly report: PaymentReport }
  | { readonly kind: 'client'; readonly report: ClientReport }
  | { readonly kind: 'records'; readonly report: RecordsReport }
  | { readonly kind: 'chain'; readonly report: ChainReport }
  /** The resolver must not hear of it. */
  | { readonly kind: 'refused'; readonly reason: OffReason; readonly host: string; readonly checkedAt: number }
  /** A fault of ours. */
  | { readonly kind: 'failed'; readonly detail: string };
