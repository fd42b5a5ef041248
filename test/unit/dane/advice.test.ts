/** Advice for publishers: what is said of which records, and that sound ones are left in peace. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Advice, adviseOnTlsa, adviseOnZones } from '../../../src/dane/advice.ts';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import { judgeTlsa } from '../../../src/dane/tlsa.ts';
import type { ZoneStep } from '../../../src/dnssec/outcome.ts';
import { type Chain, type Issued, makeChain, NOW, tlsaRdata } from './issued.ts';
import { makeKey, openWorkshop, selfSigned, type Workshop } from './openssl.ts';

const HOST = 'www.example.test';
const HOUR = 3600;

let chain: Chain;
/** Another key for the same site: a spare, or the last one. */
let other: Chain;
beforeAll(async () => {
  chain = await makeChain();
  other = await makeChain();
});

const sha256 = (octets: Uint8Array) => new Uint8Array(createHash('sha256').update(octets).digest());
const sha512 = (octets: Uint8Array) => new Uint8Array(createHash('sha512').update(octets).digest());
const key256 = (usage: number, of: Issued) => tlsaRdata(usage, 1, 1, sha256(of.spki));

const evidenceOf = (...certificates: readonly Uint8Array[]): CertificateEvidence => ({
  kind: 'full chain',
  source: 'tls',
  pkix: 'valid',
  certificates,
  obtainedAt: NOW,
});
const served = () => evidenceOf(chain.leaf.der, chain.intermediate.der);

async function advise(records: readonly Uint8Array[], evidence = served(), ttl = HOUR): Promise<readonly Advice[]> {
  const { tlsa } = await judgeTlsa({ records, evidence, base: HOST, host: HOST, now: NOW });
  return adviseOnTlsa({ records, ttl, evidence, tlsa });
}

const codes = (advice: readonly Advice[]) => advice.map(({ code }) => code);

describe('the records', () => {
  test('D20 3 1 1 of the key and of one in reserve: nothing to say', async () => {
    expect(await advise([key256(3, chain.leaf), key256(3, other.leaf)])).toEqual([]);
  });

  test('D20 one usable record only: no key in reserve, whatever else is there that nobody can use', async () => {
    expect(codes(await advise([key256(3, chain.leaf)]))).toEqual(['no-spare-record']);
    expect(codes(await advise([key256(3, chain.leaf), Uint8Array.of(9, 9, 9, 9)]))).toEqual([
      'unusable-record',
      'no-spare-record',
    ]);
  });

  test('D20 each usage, selector and matching type needs a record for what is served', async () => {
    const old512 = tlsaRdata(3, 0, 2, sha512(other.leaf.der));
    expect(await advise([key256(3, chain.leaf), key256(3, other.leaf), old512])).toEqual([
      { code: 'unmatched-group', usage: 3, selector: 0, matchingType: 2, records: 1 },
    ]);
    expect(await advise([key256(3, other.leaf), key256(3, other.intermediate)])).toEqual([
      { code: 'unmatched-group', usage: 3, selector: 1, matchingType: 1, records: 2 },
    ]);
  });

  test('D19 D20 a superseded record counts here: clients without the stronger digest go by it', async () => {
    const strong = tlsaRdata(3, 1, 2, sha512(chain.leaf.spki));
    expect(codes(await advise([strong, key256(3, other.leaf), tlsaRdata(3, 1, 2, sha512(other.leaf.spki))]))).toEqual([
      'unmatched-group',
    ]);
    expect(await advise([strong, key256(3, chain.leaf), tlsaRdata(3, 1, 2, sha512(other.leaf.spki))])).toEqual([]);
  });

  test('D15 D20 a record of an issuer is compared with issuers, one of the leaf with the leaf', async () => {
    expect(await advise([key256(2, chain.intermediate), key256(2, other.root)])).toEqual([]);
    expect(codes(await advise([key256(2, chain.leaf), key256(2, other.root)]))).toEqual(['unmatched-group']);
    expect(codes(await advise([key256(3, chain.intermediate), key256(3, other.leaf)]))).toEqual(['unmatched-group']);
  });

  test('D20 D24 a root that is in the trust store only is served to usage 0, not to usage 2', async () => {
    const evidence = { ...served(), appended: [chain.root.der] } as CertificateEvidence;
    expect(codes(await advise([key256(2, chain.root), key256(2, other.root)], evidence))).toEqual(['unmatched-group']);
    expect(codes(await advise([key256(0, chain.root), key256(0, other.root)], evidence))).toEqual(['pkix-usage']);
  });

  test('D19 D20 a superseded record of an issuer is compared with those served, for usage 0 with the trust store too', async () => {
    const strong = (usage: number, of: Issued) => tlsaRdata(usage, 1, 2, sha512(of.spki));
    const groups = async (records: readonly Uint8Array[], evidence = served()) =>
      (await advise(records, evidence)).filter(({ code }) => code === 'unmatched-group').length;
    const { intermediate, root } = chain;
    expect(await groups([strong(2, intermediate), key256(2, intermediate)])).toBe(0);
    expect(await groups([strong(2, intermediate), key256(2, other.intermediate)])).toBe(1);
    expect(await groups([strong(0, intermediate), key256(0, intermediate)])).toBe(0);
    expect(await groups([strong(0, intermediate), key256(0, root)])).toBe(1);
    const evidence = { ...served(), appended: [root.der] } as CertificateEvidence;
    expect(await groups([strong(0, intermediate), key256(0, root)], evidence)).toBe(0);
    expect(await groups([strong(2, intermediate), key256(2, root)], evidence)).toBe(1);
  });

  test('D20 D25 2 0 0 of a root that only DNS has does match', async () => {
    const advice = await advise([tlsaRdata(2, 0, 0, chain.root.der), key256(3, chain.leaf)]);
    expect(advice).toEqual([{ code: 'full-data', usage: 2, selector: 0, octets: chain.root.der.length }]);
  });

  test('D20 Full(0) is not recommended', async () => {
    const records = [tlsaRdata(3, 1, 0, chain.leaf.spki), key256(3, chain.leaf)];
    expect(await advise(records)).toEqual([
      { code: 'full-data', usage: 3, selector: 1, octets: chain.leaf.spki.length },
    ]);
  });

  test.each([0, 1])('D20 D30 usage %i gives nothing more, and is said once', async (usage) => {
    const of = usage === 0 ? chain.intermediate : chain.leaf;
    expect(await advise([key256(usage, of), key256(usage, other.leaf), key256(3, chain.leaf)])).toEqual([
      { code: 'pkix-usage', usage },
    ]);
  });

  test('D20 a day in caches is long enough', async () => {
    const records = [key256(3, chain.leaf), key256(3, other.leaf)];
    expect(await advise(records, served(), 86_400)).toEqual([]);
    expect(await advise(records, served(), 86_401)).toEqual([{ code: 'long-ttl', ttl: 86_401 }]);
  });

  test('D14 D20 records nobody can use, by their place', async () => {
    const records = [key256(3, chain.leaf), Uint8Array.of(3, 1, 1), key256(3, other.leaf), Uint8Array.of(3, 1, 1, 7)];
    expect(await advise(records)).toEqual([
      { code: 'unusable-record', record: 2, why: 'malformed' },
      { code: 'unusable-record', record: 4, why: 'digest length' },
    ]);
  });
});

