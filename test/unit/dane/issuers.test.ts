import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCertificate } from '../../../src/dane/certificate.ts';
import type { CertificateEvidence, PkixStatus } from '../../../src/dane/evidence.ts';
import { MAX_CHAIN, MAX_PATH } from '../../../src/dane/limits.ts';
import type { PathFault } from '../../../src/dane/outcome.ts';
import { checkIssuer } from '../../../src/dane/path.ts';
import { judgeTlsa } from '../../../src/dane/tlsa.ts';
import type { Certificate } from '../../../src/dane/x509.ts';
import {
  type Chain,
  type Issued,
  issue,
  makeChain,
  makeKeys,
  NOT_AFTER,
  NOT_BEFORE,
  NOW,
  type Order,
  tlsaRdata,
  x509,
} from './issued.ts';

const HOST = 'www.example.test';

let chain: Chain;
let other: Chain;
beforeAll(async () => {
  chain = await makeChain();
  other = await makeChain();
});

const sha256 = (octets: Uint8Array) => new Uint8Array(createHash('sha256').update(octets).digest());
const certificate256 = (usage: number, of: Issued) => tlsaRdata(usage, 0, 1, sha256(of.der));
const key256 = (usage: number, of: Issued) => tlsaRdata(usage, 1, 1, sha256(of.spki));

const ders = (...issued: readonly Issued[]) => issued.map(({ der }) => der);

function shown(certificates: readonly Uint8Array[], kind: 'full chain' | 'leaf only', pkix: PkixStatus) {
  return { kind, source: 'tls', pkix, certificates, obtainedAt: NOW } satisfies CertificateEvidence;
}

interface Options {
  readonly pkix?: PkixStatus;
  readonly host?: string;
  readonly base?: string;
  readonly now?: number;
}

/** A whole chain, as shown: the default PKIX status is what a browser says of a private authority. */
async function judge(records: readonly Uint8Array[], certificates: readonly Issued[], options: Options = {}) {
  const { host = HOST, base = host, now = NOW, pkix = 'invalid' } = options;
  return judgeTlsa({ records, evidence: shown(ders(...certificates), 'full chain', pkix), base, host, now });
}

async function judgeLeafOnly(records: readonly Uint8Array[], leaf: Issued, options: Options = {}) {
  const { host = HOST, base = host, now = NOW, pkix = 'invalid' } = options;
  return judgeTlsa({ records, evidence: shown([leaf.der], 'leaf only', pkix), base, host, now });
}

const whole = ({ leaf, intermediate, root }: Chain) => [leaf, intermediate, root];

