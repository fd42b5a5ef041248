/** Octets as hexadecimal, base64 (RFC 4648 section 4) and base32hex (section 7). Readers give undefined for text that is none. */

/** One character an octet, 0x00 to 0xFF: what `btoa` takes, and a key that equal octets share. */
export function toCharacters(octets: Uint8Array): string {
  // Many times faster than to spread them, in every engine; a message's octets are few enough to be arguments.
  return Reflect.apply(String.fromCharCode, undefined, octets);
}

export function toHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet.toString(16).padStart(2, '0');
  return text;
}

export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export function toBase64(octets: Uint8Array): string {
  let text = '';
  // Certificates and files are longer than a call may have arguments.
  for (let at = 0; at < octets.length; at += 0x8000) text += toCharacters(octets.subarray(at, at + 0x8000));
  return btoa(text);
}

/** With the alphabet for addresses and without padding (RFC 4648 section 5). */
export function toBase64Url(octets: Uint8Array): string {
  return toBase64(octets).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Padding may be left out; stray bits or characters may not be there. */
export function fromBase64(text: string): Uint8Array | undefined {
  const characters = text.replace(/={1,2}$/, '');
  const padded = characters.length < text.length;
  if (!/^[A-Za-z0-9+/]*$/.test(characters) || characters.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    return undefined;
  }
  const octets = Uint8Array.from(atob(characters), (character) => character.charCodeAt(0));
  // atob drops the bits that fill no octet; there may be none.
  return toBase64(octets).startsWith(characters) ? octets : undefined;
}

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv';

/** Without padding, lower case, as NSEC3 owner names have it (RFC 5155 section 3.3). */
export function toBase32Hex(octets: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const octet of octets) {
    value = (value << 8) | octet;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32HEX[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32HEX[(value << (5 - bits)) & 31] : text;
}

/** Letter case aside, without padding; leftover bits must be zero. */
export function fromBase32Hex(text: string): Uint8Array | undefined {
  const octets: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text.toLowerCase()) {
    const digit = BASE32HEX.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets.push(value >>> bits);
      value &= (1 << bits) - 1;
    }
  }
  return bits >= 5 || value !== 0 ? undefined : Uint8Array.from(octets);
}

/**
 * Octets of escaped ASCII text (RFC 1035 section 5.1): `\DDD` is an octet, `\x` any other character, every character
 * else one octet.
 */
export function unescapeText(text: string): Uint8Array | undefined {
  const octets: number[] = [];
  for (const [piece, decimal, escaped = piece] of text.matchAll(/\\(?:(\d{3})|(\D))|[\s\S]/g)) {
    if (piece === '\\') return undefined;
    octets.push(decimal === undefined ? escaped.charCodeAt(0) : Number(decimal));
    if (octets.at(-1)! > (decimal === undefined ? 0x7f : 0xff)) return undefined;
  }
  return Uint8Array.from(octets);
}
