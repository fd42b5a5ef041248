/**
 * OpenPGP packets (RFC 9580 section 4.2) as far as it takes to know that a key is harmless before a library gets it:
 * one transferable public key in binary (RFC 7929 section 2.2), whose packets are all of known length and fill the
 * octets exactly, with nothing in it that unpacks to more than it is, and no number so long that to reckon with it
 * takes minutes. Refuses the rest with what it is.
 */
import {
  MAX_DSA_NUMBER_BITS,
  MAX_DSA_ORDER_BITS,
  MAX_KEY_EXPONENT_BITS,
  MAX_KEY_NUMBER_BITS,
  MAX_KEY_OCTETS,
  MAX_KEY_PACKETS,
} from './limits.ts';

export type KeyFault =
  | { readonly code: 'empty' }
  | { readonly code: 'too-large'; readonly octets: number; readonly limit: number }
  /** Text armor, where the record has the octets themselves (RFC 7929 section 2.2). */
  | { readonly code: 'armored' }
  /** Base64 of a key, as text: encoded twice (RFC 7929 section 2.3 has it in master files alone). */
  | { readonly code: 'base64' }
  /** A secret key, for everybody to see. */
  | { readonly code: 'secret-key' }
  /** Something else in packets: a message, compressed data. `tag`: the first packet that has no place in a key. */
  | { readonly code: 'not-a-key'; readonly tag: number }
  /** One record holds one key (RFC 7929 section 2.2). */
  | { readonly code: 'several-keys'; readonly keys: number }
  | { readonly code: 'bad-packet'; readonly offset: number }
  | { readonly code: 'too-many-packets'; readonly limit: number }
  | { readonly code: 'number-too-long'; readonly bits: number; readonly limit: number }
  /** The library takes it for no key it can read. */
  | { readonly code: 'unreadable' };

const TAG = {
  SIGNATURE: 2,
  SECRET_KEY: 5,
  PUBLIC_KEY: 6,
  SECRET_SUBKEY: 7,
  MARKER: 10,
  TRUST: 12,
  USER_ID: 13,
  PUBLIC_SUBKEY: 14,
  USER_ATTRIBUTE: 17,
  PADDING: 21,
} as const;

/** RFC 9580 section 10.1; trust packets are of a keyring, and skipped by everybody. */
const IN_KEYS: readonly number[] = [
  TAG.SIGNATURE,
  TAG.PUBLIC_KEY,
  TAG.MARKER,
  TAG.TRUST,
  TAG.USER_ID,
  TAG.PUBLIC_SUBKEY,
  TAG.USER_ATTRIBUTE,
  TAG.PADDING,
];

/** Undefined where nothing speaks against giving it to the library. */
export function keyFault(octets: Uint8Array): KeyFault | undefined {
  if (octets.length === 0) return { code: 'empty' };
  if (octets.length > MAX_KEY_OCTETS) return { code: 'too-large', octets: octets.length, limit: MAX_KEY_OCTETS };
  const text = textFault(octets);
  if (text !== undefined) return text;
  let keys = 0;
  let packets = 0;
  for (let offset = 0; offset < octets.length; ) {
    const packet = readPacket(octets, offset);
    if (packet === undefined) return { code: 'bad-packet', offset };
    if (++packets > MAX_KEY_PACKETS) return { code: 'too-many-packets', limit: MAX_KEY_PACKETS };
    const { tag, body, end } = packet;
    if (tag === TAG.SECRET_KEY || tag === TAG.SECRET_SUBKEY) return { code: 'secret-key' };
    // RFC 9580 section 4.3: packets of the tags 40 to 63 are skipped where nobody knows them.
    if (!IN_KEYS.includes(tag) && tag < 40) return { code: 'not-a-key', tag };
    if (packets === 1 && tag !== TAG.PUBLIC_KEY) return { code: 'not-a-key', tag };
    if (tag === TAG.PUBLIC_KEY) keys++;
    if (tag === TAG.PUBLIC_KEY || tag === TAG.PUBLIC_SUBKEY) {
      const fault = numberFault(body);
      if (fault !== undefined) return fault;
    }
    offset = end;
  }
  return keys > 1 ? { code: 'several-keys', keys } : undefined;
}

