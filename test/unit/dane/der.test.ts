import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DerFault, objectIdentifierText, readDer } from '../../../src/dane/der.ts';

function faultOf(...octets: number[]): string {
  try {
    readDer(Uint8Array.from(octets));
    return 'none';
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return error.code;
  }
}

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
    ['NULL', [0x05, 0]],
    ['OBJECT IDENTIFIER', [0x06, 2, 0x2a, 3]],
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
    ['NULL with contents', [0x05, 1, 0]],
    ['OBJECT IDENTIFIER of none', [0x06, 0]],
    ['OBJECT IDENTIFIER with a padded arc', [0x06, 3, 0x2a, 0x80, 1]],
    ['OBJECT IDENTIFIER that does not end', [0x06, 2, 0x2a, 0x83]],
    ['SEQUENCE that is primitive', [0x10, 0]],
    ['SET that is primitive', [0x11, 0]],
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
    ['4f', '1.39'],
    ['50', '2.0'],
    [`2b${'ff'.repeat(9)}7f`, '1.3.1180591620717411303423'],
  ])('OBJECT IDENTIFIER %s is %s', (hex, text) => {
    expect(objectIdentifierText(Uint8Array.from(Buffer.from(hex, 'hex')))).toBe(text);
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
