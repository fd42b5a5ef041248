/**
 * What DANE says of services that DNS leads to by name: mail by MX (RFC 7672), others by SRV (RFC 7673). Plain values,
 * ready for JSON; sentences come from `explain/services.ts`. Names are without their closing dot, times epoch seconds.
 */
import type { Advice } from '../dane/advice.ts';
import type { DaneNote, DaneReason, TlsaView } from '../dane/outcome.ts';
import type { Security, ValidationReason, ZoneStep } from '../dnssec/outcome.ts';
import type { LookupView, OffReason, Report } from '../report.ts';
import type { ReportsRecord, StsPolicy, StsRecord } from './policies.ts';

/**
 * `verified` every server was reached and shows a published certificate · `published` every server publishes one, and
 * none was asked · `mismatch` a server shows another, or no TLS at all · `partial` some publish one and others do not ·
 * `signed` signed, and nothing usable is published · `insecure` proven unsigned · `bogus` the DNS data fails ·
 * `indeterminate` could not be found out · `unread` published, but a server could not be reached · `none` there is no
 * such service · `off` no name that could have one.
 */
export type ServiceVerdict =
  | 'verified'
  | 'published'
  | 'mismatch'
  | 'partial'
  | 'signed'
  | 'insecure'
  | 'bogus'
  | 'indeterminate'
  | 'unread'
  | 'none'
  | 'off';

export const SERVICE_VERDICTS: readonly ServiceVerdict[] = [
  'verified',
  'published',
  'mismatch',
  'partial',
  'signed',
  'insecure',
  'bogus',
  'indeterminate',
  'unread',
  'none',
  'off',
];

/**
 * What a client that follows DANE does with one server (RFC 7672 section 2.2). `verify`: TLS, and a certificate that is
 * published · `encrypt`: TLS, whoever it is · `opportunistic`: TLS where it is offered · `usual rules`: a certificate
 * that is valid by PKIX · `skip`: it goes to another server, or waits.
 */
export type Treatment = 'verify' | 'encrypt' | 'opportunistic' | 'usual rules' | 'skip';

export type PeerReason =
  | ValidationReason
  | { readonly code: 'tlsa-published'; readonly usable: number; readonly unusable: number }
  | { readonly code: 'tlsa-absent' }
  | { readonly code: 'tlsa-unusable'; readonly records: number }
  /** A name so long that no TLSA record can stand below it. */
  | { readonly code: 'name-too-long' }
  | { readonly code: 'no-address' }
  /** The SRV records that name the server are not signed (RFC 7673 section 3.1). */
  | { readonly code: 'list-unsigned' }
  /** No record names it: the domain itself is tried (RFC 6120 section 3.2.2). */
  | { readonly code: 'list-absent' };

export interface PeerReport {
  readonly host: string;
  readonly port: number;
  /** MX preference or SRV priority, the lowest first; left out where neither led here. */
  readonly preference?: number;
  readonly weight?: number;
  readonly treatment: Treatment;
  readonly reason: PeerReason;
  /** The TLSA base domain: the host, or for mail the end of its secure alias chain. Also the name that TLS is told. */
  readonly base: string;
  /** The names that a certificate may have where names count, the most important first. */
  readonly references: readonly string[];
  /** As text; of hosts with very many the first. */
  readonly addresses: readonly string[];
  readonly addressSecurity: Security;
  /** The host is an alias for this one. */
  readonly alias?: string;
  readonly tlsa: readonly TlsaView[];
  readonly lookups: readonly LookupView[];
  /** One each address tried; left out where nobody was to connect. */
  readonly connections?: readonly ConnectionReport[];
}

/** Why no certificate came from a server. */
export type ConnectionFault =
  | 'connection refused'
  | 'connection failed'
  | 'no answer'
  /** It greets with a refusal, or not in the protocol. */
  | 'greeting refused'
  | 'starttls not offered'
  | 'starttls refused'
  | 'handshake failed'
  /** Nobody here knows how TLS begins in this protocol. */
  | 'protocol unknown';

export interface ConnectionReport {
  readonly address: string;
  readonly port: number;
  /** `accepted`: a client of DANE goes on · `refused`: it does not · `unreached`: what it would do is open. */
  readonly result: 'accepted' | 'refused' | 'unreached';
  readonly reason: ConnectionReason;
  readonly tlsa: readonly TlsaView[];
  readonly notes: readonly DaneNote[];
  readonly certificate: Report['certificate'];
  /** What the server said instead, cut to a line. */
  readonly said?: string;
}

