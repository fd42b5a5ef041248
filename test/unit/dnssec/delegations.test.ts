/** V16 to V23 and V50 to V55: from DS to keys, and what the parent says where there is no DS. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { Message, ResourceRecord } from '../../../src/dns/message.ts';
import { delegationSigner, FLAG, type KeyDescription, zoneKey } from '../../world/keys.ts';
import type { Mutation } from '../../world/mutation.ts';
import { signatureOver } from '../../world/signer.ts';
import { entryKeys } from '../../world/zone.ts';
import {
  brief,
  denialAt,
  everywhere,
  judge,
  NOW,
  name,
  records,
  rrsetIn,
  shuffled,
  signedRecords,
  tampered,
  world,
} from './judging.ts';

const ADDRESS = 'www A 192.0.2.1';
const FORGED = records('www.example. 300 IN A 192.0.2.66');

/** An unsigned address in place of the signed one. */
const forgery = tampered('www.example. A', (message) => ({ ...message, answer: FORGED }));

const secure = world({ 'example.': { records: ADDRESS } });

/** DS records of `example.` changed by whoever has the parent's keys. */
function parentSays(change: (rdatas: readonly Uint8Array[]) => readonly Uint8Array[]): Mutation {
  return {
    name: 'other DS',
    does: 'The parent publishes other DS records, signed again.',
    breaks: 'nothing',
    rrset: (signed, zone) =>
      signed.type === TYPE.DS && signed.name.equals(name('example.'))
        ? zone.sign({ ...signed, rdatas: change(signed.rdatas) })
        : signed,
  };
}

function ofType(type: number): (record: ResourceRecord) => boolean {
  return (record) => record.type === type;
}

