/** V89 to V93: every limit from both sides, and what the attacks they are for cost. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Budget, DEFAULT_LIMITS, type Limits, WorkLimitReached } from '../../../src/dnssec/limits.ts';
import { type LookupOutcome, Validator } from '../../../src/dnssec/lookup.ts';
import { hugeIterations, keyTrap } from '../../world/data-mutations.ts';
import { delegationSigner, zoneKey } from '../../world/keys.ts';
import type { Mutation } from '../../world/mutation.ts';
import { signatureOver } from '../../world/signer.ts';
import type { World, WorldDescription } from '../../world/world.ts';
import {
  anchorsFrom,
  brief,
  denialAt,
  everywhere,
  judge,
  NOW,
  name,
  question,
  signedRecords,
  tampered,
  verifier,
  world,
} from './judging.ts';

const limits = (changes: Partial<Limits>): { limits: Limits } => ({ limits: { ...DEFAULT_LIMITS, ...changes } });

/** A limit that was reached, as the outcome tells it. */
function reached(limit: string, allowed: number) {
  return { security: 'indeterminate', reason: { code: 'work-limit', limit, allowed }, result: 'none', answers: [] };
}

describe('the budget', () => {
  it('V92 has the numbers the project decided on', () => {
    expect(DEFAULT_LIMITS).toEqual({
      questions: 64,
      signatureChecks: 32,
      signaturesPerRrset: 4,
      keysPerKeyTag: 2,
      dsRecords: 8,
      recordsPerRrset: 100,
      nsec3Hashes: 100,
      nsec3HashesPerProof: 8,
      nsec3Iterations: 50,
      aliases: 11,
      signers: 2,
      denialRecords: 8,
    });
  });

  it.each([
    ['questions', 'spendQuestion', 'questions'],
    ['signatureChecks', 'spendSignatureCheck', 'signature checks'],
    ['nsec3Hashes', 'spendNsec3Hash', 'NSEC3 hashes'],
  ] as const)('V92 lets as many %s be spent as there are, and not one more', (counted, spend, limit) => {
    const budget = new Budget({ ...DEFAULT_LIMITS, [counted]: 3 });
    for (let i = 0; i < 3; i++) budget[spend]();
    expect(() => budget[spend]()).toThrow(new WorkLimitReached(limit, 3));
    expect(budget[counted]).toBe(3);
  });
});

const plain = world({
  'example.': { records: 'www A 192.0.2.1\na.b.c.deep A 192.0.2.2' },
  'hashed.': { denial: 'nsec3', records: 'www A 192.0.2.1' },
});