export type ConnectionReason =
  | DaneReason
  /** TLS came about, and nothing is demanded of the certificate. */
  | { readonly code: 'encrypted' }
  | { readonly code: 'pkix-valid'; readonly references: readonly string[] }
  | { readonly code: 'pkix-invalid'; readonly references: readonly string[] }
  | { readonly code: 'fault'; readonly fault: ConnectionFault }
  /** No TLS, and none demanded: a client goes on in the clear. */
  | { readonly code: 'in-clear'; readonly fault: ConnectionFault };

export type ServiceReason =
  | ValidationReason
  | OffReason
  | { readonly code: 'all-published'; readonly peers: number }
  | { readonly code: 'some-published'; readonly published: number; readonly peers: number }
  | { readonly code: 'none-published'; readonly peers: number }
  /** There are more servers than are looked at. */
  | { readonly code: 'too-many-peers'; readonly peers: number; readonly looked: number }
  | { readonly code: 'all-accepted'; readonly peers: number }
  | { readonly code: 'peer-refused'; readonly host: string; readonly address: string }
  | { readonly code: 'peer-unreached'; readonly host: string }
  /** RFC 7505 section 3. */
  | { readonly code: 'null-mx' }
  | { readonly code: 'domain-absent' }
  /** Not one of the servers named has an address. */
  | { readonly code: 'no-server' }
  | { readonly code: 'srv-absent' }
  /** A target of `.` (RFC 2782). */
  | { readonly code: 'not-offered' }
  | { readonly code: 'not-a-service-name'; readonly name: string };

/** For those who publish. It changes no verdict. */
export type ServiceAdvice =
  /** As a site's own records get it. */
  | { readonly code: 'tlsa'; readonly host: string; readonly advice: Advice }
  /** Usage 0 or 1, which senders of mail need not take (RFC 7672 section 3.1.3). */
  | { readonly code: 'mail-pkix-usage'; readonly host: string; readonly usage: number }
  /** Usage 2: the server has to send the issuer's certificate too, a root included (RFC 7672 section 3.1.2). */
  | { readonly code: 'send-issuer'; readonly host: string }
  /** There are usable records, and none of the kind that is advised: 3 1 1 (RFC 7672 section 3.1.1). */
  | { readonly code: 'prefer-3-1-1'; readonly host: string }
  /** An MX or SRV target that is an alias (RFC 2181 section 10.3, RFC 2782). */
  | { readonly code: 'alias'; readonly host: string; readonly target: string }
  /** Servers without records beside servers with some: who wants to can lead a sender there. */
  | { readonly code: 'unprotected-beside-protected'; readonly host: string }
  | { readonly code: 'null-mx-not-alone' }
  | { readonly code: 'null-mx-preference'; readonly preference: number }
  /** An address written where a host's name belongs. */
  | { readonly code: 'address-as-host'; readonly host: string }
  | { readonly code: 'no-failure-reports' }
  | { readonly code: 'sts-misses-host'; readonly host: string };

interface PeersReport {
  readonly version: 1;
  readonly domain: string;
  readonly verdict: ServiceVerdict;
  readonly reason: ServiceReason;
  readonly checkedAt: number;
  readonly validUntil: number;
  /** Of the records that name the servers. */
  readonly listSecurity: Security;
  readonly peers: readonly PeerReport[];
  /** Servers named beyond those that are looked at. */
  readonly leftOut: number;
  readonly lookups: readonly LookupView[];
  /** Root first. */
  readonly zones: readonly ZoneStep[];
  readonly advice: readonly ServiceAdvice[];
  readonly resolvers: readonly string[];
  readonly work: Report['work'];
}

export interface MailReport extends PeersReport {
  readonly port: number;
  /** How a sender comes to the servers: by MX records, or to the domain itself (RFC 5321 section 5.1). */
  readonly route: 'mx' | 'domain itself' | 'none';
  /** What stands beside DANE; left out where nobody was asked. */
  readonly policies?: {
    readonly sts?: StsRecord;
    /** Only where it was asked for, and the record says that there is one. */
    readonly stsPolicy?: StsPolicy;
    readonly reports?: ReportsRecord;
  };
}

export interface ServiceReport extends PeersReport {
  /** The owner name of the SRV records. */
  readonly name: string;
  /** Without underscores: `xmpp-client`, `tcp`. */
  readonly service: string;
  readonly protocol: string;
}

/** The four services of an XMPP domain. */
export interface XmppReport {
  readonly version: 1;
  readonly domain: string;
  readonly verdict: ServiceVerdict;
  readonly services: readonly ServiceReport[];
}
