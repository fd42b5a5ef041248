/** Chance that can be had again: every case has numbers of its own, from the seed of the run and its index. */

export interface Random {
  /** 0 to `bound` - 1. */
  below(bound: number): number;
  /** One in `n`. */
  oneIn(n: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** A 32-bit generator (mulberry32) over a mix of seed and index, so that neighbouring cases have nothing in common. */
export function randomFor(seed: number, index: number): Random {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35);
  const next = () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number) => Math.floor((next() / 0x1_0000_0000) * bound);
  return {
    below,
    oneIn: (n) => below(n) === 0,
    pick: (items) => items[below(items.length)]!,
  };
}
