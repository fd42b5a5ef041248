/**
 * Mutated chains through validation. Whatever is done to the replies: nothing is thrown, nothing hangs, *secure* is
 * only what the original was, with the same data, and what was *secure* never becomes *insecure*, which takes proof.
 */
import { TYPE } from '../../src/dns/codes.ts';
import type { Name } from '../../src/dns/name.ts';
import { SignatureVerifier } from '../../src/dnssec/algorithms.ts';
import type { LookupOutcome } from '../../src/dnssec/lookup.ts';
import { dataOf, judge, type SoundChain } from './chain.ts';
import { mutatedOctets } from './octets.ts';
import { type Random, randomFor } from './random.ts';
import { type Material, mutatedRecords } from './records.ts';
import { Tally } from './tally.ts';

/** The budget of a lookup bounds it to less than a tenth of this. */
const CASE_LIMIT_MS = 5000;
/** Judged side by side, while WebCrypto works in threads of its own. */
const AT_ONCE = 8;

export interface ChainRun {
  readonly chains: readonly SoundChain[];
  readonly seed: number;
  readonly cases: number;
  /** Index of the first. */
  readonly from?: number;
  /** Called before each case. */
  readonly progress?: (index: number) => void;
}

/** Counts by outcome: the state the chain was in, and state and reason of what became of it. */
export async function fuzzChains({ chains, seed, cases, from = 0, progress = () => {} }: ChainRun): Promise<Tally> {
  const tally = new Tally();
  const verifier = new SignatureVerifier();
  const corpus = chains.map((chain) => ({ chain, names: namesOf(chain), octets: [...chain.replies.values()] }));
  for (let next = from; next < from + cases; next += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, from + cases - next) }, async (_, i) => {
      const index = next + i;
      progress(index);
      const random = randomFor(seed, index);
      const { chain, names, octets } = random.pick(corpus);
      const material: Material = {
        octets: () => random.pick(random.oneIn(3) ? random.pick(corpus).octets : octets),
        names,
      };
      const started = performance.now();
      try {
        const outcome = await judge({ ...chain, replies: mutated(chain, random, material) }, verifier);
        tally.count(`${chain.security} -> ${outcome.security} ${outcome.reason.code}`);
        const fault = faultOf(chain, outcome);
        if (fault !== undefined) tally.fault(index, `${chain.title}: ${fault}`);
      } catch (error) {
        tally.fault(index, `${chain.title}: exception: ${error instanceof Error ? error.stack : String(error)}`);
      }
      const took = performance.now() - started;
      if (took > CASE_LIMIT_MS) tally.fault(index, `${chain.title}: took ${Math.round(took)} ms`);
    });
    await Promise.all(batch);
  }
  return tally;
}

function mutated({ replies }: SoundChain, random: Random, material: Material): Map<string, Uint8Array> {
  const changed = new Map(replies);
  const keys = [...replies.keys()];
  for (let count = 1 + random.below(random.oneIn(3) ? 3 : 1); count > 0; count--) {
    const key = random.pick(keys);
    const octets = changed.get(key)!;
    changed.set(
      key,
      random.oneIn(4) ? mutatedOctets(octets, material.octets(), random) : mutatedRecords(octets, random, material),
    );
  }
  return changed;
}

/** The names of a chain's questions and all above and around them. */
function namesOf({ name, replies }: SoundChain): Name[] {
  const ancestors = Array.from({ length: name.labelCount + 1 }, (_, count) => name.ancestor(count));
  const wildcards = ancestors
    .filter((ancestor) => ancestor.wire.length < 250)
    .map((ancestor) => ancestor.wildcardChild());
  const below = name.wire.length < 250 ? [name.child(Uint8Array.of(0)), name.child(Uint8Array.of(0x7a))] : [];
  return [...ancestors, ...wildcards, ...below].slice(0, 12 + replies.size);
}

/** What is wrong with the outcome of a mutated chain, if anything. */
function faultOf(chain: SoundChain, outcome: LookupOutcome): string | undefined {
  const { security, reason } = outcome;
  // No exception leaves the validator: one inside it, of its own making, shows as a failure of the engine.
  if (reason.code === 'engine') return `an exception inside: ${reason.detail}`;
  if (security === 'secure') {
    const data = dataOf(outcome);
    if (chain.security !== 'secure') return `${chain.security} became secure: ${data}`;
    if (!isDataOf(chain, data)) return `secure with other data:\n${data}\n  in place of\n${chain.data}`;
  }
  if (security === 'insecure' && chain.security === 'secure')
    return `secure became insecure: ${JSON.stringify(reason)}`;
  const shows = security === 'secure' || security === 'insecure';
  return !shows && outcome.answers.length > 0 ? `${security} shows data` : undefined;
}

/** The same data; of what answers a question for ANY, some may be missing (RFC 6840 section 4.2). */
function isDataOf(chain: SoundChain, data: string): boolean {
  if (chain.type !== TYPE.ANY) return data === chain.data;
  const lines = chain.data.split('\n');
  return data.split('\n').every((line) => lines.includes(line));
}
