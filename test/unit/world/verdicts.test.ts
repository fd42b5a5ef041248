/** Our own validator over the world, sound and mutated: it finds what each says it breaks, and never more security than that. */
import { describe, expect, it } from 'vitest';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { parseAnchors } from '../../../src/dnssec/anchors.ts';
import { lookup } from '../../../src/dnssec/lookup.ts';
import { mixedCase, shuffledAndRepeated } from '../../world/harmless-mutations.ts';
import { caseWorld, MUTATION_CASES, mutationWorld, RECORDS } from '../../world/mutation-cases.ts';
import { questionIn, SOUND_QUESTIONS, SOUND_ZONES, soundVerdict } from '../../world/sound-cases.ts';
import type { World } from '../../world/world.ts';
import { NOW, question } from './reading.ts';

const verifier = new SignatureVerifier();

async function judge(world: World, text: string): Promise<{ security: string; told: string }> {
  const anchors = parseAnchors(world.anchors());
  if (!anchors.ok) throw new Error(anchors.fault);
  const outcome = await lookup({ ...question(text), ask: world.ask, now: NOW, anchors: anchors.anchors, verifier });
  return { security: outcome.security, told: JSON.stringify(outcome.reason) };
}

describe('sound answers', () => {
  const world = caseWorld(SOUND_ZONES, NOW);

  it.each(Object.keys(SOUND_ZONES))('in %s are found as secure as they are', async (zone) => {
    for (const text of SOUND_QUESTIONS) {
      const { security, told } = await judge(world, questionIn(zone, text));
      expect([text, security], told).toEqual([text, soundVerdict(zone, text)]);
    }
  });

  it.each([1, 2, 3])('in any order, repeated and in any letter case are no different: %i', async (seed) => {
    const disordered = world.mutated(shuffledAndRepeated(seed), mixedCase(seed));
    for (const zone of ['nsec.example.', 'nsec3.example.', 'optout.example.', 'compact.example.']) {
      for (const text of SOUND_QUESTIONS) {
        const { security, told } = await judge(disordered, questionIn(zone, text));
        expect([zone, text, security], told).toEqual([zone, text, soundVerdict(zone, text)]);
      }
    }
  });
});

describe('mutated answers', () => {
  const world = mutationWorld(NOW);
  const EXPECTED = { bogus: 'bogus', insecure: 'insecure', indeterminate: 'indeterminate', nothing: 'secure' } as const;

  it.each(MUTATION_CASES.map((one) => [one.asked, one.mutation.name, one.denial, one] as const))(
    '%s %s, %s',
    async (asked, _, __, { mutation }) => {
      const { security, told } = await judge(world, asked);
      expect(security, told).toBe(EXPECTED[mutation.breaks]);
    },
  );

  it('were sound before', async () => {
    const zones = Object.fromEntries(
      MUTATION_CASES.map(({ zone, denial }) => [zone, { denial, records: RECORDS }] as const),
    );
    const sound = caseWorld(zones, NOW);
    for (const { asked } of MUTATION_CASES) {
      const { security, told } = await judge(sound, asked);
      expect([asked, security], told).toEqual([asked, 'secure']);
    }
  });
});
