/** What must not matter: order, repetition, letter case, RCODE, AD, and everything beside the records that count. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { LookupOutcome } from '../../../src/dnssec/lookup.ts';
import { extraDs, extraSignature, flippedRdata, missingSignature, raisedTtl } from '../../world/data-mutations.ts';
import type { DenialKind } from '../../world/denial.ts';
import { mixedCase, shuffledAndRepeated } from '../../world/harmless-mutations.ts';
import { zoneKey } from '../../world/keys.ts';
import type { Mutation } from '../../world/mutation.ts';
import { signatureOver } from '../../world/signer.ts';
import { everywhere, judge, NOW, name, records, world } from './judging.ts';

const ZONE = `
  www   A     192.0.2.1
  www   A     192.0.2.2
  al    CNAME www
  far   CNAME www.child
  un    CNAME www.unsigned
  *.w   A     192.0.2.3
  d     DNAME target
  www.target A 192.0.2.4
  x.ent MX    10 www
`;

const QUESTIONS = [
  'www.example. A',
  'www.example. MX',
  'no.example. A',
  'a.b.no.example. TXT',
  'x.w.example. A',
  'x.w.example. MX',
  'al.example. A',
  'far.example. A',
  'un.example. A',
  'www.d.example. A',
  'ent.example. A',
  'x.ent.example. MX',
  'www.child.example. A',
  'no.child.example. A',
  'www.unsigned.example. A',
  'child.example. DS',
  'unsigned.example. DS',
  'example. DNSKEY',
  'example. SOA',
  'www.example. ANY',
];

const KINDS: readonly DenialKind[] = ['nsec', 'nsec3', { optOut: true, salt: 'ab', iterations: 2 }, 'compact'];

function worldOf(denial: DenialKind) {
  return world({
    'example.': { denial, records: ZONE },
    'child.example.': { sign: 15, denial, records: 'www A 192.0.2.5' },
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.6' },
  });
}

/** All of an outcome that a reader of it could notice, as text. */
function essence(outcome: LookupOutcome): string {
  const { security, reason, result, rcode, answers, aliases, canonicalName, zones, validUntil } = outcome;
  return JSON.stringify({
    security,
    reason,
    result,
    rcode: security === 'secure' ? rcode : '',
    records: answers.map(({ name: owner, type, rdata }) => `${owner} ${type} ${[...rdata]}`).sort(),
    aliases: aliases.map(({ owner, target, kind }) => `${owner} ${kind} ${target}`),
    end: canonicalName.toString(),
    zones: zones.map(({ zone, security: state }) => `${zone} ${state}`),
    validUntil,
  });
}

const spareDs = extraDs(name('child.example.'));

const address = { name: name('www.example.'), type: TYPE.A };

const HARMLESS: readonly (readonly [string, Mutation])[] = [
  ['another order and repetitions', shuffledAndRepeated(1)],
  ['yet another order', shuffledAndRepeated(7)],
  ['letter case', mixedCase(1)],
  ['both', shuffledAndRepeated(11)],
  ['one signature too many', extraSignature(address)],
  ['AD set', everywhere((message) => ({ ...message, authenticData: true }))],
  ['AD and AA cleared', everywhere((message) => ({ ...message, authenticData: false, authoritative: false }))],
  [
    'records of others in every section',
    everywhere((message) => {
      const noise = records('elsewhere.example. 300 IN A 192.0.2.99\nother. 300 IN TXT "noise"');
      return {
        ...message,
        answer: [...noise, ...message.answer],
        authority: [...noise, ...message.authority],
        additional: noise,
      };
    }),
  ],
  [
    'records of another class',
    everywhere((message) => ({
      ...message,
      answer: [...message.answer, ...message.answer.map((record) => ({ ...record, class: 3 }))],
    })),
  ],
  [
    'the signature of a stranger beside every RRset',
    everywhere((message) => {
      const stranger = zoneKey(name('evil.'), { algorithm: 13, role: 'zsk' });
      const plain = message.answer.filter(({ type }) => type !== TYPE.RRSIG);
      const more = plain.map((record) => ({
        ...record,
        type: TYPE.RRSIG,
        rdata: signatureOver(
          { name: record.name, type: record.type, ttl: record.ttl, rdatas: [record.rdata] },
          stranger,
          name('evil.'),
          { inception: NOW - 9, expiration: NOW + 9 },
        ),
      }));
      // A CNAME made from a DNAME would count as signed with it.
      const synthesized = message.answer.some(({ type }) => type === TYPE.DNAME);
      return synthesized ? message : { ...message, answer: [...more, ...message.answer] };
    }),
  ],
  [
    'an expired signature beside each good one',
    {
      name: 'expired besides',
      does: 'Each RRset has an old signature too.',
      breaks: 'nothing',
      rrset: (signed, zone) => ({
        ...signed,
        signatures: signed.signatures.flatMap((signature) => [
          ...zone
            .signingKeys(signed.type)
            .map((key) =>
              signatureOver(signed, key, zone.apex, { inception: NOW - 999_999, expiration: NOW - 99_999 }),
            ),
          signature,
        ]),
      }),
    },
  ],
];

describe.each(KINDS.map((kind) => [JSON.stringify(kind), kind] as const))('with %s', (_, kind) => {
  const of = worldOf(kind);
  const known = new Map<string, Promise<string>>();
  /** The outcome without any change, worked out once. */
  const unchanged = (text: string): Promise<string> => {
    const found = known.get(text) ?? judge(of, text).then(essence);
    known.set(text, found);
    return found;
  };

  it.each(HARMLESS)('%s changes no outcome', async (_title, mutation) => {
    const changed = of.mutated(mutation);
    for (const text of QUESTIONS) {
      expect(`${text}: ${essence(await judge(changed, text))}`).toBe(`${text}: ${await unchanged(text)}`);
    }
  });

  it('one DS too many changes no outcome but that of asking for DS', async () => {
    const changed = of.mutated(spareDs);
    for (const text of QUESTIONS.filter((one) => one !== 'child.example. DS')) {
      expect(`${text}: ${essence(await judge(changed, text))}`).toBe(`${text}: ${await unchanged(text)}`);
    }
  });

  it('asking ahead changes no outcome', async () => {
    for (const text of QUESTIONS) {
      const outcome = essence(await judge(of, text, { speculate: false }));
      expect(`${text}: ${outcome}`).toBe(`${text}: ${await unchanged(text)}`);
    }
  });

  it('the letter case of the question changes no outcome', async () => {
    for (const text of QUESTIONS) {
      const [owner, type] = text.split(' ');
      expect(essence(await judge(of, `${owner!.toUpperCase()} ${type}`))).toBe(await unchanged(text));
    }
  });

  it('all at once', async () => {
    const changed = of.mutated(shuffledAndRepeated(3), mixedCase(5), raisedTtl(address));
    for (const text of QUESTIONS) {
      expect(`${text}: ${essence(await judge(changed, text))}`).toBe(`${text}: ${await unchanged(text)}`);
    }
  });
});

describe('broken data', () => {
  it('is as broken in any order and case', async () => {
    const of = worldOf('nsec');
    for (const mutation of [missingSignature(address), flippedRdata(address)]) {
      const broken = of.mutated(mutation);
      const before = essence(await judge(broken, 'al.example. A'));
      for (let seed = 0; seed < 4; seed++) {
        const shuffled = broken.mutated(shuffledAndRepeated(seed), mixedCase(seed));
        expect(essence(await judge(shuffled, 'al.example. A'))).toBe(before);
      }
    }
  });
});
