/**
 * The fields rdata is made of, each with its text form and its wire form, and the table of them by type that serves
 * both directions. Fields of one record are tokens taken from the left.
 */
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './address.ts';
import { parseType, TYPE, typeMnemonic } from './codes.ts';
import { fromBase32Hex, fromBase64, fromHex, toBase32Hex, toBase64, toHex, unescapeText } from './encodings.ts';
import { escapeOctets, formatLabels, Name, NameError, parseLabels } from './name.ts';
import { TypeBitmap } from './rdata.ts';
import { formatServiceParameters, parseServiceParameters } from './svcb.ts';
import { type WireReader, WireWriter } from './wire.ts';

/** What those who show a fault in words of their own tell apart; `form` is all the rest. */
export type PresentationCode =
  | 'form'
  | 'incomplete'
  | 'left-over'
  | 'name'
  | 'type'
  | 'class'
  | 'base64'
  | 'hexadecimal';

/** Text that is no record. `line` counts from 1; 0 where the text has no lines. */
export class PresentationError extends Error {
  readonly line: number;
  readonly fault: string;
  readonly code: PresentationCode;
  constructor(fault: string, line = 0, code: PresentationCode = 'form') {
    super(line > 0 ? `line ${line}: ${fault}` : fault);
    this.name = 'PresentationError';
    this.fault = fault;
    this.line = line;
    this.code = code;
  }
}

export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

/** The tokens of one record, taken from the left. */
export class Tokens {
  readonly #tokens: readonly Token[];
  readonly origin: Name;
  #next = 0;
  constructor(tokens: readonly Token[], origin: Name) {
    this.#tokens = tokens;
    this.origin = origin;
  }

  get empty(): boolean {
    return this.#next >= this.#tokens.length;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  take(what: string): string {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new PresentationError(`${what} expected`, 0, 'incomplete');
    this.#next++;
    return token.text;
  }

  rest(): string {
    const joined = this.#tokens
      .slice(this.#next)
      .map((token) => token.text)
      .join('');
    this.#next = this.#tokens.length;
    return joined;
  }

  expectEnd(): void {
    if (!this.empty) throw new PresentationError(`left over: ${this.rest()}`, 0, 'left-over');
  }
}

export interface Field {
  format(reader: WireReader): string;
  parse(tokens: Tokens, writer: WireWriter): void;
}

function unsigned(octets: 1 | 2 | 4): Field {
  return {
    format: (reader) => String(octets === 1 ? reader.u8() : octets === 2 ? reader.u16() : reader.u32()),
    parse: (tokens, writer) => writeNumber(writer, octets, parseNumber(tokens.take('a number'), 2 ** (8 * octets) - 1)),
  };
}

function writeNumber(writer: WireWriter, octets: 1 | 2 | 4, value: number): void {
  if (octets === 1) writer.u8(value);
  else if (octets === 2) writer.u16(value);
  else writer.u32(value);
}

export function parseNumber(text: string, most: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most)
    throw new PresentationError(`not a number up to ${most}: ${text}`);
  return Number(text);
}

const u8 = unsigned(1);
const u16 = unsigned(2);
const u32 = unsigned(4);

/** Labels of a name as written, made absolute. */
export function absoluteLabels(text: string, origin: Name): Uint8Array[] {
  if (text === '@') return origin.labels();
  try {
    const labels = parseLabels(text);
    const absolute = text.endsWith('.') && !/(^|[^\\])(\\\\)*\\\.$/.test(text);
    const all = absolute ? labels : [...labels, ...origin.labels()];
    Name.fromLabels(all);
    return all;
  } catch (error) {
    if (error instanceof NameError) throw new PresentationError(`not a name (${error.reason}): ${text}`, 0, 'name');
    throw error;
  }
}

const name: Field = {
  format: (reader) => formatLabels(reader.labels('no pointers')),
  parse: (tokens, writer) => writer.labels(absoluteLabels(tokens.take('a name'), tokens.origin)),
};

const typeField: Field = {
  format: (reader) => typeMnemonic(reader.u16()),
  parse: (tokens, writer) => writer.u16(requireType(tokens.take('a type'))),
};

export function requireType(text: string): number {
  const type = parseType(text);
  if (type === undefined) throw new PresentationError(`not a type: ${text}`, 0, 'type');
  return type;
}

