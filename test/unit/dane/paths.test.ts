/** The search for paths and what it may cost, on certificates as plain values; and name constraints along a path. */
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCertificate } from '../../../src/dane/certificate.ts';
import { MAX_PATH_SIGNATURES, MAX_PATH_STEPS } from '../../../src/dane/limits.ts';
import { checkPath, findPaths } from '../../../src/dane/path.ts';
import { judgeTlsa } from '../../../src/dane/tlsa.ts';
import type { Certificate } from '../../../src/dane/x509.ts';
import { type Chain, issue, makeChain, makeKeys, NOW, tlsaRdata, x509 } from './issued.ts';

const HOST = 'www.example.test';

let chain: Chain;
let leaf: Certificate;
let intermediate: Certificate;
let root: Certificate;

function certificate(der: Uint8Array): Certificate {
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.certificate;
}

beforeAll(async () => {
  chain = await makeChain();
  [leaf, intermediate, root] = [chain.leaf, chain.intermediate, chain.root].map(({ der }) => certificate(der)) as [
    Certificate,
    Certificate,
    Certificate,
  ];
});

/** Certificates that differ in nothing a path looks at. */
const copies = (of: Certificate, count: number) => Array.from({ length: count }, () => ({ ...of }));
/** Certificates of its name with a key each. */
const impostors = (of: Certificate, count: number) =>
  Array.from({ length: count }, (_, i) => ({ ...of, spki: Uint8Array.of(0x30, 2, 5, i) }));

describe('the search', () => {
  test('the leaf alone where nobody issued it', async () => {
    const { paths, broken, exhausted } = await findPaths(leaf, []);
    expect(paths).toEqual([[leaf]]);
    expect(broken).toEqual([]);
    expect(exhausted).toBe(false);
  });

  test('every path, the shorter before the longer', async () => {
    const { paths, broken, exhausted } = await findPaths(leaf, [root, intermediate]);
    expect(paths).toEqual([[leaf], [leaf, intermediate], [leaf, intermediate, root]]);
    expect(broken).toEqual([]);
    expect(exhausted).toBe(false);
  });

  test('a key stands once in a path, whatever certificates it has', async () => {
    const { paths, exhausted } = await findPaths(leaf, [intermediate, ...copies(root, 5)]);
    expect(paths.map((path) => path.length)).toEqual([1, 2, 3, 3, 3, 3, 3]);
    expect(exhausted).toBe(false);
  });

  test('one key under two names is two issuers', async () => {
    const keys = await makeKeys();
    const top = await issue({ subject: 'CN=Top', keys, ca: true });
    const middle = await issue({ subject: 'CN=Middle', issuer: top, keys, ca: true });
    const below = await issue({ subject: 'CN=Leaf', issuer: middle });
    const issuers = [certificate(top.der), certificate(middle.der)];
    const { paths } = await findPaths(certificate(below.der), issuers);
    expect(paths.map((path) => path.map(({ subject }) => subject.text))).toEqual([
      ['CN=Leaf'],
      ['CN=Leaf', 'CN=Middle'],
      ['CN=Leaf', 'CN=Middle', 'CN=Top'],
    ]);
  });

  test('a name that is the beginning of another is another', async () => {
    const [part] = intermediate.subject.parts;
    const longer = { ...intermediate, subject: { ...intermediate.subject, parts: [part!, part!] } };
    const shorter = { ...intermediate, subject: { ...intermediate.subject, parts: [] } };
    expect((await findPaths(leaf, [longer, shorter])).paths).toEqual([[leaf]]);
  });

  test('an issuer that did not sign is told of, with the place of what it did not sign', async () => {
    const [impostor] = impostors(root, 1);
    const { paths, broken, exhausted } = await findPaths(leaf, [intermediate, impostor!]);
    expect(paths).toHaveLength(2);
    expect(broken).toEqual([{ issuer: impostor, fault: { code: 'signature', depth: 1, fault: expect.any(String) } }]);
    expect(exhausted).toBe(false);
  });

  test('so many places in the tree are visited, and no more', async () => {
    const within = await findPaths(leaf, copies(intermediate, MAX_PATH_STEPS - 1));
    expect(within.paths).toHaveLength(MAX_PATH_STEPS);
    expect(within.exhausted).toBe(false);
    const beyond = await findPaths(leaf, copies(intermediate, MAX_PATH_STEPS));
    expect(beyond.paths).toHaveLength(MAX_PATH_STEPS);
    expect(beyond.exhausted).toBe(true);
  });

  test('so many signatures are checked, and no more; the same one once', async () => {
    const within = await findPaths(leaf, impostors(intermediate, MAX_PATH_SIGNATURES));
    expect(within.broken).toHaveLength(MAX_PATH_SIGNATURES);
    expect(within.exhausted).toBe(false);
    // What was checked already costs nothing more, and a new one has no budget left.
    expect(await within.verify(leaf, within.broken[0]!.issuer.spki)).toBe(within.broken[0]!.fault.fault);
    expect(await within.verify(leaf, intermediate.spki)).toBe(undefined);
    const beyond = await findPaths(leaf, impostors(intermediate, MAX_PATH_SIGNATURES + 1));
    expect(beyond.broken).toHaveLength(MAX_PATH_SIGNATURES);
    expect(beyond.exhausted).toBe(true);
    const last = await findPaths(leaf, [...impostors(intermediate, MAX_PATH_SIGNATURES - 1), intermediate]);
    expect(last.paths).toEqual([[leaf], [leaf, intermediate]]);
    expect(await last.verify(leaf, intermediate.spki)).toBe('valid');
  });
});

describe('name constraints along a path', () => {
  /** The value of the extension: permitted, dNSName subtrees (RFC 5280 section 4.2.1.10). */
  function permitting(name: string): x509.Extension {
    const text = [...new TextEncoder().encode(name)];
    const subtree = [0x30, text.length + 2, 0x82, text.length, ...text];
    const permitted = [0xa0, subtree.length, ...subtree];
    return new x509.Extension('2.5.29.30', true, Uint8Array.of(0x30, permitted.length, ...permitted));
  }

  test('D23 an issuer that may not issue for the host makes no match for usage 2', async () => {
    for (const [name, verdict] of [
      ['other.test', 'mismatch'],
      ['example.test', 'verified'],
      [HOST, 'verified'],
    ] as const) {
      const made = await makeChain({}, { extensions: [permitting(name)] });
      const certificates = [made.leaf.der, made.intermediate.der, made.root.der];
      const evidence = { kind: 'full chain', source: 'tls', pkix: 'invalid', certificates, obtainedAt: NOW } as const;
      for (const anchor of [made.intermediate, made.root]) {
        const records = [tlsaRdata(2, 0, 0, anchor.der)];
        const judged = await judgeTlsa({ records, evidence, base: HOST, host: HOST, now: NOW });
        expect(judged.verdict).toBe(verdict);
        if (verdict === 'mismatch') {
          expect(judged.reason).toEqual({
            code: 'path-failed',
            usage: 2,
            fault: { code: 'name-constraint', depth: 1, name: HOST },
          });
        }
      }
    }
  });

  test('D23 what shuts the leaf out is told before its dates', () => {
    const constrained = {
      ...root,
      nameConstraints: { permitted: [], excluded: [{ kind: 'dns', name: 'test' }] },
    } as const;
    expect(checkPath([leaf, intermediate, constrained], { references: [HOST], now: 0 })).toEqual({
      code: 'name-constraint',
      depth: 2,
      name: HOST,
    });
  });
});
