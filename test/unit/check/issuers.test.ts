/** checkSite with a leaf that came alone: when issuers are fetched, and that nothing else makes it fetch any. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CheckInput, checkSite } from '../../../src/check.ts';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import type { World } from '../../world/world.ts';
import { type Issued, issue, x509 } from '../dane/issued.ts';
import { anchorsFrom, NOW, verifier, world } from '../dnssec/judging.ts';

const HOST = 'www.example.com';
const URL_OF_ISSUER = 'http://ca.example.net/issuer.crt';
const dates = { notBefore: NOW - 3600, notAfter: NOW + 3600 };

let authority: Issued;
let leaf: Issued;
let of: World;
beforeAll(async () => {
  authority = await issue({ subject: 'CN=Authority', ca: true, ...dates });
  const extensions = [new x509.AuthorityInfoAccessExtension({ caIssuers: URL_OF_ISSUER })];
  leaf = await issue({ subject: 'CN=Leaf', issuer: authority, names: [HOST, 'two.example.com'], extensions, ...dates });
  const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
  of = world({
    'com.': {},
    'example.com.': {
      records: `
        www            A    192.0.2.1
        _443._tcp.www  TLSA 2 1 1 ${sha256(authority.spki)}
        two            A    192.0.2.1
        _443._tcp.two  TLSA 2 1 1 ${sha256(authority.spki)}
        _443._tcp.two  TLSA 3 1 1 ${sha256(leaf.spki)}
        none           A    192.0.2.1
      `,
    },
  });
});

async function check(host: string, input: Partial<CheckInput> = {}, kind: 'leaf only' | 'full chain' = 'leaf only') {
  const asked: string[] = [];
  const evidence: CertificateEvidence = {
    kind,
    source: 'chromium-security-info',
    pkix: 'valid',
    certificates: [leaf.der],
    obtainedAt: NOW,
  };
  const report = await checkSite({
    ...{ host, port: 443, ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier },
    certificate: async () => evidence,
    fetchIssuer: async (url) => {
      asked.push(url);
      return authority.der;
    },
    ...input,
  });
  return { report, asked };
}

describe('issuers are fetched', () => {
  it('D32 where only the leaf was shown and a record speaks of an issuer', async () => {
    const { report, asked } = await check(HOST);
    expect(report).toMatchObject({ verdict: 'verified', reason: { code: 'matched', usage: 2, depth: 1 } });
    expect(asked).toEqual([URL_OF_ISSUER]);
    const { certificate } = report;
    expect(certificate).toMatchObject({
      kind: 'leaf only',
      chain: [{ depth: 0 }, { depth: 1, fetchedFrom: URL_OF_ISSUER }],
    });
  });

  it('D32 not where another record matched already, the whole chain was shown, or nothing is published', async () => {
    expect(await check('two.example.com')).toMatchObject({ report: { verdict: 'verified' }, asked: [] });
    expect(await check(HOST, {}, 'full chain')).toMatchObject({ report: { verdict: 'mismatch' }, asked: [] });
    expect(await check('none.example.com')).toMatchObject({ report: { verdict: 'signed' }, asked: [] });
  });

  it('D32 where nobody fetches, or nothing comes, all stays as it was', async () => {
    const unread = { verdict: 'unread', reason: { code: 'issuer-unread' } };
    expect((await check(HOST, { fetchIssuer: async () => undefined })).report).toMatchObject(unread);
    const broken = { fetchIssuer: () => Promise.reject(new Error('broken')) };
    expect((await check(HOST, broken)).report).toMatchObject(unread);
    const { report } = await check(HOST, { fetchIssuer: undefined as never });
    expect(report).toMatchObject(unread);
  });
});
