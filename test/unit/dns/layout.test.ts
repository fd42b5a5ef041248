import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import { canonicalRdata, readRdata } from '../../../src/dns/layout.ts';
import { WireFault, WireReader } from '../../../src/dns/wire.ts';
import { labels } from './arbitraries.ts';
import { ascii, concat, hex, wireName } from './octets.ts';

/** Rdata in the parts that stand around its names: `[before, after]` or, with two names, `[before, between, after]`. */
type Parts = readonly Uint8Array[];

const nothing = new Uint8Array();
const SIGNED = hex('0001 05 02 00000e10 12345678 12345670 abcd');
const NAPTR = concat(hex('0064 000a'), hex('01 55'), hex('07 6532552b736970'), hex('00'));
const SOA = hex('00000001 00000002 00000003 00000004 00000005');

/** RFC 3597 section 4: the types of RFC 1035 and those it adds, in which pointers are followed. */
const COMPRESSED: Record<string, Parts> = {
  NS: [nothing, nothing],
  MD: [nothing, nothing],
  MF: [nothing, nothing],
  CNAME: [nothing, nothing],
  SOA: [nothing, nothing, SOA],
  MB: [nothing, nothing],
  MG: [nothing, nothing],
  MR: [nothing, nothing],
  PTR: [nothing, nothing],
  MINFO: [nothing, nothing, nothing],
  MX: [hex('000a'), nothing],
  RP: [nothing, nothing, nothing],
  AFSDB: [hex('0001'), nothing],
  RT: [hex('0001'), nothing],
  SIG: [SIGNED, hex('0102')],
  PX: [hex('0001'), nothing, nothing],
  NXT: [nothing, hex('62')],
  SRV: [hex('0001 0002 01bb'), nothing],
  NAPTR: [NAPTR, nothing],
};

/** Types with names that are never compressed, and lower-cased for signing. */
const LOWERCASED: Record<string, Parts> = {
  KX: [hex('000a'), nothing],
  A6: [concat(hex('40'), new Uint8Array(8)), nothing],
  DNAME: [nothing, nothing],
  RRSIG: [SIGNED, hex('0102')],
};

/** Types with names that are never compressed, and keep their letter case. */
const VERBATIM: Record<string, Parts> = {
  NSEC: [nothing, hex('0001 40')],
  SVCB: [hex('0001'), hex('0003 0002 01bb')],
  HTTPS: [hex('0000'), nothing],
};

const typeOf = (mnemonic: string) => TYPE[mnemonic as keyof typeof TYPE];
const rows = (group: Record<string, Parts>) =>
  Object.entries(group).map(([mnemonic, parts]) => [mnemonic, typeOf(mnemonic), parts] as const);
const joined = (parts: Parts, name: Uint8Array) =>
  concat(...parts.flatMap((part, i) => (i === 0 ? [part] : [name, part])));

/** Reads rdata as it stands behind `before` in a message, with `after` following it. */
function readIn(before: Uint8Array, type: number, rdata: Uint8Array, after: Uint8Array = hex('ff')) {
  const reader = new WireReader(concat(before, rdata, after), before.length);
  const read = readRdata(reader, type, rdata.length);
  expect(reader.offset).toBe(before.length + rdata.length);
  return read;
}

function faultIn(before: Uint8Array, type: number, rdata: Uint8Array, after: Uint8Array = hex('ff')) {
  try {
    readIn(before, type, rdata, after);
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    return { code: error.code, offset: error.offset };
  }
  throw new Error('nothing was refused');
}

const MIXED = wireName('WwW.Example');
const LOWER = wireName('www.example');
/** A message's octets so far: the name `Example` at 0, `WwW.Example` by way of it at 9. */
const before = concat(wireName('Example'), hex('03'), ascii('WwW'), hex('c000'));
const POINTER = hex('c009');

