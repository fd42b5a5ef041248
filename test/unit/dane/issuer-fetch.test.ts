/** Issuers fetched for a leaf that came alone: what is asked for, what is believed, and what a match then rests on. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { certificatesIn } from '../../../src/dane/certificate-bag.ts';
import type { CertificateEvidence, FetchedIssuer } from '../../../src/dane/evidence.ts';
import { fetchIssuers, mayFetch } from '../../../src/dane/issuer-fetch.ts';
import { MAX_CERTIFICATE_OCTETS, MAX_CHAIN, MAX_ISSUER_FETCHES } from '../../../src/dane/limits.ts';
import { isLocalHost } from '../../../src/dane/local-address.ts';
import { judgeTlsa } from '../../../src/dane/tlsa.ts';
import { type Issued, issue, makeKeys, NOT_BEFORE, NOW, tlsaRdata, x509 } from './issued.ts';
import { openWorkshop } from './openssl.ts';

const HOST = 'www.example.com';
const LEAF_URL = 'http://ca.example.com/intermediate.crt';
const ROOT_URL = 'http://ca.example.com/root.crt';

const tells = (...urls: readonly string[]) => [new x509.AuthorityInfoAccessExtension({ caIssuers: [...urls] })];

let root: Issued;
let intermediate: Issued;
let leaf: Issued;
let stranger: Issued;
beforeAll(async () => {
  root = await issue({ subject: 'CN=Root', ca: true });
  intermediate = await issue({ subject: 'CN=Middle', issuer: root, ca: true, extensions: tells(ROOT_URL) });
  leaf = await issue({ subject: 'CN=Leaf', issuer: intermediate, names: [HOST], extensions: tells(LEAF_URL) });
  stranger = await issue({ subject: 'CN=Middle', ca: true });
});

/** A web of documents by URL, and the questions it was asked. */
function web(documents: Readonly<Record<string, Uint8Array>>) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return documents[url];
  };
  return { asked, fetch };
}

const wholeWeb = () => web({ [LEAF_URL]: intermediate.der, [ROOT_URL]: root.der });
const sha256 = (octets: Uint8Array) => new Uint8Array(createHash('sha256').update(octets).digest());
const key256 = (usage: number, of: Issued) => tlsaRdata(usage, 1, 1, sha256(of.spki));

describe('what is fetched', () => {
  test('D32 the issuers one after the other, up to the root', async () => {
    const { asked, fetch } = wholeWeb();
    expect(await fetchIssuers(leaf.der, HOST, fetch)).toEqual([
      { url: LEAF_URL, certificate: intermediate.der },
      { url: ROOT_URL, certificate: root.der },
    ]);
    expect(asked).toEqual([LEAF_URL, ROOT_URL]);
  });

  test('D32 a certificate of the right name that did not sign is none, and is not followed', async () => {
    const { asked, fetch } = web({ [LEAF_URL]: stranger.der });
    expect(await fetchIssuers(leaf.der, HOST, fetch)).toEqual([]);
    expect(asked).toEqual([LEAF_URL]);
  });

  test('D32 of another name, no certificate at all, too large, or nothing: none', async () => {
    for (const document of [root.der, Uint8Array.of(1, 2, 3), new Uint8Array(MAX_CERTIFICATE_OCTETS + 1)]) {
      expect(await fetchIssuers(leaf.der, HOST, web({ [LEAF_URL]: document }).fetch)).toEqual([]);
    }
    expect(await fetchIssuers(leaf.der, HOST, web({}).fetch)).toEqual([]);
    expect(await fetchIssuers(Uint8Array.of(1), HOST, wholeWeb().fetch)).toEqual([]);
  });

  test('D32 the second place where the first has nothing; no place twice; never more than a few', async () => {
    const second = 'https://mirror.example.com/i.crt';
    const two = await issue({ subject: 'CN=Two', issuer: intermediate, extensions: tells(LEAF_URL, LEAF_URL, second) });
    const { asked, fetch } = web({ [second]: intermediate.der, [ROOT_URL]: root.der });
    expect((await fetchIssuers(two.der, HOST, fetch)).map(({ url }) => url)).toEqual([second, ROOT_URL]);
    expect(asked).toEqual([LEAF_URL, second, ROOT_URL]);
    const urls = Array.from({ length: 20 }, (_, i) => `http://ca.example.com/${i}`);
    const many = await issue({ subject: 'CN=Many', issuer: intermediate, extensions: tells(...urls) });
    const nothing = web({});
    expect(await fetchIssuers(many.der, HOST, nothing.fetch)).toEqual([]);
    expect(nothing.asked).toHaveLength(MAX_ISSUER_FETCHES);
  });

  test('D32 issuers that name each other end with the limit', async () => {
    const keys = await makeKeys();
    const ring: Issued = { ...intermediate, keys, subject: 'CN=Ring' };
    const a = await issue({
      subject: 'CN=Ring',
      issuer: ring,
      keys,
      ca: true,
      extensions: tells('http://a.example.com/'),
    });
    const b = await issue({
      subject: 'CN=B',
      issuer: a,
      extensions: tells('http://a.example.com/', 'http://b.example.com/'),
    });
    const { asked, fetch } = web({ 'http://a.example.com/': a.der });
    expect(await fetchIssuers(b.der, HOST, fetch)).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });
});

