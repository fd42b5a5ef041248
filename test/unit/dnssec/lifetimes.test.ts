/** V94 to V100: how long an outcome lasts, what is kept between lookups, and that nothing is asked twice. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { Validator } from '../../../src/dnssec/lookup.ts';
import { ZoneCache } from '../../../src/dnssec/zone-cache.ts';
import { expiredSignature, raisedTtl } from '../../world/data-mutations.ts';
import type { World } from '../../world/world.ts';
import { anchorsFrom, DAY, everywhere, HOUR, judge, NOW, name, question, verifier, world } from './judging.ts';

const seconds = async (of: World, text: string, now = NOW) => (await judge(of, text, { now })).validUntil - now;

describe('a secure outcome', () => {
  it.each([
    ['V94 the TTL of the answer', { 'example.': { records: 'www 20 A 192.0.2.1' } }, 'www.example. A', 20],
    [
      'V94 the DNSKEY set on the way',
      { 'example.': { ttl: 30, records: 'www 4000 A 192.0.2.1' } },
      'www.example. A',
      30,
    ],
    [
      'V94 an alias on the way',
      { 'example.': { records: 'al 15 CNAME www\nwww 40 A 192.0.2.1' } },
      'al.example. A',
      15,
    ],
    [
      'V94 a DNAME on the way',
      { 'example.': { records: 'd 12 DNAME e\nwww.e 40 A 192.0.2.1' } },
      'www.d.example. A',
      12,
    ],
    [
      'V94 a denial beside a wildcard',
      { 'example.': { records: '@ 100 SOA ns hm 1 1 1 1 25\n*.w 40 A 192.0.2.1' } },
      'x.w.example. A',
      25,
    ],
    [
      'V95 SOA MINIMUM, for no data',
      { 'example.': { records: '@ 100 SOA ns hm 1 1 1 1 25\nwww A 192.0.2.1' } },
      'www.example. TXT',
      25,
    ],
    [
      'V95 SOA MINIMUM, for no such name',
      { 'example.': { records: '@ 100 SOA ns hm 1 1 1 1 25\nwww A 192.0.2.1' } },
      'no.example. A',
      25,
    ],
    [
      'V95 the TTL of the SOA',
      { 'example.': { records: '@ 18 SOA ns hm 1 1 1 1 250\nwww A 192.0.2.1' } },
      'no.example. A',
      18,
    ],
    [
      'V94 what is left of a signature',
      { 'example.': { ttl: DAY, window: { from: -HOUR, to: 77 }, records: 'www A 192.0.2.1' }, '.': { ttl: DAY } },
      'www.example. A',
      77,
    ],
    ['V94 a TTL of zero', { 'example.': { records: 'www 0 A 192.0.2.1' } }, 'www.example. A', 0],
  ] as const)('%s', async (_, description, text, life) => {
    expect(await seconds(world(description), text)).toBe(life);
  });

  it('V94 the DS set on the way', async () => {
    const of = world({ 'example.': { records: 'www A 192.0.2.1' } });
    const short = of.mutated(
      everywhere((message, asked) =>
        asked.type === TYPE.DS
          ? { ...message, answer: message.answer.map((record) => ({ ...record, ttl: 13 })) }
          : message,
      ),
    );
    expect(await seconds(short, 'www.example. A')).toBe(13);
  });

  it('V94 a zone above on the way', async () => {
    const of = world({ '.': { ttl: 17 }, 'example.': { records: 'www A 192.0.2.1' } });
    expect(await seconds(of, 'www.example. A')).toBe(17);
    // A denial of DS between two zones counts as well.
    const deep = world({
      'example.': { records: '@ 300 SOA ns hm 1 1 1 1 19' },
      'a.b.example.': { records: 'www A 192.0.2.1' },
    });
    expect(await seconds(deep, 'www.a.b.example. A')).toBe(19);
  });

  it('V94 a raised TTL does not lengthen it', async () => {
    const of = world({ 'example.': { records: 'www 20 A 192.0.2.1' } });
    const raised = of.mutated(raisedTtl({ name: name('www.example.'), type: TYPE.A }));
    expect(raised.answer(question('www.example. A')).answer[0]!.ttl).toBe(200);
    expect(await seconds(raised, 'www.example. A')).toBe(20);
  });

  it('V94 records of one RRset last as long as the lowest TTL among them', async () => {
    const of = world({ 'example.': { records: 'www 50 A 192.0.2.1\nwww 50 A 192.0.2.2' } });
    const uneven = of.mutated(
      everywhere((message) => ({
        ...message,
        answer: message.answer.map((record, i) => (record.type === TYPE.A && i === 1 ? { ...record, ttl: 6 } : record)),
      })),
    );
    expect(await seconds(uneven, 'www.example. A')).toBe(6);
  });

  it('V95 the SOA that came along, by TTL or MINIMUM, though the proof would last longer', async () => {
    const of = world({ 'example.': { records: 'www A 192.0.2.1' } });
    const withSoa = (change: (record: ResourceRecord) => ResourceRecord) =>
      of.mutated(
        everywhere((message) => ({
          ...message,
          authority: message.authority.map((record) => (record.type === TYPE.SOA ? change(record) : record)),
        })),
      );
    expect(
      await seconds(
        withSoa((record) => ({ ...record, ttl: 4 })),
        'no.example. A',
      ),
    ).toBe(4);
    const minimum = (record: ResourceRecord) => ({ ...record, rdata: record.rdata.with(-1, 3).with(-2, 0) });
    expect(await seconds(withSoa(minimum), 'no.example. A')).toBe(3);
    // That of another zone has no say, nor has one that is none.
    const stranger = (record: ResourceRecord) => ({ ...record, name: name('other.'), ttl: 4 });
    expect(await seconds(withSoa(stranger), 'no.example. A')).toBe(300);
  });

  it('V95 the TTL of the NSEC or NSEC3, where it is lower than the SOA says', async () => {
    for (const denial of ['nsec', 'nsec3'] as const) {
      const of = world({ 'example.': { denial, records: 'www A 192.0.2.1' } });
      const short = of.mutated(
        everywhere((message) => ({
          ...message,
          authority: message.authority.map((record) =>
            record.type === TYPE.NSEC || record.type === TYPE.NSEC3 ? { ...record, ttl: 9 } : record,
          ),
        })),
      );
      expect(await seconds(short, 'no.example. A')).toBe(9);
    }
  });
});

describe('an insecure outcome', () => {
  it('V94 lasts no longer than its proof, nor than the records that come with it', async () => {
    const of = world({
      'example.': { sign: 'unsigned', records: 'www 5 A 192.0.2.1\nal 3 CNAME www\nlong 9999 A 192.0.2.2' },
      '.': { records: '@ 100 SOA ns hm 1 1 1 1 45' },
    });
    expect(await seconds(of, 'long.example. A')).toBe(45);
    expect(await seconds(of, 'www.example. A')).toBe(5);
    expect(await seconds(of, 'al.example. A')).toBe(3);
  });

  it('V94 by unsupported algorithms: no longer than the DS set', async () => {
    const of = world({ 'example.': { sign: 5, ttl: 33, records: 'www 9999 A 192.0.2.1' }, '.': { ttl: 22 } });
    expect(await seconds(of, 'www.example. A')).toBeLessThanOrEqual(33);
  });
});

it('V94 by weak keys: no longer than the DNSKEY set', async () => {
  const of = world({
    'example.': {
      sign: [{ algorithm: 8, role: 'csk', rsa: { bits: 1016, exponent: 65537n } }],
      records: 'www 9999 A 192.0.2.1',
    },
  });
  const short = of.mutated(
    everywhere((message, asked) =>
      asked.type === TYPE.DNSKEY && !asked.name.isRoot()
        ? { ...message, answer: message.answer.map((record) => ({ ...record, ttl: 21 })) }
        : message,
    ),
  );
  expect(await seconds(short, 'www.example. A')).toBe(21);
});

describe('a failure', () => {
  it('has no life of its own: whoever keeps it decides', async () => {
    const of = world({ 'example.': { records: 'www A 192.0.2.1' } });
    const target = { name: name('www.example.'), type: TYPE.A };
    expect(await seconds(of.mutated(expiredSignature(target)), 'www.example. A')).toBe(0);
  });

  it('V100 what was secure is expired once the clock has passed it', async () => {
    const of = world({ 'example.': { records: 'www A 192.0.2.1', window: { from: -HOUR, to: HOUR } } });
    expect((await judge(of, 'www.example. A', { now: NOW + HOUR + 60 })).security).toBe('secure');
    expect(await judge(of, 'www.example. A', { now: NOW + HOUR + 61 })).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-expired', zone: 'example.', now: NOW + HOUR + 61, expiration: NOW + HOUR },
    });
    expect((await judge(of, 'www.example. A', { now: NOW + HOUR + 1, clockToleranceSeconds: 0 })).security).toBe(
      'bogus',
    );
  });
});

describe('questions', () => {
  it('V98 are asked once each, ahead or not', async () => {
    for (const speculate of [true, false]) {
      const of = world({
        'example.': { records: 'www A 192.0.2.1\nal CNAME www.child' },
        'child.example.': { records: 'www A 192.0.2.2' },
      });
      const validator = new Validator({
        ask: of.ask,
        now: NOW,
        anchors: anchorsFrom(of.anchors()),
        verifier,
        options: { speculate },
      });
      for (const text of ['al.example. A', 'www.child.example. A', 'no.child.example. A', 'al.example. A']) {
        const { name: owner, type } = question(text);
        expect((await validator.lookup(owner, type)).security).toBe('secure');
      }
      const asked = of.log.map(({ name: owner, type }) => `${owner} ${type}`);
      expect(new Set(asked).size).toBe(asked.length);
      expect(validator.work.queries).toBe(asked.length);
      // V79: never for NXNAME.
      expect(of.log.some(({ type }) => type === TYPE.NXNAME)).toBe(false);
    }
  });

  it('ahead of need: all in one round; without, as soon as an answer says who signed it', async () => {
    const of = world({ 'example.': { records: 'www A 192.0.2.1' } });
    // Two checks more than are needed: the denial of DS at `www` is in, and so is checked at once.
    expect((await judge(of, 'www.example. A')).work).toEqual({
      queries: 5,
      roundTrips: 1,
      signatureChecks: 6,
      nsec3Hashes: 0,
    });
    expect((await judge(of, 'www.example. A', { speculate: false })).work).toMatchObject({ queries: 4, roundTrips: 2 });
    expect(of.log.slice(0, 5).map(({ name: owner, type }) => `${owner} ${type}`)).toEqual([
      'www.example. 1',
      '. 48',
      'example. 43',
      'example. 48',
      'www.example. 43',
    ]);
  });

  it('labels with an underscore are not taken for zones', async () => {
    const of = world({ 'example.': { records: '_443._tcp.host TLSA 3 1 1 00' } });
    await judge(of, '_443._tcp.host.example. TLSA');
    const asked = of.log.map(({ name: owner, type }) => `${owner} ${type}`);
    expect(asked.filter((one) => one.includes('_'))).toEqual(['_443._tcp.host.example. 52']);
  });
});

describe('zones kept between lookups', () => {
  const description = {
    'example.': { ttl: 100, records: 'www A 192.0.2.1' },
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.1' },
  } as const;
  const lookupWith = (of: World, zoneCache: ZoneCache, text: string, now = NOW) => {
    const { name: owner, type } = question(text);
    const input = { ask: of.ask, now, anchors: anchorsFrom(of.anchors()), verifier, zoneCache };
    return new Validator(input).lookup(owner, type);
  };

  it('a second lookup asks for its answer alone, and checks one signature', async () => {
    const of = world(description);
    const cache = new ZoneCache();
    await lookupWith(of, cache, 'example. SOA');
    const warm = await lookupWith(of, cache, 'example. NS');
    expect(warm).toMatchObject({ security: 'secure', work: { queries: 1, roundTrips: 1, signatureChecks: 1 } });
    expect(warm.zones.map(({ zone }) => zone)).toEqual(['.', 'example.']);
  });

  it('a cut proven insecure is kept too', async () => {
    const of = world(description);
    const cache = new ZoneCache();
    const cold = await lookupWith(of, cache, 'www.unsigned.example. A');
    const warm = await lookupWith(of, cache, 'www.unsigned.example. A');
    expect([cold.security, warm.security]).toEqual(['insecure', 'insecure']);
    expect(warm.reason).toEqual(cold.reason);
    expect(warm.work).toMatchObject({ queries: 1, signatureChecks: 0 });
  });

  it('V94 V100 a kept zone lasts as long as its evidence, and what rests on it no longer', async () => {
    const of = world(description);
    const cache = new ZoneCache();
    await lookupWith(of, cache, 'example. NS');
    const later = await lookupWith(of, cache, 'example. NS', NOW + 99);
    expect(later.validUntil).toBe(NOW + 100);
    expect(later.work.queries).toBe(1);
    const after = await lookupWith(of, cache, 'example. NS', NOW + 100);
    expect(after.work.queries).toBeGreaterThan(1);
    expect(after.security).toBe('secure');
  });

  it('V97 what failed is not kept', async () => {
    const of = world(description);
    const cache = new ZoneCache();
    const broken = of.mutated(expiredSignature({ name: name('example.'), type: TYPE.DNSKEY }));
    expect((await lookupWith(broken, cache, 'www.example. A')).security).toBe('bogus');
    expect((await lookupWith(of, cache, 'www.example. A')).security).toBe('secure');
  });

  it('V100 cleared, it holds nothing', async () => {
    const of = world(description);
    const cache = new ZoneCache();
    await lookupWith(of, cache, 'www.example. A');
    expect(cache.get(name('example.'), NOW)?.zone.security).toBe('secure');
    cache.clear();
    expect(cache.get(name('example.'), NOW)).toBe(undefined);
  });

  it('V97 only what is secure or proven insecure goes in, and only while it lasts', async () => {
    const of = world(description);
    const cache = new ZoneCache(1);
    await lookupWith(of, cache, '. NS');
    const { zone, validUntil } = cache.get(name('.'), NOW)!;
    cache.put(name('a.'), { zone: { ...zone, security: 'bogus' } as typeof zone, validUntil }, NOW);
    cache.put(name('b.'), { zone, validUntil: NOW }, NOW);
    expect(cache.get(name('a.'), NOW)).toBe(undefined);
    expect(cache.get(name('b.'), NOW - 1)).toBe(undefined);
    expect(cache.get(name('.'), NOW)).toBeDefined();
  });

  it('holds so many names, and lets the oldest go', async () => {
    const of = world(description);
    const cache = new ZoneCache(2);
    await lookupWith(of, cache, 'www.example. A');
    const kept = ['.', 'example.', 'www.example.'].filter((owner) => cache.get(name(owner), NOW) !== undefined);
    expect(kept.length).toBeLessThanOrEqual(2);
    const { zone, validUntil } = cache.get(name('example.'), NOW)!;
    cache.put(name('a.'), { zone, validUntil }, NOW);
    cache.put(name('b.'), { zone, validUntil }, NOW);
    expect(cache.get(name('example.'), NOW)).toBe(undefined);
    expect(cache.get(name('b.'), NOW)).toBeDefined();
    // Put in again, a name counts as new and takes no second place.
    cache.put(name('a.'), { zone, validUntil }, NOW);
    cache.put(name('c.'), { zone, validUntil }, NOW);
    expect([cache.get(name('a.'), NOW), cache.get(name('b.'), NOW)].map((entry) => entry !== undefined)).toEqual([
      true,
      false,
    ]);
    cache.put(name('d.'), { zone, validUntil: NOW }, NOW);
    expect(cache.get(name('d.'), NOW)).toBe(undefined);
  });

  it('keys imported once serve all', async () => {
    const of = world(description);
    const own = new SignatureVerifier();
    const { name: owner, type } = question('www.example. A');
    for (let i = 0; i < 2; i++) {
      const input = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier: own };
      expect((await new Validator(input).lookup(owner, type)).security).toBe('secure');
    }
  });
});
