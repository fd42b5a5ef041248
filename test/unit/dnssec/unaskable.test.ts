/** Types that no zone has data of are never sent. */
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../src/dns/ask.ts';
import { Name } from '../../../src/dns/name.ts';
import { ROOT_ANCHORS } from '../../../src/dnssec/anchors.ts';
import { lookup } from '../../../src/dnssec/lookup.ts';

async function askFor(type: number) {
  let asked = 0;
  const ask: Ask = async () => {
    asked++;
    return { ok: false, failure: { code: 'not-recorded' } };
  };
  const outcome = await lookup({ name: Name.parse('a.example'), type, ask, now: 0, anchors: ROOT_ANCHORS });
  return { asked, outcome };
}

describe('a type without data', () => {
  it.each([
    ['V35 RRSIG, which nothing signs', 46, 'RRSIG'],
    ['OPT', 41, 'OPT'],
    ['V79 NXNAME', 128, 'NXNAME'],
    ['the last of the types for messages', 254, 'TYPE254'],
  ])('%s is not asked for', async (_what, type, mnemonic) => {
    const { asked, outcome } = await askFor(type);
    expect(asked).toBe(0);
    expect(outcome).toMatchObject({
      security: 'indeterminate',
      reason: { code: 'unaskable-type', type: mnemonic },
      result: 'none',
      answers: [],
    });
  });

  it.each([127, 255, 256])('TYPE%i is', async (type) => {
    const { asked, outcome } = await askFor(type);
    expect(asked).toBeGreaterThan(0);
    expect(outcome.reason.code).toBe('no-answer');
  });
});
