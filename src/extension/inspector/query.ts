/**
 * What somebody typed, pasted or was sent in a link: what it can mean, and which lookups apply. Takes a mail address, a
 * URL, `host:port`, a host or domain, an owner name with or without a type, or the hex of a whole chain (RFC 9102).
 * Pure; hostile text gives a fault, never an exception.
 */
import { classifyHost, type HostFault } from '../../dane/owner.ts';
import { parseType, TYPE } from '../../dns/codes.ts';
import { fromHex, toBase64, toCharacters } from '../../dns/encodings.ts';
import { Name, NameError } from '../../dns/name.ts';
import { type AddressFault, parseAddress, toAscii } from '../../people/address.ts';
import { type Lookup, MAX_QUERY_CHARACTERS } from './lookups.ts';

/** Characters of a chain in hex: twice its 65,539 octets, and white space. */
const MAX_CHAIN_CHARACTERS = 400_000;

export type Query =
  | { readonly ok: true; readonly meaning: Meaning; readonly subject: string; readonly lookups: readonly Lookup[] }
  | {
      readonly ok: false;
      readonly fault: QueryFault;
      /** What may have been meant. */
      readonly suggestion?: string;
    };

export type Meaning =
  | 'domain'
  | 'server'
  | 'address'
  | 'payment address'
  | 'service'
  | 'owner name'
  | 'records'
  | 'chain';

export type QueryFault =
  | { readonly code: 'empty' }
  /** Half of a surrogate pair. */
  | { readonly code: 'not-text' }
  | { readonly code: 'too-long'; readonly characters: number; readonly limit: number }
  | { readonly code: 'address'; readonly fault: AddressFault }
  /** An IP address: DANE knows names alone. */
  | { readonly code: 'ip-address'; readonly text: string }
  | { readonly code: 'single-label'; readonly text: string }
  | { readonly code: 'bad-name'; readonly text: string; readonly fault: HostFault }
  | { readonly code: 'scheme'; readonly scheme: string }
  | { readonly code: 'port'; readonly text: string }
  /** Several words, none of which is a type. */
  | { readonly code: 'type'; readonly text: string }
  | { readonly code: 'unaskable-type'; readonly text: string }
  | { readonly code: 'chain-hex' };

export function readQuery(text: string): Query {
  const query = read(text.trim());
  if (query.ok) return query;
  // What stands behind a name is no slip of the space bar.
  if (query.fault.code === 'type' || query.fault.code === 'unaskable-type') return query;
  const repaired = repair(text);
  // Only what is understood as it stands is worth suggesting.
  if (repaired === text.trim() || repaired.length > MAX_QUERY_CHARACTERS || !read(repaired).ok) return query;
  return { ...query, suggestion: repaired };
}

