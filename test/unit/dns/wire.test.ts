import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireFault, type WireFaultCode, WireReader, WireWriter } from '../../../src/dns/wire.ts';
import { labels } from './arbitraries.ts';
import { ascii, concat, hex, labelOf, wireName } from './octets.ts';

/** The fault a reading ends in, and where. */
function faultOf(read: () => unknown): { code: WireFaultCode; offset: number } {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(WireFault);
    const { code, offset, message, name } = error as WireFault;
    expect([name, message]).toEqual(['WireFault', `${code} at octet ${offset}`]);
    return { code, offset };
  }
  throw new Error('nothing was refused');
}

describe('a reader of octets', () => {
  it('reads numbers in network order', () => {
    const reader = new WireReader(hex('01 0203 04050607 ff ffff ffffffff'));
    expect([reader.u8(), reader.u16(), reader.u32()]).toEqual([1, 0x0203, 0x04050607]);
    expect([reader.u8(), reader.u16(), reader.u32()]).toEqual([0xff, 0xffff, 0xffffffff]);
    expect(reader.remaining).toBe(0);
    reader.expectEnd();
  });

  it('stays inside its bounds', () => {
    const reader = new WireReader(hex('00 01 02 03 04'), 1, 3);
    expect(reader.remaining).toBe(2);
    expect(reader.u8()).toBe(1);
    expect(faultOf(() => reader.expectEnd())).toEqual({ code: 'octets left over', offset: 2 });
    expect(reader.u8()).toBe(2);
    expect(faultOf(() => reader.u8())).toEqual({ code: 'cut short', offset: 3 });
    expect(faultOf(() => reader.take(1))).toEqual({ code: 'cut short', offset: 3 });
    expect(reader.take(0)).toEqual(new Uint8Array());
    reader.expectEnd();
  });

  it('takes as many octets as there are, and not one more', () => {
    const reader = new WireReader(hex('0102030405'));
    expect(reader.take(2)).toEqual(hex('0102'));
    expect(reader.offset).toBe(2);
    expect(faultOf(() => reader.take(4))).toEqual({ code: 'cut short', offset: 2 });
    expect(reader.take(3)).toEqual(hex('030405'));
    expect(new WireReader(hex('0102')).rest()).toEqual(hex('0102'));
    expect(new WireReader(hex('0102'), 2).rest()).toEqual(new Uint8Array());
  });

  it('names the octet at which a number is cut short', () => {
    expect(faultOf(() => new WireReader(hex('01')).u16())).toEqual({ code: 'cut short', offset: 1 });
    expect(faultOf(() => new WireReader(hex('010203')).u32())).toEqual({ code: 'cut short', offset: 3 });
    expect(faultOf(() => new WireReader(hex('')).u8())).toEqual({ code: 'cut short', offset: 0 });
  });

  it('W13 reads character-strings by their length octet', () => {
    const reader = new WireReader(hex('03 616263 00 01 64'));
    expect(reader.characterString()).toEqual(ascii('abc'));
    expect(reader.characterString()).toEqual(new Uint8Array());
    expect(reader.characterString()).toEqual(ascii('d'));
    expect(faultOf(() => reader.characterString())).toEqual({ code: 'cut short', offset: 7 });
    expect(faultOf(() => new WireReader(hex('02 61')).characterString())).toEqual({ code: 'cut short', offset: 1 });
    const longest = concat([255], labelOf(255));
    expect(new WireReader(longest).characterString()).toHaveLength(255);
  });

  it('makes faults where it stands', () => {
    expect(
      faultOf(() => {
        throw new WireReader(hex('00 00'), 1).fault('bad rdata');
      }),
    ).toEqual({ code: 'bad rdata', offset: 1 });
  });
});

const read = (octets: Uint8Array, offset = 0, pointers: 'pointers' | 'no pointers' = 'pointers') => {
  const reader = new WireReader(octets, offset);
  const found = reader.labels(pointers);
  return { labels: found, offset: reader.offset };
};
const faultAt = (octets: Uint8Array, offset = 0, pointers: 'pointers' | 'no pointers' = 'pointers') =>
  faultOf(() => new WireReader(octets, offset).labels(pointers));

const pointerTo = (target: number) => [0xc0 | (target >>> 8), target & 0xff];

