/** What a signature is over, octet by octet (RFC 4034 section 6, RFC 4035 section 5.3.2). */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRecords } from '../../../src/dns/presentation.ts';
import { RRsets } from '../../../src/dns/rrset.ts';
import { signedData } from '../../../src/dnssec/signature-checks.ts';
import { ascii, concat, hex, u16, wireName } from './octets.ts';

/** The data signed for the one RRset of `text`, by its one signature; and that signature's first 18 octets. */
function signed(owner: string, type: number, text: string): { data: Uint8Array; fixedPart: Uint8Array } {
  const rrset = new RRsets(parseRecords(text)).get(Name.parse(owner), type)!;
  const [rrsig] = rrset.signatures;
  return { data: signedData(rrset, rrsig!), fixedPart: rrsig!.fixedPart };
}

const rrsig = (type: string, labels: number) =>
  `RRSIG ${type} 13 ${labels} 3600 20300101000000 20200101000000 7 EXAMPLE. AQID`;

/** One record as it is signed: with the original TTL of 3600 seconds. */
const record = (owner: string, type: number, rdata: Uint8Array) =>
  concat(wireName(owner), u16(type), hex('0001 00000e10'), u16(rdata.length), rdata);

describe('what a signature is over', () => {
  it('W15 W19 V31 is its own rdata with the signer in lower case, then the records with the original TTL', () => {
    const { data, fixedPart } = signed(
      'a.example',
      TYPE.A,
      `A.Example. 17 A 192.0.2.1\na.example. 16 ${rrsig('A', 2)}`,
    );
    expect(fixedPart).toEqual(hex('0001 0d 02 00000e10 70dbd880 5e0be100 0007'));
    expect(data).toEqual(concat(fixedPart, wireName('example'), record('a.example', TYPE.A, hex('c0000201'))));
  });

  it('W16 has names in rdata in lower case', () => {
    const { data, fixedPart } = signed(
      'a.example',
      TYPE.MX,
      `a.example. MX 5 Mail.Example.\na.example. ${rrsig('MX', 2)}`,
    );
    const rdata = concat([0, 5], wireName('mail.example'));
    expect(data).toEqual(concat(fixedPart, wireName('example'), record('a.example', TYPE.MX, rdata)));
  });

  it('W17 W18 keeps the letter case of next names and targets', () => {
    const nsec = signed('a.example', TYPE.NSEC, `a.example. NSEC B.Example. A\na.example. ${rrsig('NSEC', 2)}`);
    const nsecRdata = concat(wireName('B.Example'), hex('0001 40'));
    expect(nsec.data).toEqual(concat(nsec.fixedPart, wireName('example'), record('a.example', TYPE.NSEC, nsecRdata)));
    const https = signed('a.example', TYPE.HTTPS, `a.example. HTTPS 0 B.Example.\na.example. ${rrsig('HTTPS', 2)}`);
    const httpsRdata = concat([0, 0], wireName('B.Example'));
    expect(https.data).toEqual(
      concat(https.fixedPart, wireName('example'), record('a.example', TYPE.HTTPS, httpsRdata)),
    );
  });

  it('W20 has a wildcard as it stands, with its asterisk', () => {
    const { data, fixedPart } = signed('*.example', TYPE.A, `*.example. A 192.0.2.1\n*.example. ${rrsig('A', 1)}`);
    expect(data).toEqual(concat(fixedPart, wireName('example'), record('*.example', TYPE.A, hex('c0000201'))));
  });

  it('W20 V32 has the wildcard for the name it was expanded to', () => {
    const { data, fixedPart } = signed(
      'a.b.example',
      TYPE.A,
      `a.b.example. A 192.0.2.1\na.b.example. ${rrsig('A', 1)}`,
    );
    expect(data).toEqual(concat(fixedPart, wireName('example'), record('*.example', TYPE.A, hex('c0000201'))));
  });

  it('W22 has records in the order of their canonical rdata, not of their lengths or letter case', () => {
    const text = 'a.example. TXT "b"\na.example. TXT "aaa"\na.example. TXT "a" "b"\na.example. TXT "a"\n';
    const { data, fixedPart } = signed('a.example', TYPE.TXT, `${text}a.example. ${rrsig('TXT', 2)}`);
    const sorted = [
      concat([1], ascii('a')),
      concat([1], ascii('a'), [1], ascii('b')),
      concat([1], ascii('b')),
      concat([3], ascii('aaa')),
    ];
    expect(data).toEqual(
      concat(fixedPart, wireName('example'), ...sorted.map((rdata) => record('a.example', TYPE.TXT, rdata))),
    );
    // As received `Z` stands before `a`; in lower case behind it.
    const ns = signed('example', TYPE.NS, `example. NS Z.\nexample. NS a.\nexample. ${rrsig('NS', 1)}`);
    expect(ns.data).toEqual(
      concat(
        ns.fixedPart,
        wireName('example'),
        record('example', TYPE.NS, wireName('a')),
        record('example', TYPE.NS, wireName('z')),
      ),
    );
  });

  it('W23 has each record once, even where letter case hides that two are the same', () => {
    const text = 'example. NS A.\nexample. NS a.\nexample. NS b.\nexample. NS a.\n';
    const { data, fixedPart } = signed('example', TYPE.NS, `${text}example. ${rrsig('NS', 1)}`);
    expect(data).toEqual(
      concat(
        fixedPart,
        wireName('example'),
        record('example', TYPE.NS, wireName('a')),
        record('example', TYPE.NS, wireName('b')),
      ),
    );
  });

  it('W12 has records of an unknown type that differ in letter case both', () => {
    const text = 'a.example. TYPE65280 \\# 1 61\na.example. TYPE65280 \\# 1 41\n';
    const { data, fixedPart } = signed('a.example', 65280, `${text}a.example. ${rrsig('TYPE65280', 2)}`);
    expect(data).toEqual(
      concat(
        fixedPart,
        wireName('example'),
        record('a.example', 65280, hex('41')),
        record('a.example', 65280, hex('61')),
      ),
    );
  });
});