describe('one lookup', () => {
  it('V92 questions: as many as it needs, and one less', async () => {
    const { work } = await judge(plain, 'www.example. A', { speculate: false });
    expect(work).toEqual({ queries: 4, roundTrips: 2, signatureChecks: 4, nsec3Hashes: 0 });
    expect(await brief(plain, 'www.example. A', { speculate: false, ...limits({ questions: 4 }) })).toBe(
      'secure answer NOERROR',
    );
    expect(await judge(plain, 'www.example. A', { speculate: false, ...limits({ questions: 3 }) })).toMatchObject(
      reached('questions', 3),
    );
  });

  it('V92 signature checks: as many as it needs, and one less', async () => {
    expect(await brief(plain, 'www.example. A', { speculate: false, ...limits({ signatureChecks: 4 }) })).toBe(
      'secure answer NOERROR',
    );
    expect(await judge(plain, 'www.example. A', { speculate: false, ...limits({ signatureChecks: 3 }) })).toMatchObject(
      reached('signature checks', 3),
    );
  });

  it('V92 NSEC3 hashes: as many as it needs, and one less', async () => {
    const { work } = await judge(plain, 'no.hashed. A', { speculate: false });
    expect(work.nsec3Hashes).toBe(3);
    expect(await brief(plain, 'no.hashed. A', { speculate: false, ...limits({ nsec3Hashes: 3 }) })).toBe(
      'secure nxdomain NXDOMAIN',
    );
    expect(await judge(plain, 'no.hashed. A', { speculate: false, ...limits({ nsec3Hashes: 2 }) })).toMatchObject(
      reached('NSEC3 hashes', 2),
    );
  });

  it('V92 labels between a name and its closest encloser: eight', async () => {
    const asked = (labels: number) => `${'x.'.repeat(labels)}hashed. A`;
    expect(await brief(plain, asked(8))).toBe('secure nxdomain NXDOMAIN');
    expect(await judge(plain, asked(9))).toMatchObject(reached('NSEC3 hashes per proof', 8));
  });

  it('V83 aliases: eleven, and not twelve', async () => {
    const chain = (length: number) => {
      const lines = Array.from({ length }, (_, i) => `w${i} CNAME w${i + 1}`);
      return world({ 'example.': { records: [...lines, `w${length} A 192.0.2.1`].join('\n') } });
    };
    /** Each alias in an answer of its own, as from a server that does not follow any. */
    const unfollowed: Mutation = everywhere((message, asked, of) => {
      const alias = of.zone('example.').rrset(asked.name, TYPE.CNAME);
      if (alias === undefined || asked.type !== TYPE.A) return message;
      return { ...message, rcode: 0, answer: signedRecords(of, 'example.', alias), authority: [] };
    });
    const outcome = await judge(chain(11).mutated(unfollowed), 'w0.example. A');
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect(outcome.aliases.length).toBe(11);
    expect(await judge(chain(12).mutated(unfollowed), 'w0.example. A')).toMatchObject(reached('aliases', 11));
  });

  it('V83 an alias loop is found, at once or later', async () => {
    for (const records of ['a CNAME a', 'a CNAME b\nb CNAME a', 'a CNAME b\nb CNAME c\nc CNAME b']) {
      const loop = world({ 'example.': { records } });
      expect(await judge(loop, 'a.example. A')).toMatchObject({
        security: 'indeterminate',
        reason: { code: 'alias-loop', name: records.endsWith('b') ? 'b.example.' : 'a.example.' },
      });
    }
  });

  it('V92 DS records: eight are tried', async () => {
    const zone = name('example.');
    const ds = (label: string) => delegationSigner(zone, zoneKey(zone, { algorithm: 13, role: 'csk', label }).rdata, 2);
    const withDs = (change: (own: Uint8Array) => readonly Uint8Array[]): World =>
      plain.mutated({
        name: 'many DS',
        does: 'DS of many keys, signed again.',
        breaks: 'nothing',
        rrset: (signed, holder) =>
          signed.type === TYPE.DS && signed.name.equals(zone)
            ? holder.sign({ ...signed, rdatas: change(signed.rdatas[0]!) })
            : signed,
      });
    const strangers = Array.from({ length: 8 }, (_, i) => ds(`stranger ${i}`));
    const fits = withDs((own) => [own, ...strangers.slice(1)]);
    expect(await brief(fits, 'www.example. A')).toBe('secure answer NOERROR');
    const none = withDs(() => strangers);
    expect(await brief(none, 'www.example. A')).toBe('bogus ds-mismatch');
    const beyond = withDs(() => [...strangers, ds('one more')]);
    expect(await judge(beyond, 'www.example. A')).toMatchObject(reached('DS records', 8));
  });

  it('V92 keys: a hundred in a DNSKEY set', async () => {
    const of = (count: number) =>
      world({
        'example.': {
          sign: [
            { algorithm: 15, role: 'csk' },
            ...Array.from({ length: count - 1 }, (_, i) => ({
              algorithm: 15 as const,
              role: 'zsk' as const,
              state: 'standby' as const,
              label: String(i),
            })),
          ],
          records: 'www A 192.0.2.1',
        },
      });
    expect(await brief(of(100), 'www.example. A')).toBe('secure answer NOERROR');
    expect(await judge(of(101), 'www.example. A')).toMatchObject(reached('records per RRset', 100));
  });

  it('V92 denial records: eight are verified', async () => {
    const lines = Array.from({ length: 12 }, (_, i) => `n${i} A 192.0.2.1`).join('\n');
    const of = world({ 'example.': { records: lines } });
    const asked = 'n5x.example. A';
    /** The proof at the end of so many records that prove nothing here. */
    const among = (count: number) =>
      of.mutated(
        tampered(asked, (message) => ({
          ...message,
          authority: [
            ...Array.from({ length: 12 }, (_, i) => i)
              .filter((i) => i !== 5)
              .slice(0, count)
              .flatMap((i) => signedRecords(of, 'example.', denialAt(of, 'example.', `n${i}.example.`))),
            ...message.authority,
          ],
        })),
      );
    expect((await judge(of, asked)).signatures.length).toBe(2);
    expect(await brief(among(6), asked)).toBe('secure nxdomain NXDOMAIN');
    expect(await judge(among(7), asked)).toMatchObject(reached('denial records', 8));
    // What proves what is asked is judged, wherever else the message goes on.
    const enough = of.mutated(
      tampered(asked, (message) => ({
        ...message,
        authority: [
          ...message.authority,
          ...[0, 1, 2, 3, 4, 6, 7, 8, 9].flatMap((i) =>
            signedRecords(of, 'example.', denialAt(of, 'example.', `n${i}.example.`)),
          ),
        ],
      })),
    );
    expect(await brief(enough, asked)).toBe('secure nxdomain NXDOMAIN');
  });

  it('V92 signers: two are looked into, and more leave it open', async () => {
    const asked = 'a.b.c.deep.example. A';
    const stranger = zoneKey(name('evil.'), { algorithm: 13, role: 'zsk' });
    const signedToo = (...signers: string[]) =>
      plain.mutated(
        tampered(asked, (message) => {
          const [address] = message.answer.filter(({ type }) => type === TYPE.A);
          const set = { name: address!.name, type: TYPE.A, ttl: 300, rdatas: [address!.rdata] };
          const window = { inception: NOW - 9, expiration: NOW + 9 };
          const more = signers.map((signer) => ({
            ...address!,
            type: TYPE.RRSIG,
            rdata: signatureOver(set, stranger, name(signer), window),
          }));
          return { ...message, answer: [...message.answer, ...more] };
        }),
      );
    expect(await brief(signedToo('deep.example.'), asked)).toBe('secure answer NOERROR');
    // Strangers that are not above the name are no candidates.
    expect(await brief(signedToo('com.', 'deep.example.', 'x.example.', 'evil.'), asked)).toBe('secure answer NOERROR');
    expect(await judge(signedToo('c.deep.example.', 'deep.example.'), asked)).toMatchObject(reached('signers', 2));
  });
});

