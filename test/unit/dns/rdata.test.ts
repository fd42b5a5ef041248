import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTypeBitmap } from '../../../src/dns/presentation.ts';
import {
  DNSKEY_FLAG,
  parseDnskey,
  parseDs,
  parseNameRdata,
  parseNsec,
  parseNsec3,
  parseRrsig,
  parseSoa,
  TypeBitmap,
} from '../../../src/dns/rdata.ts';
import { WireFault, WireReader } from '../../../src/dns/wire.ts';
import { ascii, concat, hex, wireName } from './octets.ts';

/** Every prefix of `rdata` that is too short to be one. */
const prefixes = (rdata: Uint8Array, least: number) => Array.from({ length: least }, (_, n) => rdata.subarray(0, n));

describe('DNSKEY rdata', () => {
  it('W36 is flags, protocol, algorithm and key', () => {
    const rdata = hex('0101 03 0d 0a0b0c');
    expect(parseDnskey(rdata)).toEqual({ flags: 0x0101, protocol: 3, algorithm: 13, publicKey: hex('0a0b0c'), rdata });
    expect(parseDnskey(hex('ffff ff ff'))).toMatchObject({ flags: 0xffff, protocol: 255, algorithm: 255 });
    expect(parseDnskey(hex('0100 03 08'))?.publicKey).toEqual(new Uint8Array());
    for (const short of prefixes(rdata, 4)) expect(parseDnskey(short)).toBeUndefined();
  });

  it('W36 has three flag bits of meaning', () => {
    expect(DNSKEY_FLAG).toEqual({ ZONE: 0x0100, REVOKE: 0x0080, SEP: 0x0001 });
  });
});

describe('DS rdata', () => {
  it('W38 is key tag, algorithm, digest type and digest', () => {
    const rdata = hex('ec45 05 01 2bb183af5f22588179a53b0a98631fad1a292118');
    expect(parseDs(rdata)).toEqual({
      keyTag: 60485,
      algorithm: 5,
      digestType: 1,
      digest: hex('2bb183af5f22588179a53b0a98631fad1a292118'),
    });
    expect(parseDs(hex('0001 02 03'))?.digest).toEqual(new Uint8Array());
    for (const short of prefixes(rdata, 4)) expect(parseDs(short)).toBeUndefined();
  });
});

describe('RRSIG rdata', () => {
  const fixed = hex('0001 05 03 00015180 3e7a56b1 3e52c9b1 0a52');
  const rdata = concat(fixed, wireName('Example.COM'), hex('010203'));

  it('W37 is type covered, algorithm, labels, original TTL, expiration, inception, key tag, signer and signature', () => {
    expect(parseRrsig(rdata)).toEqual({
      typeCovered: 1,
      algorithm: 5,
      labels: 3,
      originalTtl: 86400,
      expiration: 0x3e7a56b1,
      inception: 0x3e52c9b1,
      keyTag: 2642,
      signer: expect.objectContaining({ key: '\x07example\x03com\x00' }),
      signature: hex('010203'),
      fixedPart: fixed,
    });
  });

  it('W37 has no end before its signer, and perhaps no signature', () => {
    for (const short of prefixes(rdata, 18 + 13)) expect(parseRrsig(short)).toBeUndefined();
    expect(parseRrsig(rdata.subarray(0, 18 + 13))?.signature).toEqual(new Uint8Array());
  });

  it('W7 names its signer without compression', () => {
    expect(parseRrsig(concat(fixed, hex('c000 0102')))).toBeUndefined();
  });
});

