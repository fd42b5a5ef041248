import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { formatRdata, PresentationError, parseRdata } from '../../../src/dns/presentation.ts';
import { parseServiceParameters, readServiceParameters, serviceKeyName } from '../../../src/dns/svcb.ts';
import { WireFault, WireReader } from '../../../src/dns/wire.ts';
import { ascii, concat, hex, wireName } from './octets.ts';

const COM = '03666f6f076578616d706c6503636f6d00';
const ORG = '03666f6f076578616d706c65036f726700';

describe('the vectors of RFC 9460 appendix D', () => {
  it.each([
    ['D.1, an alias', TYPE.HTTPS, '0 foo.example.com.', `0000 ${COM}`],
    ['D.2, its own name', TYPE.SVCB, '1 .', '0001 00'],
    ['D.2, a port', TYPE.SVCB, '16 foo.example.com. port=53', `0010 ${COM} 0003 0002 0035`],
    ['D.2, a generic key', TYPE.SVCB, '1 foo.example.com. key667=hello', `0001 ${COM} 029b 0005 68656c6c6f`],
    [
      'D.2, an escape',
      TYPE.SVCB,
      '1 foo.example.com. key667=hello\\210qoo',
      `0001 ${COM} 029b 0009 68656c6c6fd2716f6f`,
    ],
    [
      'D.2, two IPv6 hints',
      TYPE.SVCB,
      '1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1',
      `0001 ${COM} 0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001`,
    ],
    [
      'D.2, sorted keys',
      TYPE.SVCB,
      '16 foo.example.org. mandatory=alpn,ipv4hint alpn=h2,h3-19 ipv4hint=192.0.2.1',
      `0010 ${ORG} 0000 0004 00010004 0001 0009 02 6832 05 68332d3139 0004 0004 c0000201`,
    ],
    [
      'D.2, an escaped comma and backslash',
      TYPE.SVCB,
      '16 foo.example.org. alpn=f\\\\\\\\oo\\\\,bar,h2',
      `0010 ${ORG} 0001 000c 08 665c6f6f2c626172 02 6832`,
    ],
  ])('W14 %s', (_what, type, text, octets) => {
    expect(parseRdata(type, text)).toEqual(hex(octets));
    expect(formatRdata(type, hex(octets))).toBe(text);
  });

  it.each([
    ['a quoted escape', '1 foo.example.com. key667="hello\\210qoo"', `0001 ${COM} 029b 0009 68656c6c6fd2716f6f`],
    [
      'an IPv4 tail',
      '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
      '0001 076578616d706c6503636f6d00 0006 0010 20010db8012203440000 0000c0000221',
    ],
    [
      'keys in any order',
      '16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )',
      `0010 ${ORG} 0000 0004 00010004 0001 0009 02 6832 05 68332d3139 0004 0004 c0000201`,
    ],
    [
      'quoted escapes in a list',
      '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      `0010 ${ORG} 0001 000c 08 665c6f6f2c626172 02 6832`,
    ],
    [
      'numeric escapes in a list',
      '16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2',
      `0010 ${ORG} 0001 000c 08 665c6f6f2c626172 02 6832`,
    ],
  ])('W14 D.2, read only: %s', (_what, text, octets) => {
    expect(parseRdata(TYPE.SVCB, text)).toEqual(hex(octets));
  });

  it.each([
    'key123=abc key123=def',
    'mandatory',
    'alpn',
    'port',
    'ipv4hint',
    'ipv6hint',
    'no-default-alpn=abc',
    'mandatory=key123',
    'mandatory=mandatory',
    'mandatory=key123,key123 key123=abc',
  ])('W14 D.3: %s is refused', (parameters) => {
    expect(() => parseRdata(TYPE.SVCB, `1 foo.example.com. ${parameters}`)).toThrow(
      new PresentationError('not service parameters'),
    );
  });
});

const read = (octets: string) => readServiceParameters(new WireReader(hex(octets)));
const faultOf = (octets: string) => {
  try {
    read(octets);
  } catch (error) {
    if (error instanceof WireFault) return { code: error.code, offset: error.offset };
    throw error;
  }
  return undefined;
};

