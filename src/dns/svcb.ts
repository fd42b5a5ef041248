/**
 * Service parameters of SVCB and HTTPS records (RFC 9460 section 2). Reads the keys in strictly increasing order,
 * each value whole; anything else makes the record unusable.
 */
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './address.ts';
import { fromBase64, toBase64, toCharacters, unescapeText } from './encodings.ts';
import { escapeOctets } from './name.ts';
import { type WireReader, WireWriter } from './wire.ts';

const MANDATORY = 0;
const KEYS = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint'] as const;

export interface ServiceParameter {
  readonly key: number;
  readonly value: Uint8Array;
}

/** `alpn`, `port`, … or `key667`. */
export function serviceKeyName(key: number): string {
  return KEYS[key] ?? `key${key}`;
}

/** All that remains in the reader as parameters. Throws WireFault where keys do not increase or a value is none. */
export function readServiceParameters(reader: WireReader): ServiceParameter[] {
  const parameters: ServiceParameter[] = [];
  let previous = -1;
  while (reader.remaining > 0) {
    const key = reader.u16();
    if (key <= previous) throw reader.fault('bad rdata');
    previous = key;
    const value = reader.take(reader.u16());
    if (!wellFormed(key, value)) throw reader.fault('bad rdata');
    parameters.push({ key, value });
  }
  if (!hasMandatory(parameters)) throw reader.fault('bad rdata');
  return parameters;
}

/** RFC 9460 section 8: the keys that `mandatory` lists are there, it itself not among them. */
function hasMandatory(parameters: readonly ServiceParameter[]): boolean {
  const mandatory = parameters.find(({ key }) => key === MANDATORY);
  if (mandatory === undefined) return true;
  const listed = chunks(mandatory.value, 2).map(numberOf);
  return listed.every((key) => key !== MANDATORY && parameters.some((parameter) => parameter.key === key));
}

function chunks(octets: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: octets.length / size }, (_, i) => octets.subarray(i * size, (i + 1) * size));
}

/** Two octets as a number. */
function numberOf(octets: Uint8Array): number {
  return octets[0]! * 0x100 + octets[1]!;
}

/** RFC 9460 section 7: the value forms of the keys it defines. */
function wellFormed(key: number, value: Uint8Array): boolean {
  switch (serviceKeyName(key)) {
    case 'mandatory': {
      const keys = value.length % 2 === 0 ? chunks(value, 2).map(numberOf) : [];
      return keys.length > 0 && keys.every((key, i) => i === 0 || key > keys[i - 1]!);
    }
    case 'alpn': {
      let at = 0;
      while (at < value.length && value[at]! > 0) at += 1 + value[at]!;
      return value.length > 0 && at === value.length;
    }
    case 'no-default-alpn':
      return value.length === 0;
    case 'port':
      return value.length === 2;
    case 'ipv4hint':
      return value.length > 0 && value.length % 4 === 0;
    case 'ipv6hint':
      return value.length > 0 && value.length % 16 === 0;
    default:
      return true;
  }
}

/** Parameters as text, all values in the forms of RFC 9460 section 7. Throws WireFault. */
export function formatServiceParameters(reader: WireReader): string {
  return readServiceParameters(reader)
    .map(({ key, value }) => {
      const text = formatServiceValue(key, value);
      return text === '' ? serviceKeyName(key) : `${serviceKeyName(key)}=${text}`;
    })
    .join(' ');
}