describe('rdata in a message', () => {
  it.each(rows(COMPRESSED))('W6 %s (%i): pointers are followed, letter case is kept', (_mnemonic, type, parts) => {
    expect(readIn(before, type, joined(parts, POINTER))).toEqual(joined(parts, MIXED));
    expect(readIn(before, type, joined(parts, hex('01 58 c000')))).toEqual(joined(parts, wireName('X.Example')));
    expect(readIn(nothing, type, joined(parts, MIXED))).toEqual(joined(parts, MIXED));
  });

  it.each([...rows(LOWERCASED), ...rows(VERBATIM)])('W7 %s (%i): a pointer is refused', (_mnemonic, type, parts) => {
    const offset = before.length + parts[0]!.length;
    expect(faultIn(before, type, joined(parts, POINTER))).toEqual({ code: 'pointer not allowed here', offset });
    expect(faultIn(before, type, joined(parts, hex('01 58 c000'))).code).toBe('pointer not allowed here');
    expect(readIn(before, type, joined(parts, MIXED))).toEqual(joined(parts, MIXED));
  });

  it('W6 is so for these types and no others', () => {
    const followed = Object.values(TYPE).filter((type) => {
      const parts = { ...COMPRESSED, ...LOWERCASED, ...VERBATIM }[typeMnemonic(type)] ?? [nothing, nothing];
      try {
        return readIn(before, type, joined(parts, POINTER)).length > joined(parts, POINTER).length;
      } catch {
        return false;
      }
    });
    expect(followed.map(typeMnemonic).sort()).toEqual(Object.keys(COMPRESSED).sort());
  });

  const fixed: readonly (readonly [string, number, Uint8Array])[] = [
    ['A', TYPE.A, hex('c0000201')],
    ['AAAA', TYPE.AAAA, hex('20010db8000000000000000000000001')],
    ['TXT', TYPE.TXT, hex('03 616263')],
    ...rows(COMPRESSED)
      .filter(([mnemonic]) => mnemonic !== 'SIG' && mnemonic !== 'NXT')
      .map(([mnemonic, type, parts]) => [mnemonic, type, joined(parts, MIXED)] as const),
    ['KX', TYPE.KX, joined(LOWERCASED['KX']!, MIXED)],
    ['A6', TYPE.A6, joined(LOWERCASED['A6']!, MIXED)],
    ['DNAME', TYPE.DNAME, MIXED],
  ];

  it.each(fixed)('W5 %s (%i) ends exactly where its length says', (mnemonic, type, rdata) => {
    expect(readIn(nothing, type, rdata)).toEqual(rdata);
    const short = rdata.subarray(0, -1);
    expect(faultIn(nothing, type, short, concat(rdata.subarray(-1), hex('ff'))).code).toBe('cut short');
    // One octet more begins another string in TXT, and is left over in the others.
    const code = mnemonic === 'TXT' ? 'cut short' : 'octets left over';
    const offset = mnemonic === 'TXT' ? rdata.length + 1 : rdata.length;
    expect(faultIn(nothing, type, concat(rdata, [7]))).toEqual({ code, offset });
  });

  it('W5 counts a pointer as the two octets it is', () => {
    const mx = concat([0, 10], POINTER);
    expect(readIn(before, TYPE.MX, mx)).toHaveLength(15);
    expect(faultIn(before, TYPE.MX, mx.subarray(0, 3), hex('09')).code).toBe('cut short');
    expect(faultIn(before, TYPE.MX, concat(mx, [0]))).toEqual({ code: 'octets left over', offset: before.length + 4 });
  });

  it('W5 ends inside the message', () => {
    const reader = new WireReader(hex('c00002'));
    expect(() => readRdata(reader, TYPE.A, 4)).toThrow(new WireFault('cut short', 0));
    expect(() => readRdata(new WireReader(hex('00')), 65280, 2)).toThrow(new WireFault('cut short', 0));
  });

  it('W5 does not read on into what follows it', () => {
    // A name whose last label reaches beyond the rdata.
    expect(faultIn(nothing, TYPE.NS, hex('03 6162'), hex('63 00')).code).toBe('cut short');
    expect(faultIn(nothing, TYPE.TXT, hex('03 6162'), hex('63'))).toEqual({ code: 'cut short', offset: 1 });
  });

  it('W13 TXT is one or more character-strings, kept in order', () => {
    const two = hex('01 62 02 6163');
    expect(readIn(nothing, TYPE.TXT, two)).toEqual(two);
    expect(readIn(nothing, TYPE.TXT, hex('00'))).toEqual(hex('00'));
    expect(readIn(nothing, TYPE.TXT, concat([255], new Uint8Array(255), [0]))).toHaveLength(257);
    expect(faultIn(nothing, TYPE.TXT, nothing)).toEqual({ code: 'cut short', offset: 0 });
    expect(faultIn(nothing, TYPE.TXT, hex('01 62 02 61'))).toEqual({ code: 'cut short', offset: 3 });
  });

  it('W11 of unknown types is opaque, whatever is in it', () => {
    for (const type of [0, 13, 99, 257, 731, 65280]) {
      expect(readIn(before, type, POINTER)).toEqual(POINTER);
      expect(readIn(before, type, nothing)).toEqual(nothing);
    }
  });

  it('A6 has a prefix of at most 128 bits, and a name only behind a prefix', () => {
    const a6 = (prefix: number, octets: number, name: Uint8Array) => concat([prefix], new Uint8Array(octets), name);
    expect(readIn(nothing, TYPE.A6, a6(0, 16, nothing))).toHaveLength(17);
    expect(readIn(nothing, TYPE.A6, a6(128, 0, MIXED))).toHaveLength(1 + MIXED.length);
    expect(readIn(nothing, TYPE.A6, a6(1, 16, MIXED))).toHaveLength(17 + MIXED.length);
    expect(readIn(nothing, TYPE.A6, a6(8, 15, MIXED))).toHaveLength(16 + MIXED.length);
    expect(readIn(nothing, TYPE.A6, a6(9, 15, MIXED))).toHaveLength(16 + MIXED.length);
    expect(faultIn(nothing, TYPE.A6, a6(129, 0, MIXED))).toEqual({ code: 'bad rdata', offset: 1 });
    expect(faultIn(nothing, TYPE.A6, a6(0, 16, MIXED))).toEqual({ code: 'octets left over', offset: 17 });
    expect(faultIn(nothing, TYPE.A6, a6(8, 15, nothing))).toEqual({ code: 'cut short', offset: 16 });
  });
});