/** Signature times as YYYYMMDDHHmmSS in UTC, or as a number (RFC 4034 section 3.2). */
const time: Field = {
  format: (reader) => timeDigits(reader.u32() * 1000),
  parse: (tokens, writer) => {
    const text = tokens.take('a time');
    const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1).map(Number);
    if (parts === undefined) writer.u32(parseNumber(text, 0xffffffff));
    else {
      const milliseconds = Date.UTC(parts[0]!, parts[1]! - 1, parts[2]!, parts[3]!, parts[4]!, parts[5]!);
      // A 31st of February counts on into March: what does not read back as written is no time.
      if (milliseconds < 0 || timeDigits(milliseconds) !== text) throw new PresentationError(`not a time: ${text}`);
      writer.u32((milliseconds / 1000) % 2 ** 32);
    }
  },
};

function timeDigits(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\D/g, '').slice(0, 14);
}

const hexRest: Field = {
  format: (reader) => toHex(reader.rest()),
  parse: (tokens, writer) => writer.bytes(orFault(fromHex(tokens.rest()), 'not hexadecimal', 'hexadecimal')),
};

const base64Rest: Field = {
  format: (reader) => toBase64(reader.rest()),
  parse: (tokens, writer) => writer.bytes(orFault(fromBase64(tokens.rest()), 'not base64', 'base64')),
};

/** NSEC3 salt: hex behind a length octet, `-` for none (RFC 5155 section 3.3). */
const salt: Field = {
  format: (reader) => toHex(reader.characterString()) || '-',
  parse: (tokens, writer) => {
    const text = tokens.take('a salt');
    const octets = text === '-' ? new Uint8Array() : orFault(fromHex(text), 'not a salt');
    if (octets.length > 255) throw new PresentationError('salt over 255 octets');
    writer.u8(octets.length).bytes(octets);
  },
};

const nextHash: Field = {
  format: (reader) => toBase32Hex(nonEmptyString(reader)),
  parse: (tokens, writer) => {
    const octets = orFault(fromBase32Hex(tokens.take('a hash')), 'not base32hex');
    if (octets.length < 1 || octets.length > 255) throw new PresentationError('not a hash of 1 to 255 octets');
    writer.u8(octets.length).bytes(octets);
  },
};

/** A field that has no text of its own when it is empty. */
function nonEmptyString(reader: WireReader): Uint8Array {
  const octets = reader.characterString();
  if (octets.length === 0) throw reader.fault('bad rdata');
  return octets;
}

const bitmap: Field = {
  format: (reader) => new TypeBitmap(reader).types().map(typeMnemonic).join(' '),
  parse: (tokens, writer) => {
    const types: number[] = [];
    while (!tokens.empty) types.push(requireType(tokens.take('a type')));
    writer.bytes(encodeTypeBitmap(types));
  },
};

export function orFault<T>(value: T | undefined, fault: string, code: PresentationCode = 'form'): T {
  if (value === undefined) throw new PresentationError(fault, 0, code);
  return value;
}

/** The type bitmap of NSEC and NSEC3 for `types` (RFC 4034 section 4.1.2). */
export function encodeTypeBitmap(types: readonly number[]): Uint8Array {
  const writer = new WireWriter();
  const windows = [...new Set(types.map((type) => type >>> 8))].sort((a, b) => a - b);
  for (const window of windows) {
    const inWindow = types.filter((type) => type >>> 8 === window).map((type) => type & 0xff);
    const octets = new Uint8Array((Math.max(...inWindow) >>> 3) + 1);
    for (const bit of inWindow) octets[bit >>> 3]! |= 0x80 >>> (bit & 7);
    writer.u8(window).u8(octets.length).bytes(octets);
  }
  return writer.finish();
}

/** As `escapeOctets`, but a space stands for itself inside quotes. */
function quoted(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet === 0x20 ? ' ' : escapeOctets(Uint8Array.of(octet), '"\\');
  return `"${text}"`;
}

const string: Field = {
  format: (reader) => quoted(reader.characterString()),
  parse: (tokens, writer) => {
    const octets = orFault(unescapeText(tokens.take('a string')), 'not ASCII');
    if (octets.length > 255) throw new PresentationError('string over 255 octets');
    writer.u8(octets.length).bytes(octets);
  },
};

const strings: Field = {
  format: (reader) => {
    const all: string[] = [];
    do all.push(string.format(reader));
    while (reader.remaining > 0);
    return all.join(' ');
  },
  parse: (tokens, writer) => {
    do string.parse(tokens, writer);
    while (!tokens.empty);
  },
};

/** CAA's tag: a string without quotes, and not empty (RFC 8659 section 4.1). */
const tag: Field = {
  format: (reader) => escapeOctets(nonEmptyString(reader), '"\\;()'),
  parse: (tokens, writer) => {
    if (tokens.peek()?.text === '') throw new PresentationError('an empty tag');
    string.parse(tokens, writer);
  },
};