describe('DS and DNSKEY', () => {
  it('V16 the digest is over owner name and DNSKEY rdata', async () => {
    const key = entryKeys(name('example.'), {})[0]!;
    const elsewhere = delegationSigner(name('other.'), key.rdata, 2);
    expect(await brief(secure, 'www.example. A')).toBe('secure answer NOERROR');
    expect(await judge(secure.mutated(parentSays(() => [elsewhere])), 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'ds-mismatch', zone: 'example.', parent: '.', keyTags: [key.keyTag] },
    });
  });

  it('V16 the owner name is hashed in small letters', async () => {
    const of = world({ 'ExAmPlE.': { records: ADDRESS } });
    expect(await brief(of, 'WWW.eXaMpLe. A')).toBe('secure answer NOERROR');
  });

  it.each([
    ['an unknown algorithm', 2, 200, { algorithms: [200], digestTypes: [2] }],
    ['a retired algorithm', 2, 12, { algorithms: [12], digestTypes: [2] }],
    ['a private algorithm', 2, 253, { algorithms: [253], digestTypes: [2] }],
    ['RSAMD5', 2, 1, { algorithms: [1], digestTypes: [2] }],
    ['an unknown digest', 3, 200, { algorithms: [13], digestTypes: [200] }],
    ['the digest of GOST', 3, 3, { algorithms: [13], digestTypes: [3] }],
    ['digest type 0', 3, 0, { algorithms: [13], digestTypes: [0] }],
  ])('V17 V40 V41 V42 nothing but %s: insecure', async (_, place, value, facts) => {
    const of = secure.mutated(parentSays((rdatas) => rdatas.map((rdata) => rdata.with(place, value))));
    expect(await judge(of, 'www.example. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'unsupported-algorithms', zone: 'example.', sha1: false, ...facts },
      result: 'answer',
    });
  });

  it('V17 one that is supported among others that are not: secure, and a forgery bogus', async () => {
    const of = secure.mutated(
      parentSays((rdatas) => [rdatas[0]!.with(2, 200), rdatas[0]!.with(3, 77), rdatas[0]!, rdatas[0]!.with(2, 12)]),
    );
    expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
    expect(await brief(of.mutated(forgery), 'www.example. A')).toBe('bogus signature-missing');
  });

  it('V17 W38 a digest of another length than its type has does not count', async () => {
    const short = secure.mutated(parentSays((rdatas) => rdatas.map((rdata) => rdata.subarray(0, 35))));
    expect(await brief(short, 'www.example. A')).toBe('insecure unsupported-algorithms');
    const long = secure.mutated(parentSays((rdatas) => rdatas.map((rdata) => Uint8Array.of(...rdata, 0))));
    expect(await brief(long, 'www.example. A')).toBe('insecure unsupported-algorithms');
    const beside = secure.mutated(parentSays((rdatas) => [rdatas[0]!.subarray(0, 20), ...rdatas]));
    expect(await brief(beside, 'www.example. A')).toBe('secure answer NOERROR');
  });

  it('V18 a supported DS that fits no key: bogus', async () => {
    for (const place of [0, 1, 4, 35]) {
      const of = secure.mutated(parentSays((rdatas) => rdatas.map((rdata) => rdata.with(place, rdata[place]! ^ 1))));
      expect(await brief(of, 'www.example. A')).toBe('bogus ds-mismatch');
    }
  });

  it('V18 no DNSKEY at all: bogus', async () => {
    const of = secure.mutated(tampered('example. DNSKEY', (message) => ({ ...message, answer: [] })));
    expect(await judge(of, 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'dnskey-missing', zone: 'example.' },
      answers: [],
    });
  });

  it('V19 tag, algorithm and digest must all fit the one key', async () => {
    const both: readonly KeyDescription[] = [
      { algorithm: 13, role: 'csk' },
      { algorithm: 15, role: 'csk' },
    ];
    const of = world({ 'example.': { sign: both, records: ADDRESS } });
    const [first, second] = of.zone('example.').keys;
    const digestOf = (key: typeof first, tag: number, algorithm: number) => {
      const ds = delegationSigner(name('example.'), key!.rdata, 2);
      return Uint8Array.of(tag >> 8, tag & 0xff, algorithm, ...ds.subarray(3));
    };
    const says = (rdata: Uint8Array) => brief(of.mutated(parentSays(() => [rdata])), 'www.example. A');
    expect(await says(digestOf(first, first!.keyTag, 13))).toBe('secure answer NOERROR');
    expect(await says(digestOf(first, second!.keyTag, 13))).toBe('bogus ds-mismatch');
    expect(await says(digestOf(first, first!.keyTag, 15))).toBe('bogus ds-mismatch');
    expect(await says(digestOf(second, first!.keyTag, 13))).toBe('bogus ds-mismatch');
  });

  it.each([1, 2, 4])('V39 V43 a DS of digest type %i is enough', async (digest) => {
    const of = world({ 'example.': { digests: [digest], records: ADDRESS } });
    expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
    expect(await brief(of.mutated(forgery), 'www.example. A')).toBe('bogus signature-missing');
  });

  it('V20 any one DS that works is enough, in any place', async () => {
    for (let seed = 0; seed < 3; seed++) {
      const of = secure.mutated(
        parentSays((rdatas) => shuffled([rdatas[0]!.with(4, 1), rdatas[0]!, rdatas[0]!.with(0, 9)], seed)),
      );
      expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
    }
  });

  it('V20 one algorithm of two is enough', async () => {
    const of = world({
      'example.': {
        sign: [
          { algorithm: 8, role: 'csk' },
          { algorithm: 13, role: 'csk' },
        ],
        records: ADDRESS,
      },
    });
    for (const algorithm of [8, 13]) {
      const one = of.mutated(
        everywhere((message) => ({
          ...message,
          answer: message.answer.filter((record) => {
            const ofZone = record.name.isAtOrBelow(name('example.')) && record.type === TYPE.RRSIG;
            return !ofZone || record.rdata[2] !== algorithm || record.rdata[1] === TYPE.DS;
          }),
        })),
      );
      expect(await brief(one, 'www.example. A')).toBe('secure answer NOERROR');
    }
  });

  it('V21 beside a SHA-256 DS those of SHA-1 are ignored', async () => {
    const key = entryKeys(name('example.'), {})[0]!;
    const sha1 = delegationSigner(name('example.'), key.rdata, 1);
    const broken = (rdatas: readonly Uint8Array[]) => [sha1, rdatas[0]!.with(10, 0)];
    expect(await brief(secure.mutated(parentSays(broken)), 'www.example. A')).toBe('bogus ds-mismatch');
    expect(await brief(secure.mutated(parentSays(() => [sha1])), 'www.example. A')).toBe('secure answer NOERROR');
    const sha384 = delegationSigner(name('example.'), key.rdata, 4).with(9, 0);
    expect(await brief(secure.mutated(parentSays(() => [sha1, sha384])), 'www.example. A')).toBe('bogus ds-mismatch');
    const unknown = (rdatas: readonly Uint8Array[]) => [sha1, rdatas[0]!.with(3, 200)];
    expect(await brief(secure.mutated(parentSays(unknown)), 'www.example. A')).toBe('secure answer NOERROR');
  });

  it('V23 the DNSKEY RRset must be signed by a key that a DS speaks of', async () => {
    const byZsk = secure.mutated({
      name: 'DNSKEY signed by the ZSK alone',
      does: 'All keys are there, and the ZSK signs them.',
      breaks: 'bogus',
      rrset: (signed, { keys, apex, window }) => {
        if (signed.type !== TYPE.DNSKEY || !apex.equals(name('example.'))) return signed;
        const zsk = keys.find(({ flags }) => (flags & FLAG.SEP) === 0)!;
        return { ...signed, signatures: [signatureOver(signed, zsk, apex, window)] };
      },
    });
    const { keys } = secure.zone('example.');
    expect(await judge(byZsk, 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'key-missing', zone: 'example.', owner: 'example.', type: 'DNSKEY', keyTags: [keys[1]!.keyTag] },
    });
  });

  it('V12 SEP has no say: a DS may speak of a key without it, and any zone key may sign', async () => {
    const of = world({ 'example.': { sign: [{ algorithm: 13, role: 'zsk', ds: true }], records: ADDRESS } });
    const outcome = await judge(of, 'www.example. A');
    expect(outcome.security).toBe('secure');
    expect(outcome.zones.at(-1)!.keys).toEqual([
      {
        keyTag: of.zone('example.').keys[0]!.keyTag,
        algorithm: 13,
        flags: 256,
        revoked: false,
        entryPoint: true,
      },
    ]);
  });

  it('a standby key in the DNSKEY set and a DS of one to come change nothing', async () => {
    const of = world({
      'example.': {
        sign: [
          { algorithm: 13, role: 'ksk' },
          { algorithm: 13, role: 'ksk', label: 'next', state: 'standby', ds: true },
          { algorithm: 13, role: 'zsk' },
          { algorithm: 13, role: 'zsk', label: 'next', state: 'standby' },
        ],
        records: ADDRESS,
      },
    });
    expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
  });

  it('an algorithm rollover is secure at every step', async () => {
    const old: KeyDescription = { algorithm: 8, role: 'csk' };
    const next: KeyDescription = { algorithm: 13, role: 'csk' };
    const steps: readonly (readonly KeyDescription[])[] = [
      [old],
      [old, { ...next, ds: false }],
      [old, next],
      [{ ...old, ds: false }, next],
      [next],
    ];
    for (const sign of steps) {
      const of = world({ 'example.': { sign, denial: 'nsec3', records: ADDRESS } });
      expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
      expect(await brief(of, 'no.example. A')).toBe('secure nxdomain NXDOMAIN');
    }
  });
});

