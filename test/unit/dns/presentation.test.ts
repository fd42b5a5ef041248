import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import type { ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import {
  encodeTypeBitmap,
  formatRdata,
  formatRecord,
  PresentationError,
  parseRdata,
  parseRecords,
} from '../../../src/dns/presentation.ts';
import { labels } from './arbitraries.ts';
import { ascii, concat, hex, wireName } from './octets.ts';

/** What a PresentationError says. */
function refusal(act: () => unknown): { fault: string; line: number } {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(PresentationError);
    const { fault, line, message, name } = error as PresentationError;
    expect([name, message]).toEqual(['PresentationError', line > 0 ? `line ${line}: ${fault}` : fault]);
    return { fault, line };
  }
  throw new Error('nothing was refused');
}

const DIGEST = '2bb183af5f22588179a53b0a98631fad1a292118';

/** Text and octets that stand for each other, one or more a type. */
const RDATA: readonly (readonly [type: string, text: string, octets: string])[] = [
  ['A', '192.0.2.1', 'c0000201'],
  ['AAAA', '2001:db8::1', '20010db8000000000000000000000001'],
  ['NS', 'Ns1.Example.', '03 4e7331 07 4578616d706c65 00'],
  ['MD', '.', '00'],
  ['MF', 'a.', '01 61 00'],
  ['CNAME', 'a\\.b.c.', '03 612e62 01 63 00'],
  ['MB', 'a.', '01 61 00'],
  ['MG', 'a.', '01 61 00'],
  ['MR', 'a.', '01 61 00'],
  ['PTR', '\\000\\255.', '02 00ff 00'],
  ['DNAME', 'A.', '01 41 00'],
  ['SOA', 'a. b. 1 2 3 4 4294967295', '01 61 00 01 62 00 00000001 00000002 00000003 00000004 ffffffff'],
  ['MX', '10 a.', '000a 01 61 00'],
  ['AFSDB', '1 a.', '0001 01 61 00'],
  ['RT', '65535 a.', 'ffff 01 61 00'],
  ['KX', '0 a.', '0000 01 61 00'],
  ['PX', '1 a. b.', '0001 01 61 00 01 62 00'],
  ['RP', 'a. b.', '01 61 00 01 62 00'],
  ['MINFO', 'a. b.', '01 61 00 01 62 00'],
  ['SRV', '1 2 443 a.', '0001 0002 01bb 01 61 00'],
  [
    'NAPTR',
    '100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .',
    `0064 000a 01 75 07 ${'4532552b736970'} 0e 215e2e2a24217369703a61406221 00`,
  ],
  ['HINFO', '"CPU" "OS"', '03 435055 02 4f53'],
  ['HINFO', '"" ""', '00 00'],
  ['TXT', '"a b" "\\"\\\\" ""', '03 612062 02 225c 00'],
  ['TXT', '"\\\\032 "', '05 5c30333220'],
  ['TXT', '"\\127\\255\\000;()"', '06 7fff003b2829'],
  ['SPF', '"v=spf1 -all"', '0b 763d73706631202d616c6c'],
  ['DS', `60485 5 1 ${DIGEST}`, `ec45 05 01 ${DIGEST}`],
  ['CDS', '0 0 0 00', '0000 00 00 00'],
  ['DNSKEY', '257 3 13 AQID', '0101 03 0d 010203'],
  ['CDNSKEY', '0 3 0 AA==', '0000 03 00 00'],
  [
    'RRSIG',
    'A 5 3 86400 20030322173103 20030220173103 2642 Example.com. AQID',
    '0001 05 03 00015180 3e7c9dd7 3e5510d7 0a52 07 4578616d706c65 03 636f6d 00 010203',
  ],
  ['RRSIG', 'TYPE65280 255 0 0 21060207062815 19700101000000 0 . ', 'ff00 ff 00 00000000 ffffffff 00000000 0000 00'],
  [
    'NSEC',
    'Host.example. A MX RRSIG NSEC TYPE1234',
    `04 486f7374 07 6578616d706c65 00 0006 400100000003 041b ${'00'.repeat(26)} 20`,
  ],
  ['NSEC', 'a.', '01 61 00'],
  [
    'NSEC3',
    '1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG',
    '01 01 000c 04 aabbccdd 14 174eb2409fe28bcb4887a1836f957f0a8425e27b 0006 400000000002',
  ],
  ['NSEC3', '1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr', '01 00 0000 00 14 174eb2409fe28bcb4887a1836f957f0a8425e27b'],
  ['NSEC3PARAM', '1 0 12 aabbccdd', '01 00 000c 04 aabbccdd'],
  ['NSEC3PARAM', '1 0 0 -', '01 00 0000 00'],
  ['TLSA', '3 1 1 0123456789abcdef', '03 01 01 0123456789abcdef'],
  ['SMIMEA', '3 0 0 ff', '03 00 00 ff'],
  ['SSHFP', '4 2 00ff', '04 02 00ff'],
  ['OPENPGPKEY', 'mQ==', '99'],
  ['SVCB', '0 a.', '0000 01 61 00'],
  ['HTTPS', '1 . alpn=h2 port=8443', '0001 00 0001 0003 02 6832 0003 0002 20fb'],
  ['URI', '10 1 "https://a/ \\""', '000a 0001 68747470733a2f2f612f2022'],
  ['CAA', '128 issue "ca.example; a=b"', '80 05 6973737565 63612e6578616d706c653b20613d62'],
  ['CAA', '0 \\032\\" ""', '00 02 2022'],
  // RFC 4025 section 3.2.
  ['IPSECKEY', '10 1 2 192.0.2.38 AQNR', '0a 01 02 c0000226 010351'],
  ['IPSECKEY', '10 0 2 . AQNR', '0a 00 02 010351'],
  [
    'IPSECKEY',
    '10 3 2 mygateway.example.com. AQNR',
    '0a 03 02 09 6d7967617465776179 07 6578616d706c65 03 636f6d 00 010351',
  ],
  ['IPSECKEY', '10 2 2 2001:db8::1 AQNR', '0a 02 02 20010db8000000000000000000000001 010351'],
  ['IPSECKEY', '10 1 0 192.0.2.3', '0a 01 00 c0000203'],
  ['IPSECKEY', '\\# 3 0a0400', '0a0400'],
  ['TYPE731', '\\# 6 abcdef012345', 'abcdef012345'],
  ['TYPE62347', '\\# 0', ''],
];
const typeOf = (mnemonic: string) => TYPE[mnemonic as keyof typeof TYPE] ?? Number(mnemonic.slice(4));
const named = RDATA.map(([mnemonic, text, octets]) => [mnemonic, text.trim(), typeOf(mnemonic), hex(octets)] as const);