const textRest: Field = {
  format: (reader) => quoted(reader.rest()),
  parse: (tokens, writer) => writer.bytes(orFault(unescapeText(tokens.take('a text')), 'not ASCII')),
};

const ipv4: Field = {
  format: (reader) => formatIpv4(reader.take(4)),
  parse: (tokens, writer) => writer.bytes(orFault(parseIpv4(tokens.take('an IPv4 address')), 'not an IPv4 address')),
};

const ipv6: Field = {
  format: (reader) => formatIpv6(reader.take(16)),
  parse: (tokens, writer) => writer.bytes(orFault(parseIpv6(tokens.take('an IPv6 address')), 'not an IPv6 address')),
};

/** RFC 4025 section 3.1: precedence, the kind of gateway, the algorithm of the key, and the gateway by its kind. */
const ipsecGateway: Field = {
  format: (reader) => {
    const [precedence, kind, algorithm] = [reader.u8(), reader.u8(), reader.u8()];
    return [precedence, kind, algorithm, gatewayOf(kind, () => reader.fault('bad rdata')).format(reader)].join(' ');
  },
  parse: (tokens, writer) => {
    const [precedence, kind, algorithm] = [u8, u8, u8].map(() => parseNumber(tokens.take('a number'), 0xff));
    writer.u8(precedence!).u8(kind!).u8(algorithm!);
    gatewayOf(kind!, () => new PresentationError(`no kind of gateway: ${kind}`)).parse(tokens, writer);
  },
};

const noGateway: Field = {
  format: () => '.',
  parse: (tokens) => {
    if (tokens.take('a gateway') !== '.') throw new PresentationError('a gateway where there is none');
  },
};

function gatewayOf(kind: number, fault: () => Error): Field {
  const field = [noGateway, ipv4, ipv6, name][kind];
  if (field === undefined) throw fault();
  return field;
}

const serviceParameters: Field = {
  format: formatServiceParameters,
  parse: (tokens, writer) => {
    const parameters: string[] = [];
    while (!tokens.empty) parameters.push(tokens.take('a parameter'));
    writer.bytes(orFault(parseServiceParameters(parameters), 'not service parameters'));
  },
};

const digest = [u16, u8, u8, hexRest];
const key = [u16, u8, u8, base64Rest];
const association = [u8, u8, u8, hexRest];

export const FIELDS = new Map<number, readonly Field[]>([
  [TYPE.A, [ipv4]],
  [TYPE.AAAA, [ipv6]],
  ...[TYPE.NS, TYPE.MD, TYPE.MF, TYPE.CNAME, TYPE.MB, TYPE.MG, TYPE.MR, TYPE.PTR, TYPE.DNAME].map(
    (type) => [type, [name]] as const,
  ),
  [TYPE.SOA, [name, name, u32, u32, u32, u32, u32]],
  [TYPE.MX, [u16, name]],
  [TYPE.AFSDB, [u16, name]],
  [TYPE.RT, [u16, name]],
  [TYPE.KX, [u16, name]],
  [TYPE.PX, [u16, name, name]],
  [TYPE.RP, [name, name]],
  [TYPE.MINFO, [name, name]],
  [TYPE.SRV, [u16, u16, u16, name]],
  [TYPE.NAPTR, [u16, u16, string, string, string, name]],
  [TYPE.HINFO, [string, string]],
  [TYPE.TXT, [strings]],
  [TYPE.SPF, [strings]],
  [TYPE.DS, digest],
  [TYPE.CDS, digest],
  [TYPE.DNSKEY, key],
  [TYPE.CDNSKEY, key],
  [TYPE.RRSIG, [typeField, u8, u8, u32, time, time, u16, name, base64Rest]],
  [TYPE.NSEC, [name, bitmap]],
  [TYPE.NSEC3, [u8, u8, u16, salt, nextHash, bitmap]],
  [TYPE.NSEC3PARAM, [u8, u8, u16, salt]],
  [TYPE.TLSA, association],
  [TYPE.SMIMEA, association],
  [TYPE.SSHFP, [u8, u8, hexRest]],
  [TYPE.IPSECKEY, [ipsecGateway, base64Rest]],
  [TYPE.OPENPGPKEY, [base64Rest]],
  [TYPE.SVCB, [u16, name, serviceParameters]],
  [TYPE.HTTPS, [u16, name, serviceParameters]],
  [TYPE.URI, [u16, u16, textRest]],
  [TYPE.CAA, [u8, tag, textRest]],
]);
