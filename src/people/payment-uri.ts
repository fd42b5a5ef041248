/**
 * `bitcoin:` URIs (BIP-21, with BIP-321's empty address and ways to pay among the parameters), taken apart for people
 * to read. Names of parameters in any letter case, each once; a parameter `req-…` that is not known here makes the
 * URI unusable, as BIP-21 has it. Addresses and invoices are not checked: the wallet that pays does that.
 */

/** Characters of the longest URI read. A QR code holds 2953; texts in DNS may be longer. */
export const MAX_URI = 4096;
/** Parameters looked at. Real URIs have one to five. */
const MAX_PARAMETERS = 32;

export interface PaymentUri {
  /** As it was published. */
  readonly text: string;
  /** Each way to pay, in order; one at least. */
  readonly methods: readonly PaymentMethod[];
  /** In satoshi, hundred millions of which are one bitcoin; null where the payer chooses. */
  readonly satoshi: string | null;
  readonly label: string | null;
  readonly message: string | null;
  /** What else stands there and may be passed over. */
  readonly others: readonly { readonly name: string; readonly value: string }[];
}

/**
 * `address` on the chain · `lightning` an invoice (BOLT 11), good once · `offer` (BOLT 12) · `silent` an address for
 * silent payments (BIP-352) · `private` instructions by BIP-351.
 */
export type PaymentKind = 'address' | 'lightning' | 'offer' | 'silent' | 'private';

export interface PaymentMethod {
  readonly kind: PaymentKind;
  readonly network: 'main' | 'test' | 'unknown';
  readonly value: string;
}

export type UriFault =
  | { readonly code: 'scheme' }
  | { readonly code: 'too-long'; readonly characters: number; readonly limit: number }
  /** Not ASCII, or a character no URI has. */
  | { readonly code: 'characters' }
  | { readonly code: 'escape'; readonly name: string }
  | { readonly code: 'repeated'; readonly name: string }
  | { readonly code: 'amount'; readonly value: string }
  | { readonly code: 'required-unknown'; readonly name: string }
  | { readonly code: 'too-many-parameters'; readonly limit: number }
  | { readonly code: 'no-method' };

export type ParsedUri =
  | { readonly ok: true; readonly uri: PaymentUri }
  | { readonly ok: false; readonly fault: UriFault };

/** Parameters that are ways to pay, and the network they are of; the names of BIP-321's are those of the address's prefix. */
const METHODS: ReadonlyMap<string, readonly [PaymentKind, PaymentMethod['network']]> = new Map([
  ['lightning', ['lightning', 'unknown']],
  ['lno', ['offer', 'unknown']],
  ['sp', ['silent', 'main']],
  ['tsp', ['silent', 'test']],
  ['pay', ['private', 'unknown']],
  ['bc', ['address', 'main']],
  ['tb', ['address', 'test']],
]);
/** Ways to pay that may stand there more than once (BIP-321). */
const MAY_REPEAT: readonly string[] = ['lightning', 'lno', 'sp', 'tsp', 'pay', 'bc', 'tb'];

export function isBitcoinUri(text: string): boolean {
  return /^bitcoin:/i.test(text);
}

export function parsePaymentUri(text: string): ParsedUri {
  const fail = (fault: UriFault): ParsedUri => ({ ok: false, fault });
  if (!isBitcoinUri(text)) return fail({ code: 'scheme' });
  if (text.length > MAX_URI) return fail({ code: 'too-long', characters: text.length, limit: MAX_URI });
  if (!/^[!-~]+$/.test(text)) return fail({ code: 'characters' });
  const [, address = '', query = ''] = /^[^:]*:([^?#]*)(?:\?([^#]*))?/.exec(text) ?? [];
  const pairs = query.split('&').filter((pair) => pair !== '');
  if (pairs.length > MAX_PARAMETERS) return fail({ code: 'too-many-parameters', limit: MAX_PARAMETERS });
  const methods: PaymentMethod[] = address === '' ? [] : [onChain(address)];
  const known = new Map<string, string>();
  const others: { name: string; value: string }[] = [];
  for (const pair of pairs) {
    const [written, ...rest] = pair.split('=');
    const name = written!.toLowerCase();
    const value = decoded(rest.join('='));
    if (value === undefined) return fail({ code: 'escape', name });
    const base = name.replace(/^req-/, '');
    const method = METHODS.get(base);
    if (!MAY_REPEAT.includes(base) && (known.has(base) || others.some((other) => other.name === name))) {
      return fail({ code: 'repeated', name });
    }
    if (method !== undefined) {
      const [kind, network] = method;
      if (value !== '') methods.push({ kind, network: network === 'unknown' ? networkOf(value) : network, value });
    } else if (base === 'amount' || base === 'label' || base === 'message') known.set(base, value);
    // BIP-21: a payer that does not know a required parameter must not use the URI.
    else if (name.startsWith('req-')) return fail({ code: 'required-unknown', name });
    else others.push({ name, value });
  }
  const amount = known.get('amount');
  const satoshi = amount === undefined ? null : satoshiOf(amount);
  if (satoshi === undefined) return fail({ code: 'amount', value: amount! });
  if (methods.length === 0) return fail({ code: 'no-method' });
  const label = known.get('label') ?? null;
  return { ok: true, uri: { text, methods, satoshi, label, message: known.get('message') ?? null, others } };
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return undefined;
  }
}

function onChain(value: string): PaymentMethod {
  return { kind: 'address', network: networkOf(value), value };
}

/** By the prefixes of addresses and invoices; those of the old addresses are single characters. */
function networkOf(value: string): PaymentMethod['network'] {
  if (/^(bc1|[13]|lnbc(?!rt)|sp1)/i.test(value)) return 'main';
  return /^(tb1|bcrt1|[2mn][1-9A-HJ-NP-Za-km-z]{25}|lntb|lnbcrt|tsp1)/i.test(value) ? 'test' : 'unknown';
}

/** BIP-21: decimal bitcoin with a dot and at most eight places, exactly. The point may not stand alone. */
function satoshiOf(amount: string): string | undefined {
  const [, whole, places = ''] = /^(\d{1,8})(?:\.(\d{1,8}))?$/.exec(amount) ?? [];
  return whole === undefined ? undefined : BigInt(whole + places.padEnd(8, '0')).toString();
}

/** Satoshi as bitcoin, without zeros at the end. */
export function bitcoinText(satoshi: string): string {
  const digits = satoshi.padStart(9, '0');
  const places = digits.slice(-8).replace(/0+$/, '');
  return digits.slice(0, -8) + (places === '' ? '' : `.${places}`);
}
