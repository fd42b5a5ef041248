/** Octets changed as chance, or somebody who knows the format, would change them. */
import type { Random } from './random.ts';

/** Values at the edges of label, pointer and length octets. */
const EDGES = [0, 1, 0x0c, 0x29, 0x2e, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xfe, 0xff];

type Edit = (octets: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const flipBit: Edit = (octets, random) => {
  const at = random.below(octets.length);
  octets[at]! ^= 1 << random.below(8);
  return octets;
};

const setOctet: Edit = (octets, random) => {
  octets[random.below(octets.length)] = random.oneIn(2) ? random.pick(EDGES) : random.below(256);
  return octets;
};

const setNumber: Edit = (octets, random) => {
  if (octets.length < 2) return octets;
  const at = random.below(octets.length - 1);
  octets.set([random.pick(EDGES), random.below(256)], at);
  return octets;
};

/** A compression pointer, mostly to somewhere near. */
const plantPointer: Edit = (octets, random) => {
  if (octets.length < 14) return octets;
  const at = 12 + random.below(octets.length - 13);
  const target = random.oneIn(4) ? random.below(0x4000) : Math.max(0, at - 8 + random.below(16));
  octets.set([0xc0 | (target >>> 8), target & 0xff], at);
  return octets;
};

const changeCount: Edit = (octets, random) => {
  if (octets.length < 12) return octets;
  const at = 4 + 2 * random.below(4);
  const count = octets[at]! * 256 + octets[at + 1]!;
  const changed = random.oneIn(4) ? random.below(0x10000) : Math.max(0, count - 1 + random.below(3));
  octets.set([changed >>> 8, changed & 0xff], at);
  return octets;
};

const cutOff: Edit = (octets, random) => octets.slice(0, random.below(octets.length + 1));

const takeOut: Edit = (octets, random) => {
  const from = random.below(octets.length);
  const to = Math.min(octets.length, from + 1 + random.below(random.oneIn(3) ? 64 : 4));
  return joined(octets.subarray(0, from), octets.subarray(to));
};

const putIn: Edit = (octets, random) => {
  const at = random.below(octets.length + 1);
  const more = new Uint8Array(1 + random.below(random.oneIn(3) ? 64 : 4));
  for (let i = 0; i < more.length; i++) more[i] = random.below(256);
  return joined(octets.subarray(0, at), more, octets.subarray(at));
};

const repeat: Edit = (octets, random) => {
  const from = random.below(octets.length);
  const piece = octets.subarray(from, from + 1 + random.below(80));
  const at = random.below(octets.length + 1);
  return joined(octets.subarray(0, at), piece, octets.subarray(at));
};

const splice: Edit = (octets, random, other) =>
  joined(octets.subarray(0, random.below(octets.length + 1)), other.subarray(random.below(other.length + 1)));

const EDITS: readonly Edit[] = [
  flipBit,
  flipBit,
  setOctet,
  setOctet,
  setNumber,
  plantPointer,
  plantPointer,
  changeCount,
  cutOff,
  takeOut,
  putIn,
  repeat,
  splice,
];

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A copy of `octets` with one to six edits; `other` is material to splice in. */
export function mutatedOctets(octets: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let changed: Uint8Array = octets.slice();
  for (let edits = 1 + random.below(random.oneIn(3) ? 6 : 2); edits > 0 && changed.length > 0; edits--) {
    changed = random.pick(EDITS)(changed, random, other);
  }
  return changed;
}