describe('usage 2 matches issuers that lead to the leaf', () => {
  test.each([
    ['intermediate', 1],
    ['root', 2],
  ] as const)('D15 D23 2 x x on the %s matches at depth %i, by either selector', async (which, depth) => {
    for (const [selector, record] of [certificate256(2, chain[which]), key256(2, chain[which])].entries()) {
      const judgement = await judge([record], whole(chain));
      expect(judgement.verdict).toBe('verified');
      expect(judgement.reason).toEqual({ code: 'matched', usage: 2, selector, matchingType: 1, depth });
    }
  });

  test('D11 D15 the old peer reported usage 2 as 1: the report names usage 2 and the depth of the issuer', async () => {
    const judgement = await judge([certificate256(2, chain.intermediate)], whole(chain), { pkix: 'valid' });
    expect(judgement.reason).toMatchObject({ code: 'matched', usage: 2, depth: 1 });
    expect(judgement.tlsa[0]).toMatchObject({ usage: 2, outcome: { code: 'matched', depth: 1 } });
    // A usage 1 record for the same issuer matches nothing, since usage 1 is about the leaf.
    expect((await judge([certificate256(1, chain.intermediate)], whole(chain), { pkix: 'valid' })).verdict).toBe(
      'mismatch',
    );
  });

  test('D15 2 x x on the leaf itself matches nothing', async () => {
    for (const record of [certificate256(2, chain.leaf), key256(2, chain.leaf), tlsaRdata(2, 0, 0, chain.leaf.der)]) {
      const judgement = await judge([record], whole(chain));
      expect(judgement.verdict).toBe('mismatch');
    }
  });

  test('D17 2 x x on the issuer of another chain is a mismatch', async () => {
    const judgement = await judge([certificate256(2, other.intermediate), key256(2, other.root)], whole(chain));
    expect(judgement.verdict).toBe('mismatch');
    expect(judgement.reason).toEqual({ code: 'no-match', usable: 2, unusable: 0 });
  });

  test('D24 PKIX has no say: valid, invalid, overridden or unknown', async () => {
    for (const pkix of ['valid', 'invalid', 'overridden', 'unknown'] as const) {
      expect((await judge([certificate256(2, chain.root)], whole(chain), { pkix })).verdict).toBe('verified');
      expect((await judge([certificate256(2, other.root)], whole(chain), { pkix })).verdict).toBe('mismatch');
    }
  });

  test('the order in which issuers are shown does not matter, nor do strangers among them', async () => {
    const { leaf, intermediate, root } = chain;
    const disorder = [leaf, other.root, root, other.intermediate, intermediate, other.leaf];
    const judgement = await judge([certificate256(2, root)], disorder);
    expect(judgement.reason).toMatchObject({ code: 'matched', depth: 2 });
  });

  test('D24 D27 a root that only the trust store has is none for usage 2, and counts for usage 0', async () => {
    const sent = shown(ders(chain.leaf, chain.intermediate), 'full chain', 'valid');
    const evidence = { ...sent, appended: [chain.root.der] };
    const judgeWith = (records: readonly Uint8Array[]) =>
      judgeTlsa({ records, evidence, base: HOST, host: HOST, now: NOW });
    for (const record of [key256(2, chain.root), certificate256(2, chain.root)]) {
      expect(await judgeWith([record])).toMatchObject({
        verdict: 'mismatch',
        reason: { code: 'path-failed', usage: 2, fault: { code: 'not-sent' } },
      });
      const usage0 = Uint8Array.from([0, ...record.slice(1)]);
      expect((await judgeWith([usage0])).reason).toMatchObject({ code: 'matched', usage: 0, depth: 2 });
      expect((await judgeWith([record, usage0])).reason).toMatchObject({ code: 'matched', usage: 0 });
    }
    // What DNS has itself needs no server (D25), and what the server sent matches beside it.
    expect((await judgeWith([tlsaRdata(2, 0, 0, chain.root.der)])).reason).toMatchObject({ usage: 2, depth: 2 });
    expect((await judgeWith([key256(2, chain.intermediate)])).reason).toMatchObject({ usage: 2, depth: 1 });
    expect((await judgeWith([key256(2, other.root)])).reason).toMatchObject({ code: 'no-match' });
    const { chain: views } = await judgeWith([key256(2, chain.root)]);
    expect(views.map(({ depth, appended }) => [depth, appended])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, true],
    ]);
  });

  test('D27 a digest of an issuer that was not shown cannot be matched', async () => {
    const judgement = await judge([certificate256(2, chain.root)], [chain.leaf, chain.intermediate]);
    expect(judgement.verdict).toBe('mismatch');
  });

  test('D25 2 0 0 data stands in for an issuer that was not shown', async () => {
    const { leaf, intermediate, root } = chain;
    expect((await judge([tlsaRdata(2, 0, 0, root.der)], [leaf, intermediate])).reason).toEqual({
      code: 'matched',
      usage: 2,
      selector: 0,
      matchingType: 0,
      depth: 2,
    });
    expect((await judge([tlsaRdata(2, 0, 0, intermediate.der)], [leaf])).verdict).toBe('verified');
    // The intermediate is missing: no path leads from the published root to the leaf.
    const broken = await judge([tlsaRdata(2, 0, 0, root.der)], [leaf]);
    expect(broken.verdict).toBe('mismatch');
    expect(broken.reason).toEqual({ code: 'path-failed', usage: 2, fault: { code: 'no-path' } });
  });

  test('D26 2 1 0: the key of an issuer that was not shown signed the topmost certificate', async () => {
    const { leaf, intermediate, root } = chain;
    const judgement = await judge([tlsaRdata(2, 1, 0, root.spki)], [leaf, intermediate]);
    expect(judgement.verdict).toBe('verified');
    const fields = { usage: 2, selector: 1, matchingType: 0 };
    expect(judgement.reason).toEqual({ code: 'matched', ...fields, depth: 1, bareKey: true });
    expect((await judge([tlsaRdata(2, 1, 0, intermediate.spki)], [leaf])).reason).toMatchObject({ depth: 0 });
    expect((await judge([tlsaRdata(2, 1, 0, root.spki)], [leaf])).verdict).toBe('mismatch');
    expect((await judge([tlsaRdata(2, 1, 0, other.root.spki)], [leaf, intermediate])).verdict).toBe('mismatch');
  });

  test('D26 2 1 0 whose issuer was shown matches that certificate', async () => {
    const judgement = await judge([tlsaRdata(2, 1, 0, chain.root.spki)], whole(chain));
    expect(judgement.reason).toEqual({ code: 'matched', usage: 2, selector: 1, matchingType: 0, depth: 2 });
  });

  test('D26 2 1 0 whose issuer was shown and ran out is no bare key: its certificate’s rules hold', async () => {
    const old = await makeChain({}, { notAfter: NOW - 1 });
    const judgement = await judge([tlsaRdata(2, 1, 0, old.intermediate.spki)], whole(old));
    expect(judgement).toMatchObject({
      verdict: 'mismatch',
      reason: { code: 'path-failed', usage: 2, fault: { code: 'expired', depth: 1 } },
    });
  });

  test('D26 the rest of the rules holds for a bare key too', async () => {
    const named = await judge([tlsaRdata(2, 1, 0, chain.intermediate.spki)], [chain.leaf], { host: 'other.test' });
    expect(named.reason).toMatchObject({ code: 'path-failed', fault: { code: 'name' } });
    const late = await judge([tlsaRdata(2, 1, 0, chain.intermediate.spki)], [chain.leaf], { now: NOT_AFTER + 1 });
    expect(late.reason).toMatchObject({ code: 'path-failed', fault: { code: 'expired', depth: 0 } });
  });
});

