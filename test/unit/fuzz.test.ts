/** A bounded run of `npm run fuzz`, and that its oracle sees what it is there to see. */
import { describe, expect, it } from 'vitest';
import { fuzzCertificates } from '../../scripts/fuzz/certificates.ts';
import { fuzzChains } from '../../scripts/fuzz/chains.ts';
import { fuzzMessages } from '../../scripts/fuzz/messages.ts';
import { mutatedOctets } from '../../scripts/fuzz/octets.ts';
import { randomFor } from '../../scripts/fuzz/random.ts';
import { FAULTS, fuzzResolvers } from '../../scripts/fuzz/resolvers.ts';
import { loadSeeds } from '../../scripts/fuzz/seeds.ts';

const seeds = await loadSeeds({ required: process.env['CI'] === 'true' });
if (seeds.remark !== undefined) console.warn(seeds.remark);
const SEED = 3;

describe('fuzz', () => {
  it('starts from secure and insecure chains', () => {
    const count = (security: string) => seeds.chains.filter((chain) => chain.security === security).length;
    expect(count('secure')).toBeGreaterThan(90);
    expect(count('insecure')).toBeGreaterThan(10);
    expect(seeds.messages.length).toBeGreaterThan(150);
  });

  it('W1 20,000 mutated messages decode or have a fault, and nothing is thrown', { timeout: 60_000 }, () => {
    const tally = fuzzMessages({ seeds: seeds.messages, seed: SEED, cases: 20_000 });
    expect(tally.faults).toEqual([]);
    const total = [...tally.counts.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBe(20_000);
    for (const outcome of [
      'decoded',
      'cut short',
      'octets left over',
      'pointer not backwards',
      'reserved label type',
    ]) {
      expect([outcome, tally.of(outcome) > 0]).toEqual([outcome, true]);
    }
  });

  it('V1 V2 V3 400 mutated chains are secure with their own data or not secure', { timeout: 60_000 }, async () => {
    const tally = await fuzzChains({ chains: seeds.chains, seed: SEED, cases: 400 });
    expect(tally.faults).toEqual([]);
    const endings = [...tally.counts.keys()];
    for (const ending of ['secure -> secure', 'secure -> bogus', 'secure -> indeterminate', 'insecure -> insecure']) {
      expect([ending, endings.some((outcome) => outcome.startsWith(ending))]).toEqual([ending, true]);
    }
  });
});

describe('fuzz of certificates', () => {
  it('D14 D15 D17 4,000 mutated certificates, bags and TLSA rdata: no match that is not there', {
    timeout: 60_000,
  }, async () => {
    const tally = await fuzzCertificates({ seed: SEED, cases: 4000 });
    expect(tally.faults).toEqual([]);
    expect([...tally.counts.values()].reduce((sum, count) => sum + count, 0)).toBe(4000);
    const outcomes = ['leaf: read', 'leaf: cut short', 'chain: mismatch', 'bag: nothing', 'bag: certificates'];
    for (const outcome of [...outcomes, 'rdata: matched', 'rdata: mismatch', 'rdata: signed']) {
      expect([outcome, tally.of(outcome) > 0]).toEqual([outcome, true]);
    }
  });
});

describe('fuzz of resolvers', () => {
  it('V1 V3 300 checks through resolvers that fail or lie: what is claimed is true', { timeout: 120_000 }, async () => {
    const tally = await fuzzResolvers({ seed: SEED, cases: 300 });
    expect(tally.faults).toEqual([]);
    for (const fault of FAULTS) {
      const endings = [...tally.counts.keys()].filter((outcome) => outcome.startsWith(`${fault}: `));
      const harmed = endings.some((outcome) => /-> (bogus|indeterminate)$/.test(outcome));
      // Each fault is met, and each but `none` is seen to do harm.
      expect([fault, endings.length > 0, harmed]).toEqual([fault, true, fault !== 'none']);
    }
    for (const truth of ['verified', 'mismatch', 'signed', 'insecure']) {
      expect(tally.of(`none: ${truth} -> ${truth}`)).toBeGreaterThan(0);
    }
  });
});

describe('the fuzzer', () => {
  it('does the same for the same seed, and something else for another', async () => {
    const run = (seed: number) => fuzzMessages({ seeds: seeds.messages, seed, cases: 300 }).lines();
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    const chains = (seed: number) => fuzzChains({ chains: seeds.chains, seed, cases: 24 });
    expect((await chains(1)).lines()).toEqual((await chains(1)).lines());
  });

  it('has cases that do not depend on those before them', () => {
    const octets = seeds.messages[0]!;
    const case7 = () => mutatedOctets(octets, octets, randomFor(1, 7));
    mutatedOctets(octets, octets, randomFor(1, 6));
    expect(case7()).toEqual(case7());
    expect(case7()).not.toEqual(octets);
  });

  it('finds data that differs, and verdicts that were not to be had', async () => {
    const secure = seeds.chains.filter(({ security }) => security === 'secure');
    const others = secure.map((chain) => ({ ...chain, data: 'something else' }));
    const different = await fuzzChains({ chains: others, seed: 1, cases: 48 });
    expect(different.faults.length).toBeGreaterThan(0);
    for (const { what } of different.faults) expect(what).toContain('secure with other data');
    const gained = secure.map((chain) => ({ ...chain, security: 'insecure' as const }));
    const forged = await fuzzChains({ chains: gained, seed: 1, cases: 48 });
    expect(forged.faults.map(({ what }) => what.includes('insecure became secure'))).toContain(true);
    const insecure = seeds.chains.filter(({ security }) => security === 'insecure');
    const lost = insecure.map((chain) => ({ ...chain, security: 'secure' as const }));
    const downgraded = await fuzzChains({ chains: lost, seed: 1, cases: 48 });
    expect(downgraded.faults.map(({ what }) => what.includes('secure became insecure'))).toContain(true);
  });
});
