/** Which of several signers decides, and where a walk along aliases ends: V1, V33, V82, V92. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { ZoneCache } from '../../../src/dnssec/zone-cache.ts';
import { expiredSignature } from '../../world/data-mutations.ts';
import { type ZoneKey, zoneKey } from '../../world/keys.ts';
import { signatureOver } from '../../world/signer.ts';
import type { World } from '../../world/world.ts';
import {
  anchorsFrom,
  brief,
  DAY,
  denialAt,
  HOUR,
  judge,
  NOW,
  name,
  records,
  signedRecords,
  tampered,
  world,
} from './judging.ts';

const of = world({
  'example.': {
    records: 'www A 192.0.2.1\nal CNAME www\nloop CNAME loop\nround CNAME about\nabout CNAME round\nn1 TXT "x"',
  },
  'child.example.': { records: 'www A 192.0.2.2' },
  'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.3' },
  'other.': { records: 'www A 192.0.2.4' },
});

const stranger = zoneKey(name('evil.'), { algorithm: 13, role: 'zsk' });

/** The answer with more signatures beside its own ones, made by `key` in the names of `signers`. */
function signedToo(
  text: string,
  signers: readonly string[],
  { key = stranger, lasts = HOUR, from = of }: { key?: ZoneKey; lasts?: number; from?: World } = {},
): World {
  return from.mutated(
    tampered(text, (message) => {
      const [data] = message.answer.filter(({ type }) => type !== TYPE.RRSIG);
      const set = { name: data!.name, type: data!.type, ttl: data!.ttl, rdatas: [data!.rdata] };
      const window = { inception: NOW - HOUR, expiration: NOW + lasts };
      const more = signers.map((signer) => ({
        ...data!,
        type: TYPE.RRSIG,
        rdata: signatureOver(set, key, name(signer), window),
      }));
      return { ...message, answer: [...message.answer, ...more] };
    }),
  );
}

/** The same with other data, so that no signature of the zone's own is left. */
function forged(text: string, signers: readonly string[], from = of): World {
  const address = records(`${text.split(' ')[0]} 300 IN A 192.0.2.66`);
  return signedToo(text, signers, {
    from: from.mutated(tampered(text, (message) => ({ ...message, answer: address }))),
  });
}

const failing = (text: string, from = of): World =>
  from.mutated(tampered(text, (message) => ({ ...message, rcode: 2, answer: [], authority: [] })));

describe('several signers', () => {
  const text = 'www.child.example. A';

  it('V33 of two that fail alike the deepest is told', async () => {
    const { security, reason } = await judge(forged(text, ['example.', 'child.example.']), text);
    expect([security, reason]).toEqual([
      'bogus',
      { code: 'wrong-signer', zone: 'child.example.', owner: 'www.child.example.', type: 'A', signer: 'example.' },
    ]);
  });

  it('V1 V33 one that nothing is known of leaves open what the other does not bear out', async () => {
    const open = failing('child.example. DS', forged(text, ['example.', 'child.example.']));
    expect(await judge(open, text)).toMatchObject({ security: 'indeterminate', reason: { code: 'resolver-error' } });
  });

  it('V3 V33 one below an unsigned delegation: insecure, whoever else is named', async () => {
    const below = 'www.unsigned.example. A';
    expect(await brief(forged(below, ['example.', 'unsigned.example.']), below)).toBe('insecure insecure-delegation');
  });

  it('V33 V92 the deepest that holds is enough, and the rest is not looked at', async () => {
    const key = of.zone('example.').keys.at(-1)!;
    const plain = await judge(of, text, { speculate: false });
    const both = await judge(signedToo(text, ['example.'], { key }), text, { speculate: false });
    expect(both).toMatchObject({ security: 'secure', zones: plain.zones, work: plain.work });
  });

  it('V92 the right one among as many as are looked into: those beyond do not matter', async () => {
    expect(await brief(signedToo(text, ['www.child.example.', 'example.', '.']), text)).toBe('secure answer NOERROR');
  });

  it('V92 the right one beyond them: open, in whatever order they came', async () => {
    const limit = { security: 'indeterminate', reason: { code: 'work-limit', limit: 'signers', allowed: 2 } };
    const deep = 'www.example. A';
    const named = world({ 'example.': { records: 'www.a.b A 192.0.2.1' } });
    // Signatures are sorted by their octets, and when they end stands before who made them.
    for (const lasts of [1, 300 * DAY]) {
      const crowded = signedToo('www.a.b.example. A', ['a.b.example.', 'b.example.'], { from: named, lasts });
      expect(await judge(crowded, 'www.a.b.example. A')).toMatchObject(limit);
    }
    expect(await brief(signedToo(deep, ['www.example.']), deep)).toBe('secure answer NOERROR');
    const open = failing('child.example. DS', signedToo(text, ['www.child.example.', 'example.']));
    expect(await judge(open, text)).toMatchObject(limit);
  });

  it('V50 V65 a denial that strangers alone signed: they are named', async () => {
    const absent = 'no.example. A';
    const authority = signedRecords(of, 'other.', denialAt(of, 'other.', 'other.'));
    const foreign = of.mutated(tampered(absent, (message) => ({ ...message, authority })));
    expect(await judge(foreign, absent)).toMatchObject({
      security: 'bogus',
      reason: { code: 'wrong-signer', zone: 'example.', owner: 'no.example.', type: 'A', signer: 'other.' },
    });
  });
});

