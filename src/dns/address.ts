/** IP addresses as text. Readers give undefined for text that is none. */
import { toHex } from './encodings.ts';

export function formatIpv4(octets: Uint8Array): string {
  return octets.join('.');
}

export function parseIpv4(text: string): Uint8Array | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const numbers = text.split('.').map(Number);
  return numbers.every((number) => number <= 255) ? Uint8Array.from(numbers) : undefined;
}

/** RFC 5952: lower case, the first longest run of two or more zero groups as `::`. */
export function formatIpv6(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => octets[2 * i]! * 0x100 + octets[2 * i + 1]!);
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (best.length < 2) return text(0, 8);
  return `${text(0, best.start)}::${text(best.start + best.length, 8)}`;
}

/**
 * Eight groups of hexadecimal digits, one run of them as `::`, the last two perhaps as an IPv4 address (RFC 4291
 * section 2.2, forms 1 to 3).
 */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2) return undefined;
  const last = halves.at(-1)!;
  const ipv4 = parseIpv4(last.at(-1) ?? '');
  if (ipv4 !== undefined) last.splice(-1, 1, toHex(ipv4.subarray(0, 2)), toHex(ipv4.subarray(2)));
  const [head, tail = []] = halves;
  const gap = 8 - head!.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const groups = [...head!, ...new Array<string>(gap).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(
    groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >>> 8, group & 0xff]),
  );
}