describe('keys of a form that is not supported', () => {
  const weak: KeyDescription = { algorithm: 8, role: 'csk', label: 'weak', rsa: { bits: 1016, exponent: 65537n } };
  const strong: KeyDescription = { algorithm: 13, role: 'csk' };

  it('V45 every DS speaks of one: insecure', async () => {
    const of = world({ 'example.': { sign: [weak], digests: [2, 4], records: ADDRESS } });
    expect(await judge(of, 'www.example. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'unsupported-algorithms', zone: 'example.', algorithms: [8], digestTypes: [2, 4], sha1: false },
    });
  });

  it('V45 one DS does: secure by the other', async () => {
    const of = world({ 'example.': { sign: [weak, strong], records: ADDRESS } });
    expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
  });

  it('V3 V18 with the good key left out of the DNSKEY answer it is bogus, not unsigned', async () => {
    const of = world({ 'example.': { sign: [weak, strong], records: ADDRESS } });
    const { keys } = of.zone('example.');
    const stripped = tampered('example. DNSKEY', (message) => ({
      ...message,
      answer: message.answer.filter((record) => record.type !== TYPE.DNSKEY || record.rdata[3] === 8),
    }));
    expect(await judge(of.mutated(stripped, forgery), 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'ds-mismatch', zone: 'example.', parent: '.', keyTags: [keys[1]!.keyTag] },
      answers: [],
    });
  });
});