describe('V55 an island of trust below an unsigned delegation', () => {
  const sea = world({
    'example.': {},
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.3' },
    'island.unsigned.example.': { records: 'www A 192.0.2.5\nal CNAME www' },
  });
  const anchors = anchorsFrom(sea.anchors() + sea.anchors('island.unsigned.example.'));
  const text = 'www.island.unsigned.example. A';
  /** The whole answer put in the place of the true one. */
  const replaced = (asked: string, ...lines: string[]) =>
    sea.mutated(tampered(asked, (message) => ({ ...message, answer: records(lines.join('\n')), authority: [] })));

  it('is secure by its own anchor', async () => {
    expect(await brief(sea, text, { anchors })).toBe('secure answer NOERROR');
    expect(await brief(sea, 'no.island.unsigned.example. A', { anchors })).toBe('secure nxdomain NXDOMAIN');
    expect(await brief(sea, 'www.unsigned.example. A', { anchors })).toBe('insecure insecure-delegation');
  });

  it.each(['unsigned.example.', 'example.', '.'])(
    'forged data in the name of %s above it is not merely unsigned',
    async (above) => {
      expect(await brief(forged(text, [above], sea), text, { anchors })).toBe('bogus wrong-signer');
    },
  );

  it('nor is what a zone above it truly signed its word', async () => {
    const key = sea.zone('example.').keys.at(-1)!;
    const signed = signedToo(text, ['example.'], {
      key,
      from: replaced(text, `${text.split(' ')[0]} 300 IN A 192.0.2.66`),
    });
    expect(await brief(signed, text, { anchors })).toBe('bogus wrong-signer');
  });

  it('nor is a denial in the name of a zone above it', async () => {
    const absent = 'no.island.unsigned.example. A';
    const [soa] = records('unsigned.example. 300 IN NSEC unsigned.example. A RRSIG NSEC');
    const set = { name: soa!.name, type: soa!.type, ttl: soa!.ttl, rdatas: [soa!.rdata] };
    const window = { inception: NOW - HOUR, expiration: NOW + HOUR };
    const rrsig = { ...soa!, type: TYPE.RRSIG, rdata: signatureOver(set, stranger, name('unsigned.example.'), window) };
    const denied = sea.mutated(tampered(absent, (message) => ({ ...message, answer: [], authority: [soa!, rrsig] })));
    expect((await judge(denied, absent, { anchors })).security).toBe('bogus');
  });

  it('no unsigned DNAME from above leads away from it', async () => {
    const dname = 'unsigned.example. 300 IN DNAME other.';
    expect((await judge(replaced(text, dname), text, { anchors })).security).toBe('bogus');
    const cname = 'www.island.unsigned.example. 300 IN CNAME www.island.other.';
    expect((await judge(replaced(text, dname, cname), text, { anchors })).security).toBe('bogus');
  });
});

describe('where aliases end', () => {
  it('V82 an alias that fails is not followed', async () => {
    const broken = of.mutated(expiredSignature({ name: name('al.example.'), type: TYPE.CNAME }));
    const outcome = await judge(broken, 'al.example. A');
    expect(outcome).toMatchObject({ security: 'bogus', reason: { code: 'signature-expired' }, aliases: [] });
    expect(outcome.canonicalName.toString()).toBe('al.example.');
  });

  it('V83 a loop is gone around once', async () => {
    expect((await judge(of, 'loop.example. A')).aliases).toHaveLength(1);
    const { aliases, canonicalName } = await judge(of, 'round.example. A');
    expect(aliases.map(({ owner, target }) => `${owner} ${target}`)).toEqual([
      'round.example. about.example.',
      'about.example. round.example.',
    ]);
    expect(canonicalName.toString()).toBe('round.example.');
  });

  it('V83 V86 a DNAME at the root is followed, and leads nowhere but to itself', async () => {
    const dname = { name: name('.'), type: TYPE.DNAME, ttl: 300, rdatas: [name('x.').wire] };
    const answer = signedRecords(of, '.', dname);
    const top = of.mutated(tampered('www. A', (message) => ({ ...message, answer, authority: [] })));
    const outcome = await judge(top, 'www. A');
    expect(outcome).toMatchObject({ security: 'indeterminate', reason: { code: 'work-limit', limit: 'aliases' } });
    expect(outcome.aliases.slice(0, 2).map(({ kind, target }) => `${kind} ${target}`)).toEqual([
      'DNAME www.x.',
      'DNAME www.x.x.',
    ]);
  });

  it('V36 a question for any type is answered by the alias itself', async () => {
    const { security, answers, aliases, rrset } = await judge(of, 'al.example. ANY');
    expect(security).toBe('secure');
    expect(answers.map(({ type }) => type)).toContain(TYPE.CNAME);
    expect(aliases).toEqual([]);
    expect(rrset?.type).toBe(answers.at(-1)?.type);
  });

  it('the last RRset of the chain is the answer', async () => {
    const { rrset, answers } = await judge(of, 'al.example. A');
    expect(rrset).toMatchObject({ type: TYPE.A, rdatas: [Uint8Array.of(192, 0, 2, 1)] });
    expect(rrset?.name.toString()).toBe('www.example.');
    expect(answers.map(({ type }) => type)).toEqual([TYPE.CNAME, TYPE.A]);
  });
});

