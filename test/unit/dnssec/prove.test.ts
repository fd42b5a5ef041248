/** Proofs to take away: which records they hold, in which order, and that they stand without a network. */
import { describe, expect, it } from 'vitest';
import { TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { parseRrsig } from '../../../src/dns/rdata.ts';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { parseChain, verifyChain } from '../../../src/dnssec/chain.ts';
import { proveLookups } from '../../../src/dnssec/prove.ts';
import { flippedSignature } from '../../world/data-mutations.ts';
import type { World } from '../../world/world.ts';
import { anchorsFrom, everywhere, NOW, name, verifier, world } from './judging.ts';

const TLSA = `TLSA 3 1 1 ${'ab'.repeat(32)}`;

const of = world({
  'com.': { denial: { optOut: true } },
  'example.com.': {
    denial: 'nsec',
    records: `
      www            A     192.0.2.1
      _443._tcp.www  ${TLSA}
      alias          CNAME www
      _443._tcp.alias CNAME _443._tcp.www
      moved          DNAME www
      none           A     192.0.2.1
      *.wild         ${TLSA}
    `,
  },
  'hashed.com.': { denial: 'nsec3', records: `@ A 192.0.2.1\n*.wild ${TLSA}` },
  'unsigned.com.': { sign: 'unsigned', records: `@ A 192.0.2.1\n_443._tcp ${TLSA}` },
});

const prove = (host: string, from: World = of, types: readonly ('A' | 'TLSA')[] = ['A', 'TLSA']) =>
  proveLookups({
    ask: from.ask,
    now: NOW,
    anchors: anchorsFrom(from.anchors()),
    verifier,
    lookups: types.map((type) => ({ name: name(type === 'A' ? host : `_443._tcp.${host}`), type: TYPE[type] })),
  });

/** `owner TYPE`, a signature as `owner RRSIG(TYPE)`. */
const labelOf = (record: ResourceRecord) => {
  const covers = record.type === TYPE.RRSIG ? `(${typeMnemonic(parseRrsig(record.rdata)!.typeCovered)})` : '';
  return `${record.name} ${typeMnemonic(record.type)}${covers}`;
};
const unique = (records: readonly ResourceRecord[]) => [...new Set(records.map(labelOf))];

describe('a proof to take away', () => {
  it('D41 D42 holds the TLSA set first, then keys and DS from the leaf up, the keys of the root last', async () => {
    const { chain, records } = await prove('www.example.com.', of, ['TLSA']);
    const parsed = parseChain(chain);
    expect(parsed).toMatchObject({ ok: true, form: 'records' });
    expect(unique(records)).toEqual([
      '_443._tcp.www.example.com. TLSA',
      '_443._tcp.www.example.com. RRSIG(TLSA)',
      'example.com. DNSKEY',
      'example.com. RRSIG(DNSKEY)',
      'example.com. DS',
      'example.com. RRSIG(DS)',
      'com. DNSKEY',
      'com. RRSIG(DNSKEY)',
      'com. DS',
      'com. RRSIG(DS)',
      '. DNSKEY',
      '. RRSIG(DNSKEY)',
    ]);
  });

  it.each([
    ['www.example.com.', 'secure', 'answer'],
    ['none.example.com.', 'secure', 'nxdomain'],
    ['nowhere.example.com.', 'secure', 'nxdomain'],
    ['alias.example.com.', 'secure', 'answer'],
    ['wild.hashed.com.', 'secure', 'answer'],
    ['hashed.com.', 'secure', 'nxdomain'],
    ['unsigned.com.', 'insecure', undefined],
  ])('stands by itself: %s is %s, %s', async (host, security, result) => {
    const proven = await prove(host);
    const outcome = { security, ...(result && { result }) };
    expect(proven.lookups.at(-1)).toMatchObject(outcome);
    expect(proven.holds).toBe(true);
    const parsed = parseChain(proven.chain);
    if (!parsed.ok) throw new Error(parsed.fault);
    const again = await verifyChain({
      records: parsed.records,
      name: name(`_443._tcp.${host}`),
      type: TYPE.TLSA,
      now: NOW,
      anchors: anchorsFrom(of.anchors()),
    });
    expect(again).toMatchObject(outcome);
  });

  it('stands behind a DNAME and for a wildcard, too', async () => {
    const target = name('_443._tcp.moved.example.com.');
    const rest = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier };
    const moved = await proveLookups({ ...rest, lookups: [{ name: target, type: TYPE.TLSA }] });
    expect(moved.lookups[0]).toMatchObject({ security: 'secure', result: 'answer' });
    for (const host of ['a.wild.example.com.', 'a.wild.hashed.com.']) {
      const one = await proveLookups({ ...rest, lookups: [{ name: name(host), type: TYPE.TLSA }] });
      expect(one.lookups[0]).toMatchObject({ security: 'secure', result: 'answer' });
      expect(one.holds, host).toBe(true);
    }
    expect(moved.holds).toBe(true);
  });

  it('leaves out of the chain what no signature covers, and shows it among the records all the same', async () => {
    const { records, chain } = await prove('unsigned.com.');
    expect(unique(records)).toContain('_443._tcp.unsigned.com. TLSA');
    const parsed = parseChain(chain);
    expect(parsed.ok && unique(parsed.records)).not.toContain('_443._tcp.unsigned.com. TLSA');
  });

  it('holds each record once, and no name servers', async () => {
    const { records } = await prove('www.example.com.');
    const all = records.map((record) => `${labelOf(record)} ${record.rdata.join()}`);
    expect(new Set(all).size).toBe(all.length);
    expect(records.filter(({ type }) => type === TYPE.NS)).toEqual([]);
  });

  it('a broken signature is in it, and it leads to bogus again', async () => {
    const target = { name: name('_443._tcp.www.example.com.'), type: TYPE.TLSA };
    const broken = await prove('www.example.com.', of.mutated(flippedSignature(target)));
    expect(broken.lookups.at(-1)!.security).toBe('bogus');
    expect(unique(broken.records)).toContain('_443._tcp.www.example.com. RRSIG(TLSA)');
    expect(broken.holds).toBe(true);
  });

  it('asks for nothing that the walk does not need, and tells the walk', async () => {
    const from = of.log.length;
    const { trace } = await prove('www.example.com.', of, ['TLSA']);
    const asked = of.log.slice(from).map(({ name: owner, type }) => `${owner} ${typeMnemonic(type)}`);
    expect(asked.sort()).toEqual([
      '. DNSKEY',
      '_443._tcp.www.example.com. TLSA',
      'com. DNSKEY',
      'com. DS',
      'example.com. DNSKEY',
      'example.com. DS',
    ]);
    expect(trace.filter(({ step }) => step === 'zone').length).toBe(3);
  });

  it('without an answer there is no chain, and nothing holds', async () => {
    const silent = await proveLookups({
      ask: async () => ({ ok: false, failure: { code: 'no-resolver' } }),
      now: NOW,
      anchors: anchorsFrom(of.anchors()),
      lookups: [{ name: name('www.example.com.'), type: TYPE.A }],
    });
    expect(silent).toMatchObject({ holds: false, records: [], chain: new Uint8Array() });
    expect((await proveLookups({ ask: of.ask, now: NOW, anchors: [], lookups: [] })).holds).toBe(false);
  });

  it('D41 more than a chain can hold gives none', async () => {
    const many = Array.from({ length: 1800 }, (_, i) => `_443._tcp.www TLSA 3 1 1 ${i.toString(16).padStart(64, '0')}`);
    const big = world({ 'com.': { records: many.join('\n') } });
    const proven = await proveLookups({
      ask: big.ask,
      now: NOW,
      anchors: anchorsFrom(big.anchors()),
      options: {},
      lookups: [{ name: name('_443._tcp.www.com.'), type: TYPE.TLSA }],
    });
    expect(proven.chain.length).toBe(0);
    expect(proven.holds).toBe(false);
  });

  it('D42 puts the set asked for before whatever denies beside it, and each set before its signatures', async () => {
    const { records } = await prove('wild.example.com.', of, ['TLSA']);
    const target = name('deep.wild.example.com.');
    const rest = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier };
    const wild = await proveLookups({ ...rest, lookups: [{ name: target, type: TYPE.TLSA }] });
    expect(unique(wild.records).slice(0, 4)).toEqual([
      'deep.wild.example.com. TLSA',
      'deep.wild.example.com. RRSIG(TLSA)',
      expect.stringMatching(/ NSEC$/),
      expect.stringMatching(/ RRSIG\(NSEC\)$/),
    ]);
    for (const proof of [records, wild.records]) {
      const labels = proof.map(labelOf);
      for (const label of labels.filter((one) => one.includes('RRSIG('))) {
        const covered = label.replace(/RRSIG\((.*)\)/, '$1');
        expect(labels.lastIndexOf(covered), label).toBeLessThan(labels.indexOf(label));
        expect(labels).toContain(covered);
      }
    }
  });

  it('takes from the rest of a reply what denies and nothing else', async () => {
    const rest = { type: TYPE.A, class: 1, ttl: 300, rdata: Uint8Array.of(192, 0, 2, 7) };
    const extra: ResourceRecord = { ...rest, name: name('ns.example.com.') };
    const crowded = of.mutated(everywhere((message) => ({ ...message, authority: [...message.authority, extra] })));
    const [plain, proven] = [await prove('www.example.com.', of), await prove('www.example.com.', crowded)];
    expect(unique(proven.records)).toEqual(unique(plain.records));
    expect(proven.holds).toBe(true);
  });

  it('does not hold where the chain leads to something else than the lookups did', async () => {
    const lookups = [{ name: name('_443._tcp.www.example.com.'), type: TYPE.TLSA }];
    const terms = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), lookups };
    /** Says of as many signatures as told what they are, and no to all after those. */
    class Tiring extends SignatureVerifier {
      checks = 0;
      readonly limit: number;
      constructor(limit: number) {
        super();
        this.limit = limit;
      }
      override async verify(...given: Parameters<SignatureVerifier['verify']>): Promise<boolean> {
        return ++this.checks <= this.limit && super.verify(...given);
      }
    }
    const tireless = new Tiring(Number.POSITIVE_INFINITY);
    expect((await proveLookups({ ...terms, verifier: tireless })).holds).toBe(true);
    const once = await proveLookups({ ...terms, verifier: new Tiring(tireless.checks / 2) });
    expect(once.lookups[0]!.security).toBe('secure');
    expect(once.holds).toBe(false);
  });
});