describe('where it may be fetched', () => {
  test.each([
    'ldap://ca.example.com/',
    'ftp://ca.example.com/',
    'file:///etc/passwd',
    'data:application/pkix-cert;base64,AAAA',
    'javascript:alert(1)',
    'http://user@ca.example.com/',
    'http://user:word@ca.example.com/',
    'http://:word@ca.example.com/',
    'ca.example.com/i.crt',
    '',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.0.0.1/',
    'http://192.168.1.1/',
    'http://198.18.0.1/',
    'http://198.19.255.255/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[ff02::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://ca.localhost/',
    'http://ca.localhost./',
    'http://router/',
    'http://printer.local/',
    'http://ca.internal/',
    'http://ca.home.arpa/',
  ])('D32 not at %j for a page of the Internet', (url) => {
    expect(mayFetch(url, HOST)).toBe(false);
  });

  test.each([
    'http://ca.example.com/i.crt',
    'https://ca.example.com:8443/i.crt',
    'http://93.184.215.14/',
    'http://100.63.0.1/',
    'http://100.128.0.1/',
    'http://172.15.0.1/',
    'http://172.32.0.1/',
    'http://192.0.1.1/',
    'http://198.17.0.1/',
    'http://198.20.0.1/',
    // What is special in another place is not so here.
    'http://8.0.0.1/',
    'http://8.18.1.1/',
    'http://8.100.8.8/',
    'http://8.168.1.1/',
    'http://8.254.8.8/',
    'http://169.253.1.1/',
    'http://192.5.0.1/',
    'http://10.0.0.1.example.com/',
    'http://ca.local.example.com/',
    'http://[2000::1]/',
    'http://[2606:0:1::1]/',
    'http://[3fff:ffff::1]/',
    'http://[2606:4700::1111]/',
    'http://[2001:4860:4860::8888]/',
    'http://mylocalhost.example.com/',
    'http://local.example.com/',
  ])('D32 at %j', (url) => {
    expect(mayFetch(url, HOST)).toBe(true);
  });

  test('D32 local hosts for a page that is local itself, other schemes never', () => {
    for (const page of ['app.localhost', 'ca.internal', '127.0.0.1', '[::1]']) {
      expect(isLocalHost(page)).toBe(true);
      expect(mayFetch('http://127.0.0.1:8080/i.crt', page)).toBe(true);
      expect(mayFetch('ldap://127.0.0.1/', page)).toBe(false);
    }
  });

  test('D32 what may not be fetched is not asked for', async () => {
    const sly = await issue({
      subject: 'CN=Sly',
      issuer: intermediate,
      extensions: tells('http://127.0.0.1/', LEAF_URL),
    });
    const { asked, fetch } = wholeWeb();
    expect(await fetchIssuers(sly.der, HOST, fetch)).toHaveLength(2);
    expect(asked).toEqual([LEAF_URL, ROOT_URL]);
  });
});