describe('zone cuts', () => {
  const of = world({
    '.': {},
    'example.': { records: `${ADDRESS}\na.b.c.ent A 192.0.2.2\nalias CNAME www` },
    'child.example.': { sign: 15, records: 'www A 192.0.2.3\n' },
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.4\n_443._tcp.www TLSA 3 1 1 00' },
    'island.example.': { delegation: 'island', records: 'www A 192.0.2.5' },
    'signed.unsigned.example.': { records: 'www A 192.0.2.6' },
  });

  it('V51 no cut, a secure cut, an insecure one, an alias', async () => {
    const zonesOf = async (text: string) =>
      (await judge(of, text)).zones.map(({ zone, security }) => `${zone} ${security}`);
    expect(await zonesOf('a.b.c.ent.example. A')).toEqual(['. secure', 'example. secure']);
    expect(await zonesOf('www.child.example. A')).toEqual(['. secure', 'example. secure', 'child.example. secure']);
    expect(await zonesOf('www.unsigned.example. A')).toEqual([
      '. secure',
      'example. secure',
      'unsigned.example. insecure',
    ]);
    expect(await brief(of, 'alias.example. A')).toBe('secure answer NOERROR');
  });

  it('V51 an alias is no cut', async () => {
    const outcome = await judge(of, '_443._tcp.alias.example. TLSA', { speculate: false });
    expect(outcome).toMatchObject({ security: 'secure', result: 'nxdomain' });
    // Unsigned data below it lacks a signature, whatever its DS answer says.
    const below = of.mutated(
      tampered('x.alias.example. A', (message) => ({
        ...message,
        rcode: 0,
        answer: records('x.alias.example. 300 IN A 192.0.2.66'),
        authority: [],
      })),
    );
    const judged = await judge(below, 'x.alias.example. A');
    expect(judged).toMatchObject({ security: 'bogus', reason: { code: 'signature-missing', zone: 'example.' } });
    expect(judged.trace).toContainEqual({ step: 'no zone cut', name: 'alias.example.', zone: 'example.' });
  });

  it("V50 the DS answer is the parent's to sign", async () => {
    const outcome = await judge(of, 'child.example. DS');
    expect(outcome).toMatchObject({ security: 'secure', result: 'answer' });
    expect(outcome.signatures.map(({ zone, type }) => `${zone} ${type}`)).toEqual(['example. DS']);
    const ds = rrsetIn(of, 'example.', 'child.example. DS');
    const key = of.zone('child.example.').keys[0]!;
    const byChild = of.mutated(
      tampered('child.example. DS', (message) => ({
        ...message,
        answer: [
          ...message.answer.filter(ofType(TYPE.DS)),
          {
            name: ds.name,
            type: TYPE.RRSIG,
            class: 1,
            ttl: 300,
            rdata: signatureOver(ds, key, name('child.example.'), { inception: NOW - 9, expiration: NOW + 9 }),
          },
        ],
      })),
    );
    expect(await judge(byChild, 'child.example. DS')).toMatchObject({
      security: 'bogus',
      reason: { code: 'wrong-signer', zone: 'example.', owner: 'child.example.', type: 'DS', signer: 'child.example.' },
    });
    expect(await judge(byChild, 'www.child.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'wrong-signer', zone: 'example.', owner: 'child.example.', type: 'DS', signer: 'child.example.' },
    });
  });

  it('V52 an unsigned delegation by NSEC', async () => {
    expect(await judge(of, 'www.unsigned.example. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'unsigned.example.', parent: 'example.', proof: 'NSEC' },
      result: 'answer',
      rcode: 'NOERROR',
    });
    expect(await brief(of, 'unsigned.example. DS')).toBe('secure nodata NOERROR');
  });

  it.each([
    ['NSEC3', 'nsec3', 'NSEC3'],
    ['an opt-out span', { optOut: true }, 'opt-out'],
  ] as const)('V53 an unsigned delegation by %s', async (_, denial, proof) => {
    const hashed = world({
      'example.': { denial, records: ADDRESS },
      'unsigned.example.': { sign: 'unsigned', records: ADDRESS },
    });
    expect(await judge(hashed, 'www.unsigned.example. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'unsigned.example.', parent: 'example.', proof },
    });
  });

  it('V55 nothing below an insecure cut is secure, DS or not', async () => {
    expect(await judge(of, 'www.signed.unsigned.example. A')).toMatchObject({
      security: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'unsigned.example.' },
    });
    expect(await brief(of, 'www.island.example. A')).toBe('insecure insecure-delegation');
    const outcome = await judge(of, 'www.signed.unsigned.example. A');
    expect(outcome.zones.map(({ zone }) => zone)).toEqual(['.', 'example.', 'unsigned.example.']);
  });

  it('V3 insecurity is proven, not presumed: without the denial it is bogus', async () => {
    const silent = (text: string) => tampered(text, (message) => ({ ...message, answer: [], authority: [] }));
    const unsigned = of.mutated(silent('unsigned.example. DS'));
    expect(await judge(unsigned, 'www.unsigned.example. A')).toMatchObject({
      security: 'bogus',
      reason: {
        code: 'denial-missing',
        zone: 'example.',
        name: 'unsigned.example.',
        type: 'DS',
        missing: 'any denial record',
      },
    });
    expect(await brief(of.mutated(silent('child.example. DS')), 'www.child.example. A')).toBe('bogus denial-missing');
  });

  it('V2 a secure zone without signatures is bogus', async () => {
    const bare = secure.mutated(
      everywhere((message) => ({ ...message, answer: message.answer.filter((record) => record.type !== TYPE.RRSIG) })),
    );
    expect(await judge(bare, 'www.example. A')).toMatchObject({ security: 'bogus', answers: [], rrset: undefined });
    const zoneOnly = secure.mutated(
      tampered('www.example. A', (message) => ({ ...message, answer: message.answer.filter(ofType(TYPE.A)) })),
    );
    expect(await judge(zoneOnly, 'www.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-missing', zone: 'example.', owner: 'www.example.', type: 'A' },
    });
  });

  it("a resolver's failure for DS or DNSKEY is no proof of anything", async () => {
    for (const text of ['example. DS', 'example. DNSKEY', '. DNSKEY']) {
      const failing = secure.mutated(
        tampered(text, (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
      );
      expect(await judge(failing, 'www.example. A')).toMatchObject({
        security: 'indeterminate',
        reason: { code: 'resolver-error', name: text.split(' ')[0], type: text.split(' ')[1], rcode: 'SERVFAIL' },
        result: 'none',
        answers: [],
      });
    }
  });

  it("a denial of DS from the child's side of the cut, from its sibling, or from above, is none", async () => {
    const three = world({
      'example.': { records: ADDRESS },
      'child.example.': { records: 'www A 192.0.2.3' },
      'sibling.example.': { records: 'www A 192.0.2.3' },
    });
    const denyWith = (records: readonly ResourceRecord[]) =>
      three.mutated(
        tampered('child.example. DS', (message: Message) => ({ ...message, answer: [], authority: records })),
      );
    const soa = signedRecords(three, 'example.', three.zone('example.').soa);
    const cases: readonly (readonly [string, string])[] = [
      ['child.example.', 'child.example.'],
      ['sibling.example.', 'sibling.example.'],
      ['.', '.'],
      ['.', 'example.'],
      ['example.', 'sibling.example.'],
      ['example.', 'www.example.'],
      ['example.', 'example.'],
    ];
    for (const [zone, owner] of cases) {
      const denial = signedRecords(three, zone, denialAt(three, zone, owner));
      expect(
        `${owner} of ${zone}: ${(await judge(denyWith([...soa, ...denial]), 'www.child.example. A')).security}`,
      ).toBe(`${owner} of ${zone}: bogus`);
    }
  });

  it('no DS from a wildcard', async () => {
    // A parent that had a wildcard DS, which none may have (RFC 4592 section 4.2).
    const key = zoneKey(name('x.example.'), { algorithm: 13, role: 'csk' });
    const ds = Buffer.from(delegationSigner(name('x.example.'), key.rdata, 2).subarray(4)).toString('hex');
    const wild = world({ 'example.': { records: `*.w DS ${key.keyTag} 13 2 ${ds}` } });
    const zones = await judge(wild, 'www.x.w.example. A', { speculate: false });
    expect(zones.security).toBe('secure');
    const forgedBelow = wild.mutated(
      tampered('www.x.w.example. A', (message) => ({
        ...message,
        answer: records('www.x.w.example. 300 IN A 192.0.2.66'),
        authority: [],
      })),
    );
    expect(await judge(forgedBelow, 'www.x.w.example. A')).toMatchObject({
      security: 'bogus',
      reason: { code: 'wildcard-unproven', zone: 'example.', type: 'DS', wildcard: '*.w.example.' },
    });
  });
});