describe('usage 2 and the rules of paths', () => {
  async function faultOf(certificates: readonly Issued[], anchor: Issued, options: Options = {}): Promise<PathFault> {
    const { verdict, reason } = await judge([certificate256(2, anchor)], certificates, options);
    expect(verdict).toBe('mismatch');
    if (reason.code !== 'path-failed') throw new Error(`no path fault: ${reason.code}`);
    expect(reason.usage).toBe(2);
    return reason.fault;
  }
  const faultOfChain = (made: Chain, options: Options = {}) => faultOf(whole(made), made.root, options);
  const accepts = async (made: Chain, options: Options = {}) =>
    expect((await judge([certificate256(2, made.root)], whole(made), options)).verdict).toBe('verified');

  test('D23 the name must be the host or the base domain', async () => {
    expect(await faultOfChain(chain, { host: 'other.test' })).toEqual({
      code: 'name',
      references: ['other.test'],
      names: [HOST],
    });
    await accepts(chain, { host: 'alias.test', base: HOST });
    await accepts(chain, { host: HOST, base: 'target.test' });
    await accepts(chain, { host: HOST.toUpperCase(), base: `${HOST}.` });
  });

  test('D23 dates hold to the second, both ends included', async () => {
    await accepts(chain, { now: NOT_BEFORE });
    await accepts(chain, { now: NOT_AFTER });
    expect(await faultOfChain(chain, { now: NOT_AFTER + 1 })).toMatchObject({ code: 'expired', depth: 0 });
    expect(await faultOfChain(chain, { now: NOT_BEFORE - 1 })).toMatchObject({ code: 'not-yet-valid', depth: 0 });
  });

  test('D23 an issuer outside its dates fails the path', async () => {
    const old = await makeChain({}, { notAfter: NOW - 1 });
    expect(await faultOfChain(old)).toEqual({ code: 'expired', depth: 1, notAfter: NOW - 1, now: NOW });
    const early = await makeChain({}, { notBefore: NOW + 1 });
    expect(await faultOfChain(early)).toEqual({ code: 'not-yet-valid', depth: 1, notBefore: NOW + 1, now: NOW });
  });

  test('D23 a leaf that another key of the same name signed is no leaf of the issuer', async () => {
    const impostor = await issue({ subject: 'CN=Test Intermediate', issuer: chain.root, ca: true });
    const forged = await issue({ subject: 'CN=Leaf', issuer: impostor, names: [HOST] });
    expect(await faultOf([forged, chain.intermediate, chain.root], chain.intermediate)).toEqual({
      code: 'signature',
      depth: 0,
      fault: 'signature invalid',
    });
    expect(await faultOf([forged, chain.intermediate, chain.root], chain.root)).toEqual({ code: 'no-path' });
  });

  test('D23 one flipped bit in the leaf breaks the path', async () => {
    const der = chain.leaf.der.slice();
    der[der.length - 1]! ^= 1;
    const leaf = { ...chain.leaf, der };
    expect(await faultOf([leaf, chain.intermediate, chain.root], chain.intermediate)).toMatchObject({
      code: 'signature',
      depth: 0,
    });
  });

  test('a certificate without CA in its basicConstraints issues nothing', async () => {
    expect(await faultOfChain(await makeChain({}, { ca: false }))).toEqual({ code: 'not-an-issuer', depth: 1 });
    const root = await issue({ subject: 'CN=Root', ca: true });
    const middle = await issue({ subject: 'CN=Middle', issuer: root });
    const leaf = await issue({ subject: 'CN=Leaf', issuer: middle, names: [HOST] });
    expect(await faultOf([leaf, middle, root], root)).toEqual({ code: 'not-an-issuer', depth: 1 });
    expect(await faultOf([leaf, middle, root], middle)).toEqual({ code: 'not-an-issuer', depth: 1 });
  });

  test('a certificate before version 3 is an issuer only as an anchor that issued itself', () => {
    const read = ({ der }: Issued): Certificate => {
      const parsed = parseCertificate(der);
      if (!parsed.ok) throw new Error(parsed.fault);
      const { basicConstraints: _, ...rest } = parsed.certificate;
      return rest;
    };
    const [leaf, intermediate, root] = whole(chain).map(read) as [Certificate, Certificate, Certificate];
    const old = (certificate: Certificate): Certificate => ({ ...certificate, version: 1 });
    const none = { code: 'not-an-issuer' };
    expect(checkIssuer([leaf, old(root)], 1)).toBeUndefined();
    expect(checkIssuer([leaf, root], 1)).toMatchObject(none);
    expect(checkIssuer([leaf, old(intermediate)], 1)).toMatchObject(none);
    expect(checkIssuer([leaf, old(root), root], 1)).toMatchObject(none);
    expect(checkIssuer([old(leaf), root], 0)).toBeUndefined();
  });

  test('an issuer with keyUsage needs keyCertSign in it', async () => {
    const { digitalSignature, keyCertSign } = x509.KeyUsageFlags;
    await accepts(await makeChain({}, { keyUsage: keyCertSign }));
    expect(await faultOfChain(await makeChain({}, { keyUsage: digitalSignature }))).toEqual({
      code: 'not-an-issuer',
      depth: 1,
    });
  });

  test('D25 path length: the anchor allows so many issuers below it and no more', async () => {
    async function chainBelow(pathLength: number) {
      const root = await issue({ subject: 'CN=Root', ca: true, pathLength });
      const first = await issue({ subject: 'CN=First', issuer: root, ca: true });
      const second = await issue({ subject: 'CN=Second', issuer: first, ca: true });
      const leaf = await issue({ subject: 'CN=Leaf', issuer: second, names: [HOST] });
      return judge([certificate256(2, root)], [leaf, second, first, root]);
    }
    expect((await chainBelow(2)).verdict).toBe('verified');
    expect((await chainBelow(1)).reason).toMatchObject({ fault: { code: 'path-length', depth: 3, allowed: 1 } });
    expect((await chainBelow(0)).reason).toMatchObject({ fault: { code: 'path-length', depth: 3, allowed: 0 } });
  });

  test('path length: an issuer that issued itself anew does not count', async () => {
    const root = await issue({ subject: 'CN=Root', ca: true, pathLength: 0 });
    const renewed = await issue({ subject: 'CN=Root', issuer: root, ca: true });
    const leaf = await issue({ subject: 'CN=Leaf', issuer: renewed, names: [HOST] });
    expect((await judge([certificate256(2, root)], [leaf, renewed, root])).verdict).toBe('verified');
  });

  const SERVER = '1.3.6.1.5.5.7.3.1';
  const CLIENT = '1.3.6.1.5.5.7.3.2';
  test('extendedKeyUsage, where there is one, allows web servers, in leaf and issuers', async () => {
    await accepts(await makeChain({ extendedKeyUsage: [CLIENT, SERVER] }, { extendedKeyUsage: ['2.5.29.37.0'] }));
    expect(await faultOfChain(await makeChain({ extendedKeyUsage: [CLIENT] }))).toEqual({ code: 'purpose', depth: 0 });
    expect(await faultOfChain(await makeChain({}, { extendedKeyUsage: [CLIENT] }))).toEqual({
      code: 'purpose',
      depth: 1,
    });
  });

  test('keyUsage of the leaf, where there is one, fits a TLS server', async () => {
    const { digitalSignature, keyEncipherment, keyAgreement, cRLSign } = x509.KeyUsageFlags;
    for (const keyUsage of [digitalSignature, keyEncipherment, keyAgreement])
      await accepts(await makeChain({ keyUsage }));
    expect(await faultOfChain(await makeChain({ keyUsage: cRLSign }))).toEqual({ code: 'purpose', depth: 0 });
  });

  const unknown = (critical: boolean) => [new x509.Extension('1.2.3.4.5', critical, Uint8Array.of(5, 0))];
  test('a critical extension that nobody here knows fails the path, one that is not critical does not', async () => {
    await accepts(await makeChain({ extensions: unknown(false) }, { extensions: unknown(false) }));
    const fault = { code: 'critical-extension', oid: '1.2.3.4.5' };
    expect(await faultOfChain(await makeChain({ extensions: unknown(true) }))).toEqual({ ...fault, depth: 0 });
    expect(await faultOfChain(await makeChain({}, { extensions: unknown(true) }))).toEqual({ ...fault, depth: 1 });
  });

  test('a known extension that does not decode fails the path, and usage 3 does not mind', async () => {
    const broken = await makeChain({ extensions: [new x509.Extension('2.5.29.37', false, Uint8Array.of(5, 0))] });
    expect(await faultOfChain(broken)).toEqual({ code: 'bad-extension', depth: 0, oid: '2.5.29.37' });
    expect((await judge([key256(3, broken.leaf)], whole(broken))).verdict).toBe('verified');
  });

  test('critical policy extensions are met, since no policy is asked for', async () => {
    const policies = new x509.CertificatePolicyExtension(['1.2.3.4'], true);
    await accepts(await makeChain({ extensions: [policies] }, { extensions: [policies] }));
  });

  test('the nearest miss is named: of two paths, the one that only the name fails', async () => {
    const twin = await issue({ subject: 'CN=Test Intermediate', issuer: chain.root, keys: chain.intermediate.keys });
    const judgement = await judge([key256(2, chain.intermediate)], [chain.leaf, twin, chain.intermediate], {
      host: 'other.test',
    });
    expect(judgement.reason).toMatchObject({ code: 'path-failed', fault: { code: 'name' } });
  });

  test('a cross-signed issuer: one good path among bad ones is enough', async () => {
    const expired = await issue({
      subject: 'CN=Test Intermediate',
      issuer: chain.root,
      keys: chain.intermediate.keys,
      ca: true,
      notAfter: NOW - 1,
    });
    const certificates = [chain.leaf, expired, chain.intermediate, chain.root];
    const judgement = await judge([certificate256(2, chain.root)], certificates);
    expect(judgement.reason).toMatchObject({ code: 'matched', depth: 2 });
  });
});