describe('a message of certificates only', () => {
  /** DER of a tag and what is in it. */
  const der = (tag: number, ...contents: readonly Uint8Array[]): Uint8Array => {
    const octets = contents.flatMap((content) => [...content]);
    const { length } = octets;
    const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Uint8Array.of(tag, ...(length < 0x80 ? [length] : long), ...octets);
  };
  const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
  const SIGNED_DATA = hex('06092a864886f70d010702');
  /** ContentInfo of SignedData: version 1, no digests, id-data without content, certificates, no signers. */
  const bagOf = (type: Uint8Array, ...certificates: readonly Uint8Array[]) => {
    const head = [hex('020101'), hex('3100'), hex('300b06092a864886f70d010701')];
    return der(0x30, type, der(0xa0, der(0x30, ...head, der(0xa0, ...certificates), hex('3100'))));
  };

  test('D32 what is no X.509 certificate is passed over, and so is another content type', () => {
    const attributes = hex('a1020500');
    expect(certificatesIn(bagOf(SIGNED_DATA, attributes, root.der, attributes))).toEqual([root.der]);
    expect(certificatesIn(bagOf(SIGNED_DATA))).toEqual([]);
    // id-envelopedData, with what SignedData has.
    expect(certificatesIn(bagOf(hex('06092a864886f70d010703'), root.der))).toEqual([]);
  });

  test('D32 as many as a chain may have, and no more', () => {
    const many = Array<Uint8Array>(MAX_CHAIN + 1).fill(root.der);
    expect(certificatesIn(bagOf(SIGNED_DATA, ...many.slice(1)))).toHaveLength(MAX_CHAIN);
    expect(certificatesIn(bagOf(SIGNED_DATA, ...many))).toHaveLength(MAX_CHAIN);
  });

  test('D32 as OpenSSL makes it: each certificate in its place, and the issuer is found among them', async () => {
    const workshop = openWorkshop();
    try {
      const pem = (of: Issued) =>
        `-----BEGIN CERTIFICATE-----\n${Buffer.from(of.der).toString('base64')}\n-----END CERTIFICATE-----\n`;
      workshop.write('all.pem', pem(stranger) + pem(root) + pem(intermediate));
      workshop.openssl('crl2pkcs7', '-nocrl', '-certfile', 'all.pem', '-outform', 'DER', '-out', 'all.p7c');
      const bag = workshop.read('all.p7c');
      const found = certificatesIn(bag).map((der) => Buffer.from(der).toString('hex'));
      const expected = [stranger, root, intermediate].map(({ der }) => Buffer.from(der).toString('hex'));
      expect(new Set(found)).toEqual(new Set(expected));
      const { fetch } = web({ [LEAF_URL]: bag, [ROOT_URL]: bag });
      expect((await fetchIssuers(leaf.der, HOST, fetch)).map(({ certificate }) => certificate)).toEqual([
        intermediate.der,
        root.der,
      ]);
      // Cut short or with an octet more it is nothing.
      expect(certificatesIn(bag.subarray(0, -1))).toEqual([]);
      expect(certificatesIn(Uint8Array.from([...bag, 0]))).toEqual([]);
    } finally {
      workshop.close();
    }
  });

  test('D32 another content type holds none', () => {
    // ContentInfo of id-data (1.2.840.113549.1.7.1) with an empty string.
    const data = Buffer.from('300f06092a864886f70d010701a0020400', 'hex');
    expect(certificatesIn(new Uint8Array(data))).toEqual([]);
  });
});

describe('what a match then rests on', () => {
  const evidenceOf = (fetched: readonly FetchedIssuer[], of = leaf): CertificateEvidence => ({
    kind: 'leaf only',
    source: 'chromium-security-info',
    pkix: 'valid',
    certificates: [of.der],
    obtainedAt: NOW,
    fetched,
  });
  const judge = async (
    record: Uint8Array,
    documents = { [LEAF_URL]: intermediate.der, [ROOT_URL]: root.der },
    of = leaf,
  ) => {
    const evidence = evidenceOf(await fetchIssuers(of.der, HOST, web(documents).fetch), of);
    return judgeTlsa({ records: [record], evidence, base: HOST, host: HOST, now: NOW });
  };

  test.each([0, 2])(
    'D23 D29 D32 usage %i matches through true signatures, at the depth of the issuer',
    async (usage) => {
      expect((await judge(key256(usage, intermediate))).reason).toMatchObject({ code: 'matched', usage, depth: 1 });
      const { reason, chain } = await judge(key256(usage, root));
      expect(reason).toMatchObject({ code: 'matched', usage, depth: 2 });
      expect(chain.map(({ depth, fetchedFrom }) => [depth, fetchedFrom])).toEqual([
        [0, undefined],
        [1, LEAF_URL],
        [2, ROOT_URL],
      ]);
    },
  );

  test('D32 what fits nothing fetched is unread, not a mismatch: the server may have sent another path', async () => {
    expect(await judge(key256(2, stranger))).toMatchObject({ verdict: 'unread', reason: { code: 'issuer-unread' } });
  });

  test('D23 D32 an issuer from elsewhere that ran out proves nothing: another of the same key may have been sent', async () => {
    const { keys, subject } = intermediate;
    const old = await issue({ subject, keys, issuer: root, ca: true, notBefore: NOT_BEFORE - 9, notAfter: NOW - 1 });
    expect(await judge(key256(2, old), { [LEAF_URL]: old.der, [ROOT_URL]: root.der })).toMatchObject({
      verdict: 'unread',
      reason: { code: 'issuer-unread' },
    });
  });

  test('D23 D32 what is wrong with the leaf is wrong with every path', async () => {
    const order = { subject: 'CN=Leaf', issuer: intermediate, extensions: tells(LEAF_URL) };
    const expired = await issue({ ...order, names: [HOST], notAfter: NOW - 1 });
    expect(await judge(key256(2, intermediate), undefined, expired)).toMatchObject({
      verdict: 'mismatch',
      reason: { code: 'path-failed', fault: { code: 'expired', depth: 0 } },
    });
    const elsewhere = await issue({ ...order, names: ['other.example.com'] });
    expect(await judge(key256(2, intermediate), undefined, elsewhere)).toMatchObject({
      verdict: 'mismatch',
      reason: { code: 'path-failed', fault: { code: 'name' } },
    });
  });
});
