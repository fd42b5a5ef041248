/**
 * Payment instructions of a mail address: BIP-353, with its own rules on top of DNSSEC, or PMTA, which is an
 * experiment. Nothing here pays or opens anything: what is published is proven, taken apart and handed on.
 */
import { TYPE } from '../dns/codes.ts';
import { toHex } from '../dns/encodings.ts';
import type { Name } from '../dns/name.ts';
import { parseTxt } from '../dns/rdata.ts';
import type { LookupOutcome } from '../dnssec/lookup.ts';
import type { ValidationReason } from '../dnssec/outcome.ts';
import { type MailAddress, parseAddress } from './address.ts';
import { bip353Owner, pmtaOwner } from './owner.ts';
import { isBitcoinUri, type PaymentUri, parsePaymentUri, type UriFault } from './payment-uri.ts';
import { type Pmta, parsePmta } from './pmta.ts';
import {
  type Answered,
  type Findings,
  findingsOf,
  type InputReason,
  type Judging,
  lookUpPublished,
  noFindings,
  type UnansweredVerdict,
} from './published.ts';

export interface PaymentInput extends Judging {
  /** `user@domain`; the currency sign that wallets put before it is no part of it. */
  readonly address: string;
  /** The number of the PMTA type: look for such records instead. */
  readonly pmtaType?: number;
}

/**
 * `payable` proven instructions by the scheme's rules · `refused` secure records that break them · `absent` proven:
 * nothing published · `off` no address of such a kind; otherwise what DNSSEC says.
 */
export type PaymentVerdict = 'payable' | 'refused' | UnansweredVerdict;

export type PaymentReason =
  | { readonly code: 'payment-found'; readonly methods: number }
  | { readonly code: 'payment-absent' }
  /** BIP-353: two or more records that begin with `bitcoin:` are none. */
  | { readonly code: 'payment-several'; readonly records: number }
  | { readonly code: 'payment-uri'; readonly fault: UriFault }
  /** BIP-353 takes no signatures with SHA-1, whatever the validator takes. */
  | { readonly code: 'payment-sha1'; readonly zone: string }
  /** PMTA records, none of which can be read. */
  | { readonly code: 'payment-unreadable' }
  /** BIP-353: the user's name is made of labels of letters, digits, hyphens and underscores. */
  | { readonly code: 'payment-user'; readonly user: string }
  | InputReason
  | ValidationReason;

export type PaymentRecord =
  | { readonly kind: 'instructions'; readonly text: string; readonly uri: PaymentUri }
  | { readonly kind: 'faulty'; readonly text: string; readonly fault: UriFault }
  /** A text about something else. */
  | { readonly kind: 'other'; readonly text: string }
  | { readonly kind: 'pmta'; readonly pmta: Pmta }
  /** Hex. */
  | { readonly kind: 'unreadable'; readonly data: string };

export interface PaymentReport extends Findings {
  readonly scheme: 'bip353' | 'pmta';
  readonly address: string;
  readonly owner: string | null;
  readonly verdict: PaymentVerdict;
  readonly reason: PaymentReason;
  readonly records: readonly PaymentRecord[];
}

/** Never rejects. */
export async function checkPayment(input: PaymentInput): Promise<PaymentReport> {
  const scheme = input.pmtaType === undefined ? 'bip353' : 'pmta';
  const off = (address: string, reason: PaymentReason): PaymentReport => {
    return { ...noFindings(input), scheme, address, owner: null, verdict: 'off', reason, records: [] };
  };
  const parsed = parseAddress(input.address.trim().replace(/^\u20bf/, ''));
  if (!parsed.ok) return off(input.address, { code: 'address', fault: parsed.fault });
  const { address } = parsed;
  if (scheme === 'bip353' && !isUser(address))
    return off(address.text, { code: 'payment-user', user: address.localPart });
  const owner = scheme === 'bip353' ? bip353Owner(address) : pmtaOwner(address);
  if (owner === undefined) return off(address.text, { code: 'owner-too-long', address: address.text });
  const answered = await lookUp(input, owner);
  const facts = {
    ...findingsOf(answered.outcome, input),
    scheme,
    address: address.text,
    owner: owner.toString(),
  } as const;
  if (!answered.found) {
    const { verdict, reason } = answered;
    return { ...facts, verdict, reason: verdict === 'absent' ? { code: 'payment-absent' } : reason, records: [] };
  }
  const { rdatas, outcome } = answered;
  return { ...facts, ...(scheme === 'bip353' ? judgeTexts(rdatas, outcome) : judgePmta(rdatas)) };
}