describe('usage 0', () => {
  test.each([
    ['intermediate', 1],
    ['root', 2],
  ] as const)('D29 0 x x on the %s matches at depth %i on top of PKIX', async (which, depth) => {
    for (const record of [certificate256(0, chain[which]), key256(0, chain[which])]) {
      const judgement = await judge([record], whole(chain), { pkix: 'valid' });
      expect(judgement.verdict).toBe('verified');
      expect(judgement.reason).toMatchObject({ code: 'matched', usage: 0, depth });
    }
  });

  test.each(['invalid', 'overridden'] as const)(
    'D29 the old peer called PKIX passed when it had failed: usage 0 on a chain that is %s by PKIX is a mismatch',
    async (pkix) => {
      const judgement = await judge([certificate256(0, chain.root)], whole(chain), { pkix });
      expect(judgement.verdict).toBe('mismatch');
      expect(judgement.reason).toEqual({ code: 'pkix-failed', usage: 0, pkix });
    },
  );

  test('D29 usage 0 where nobody can say whether PKIX passed is unread', async () => {
    const judgement = await judge([certificate256(0, chain.root)], whole(chain), { pkix: 'unknown' });
    expect(judgement).toMatchObject({ verdict: 'unread', reason: { code: 'pkix-unknown', usage: 0 } });
  });

  test('D15 0 x x on the leaf matches nothing', async () => {
    expect((await judge([certificate256(0, chain.leaf)], whole(chain), { pkix: 'valid' })).verdict).toBe('mismatch');
  });

  test('D29 an issuer that is shown and does not lead to the leaf counts for nothing', async () => {
    const judgement = await judge([certificate256(0, other.root)], [...whole(chain), other.root], { pkix: 'valid' });
    expect(judgement.verdict).toBe('mismatch');
    expect(judgement.reason).toMatchObject({ code: 'path-failed', usage: 0, fault: { code: 'signature', depth: 1 } });
  });

  test('D29 an issuer in the path that is none fails it, valid by PKIX or not', async () => {
    const made = await makeChain({}, { ca: false });
    for (const [anchor, depth] of [
      [made.intermediate, 1],
      [made.root, 1],
    ] as const) {
      const judgement = await judge([certificate256(0, anchor)], whole(made), { pkix: 'valid' });
      expect(judgement.reason).toEqual({ code: 'path-failed', usage: 0, fault: { code: 'not-an-issuer', depth } });
    }
  });

  test('D29 names and dates are the browser’s to judge', async () => {
    const options = { pkix: 'valid', now: NOT_AFTER + 1, host: 'other.test' } as const;
    expect((await judge([certificate256(0, chain.root)], whole(chain), options)).verdict).toBe('verified');
  });
});

