import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../src/dns/wire.ts';

describe('a writer', () => {
  it.each([511, 512, 513, 1024, 1025, 65_535])('keeps every octet of %i written one by one', (length) => {
    const writer = new WireWriter();
    const expected = Uint8Array.from({ length }, (_, i) => i % 251);
    for (const octet of expected) writer.u8(octet);
    expect(writer.finish()).toEqual(expected);
  });

  it('keeps octets written at once across its growth', () => {
    const octets = new Uint8Array(700).fill(7);
    const written = new WireWriter().u16(0x0102).bytes(octets).u8(9).finish();
    expect(written).toEqual(Uint8Array.of(1, 2, ...octets, 9));
  });
});