/** BIP-353: names outside ASCII are not to be used; and what is no label could not stand in the DNS name. */
function isUser({ localPart }: MailAddress): boolean {
  return /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(localPart);
}

function lookUp(input: PaymentInput, owner: Name): Promise<Answered> {
  if (input.pmtaType !== undefined) return lookUpPublished(input, owner, input.pmtaType);
  // BIP-353 has no room for signatures with SHA-1. RSA keys under 1024 bits count for nothing anywhere here.
  const { zoneCache: _, ...judging } = input;
  const strict = input.options?.allowSha1 ? judging : input;
  return lookUpPublished({ ...strict, options: { ...input.options, allowSha1: false } }, owner, TYPE.TXT);
}

/** Algorithms whose signatures are over SHA-1. */
const SHA1_ALGORITHMS: readonly number[] = [5, 7];

function judgeTexts(
  rdatas: readonly Uint8Array[],
  outcome: LookupOutcome,
): Pick<PaymentReport, 'verdict' | 'reason' | 'records'> {
  const records = rdatas.map(readText);
  const refused = (reason: PaymentReason) => ({ verdict: 'refused', reason, records }) as const;
  // The validator was told to take none; this is the profile's own look at what it took.
  const weak = [...outcome.signatures, ...outcome.zones.flatMap(({ signatures }) => signatures)].find(
    ({ valid, algorithm }) => valid && SHA1_ALGORITHMS.includes(algorithm),
  );
  if (weak !== undefined) return refused({ code: 'payment-sha1', zone: weak.zone });
  const meant = records.filter(({ kind }) => kind === 'instructions' || kind === 'faulty');
  const [record] = meant;
  if (record === undefined) return { verdict: 'absent', reason: { code: 'payment-absent' }, records };
  if (meant.length > 1) return refused({ code: 'payment-several', records: meant.length });
  if (record.kind === 'faulty') return refused({ code: 'payment-uri', fault: record.fault });
  const methods = record.kind === 'instructions' ? record.uri.methods.length : 0;
  return { verdict: 'payable', reason: { code: 'payment-found', methods }, records };
}

/** The strings of one record are one text, in order; records are never joined. */
function readText(rdata: Uint8Array): PaymentRecord {
  const strings = parseTxt(rdata);
  if (strings === undefined) return { kind: 'unreadable', data: toHex(rdata) };
  const text = strings.map((octets) => String.fromCharCode(...octets)).join('');
  if (!isBitcoinUri(text)) return { kind: 'other', text };
  const parsed = parsePaymentUri(text);
  return parsed.ok ? { kind: 'instructions', text, uri: parsed.uri } : { kind: 'faulty', text, fault: parsed.fault };
}

function judgePmta(rdatas: readonly Uint8Array[]): Pick<PaymentReport, 'verdict' | 'reason' | 'records'> {
  const parsed = rdatas.map((rdata): PaymentRecord => {
    const pmta = parsePmta(rdata);
    return pmta === undefined ? { kind: 'unreadable', data: toHex(rdata) } : { kind: 'pmta', pmta };
  });
  const preference = (record: PaymentRecord) => (record.kind === 'pmta' ? record.pmta.preference : 0x1_0000);
  const records = [...parsed].sort((a, b) => preference(a) - preference(b));
  const readable = records.filter(({ kind }) => kind === 'pmta').length;
  if (readable === 0) return { verdict: 'refused', reason: { code: 'payment-unreadable' }, records };
  return { verdict: 'payable', reason: { code: 'payment-found', methods: readable }, records };
}