test('D30 of several records that match, in any order, the report names 3, else 2, else 1, else 0', async () => {
  const records = [
    certificate256(0, chain.root),
    key256(1, chain.leaf),
    certificate256(2, chain.root),
    key256(3, chain.leaf),
  ];
  const orders: readonly (readonly number[])[] = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2],
    [2, 1, 0],
    [0, 1, 2],
    [1, 2, 0],
    [0, 1],
    [1, 0],
    [0],
  ];
  for (const order of orders) {
    const ordered = order.map((usage) => records[usage]!);
    const judgement = await judge(ordered, whole(chain), { pkix: 'valid' });
    expect(judgement.reason, order.join()).toMatchObject({ code: 'matched', usage: Math.max(...order) });
    expect(judgement.tlsa.map(({ usage }) => usage)).toEqual(order);
  }
});

describe('the leaf alone', () => {
  test.each([0, 2])('D32 %i x 1 on an issuer is unread, unless another record matches', async (usage) => {
    const pkix = 'valid';
    for (const record of [certificate256(usage, chain.root), key256(usage, chain.intermediate)]) {
      const judgement = await judgeLeafOnly([record], chain.leaf, { pkix });
      expect(judgement).toMatchObject({ verdict: 'unread', reason: { code: 'issuer-unread' } });
      expect(judgement.tlsa[0]!.outcome).toEqual({ code: 'issuer-unread' });
      const both = await judgeLeafOnly([record, key256(3, chain.leaf)], chain.leaf, { pkix });
      expect(both.verdict).toBe('verified');
      const stale = await judgeLeafOnly([record, key256(3, other.leaf)], chain.leaf, { pkix });
      expect(stale.verdict).toBe('unread');
    }
  });

  test.each([0, 2])('D32 %i 0 0 and %i 1 0 of the leaf’s own issuer are decided without it', async (usage) => {
    for (const record of [
      tlsaRdata(usage, 0, 0, chain.intermediate.der),
      tlsaRdata(usage, 1, 0, chain.intermediate.spki),
    ]) {
      expect((await judgeLeafOnly([record], chain.leaf, { pkix: 'valid' })).verdict).toBe('verified');
    }
  });

  test('D32 2 0 0 of the root above an issuer that was not shown is unread, not a mismatch', async () => {
    expect((await judgeLeafOnly([tlsaRdata(2, 0, 0, chain.root.der)], chain.leaf)).verdict).toBe('unread');
    expect((await judgeLeafOnly([tlsaRdata(2, 1, 0, chain.root.spki)], chain.leaf)).verdict).toBe('unread');
  });

  test('a leaf that signed itself has no issuer to be shown', async () => {
    const leaf = await issue({ subject: 'CN=Self', names: [HOST] });
    expect((await judgeLeafOnly([certificate256(2, chain.root)], leaf)).verdict).toBe('mismatch');
    expect((await judgeLeafOnly([certificate256(2, leaf)], leaf)).verdict).toBe('mismatch');
  });

  test.each(['overridden', 'invalid'] as const)(
    'D29 usage 0 where PKIX has failed (%s) fails, whatever was not shown; usage 2 stays open',
    async (pkix) => {
      const record = certificate256(0, chain.root);
      const judgement = await judgeLeafOnly([record], chain.leaf, { pkix });
      expect(judgement).toMatchObject({ verdict: 'mismatch', reason: { code: 'pkix-failed', usage: 0, pkix } });
      expect(judgement.tlsa[0]!.outcome).toEqual({ code: 'pkix-failed', pkix });
      const both = await judgeLeafOnly([record, certificate256(2, chain.root)], chain.leaf, { pkix });
      expect(both).toMatchObject({ verdict: 'unread', reason: { code: 'issuer-unread' } });
      for (const open of ['valid', 'unknown'] as const) {
        expect((await judgeLeafOnly([record], chain.leaf, { pkix: open })).verdict).toBe('unread');
      }
    },
  );

  test('a private authority’s site, let through by hand, is confirmed by its published anchor', async () => {
    const judgement = await judgeLeafOnly([tlsaRdata(2, 0, 0, chain.intermediate.der)], chain.leaf, {
      pkix: 'overridden',
    });
    expect(judgement.verdict).toBe('verified');
    expect(judgement.notes).toEqual([{ code: 'pkix-overridden' }]);
  });
});