/** A packet begins with an octet of 0x80 at least, so text is told at the first. */
function textFault(octets: Uint8Array): KeyFault | undefined {
  if (octets[0]! >= 0x80) return undefined;
  const start = String.fromCharCode(...octets.subarray(0, 64));
  if (start.startsWith('-----BEGIN PGP')) return { code: 'armored' };
  // The first octet of a key is one of a few, and so are the letters it comes out as.
  return /^[mx][A-Za-z0-9+/\s]{16,}={0,2}/.test(start) ? { code: 'base64' } : undefined;
}

interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly end: number;
}

/** RFC 9580 sections 4.2.1 and 4.2.2. Partial and indeterminate lengths are for data, and no key has them. */
function readPacket(octets: Uint8Array, offset: number): Packet | undefined {
  const first = octets[offset]!;
  if ((first & 0x80) === 0) return undefined;
  const isNew = (first & 0x40) !== 0;
  const tag = isNew ? first & 0x3f : (first >>> 2) & 0x0f;
  const size = isNew ? newLength(octets, offset + 1) : oldLength(octets, offset + 1, first & 3);
  if (size === undefined || tag === 0) return undefined;
  const start = offset + 1 + size.octets;
  const end = start + size.length;
  return end > octets.length ? undefined : { tag, body: octets.subarray(start, end), end };
}

type Size = { readonly octets: number; readonly length: number };

function newLength(octets: Uint8Array, at: number): Size | undefined {
  const first = octets[at];
  if (first === undefined) return undefined;
  if (first < 192) return { octets: 1, length: first };
  if (first < 224)
    return at + 2 <= octets.length
      ? { octets: 2, length: (first - 192) * 256 + numberAt(octets, at + 1, 1) + 192 }
      : undefined;
  return first === 255 && at + 5 <= octets.length ? { octets: 5, length: numberAt(octets, at + 1, 4) } : undefined;
}

function oldLength(octets: Uint8Array, at: number, kind: number): Size | undefined {
  if (kind === 3) return undefined;
  const size = 2 ** kind;
  return at + size <= octets.length ? { octets: size, length: numberAt(octets, at, size) } : undefined;
}

function numberAt(octets: Uint8Array, at: number, size: number): number {
  return octets.subarray(at, at + size).reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Public-key algorithms whose keys are numbers of any length (RFC 9580 section 9.1): RSA, Elgamal, DSA. */
const RSA: readonly number[] = [1, 2, 3];
const DSA = 17;
const WITH_NUMBERS: readonly number[] = [...RSA, DSA, 16, 20];

/** RFC 9580 section 5.5.2: version, time, in version 3 days, algorithm, in version 6 a length, and then the numbers. */
function numberFault(body: Uint8Array): KeyFault | undefined {
  const [version] = body;
  const algorithmAt = version === 2 || version === 3 ? 7 : 5;
  const algorithm = body[algorithmAt];
  if (algorithm === undefined || !WITH_NUMBERS.includes(algorithm)) return undefined;
  let at = algorithmAt + 1 + (version === 6 ? 4 : 0);
  for (let place = 0; at + 2 <= body.length; place++) {
    const bits = numberAt(body, at, 2);
    const limit = limitOf(algorithm, place);
    if (bits > limit) return { code: 'number-too-long', bits, limit };
    at += 2 + Math.ceil(bits / 8);
  }
  return undefined;
}

function limitOf(algorithm: number, place: number): number {
  if (RSA.includes(algorithm)) return place === 1 ? MAX_KEY_EXPONENT_BITS : MAX_KEY_NUMBER_BITS;
  if (algorithm !== DSA) return MAX_KEY_NUMBER_BITS;
  return place === 1 ? MAX_DSA_ORDER_BITS : MAX_DSA_NUMBER_BITS;
}
