/**
 * A fixed sample of `npm run differential`: random worlds signed by BIND, ldns and `test/world`, served by NSD through
 * Unbound, and judged by us as Unbound judges them. The whole is a script; see scripts/differential.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { typeMnemonic } from '../../src/dns/codes.ts';
import { type Judgement, runWorlds } from '../differential/batch.ts';
import { chooseForWorld } from '../differential/choices.ts';
import { compare } from '../differential/comparison.ts';
import { DIVERGENCES } from '../differential/divergences.ts';
import { describeWorlds, planWorld } from '../differential/plan.ts';
import { count, emptyTally, formatDisagreement, formatTally, rareVerdicts } from '../differential/report.ts';
import { buildWorld } from '../world/world.ts';

const SAMPLE = { seed: '2026', from: 60, worlds: 40, batches: 2 };

describe('a fixed sample of random worlds', () => {
  const tally = emptyTally();
  beforeAll(async () => {
    for (let batch = 0; batch < SAMPLE.batches; batch++) {
      const worlds = Array.from(
        { length: SAMPLE.worlds / SAMPLE.batches },
        (_, i) => SAMPLE.from + i * SAMPLE.batches + batch,
      );
      count(tally, await runWorlds({ seed: SAMPLE.seed, worlds, delvOneIn: 0 }));
    }
    console.log(formatTally(tally));
  });

  it('is judged as Unbound judges it, but for the listed divergences', () => {
    expect(tally.disagreements.map(formatDisagreement)).toEqual([]);
  });

  it('is served whole', () => {
    expect(tally.worlds).toBe(SAMPLE.worlds);
    expect(tally.unserved).toEqual([]);
  });

  it('has enough secure, insecure and bogus answers', () => {
    expect(rareVerdicts(tally)).toEqual([]);
  });

  it('is signed by BIND, by ldns and by test/world', () => {
    const { BIND, ldns, world } = tally.signed;
    expect(Math.min(BIND, ldns, world)).toBeGreaterThan(5);
  });
});

it('makes the same worlds, mutations and questions of the same seed', () => {
  const choose = (now: number) => {
    const plans = [0, 1, 2, 3, 4, 5].map((number) => planWorld(SAMPLE.seed, number));
    const world = buildWorld(describeWorlds(plans), { now });
    return plans.map((plan) => {
      const { mutation, target, questions } = chooseForWorld(plan, world);
      return { plan, mutation: mutation?.name, target, questions };
    });
  };
  expect(choose(1_800_000_000)).toEqual(choose(1_900_000_000));
});

describe('the listed divergences', () => {
  const judgements: Judgement[] = [];
  beforeAll(async () => {
    const seeds = new Set(DIVERGENCES.map(({ example }) => example.seed));
    for (const seed of seeds) {
      const worlds = new Set(
        DIVERGENCES.filter(({ example }) => example.seed === seed).map(({ example }) => example.world),
      );
      const result = await runWorlds({ seed, worlds: [...worlds], delvOneIn: 0 });
      judgements.push(...result.judgements);
    }
  });

  // Where both judges agree by now, the entry is out of date.
  it.each(DIVERGENCES)('$id', ({ id, example }) => {
    const judgement = judgements.find(
      ({ plan, question }) =>
        plan.seed === example.seed &&
        plan.number === example.world &&
        question.name.toString() === example.name &&
        typeMnemonic(question.type) === example.type,
    );
    expect(judgement, 'the question is asked').toBeDefined();
    expect(compare(judgement!)).toMatchObject({ kind: 'known divergence', divergence: { id } });
  });
});
