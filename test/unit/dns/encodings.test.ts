import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromBase32Hex,
  fromBase64,
  fromHex,
  toBase32Hex,
  toBase64,
  toHex,
  unescapeText,
} from '../../../src/dns/encodings.ts';
import { ascii, hex } from './octets.ts';

const octets = fc.uint8Array({ maxLength: 80 });

describe('hexadecimal', () => {
  it('has two lower-case digits an octet', () => {
    expect(toHex(Uint8Array.of(0, 1, 0x0f, 0x10, 0xab, 0xff))).toBe('00010f10abff');
    expect(toHex(new Uint8Array())).toBe('');
  });

  it('is read in either letter case', () => {
    expect(fromHex('00aBFf')).toEqual(Uint8Array.of(0, 0xab, 0xff));
    expect(fromHex('')).toEqual(new Uint8Array());
  });

  it.each(['0', '000', '0g', 'g0', ' 00', '0x00', '00 ', '-1', '00\n', '\u212a0'])('%j is none', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  it('comes back as it was', () => {
    fc.assert(fc.property(octets, (data) => void expect(fromHex(toHex(data))).toEqual(data)));
  });
});

describe('base64', () => {
  /** RFC 4648 section 10. */
  const vectors = [
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ] as const;

  it.each(vectors)('of %j is %j, padding or not', (text, encoded) => {
    expect(toBase64(ascii(text))).toBe(encoded);
    expect(fromBase64(encoded)).toEqual(ascii(text));
    expect(fromBase64(encoded.replaceAll('=', ''))).toEqual(ascii(text));
  });

  it('uses plus and slash', () => {
    expect(toBase64(hex('fb ff fe'))).toBe('+//+');
    expect(fromBase64('+//+')).toEqual(hex('fb ff fe'));
  });

  it.each([
    'A',
    'AAAAA',
    '=',
    '==',
    'A=',
    'AA=',
    'AAA==',
    'AAAA=',
    'AAAA====',
    'AAA=AAAA',
    'A=A=',
    'AA AA',
    '-_==',
    'AA==AA==',
    'A\n==',
  ])('%j is none', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it.each(['AB==', 'AB', 'AAB=', 'AAB', 'Zh==', 'Zm9='])('%j has stray bits', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it('comes back as it was', () => {
    fc.assert(fc.property(octets, (data) => void expect(fromBase64(toBase64(data))).toEqual(data)));
  });
});

describe('base32 with the extended hex alphabet', () => {
  /** RFC 4648 section 10, without padding and in lower case. */
  const vectors = [
    ['', ''],
    ['f', 'co'],
    ['fo', 'cpng'],
    ['foo', 'cpnmu'],
    ['foob', 'cpnmuog'],
    ['fooba', 'cpnmuoj1'],
    ['foobar', 'cpnmuoj1e8'],
  ] as const;

  it.each(vectors)('W41 of %j is %j, in either letter case', (text, encoded) => {
    expect(toBase32Hex(ascii(text))).toBe(encoded);
    expect(fromBase32Hex(encoded)).toEqual(ascii(text));
    expect(fromBase32Hex(encoded.toUpperCase())).toEqual(ascii(text));
  });

  it('W41 gives a hash of 20 octets 32 characters', () => {
    const text = '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom';
    const hash = fromBase32Hex(text)!;
    expect(hash).toEqual(hex('065368abeed7ec6e9feba96b8c8bc3e8b791f716'));
    expect(toBase32Hex(hash)).toBe(text);
  });

  it.each(['w', '0w', 'co======', '00=', '0', '000', '000000', 'c!', ' co', '00 '])('%j is none', (text) => {
    expect(fromBase32Hex(text)).toBeUndefined();
  });

  it.each(['cp', '01', '0001', '00001', '0000003'])('%j has stray bits or characters', (text) => {
    const bits = text.length * 5;
    const decoded = fromBase32Hex(text);
    // Five characters are 25 bits, of which 24 are octets and the last must be zero.
    expect([bits % 8 < 5, decoded]).toEqual([true, undefined]);
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(octets, (data) => {
        const text = toBase32Hex(data);
        expect(text).toMatch(/^[0-9a-v]*$/);
        expect(text).toHaveLength(Math.ceil((data.length * 8) / 5));
        expect(fromBase32Hex(text)).toEqual(data);
      }),
    );
  });
});

describe('escaped text', () => {
  it.each([
    ['', ''],
    ['plain text', 'plain text'],
    ['\\"', '"'],
    ['\\\\', '\\'],
    ['\\a', 'a'],
    ['\\065', 'A'],
    ['\\0651', 'A1'],
    ['\\255\\000', '\xff\x00'],
    ['a\\\\032', 'a\\032'],
  ])('%j stands for %j', (text, expected) => {
    expect(unescapeText(text)).toEqual(ascii(expected));
  });

  it.each(['\\', 'a\\', '\\256', '\\999', '\\1', '\\12', '\\12a', 'b\u00fccher', '\\\u00fc', '\u20ac', '\\\u0141'])(
    '%j stands for nothing',
    (text) => {
      expect(unescapeText(text)).toBeUndefined();
    },
  );
});
