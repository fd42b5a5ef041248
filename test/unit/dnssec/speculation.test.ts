/**
 * Asking ahead is a matter of cost alone: over random worlds, half of them with something broken, each question comes to
 * the same end with and without it. The worlds are those of the differential runs, signed in process.
 */
import { describe, expect, it } from 'vitest';
import { checkSite } from '../../../src/check.ts';
import type { Question } from '../../../src/dns/message.ts';
import { type LookupOutcome, lookup } from '../../../src/dnssec/lookup.ts';
import { ZoneCache } from '../../../src/dnssec/zone-cache.ts';
import { chooseForWorld } from '../../differential/choices.ts';
import { describeWorlds, planWorld } from '../../differential/plan.ts';
import type { World } from '../../world/world.ts';
import { anchorsFrom, NOW, verifier, world } from './judging.ts';

const SEED = 'asking ahead';
const WORLDS = 40;

interface RandomWorld {
  readonly of: World;
  readonly questions: readonly Question[];
  readonly allowSha1: boolean;
}

function randomWorld(number: number): RandomWorld {
  const plan = planWorld(SEED, number);
  const sound = world({ '.': { sign: 13 }, ...describeWorlds([plan]) });
  const { mutation, questions } = chooseForWorld(plan, sound);
  return { of: mutation === undefined ? sound : sound.mutated(mutation), questions, allowSha1: plan.sha1 };
}

/** All of an outcome but what it cost. */
function essence({
  security,
  reason,
  result,
  rcode,
  answers,
  canonicalName,
  zones,
  validUntil,
}: LookupOutcome): string {
  const records = answers.map(({ name, type, rdata }) => `${name} ${type} ${[...rdata]}`);
  const path = zones.map(({ zone, security: state }) => `${zone} ${state}`);
  return JSON.stringify({ security, reason, result, rcode, records, end: canonicalName.toString(), path, validUntil });
}

describe('with and without asking ahead', () => {
  it(`the same outcomes in ${WORLDS} random worlds, without it never for more questions, cold and warm`, async () => {
    const cost = { ahead: 0, careful: 0 };
    const verdicts = new Set<string>();
    for (let number = 0; number < WORLDS; number++) {
      const { of, questions, allowSha1 } = randomWorld(number);
      const input = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier };
      const warm = { ahead: new ZoneCache(), careful: new ZoneCache() };
      for (const question of questions) {
        const title = `world ${number}: ${question.name} ${question.type}`;
        const judge = (speculate: boolean, zoneCache?: ZoneCache) =>
          lookup({ ...input, ...question, options: { allowSha1, speculate }, ...(zoneCache && { zoneCache }) });
        const [ahead, careful] = [await judge(true), await judge(false)];
        expect(`${title} ${essence(careful)}`).toBe(`${title} ${essence(ahead)}`);
        expect(careful.work.queries, title).toBeLessThanOrEqual(ahead.work.queries);
        cost.ahead += ahead.work.queries;
        cost.careful += careful.work.queries;
        verdicts.add(ahead.security);
        const [aheadWarm, carefulWarm] = [await judge(true, warm.ahead), await judge(false, warm.careful)];
        expect(`${title} ${essence(carefulWarm)}`).toBe(`${title} ${essence(aheadWarm)}`);
      }
    }
    expect(cost.careful).toBeLessThan(cost.ahead);
    expect(verdicts).toEqual(new Set(['secure', 'insecure', 'bogus']));
  }, 120_000);

  it('the same verdicts on sites', async () => {
    const verdicts = new Set<string>();
    for (let number = 0; number < WORLDS / 2; number++) {
      const { of, questions, allowSha1 } = randomWorld(number);
      for (const { name } of questions.slice(0, 4)) {
        const host = name.toString().replace(/\.$/, '');
        const check = (speculate: boolean) =>
          checkSite({
            ...{ host, port: 443, now: NOW, ask: of.ask, anchors: anchorsFrom(of.anchors()), verifier },
            certificate: async () => ({ kind: 'none', why: 'no connection seen' }),
            options: { allowSha1, speculate },
          });
        const [{ work: _ahead, ...ahead }, { work: _careful, ...careful }] = [await check(true), await check(false)];
        expect(careful).toEqual(ahead);
        verdicts.add(ahead.verdict);
      }
    }
    for (const verdict of ['signed', 'insecure', 'bogus']) expect(verdicts).toContain(verdict);
  }, 120_000);
});
