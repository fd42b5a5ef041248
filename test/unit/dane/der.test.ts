import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bitStringOctets,
  DerFault,
  DerReader,
  objectIdentifierText,
  readDer,
  TAG,
  timeSeconds,
  unsignedOctets,
} from '../../../src/dane/der.ts';
import { MAX_DER_DEPTH, MAX_DER_ELEMENTS } from '../../../src/dane/limits.ts';

function faultIn(read: () => unknown): string {
  try {
    read();
    return 'none';
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return error.code;
  }
}

const faultOf = (...octets: number[]): string => faultIn(() => readDer(Uint8Array.from(octets)));

const repeated = (octet: number, count: number): number[] => Array(count).fill(octet);

describe('DER', () => {
  test.each([
    ['empty SEQUENCE', [0x30, 0]],
    ['127 octets, short form', [0x04, 0x7f, ...repeated(1, 127)]],
    ['128 octets, one length octet', [0x04, 0x81, 0x80, ...repeated(1, 128)]],
    ['255 octets, one length octet', [0x04, 0x81, 0xff, ...repeated(1, 255)]],
    ['256 octets, two length octets', [0x04, 0x82, 1, 0, ...repeated(1, 256)]],
    ['FALSE', [0x01, 1, 0]],
    ['TRUE', [0x01, 1, 0xff]],
    ['INTEGER 0', [0x02, 1, 0]],
    ['INTEGER 128', [0x02, 2, 0, 0x80]],
    ['INTEGER -128', [0x02, 1, 0x80]],
    ['INTEGER -129', [0x02, 2, 0xff, 0x7f]],
    ['BIT STRING, empty', [0x03, 1, 0]],
    ['BIT STRING, 7 unused bits', [0x03, 2, 7, 0x80]],
    ['BIT STRING of several octets, 7 unused bits', [0x03, 4, 7, 0xff, 0xff, 0x80]],
    ['NULL', [0x05, 0]],
    ['OBJECT IDENTIFIER', [0x06, 2, 0x2a, 3]],
    ['OBJECT IDENTIFIER with parts of nothing inside an arc', [0x06, 5, 0x2a, 0x81, 0x80, 0x80, 1]],
    ['context-specific constructed', [0xa0, 2, 0x05, 0]],
  ])('is %s', (_what, octets) => {
    expect(faultOf(...octets)).toBe('none');
  });

  test.each([
    ['indefinite length', [0x30, 0x80, 0, 0]],
    ['end-of-contents', [0x00, 0]],
    ['end-of-contents inside', [0x30, 4, 0x05, 0, 0x00, 0]],
    ['127 octets with a length octet too many', [0x04, 0x81, 0x7f, ...repeated(1, 127)]],
    ['255 octets with a length octet too many', [0x04, 0x82, 0, 0xff, ...repeated(1, 255)]],
    ['TRUE other than all ones', [0x01, 1, 1]],
    ['BOOLEAN of two octets', [0x01, 2, 0, 0]],
    ['BOOLEAN of none', [0x01, 0]],
    ['INTEGER of none', [0x02, 0]],
    ['INTEGER with a zero too many', [0x02, 2, 0, 0x7f]],
    ['INTEGER with a sign octet too many', [0x02, 2, 0xff, 0x80]],
    ['BIT STRING without the unused octet', [0x03, 0]],
    ['BIT STRING with 8 unused bits', [0x03, 2, 8, 0]],
    ['BIT STRING with unused bits of nothing', [0x03, 1, 1]],
    ['BIT STRING with unused bits set', [0x03, 2, 7, 0xc0]],
    ['BIT STRING of several octets with unused bits set', [0x03, 4, 7, 0x80, 0x80, 0xc0]],
    ['NULL with contents', [0x05, 1, 0]],
    ['OBJECT IDENTIFIER of none', [0x06, 0]],
    ['OBJECT IDENTIFIER with a padded arc', [0x06, 3, 0x2a, 0x80, 1]],
    ['OBJECT IDENTIFIER whose first arc is padded', [0x06, 2, 0x80, 1]],
    ['OBJECT IDENTIFIER that does not end', [0x06, 2, 0x2a, 0x83]],
    ['OBJECT IDENTIFIER that does not end, after a part of nothing', [0x06, 3, 0x2a, 0x81, 0x80]],
    ['SEQUENCE that is primitive', [0x10, 0]],
    ['SET that is primitive', [0x11, 0]],
    ['SET that is primitive, with an octet', [0x11, 1, 0]],
    ['SEQUENCE that is primitive, with an octet', [0x10, 1, 0]],
    ['OCTET STRING in pieces', [0x24, 2, 0x04, 0]],
    ['UTF8String in pieces', [0x2c, 2, 0x0c, 0]],
    ['a fault deep inside', [0x30, 4, 0xa0, 2, 0x02, 0]],
  ])('is not %s', (_what, octets) => {
    expect(faultOf(...octets)).toBe('not DER');
  });

  test.each([
    ['cut short', []],
    ['cut short', [0x30]],
    ['cut short', [0x30, 1]],
    ['cut short', [0x30, 0x82, 1]],
    ['cut short', [0x30, 0x84, 0, 0, 0, 1, 0]],
    ['cut short', [0x30, 2, 0x04, 1]],
    ['octets left over', [0x05, 0, 0]],
    ['unexpected element', [0x1f, 0x81, 1, 0]],
  ])('%s: %j', (code, octets) => {
    expect(faultOf(...octets)).toBe(code);
  });

  test.each([
    ['2a864886f70d01010b', '1.2.840.113549.1.1.11'],
    ['8837', '2.999'],
    ['27', '0.39'],
    ['28', '1.0'],
    ['2b818000', '1.3.16384'],
    ['4f', '1.39'],
    ['50', '2.0'],
    [`2b${'ff'.repeat(9)}7f`, '1.3.1180591620717411303423'],
  ])('OBJECT IDENTIFIER %s is %s', (hex, text) => {
    expect(objectIdentifierText(Uint8Array.from(Buffer.from(hex, 'hex')))).toBe(text);
  });

  test('lengths of two and three octets meet at 65536', () => {
    const string = (header: readonly number[], length: number) => {
      const octets = new Uint8Array(header.length + length);
      octets.set(header);
      return faultIn(() => readDer(octets));
    };
    expect(string([0x04, 0x82, 0xff, 0xff], 0xffff)).toBe('none');
    expect(string([0x04, 0x83, 0, 0xff, 0xff], 0xffff)).toBe('not DER');
    expect(string([0x04, 0x83, 1, 0, 0], 0x10000)).toBe('none');
    expect(string([0x04, 0x83, 1, 0, 0], 0x10001)).toBe('octets left over');
  });

  test('so deep and no deeper, so many elements and no more', () => {
    const nested = (depth: number) => {
      let octets: number[] = [0x05, 0];
      for (let i = 1; i < depth; i++) octets = [0x30, octets.length, ...octets];
      return faultOf(...octets);
    };
    expect(nested(MAX_DER_DEPTH)).toBe('none');
    expect(nested(MAX_DER_DEPTH + 1)).toBe('nested too deep');
    const row = (elements: number) => {
      const length = 2 * elements;
      const header = [0x30, ...(length < 0x10000 ? [0x82] : [0x83, length >> 16]), (length >> 8) & 0xff, length & 0xff];
      return faultOf(...header, ...new Uint8Array(length).map((_, i) => (i % 2 === 0 ? 5 : 0)));
    };
    expect(row(MAX_DER_ELEMENTS - 1)).toBe('none');
    expect(row(MAX_DER_ELEMENTS)).toBe('too many elements');
  });

  test('a reader goes from element to element', () => {
    const reader = new DerReader(Uint8Array.of(0x05, 0, 0x01, 1, 0xff));
    expect(reader.done).toBe(false);
    expect(reader.peek()).toBe(TAG.NULL);
    expect(reader.optional(TAG.BOOLEAN)).toBeUndefined();
    expect(reader.optional(TAG.NULL)).toEqual({ tag: 5, contents: new Uint8Array(), whole: Uint8Array.of(5, 0) });
    expect(faultIn(() => reader.expectEnd())).toBe('octets left over');
    expect(reader.next(TAG.BOOLEAN)).toEqual({
      tag: 1,
      contents: Uint8Array.of(0xff),
      whole: Uint8Array.of(1, 1, 0xff),
    });
    expect(reader.done).toBe(true);
    expect(reader.peek()).toBeUndefined();
    expect(faultIn(() => reader.expectEnd())).toBe('none');
    expect(faultIn(() => reader.next())).toBe('cut short');
    expect(faultIn(() => new DerReader(Uint8Array.of(5, 0)).next(TAG.BOOLEAN))).toBe('unexpected element');
  });

  test.each([0x1f, 0x3f, 0x9f, 0xbf, 0xff])('a tag of more than one octet, %i, is none of X.509', (tag) => {
    expect(faultOf(tag, 1, 0)).toBe('unexpected element');
  });

  const element = (tag: number, ...contents: number[]) => ({
    tag,
    contents: Uint8Array.from(contents),
    whole: new Uint8Array(),
  });

  test('octets of BIT STRING and INTEGER', () => {
    expect(bitStringOctets(element(3, 0, 7, 8))).toEqual(Uint8Array.of(7, 8));
    expect(faultIn(() => bitStringOctets(element(3, 1, 0xfe)))).toBe('unexpected element');
    for (const [contents, octets] of [
      [[0], [0]],
      [[0x7f], [0x7f]],
      [[0, 0x80], [0x80]],
      [
        [1, 0],
        [1, 0],
      ],
    ]) {
      expect(unsignedOctets(element(2, ...contents!))).toEqual(Uint8Array.from(octets!));
    }
    expect(faultIn(() => unsignedOctets(element(2, 0x80)))).toBe('unexpected element');
    expect(faultIn(() => unsignedOctets(element(2, 0xff, 0)))).toBe('unexpected element');
  });

  const time = (tag: number, text: string) => timeSeconds(element(tag, ...Buffer.from(text)));
  test.each([
    [TAG.UTC_TIME, '700101000000Z', 0],
    [TAG.UTC_TIME, '000229235959Z', Date.UTC(2000, 1, 29, 23, 59, 59) / 1000],
    [TAG.GENERALIZED_TIME, '19700101000001Z', 1],
    [TAG.GENERALIZED_TIME, '20500102030405Z', Date.UTC(2050, 0, 2, 3, 4, 5) / 1000],
    [TAG.GENERALIZED_TIME, '00010101000000Z', -62_135_596_800],
    [TAG.GENERALIZED_TIME, '99991231235959Z', 253_402_300_799],
  ])('a time of tag %i, %s', (tag, text, seconds) => {
    expect(time(tag, text)).toBe(seconds);
  });

  test.each([
    [TAG.UTC_TIME, '19700101000000Z', 'the long form with the short tag'],
    [TAG.GENERALIZED_TIME, '700101000000Z', 'the short form with the long tag'],
    [TAG.BOOLEAN, '700101000000Z', 'another tag'],
    [TAG.BOOLEAN, '19700101000000Z', 'another tag'],
    [TAG.UTC_TIME, '700101000000', 'no Z'],
    [TAG.UTC_TIME, '700101000000Z ', 'more behind it'],
    [TAG.UTC_TIME, ' 700101000000Z', 'more before it'],
    [TAG.UTC_TIME, '7001010000Z', 'no seconds'],
    [TAG.GENERALIZED_TIME, '19700101000000.5Z', 'a fraction'],
    [TAG.GENERALIZED_TIME, '19700101000000Z0', 'more behind it'],
    [TAG.GENERALIZED_TIME, '019700101000000Z', 'more before it'],
    [TAG.GENERALIZED_TIME, '19700001000000Z', 'month 0'],
    [TAG.GENERALIZED_TIME, '19700100000000Z', 'day 0'],
    [TAG.GENERALIZED_TIME, '19700101006000Z', 'minute 60'],
    [TAG.GENERALIZED_TIME, '19700101000060Z', 'second 60'],
    [TAG.GENERALIZED_TIME, '19000229000000Z', '29 February in a year without'],
  ] as const)('no time: tag %i, %s, %s', (tag, text, _) => {
    expect(faultIn(() => time(tag, text))).toBe('unexpected element');
  });

  test('any octets end in an element or a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        faultOf(...octets);
      }),
      { numRuns: 5000 },
    );
  });
});