describe('what is not known is not said', () => {
  const none: CertificateEvidence = { kind: 'none', why: 'connection failed' };

  test('D20 without a certificate only what the records show by themselves', async () => {
    expect(await advise([key256(3, other.leaf), key256(1, other.leaf)], none)).toEqual([
      { code: 'pkix-usage', usage: 1 },
    ]);
    expect(await advise([key256(3, other.leaf), key256(3, chain.leaf)], evidenceOf(Uint8Array.of(1)))).toEqual([]);
  });

  test('D20 D32 of the leaf alone nobody knows the issuers', async () => {
    const leafOnly = { ...evidenceOf(chain.leaf.der), kind: 'leaf only' } as CertificateEvidence;
    expect(await advise([key256(2, other.root), key256(2, other.intermediate)], leafOnly)).toEqual([]);
    expect(codes(await advise([key256(3, other.leaf), key256(3, other.root)], leafOnly))).toEqual(['unmatched-group']);
  });
});

describe('weak certificates', () => {
  let workshop: Workshop;
  beforeAll(() => {
    workshop = openWorkshop();
    return () => workshop.close();
  });

  test('D20 a key that is too short, at its place', async () => {
    makeKey(workshop, 'short', 'RSA-1024');
    const short = selfSigned(workshop, 'short');
    const records = [key256(3, chain.leaf), key256(3, other.leaf)];
    expect(await advise(records, evidenceOf(chain.leaf.der, short))).toEqual([{ code: 'weak-key', depth: 1 }]);
    makeKey(workshop, 'long', 'RSA-2048');
    expect(await advise(records, evidenceOf(chain.leaf.der, selfSigned(workshop, 'long')))).toEqual([]);
  });

  test('D20 SHA-1 under a certificate, but for a root\u2019s own', async () => {
    makeKey(workshop, 'old', 'RSA-2048');
    const root = selfSigned(workshop, 'old', ['-sha1']);
    workshop.openssl('req', '-x509', '-key', 'old.key', '-sha1', '-subj', '/CN=old', '-days', '9', '-out', 'old.pem');
    workshop.openssl('req', '-new', '-key', 'old.key', '-subj', '/CN=site', '-out', 'site.csr');
    const signing = ['-CA', 'old.pem', '-CAkey', 'old.key', '-CAcreateserial', '-sha1', '-outform', 'DER'];
    workshop.openssl('x509', '-req', '-in', 'site.csr', ...signing, '-out', 'site.der');
    const records = [key256(3, chain.leaf), key256(3, other.leaf)];
    const advice = await advise(records, evidenceOf(workshop.read('site.der'), root));
    expect(advice.filter(({ code }) => code !== 'unmatched-group')).toEqual([{ code: 'weak-signature', depth: 0 }]);
  });
});

describe('zones', () => {
  const signature = { zone: 'a.', owner: 'a.', type: 'DNSKEY', keyTag: 1, inception: 0, expiration: 1 };
  const zone = (digestTypes: readonly number[], algorithm: number, more: Partial<ZoneStep> = {}): ZoneStep => ({
    zone: 'a.',
    security: 'secure',
    reason: { code: 'validated' },
    ds: digestTypes.map((digestType) => ({ keyTag: 1, algorithm, digestType, digest: 'ab' })),
    anchored: false,
    keys: [],
    signatures: [{ ...signature, algorithm, valid: true }],
    ...more,
  });

  test('D20 SHA-1 from above, and SHA-1 in the signatures', () => {
    expect(adviseOnZones([zone([2], 13), zone([1, 2], 8)])).toEqual([]);
    expect(adviseOnZones([zone([1], 13)])).toEqual([{ code: 'sha1-ds', zone: 'a.' }]);
    expect(adviseOnZones([zone([1], 13, { anchored: true }), zone([], 13)])).toEqual([]);
    for (const algorithm of [5, 7]) {
      expect(adviseOnZones([zone([2], algorithm)])).toEqual([{ code: 'sha1-signatures', zone: 'a.', algorithm }]);
    }
    const failed = [{ ...signature, algorithm: 5, valid: false }];
    expect(adviseOnZones([zone([2], 13, { signatures: failed })])).toEqual([]);
  });
});