describe('asking ahead', () => {
  it('V92 leaves questions for what turns out to be needed', async () => {
    const deep = 'a.'.repeat(40);
    const of = world({
      'example.': { records: `${deep.slice(0, -1)} CNAME www.other.` },
      'other.': { records: 'www A 192.0.2.1' },
    });
    expect(await brief(of, `${deep}example. A`)).toBe('secure answer NOERROR');
    const outcome = await judge(of, `${deep}example. A`);
    expect(outcome.work.queries).toBeLessThanOrEqual(64);
  });

  it('V92 sends nothing more once its share is spent', async () => {
    const deep = 'a.'.repeat(60);
    const of = world({ 'example.': { records: 'www A 192.0.2.1' } });
    const outcome = await judge(of, `${deep}example. A`);
    expect(outcome).toMatchObject({ security: 'secure', result: 'nxdomain' });
    expect(outcome.work.queries).toBeLessThanOrEqual(33);
  });
});

describe('a validator', () => {
  it('V92 one budget for all its lookups', async () => {
    const validator = new Validator({
      ask: plain.ask,
      now: NOW,
      anchors: anchorsFrom(plain.anchors()),
      verifier,
      options: { speculate: false, ...limits({ questions: 6 }) },
    });
    const ask = (text: string): Promise<LookupOutcome> => {
      const { name: owner, type } = question(text);
      return validator.lookup(owner, type);
    };
    expect((await ask('www.example. A')).security).toBe('secure');
    expect((await ask('www.example. AAAA')).security).toBe('secure');
    // The same question again costs nothing.
    expect((await ask('www.example. A')).security).toBe('secure');
    expect((await ask('www.example. MX')).security).toBe('secure');
    expect(await ask('www.example. TXT')).toMatchObject(reached('questions', 6));
    expect(validator.work.queries).toBe(6);
  });
});

