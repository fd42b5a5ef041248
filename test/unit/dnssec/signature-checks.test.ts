/** Signature checks made once, and those started before the walk asks for them. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { Message, ResourceRecord } from '../../../src/dns/message.ts';
import { parseRrsig } from '../../../src/dns/rdata.ts';
import { RRsets } from '../../../src/dns/rrset.ts';
import type { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { Budget, DEFAULT_LIMITS } from '../../../src/dnssec/limits.ts';
import type { ZoneKey } from '../../../src/dnssec/signature.ts';
import { SignatureChecks, signedData } from '../../../src/dnssec/signature-checks.ts';
import { zoneKey } from '../../world/keys.ts';
import { signatureOver } from '../../world/signer.ts';
import { NOW, name, question, records, world } from './judging.ts';

const of = world({ 'example.': { records: 'www A 192.0.2.1\nftp A 192.0.2.2' } });

/** A verifier that notes which signatures it is asked about. */
function noting(limit = DEFAULT_LIMITS.signatureChecks) {
  const asked: string[] = [];
  const verify: SignatureVerifier['verify'] = (key, signature) => {
    asked.push(`${key.algorithm} ${key.flags} ${signature.length}`);
    return Promise.resolve(true);
  };
  const prepare = () => Promise.resolve();
  const budget = new Budget({ ...DEFAULT_LIMITS, signatureChecks: limit });
  return { asked, budget, checks: new SignatureChecks({ verify, prepare } as unknown as SignatureVerifier, budget) };
}

const answers = (...texts: string[]): Message[] => texts.map((text) => of.answer(question(text)));

/** Lets the messages come in one after the other, and waits until nothing more starts. */
async function arrive(checks: SignatureChecks, messages: readonly Message[], allowSha1 = false): Promise<void> {
  for (const message of messages) checks.notice(message, allowSha1);
  await new Promise((resolve) => setTimeout(resolve));
}

/** How many checks start for messages whose records were changed. */
async function started(
  messages: readonly Message[],
  change: (records: readonly ResourceRecord[]) => readonly ResourceRecord[] = (same) => same,
  { allowSha1 = false, limit = DEFAULT_LIMITS.signatureChecks } = {},
): Promise<number> {
  const { asked, checks } = noting(limit);
  const changed = messages.map((message) => ({ ...message, answer: change(message.answer) }));
  await arrive(checks, changed, allowSha1);
  return asked.length;
}

describe('a check', () => {
  const { checks, asked, budget } = noting();
  const [message] = answers('www.example. A');
  const set = checks.rrsetsOf(message!.answer).get(name('www.example.'), TYPE.A)!;
  const keySet = checks.rrsetsOf(answers('example. DNSKEY')[0]!.answer).get(name('example.'), TYPE.DNSKEY)!;

  it('is made once for a signature and a key', async () => {
    const [first, second] = checks.keysIn(keySet);
    const [rrsig] = set.signatures;
    expect(await checks.run(set, rrsig!, first!)).toBe(true);
    expect(await checks.run(set, rrsig!, first!)).toBe(true);
    expect([asked.length, budget.signatureChecks]).toEqual([1, 1]);
    await checks.run(set, rrsig!, second!);
    expect([asked.length, budget.signatureChecks]).toEqual([2, 2]);
  });

  it('knows sections and keys again', () => {
    expect(checks.rrsetsOf(message!.answer)).toBe(checks.rrsetsOf(message!.answer));
    expect(checks.keysIn(keySet)).toBe(checks.keysIn(keySet));
    expect(
      checks
        .keysIn(keySet)
        .map(({ tag }) => tag)
        .sort(),
    ).toEqual(
      of
        .zone('example.')
        .keys.map(({ keyTag }) => keyTag)
        .sort(),
    );
  });

  it('passes over octets that are no key', () => {
    const odd = new RRsets([
      ...answers('example. DNSKEY')[0]!.answer,
      { name: name('example.'), type: TYPE.DNSKEY, class: 1, ttl: 1, rdata: Uint8Array.of(1, 0, 3) },
    ]);
    expect(checks.keysIn(odd.get(name('example.'), TYPE.DNSKEY)!).length).toBe(2);
  });
});