describe('names that are no cut because of an alias', () => {
  const of = world({
    'example.': { records: 'al CNAME www\n*.c CNAME www\nd DNAME target\nwww A 192.0.2.1' },
    'apexd.': { records: '@ DNAME target.example.' },
  });
  /** An unsigned address alone, so that the walk has to find out where the name is. */
  const bare = (owner: string) =>
    tampered(`${owner} A`, (message) => ({
      ...message,
      rcode: 0,
      answer: records(`${owner} 300 IN A 192.0.2.66`),
      authority: [],
    }));
  const outcome = (owner: string, ...mutations: Mutation[]) =>
    judge(of.mutated(bare(owner), ...mutations), `${owner} A`, { speculate: false });
  const unsigned = (zone: string, owner: string, type = 'A') => ({
    security: 'bogus',
    reason: { code: 'signature-missing', zone, owner, type },
  });

  it.each([
    ['a CNAME', 'example.', 'al.example.'],
    ['a wildcard CNAME', 'example.', 'x.c.example.'],
    ['a DNAME above', 'example.', 'www.d.example.'],
    ['a DNAME further above', 'example.', 'a.b.d.example.'],
    ['a DNAME at the apex', 'apexd.', 'www.apexd.'],
  ])('V51 %s: what is there must be signed by the zone', async (_, zone, owner) => {
    const judged = await outcome(owner);
    expect(judged).toMatchObject(unsigned(zone, owner));
    expect(judged.trace).toContainEqual({ step: 'no zone cut', name: owner, zone });
  });

  it('V51 the alias must verify, and so must the wildcard it comes from', async () => {
    const change = (text: string, to: (answer: readonly ResourceRecord[]) => ResourceRecord[]) =>
      tampered(text, (message) => ({ ...message, answer: to(message.answer) }));
    const broken = (answer: readonly ResourceRecord[]) =>
      answer.map((record) =>
        record.type === TYPE.RRSIG ? { ...record, rdata: record.rdata.with(-1, record.rdata.at(-1)! ^ 1) } : record,
      );
    expect(await outcome('al.example.', change('al.example. DS', broken))).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-invalid', owner: 'al.example.', type: 'CNAME' },
    });
    expect(await outcome('www.d.example.', change('www.d.example. DS', broken))).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-invalid', owner: 'd.example.', type: 'DNAME' },
    });
    const stripped = (answer: readonly ResourceRecord[]) => answer.filter(({ type }) => type !== TYPE.RRSIG);
    expect(await outcome('al.example.', change('al.example. DS', stripped))).toMatchObject(
      unsigned('example.', 'al.example.', 'CNAME'),
    );
    const unproven = tampered('x.c.example. DS', (message) => ({ ...message, authority: [] }));
    expect(await outcome('x.c.example.', unproven)).toMatchObject({
      security: 'bogus',
      reason: {
        code: 'wildcard-unproven',
        zone: 'example.',
        name: 'x.c.example.',
        type: 'DS',
        wildcard: '*.c.example.',
      },
    });
  });
});