describe('rdata in canonical form', () => {
  it.each([...rows(COMPRESSED), ...rows(LOWERCASED)])(
    'W16 %s (%i): names are lower-cased',
    (_mnemonic, type, parts) => {
      expect(canonicalRdata(type, joined(parts, MIXED))).toEqual(joined(parts, LOWER));
    },
  );

  it('W16 is so for these types and no others', () => {
    const all = { ...COMPRESSED, ...LOWERCASED, ...VERBATIM };
    const lowered = Object.values(TYPE).filter((type) => {
      const rdata = joined(all[typeMnemonic(type)] ?? [nothing, nothing], MIXED);
      return canonicalRdata(type, rdata).join() !== rdata.join();
    });
    expect(lowered.map(typeMnemonic).sort()).toEqual(
      [
        ...['NS', 'MD', 'MF', 'CNAME', 'SOA', 'MB', 'MG', 'MR', 'PTR', 'MINFO', 'MX', 'RP', 'AFSDB', 'RT', 'SIG', 'PX'],
        ...['NXT', 'NAPTR', 'KX', 'SRV', 'DNAME', 'A6', 'RRSIG'],
      ].sort(),
    );
  });

  it('W16 lowers names, not strings, numbers or signatures beside them', () => {
    const naptr = concat(hex('0041 0042'), hex('01 41'), hex('01 42'), hex('01 43'), wireName('Z'));
    expect(canonicalRdata(TYPE.NAPTR, naptr)).toEqual(
      concat(hex('0041 0042'), hex('01 41'), hex('01 42'), hex('01 43'), wireName('z')),
    );
    const rrsig = concat(new Uint8Array(18).fill(0x41), wireName('Z'), ascii('SIGNATURE'));
    expect(canonicalRdata(TYPE.RRSIG, rrsig)).toEqual(
      concat(new Uint8Array(18).fill(0x41), wireName('z'), ascii('SIGNATURE')),
    );
    const srv = concat(ascii('ABCDEF'), wireName('Z'));
    expect(canonicalRdata(TYPE.SRV, srv)).toEqual(concat(ascii('ABCDEF'), wireName('z')));
  });

  it('W17 keeps the letter case of NSEC next names and of HINFO', () => {
    const nsec = concat(MIXED, hex('0001 40'));
    expect(canonicalRdata(TYPE.NSEC, nsec)).toEqual(nsec);
    const hinfo = concat([3], ascii('CPU'), [2], ascii('OS'));
    expect(canonicalRdata(TYPE.HINFO, hinfo)).toEqual(hinfo);
  });

  it('W18 keeps the letter case of every other type', () => {
    const ipseckey = concat(hex('0a 03 02'), MIXED, ascii('KEY'));
    for (const [type, rdata] of [
      [TYPE.SVCB, concat([0, 1], MIXED)],
      [TYPE.HTTPS, concat([0, 1], MIXED)],
      [TYPE.IPSECKEY, ipseckey],
      [TYPE.TXT, concat([3], ascii('ABC'))],
      [TYPE.CAA, concat([0, 5], ascii('ISSUE'), ascii('CA.Example'))],
      [731, MIXED],
    ] as const) {
      expect(canonicalRdata(type, rdata)).toEqual(rdata);
    }
  });

  it('of octets that are not their type is those octets', () => {
    const pointed = hex('01 41 00 c000');
    expect(canonicalRdata(TYPE.MINFO, pointed)).toEqual(pointed);
    for (const rdata of [hex('03 4142'), hex('c000'), hex('40 41'), hex('01 41 00 42'), nothing]) {
      expect(canonicalRdata(TYPE.NS, rdata)).toEqual(rdata);
    }
  });

  it('W15 lowers only A to Z, in any labels', () => {
    fc.assert(
      fc.property(labels, (all) => {
        const wire = concat(...all.flatMap((one) => [[one.length], one]), [0]);
        const expected = concat(
          ...all.flatMap((one) => [[one.length], [...one].map((o) => (o >= 0x41 && o <= 0x5a ? o + 32 : o))]),
          [0],
        );
        expect(canonicalRdata(TYPE.CNAME, wire)).toEqual(expected);
        expect(canonicalRdata(TYPE.CNAME, expected)).toEqual(expected);
        expect(canonicalRdata(TYPE.NSEC, wire)).toEqual(wire);
      }),
    );
  });
});