describe('rdata as text', () => {
  it.each(named)('W11 W13 %s %s', (_mnemonic, text, type, octets) => {
    expect(formatRdata(type, octets)).toBe(text);
    expect(parseRdata(type, text)).toEqual(octets);
  });

  it('has a form of its own for every type but those that are opaque here', () => {
    const covered = new Set(RDATA.map(([mnemonic]) => mnemonic));
    const opaque = ['SIG', 'NXT', 'A6', 'OPT', 'NXNAME', 'ANY'];
    expect(
      Object.keys(TYPE)
        .filter((mnemonic) => !covered.has(mnemonic))
        .sort(),
    ).toEqual(opaque.sort());
    for (const mnemonic of opaque) expect(formatRdata(typeOf(mnemonic), hex('00'))).toBe('\\# 1 00');
  });

  it('W11 is generic where the octets are not the type', () => {
    for (const [type, octets] of [
      [TYPE.A, 'c00002'],
      [TYPE.A, 'c000020101'],
      [TYPE.AAAA, 'c0000201'],
      [TYPE.NS, 'c000'],
      [TYPE.NS, '01 61 00 00'],
      [TYPE.TXT, ''],
      [TYPE.TXT, '02 61'],
      [TYPE.HINFO, '00'],
      [TYPE.HINFO, '00 00 00'],
      [TYPE.DS, '0000 00'],
      [TYPE.MINFO, '01 61 00 c000'],
      [TYPE.NSEC, '00 00 00'],
      [TYPE.NSEC, '00 00 01 00'],
      [TYPE.NSEC, '00 00 02 4000'],
      [TYPE.NSEC3, '01 00 0000 00 00'],
      [TYPE.CAA, '00 00 61'],
      [TYPE.SVCB, '0001 00 0003 0000'],
    ] as const) {
      const rdata = hex(octets);
      const digits = octets.replaceAll(' ', '');
      const text = `\\# ${rdata.length}${rdata.length > 0 ? ` ${digits}` : ''}`;
      expect(formatRdata(type, rdata)).toBe(text);
      expect(parseRdata(type, text)).toEqual(rdata);
    }
  });

  it.each([
    ['digits apart', TYPE.DS, '1 8 2 00 ff\tAA', '0001 08 02 00ffaa'],
    ['base64 apart', TYPE.DNSKEY, '256 3 8 ( AQ\n ID )', '0100 03 08 010203'],
    [
      'a number as a time',
      TYPE.RRSIG,
      'a 5 3 1 4294967295 0 1 . AQ==',
      '0001 05 03 00000001 ffffffff 00000000 0001 00 01',
    ],
    [
      'a time after 2106, modulo 2^32',
      TYPE.RRSIG,
      'A 5 3 1 21060207062816 0 1 .',
      '0001 05 03 00000001 00000000 00000000 0001 00',
    ],
    ['types in any order, twice', TYPE.NSEC, '. mx A type15 A', '00 0002 4001'],
    [
      'capitals',
      TYPE.NSEC3,
      '1 0 0 AB 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR',
      '01 00 0000 01 ab 14 174eb2409fe28bcb4887a1836f957f0a8425e27b',
    ],
    ['a string without quotes', TYPE.TXT, 'a\\032b c', '03 612062 01 63'],
    ['an escaped quote without quotes', TYPE.TXT, 'a\\"b', '03 612262'],
    ['generic octets apart', TYPE.A, '\\# 4 c000 0201', 'c0000201'],
    ['generic octets over lines', 65280, '\\# 4 ( c000\n0201 )', 'c0000201'],
    ['a comment', TYPE.A, '192.0.2.1 ; "(', 'c0000201'],
    ['an empty digest', TYPE.DS, '1 8 2', '0001 08 02'],
    ['leading zeros', TYPE.MX, '0010 a.', '000a 01 61 00'],
  ] as const)('is read with %s', (_what, type, text, octets) => {
    expect(parseRdata(type, text)).toEqual(hex(octets));
  });

  it('has names under an origin', () => {
    const origin = Name.parse('Example.ORG');
    expect(parseRdata(TYPE.NS, 'Ns', origin)).toEqual(wireName('Ns.example.org'));
    expect(parseRdata(TYPE.NS, 'ns.', origin)).toEqual(wireName('ns'));
    expect(parseRdata(TYPE.NS, 'ns\\.', origin)).toEqual(concat([3], ascii('ns.'), wireName('example.org')));
    expect(parseRdata(TYPE.NS, 'n\\.s.', origin)).toEqual(concat([3], ascii('n.s'), [0]));
    expect(parseRdata(TYPE.NS, 'ns\\\\.', origin)).toEqual(concat([3], ascii('ns\\'), [0]));
    expect(parseRdata(TYPE.NS, '\\.', origin)).toEqual(concat([1], ascii('.'), wireName('example.org')));
    expect(parseRdata(TYPE.NS, '@', origin)).toEqual(wireName('example.org'));
    expect(parseRdata(TYPE.NS, '\\@', origin)).toEqual(wireName('@.example.org'));
    expect(parseRdata(TYPE.NS, '.', origin)).toEqual(hex('00'));
    expect(parseRdata(TYPE.NS, 'ns')).toEqual(wireName('ns'));
    expect(parseRdata(TYPE.NS, '@')).toEqual(hex('00'));
  });

  it.each([
    [TYPE.A, '', 'an IPv4 address expected'],
    [TYPE.A, '192.0.2', 'not an IPv4 address'],
    [TYPE.A, '192.0.2.1 x y', 'left over: xy'],
    [TYPE.AAAA, '', 'an IPv6 address expected'],
    [TYPE.AAAA, '192.0.2.1', 'not an IPv6 address'],
    [TYPE.NS, '', 'a name expected'],
    [TYPE.NS, 'a..b', 'not a name (empty label): a..b'],
    [TYPE.NS, `${'a'.repeat(64)}.`, `not a name (label too long): ${'a'.repeat(64)}.`],
    [TYPE.NS, 'a\\999.', 'not a name (bad escape): a\\999.'],
    [TYPE.NS, 'b\u00fc.', 'not a name (not ASCII): b\u00fc.'],
    [TYPE.MX, '', 'a number expected'],
    [TYPE.MX, 'x a.', 'not a number up to 65535: x'],
    [TYPE.MX, '65536 a.', 'not a number up to 65535: 65536'],
    [TYPE.MX, '-1 a.', 'not a number up to 65535: -1'],
    [TYPE.MX, '1.0 a.', 'not a number up to 65535: 1.0'],
    [TYPE.DS, '1 256 2 00', 'not a number up to 255: 256'],
    [TYPE.DS, '1 8 2 0', 'not hexadecimal'],
    [TYPE.DS, '1 8 2 0g', 'not hexadecimal'],
    [TYPE.SOA, '. . 4294967296 1 1 1 1', 'not a number up to 4294967295: 4294967296'],
    [TYPE.SOA, '. . 00000000001 1 1 1 1', 'not a number up to 4294967295: 00000000001'],
    [TYPE.DNSKEY, '256 3 8 A', 'not base64'],
    [TYPE.DNSKEY, '256 3 8 AB==', 'not base64'],
    [TYPE.RRSIG, 'NOTYPE 5 3 1 0 0 1 . AQ==', 'not a type: NOTYPE'],
    [TYPE.RRSIG, '', 'a type expected'],
    [TYPE.RRSIG, 'A 5 3 1', 'a time expected'],
    [TYPE.RRSIG, 'A 5 3 1 4294967296 0 1 . AQ==', 'not a number up to 4294967295: 4294967296'],
    [TYPE.RRSIG, 'A 5 3 1 20261322000000 0 1 . AQ==', 'not a time: 20261322000000'],
    [TYPE.RRSIG, 'A 5 3 1 20260230000000 0 1 . AQ==', 'not a time: 20260230000000'],
    [TYPE.RRSIG, 'A 5 3 1 20260201240000 0 1 . AQ==', 'not a time: 20260201240000'],
    [TYPE.RRSIG, 'A 5 3 1 20260201006000 0 1 . AQ==', 'not a time: 20260201006000'],
    [TYPE.RRSIG, 'A 5 3 1 20260201000060 0 1 . AQ==', 'not a time: 20260201000060'],
    [TYPE.RRSIG, 'A 5 3 1 19691231235959 0 1 . AQ==', 'not a time: 19691231235959'],
    [TYPE.RRSIG, 'A 5 3 1 00700101000000 0 1 . AQ==', 'not a time: 00700101000000'],
    [TYPE.RRSIG, 'A 5 3 1 202602010000001 0 1 . AQ==', 'not a number up to 4294967295: 202602010000001'],
    [TYPE.RRSIG, 'A 5 3 1 2026020100000 0 1 . AQ==', 'not a number up to 4294967295: 2026020100000'],
    [TYPE.NSEC, '. A TYPE65536', 'not a type: TYPE65536'],
    [TYPE.NSEC3, '1 0 0', 'a salt expected'],
    [TYPE.NSEC3, '1 0 0 a 00', 'not a salt'],
    [TYPE.NSEC3, '1 0 0 -', 'a hash expected'],
    [TYPE.NSEC3, '1 0 0 - w0', 'not base32hex'],
    [TYPE.NSEC3, `1 0 0 - ${'0'.repeat(416)}`, 'not a hash of 1 to 255 octets'],
    [TYPE.NSEC3, '1 0 0 - ""', 'not a hash of 1 to 255 octets'],
    [TYPE.NSEC3PARAM, `1 0 0 ${'00'.repeat(256)}`, 'salt over 255 octets'],
    [TYPE.TXT, '', 'a string expected'],
    [TYPE.TXT, `"${'a'.repeat(256)}"`, 'string over 255 octets'],
    [TYPE.TXT, '"\u00fc"', 'not ASCII'],
    [TYPE.TXT, '"\\300"', 'not ASCII'],
    [TYPE.HINFO, 'a', 'a string expected'],
    [TYPE.CAA, '0 "" "x"', 'an empty tag'],
    [TYPE.CAA, '0', 'a string expected'],
    [TYPE.CAA, '0 issue', 'a text expected'],
    [TYPE.URI, '1 1 "\u00fc"', 'not ASCII'],
    [TYPE.HTTPS, '1', 'a name expected'],
    [TYPE.HTTPS, '1 . port=x', 'not service parameters'],
    [TYPE.A, '\\# 4', '0 octets, not 4'],
    [TYPE.A, '\\# 4 c00002', '3 octets, not 4'],
    [TYPE.A, '\\# 3 c0000201', '4 octets, not 3'],
    [TYPE.A, '\\# 4 c000020', 'not hexadecimal'],
    [TYPE.A, '\\#', 'a length expected'],
    [TYPE.A, '\\# 65536', 'not a number up to 65535: 65536'],
    [TYPE.A, '"\\#" 4 c0000201', 'not an IPv4 address'],
    [731, 'abcdef', 'TYPE731 needs the form \\# length hex'],
    [TYPE.IPSECKEY, '', 'a number expected'],
    [TYPE.IPSECKEY, '10 4 2 a. AQNR', 'no kind of gateway: 4'],
    [TYPE.IPSECKEY, '10 0 2 a. AQNR', 'a gateway where there is none'],
    [TYPE.IPSECKEY, '10 1 2 gateway. AQNR', 'not an IPv4 address'],
    [TYPE.IPSECKEY, '10 1 2 192.0.2.3 A', 'not base64'],
  ] as const)('of type %i, %j is refused: %s', (type, text, fault) => {
    expect(refusal(() => parseRdata(type, text))).toEqual({ fault, line: 0 });
  });

  it('is one line', () => {
    expect(refusal(() => parseRdata(TYPE.A, '192.0.2.1\n192.0.2.2')).fault).toBe('more than one line');
    expect(parseRdata(TYPE.A, '\n192.0.2.1\n\n')).toEqual(hex('c0000201'));
  });

  it('takes the longest of everything', () => {
    expect(parseRdata(TYPE.TXT, `"${'a'.repeat(255)}"`)).toHaveLength(256);
    expect(parseRdata(TYPE.NSEC3, '1 0 0 - 00')).toEqual(hex('01 00 0000 00 01 00'));
    expect(parseRdata(TYPE.NSEC3PARAM, `1 0 0 ${'00'.repeat(255)}`)).toHaveLength(260);
    expect(parseRdata(TYPE.NSEC3, `1 0 0 - ${'0'.repeat(408)}`)).toHaveLength(5 + 256);
  });

  it('is, for any octets of any type, text that stands for them', () => {
    const wire = labels.map((all) => concat(...all.flatMap((one) => [[one.length], one]), [0]));
    const string = fc.uint8Array({ maxLength: 255 }).map((octets) => concat([octets.length], octets));
    const bitmap = fc.array(fc.nat(65535), { maxLength: 6 }).map(encodeTypeBitmap);
    const some = fc.uint8Array({ maxLength: 30 });
    const pieces = fc.array(fc.oneof(wire, string, bitmap, some, fc.uint8Array({ minLength: 2, maxLength: 4 })), {
      maxLength: 5,
    });
    const types = [...Object.values(TYPE), 0, 731, 65535];
    fc.assert(
      fc.property(fc.constantFrom(...types), pieces, (type, parts) => {
        const rdata = concat(...parts);
        const text = formatRdata(type, rdata);
        expect(text).toMatch(/^[ -~]*$/);
        expect(parseRdata(type, text)).toEqual(rdata);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(named)('of type %s is no form of any octets more or less: %s', (_mnemonic, _text, type, octets) => {
    for (const rdata of [octets.subarray(1), octets.subarray(0, -1), concat(octets, [0]), concat([0], octets)]) {
      expect(parseRdata(type, formatRdata(type, rdata))).toEqual(rdata);
    }
  });
});

describe('master-file text', () => {
  const lines = (records: readonly ResourceRecord[]) => records.map(formatRecord);

  it('is records, one a line', () => {
    expect(parseRecords('a. 60 IN A 192.0.2.1\nB. 61 IN NS Ns.\n')).toEqual([
      { name: Name.parse('a.'), type: TYPE.A, class: 1, ttl: 60, rdata: hex('c0000201') },
      { name: Name.parse('b.'), type: TYPE.NS, class: 1, ttl: 61, rdata: wireName('Ns') },
    ]);
    expect(parseRecords('')).toEqual([]);
    expect(parseRecords(' \n\t; nothing\n\n')).toEqual([]);
  });

  it('W11 may have TTL and class in either order, or not at all, and any type by number', () => {
    const text =
      'a. 60 IN A 192.0.2.1\na. IN 60 A 192.0.2.1\na. 60 a 192.0.2.1\na. in type1 192.0.2.1\na. TYPE65280 \\# 1 00';
    expect(lines(parseRecords(text))).toEqual([
      'a. 60 IN A 192.0.2.1',
      'a. 60 IN A 192.0.2.1',
      'a. 60 IN A 192.0.2.1',
      'a. 3600 IN A 192.0.2.1',
      'a. 3600 IN TYPE65280 \\# 1 00',
    ]);
  });

  it('has the TTL of $TTL, of the caller, or an hour', () => {
    expect(parseRecords('a. A 192.0.2.1')[0]!.ttl).toBe(3600);
    expect(parseRecords('a. A 192.0.2.1', { ttl: 5 })[0]!.ttl).toBe(5);
    expect(
      parseRecords('a. A 192.0.2.1\n$TTL 7\nb. A 192.0.2.1\nc. 8 A 192.0.2.1\nd. A 192.0.2.1', { ttl: 5 }).map(
        ({ ttl }) => ttl,
      ),
    ).toEqual([5, 7, 8, 7]);
    expect(parseRecords('a. 2147483647 A 192.0.2.1')[0]!.ttl).toBe(2147483647);
  });

  it('has names under $ORIGIN, or under the caller\u2019s', () => {
    const text = '@ NS ns\na NS @\n$ORIGIN sub\n@ NS ns.\n\\@ NS a\\.b\n$ORIGIN x.\ny NS z\n';
    expect(lines(parseRecords(text, { origin: Name.parse('example') }))).toEqual([
      'example. 3600 IN NS ns.example.',
      'a.example. 3600 IN NS example.',
      'sub.example. 3600 IN NS ns.',
      '\\@.sub.example. 3600 IN NS a\\.b.sub.example.',
      'y.x. 3600 IN NS z.x.',
    ]);
    expect(lines(parseRecords('a A 192.0.2.1'))).toEqual(['a. 3600 IN A 192.0.2.1']);
  });

  it('repeats the owner where a line starts with white space', () => {
    const text = 'a. A 192.0.2.1\n A 192.0.2.2\n\tTXT x\nb. A 192.0.2.3\n\n  A 192.0.2.4';
    expect(parseRecords(text).map(({ name }) => name.toString())).toEqual(['a.', 'a.', 'a.', 'b.', 'b.']);
  });

  it('goes on over lines inside parentheses', () => {
    const text = 'a. SOA ns. mail. ( 1 ; serial\n  2\n3 4 ) 5 ; "minimum"\nb. ( A\n192.0.2.1 )\n';
    expect(lines(parseRecords(text))).toEqual(['a. 3600 IN SOA ns. mail. 1 2 3 4 5', 'b. 3600 IN A 192.0.2.1']);
    expect(lines(parseRecords('a. (A (192.0.2.1\n)\n) ; x\nb. A 192.0.2.2'))).toHaveLength(2);
  });

  it('may have CR before each LF', () => {
    expect(lines(parseRecords('a. A 192.0.2.1\r\n A 192.0.2.2\r\n'))).toEqual([
      'a. 3600 IN A 192.0.2.1',
      'a. 3600 IN A 192.0.2.2',
    ]);
  });

  it('keeps semicolons, parentheses and spaces inside quotes or behind a backslash', () => {
    expect(lines(parseRecords('a. TXT "a;b (c" d\\;e\\(f\\ g "\\"" ; end'))).toEqual([
      'a. 3600 IN TXT "a;b (c" "d;e(f g" "\\""',
    ]);
    expect(lines(parseRecords('a. TXT a"b"'))).toEqual(['a. 3600 IN TXT "a" "b"']);
    expect(parseRecords('a\\;b. A 192.0.2.1')[0]!.name.labels()).toEqual([ascii('a;b')]);
  });

  it.each([
    ['a. A 192.0.2.1\nb. A x', 'not an IPv4 address', 2],
    ['\n\na. A', 'an IPv4 address expected', 3],
    ['a.', 'a type expected', 1],
    ['a. 60 IN', 'a type expected', 1],
    [' A 192.0.2.1', 'no owner name', 1],
    ['a. 60x A 192.0.2.1', 'not a type: 60x', 1],
    ['a. CH A 192.0.2.1', 'class CH is not IN', 1],
    ['a. 2147483648 A 192.0.2.1', 'not a number up to 2147483647: 2147483648', 1],
    ['a..b. A 192.0.2.1', 'not a name (empty label): a..b.', 1],
    ['$TTL', 'a TTL expected', 1],
    ['$TTL x', 'not a number up to 2147483647: x', 1],
    ['$TTL 2147483648', 'not a number up to 2147483647: 2147483648', 1],
    ['$TTL 1 2', 'left over: 2', 1],
    ['\n$ORIGIN', 'a name expected', 2],
    ['$ORIGIN a..', 'not a name (empty label): a..', 1],
    ['$ORIGIN a. b', 'left over: b', 1],
    ['$INCLUDE file', 'not a type: file', 1],
    ['a. A 192.0.2.1 )', 'a parenthesis closes nothing', 1],
    ['a. A 192.0.2.1\n)', 'a parenthesis closes nothing', 2],
    ['a. A ( 192.0.2.1\n\n', 'a parenthesis is not closed', 3],
    ['a. TXT "x', 'a quote is not closed', 1],
    ['a. A 192.0.2.1\na. TXT "x\ny"\n', 'a quote is not closed', 2],
    ['a. TXT x\\', 'unexpected \\', 1],
    ['a. TXT x\\\ny', 'unexpected \\', 1],
    ['a. TXT "x\\\ny"', 'a quote is not closed', 1],
    ['a. TXT x\ry', 'unexpected \\013', 1],
    ['a. TXT \u000bx', 'unexpected \\011', 1],
    ['a. SOA ns. mail. ( 1\n2\n3 4 x )', 'not a number up to 4294967295: x', 1],
    ['a. A 192.0.2.1\nb. SOA ns. mail. (\n1 2\n)\nc. A 192.0.2.1', 'a number expected', 2],
    ['a. SOA ns. mail. (\n1 2 3 4 5\n)\nc. A x', 'not an IPv4 address', 4],
  ])('%j is refused: %s, line %i', (text, fault, line) => {
    expect(refusal(() => parseRecords(text))).toEqual({ fault, line });
  });

  it('reads what it wrote', () => {
    const record = fc.constantFrom(...named).chain(([, , type, rdata]) =>
      fc.record({
        name: labels.map((all) => Name.fromLabels(all)),
        type: fc.constant(type),
        class: fc.constant(1),
        ttl: fc.nat(0x7fffffff),
        rdata: fc.constant(rdata),
      }),
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (records) => {
        const text = records.map(formatRecord).join('\n');
        const read = parseRecords(text);
        expect(read.map((each) => ({ ...each, name: each.name.key }))).toEqual(
          records.map((each) => ({ ...each, name: each.name.key })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('writes a record as a line', () => {
    const record = { name: Name.parse('WWW.a'), type: 731, class: 1, ttl: 0, rdata: hex('01') };
    expect(formatRecord(record)).toBe('www.a. 0 IN TYPE731 \\# 1 01');
    expect(typeMnemonic(record.type)).toBe('TYPE731');
  });
});
