/** Another way of asking, before data is called bogus. */
import { describe, expect, it } from 'vitest';
import type { Ask, SuspectReason } from '../../../src/dns/ask.ts';
import type { LookupOutcome } from '../../../src/dnssec/lookup.ts';
import { lookupTwice } from '../../../src/dnssec/second-look.ts';
import { flippedSignature } from '../../world/data-mutations.ts';
import { anchorsFrom, judge, NOW, question, tampered, verifier, withoutSignatures, world } from './judging.ts';

const of = world({
  'example.': { records: 'www A 192.0.2.1' },
  'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.1' },
});
const WWW = 'www.example. A';
const broken = of.mutated(flippedSignature(question(WWW)));
const stripped = of.mutated(
  tampered(WWW, (message) => ({ ...message, answer: withoutSignatures(message.answer) })),
).ask;
const silent: Ask = async () => ({ ok: false, failure: { code: 'no-resolver' } });

async function look(text: string, ask: Ask, second?: Ask) {
  const suspects: SuspectReason[] = [];
  const terms = { now: NOW, anchors: anchorsFrom(of.anchors()), verifier };
  const outcome = await lookupTwice({ ...question(text), ask, ...terms }, (reason) => {
    suspects.push(reason);
    return second;
  });
  return { outcome, suspects };
}

const inFull = (...outcomes: LookupOutcome[]) => ({
  queries: outcomes.reduce((sum, { work }) => sum + work.queries, 0),
  roundTrips: outcomes.reduce((sum, { work }) => sum + work.roundTrips, 0),
  signatureChecks: outcomes.reduce((sum, { work }) => sum + work.signatureChecks, 0),
  nsec3Hashes: outcomes.reduce((sum, { work }) => sum + work.nsec3Hashes, 0),
});

describe('a second look', () => {
  it.each([
    ['secure', WWW, of.ask],
    ['insecure', 'www.unsigned.example. A', of.ask],
    ['indeterminate', WWW, silent],
  ])('is not asked for where the first is %s', async (security, text, ask) => {
    const { outcome, suspects } = await look(text, ask, of.ask);
    expect(outcome.security).toBe(security);
    expect(suspects).toEqual([]);
  });

  it('is told why the first failed, and counts where it is secure; the work of both is told', async () => {
    const { outcome, suspects } = await look(WWW, broken.ask, of.ask);
    expect(suspects).toMatchObject([{ code: 'signature-invalid', owner: 'www.example.', type: 'A' }]);
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    const alone = [await judge(broken, WWW), await judge(of, WWW)] as const;
    expect(outcome.work).toEqual(inFull(...alone));
    expect(outcome.work.queries).toBeGreaterThan(alone[0].work.queries);
  });

  it('counts where it proves that there is no signed zone', async () => {
    // The first hears of no delegation at all, with nothing to prove it.
    const text = 'www.unsigned.example. A';
    const hidden = of.mutated(tampered('unsigned.example. DS', (message) => ({ ...message, authority: [] })));
    const { outcome, suspects } = await look(text, hidden.ask, of.ask);
    expect(suspects).toHaveLength(1);
    expect(outcome).toMatchObject({ security: 'insecure', reason: { code: 'insecure-delegation' } });
  });

  it.each([
    ['bogus, too', stripped],
    ['silent', silent],
  ])('changes no verdict where it is %s', async (_, second) => {
    const { outcome, suspects } = await look(WWW, broken.ask, second);
    expect(suspects).toHaveLength(1);
    expect(outcome).toMatchObject({ security: 'bogus', reason: { code: 'signature-invalid' } });
  });

  it('is none where there is no other way', async () => {
    const { outcome, suspects } = await look(WWW, broken.ask);
    expect(suspects).toHaveLength(1);
    expect(outcome).toEqual({ ...outcome, security: 'bogus', work: (await judge(broken, WWW)).work });
    const terms = { now: NOW, anchors: anchorsFrom(of.anchors()), verifier };
    expect((await lookupTwice({ ...question(WWW), ask: broken.ask, ...terms })).security).toBe('bogus');
  });
});
