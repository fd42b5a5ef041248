import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRecords } from '../../../src/dns/presentation.ts';
import { RRsets, sameRdatas } from '../../../src/dns/rrset.ts';
import { concat, hex, wireName } from './octets.ts';

const sets = (text: string) => new RRsets(parseRecords(text));
const name = (text: string) => Name.parse(text);
const rrsig = (type: string, keyTag: number, rest = '20300101000000 20200101000000') =>
  `RRSIG ${type} 13 2 300 ${rest} ${keyTag} example. AQID`;

describe('RRsets', () => {
  it('are the records of one name and type, letter case aside', () => {
    const rrsets = sets('a.example. A 192.0.2.1\nA.EXAMPLE. A 192.0.2.2\na.example. TXT x\nb.example. A 192.0.2.3');
    const set = rrsets.get(name('a.example'), TYPE.A)!;
    expect([set.name.toString(), set.type]).toEqual(['a.example.', TYPE.A]);
    expect(set.rdatas).toEqual([hex('c0000201'), hex('c0000202')]);
    expect(rrsets.get(name('a.example'), TYPE.AAAA)).toBeUndefined();
    expect(rrsets.get(name('example'), TYPE.A)).toBeUndefined();
    expect(rrsets.all()).toHaveLength(3);
  });

  it('are found by name and by type', () => {
    const rrsets = sets('a. A 192.0.2.1\nb. A 192.0.2.2\na. TXT x\na. A 192.0.2.3');
    expect(rrsets.at(name('a')).map(({ type }) => type)).toEqual([TYPE.A, TYPE.TXT]);
    expect(rrsets.at(name('c'))).toEqual([]);
    expect(rrsets.ofType(TYPE.A).map((set) => set.name.toString())).toEqual(['a.', 'b.']);
    expect(rrsets.ofType(TYPE.MX)).toEqual([]);
  });

  it('W8 hold records of class IN only', () => {
    const [record] = parseRecords('a. A 192.0.2.1');
    const chaos: ResourceRecord = { ...record!, class: 3, rdata: hex('c0000209') };
    expect(new RRsets([chaos]).all()).toEqual([]);
    expect(new RRsets([record!, chaos]).get(name('a'), TYPE.A)!.rdatas).toEqual([hex('c0000201')]);
  });

  it('W23 hold exact duplicates once', () => {
    const set = sets('a. A 192.0.2.2\na. A 192.0.2.1\na. A 192.0.2.2\na. A 192.0.2.2').get(name('a'), TYPE.A)!;
    expect(set.rdatas).toEqual([hex('c0000201'), hex('c0000202')]);
  });

  it('W12 take records of an unknown type for equal only bit by bit', () => {
    const one = concat(hex('0001'), wireName('a'));
    const other = concat(hex('0001'), wireName('A'));
    const record = (rdata: Uint8Array): ResourceRecord => ({ name: name('x'), type: 65280, class: 1, ttl: 1, rdata });
    const set = new RRsets([one, other, one].map(record)).get(name('x'), 65280)!;
    expect(set.rdatas).toEqual([other, one]);
  });

  it('W25 have the lowest TTL of their records', () => {
    const rrsets = sets('a. 30 A 192.0.2.1\na. 10 A 192.0.2.2\na. 20 A 192.0.2.3\nb. 5 A 192.0.2.1');
    expect(rrsets.get(name('a'), TYPE.A)!.ttl).toBe(10);
    expect(rrsets.get(name('b'), TYPE.A)!.ttl).toBe(5);
    // A duplicate's TTL counts, too.
    expect(sets('a. 9 A 192.0.2.1\na. 4 A 192.0.2.1').get(name('a'), TYPE.A)!.ttl).toBe(4);
  });
});

describe('the signatures of an RRset', () => {
  it('V24 are those at its name that cover its type', () => {
    const rrsets = sets(
      `a.example. A 192.0.2.1\na.example. ${rrsig('A', 1)}\na.example. ${rrsig('AAAA', 2)}\nb.example. ${rrsig('A', 3)}`,
    );
    const set = rrsets.get(name('a.example'), TYPE.A)!;
    expect(set.signatures.map(({ keyTag }) => keyTag)).toEqual([1]);
    // A signature over nothing makes no RRset, and is none itself.
    expect(rrsets.all()).toEqual([set]);
    expect(rrsets.get(name('a.example'), TYPE.RRSIG)).toBeUndefined();
  });

  it('V24 are of its class', () => {
    const [a, signature] = parseRecords(`a. A 192.0.2.1\na. ${rrsig('A', 1)}`);
    const set = new RRsets([a!, { ...signature!, class: 3 }]).get(name('a'), TYPE.A)!;
    expect(set.signatures).toEqual([]);
  });

  it('count once each, wherever they stand', () => {
    const text = `a. ${rrsig('A', 2)}\na. A 192.0.2.1\na. ${rrsig('A', 1)}\na. ${rrsig('A', 2)}\na. ${rrsig('A', 2, '20300101000001 20200101000000')}`;
    const set = sets(text).get(name('a'), TYPE.A)!;
    const told = set.signatures.map(({ keyTag, expiration }) => `${keyTag}/${expiration % 10}`);
    expect(told.sort()).toEqual(['1/0', '2/0', '2/1']);
  });

  it('V93 are told apart by the thousands that a message has room for', () => {
    const signature = (i: number): ResourceRecord => ({
      name: Name.root,
      type: TYPE.RRSIG,
      class: 1,
      ttl: 1,
      rdata: concat(hex('0001 0d 00 00000001 00000002 00000000 0001 00'), [i >>> 8, i & 0xff]),
    });
    const section = [
      ...Array.from({ length: 4096 }, (_, i) => signature(i)),
      ...Array.from({ length: 4096 }, (_, i) => signature(i)),
    ];
    const [a] = parseRecords('. A 192.0.2.1');
    const found = new RRsets([...section, a!]).get(Name.root, TYPE.A)!.signatures;
    expect(found.map(({ signature: [high, low] }) => high! * 256 + low!)).toEqual([...Array(4096).keys()]);
  });

  it('W37 are well formed', () => {
    const [a, signature] = parseRecords(`a. A 192.0.2.1\na. ${rrsig('A', 1)}`);
    const cut = { ...signature!, rdata: signature!.rdata.subarray(0, 18) };
    expect(new RRsets([a!, cut]).get(name('a'), TYPE.A)!.signatures).toEqual([]);
  });

  it('V94 have a TTL of their own, the lowest, or none', () => {
    const text = `a. 50 A 192.0.2.1\na. 40 ${rrsig('A', 1)}\na. 30 ${rrsig('A', 2)}\na. 20 ${rrsig('MX', 2)}\na. 35 ${rrsig('A', 1)}`;
    const set = sets(text).get(name('a'), TYPE.A)!;
    expect([set.ttl, set.signatureTtl]).toEqual([50, 30]);
    expect(sets('a. A 192.0.2.1').get(name('a'), TYPE.A)!.signatureTtl).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('sameRdatas', () => {
  const [one, two, three] = [hex('01'), hex('0202'), hex('03')] as const;

  it('knows no order', () => {
    expect(sameRdatas([one, two], [two, one])).toBe(true);
    expect(sameRdatas([], [])).toBe(true);
  });

  it('wants every record of the one in the other, and no more', () => {
    expect(sameRdatas([one, two], [one, three])).toBe(false);
    expect(sameRdatas([one, two], [three, two])).toBe(false);
    expect(sameRdatas([one], [one, two])).toBe(false);
    expect(sameRdatas([one, two], [one])).toBe(false);
  });
});
