/** Octets as hexadecimal, base64 (RFC 4648 section 4) and base32hex (section 7). Readers give undefined for text that is none. */

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
  for (const octet of octets) text += String.fromCharCode(octet);
  return btoa(text);
}

/** Padding may be left out; stray bits or characters may not be there. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    // atob's one fault: the wrong number of characters.
    return undefined;
  }
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

/** Octets of escaped text: `\DDD` and `\x` undone, every other character one octet. */
export function unescapeText(text: string): Uint8Array | undefined {
  const octets: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const decimal = text[i] === '\\' ? /^\d{3}/.exec(text.slice(i + 1))?.[0] : undefined;
    if (decimal !== undefined) {
      octets.push(Number(decimal));
      i += 3;
    } else octets.push(text.charCodeAt(text[i] === '\\' ? ++i : i));
  }
  return octets.every((octet) => octet <= 0xff) ? Uint8Array.from(octets) : undefined;
}
