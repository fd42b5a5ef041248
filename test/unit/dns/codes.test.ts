import { describe, expect, it } from 'vitest';
import { CLASS_IN, EDNS_OPTION, parseType, RCODE, rcodeMnemonic, TYPE, typeMnemonic } from '../../../src/dns/codes.ts';

describe('types', () => {
  /** IANA's numbers, each from the RFC that assigns it. */
  const assigned = {
    A: 1,
    NS: 2,
    MD: 3,
    MF: 4,
    CNAME: 5,
    SOA: 6,
    MB: 7,
    MG: 8,
    MR: 9,
    PTR: 12,
    HINFO: 13,
    MINFO: 14,
    MX: 15,
    TXT: 16,
    RP: 17,
    AFSDB: 18,
    RT: 21,
    SIG: 24,
    PX: 26,
    AAAA: 28,
    NXT: 30,
    SRV: 33,
    NAPTR: 35,
    KX: 36,
    A6: 38,
    DNAME: 39,
    OPT: 41,
    DS: 43,
    SSHFP: 44,
    IPSECKEY: 45,
    RRSIG: 46,
    NSEC: 47,
    DNSKEY: 48,
    NSEC3: 50,
    NSEC3PARAM: 51,
    TLSA: 52,
    SMIMEA: 53,
    CDS: 59,
    CDNSKEY: 60,
    OPENPGPKEY: 61,
    SVCB: 64,
    HTTPS: 65,
    SPF: 99,
    NXNAME: 128,
    ANY: 255,
    URI: 256,
    CAA: 257,
  };

  it.each(Object.entries(assigned))('%s is %i, both ways', (mnemonic, number) => {
    expect(TYPE).toHaveProperty(mnemonic, number);
    expect(typeMnemonic(number)).toBe(mnemonic);
    expect(parseType(mnemonic)).toBe(number);
    expect(parseType(mnemonic.toLowerCase())).toBe(number);
    expect(parseType(`TYPE${number}`)).toBe(number);
  });

  it('W11 unknown ones are TYPE and their number', () => {
    expect(typeMnemonic(0)).toBe('TYPE0');
    expect(typeMnemonic(731)).toBe('TYPE731');
    expect(typeMnemonic(65535)).toBe('TYPE65535');
    expect(parseType('TYPE731')).toBe(731);
    expect(parseType('type65535')).toBe(65535);
    expect(parseType('TYPE0')).toBe(0);
    expect(parseType('TYPE00731')).toBe(731);
  });

  it.each([
    '',
    'TYPE',
    'TYPE65536',
    'TYPE000731',
    'TYPE-1',
    'TYPE7x',
    'xTYPE7',
    'BOGUS',
    '1',
    'TYPE 1',
    'constructor',
    'toString',
    '__proto__',
  ])('W11 %j names none', (text) => {
    expect(parseType(text)).toBeUndefined();
  });
});

describe('RCODEs', () => {
  it.each([
    [0, 'NOERROR'],
    [1, 'FORMERR'],
    [2, 'SERVFAIL'],
    [3, 'NXDOMAIN'],
    [4, 'NOTIMP'],
    [5, 'REFUSED'],
    [16, 'BADVERS'],
    [6, 'RCODE6'],
    [4095, 'RCODE4095'],
  ])('W27 %i is %s', (rcode, mnemonic) => {
    expect(rcodeMnemonic(rcode)).toBe(mnemonic);
  });

  it('W27 BADVERS is 16', () => {
    expect(RCODE).toEqual({ NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 });
  });
});

it('the class and the EDNS options are those assigned', () => {
  expect(CLASS_IN).toBe(1);
  expect(EDNS_OPTION).toEqual({ PADDING: 12, EXTENDED_ERROR: 15 });
});