describe('a denial that proves nothing of the name, and the way to it', () => {
  const useless = (): ResourceRecord[] => signedRecords(of, 'example.', denialAt(of, 'example.', 'n1.example.'));
  const withDenial = (text: string) =>
    of.mutated(tampered(text, (message) => ({ ...message, answer: [], authority: useless() })));

  it('V3 the way to the name itself counts', async () => {
    const text = 'unsigned.example. A';
    expect(await brief(withDenial(text), text)).toBe('insecure insecure-delegation');
  });

  it('V3 V50 for DS the way to its parent, whatever is known of the name already', async () => {
    const zoneCache = new ZoneCache();
    const known = { zoneCache, speculate: false };
    expect(await brief(of, 'www.unsigned.example. A', known)).toBe('insecure insecure-delegation');
    const text = 'unsigned.example. DS';
    expect(await brief(withDenial(text), text, known)).toBe('bogus denial-missing');
    const above = '. DS';
    expect((await judge(withDenial(above), above)).security).toBe('bogus');
  });
});

describe("V28 the resolver's clock", () => {
  const window = { from: -DAY, to: DAY };
  const timed = world({ 'example.': { window, records: 'www A 192.0.2.1' } });
  const at = (now: number, resolverTime: number | undefined, from = timed) =>
    judge(from, 'www.example. A', {
      now,
      ask: async (question) => {
        const reply = await from.ask(question);
        return reply.ok && resolverTime !== undefined ? { ...reply, resolverTime } : reply;
      },
    });

  it('explains a failure on time alone, and softens nothing', async () => {
    for (const [now, code] of [
      [NOW + 2 * DAY, 'signature-expired'],
      [NOW - 2 * DAY, 'signature-not-yet-valid'],
    ] as const) {
      expect(await at(now, NOW)).toMatchObject({
        security: 'bogus',
        reason: { code: 'clock', now, resolverTime: NOW, because: { code } },
        result: 'none',
        answers: [],
      });
      expect((await at(now, undefined)).reason.code).toBe(code);
    }
  });

  it('differs by more than five minutes, or explains nothing', async () => {
    // A signature's life ends between the two clocks, the tolerance of ours included.
    const end = NOW + DAY;
    expect((await at(end + 61, end + 61 - 300)).reason.code).toBe('signature-expired');
    expect((await at(end + 61, end + 61 - 301)).reason.code).toBe('clock');
    expect((await at(end + 61, end + 61 + 301)).reason.code).toBe('signature-expired');
  });

  it('explains no failure of another kind', async () => {
    const broken = forged('www.example. A', ['example.'], timed);
    expect((await at(NOW, NOW + 2 * DAY, broken)).reason.code).not.toBe('clock');
    expect((await at(NOW + 2 * DAY, NOW, broken)).reason.code).not.toBe('clock');
    expect((await at(NOW, NOW + 2 * DAY)).security).toBe('secure');
    // Nor what does not fail at all, by whichever clock.
    expect(await at(NOW, NOW + HOUR)).toMatchObject({ security: 'secure', reason: { code: 'validated' } });
  });

  it('proves nothing by what an earlier lookup kept', async () => {
    const zoneCache = new ZoneCache();
    const now = NOW + 2 * DAY;
    const ask: typeof timed.ask = async (question) => {
      const reply = await timed.ask(question);
      return reply.ok ? { ...reply, resolverTime: NOW } : reply;
    };
    const outcome = await judge(timed, 'www.example. A', { now, ask, zoneCache });
    expect(outcome.reason.code).toBe('clock');
    expect(await brief(timed, 'www.example. A', { now, zoneCache })).toBe('bogus signature-expired');
  });
});
