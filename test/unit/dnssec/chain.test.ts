/** D40 to D44: chains of records as octets, in whichever form they come, and what the validator makes of them. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { type ResourceRecord, writeRecord } from '../../../src/dns/message.ts';
import { WireWriter } from '../../../src/dns/wire.ts';
import { CHAIN_SOURCE, chainAsk, parseChain, verifyChain } from '../../../src/dnssec/chain.ts';
import type { World } from '../../world/world.ts';
import {
  anchorsFrom,
  brief,
  HOUR,
  inBrief,
  judge,
  NOW,
  name,
  question,
  records,
  shuffled,
  verifier,
  world,
} from './judging.ts';

function octetsOf(bag: readonly ResourceRecord[], ...before: number[]): Uint8Array {
  const writer = new WireWriter().bytes(Uint8Array.from(before));
  for (const record of bag) writeRecord(writer, record);
  return writer.finish();
}

const BAG = records('example. 300 IN A 192.0.2.1\nexample. 300 IN MX 10 mail.example.\n. 60 IN NS ns.example.');

describe('D40 the forms of a chain', () => {
  const octets = octetsOf(BAG);
  const [high, low] = [octets.length >> 8, octets.length & 0xff];

  it('D40 bare records', () => {
    expect(parseChain(octets)).toEqual({ ok: true, form: 'records', records: BAG });
  });

  it('D39 D40 behind the support lifetime, without the length that the syntax names', () => {
    expect(parseChain(octetsOf(BAG, 0, 0))).toEqual({
      ok: true,
      form: 'extension',
      records: BAG,
      supportLifetimeHours: 0,
    });
    expect(parseChain(octetsOf(BAG, 1, 2))).toMatchObject({ form: 'extension', supportLifetimeHours: 258 });
  });

  it('D40 a lifetime that would pass for a label of the first owner, and such a label', () => {
    for (const hours of [256, 258, 336, 511]) {
      expect(parseChain(octetsOf(BAG, hours >> 8, hours & 0xff))).toMatchObject({
        form: 'extension',
        records: BAG,
        supportLifetimeHours: hours,
      });
    }
    const short = records('a.example. 300 IN A 192.0.2.1\na.example. 300 IN AAAA ::1\nexample. 300 IN A 192.0.2.1');
    expect(parseChain(octetsOf(short))).toEqual({ ok: true, form: 'records', records: short });
    // Nothing to tell them apart by: the plain reading.
    const alone = records('a.example. 300 IN A 192.0.2.1');
    expect(parseChain(octetsOf(alone))).toEqual({ ok: true, form: 'records', records: alone });
  });

  it('D39 D40 behind support lifetime and length', () => {
    expect(parseChain(octetsOf(BAG, 0, 168, high, low))).toEqual({
      ok: true,
      form: 'extension',
      records: BAG,
      supportLifetimeHours: 168,
    });
  });

  it('D48 behind port and support lifetime, as in a certificate', () => {
    expect(parseChain(octetsOf(BAG, 1, 0xbb, 0, 9))).toEqual({
      ok: true,
      form: 'certificate',
      records: BAG,
      port: 443,
      supportLifetimeHours: 9,
    });
  });

  it('D40 a length that does not fit is none: what stands there is a lifetime', () => {
    expect(parseChain(octetsOf(BAG, 0, 168, high, low + 1))).toMatchObject({
      form: 'certificate',
      port: 168,
      supportLifetimeHours: octets.length + 1,
    });
  });
});

describe('D41 octets that are no chain', () => {
  const octets = octetsOf(BAG);

  it.each([
    ['nothing', new Uint8Array(), 'no records'],
    ['one octet left over', Uint8Array.of(...octets, 0), 'cut short'],
    ['ten octets left over', Uint8Array.of(...octets, ...new Uint8Array(10)), 'cut short'],
    ['the last octet missing', octets.subarray(0, -1), 'cut short'],
    ['the first octet missing', octets.subarray(1), undefined],
    ['three octets', Uint8Array.of(0, 0, 0), 'cut short'],
    ['four zero octets', new Uint8Array(4), 'cut short'],
    ['one octet, whatever it is', Uint8Array.of(0xc0), 'cut short'],
    ['four octets that begin with a pointer', Uint8Array.of(0xc0, 0, 0, 0), 'pointer not allowed here'],
    ['random octets', Uint8Array.from({ length: 99 }, (_, i) => (i * 37 + 11) & 0xff), undefined],
  ])('D41 %s', (_, broken, fault) => {
    const parsed = parseChain(broken);
    expect(parsed.ok).toBe(false);
    if (fault !== undefined) expect(parsed).toMatchObject({ fault });
  });

  it('D41 another class', () => {
    expect(parseChain(octetsOf([...BAG, { ...BAG[0]!, class: 3 }]))).toEqual({
      ok: false,
      fault: 'class not IN',
      offset: octets.length,
    });
  });

  it('D41 a compressed name, as owner or in rdata', () => {
    const pointer = Uint8Array.of(...octets, 0xc0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4);
    expect(parseChain(pointer)).toMatchObject({ ok: false, fault: 'pointer not allowed here' });
    const mx = octetsOf([{ name: name('a.'), type: TYPE.MX, class: 1, ttl: 1, rdata: Uint8Array.of(0, 1, 0xc0, 0) }]);
    expect(parseChain(Uint8Array.of(...octetsOf([BAG[0]!]), ...mx))).toMatchObject({
      ok: false,
      fault: 'pointer not allowed here',
    });
  });

  it('D41 rdata that is not what its type says', () => {
    const short = { ...BAG[0]!, rdata: Uint8Array.of(1, 2, 3) };
    expect(parseChain(octetsOf([short]))).toMatchObject({ ok: false, fault: 'cut short' });
    const long = { ...BAG[0]!, rdata: Uint8Array.of(1, 2, 3, 4, 5) };
    expect(parseChain(octetsOf([long]))).toMatchObject({ ok: false, fault: 'octets left over' });
  });

  it('more octets than a chain can have', () => {
    const big = Array.from({ length: 70 }, () => ({
      ...BAG[0]!,
      type: TYPE.TXT,
      rdata: Uint8Array.of(...Array.from({ length: 4 }, () => [255, ...new Uint8Array(255)]).flat()),
    }));
    const whole = octetsOf(big);
    expect(whole.length).toBeGreaterThan(65_539);
    expect(parseChain(whole)).toEqual({ ok: false, fault: 'message too long', offset: 65_535 });
    expect(parseChain(octetsOf(big.slice(0, 60)))).toMatchObject({ ok: true });
  });

  it('as many octets as a chain can have, with what may stand before them', () => {
    const whole = (octets: number) => [
      { name: name('a.'), type: 65_280, class: 1, ttl: 0, rdata: new Uint8Array(octets - 13) },
    ];
    expect(octetsOf(whole(65_535)).length).toBe(65_535);
    expect(parseChain(octetsOf(whole(65_535)))).toMatchObject({ ok: true, form: 'records' });
    expect(parseChain(octetsOf(whole(65_535), 0, 0, 0xff, 0xff))).toMatchObject({ ok: true, form: 'extension' });
    expect(parseChain(octetsOf(whole(65_535), 0, 0, 0xff, 0xff, 0))).toMatchObject({ fault: 'message too long' });
  });

  it('W24 a TTL with the top bit set counts as zero', () => {
    const parsed = parseChain(
      octetsOf([
        { ...BAG[0]!, ttl: 0x8000_0000 },
        { ...BAG[0]!, ttl: 0x7fff_ffff },
      ]),
    );
    expect(parsed.ok && parsed.records.map(({ ttl }) => ttl)).toEqual([0, 0x7fff_ffff]);
  });
});

describe('D42 answers out of a bag of records', () => {
  const bag = records(
    [
      'www.example. 300 IN A 192.0.2.1',
      'al.example. 300 IN CNAME www.example.',
      'loop.example. 300 IN CNAME loop.example.',
      'd.example. 300 IN DNAME example.',
      'example. 300 IN SOA ns.example. hm.example. 1 1 1 1 1',
      'www.example. 300 IN DS 1 13 2 00',
      'www.example. 300 IN DNSKEY 257 3 13 AAAA',
      'x.d.example. 300 IN RRSIG CNAME 13 3 300 20300101000000 20200101000000 1 example. AAAA',
      'x.d.example. 300 IN CNAME www.example.',
      `far.example. 300 IN DNAME ${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.example.`,
      'odd.example. 300 IN RRSIG \\# 3 000102',
    ].join('\n'),
  );
  const ask = async (text: string, of = bag) => {
    const reply = await chainAsk(of)(question(text));
    if (!reply.ok) return reply.failure.code;
    expect(reply.resolver).toBe(CHAIN_SOURCE);
    return reply.message.answer.map(({ name: owner, type }) => `${owner} ${type}`).join(', ');
  };

  it.each([
    ['what is there', 'www.example. A', 'www.example. 1'],
    ['letter case aside', 'WWW.example. A', 'www.example. 1'],
    ['any type', 'www.example. ANY', 'www.example. 1, www.example. 43, www.example. 48'],
    [
      'a CNAME that is signed, before a DNAME above it',
      'x.d.example. A',
      'x.d.example. 46, x.d.example. 5, www.example. 1',
    ],
    ['a DNAME whose substitution is too long', `${'e'.repeat(63)}.far.example. A`, 'far.example. 39'],
    ['an RRSIG that is none', 'odd.example. RRSIG', 'odd.example. 46'],
    ['DS of an alias is not that of its target', 'al.example. DS', 'al.example. 5'],
    ['nor is DNSKEY', 'al.example. DNSKEY', 'al.example. 5'],
    ['an alias with its target', 'al.example. A', 'al.example. 5, www.example. 1'],
    ['an alias alone, where it is asked for', 'al.example. CNAME', 'al.example. 5'],
    ['a DNAME, with its target', 'www.d.example. A', 'd.example. 39, www.example. 1'],
    ['a DNAME twice', 'www.d.d.example. A', 'd.example. 39, d.example. 39, www.example. 1'],
    ['a loop, once around', 'loop.example. A', 'loop.example. 5'],
    ['DS is of the name itself', 'al.example. DS', 'al.example. 5'],
    ['DNSKEY is of the name itself', 'www.d.example. DNSKEY', 'd.example. 39'],
  ])('D42 %s', async (_, text, answer) => {
    expect(await ask(text)).toBe(answer);
  });

  const plain = bag;

  it('D42 a DNAME at the root', async () => {
    const root = records('. 300 IN DNAME example.\nwww.example. 300 IN A 192.0.2.1');
    expect(await ask('www. A', root)).toBe('. 39, www.example. 1');
  });

  it('D42 what is not there', async () => {
    expect(await ask('ftp.example. A', plain)).toBe('not-recorded');
    expect(await ask('www.example. AAAA', plain)).toBe('not-recorded');
    expect(await ask('ftp.example. ANY', plain)).toBe('not-recorded');
  });

  it('D42 the SOA is no denial by itself, nor is an NSEC of another zone or of no zone', async () => {
    expect(await ask('no.example. A', plain)).toBe('not-recorded');
    const soa = records('example. 300 IN RRSIG SOA 13 1 300 20300101000000 20200101000000 1 example. AAAA');
    expect(await ask('no.example. A', [...plain, ...soa])).toBe('not-recorded');
    const nsec = records(
      [
        'a.example. 300 IN NSEC z.example. A',
        'a.example. 300 IN RRSIG NSEC 13 2 300 20300101000000 20200101000000 1 example. AAAA',
        'a.example. 300 IN RRSIG \\# 3 000102',
      ].join('\n'),
    );
    expect(await ask('no.example. A', [...plain, nsec[0]!])).toBe('not-recorded');
    expect(await ask('no.example. A', [...plain, ...nsec])).toBe('');
    expect(await ask('no.other. A', [...plain, ...nsec])).toBe('not-recorded');
    expect(await ask('no.example. A', [...plain, nsec[2]!])).toBe('not-recorded');
  });

  it('D42 the reply as a message', async () => {
    const [nsec] = records('a.example. 300 IN NSEC z.example. A');
    const reply = await chainAsk([...plain, nsec!])(question('www.example. A'));
    expect(reply).toEqual({
      ok: true,
      resolver: CHAIN_SOURCE,
      message: {
        id: 0,
        response: true,
        opcode: 0,
        authoritative: false,
        truncated: false,
        recursionDesired: false,
        recursionAvailable: false,
        authenticData: false,
        checkingDisabled: true,
        rcode: 0,
        question: [question('www.example. A')],
        answer: [bag[0]],
        authority: [bag[4], nsec],
        additional: [],
      },
    });
  });
});

/** Every record the walk for these questions is answered with. */
async function collected(of: World, ...texts: string[]): Promise<ResourceRecord[]> {
  const seen = new Map<string, ResourceRecord>();
  const anchors = anchorsFrom(of.anchors());
  for (const text of texts) {
    await judge(of, text, {
      anchors,
      speculate: false,
      ask: async (asked) => {
        const reply = await of.ask(asked);
        for (const record of reply.ok ? [...reply.message.answer, ...reply.message.authority] : []) {
          seen.set(`${record.name} ${record.type} ${record.rdata}`, record);
        }
        return reply;
      },
    });
  }
  return [...seen.values()];
}