function read(text: string): Query {
  if (text === '') return refuse({ code: 'empty' });
  const hex = text.length <= MAX_CHAIN_CHARACTERS ? text.replace(/^0x/i, '').replace(/[\s:]/g, '') : '';
  // Longer than any label: this is no name.
  if (hex.length > 63 && /^[0-9a-f]+$/i.test(hex)) {
    const octets = hex.length % 2 === 0 ? fromHex(hex.toLowerCase()) : undefined;
    return octets === undefined ? refuse({ code: 'chain-hex' }) : chainQuery(octets, hex);
  }
  // Certificates may carry a chain; a field of one line has lost the line ends.
  if (/^-----BEGIN CERTIFICATE-----/.test(text) && text.length <= MAX_CHAIN_CHARACTERS) {
    return chainQuery(new TextEncoder().encode(text), text);
  }
  if (text.length > MAX_QUERY_CHARACTERS) {
    return refuse({ code: 'too-long', characters: text.length, limit: MAX_QUERY_CHARACTERS });
  }
  if (/\p{Cs}/u.test(text)) return refuse({ code: 'not-text' });
  if (/^mailto:/i.test(text)) return readAddress(unescaped(text.slice('mailto:'.length).replace(/\?.*$/s, '')));
  if (/^xmpp:/i.test(text)) return readXmpp(text.slice('xmpp:'.length));
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme !== undefined && rest !== undefined) return readUrl(scheme.toLowerCase(), rest);
  if (text.includes('@')) return readAddress(text);
  const words = text.split(/\s+/);
  if (words.length > 1) return readRecords(words);
  if (text.split('.').some((label) => label.startsWith('_'))) return readOwner(text);
  return readHost(text.replace(/^\/\//, ''), undefined);
}

/** A chain, or a certificate with one, as octets or text. `title`: what it is called on the page; it is cut. */
export function chainQuery(octets: Uint8Array, title: string): Extract<Query, { ok: true }> {
  const subject = title.length > SHOWN_TITLE ? `${title.slice(0, SHOWN_TITLE)}…` : title;
  return { ok: true, meaning: 'chain', subject, lookups: [{ kind: 'chain', file: toBase64(octets) }] };
}

const SHOWN_TITLE = 40;

function refuse(fault: QueryFault): Query {
  return { ok: false, fault };
}

function readAddress(text: string): Query {
  // The sign that wallets put before an address: nothing but a payment is meant.
  const isPayment = /^\u20bf/.test(text);
  const parsed = parseAddress(text.replace(/^\u20bf/, ''));
  if (!parsed.ok) return refuse({ code: 'address', fault: parsed.fault });
  const { address } = parsed;
  // As it was typed: the quoting is part of what is read again.
  const typed = text.replace(/^\u20bf/, '').trim();
  const payment: Lookup = { kind: 'payment', address: typed };
  if (isPayment) return { ok: true, meaning: 'payment address', subject: address.text, lookups: [payment] };
  const lookups: Lookup[] = [
    { kind: 'openpgpkey', address: typed },
    { kind: 'smimea', address: typed },
    payment,
    { kind: 'mail', domain: textOf(address.domain) },
  ];
  return { ok: true, meaning: 'address', subject: address.text, lookups };
}

/** RFC 5122: `xmpp:user@domain/resource`. */
function readXmpp(text: string): Query {
  const domain = unescaped(text.replace(/^\/\/[^/]*\//, '').replace(/[/?#].*$/s, '')).replace(/^.*@/s, '');
  const host = classify(domain);
  if (!host.ok) return host;
  return { ok: true, meaning: 'service', subject: host.text, lookups: [{ kind: 'xmpp', domain: host.text }] };
}

/** Ports of schemes whose servers begin with TLS (RFC 8314, IANA). */
const TLS_PORTS: ReadonlyMap<string, number> = new Map([
  ['https', 443],
  ['wss', 443],
  ['smtps', 465],
  ['submissions', 465],
  ['ldaps', 636],
  ['ftps', 990],
  ['imaps', 993],
  ['pop3s', 995],
  ['sips', 5061],
]);

function readUrl(scheme: string, rest: string): Query {
  // A plain site's TLS, where it has any, is at the port of https.
  const port = TLS_PORTS.get(scheme === 'http' ? 'https' : scheme);
  if (port === undefined) return refuse({ code: 'scheme', scheme });
  const authority = rest.replace(/[/?#\\].*$/s, '').replace(/^.*@/s, '');
  return readHost(scheme === 'http' ? authority.replace(/:\d*$/, '') : authority, port);
}

/** `defaultPort`: there was a scheme, so one server is meant. */
function readHost(text: string, defaultPort: number | undefined): Query {
  const authority = text.replace(/[/?#].*$/s, '');
  const [, named = '', portText] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority) ?? [undefined, authority];
  const whole = classifyHost(authority);
  if (whole.kind === 'address-literal') return refuse({ code: 'ip-address', text: authority });
  const host = classify(named);
  if (!host.ok) return host;
  if (portText !== undefined && portText !== '') {
    const port = /^[1-9]\d{0,4}$/.test(portText) ? Number(portText) : 0;
    if (port < 1 || port > 0xffff) return refuse({ code: 'port', text: portText });
    return serverAt(host.text, port);
  }
  return defaultPort === undefined ? domainOf(host.text) : serverAt(host.text, defaultPort);
}

function serverAt(host: string, port: number): Query {
  return { ok: true, meaning: 'server', subject: `${host}:${port}`, lookups: [{ kind: 'site', host, port }] };
}

/** Whatever a bare name may be. */
function domainOf(host: string): Query {
  const records = [TYPE.CAA, TYPE.HTTPS, TYPE.SSHFP, TYPE.IPSECKEY];
  return {
    ok: true,
    meaning: 'domain',
    subject: host,
    lookups: [
      { kind: 'site', host, port: 443 },
      { kind: 'mail', domain: host },
      { kind: 'xmpp', domain: host },
      { kind: 'client', name: host },
      ...records.map((type) => ({ kind: 'records' as const, name: `${host}.`, type })),
    ],
  };
}

/** Types that are no data one could ask for: OPT, NXNAME, transfers and their signatures, and questions for any. */
const NOT_ASKED: readonly number[] = [0, TYPE.OPT, TYPE.NXNAME, 249, 250, 251, 252, TYPE.ANY];

/** `NAME TYPE`, as in a zone file or after `dig`: TTL, class and data may stand there and do not count. */
function readRecords(words: readonly string[]): Query {
  const [first = '', ...others] = words;
  const typed = others.map((word) => ({ word, type: parseType(word) })).find(({ type }) => type !== undefined);
  if (typed?.type === undefined) {
    // The other way round.
    const type = parseType(first);
    if (type !== undefined && words.length === 2) return recordsOf(others[0]!, first, type);
    return refuse({ code: 'type', text: others.join(' ') });
  }
  return recordsOf(first, typed.word, typed.type);
}

function recordsOf(text: string, typeText: string, type: number): Query {
  if (NOT_ASKED.includes(type)) return refuse({ code: 'unaskable-type', text: typeText });
  const name = nameOf(text);
  if (!name.ok) return name;
  const owner = name.name.toString();
  return {
    ok: true,
    meaning: 'records',
    subject: textOf(name.name) || '.',
    lookups: [{ kind: 'records', name: owner, type }],
  };
}

const TRANSPORTS: readonly string[] = ['_tcp', '_udp', '_sctp', '_quic'];

/** Labels that say what stands there. */
const TYPES_BY_LABEL: ReadonlyMap<string, number> = new Map([
  ['_openpgpkey', TYPE.OPENPGPKEY],
  ['_smimecert', TYPE.SMIMEA],
  ['_bitcoin-payment', TYPE.TXT],
  ['_mta-sts', TYPE.TXT],
  ['_tls', TYPE.TXT],
  ['_dmarc', TYPE.TXT],
  ['_domainkey', TYPE.TXT],
  ['_acme-challenge', TYPE.TXT],
  ['_https', TYPE.HTTPS],
  ['_dns', TYPE.SVCB],
]);

/** A name with labels that begin with an underscore (RFC 8552). */
function readOwner(text: string): Query {
  const parsed = nameOf(text);
  if (!parsed.ok) return parsed;
  const { name } = parsed;
  const owner = name.toString();
  const subject = textOf(name);
  const labels = name.labels().map(toCharacters);
  const [first = '', second = ''] = labels;
  const isBelowTransport = TRANSPORTS.includes(second) && labels.length > 2;
  if (isBelowTransport && /^_\d+$/.test(first)) {
    const host = classifyHost(textOf(name.ancestor(name.labelCount - 2)));
    const port = Number(first.slice(1));
    // A server by TCP is looked at as one; of others the records alone.
    if (second === '_tcp' && host.kind === 'name' && port > 0 && port <= 0xffff && first === `_${port}`) {
      return serverAt(textOf(host.name), port);
    }
    return records(owner, subject, TYPE.TLSA);
  }
  if (isBelowTransport) return { ok: true, meaning: 'service', subject, lookups: [{ kind: 'service', name: subject }] };
  const type = labels.map((label) => TYPES_BY_LABEL.get(label)).find((known) => known !== undefined);
  if (type !== undefined) return records(owner, subject, type);
  return { ok: true, meaning: 'owner name', subject, lookups: [{ kind: 'client', name: subject }] };
}

function records(name: string, subject: string, type: number): Query {
  return { ok: true, meaning: 'owner name', subject, lookups: [{ kind: 'records', name, type }] };
}

type Named = { readonly ok: true; readonly name: Name } | Extract<Query, { ok: false }>;

/** Any name that DNS can have, the root included. */
function nameOf(text: string): Named {
  try {
    return { ok: true, name: Name.parse(toAscii(text)) };
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return { ok: false, fault: { code: 'bad-name', text, fault: error.reason } };
  }
}

/** A host or domain, in A-labels without the closing dot. */
function classify(text: string): { readonly ok: true; readonly text: string } | Extract<Query, { ok: false }> {
  const ascii = toAscii(text);
  const host = classifyHost(ascii);
  // DNS has names with other characters; no host and no domain of mail is one of them.
  if ((host.kind === 'name' || host.kind === 'single-label') && !/^[a-z0-9_.-]+$/i.test(ascii)) {
    return { ok: false, fault: { code: 'bad-name', text, fault: 'forbidden character' } };
  }
  switch (host.kind) {
    case 'name':
      return { ok: true, text: textOf(host.name) };
    case 'address-literal':
      return { ok: false, fault: { code: 'ip-address', text } };
    case 'single-label':
      return { ok: false, fault: { code: 'single-label', text } };
    case 'bad-host':
      return { ok: false, fault: { code: 'bad-name', text, fault: host.fault } };
  }
}

function textOf(name: Name): string {
  return name.toString().replace(/\.$/, '');
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

/** Slips of the keyboard and of copying: brackets and quotes around, a comma or two dots for one, spaces, half a scheme. */
function repair(text: string): string {
  const bare = /<([^<>\s]+@[^<>\s]+)>/.exec(text.slice(0, MAX_QUERY_CHARACTERS))?.[1] ?? text.trim();
  return bare
    .slice(0, MAX_QUERY_CHARACTERS + 1)
    .replace(/^[<("'\u201c\u2018\s]+|[>)"'\u201d\u2019\s]+$/g, '')
    .replace(/^https?:?\/*(?=[^/])/i, (scheme) => (/^https?:\/\/$/i.test(scheme) ? scheme : ''))
    .replace(/[,;]/g, '.')
    .replace(/\s+/g, '')
    .replace(/\.{2,}/g, '.')
    .replace(/^\.+|\.+$/g, '');
}