describe('service parameters on the wire', () => {
  it('W14 are keys and values', () => {
    expect(read('')).toEqual([]);
    expect(read('0001 0003 02 6832 0003 0002 01bb ffff 0000')).toEqual([
      { key: 1, value: concat([2], ascii('h2')) },
      { key: 3, value: hex('01bb') },
      { key: 65535, value: new Uint8Array() },
    ]);
  });

  it('W14 have strictly increasing keys', () => {
    expect(faultOf('0003 0002 01bb 0007 0000')).toBeUndefined();
    expect(faultOf('0007 0000 0003 0002 01bb')).toEqual({ code: 'bad rdata', offset: 6 });
    expect(faultOf('0007 0000 0007 0000')).toEqual({ code: 'bad rdata', offset: 6 });
    expect(faultOf('0000 0002 0007 0007 0000')).toBeUndefined();
  });

  it('W14 are not cut short', () => {
    expect(faultOf('00')).toEqual({ code: 'cut short', offset: 1 });
    expect(faultOf('0007 00')).toEqual({ code: 'cut short', offset: 3 });
    expect(faultOf('0007 0002 61')).toEqual({ code: 'cut short', offset: 4 });
  });

  it.each([
    ['alpn, empty', '0001 0000'],
    ['alpn, an empty protocol', '0001 0001 00'],
    ['alpn, an empty protocol behind another', '0001 0004 02 6832 00'],
    ['alpn, a protocol too long', '0001 0003 03 6832'],
    ['no-default-alpn with a value', '0002 0001 00'],
    ['port of one octet', '0003 0001 35'],
    ['port of three octets', '0003 0003 000035'],
    ['port of none', '0003 0000'],
    ['ipv4hint of none', '0004 0000'],
    ['ipv4hint of three octets', '0004 0003 c00002'],
    ['ipv4hint of five octets', '0004 0005 c000020101'],
    ['ipv6hint of none', '0006 0000'],
    ['ipv6hint of four octets', '0006 0004 20010db8'],
    ['mandatory of none', '0000 0000'],
    ['mandatory of an odd length', '0000 0003 000100 0001 0003 02 6832'],
    ['mandatory that names itself', '0000 0002 0000'],
    ['mandatory that repeats a key', '0000 0004 0003 0003 0003 0002 01bb'],
    ['mandatory out of order', '0000 0004 0007 0003 0003 0002 01bb 0007 0000'],
    ['mandatory that names a key that is not there', '0000 0004 0003 0007 0003 0002 01bb'],
  ])('W14 are refused: %s', (_what, octets) => {
    const start = 4 + hex(octets)[3]!;
    const fault = faultOf(octets);
    expect(fault?.code).toBe('bad rdata');
    expect([start, hex(octets).length]).toContain(fault!.offset);
    const rdata = concat([0, 1], wireName('a'), hex(octets));
    expect(formatRdata(TYPE.SVCB, rdata)).toMatch(/^\\# /);
  });

  it.each([
    ['mandatory', '0000 0004 0003 0007 0003 0002 01bb 0007 0000', 'mandatory=port,key7 port=443 key7'],
    ['no-default-alpn', '0001 0003 02 6832 0002 0000', 'alpn=h2 no-default-alpn'],
    ['two IPv4 hints', '0004 0008 c0000201 c0000202', 'ipv4hint=192.0.2.1,192.0.2.2'],
    ['ech', '0005 0003 fbfffe', 'ech=+//+'],
    ['ech of nothing', '0005 0000', 'ech'],
    ['an unknown key with octets of all kinds', '029b 0007 22 5c 3b 20 00 ff 2c', 'key667=\\"\\\\\\;\\032\\000\\255,'],
    ['protocols of all kinds', '0001 0008 03 5c2c3b 01 5c 01 00', 'alpn=\\\\\\\\\\\\,\\;,\\\\\\\\,\\000'],
    ['the greatest port', '0003 0002 ffff', 'port=65535'],
  ])('W14 come back from text as they were: %s', (_what, octets, text) => {
    const rdata = concat([0, 1, 0], hex(octets));
    expect(formatRdata(TYPE.HTTPS, rdata)).toBe(`1 . ${text}`);
    expect(parseRdata(TYPE.HTTPS, `1 . ${text}`)).toEqual(rdata);
  });
});

describe('service parameters as text', () => {
  const parse = (...texts: string[]) => parseServiceParameters(texts);

  it.each([
    ['port=65536'],
    ['port=-1'],
    ['port=x'],
    ['port=000443'],
    ['alpn=h2,'],
    ['alpn=,h2'],
    [`alpn=${'a'.repeat(256)}`],
    // With a length octet that lost its upper bits this would read as 129 protocols.
    [`alpn=${'\\001'.repeat(257)}`],
    ['alpn=a\\\\b'],
    ['alpn=a\\'],
    ['alpn=a\\\\'],
    ['alpn=b\u00fc'],
    ['ipv4hint=192.0.2'],
    ['ipv4hint=192.0.2.1,'],
    ['ipv6hint=2001:db8:::1'],
    ['ech=A'],
    ['ech=AB=='],
    ['key65536'],
    ['key01=a'],
    ['key=a'],
    ['Port=1'],
    ['nonsense'],
    ['=x'],
    [''],
    ['mandatory=port,nonsense', 'port=1'],
    ['mandatory=', 'port=1'],
    ['key7', 'key7'],
    ['key7=\\1'],
    ['key3=x'],
    ['!port=1'],
    ['key7!'],
    ['key7x'],
    ['xkey7'],
    ['key1=h2'],
  ])('W14 %j is refused', (...texts) => {
    expect(parse(...texts)).toBeUndefined();
  });

  it('W14 may be none at all, or in any order', () => {
    expect(parse()).toEqual(new Uint8Array());
    expect(parse('key9=b', 'port=1', 'alpn=h2')).toEqual(hex('0001 0003 02 6832 0003 0002 0001 0009 0001 62'));
    expect(parse('alpn=a\\032b')).toEqual(hex('0001 0004 03 612062'));
    expect(parse('port=0')).toEqual(hex('0003 0002 0000'));
    expect(parse('key0')).toBeUndefined();
    expect(parse('key65535=a=b')).toEqual(hex('ffff 0003 613d62'));
  });

  it('W14 of the form keyNNNNN hold octets, whatever the key means', () => {
    expect(parse('key3=\\001\\187')).toEqual(hex('0003 0002 01bb'));
    expect(parse('key1=\\002h2')).toEqual(hex('0001 0003 02 6832'));
  });

  it(`W14 take a protocol of 255 octets`, () => {
    expect(parse(`alpn=${'a'.repeat(255)}`)).toHaveLength(4 + 256);
  });

  it('have names for the keys of RFC 9460', () => {
    expect(Array.from({ length: 8 }, (_, key) => serviceKeyName(key))).toEqual([
      'mandatory',
      'alpn',
      'no-default-alpn',
      'port',
      'ipv4hint',
      'ech',
      'ipv6hint',
      'key7',
    ]);
    expect(serviceKeyName(65535)).toBe('key65535');
  });
});