describe('D42 whole chains', () => {
  const of = world({
    'com.': { denial: { optOut: true } },
    'example.com.': {
      denial: 'nsec3',
      records:
        '_443._tcp.www TLSA 3 1 1 00\nwww A 192.0.2.1\nal CNAME www\n*.w TXT "w"\nd DNAME x\n_443._tcp.x TLSA 3 1 1 01',
    },
    'plain.com.': { records: 'www A 192.0.2.1' },
    'unsigned.com.': { sign: 'unsigned', records: '_443._tcp TLSA 3 1 1 00' },
  });
  const anchors = anchorsFrom(of.anchors());
  const verify = async (text: string, bag: readonly ResourceRecord[], now = NOW) =>
    verifyChain({ records: bag, ...question(text), now, anchors, verifier });

  it.each([
    '_443._tcp.www.example.com. TLSA',
    'www.example.com. A',
    'al.example.com. A',
    'no.example.com. A',
    'x.w.example.com. TXT',
    'www.example.com. TLSA',
    '_443._tcp.d.example.com. TLSA',
    'no.plain.com. A',
    'unsigned.com. DS',
    '_443._tcp.unsigned.com. TLSA',
  ])('D41 D43 %s comes out as from the network, in any order and with repetitions', async (text) => {
    const online = await brief(of, text);
    const bag = await collected(of, text);
    for (let seed = 0; seed < 3; seed++) {
      const outcome = await verify(text, shuffled([...bag, ...bag.slice(0, 3)], seed));
      expect(inBrief(outcome)).toBe(online);
      const parsed = parseChain(octetsOf(bag));
      expect(parsed.ok && parsed.records.length).toBe(bag.length);
    }
  });

  it('D42 two questions out of one chain', async () => {
    const bag = await collected(of, '_443._tcp.www.example.com. TLSA', 'no.plain.com. A', 'unsigned.com. DS');
    expect(inBrief(await verify('_443._tcp.www.example.com. TLSA', bag))).toBe('secure answer NOERROR');
    expect(inBrief(await verify('no.plain.com. A', bag))).toBe('secure nxdomain NXDOMAIN');
    expect(inBrief(await verify('unsigned.com. DS', bag))).toBe(await brief(of, 'unsigned.com. DS'));
  });

  it('D42 without any one of its records it is not secure, and not insecure either', async () => {
    const text = '_443._tcp.www.example.com. TLSA';
    const bag = await collected(of, text);
    for (const [i, record] of bag.entries()) {
      const outcome = await verify(
        text,
        bag.filter((_, at) => at !== i),
      );
      expect([record.name.toString(), record.type, ['bogus', 'indeterminate'].includes(outcome.security)]).toEqual([
        record.name.toString(),
        record.type,
        true,
      ]);
    }
  });

  it('D44 a chain that ran out says when', async () => {
    const text = '_443._tcp.www.example.com. TLSA';
    const late = NOW + 8 * 24 * HOUR;
    expect(await verify(text, await collected(of, text), late)).toMatchObject({
      security: 'bogus',
      reason: { code: 'signature-expired', now: late, expiration: NOW + 7 * 24 * HOUR },
    });
  });

  it('D42 no questions but those the walk needs, and none ahead', async () => {
    const text = '_443._tcp.www.example.com. TLSA';
    const outcome = await verify(text, await collected(of, text));
    expect(outcome.work.queries).toBe(6);
    expect(outcome.resolvers).toEqual([CHAIN_SOURCE]);
  });
});