describe('checks ahead', () => {
  const chain = answers('. DNSKEY', 'example. DS', 'example. DNSKEY', 'www.example. A');

  it('one for each RRset with one signature by the one key of its tag', async () => {
    const { asked, checks } = noting();
    await arrive(checks, chain);
    expect(asked).toEqual(['13 257 64', '13 256 64', '13 257 64', '13 256 64']);
    const set = checks.rrsetsOf(chain[3]!.answer).get(name('www.example.'), TYPE.A)!;
    const keys = checks.keysIn(checks.rrsetsOf(chain[2]!.answer).get(name('example.'), TYPE.DNSKEY)!);
    await checks.run(set, set.signatures[0]!, keys.find(({ flags }) => flags === 256)!);
    expect(asked.length).toBe(4);
  });

  it('in whatever order the messages come, each once', async () => {
    for (const messages of [chain, chain.toReversed(), [...chain, ...chain]]) {
      const { asked, budget, checks } = noting();
      await arrive(checks, messages);
      expect(asked.toSorted()).toEqual(['13 256 64', '13 256 64', '13 257 64', '13 257 64']);
      expect(budget.signatureChecks).toBe(4);
    }
  });

  it('one key is imported after the check by the last has started', async () => {
    const steps: string[] = [];
    const verifier = {
      prepare: async (key: ZoneKey) => {
        steps.push(`import ${key.tag}`);
        await new Promise((resolve) => setTimeout(resolve));
      },
      verify: async (key: ZoneKey) => {
        steps.push(`check ${key.tag}`);
        return true;
      },
    } as unknown as SignatureVerifier;
    const checks = new SignatureChecks(verifier, new Budget());
    for (const message of chain.slice(0, 2)) checks.notice(message, false);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const [ksk, zsk] = of.zone('.').keys.map(({ keyTag }) => keyTag);
    expect(steps).toEqual([`import ${ksk}`, `check ${ksk}`, `import ${zsk}`, `check ${zsk}`]);
  });

  it('of the authority section, too', async () => {
    expect(await started(answers('example. DNSKEY', 'www.example. TXT'))).toBe(3);
  });

  it('none without the keys, and none for what is not signed', async () => {
    expect(await started(answers('www.example. A'))).toBe(0);
    expect(await started(chain, (all) => all.filter(({ type }) => type !== TYPE.RRSIG))).toBe(0);
  });

  /** The signature over `www A` in place of the sound one. */
  const resigned =
    (...claims: Parameters<typeof signatureOver>[4][]) =>
    (all: readonly ResourceRecord[]) =>
      all.flatMap((record) => {
        if (record.type !== TYPE.RRSIG || !record.name.equals(name('www.example.'))) return [record];
        const set = of.zone('example.').rrset(name('www.example.'), TYPE.A)!;
        const zsk = of.zone('example.').keys[1]!;
        const window = { inception: NOW - 9, expiration: NOW + 9 };
        return claims.map((claim) => ({ ...record, rdata: signatureOver(set, zsk, name('example.'), window, claim) }));
      });
  const two = answers('example. DNSKEY', 'www.example. A');

  it.each([
    ['as it is', [{}], 2],
    ['two signatures: which to try is for the walk', [{}, { originalTtl: 5 }], 1],
    ['another signer', [{ signer: name('other.') }], 1],
    ['another tag', [{ keyTag: 1 }], 1],
    ['another algorithm', [{ algorithm: 15 }], 1],
    ['an unknown algorithm', [{ algorithm: 200 }], 1],
    ['too many labels', [{ labels: 3 }], 1],
    ['fewer labels', [{ labels: 1 }], 2],
  ] as const)('%s', async (_, claims, count) => {
    expect(await started(two, resigned(...claims))).toBe(count);
  });

  it('none where two keys have the tag, or the key is no zone key', async () => {
    const zsk = of.zone('example.').keys[1]!;
    const twin = zsk.rdata.slice();
    const view = new DataView(twin.buffer);
    // What one 16-bit number gains another loses, so the tag stays.
    view.setUint16(10, (view.getUint16(10) + 1) & 0xffff);
    view.setUint16(12, (view.getUint16(12) - 1) & 0xffff);
    const withKey = (rdata: Uint8Array, keep: boolean) => (all: readonly ResourceRecord[]) =>
      all.flatMap((record) => {
        const isZsk = record.type === TYPE.DNSKEY && record.rdata[1] === 0;
        return isZsk ? [...(keep ? [record] : []), { ...record, rdata }] : [record];
      });
    expect(await started(two, withKey(zsk.rdata, false))).toBe(2);
    expect(await started(two, withKey(twin, true))).toBe(1);
    expect(await started(two, withKey(zsk.rdata.with(2, 4), false))).toBe(1);
  });

  it('V92 none by keys that are more than are looked at', async () => {
    const messages = answers('example. DNSKEY', 'www.example. A');
    const crowd = (keys: number) => (all: readonly ResourceRecord[]) => {
      const [key] = all.filter(({ type }) => type === TYPE.DNSKEY);
      const more = Array.from({ length: keys }, (_, i) => ({ ...key!, rdata: Uint8Array.of(1, 0, 3, 13, i >> 8, i) }));
      return key === undefined ? all : [...all, ...more];
    };
    // Two are the zone's own.
    expect(await started(messages, crowd(98))).toBe(2);
    expect(await started(messages, crowd(99))).toBe(0);
  });

  it('of SHA-1 only where it is wanted', async () => {
    const old = world({ 'example.': { sign: 7, records: 'www A 192.0.2.1' } });
    const messages = [old.answer(question('example. DNSKEY')), old.answer(question('www.example. A'))];
    expect(await started(messages)).toBe(0);
    expect(await started(messages, undefined, { allowSha1: true })).toBe(2);
  });

  it('as many as twelve, and as the budget has', async () => {
    const many = world({
      'example.': { records: Array.from({ length: 20 }, (_, i) => `n${i} A 192.0.2.1`).join('\n') },
    });
    const messages = [
      many.answer(question('example. DNSKEY')),
      ...Array.from({ length: 20 }, (_, i) => many.answer(question(`n${i}.example. A`))),
    ];
    expect(await started(messages)).toBe(12);
    expect(await started(messages, undefined, { limit: 5 })).toBe(5);
    const { asked, checks } = noting();
    await arrive(checks, messages);
    await arrive(checks, messages.slice(13));
    expect(asked.length).toBe(12);
  });

  it('one that fails is for whoever needs it', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const failing = {
      prepare: () => Promise.resolve(),
      verify: () => Promise.reject(new Error('engine')),
    } as unknown as SignatureVerifier;
    const checks = new SignatureChecks(failing, new Budget());
    await arrive(checks, two);
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    const set = checks.rrsetsOf(two[1]!.answer).get(name('www.example.'), TYPE.A)!;
    const keys = checks.keysIn(checks.rrsetsOf(two[0]!.answer).get(name('example.'), TYPE.DNSKEY)!);
    const zsk = keys.find(({ flags }) => flags === 256)!;
    await expect(checks.run(set, set.signatures[0]!, zsk)).rejects.toThrow('engine');
  });
});