describe('hostile chains', () => {
  test('an issuer that is no certificate leaves open what it would have been', async () => {
    const evidence = shown([chain.leaf.der, Uint8Array.of(0x30, 0), chain.root.der], 'full chain', 'valid');
    const input = { evidence, base: HOST, host: HOST, now: NOW };
    expect(await judgeTlsa({ ...input, records: [certificate256(2, chain.intermediate)] })).toMatchObject({
      verdict: 'unread',
      reason: { code: 'certificate-malformed', depth: 1, fault: 'cut short' },
    });
    expect((await judgeTlsa({ ...input, records: [key256(3, chain.leaf)] })).verdict).toBe('verified');
  });

  test('a chain longer than is looked at leaves open what comes after', async () => {
    const strangers = Array<Issued>(MAX_CHAIN).fill(other.root);
    const cut = await judge([certificate256(2, chain.intermediate)], [chain.leaf, ...strangers, chain.intermediate]);
    expect(cut.verdict).toBe('unread');
    const inside = [chain.leaf, ...strangers.slice(2), chain.intermediate];
    expect((await judge([certificate256(2, chain.intermediate)], inside)).verdict).toBe('verified');
    // As many as are looked at leave nothing open.
    const full = [chain.leaf, ...strangers.slice(1)];
    expect((await judge([certificate256(2, chain.intermediate)], full)).verdict).toBe('mismatch');
  });

  test('issuers that sign each other end the search', async () => {
    const keys = [await makeKeys(), await makeKeys()] as const;
    const a = { der: new Uint8Array(), spki: new Uint8Array(), subject: 'CN=A', keys: keys[0] };
    const b = { ...a, subject: 'CN=B', keys: keys[1] };
    const aByB = await issue({ subject: 'CN=A', keys: keys[0], issuer: b, ca: true });
    const bByA = await issue({ subject: 'CN=B', keys: keys[1], issuer: a, ca: true });
    const leaf = await issue({ subject: 'CN=Leaf', issuer: aByB, names: [HOST] });
    const record = certificate256(2, other.root);
    expect((await judge([record], [leaf, aByB, bByA])).verdict).toBe('mismatch');
    expect((await judge([certificate256(2, bByA)], [leaf, aByB, bByA])).reason).toMatchObject({ depth: 2 });
  });

  test('many issuers of the same name are too much work, and that is unread, never a mismatch or a match', async () => {
    // Each level has several certificates of the same name and key: paths multiply.
    const keys = await Promise.all([0, 1, 2].map(() => makeKeys()));
    const level = (i: number, serial: number): Promise<Issued> =>
      issue({
        subject: `CN=L${i}`,
        keys: keys[i]!,
        issuer: {
          der: new Uint8Array(),
          spki: new Uint8Array(),
          subject: `CN=L${i + 1}`,
          keys: keys[i + 1] ?? keys[2]!,
        },
        ca: true,
        notAfter: NOT_AFTER + serial,
      });
    const certificates = (
      await Promise.all([0, 1, 2].map((i) => Promise.all([0, 1, 2, 3, 4].map((serial) => level(i, serial)))))
    ).flat();
    const leaf = await issue({ subject: 'CN=Leaf', issuer: certificates[0]!, names: [HOST] });
    const judgement = await judge([certificate256(2, other.root)], [leaf, ...certificates]);
    expect(judgement).toMatchObject({
      verdict: 'unread',
      reason: { code: 'path-failed', usage: 2, fault: { code: 'work-limit' } },
    });
  });

  test('a path may have so many certificates and no more', async () => {
    async function line(length: number) {
      const made: Issued[] = [await issue({ subject: 'CN=R', ca: true })];
      for (let i = 0; i < length - 2; i++) {
        made.unshift(await issue({ subject: `CN=${i}`, issuer: made[0]!, ca: true } satisfies Order));
      }
      made.unshift(await issue({ subject: 'CN=Leaf', issuer: made[0]!, names: [HOST] }));
      return judge([certificate256(2, made.at(-1)!)], made);
    }
    expect((await line(MAX_PATH)).reason).toMatchObject({ code: 'matched', depth: MAX_PATH - 1 });
    expect((await line(MAX_PATH + 1)).verdict).toBe('unread');
  });
});
