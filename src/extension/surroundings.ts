/** What both browsers' backgrounds share of the world outside: the network and the clock. */
import type { Surroundings } from './engine.ts';

export const SURROUNDINGS: Surroundings = {
  fetch: globalThis.fetch.bind(globalThis),
  now: () => Math.floor(Date.now() / 1000),
};