describe('a reader of names', () => {
  it('keeps letter case in labels, and lowers it in names', () => {
    expect(read(wireName('WWW.Example'))).toEqual({ labels: [ascii('WWW'), ascii('Example')], offset: 13 });
    const reader = new WireReader(concat(wireName('WWW.Example'), [9]));
    expect(reader.name('no pointers').toString()).toBe('www.example.');
    expect(reader.offset).toBe(13);
    expect(read(hex('00'))).toEqual({ labels: [], offset: 1 });
  });

  it('W2 takes labels of 63 octets and names of 255', () => {
    const name = (last: number) =>
      concat(...[63, 63, 63, last].map((length) => concat([length], labelOf(length))), [0]);
    expect(read(name(61)).labels.map((label) => label.length)).toEqual([63, 63, 63, 61]);
    expect(faultAt(name(62))).toEqual({ code: 'name too long', offset: 0 });
    expect(read(concat([63], labelOf(63), [0])).offset).toBe(65);
  });

  it('W2 counts what pointers lead to, too', () => {
    const long = concat(...[63, 63, 63].map((length) => concat([length], labelOf(length))), [0]);
    // 1 + 3 * 64 octets are there; 62 more fill a name up, 63 are one too many.
    const with61 = concat(long, [61], labelOf(61), hex('c000'));
    const with62 = concat(long, [62], labelOf(62), hex('c000'));
    expect(read(with61, 193)).toMatchObject({ offset: 257 });
    expect(faultAt(with62, 193)).toEqual({ code: 'name too long', offset: 258 });
  });

  it.each([0x40, 0x7f, 0x80, 0xbf])('W3 refuses the reserved length octet %i', (octet) => {
    const octets = concat([1, 0x61, octet], labelOf(200), [0]);
    expect(faultAt(octets)).toEqual({ code: 'reserved label type', offset: 0 });
  });

  it('W3 takes 63 for a label and 192 for a pointer', () => {
    expect(faultAt(hex('3f 61'))).toEqual({ code: 'cut short', offset: 0 });
    expect(read(hex('00 c000'), 1)).toEqual({ labels: [], offset: 3 });
  });

  it('W3 reads all fourteen bits of a pointer', () => {
    const octets = new Uint8Array(0x3fff + 4);
    octets.set(hex('01 61 00'), 0x3ffc);
    octets.set(hex('01 62 ff fc'), 0x3fff);
    expect(read(octets, 0x3fff)).toEqual({ labels: [ascii('b'), ascii('a')], offset: 0x3fff + 4 });
  });

  it('W4 follows pointers backwards, several in a row', () => {
    const octets = concat(wireName('org'), hex('01 61 c000'), hex('01 62 c005'), hex('c009'));
    expect(read(octets, 5)).toEqual({ labels: [ascii('a'), ascii('org')], offset: 9 });
    expect(read(octets, 9)).toEqual({ labels: [ascii('b'), ascii('a'), ascii('org')], offset: 13 });
    expect(read(octets, 13)).toEqual({ labels: [ascii('b'), ascii('a'), ascii('org')], offset: 15 });
  });

  it.each([
    ['itself', hex('c000'), 0],
    ['the start of the name it ends', hex('01 61 c000'), 0],
    ['the label before it', hex('01 61 01 62 c002'), 0],
    ['the octet after it', hex('c002 00'), 0],
    ['far ahead', hex('01 61 ffff'), 0],
    ['its own second octet', hex('00 c002'), 1],
  ])('W4 refuses a pointer to %s', (_what, octets, offset) => {
    expect(faultAt(octets, offset)).toEqual({ code: 'pointer not backwards', offset });
  });

  it('W4 refuses pointers that lead round in a circle', () => {
    // The name at 4 goes to 2, which goes back to 4.
    const octets = hex('00 00 c004 01 61 c002');
    expect(faultAt(octets, 4)).toEqual({ code: 'pointer not backwards', offset: 8 });
    // A label, then back to its own beginning by way of an earlier pointer.
    expect(faultAt(hex('01 61 c000'), 2)).toEqual({ code: 'pointer not backwards', offset: 4 });
  });

  it('W4 follows 127 pointers, as many as a name can have labels, and not one more', () => {
    // At 0 the root; from 1 on each pointer leads to the one before it.
    const chain = (pointers: number) =>
      concat([0], ...Array.from({ length: pointers }, (_, i) => [0xc0, i === 0 ? 0 : 2 * i - 1]));
    expect(read(chain(127), 2 * 127 - 1)).toEqual({ labels: [], offset: 255 });
    expect(faultAt(chain(128), 2 * 128 - 1)).toEqual({ code: 'too many pointers', offset: 257 });
    // A label before each: 127 labels are the longest name.
    const labelled = (count: number) =>
      concat([0], ...Array.from({ length: count }, (_, i) => [1, 0x61, ...pointerTo(i === 0 ? 0 : 4 * i - 3)]));
    expect(read(labelled(127), 4 * 127 - 3).labels).toHaveLength(127);
    expect(faultAt(labelled(128), 4 * 128 - 3)).toEqual({ code: 'name too long', offset: 4 * 128 - 3 + 4 });
  });

  it('W4 V93 reads a name that is led through thousands of pointers with bounded work', () => {
    const octets = new Uint8Array(0x4000);
    for (let at = 2; at < octets.length; at += 2) octets.set(pointerTo(at - 2), at);
    let looks = 0;
    const counted = new Proxy(octets, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) looks++;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const reader = new WireReader(counted);
    reader.offset = 0x3ffe;
    expect(() => reader.labels('pointers')).toThrow('too many pointers');
    // Each pointer is two octets; without a bound there are 8192 of them.
    expect(looks).toBeGreaterThan(127);
    expect(looks).toBeLessThanOrEqual(2 * 128 + 2);
  });

  it('W5 W7 refuses pointers where there may be none', () => {
    expect(faultAt(hex('00 01 61 c000'), 1, 'no pointers')).toEqual({ code: 'pointer not allowed here', offset: 1 });
    expect(read(hex('01 61 00'), 0, 'no pointers')).toEqual({ labels: [ascii('a')], offset: 3 });
  });

  it('W2 is cut short rather than too long where it is both, and too long where it is whole', () => {
    const three = concat(...[63, 63, 63].map((length) => concat([length], labelOf(length))));
    expect(faultAt(concat(three, [63], labelOf(62)))).toEqual({ code: 'cut short', offset: 0 });
    expect(faultAt(concat(three, [63], labelOf(63)))).toEqual({ code: 'name too long', offset: 0 });
  });

  it('is cut short anywhere', () => {
    const whole = wireName('ab.c');
    for (let length = 0; length < whole.length; length++) {
      expect(faultAt(whole.subarray(0, length))).toEqual({ code: 'cut short', offset: 0 });
    }
    expect(faultAt(hex('00 c0'), 1)).toEqual({ code: 'cut short', offset: 1 });
  });

  it('stays inside its bounds, but for what a pointer leads to', () => {
    const octets = concat(wireName('org'), hex('01 61 c000 00'));
    expect(new WireReader(octets, 5, 9).labels('pointers')).toEqual([ascii('a'), ascii('org')]);
    expect(faultOf(() => new WireReader(octets, 5, 8).labels('pointers'))).toEqual({ code: 'cut short', offset: 5 });
    expect(faultOf(() => new WireReader(octets, 5, 7).labels('pointers'))).toEqual({ code: 'cut short', offset: 5 });
    expect(faultOf(() => new WireReader(octets, 5, 6).labels('pointers'))).toEqual({ code: 'cut short', offset: 5 });
    expect(faultOf(() => new WireReader(octets, 0, 4).labels('pointers'))).toEqual({ code: 'cut short', offset: 0 });
    expect(new WireReader(octets, 0, 5).labels('pointers')).toEqual([ascii('org')]);
    // The pointer's target is read from the whole message, which ends before the name does.
    expect(faultOf(() => new WireReader(hex('01 61 c000'), 2, 4).labels('pointers')).code).toBe(
      'pointer not backwards',
    );
    expect(faultOf(() => new WireReader(hex('03 61 c000'), 2).labels('pointers'))).toEqual({
      code: 'cut short',
      offset: 4,
    });
  });

  it('gives back what a writer wrote', () => {
    fc.assert(
      fc.property(labels, (all) => {
        const octets = new WireWriter().labels(all).finish();
        expect(read(octets, 0, 'no pointers')).toEqual({ labels: all, offset: octets.length });
      }),
    );
  });
});

describe('a writer', () => {
  it('writes numbers in network order, and counts', () => {
    const writer = new WireWriter().u8(1).u16(0x0203).u32(0x04050607).u32(0xffffffff).bytes(hex('0809'));
    expect(writer.length).toBe(13);
    expect(writer.finish()).toEqual(hex('01 0203 04050607 ffffffff 0809'));
    expect(new WireWriter().finish()).toEqual(new Uint8Array());
  });

  it('gives away a copy', () => {
    const writer = new WireWriter().u8(1);
    const first = writer.finish();
    first[0] = 9;
    expect(writer.u8(2).finish()).toEqual(hex('0102'));
  });

  it('writes labels with their letter case, and the root', () => {
    expect(new WireWriter().labels([ascii('Ab'), ascii('c')]).finish()).toEqual(hex('02 4162 01 63 00'));
    expect(new WireWriter().labels([]).finish()).toEqual(hex('00'));
  });
});