describe('a type bitmap', () => {
  const bitmap = (octets: Uint8Array) => new TypeBitmap(new WireReader(octets));
  const faultOf = (octets: Uint8Array) => {
    try {
      bitmap(octets);
    } catch (error) {
      if (error instanceof WireFault) return { code: error.code, offset: error.offset };
      throw error;
    }
    return undefined;
  };

  it('W40 of RFC 4034 section 4.3 holds A MX RRSIG NSEC TYPE1234', () => {
    const octets = concat(hex('0006 400100000003'), hex('041b'), new Uint8Array(26), hex('20'));
    expect(bitmap(octets).types()).toEqual([1, 15, 46, 47, 1234]);
    expect(encodeTypeBitmap([1234, 47, 46, 15, 1])).toEqual(octets);
  });

  it('W40 has bit 0 as the most significant of the first octet', () => {
    expect(bitmap(hex('00 01 80')).types()).toEqual([0]);
    expect(bitmap(hex('00 01 01')).types()).toEqual([7]);
    expect(bitmap(hex('00 02 0080')).types()).toEqual([8]);
    expect(bitmap(hex('01 01 40')).types()).toEqual([257]);
    expect(bitmap(concat(hex('ff 20'), new Uint8Array(31), hex('01'))).types()).toEqual([65535]);
    // A whole window ends where the next begins.
    const full = concat(hex('00 20'), new Uint8Array(32).fill(255), hex('01 01 80'));
    expect(bitmap(full).types()).toEqual(Array.from({ length: 257 }, (_, type) => type));
    const one = bitmap(hex('01 01 40'));
    expect([one.has(257), one.has(1), one.has(256), one.has(258), one.has(265), one.has(513)]).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('W39 may be empty altogether', () => {
    expect(bitmap(new Uint8Array()).types()).toEqual([]);
    expect(bitmap(new Uint8Array()).has(1)).toBe(false);
  });

  it('W39 has windows of 1 to 32 octets', () => {
    expect(faultOf(hex('00 00'))).toEqual({ code: 'bad rdata', offset: 2 });
    expect(faultOf(hex('00 01 40'))).toBeUndefined();
    expect(faultOf(concat(hex('00 20'), new Uint8Array(32).fill(1)))).toBeUndefined();
    expect(faultOf(concat(hex('00 21'), new Uint8Array(33).fill(1)))).toEqual({ code: 'bad rdata', offset: 2 });
  });

  it('W39 has no window without a type, and no zeros at the end of one', () => {
    expect(faultOf(hex('00 01 00'))).toEqual({ code: 'bad rdata', offset: 3 });
    expect(faultOf(hex('00 02 40 00'))).toEqual({ code: 'bad rdata', offset: 4 });
    expect(faultOf(hex('00 02 00 40'))).toBeUndefined();
  });

  it('W39 has windows in ascending order, each once', () => {
    expect(faultOf(hex('00 01 40 01 01 40'))).toBeUndefined();
    expect(faultOf(hex('01 01 40 00 01 40'))).toEqual({ code: 'bad rdata', offset: 5 });
    expect(faultOf(hex('00 01 40 00 01 40'))).toEqual({ code: 'bad rdata', offset: 5 });
  });

  it('W39 is whole', () => {
    expect(faultOf(hex('00'))).toEqual({ code: 'cut short', offset: 1 });
    expect(faultOf(hex('00 02 40'))).toEqual({ code: 'cut short', offset: 2 });
  });

  it('W39 W40 gives back the types it was made of', () => {
    const types = fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 65535 })));
    fc.assert(
      fc.property(types, fc.integer({ min: 0, max: 65535 }), (given, other) => {
        const made = bitmap(encodeTypeBitmap(given));
        expect(made.types()).toEqual([...given].sort((a, b) => a - b));
        expect(made.has(other)).toBe(given.includes(other));
      }),
    );
  });
});

describe('NSEC rdata', () => {
  it('W39 is a next name and a bitmap', () => {
    const nsec = parseNsec(concat(wireName('Host.example'), hex('0006 400100000003')))!;
    expect(nsec.next.toString()).toBe('host.example.');
    expect(nsec.types.types()).toEqual([1, 15, 46, 47]);
    expect(parseNsec(wireName('a'))?.types.types()).toEqual([]);
  });

  it('W7 W39 is nothing else', () => {
    expect(parseNsec(hex('c000 0001 40'))).toBeUndefined();
    expect(parseNsec(concat(wireName('a'), hex('00')))).toBeUndefined();
    expect(parseNsec(concat(wireName('a'), hex('00 00')))).toBeUndefined();
    expect(parseNsec(new Uint8Array())).toBeUndefined();
  });
});

describe('NSEC3 rdata', () => {
  const hash = new Uint8Array(20).fill(0xab);
  const rdata = concat(hex('01 01 000c 04 aabbccdd 14'), hash, hex('0006 400100000003'));

  it('W41 is hash algorithm, flags, iterations, salt, next hash and bitmap', () => {
    const { types, ...rest } = parseNsec3(rdata)!;
    expect(rest).toEqual({ hashAlgorithm: 1, flags: 1, iterations: 12, salt: hex('aabbccdd'), nextHash: hash });
    expect(types.types()).toEqual([1, 15, 46, 47]);
  });

  it('W41 may have no salt and, for an empty non-terminal, no types', () => {
    const { salt, types } = parseNsec3(concat(hex('01 00 0000 00 14'), hash))!;
    expect([salt, types.types()]).toEqual([new Uint8Array(), []]);
  });

  it('W41 is whole', () => {
    for (const short of prefixes(rdata, rdata.length)) {
      const whole = short.length === 9 + 21;
      expect([short.length, parseNsec3(short) !== undefined]).toEqual([short.length, whole]);
    }
    expect(parseNsec3(concat(rdata, hex('00 01 40')))).toBeUndefined();
  });
});

describe('SOA rdata', () => {
  const rdata = concat(
    wireName('NS1.example'),
    wireName('mail.example'),
    hex('01020304 00000002 00000003 00000004 00000e10'),
  );

  it('is two names and five numbers', () => {
    expect(parseSoa(rdata)).toEqual({
      primary: expect.objectContaining({ key: '\x03ns1\x07example\x00' }),
      serial: 0x01020304,
      minimum: 3600,
    });
    for (const short of prefixes(rdata, rdata.length)) expect(parseSoa(short)).toBeUndefined();
    expect(parseSoa(concat(rdata, [0]))).toBeUndefined();
    expect(parseSoa(concat(hex('c000'), rdata.subarray(13)))).toBeUndefined();
    expect(parseSoa(concat(rdata.subarray(0, 13), hex('c000'), rdata.subarray(-20)))).toBeUndefined();
  });
});

describe('rdata that is one name', () => {
  it('is that name, and no more', () => {
    expect(parseNameRdata(wireName('WWW.example'))?.toString()).toBe('www.example.');
    expect(parseNameRdata(hex('00'))?.isRoot()).toBe(true);
    expect(parseNameRdata(concat(wireName('a'), [0]))).toBeUndefined();
    expect(parseNameRdata(hex('c000'))).toBeUndefined();
    expect(parseNameRdata(concat([5], ascii('abcd')))).toBeUndefined();
    expect(parseNameRdata(new Uint8Array())).toBeUndefined();
  });
});