describe('V31 what is hashed', () => {
  it('V31 records in the order of their canonical form, not of the one received', () => {
    const key = zoneKey(name('example.'), { algorithm: 13, role: 'zsk' });
    const lines = ['B', 'a', 'c'].map((label) => `example. 300 IN NS ${label}.example.`);
    const [upper, lower, last] = records(lines.join('\n'));
    const rdatas = [upper!.rdata, lower!.rdata, last!.rdata];
    const window = { inception: NOW - 9, expiration: NOW + 9 };
    const rrsig = signatureOver(
      { name: name('example.'), type: TYPE.NS, ttl: 300, rdatas },
      key,
      name('example.'),
      window,
    );
    const set = new RRsets([upper!, lower!, last!, { ...upper!, type: TYPE.RRSIG, rdata: rrsig }]).get(
      name('example.'),
      TYPE.NS,
    )!;
    const record = (label: string) => [
      ...name('example.').wire,
      ...[0, 2, 0, 1, 0, 0, 1, 44, 0, 11],
      ...name(`${label}.example.`).wire,
    ];
    expect([...signedData(set, parseRrsig(rrsig)!)]).toEqual([
      ...rrsig.subarray(0, 18),
      ...name('example.').wire,
      ...record('a'),
      ...record('b'),
      ...record('c'),
    ]);
  });
});