describe('attacks', () => {
  const costs: string[] = [];
  const note = (attack: string, { work, reason }: LookupOutcome) => {
    costs.push(
      `${attack}: ${work.signatureChecks} signature checks, ${work.nsec3Hashes} NSEC3 hashes, ${JSON.stringify(reason)}`,
    );
    console.info(costs.at(-1));
  };

  const target = { name: name('www.example.'), type: TYPE.A };

  it.each([
    [1, 4],
    [20, 20],
    [90, 90],
  ])(
    'V89 V90 V91 V93 KeyTrap with %i keys of one tag and %i signatures costs a few checks',
    async (keys, signatures) => {
      const outcome = await judge(plain.mutated(keyTrap(target, { keys, signatures })), 'www.example. A');
      note(`KeyTrap ${keys} x ${signatures}`, outcome);
      expect(['bogus', 'indeterminate']).toContain(outcome.security);
      expect(outcome.work.signatureChecks).toBeLessThanOrEqual(3 + 4 * 2 + 1);
      expect(outcome.answers).toEqual([]);
    },
  );

  it('V93 KeyTrap on the DNSKEY set itself', async () => {
    const of = plain.mutated(keyTrap({ name: name('example.'), type: TYPE.DNSKEY }, { keys: 0, signatures: 90 }));
    const outcome = await judge(of, 'www.example. A');
    note('KeyTrap on DNSKEY', outcome);
    expect(outcome).toMatchObject(reached('signatures per RRset', 4));
    expect(outcome.work.signatureChecks).toBeLessThanOrEqual(12);
  });

  const bombed = (description: WorldDescription, iterations: number) =>
    world(description).mutated(hugeIterations(name('hashed.'), iterations));
  const hashed: WorldDescription = { 'hashed.': { denial: 'nsec3', records: 'www A 192.0.2.1' } };

  it('V74 V93 an NSEC3 bomb of 65535 iterations is insecure without one hash', async () => {
    const outcome = await judge(bombed(hashed, 65_535), 'no.hashed. A');
    note('NSEC3 bomb', outcome);
    expect(outcome).toMatchObject({
      security: 'insecure',
      reason: { code: 'nsec3-iterations', zone: 'hashed.', iterations: 65_535, limit: 50 },
    });
    expect(outcome.work.nsec3Hashes).toBe(0);
  });

  it('V74 V93 an NSEC beside the bomb does not light it', async () => {
    const of = bombed(hashed, 65_535);
    const nsecWorld = world({ 'hashed.': { records: 'www A 192.0.2.1' } });
    const both = of.mutated(
      tampered('no.hashed. A', (message) => ({
        ...message,
        authority: [
          ...message.authority,
          // The same keys, so a record the zone might well have signed: it proves nothing here.
          ...signedRecords(nsecWorld, 'hashed.', denialAt(nsecWorld, 'hashed.', 'www.hashed.')),
        ],
      })),
    );
    const outcome = await judge(both, 'no.hashed. A');
    note('NSEC3 bomb beside NSEC', outcome);
    expect(outcome.work.nsec3Hashes).toBe(0);
    expect(outcome.security).not.toBe('secure');
  });

  it('V74 the limit from both sides: 50 iterations are counted, 51 are not', async () => {
    const of = (iterations: number) => world({ 'hashed.': { denial: { iterations }, records: 'www A 192.0.2.1' } });
    expect(await brief(of(50), 'no.hashed. A')).toBe('secure nxdomain NXDOMAIN');
    expect(await judge(of(51), 'no.hashed. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'nsec3-iterations', zone: 'hashed.', iterations: 51, limit: 50 },
    });
    expect(await judge(of(51), 'no.hashed. A', limits({ nsec3Iterations: 51 }))).toMatchObject({ security: 'secure' });
    expect(await brief(of(51), 'www.hashed. A')).toBe('secure answer NOERROR');
  });

  it('V74 iterations count only in records that verify', async () => {
    const unsigned = plain.mutated({
      name: 'forged iterations',
      does: 'Every NSEC3 claims 2000 iterations, under the old signature.',
      breaks: 'bogus',
      rrset: (signed) =>
        signed.type === TYPE.NSEC3
          ? { ...signed, rdatas: signed.rdatas.map((rdata) => rdata.with(2, 7).with(3, 208)) }
          : signed,
    });
    expect(await brief(unsigned, 'no.hashed. A')).toBe('bogus signature-invalid');
  });

  it('V93 a long name under NSEC3 costs no more hashes than a proof may', async () => {
    const outcome = await judge(plain, `${'x.'.repeat(100)}hashed. A`);
    note('a name of 101 labels', outcome);
    expect(outcome.work.nsec3Hashes).toBeLessThanOrEqual(100);
    expect(outcome).toMatchObject(reached('NSEC3 hashes per proof', 8));
  });

  it('V93 thousands of signatures of strangers cost nothing', async () => {
    const stranger = zoneKey(name('evil.'), { algorithm: 13, role: 'zsk' });
    const of = plain.mutated(
      tampered('www.example. A', (message) => {
        const [address] = message.answer;
        const set = { name: address!.name, type: TYPE.A, ttl: 300, rdatas: [address!.rdata] };
        const one = signatureOver(set, stranger, name('example.'), { inception: NOW - 9, expiration: NOW + 9 });
        const many = Array.from({ length: 400 }, (_, i) => ({
          ...address!,
          type: TYPE.RRSIG,
          rdata: one.with(-1, i & 0xff).with(-2, i >> 8),
        }));
        return { ...message, answer: [...many, ...message.answer] };
      }),
    );
    const outcome = await judge(of, 'www.example. A');
    note('400 signatures of no key', outcome);
    expect(outcome.security).toBe('secure');
    expect(outcome.work.signatureChecks).toBeLessThanOrEqual(12);
  });
});
