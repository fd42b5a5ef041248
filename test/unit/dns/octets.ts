/** Octets for tests, written as hexadecimal with spaces, and names as wire form. */

export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new RangeError(`not hexadecimal: ${text}`);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

/** A label of `length` times the same octet. */
export function labelOf(length: number, octet = 0x61): Uint8Array {
  return new Uint8Array(length).fill(octet);
}

/** The octets of ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** A name's wire form with its letter case kept, from plain labels parted by dots. */
export function wireName(text: string): Uint8Array {
  const labels = text === '.' ? [] : text.split('.');
  return Uint8Array.of(...labels.flatMap((label) => [label.length, ...ascii(label)]), 0);
}

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function u16(value: number): number[] {
  return [value >>> 8, value & 0xff];
}
