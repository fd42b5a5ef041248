/** cloudflare.com A, recorded with every question its walk asks: secure as it stands, and bogus with any bit changed. */
import { expect, it } from 'vitest';
import { TYPE, typeMnemonic } from '../../src/dns/codes.ts';
import type { Message } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { SignatureVerifier } from '../../src/dnssec/algorithms.ts';
import { ROOT_ANCHORS } from '../../src/dnssec/anchors.ts';
import { type LookupOutcome, lookup } from '../../src/dnssec/lookup.ts';
import { decodeAll, epoch, jsonLines, type RecordedMessage, recorded, replay } from './vectors.ts';

const NOW = epoch('2026-04-21T16:00:32Z');

function messages(file: string): Map<string, Message> {
  return decodeAll(jsonLines<RecordedMessage & { kind: string }>(file).filter(({ kind }) => kind === 'response'));
}

recorded('cloudflare.com A of 2026-04-21', () => {
  const sound = messages('d3-cloudflare.com-A-20260421.jsonl');
  const verifier = new SignatureVerifier();
  const judge = (recording: ReadonlyMap<string, Message>, now = NOW): Promise<LookupOutcome> =>
    lookup({
      name: Name.parse('cloudflare.com'),
      type: TYPE.A,
      ask: replay(recording),
      now,
      anchors: ROOT_ANCHORS,
      verifier,
      options: { speculate: false },
    });

  it('is secure from the built-in anchors, in six questions and six signature checks', async () => {
    const outcome = await judge(sound);
    expect(outcome).toMatchObject({
      security: 'secure',
      reason: { code: 'validated' },
      result: 'answer',
      rcode: 'NOERROR',
      work: { queries: 6, signatureChecks: 6, nsec3Hashes: 0 },
    });
    expect(outcome.zones.map(({ zone, security }) => `${zone} ${security}`)).toEqual([
      '. secure',
      'com. secure',
      'cloudflare.com. secure',
    ]);
    expect(outcome.answers.map(({ rdata }) => rdata.join('.')).sort()).toEqual(['104.16.132.229', '104.16.133.229']);
    expect(outcome.zones[0]!.keys.filter(({ entryPoint }) => entryPoint).map(({ keyTag }) => keyTag)).toEqual([
      20326, 38696,
    ]);
    expect(outcome.validUntil).toBeGreaterThan(NOW);
    expect(outcome.validUntil).toBeLessThanOrEqual(NOW + 300);
  });

  it('is bogus by its signature over A a month later, and before it was signed', async () => {
    expect(await judge(sound, NOW + 30 * 86_400)).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-expired', now: NOW + 30 * 86_400 },
      answers: [],
    });
    expect(await judge(sound, NOW - 60 * 86_400)).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-not-yet-valid', now: NOW - 60 * 86_400 },
    });
  });

  /** Octet places in the rdata of a record at which a bit is flipped: all fields, and the long ones here and there. */
  function places(type: number, length: number): number[] {
    const spread = (from: number) =>
      [0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1].map((part) => Math.round(from + (length - 1 - from) * part));
    // The signer's name may change its letters' case, so only its first length octet is among these.
    if (type === TYPE.RRSIG) return [...Array.from({ length: 19 }, (_, i) => i), ...spread(Math.min(36, length - 1))];
    return [...new Set([0, 1, 2, 3, ...spread(4)])].filter((place) => place < length);
  }

  for (const [question, message] of sound) {
    message.answer.forEach((record, index) => {
      const title = `${question.replace(/\d+$/, (type) => typeMnemonic(Number(type)))}: record ${index}`;
      it(`${title}, ${typeMnemonic(record.type)}: bogus with any bit flipped`, async () => {
        let flips = 0;
        for (const place of places(record.type, record.rdata.length)) {
          for (const bit of place % 2 === 0 ? [0, 7, 3] : [1, 6]) {
            const rdata = record.rdata.slice();
            rdata[place] = rdata[place]! ^ (1 << bit);
            const answer = message.answer.with(index, { ...record, rdata });
            const outcome = await judge(new Map([...sound, [question, { ...message, answer }]]));
            expect(`octet ${place} bit ${bit}: ${outcome.security}`).toBe(`octet ${place} bit ${bit}: bogus`);
            expect(outcome.answers).toEqual([]);
            flips++;
          }
        }
        expect(flips).toBeGreaterThan(8);
      });
    });
  }
});

recorded('prettysafe.xyz DS of 2026-04-21', () => {
  it('is insecure: the name lies in an opt-out span of xyz', async () => {
    const outcome = await lookup({
      name: Name.parse('prettysafe.xyz'),
      type: TYPE.DS,
      ask: replay(messages('d3-prettysafe.xyz-A-nxdomain-optout-20260421.jsonl')),
      now: epoch('2026-04-21T16:00:15Z'),
      anchors: ROOT_ANCHORS,
      options: { speculate: false },
    });
    expect(outcome).toMatchObject({
      security: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'prettysafe.xyz.', parent: 'xyz.', proof: 'opt-out' },
      answers: [],
    });
    expect(outcome.zones.map(({ zone }) => zone)).toEqual(['.', 'xyz.']);
  });
});
