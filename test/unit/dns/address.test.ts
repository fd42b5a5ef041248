import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../../src/dns/address.ts';
import { hex } from './octets.ts';

describe('IPv4 addresses', () => {
  it.each([
    ['192.0.2.1', 'c0000201'],
    ['0.0.0.0', '00000000'],
    ['255.255.255.255', 'ffffffff'],
    ['10.9.8.7', '0a090807'],
  ])('%s is %s', (text, octets) => {
    expect(parseIpv4(text)).toEqual(hex(octets));
    expect(formatIpv4(hex(octets))).toBe(text);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '1.2.3.256',
    '1.2.3.1000',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    ' 1.2.3.4',
    '1.2.3.4 ',
    'a.b.c.d',
    '1.2.3.0x4',
    '-1.2.3.4',
    '1,2,3,4',
  ])('%j is none', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  });
});

describe('IPv6 addresses', () => {
  /** RFC 5952 sections 4 and 5, RFC 4291 section 2.2. */
  it.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001'],
    ['2001:0:0:1::1', '20010000000000010000000000000001'],
    ['2001:db8::1:0:0:1', '20010db8000000000001000000000001'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:1', '20010db8aaaabbbbccccddddeeee0001'],
    ['fe80::abcd:0:ff', 'fe800000000000000000abcd000000ff'],
    ['0:1:2:3:4:5:6:7', '00000001000200030004000500060007'],
    ['1:2:3:4:5:6:7:0', '00010002000300040005000600070000'],
    ['::3:4:5:6:7:8', '00000000000300040005000600070008'],
    ['1:2:3:4:5:6::', '00010002000300040005000600000000'],
    ['1:0:3:0:5:0:7:0', '00010000000300000005000000070000'],
  ])('%s is %s', (text, octets) => {
    expect(parseIpv6(text)).toEqual(hex(octets));
    expect(formatIpv6(hex(octets))).toBe(text);
  });

  it.each([
    ['2001:DB8::AbCd', '2001:db8::abcd'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:2:3::5:6:7:8', '1:2:3:0:5:6:7:8'],
    ['0::0', '::'],
    ['::192.0.2.1', '::c000:201'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
    ['2001:db8:122:344::192.0.2.33', '2001:db8:122:344::c000:221'],
  ])('%s is written %s', (text, written) => {
    expect(formatIpv6(parseIpv6(text)!)).toBe(written);
  });

  it.each([
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1::2::3',
    '1:2:3:4::5:6:7:8::9',
    '12345::',
    'g::',
    '1:2:3:4:5:6:7:',
    ':1:2:3:4:5:6:7',
    ':1::',
    '::1:',
    '::192.0.2',
    '::192.0.2.1:1',
    '192.0.2.1::',
    '192.0.2.1',
    '1:2:3:4:5:6:7:192.0.2.1',
    '1:2:3:4:5:192.0.2.1',
    '::1:2:3:4:5:6:192.0.2.1',
    '::256.0.2.1',
    ' ::1',
    '::1%eth0',
    '1:2:3:4::5:6:7:8',
  ])('%j is none', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });

  it('come back as they were, with zeros anywhere', () => {
    const group = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const octets = Uint8Array.from(groups.flatMap((value) => [value >>> 8, value & 0xff]));
        const text = formatIpv6(octets);
        expect(parseIpv6(text)).toEqual(octets);
        // RFC 5952 section 4.2: one `::` at the most, never for a single group, for the longest run.
        expect(text.split('::').length).toBeLessThanOrEqual(2);
        const longest = Math.max(
          ...groups
            .join()
            .split(/[^0,]|(?<=\d)0|0(?=\d)/)
            .map((run) => run.split(',').filter((x) => x === '0').length),
        );
        expect(text.includes('::')).toBe(longest >= 2);
      }),
    );
  });
});
