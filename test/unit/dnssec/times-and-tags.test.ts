/** V22 and V27: key tags, and signature times on the circle of 2^32 seconds. */
import { describe, expect, it } from 'vitest';
import { keyTag } from '../../../src/dnssec/key-tag.ts';
import { secondsAfter, serialToEpoch } from '../../../src/dnssec/time.ts';
import { keyTag as witness, zoneKey } from '../../world/keys.ts';
import { NOW, name } from './judging.ts';

describe('V22 key tags', () => {
  it.each([
    [[], 0],
    [[0x12, 0x34], 0x1234],
    [[0x12, 0x34, 0x56], 0x1234 + 0x5600],
    [[0xff, 0xff, 0x00, 0x01], 0x0001],
    [[0xff, 0xff, 0xff, 0xff], 0xffff],
    [[0xff, 0xff, 0x00, 0x02], 0x0002],
    [Array.from({ length: 8 }, () => 0xff), 0xffff],
  ])('V22 of %j', (octets, tag) => {
    expect(keyTag(Uint8Array.from(octets))).toBe(tag);
  });

  it('V22 folds the carries in once, not until none is left', () => {
    // 65538 pairs of ff ff: the fold itself carries, and that is dropped.
    const octets = new Uint8Array(2 * 65_538).fill(0xff);
    const sum = 65_538 * 0xffff;
    expect(keyTag(octets)).toBe((sum + Math.floor(sum / 0x10000)) % 0x10000);
  });

  it('V22 agrees with a second reading of the RFC for keys of every algorithm', () => {
    for (const algorithm of [5, 8, 13, 14, 15, 16] as const) {
      const { rdata } = zoneKey(name('example.'), { algorithm, role: 'ksk' });
      expect(keyTag(rdata)).toBe(witness(rdata));
    }
  });
});

describe('V27 serial numbers', () => {
  it.each([
    [1000, 1000, 0],
    [1000, 1001, 1],
    [1000, 999, -1],
    [2 ** 32 - 1, 0, 1],
    [0, 2 ** 32 - 1, -1],
    [2 ** 32, 0, 0],
    [2 ** 32 + 5, 3, -2],
    [100, 100 + 2 ** 31 - 1, 2 ** 31 - 1],
    [100 + 2 ** 31 - 1, 100, -(2 ** 31 - 1)],
    [NOW, NOW + 60, 60],
    [NOW + 0.9, NOW, 0],
  ])('V27 from %i to %i are %i seconds', (now, serial, seconds) => {
    expect(secondsAfter(now, serial)).toBe(seconds);
    expect(serialToEpoch(now, serial)).toBe(Math.floor(now) + seconds);
  });

  it.each([
    [0, 2 ** 31],
    [2 ** 31, 0],
    [NOW, NOW + 2 ** 31],
  ])('V27 from %i to %i is undefined', (now, serial) => {
    expect(secondsAfter(now, serial)).toBeNaN();
    expect(serialToEpoch(now, serial)).toBe(serial);
  });

  it('V27 a small number may be a time after 2106, a large one the past', () => {
    expect(serialToEpoch(2 ** 32 - 10, 20)).toBe(2 ** 32 + 20);
    expect(serialToEpoch(2 ** 32 + 10, 2 ** 32 - 20)).toBe(2 ** 32 - 20);
  });
});
