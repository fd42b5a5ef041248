/**
 * Service parameters of SVCB and HTTPS records (RFC 9460 section 2). Reads the keys in strictly increasing order,
 * each value whole; anything else makes the record unusable.
 */
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './address.ts';
import { fromBase64, toBase64, unescapeText } from './encodings.ts';
import { escapeOctets } from './name.ts';
import { type WireReader, WireWriter } from './wire.ts';

const KEYS = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint'] as const;

export interface ServiceParameter {
  readonly key: number;
  readonly value: Uint8Array;
}

/** `alpn`, `port`, … or `key667`. */
export function serviceKeyName(key: number): string {
  return KEYS[key] ?? `key${key}`;
}

/** All that remains in the reader as parameters. Throws WireFault where the keys do not increase or a value is cut short. */
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
  return parameters;
}

/** RFC 9460 section 7: the value forms of the keys it defines. */
function wellFormed(key: number, value: Uint8Array): boolean {
  switch (serviceKeyName(key)) {
    case 'mandatory':
      return value.length > 0 && value.length % 2 === 0;
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
      const text = formatValue(key, value);
      return text === '' ? serviceKeyName(key) : `${serviceKeyName(key)}=${text}`;
    })
    .join(' ');
}

function formatValue(key: number, value: Uint8Array): string {
  const chunks = (size: number) =>
    Array.from({ length: value.length / size }, (_, i) => value.subarray(i * size, (i + 1) * size));
  const u16 = (octets: Uint8Array) => octets[0]! * 0x100 + octets[1]!;
  switch (serviceKeyName(key)) {
    case 'mandatory':
      return chunks(2)
        .map((octets) => serviceKeyName(u16(octets)))
        .join(',');
    case 'alpn': {
      const protocols: string[] = [];
      for (let at = 0; at < value.length; at += 1 + value[at]!) {
        protocols.push(escapeOctets(value.subarray(at + 1, at + 1 + value[at]!), '"\\;(),'));
      }
      return protocols.join(',');
    }
    case 'port':
      return String(u16(value));
    case 'ipv4hint':
      return chunks(4).map(formatIpv4).join(',');
    case 'ipv6hint':
      return chunks(16).map(formatIpv6).join(',');
    case 'ech':
      return toBase64(value);
    default:
      return escapeOctets(value, '"\\;()');
  }
}

/** Parameters from text such as `alpn=h2,h3` in any order; undefined where a key repeats or a value is none. */
export function parseServiceParameters(texts: readonly string[]): Uint8Array | undefined {
  const parameters = new Map<number, Uint8Array>();
  for (const text of texts) {
    const [, name, value = ''] = /^([a-z0-9-]+)(?:=(.*))?$/s.exec(text) ?? [];
    const key = name === undefined ? undefined : parseKey(name);
    const octets = key === undefined ? undefined : parseValue(key, value);
    if (key === undefined || octets === undefined || parameters.has(key) || !wellFormed(key, octets)) return undefined;
    parameters.set(key, octets);
  }
  const writer = new WireWriter();
  for (const [key, octets] of [...parameters].sort(([a], [b]) => a - b))
    writer.u16(key).u16(octets.length).bytes(octets);
  return writer.finish();
}

function parseKey(name: string): number | undefined {
  const known = (KEYS as readonly string[]).indexOf(name);
  if (known >= 0) return known;
  const number = /^key(0|[1-9]\d{0,4})$/.exec(name)?.[1];
  return number !== undefined && Number(number) <= 0xffff ? Number(number) : undefined;
}

function parseValue(key: number, text: string): Uint8Array | undefined {
  const joined = (parts: readonly (Uint8Array | undefined)[]) => {
    const writer = new WireWriter();
    for (const part of parts) {
      if (part === undefined) return undefined;
      writer.bytes(part);
    }
    return writer.finish();
  };
  const u16 = (number: number | undefined) =>
    number === undefined || !(number <= 0xffff) ? undefined : Uint8Array.of(number >>> 8, number & 0xff);
  const list = text.split(',');
  switch (serviceKeyName(key)) {
    case 'mandatory':
      return joined(list.map((name) => u16(parseKey(name))));
    case 'alpn':
      return joined(
        text.split(/(?<!\\),/).map((protocol) => {
          const octets = unescapeText(protocol);
          return octets && octets.length <= 255 ? joined([Uint8Array.of(octets.length), octets]) : undefined;
        }),
      );
    case 'port':
      return u16(/^\d{1,5}$/.test(text) ? Number(text) : undefined);
    case 'ipv4hint':
      return joined(list.map(parseIpv4));
    case 'ipv6hint':
      return joined(list.map(parseIpv6));
    case 'ech':
      return fromBase64(text);
    default:
      return unescapeText(text);
  }
}
