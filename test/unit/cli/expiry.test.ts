/** `check --expiry-days`: which signatures and certificates are told of, and what the exit status makes of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expiryWarnings } from '../../../src/cli/expiry.ts';
import type { Report } from '../../../src/report.ts';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { createFiles, danelaw } from './danelaw.ts';

const NOW = Date.UTC(2026, 10, 22) / 1000;
const DAY = 86_400;

const signature = (zone: string, owner: string, type: string, days: number, valid = true) => ({
  zone,
  owner,
  type,
  keyTag: 7,
  algorithm: 13,
  inception: NOW - DAY,
  expiration: NOW + days * DAY,
  valid,
});

const certificate = (depth: number, days: number) => ({
  depth,
  subject: `CN=${depth}`,
  issuer: 'CN=issuer',
  names: [],
  notBefore: NOW - DAY,
  notAfter: NOW + days * DAY,
  sha256: 'ab',
  spkiSha256: 'cd',
});

const validated = { security: 'secure', reason: { code: 'validated' } } as const;
const zone = { ...validated, ds: [], anchored: false, keys: [] };
const report: Report = {
  version: 1,
  host: 'www.example.com',
  port: 443,
  verdict: 'verified',
  reason: { code: 'matched', usage: 2, selector: 1, matchingType: 1, depth: 1 },
  checkedAt: NOW,
  validUntil: NOW + 60,
  base: 'www.example.com',
  tlsa: [],
  lookups: [
    {
      name: '_443._tcp.www.example.com.',
      type: 'TLSA',
      ...validated,
      result: 'answer',
      aliases: [],
      signatures: [
        signature('example.com.', '_443._tcp.www.example.com.', 'TLSA', 10),
        signature('example.com.', '_443._tcp.www.example.com.', 'TLSA', 1, false),
      ],
    },
  ],
  zones: [
    { zone: 'com.', ...zone, signatures: [signature('com.', 'com.', 'DNSKEY', 1)] },
    {
      zone: 'example.com.',
      ...zone,
      signatures: [
        signature('com.', 'example.com.', 'DS', 2),
        signature('example.com.', 'example.com.', 'DNSKEY', 20),
        signature('example.com.', 'example.com.', 'DNSKEY', 20),
      ],
    },
  ],
  certificate: {
    kind: 'full chain',
    source: 'tls',
    pkix: 'valid',
    how: 'own connection',
    obtainedAt: NOW,
    chain: [certificate(0, 15), certificate(1, 25), certificate(2, 5)],
  },
  notes: [],
  resolvers: [],
  work: { queries: 0, roundTrips: 0, signatureChecks: 0, nsec3Hashes: 0 },
};

describe('what is told of', () => {
  const told = (days: number, of = report) =>
    expiryWarnings(of, days).map((warning) =>
      warning.code === 'signature-expires' ? `${warning.owner} ${warning.type}` : warning.subject,
    );

  it('signatures of the zones that answered, each once; the certificates up to the one that matched', () => {
    expect(told(9)).toEqual([]);
    expect(told(10)).toEqual(['_443._tcp.www.example.com. TLSA']);
    expect(told(15)).toEqual(['_443._tcp.www.example.com. TLSA', 'CN=0']);
    expect(told(30)).toEqual(['_443._tcp.www.example.com. TLSA', 'example.com. DNSKEY', 'CN=0', 'CN=1']);
  });

  it('where nothing matched, the site’s own certificate; where none was read, none', () => {
    expect(told(30, { ...report, reason: { code: 'no-match', usable: 1, unusable: 0 } })).not.toContain('CN=1');
    const none: Report = { ...report, certificate: { kind: 'none', why: 'not needed' } };
    expect(told(30, none)).toEqual(['_443._tcp.www.example.com. TLSA', 'example.com. DNSKEY']);
  });

  it('what has run out already, too', () => {
    const outdated = { ...report.certificate, chain: [certificate(0, -3)] } as Report['certificate'];
    expect(expiryWarnings({ ...report, certificate: outdated }, 0)).toEqual([
      { code: 'certificate-expires', depth: 0, subject: 'CN=0', notAfter: NOW - 3 * DAY },
    ]);
  });
});

describe('danelaw check --expiry-days', () => {
  const files = createFiles();
  let world: DemoWorld;
  let options: string[];
  beforeAll(async () => {
    world = await startDemoWorld();
    options = [
      ...['--resolver', world.resolverUrl, '--anchors', files.write('anchors', world.anchorsText)],
      ...['--ca', files.write('ca.pem', world.authority.rootPem)],
    ];
  });
  afterAll(async () => {
    files.remove();
    await world?.close();
  });
  const verified = () => world.sites.find(({ expected }) => expected === 'verified')!;

  it('leaves report and status alone where nothing runs out, and warns with status 1 where something does', async () => {
    const { host, port } = verified();
    const check = (...more: string[]) =>
      danelaw(['check', `${host}:${port}`, '--connect', '127.0.0.1', ...options, ...more]);
    const quiet = await check('--json', '--expiry-days', '0');
    expect(quiet.status).toBe(0);
    expect(JSON.parse(quiet.stdout).warnings).toEqual([]);
    expect(JSON.parse((await check('--json')).stdout)).not.toHaveProperty('warnings');
    const warned = await check('--json', '--expiry-days', '9999');
    expect(warned.status).toBe(1);
    const { verdict, warnings } = JSON.parse(warned.stdout);
    expect(verdict).toBe('verified');
    expect(new Set(warnings.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['signature-expires', 'certificate-expires']),
    );
    const text = await check('--expiry-days', '9999');
    expect(text.status).toBe(1);
    expect(text.stdout).toMatch(/^verified: /);
    expect(text.stdout).toMatch(/\nwarning: The certificate of the site itself runs out in \d+ (days|months) \(/);
    expect(text.stdout).toMatch(/\nwarning: The signature over the TLSA records of _\d+\._tcp\./);
  });

  it('counts in a batch', async () => {
    const { host, port } = verified();
    const input = [`${JSON.stringify({ host, port, connect: '127.0.0.1' })}\n`];
    const run = (days: string) => danelaw(['check', '--batch', '-', ...options, '--expiry-days', days], { input });
    const [quiet, warned] = [await run('0'), await run('9999')];
    expect([quiet.status, JSON.parse(quiet.stdout).warnings]).toEqual([0, []]);
    expect(warned.status).toBe(1);
    expect(JSON.parse(warned.stdout).warnings.length).toBeGreaterThan(1);
  });

  it.each(['x', '-1', '1.5', '10000'])('%s is no number of days', async (days) => {
    const { status, stderr } = await danelaw(['check', 'www.example.com', `--expiry-days=${days}`]);
    expect(status).toBe(2);
    expect(stderr).toContain(`--expiry-days ${days}: days are wanted`);
  });
});