describe('what is told of a zone that is not secure', () => {
  it('V17 by unsupported DS: the DS, their signature, and no keys', async () => {
    const of = secure.mutated(parentSays((rdatas) => rdatas.map((rdata) => rdata.with(2, 200))));
    const { zones, trace } = await judge(of, 'www.example. A', { speculate: false });
    expect(zones.at(-1)).toEqual({
      zone: 'example.',
      security: 'insecure',
      reason: {
        code: 'unsupported-algorithms',
        zone: 'example.',
        algorithms: [200],
        digestTypes: [2],
        sha1: false,
      },
      ds: [expect.objectContaining({ algorithm: 200, digestType: 2 })],
      anchored: false,
      keys: [],
      signatures: [expect.objectContaining({ zone: '.', owner: 'example.', type: 'DS', valid: true })],
    });
    expect(trace).toContainEqual(expect.objectContaining({ step: 'zone', zone: 'example.', security: 'insecure' }));
  });

  it('V18 by DS that fit nothing: the DS, the keys, and no signatures', async () => {
    const of = secure.mutated(parentSays((rdatas) => rdatas.map((rdata) => rdata.with(9, 0))));
    const { zones } = await judge(of, 'www.example. A');
    expect(zones.at(-1)).toMatchObject({ zone: 'example.', security: 'bogus', anchored: false, signatures: [] });
    expect(zones.at(-1)!.keys.map(({ entryPoint }) => entryPoint)).toEqual([false, false]);
    expect(zones.at(-1)!.ds.length).toBe(1);
  });

  it('V18 without any DNSKEY: the DS alone', async () => {
    const of = secure.mutated(tampered('example. DNSKEY', (message) => ({ ...message, answer: [] })));
    const { zones } = await judge(of, 'www.example. A');
    expect(zones.at(-1)).toMatchObject({ security: 'bogus', keys: [], signatures: [], ds: [{ algorithm: 13 }] });
  });

  it('V52 by a denial: nothing but the reason', async () => {
    const of = world({ 'example.': { sign: 'unsigned', records: ADDRESS } });
    const { zones } = await judge(of, 'www.example. A');
    expect(zones.at(-1)).toEqual({
      zone: 'example.',
      security: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'example.', parent: '.', proof: 'NSEC' },
      ds: [],
      anchored: false,
      keys: [],
      signatures: [],
    });
  });

  it('V45 by weak keys: DS, keys, and the signature over the DS', async () => {
    const weak: KeyDescription = { algorithm: 8, role: 'csk', rsa: { bits: 1016, exponent: 65537n } };
    const of = world({ 'example.': { sign: [weak], records: ADDRESS } });
    const { zones } = await judge(of, 'www.example. A');
    expect(zones.at(-1)).toMatchObject({
      security: 'insecure',
      keys: [{ algorithm: 8, entryPoint: true }],
      signatures: [{ zone: '.', owner: 'example.', type: 'DS' }],
    });
    expect(zones.at(-1)!.signatures.length).toBe(1);
  });

  it('W38 a DS of fewer octets than its fields take is passed over', async () => {
    const of = secure.mutated(parentSays((rdatas) => [rdatas[0]!.subarray(0, 3), ...rdatas]));
    expect(await brief(of, 'www.example. A')).toBe('secure answer NOERROR');
  });
});