const SPECIAL = '"\\;()';
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** A list's commas and backslashes are escaped as such, and then, like all text, once more (RFC 9460 appendix A.1). */
export function formatServiceValue(key: number, value: Uint8Array): string {
  switch (serviceKeyName(key)) {
    case 'mandatory':
      return chunks(value, 2)
        .map((octets) => serviceKeyName(numberOf(octets)))
        .join(',');
    case 'alpn': {
      const list = new WireWriter();
      for (let at = 0; at < value.length; at += 1 + value[at]!) {
        if (at > 0) list.u8(COMMA);
        for (const octet of value.subarray(at + 1, at + 1 + value[at]!)) {
          if (octet === COMMA || octet === BACKSLASH) list.u8(BACKSLASH);
          list.u8(octet);
        }
      }
      return escapeOctets(list.finish(), SPECIAL);
    }
    case 'port':
      return String(numberOf(value));
    case 'ipv4hint':
      return chunks(value, 4).map(formatIpv4).join(',');
    case 'ipv6hint':
      return chunks(value, 16).map(formatIpv6).join(',');
    case 'ech':
      return toBase64(value);
    default:
      return escapeOctets(value, SPECIAL);
  }
}

/** Parameters from text such as `alpn=h2,h3` in any order; undefined where a key repeats or a value is none. */
export function parseServiceParameters(texts: readonly string[]): Uint8Array | undefined {
  const parameters: ServiceParameter[] = [];
  for (const text of texts) {
    const [, name, value = ''] = /^([a-z0-9-]+)(?:=(.*))?$/s.exec(text) ?? [];
    const key = name === undefined ? undefined : parseKey(name);
    const octets = key === undefined ? undefined : parseValue(name!, value);
    if (key === undefined || octets === undefined || !wellFormed(key, octets)) return undefined;
    if (parameters.some((parameter) => parameter.key === key)) return undefined;
    parameters.push({ key, value: octets });
  }
  if (!hasMandatory(parameters)) return undefined;
  const writer = new WireWriter();
  for (const { key, value } of parameters.sort((a, b) => a.key - b.key)) writer.u16(key).u16(value.length).bytes(value);
  return writer.finish();
}

function parseKey(name: string): number | undefined {
  const known = (KEYS as readonly string[]).indexOf(name);
  if (known >= 0) return known;
  const number = /^key(0|[1-9]\d{0,4})$/.exec(name)?.[1];
  return number !== undefined && Number(number) <= 0xffff ? Number(number) : undefined;
}

/** By the name of the key: as `key3` the value is octets, as `port` a number (RFC 9460 section 2.1). */
function parseValue(name: string, escaped: string): Uint8Array | undefined {
  const octets = unescapeText(escaped);
  if (octets === undefined) return undefined;
  const text = toCharacters(octets);
  const list = text.split(',');
  switch (name) {
    case 'mandatory': {
      const keys = list.map(parseKey).sort((a = 0, b = 0) => a - b);
      return joined(keys.map((key) => (key === undefined ? undefined : Uint8Array.of(key >>> 8, key & 0xff))));
    }
    case 'alpn':
      return joined(splitList(text)?.map(prefixed) ?? [undefined]);
    case 'port':
      return /^\d{1,5}$/.test(text) && Number(text) <= 0xffff
        ? Uint8Array.of(Number(text) >>> 8, Number(text) & 0xff)
        : undefined;
    case 'ipv4hint':
      return joined(list.map(parseIpv4));
    case 'ipv6hint':
      return joined(list.map(parseIpv6));
    case 'ech':
      return fromBase64(text);
    default:
      return octets;
  }
}

/** The items of a list; undefined where a backslash escapes neither comma nor backslash (RFC 9460 appendix A.1). */
function splitList(text: string): Uint8Array[] | undefined {
  const items: number[][] = [[]];
  for (const [piece, escaped] of text.matchAll(/\\([\\,])|[\s\S]/g)) {
    if (piece === '\\') return undefined;
    if (piece === ',') items.push([]);
    else items.at(-1)!.push((escaped ?? piece).charCodeAt(0));
  }
  return items.map((item) => Uint8Array.from(item));
}

function prefixed(octets: Uint8Array): Uint8Array | undefined {
  return octets.length <= 255 ? Uint8Array.of(octets.length, ...octets) : undefined;
}

function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  const writer = new WireWriter();
  for (const part of parts) {
    if (part === undefined) return undefined;
    writer.bytes(part);
  }
  return writer.finish();
}
