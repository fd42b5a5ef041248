/** The lines of the timeline: which there are, in what order, and what each says of its time. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { offReport } from '../../../src/check.ts';
import type { CertificateView } from '../../../src/dane/outcome.ts';
import type { SignatureView, ZoneStep } from '../../../src/dnssec/outcome.ts';
import { type Catalogue, livesOf, translateBy } from '../../../src/explain.ts';
import type { LookupView, Report } from '../../../src/report.ts';

const catalogue: Catalogue = JSON.parse(
  readFileSync(new URL('../../../src/locales/en/messages.json', import.meta.url), 'utf8'),
);
const asked = new Set<string>();
const plain = translateBy(catalogue);
const translate = (key: string, ...substitutions: string[]) => {
  asked.add(key);
  return plain(key, ...substitutions);
};

const NOW = 1_795_000_000;
const DAY = 86_400;

const signature = (type: string, owner: string, zone: string, changes: Partial<SignatureView> = {}): SignatureView => ({
  zone,
  owner,
  type,
  keyTag: 4711,
  algorithm: 13,
  inception: NOW - 3 * DAY,
  expiration: NOW + 10 * DAY,
  valid: true,
  ...changes,
});

const zone = (name: string, signatures: readonly SignatureView[], changes: Partial<ZoneStep> = {}): ZoneStep => ({
  zone: name,
  security: 'secure',
  reason: { code: 'validated' },
  ds: [],
  anchored: name === '.',
  keys: [],
  signatures,
  ...changes,
});

const lookup = (signatures: readonly SignatureView[], changes: Partial<LookupView> = {}): LookupView => ({
  name: '_443._tcp.site.example.',
  type: 'TLSA',
  security: 'secure',
  result: 'answer',
  reason: { code: 'validated' },
  aliases: [],
  signatures,
  ...changes,
});

const certificate = (depth: number, changes: Partial<CertificateView> = {}): CertificateView => ({
  depth,
  subject: depth === 0 ? 'CN=site.example' : 'CN=Issuer',
  issuer: 'CN=Issuer',
  names: depth === 0 ? ['site.example'] : [],
  notBefore: NOW - 30 * DAY,
  notAfter: NOW + 60 * DAY,
  sha256: '',
  spkiSha256: '',
  ...changes,
});

const base: Report = {
  ...offReport({ host: 'site.example', port: 443, now: NOW }, { code: 'switched-off' }),
  verdict: 'verified',
  reason: { code: 'tlsa-absent' },
  zones: [
    zone('.', [signature('DNSKEY', '.', '.')]),
    zone('example.', [
      signature('DNSKEY', 'example.', 'example.'),
      signature('DS', 'example.', '.', { expiration: NOW + 2 * DAY }),
    ]),
  ],
  lookups: [
    lookup([signature('TLSA', '_443._tcp.site.example.', 'example.')]),
    // Both lookups rest on this one.
    lookup([signature('TLSA', '_443._tcp.site.example.', 'example.')]),
  ],
  certificate: {
    kind: 'full chain',
    source: 'firefox-security-info',
    how: 'with the response',
    pkix: 'valid',
    obtainedAt: NOW,
    chain: [certificate(0), certificate(1, { notAfter: NOW + 3000 * DAY })],
  },
};

const lives = (changes: Partial<Report> = {}) => livesOf({ ...base, ...changes }, translate);
const told = (changes: Partial<Report>) => lives(changes).lasting.map(({ title, state, told }) => [title, state, told]);

describe('the lines of the timeline', () => {
  test('stand along the chain, what the parent signed first; each once, the one that ends first marked', () => {
    expect(lives()).toMatchObject({ leftOut: 0, at: NOW });
    expect(told({})).toEqual([
      ['DNSKEY records of the root zone', 'holds', '10 days left'],
      ['DS records of example', 'first', 'ends first: 2 days left'],
      ['DNSKEY records of example', 'holds', '10 days left'],
      ['TLSA records of _443._tcp.site.example', 'holds', '10 days left'],
      ['Certificate of site.example', 'holds', '60 days left'],
      ['Issuing certificate CN=Issuer', 'holds', '8 years left'],
    ]);
    expect(
      lives()
        .lasting.map(({ kind, brief }) => [kind, brief])
        .slice(1, -1),
    ).toEqual([
      ['signature', 'signed by the root zone, key 4711'],
      ['signature', 'signed by example, key 4711'],
      ['signature', 'signed by example, key 4711'],
      ['certificate', 'issued by CN=Issuer'],
    ]);
  });

  test('where all end together none is the first', () => {
    const together = {
      zones: [zone('.', [signature('DNSKEY', '.', '.')])],
      certificate: { kind: 'none', why: 'not needed' },
    };
    expect(told({ ...together, lookups: [] } as Partial<Report>)).toEqual([
      ['DNSKEY records of the root zone', 'holds', '10 days left'],
    ]);
  });

  test.each([
    ['the last second', { expiration: NOW }, 'holds'],
    ['a second after', { expiration: NOW - 1 }, 'ended'],
    ['the first second', { inception: NOW }, 'holds'],
    ['a second before', { inception: NOW + 1 }, 'not yet'],
    ['in its time, and not valid', { valid: false }, 'failed'],
    ['over, and not valid', { expiration: NOW - DAY, valid: false }, 'ended'],
  ] as const)('by its dates: %s', (_, changes, state) => {
    const zones = [zone('.', [signature('DNSKEY', '.', '.', changes)])];
    const [only] = lives({ zones, lookups: [], certificate: { kind: 'none', why: 'not needed' } }).lasting;
    expect(only?.state).toBe(state);
  });

  test('the signature that a reason speaks of stands where it failed, with how long it is over or not begun', () => {
    const { valid: _, ...facts } = signature('DNSKEY', 'example.', 'example.', { expiration: NOW - 3 * DAY });
    const expired = { code: 'signature-expired', now: NOW, ...facts } as const;
    const because = { code: 'clock', now: NOW, resolverTime: NOW - 9 * DAY, because: expired } as const;
    for (const reason of [expired, because]) {
      const zones = [base.zones[0]!, zone('example.', [], { security: 'bogus', reason })];
      expect(told({ zones, lookups: [lookup([], { security: 'bogus', reason })], reason }).slice(0, 3)).toEqual([
        ['DNSKEY records of the root zone', 'first', 'ends first: 10 days left'],
        ['DNSKEY records of example', 'ended', 'ended 3 days ago'],
        ['Certificate of site.example', 'holds', '60 days left'],
      ]);
    }
    const early = { ...facts, inception: NOW + 7200, expiration: NOW + 9 * DAY };
    const reason = { code: 'signature-not-yet-valid', now: NOW, ...early } as const;
    expect(told({ zones: [], lookups: [lookup([], { security: 'bogus', reason })] })[0]).toEqual([
      'DNSKEY records of example',
      'not yet',
      'begins in 2 hours',
    ]);
    const invalid = { code: 'signature-invalid', ...facts, expiration: NOW + DAY } as const;
    expect(told({ zones: [], lookups: [lookup([], { security: 'bogus', reason: invalid })] })[0]).toEqual([
      'DNSKEY records of example',
      'failed',
      'does not hold',
    ]);
  });

  test('a certificate without a name, and without an issuer, is told as such', () => {
    const chain = [certificate(0, { subject: '', names: [], issuer: '' }), certificate(1, { subject: '' })];
    const { lasting } = lives({
      zones: [],
      lookups: [],
      certificate: { ...base.certificate, chain } as Report['certificate'],
    });
    expect(lasting.map(({ title, brief }) => [title, brief])).toEqual([
      ['Certificate without a subject', ''],
      ['Certificate without a subject', 'issued by CN=Issuer'],
    ]);
  });

  test('are bounded: what does not hold and what ends first stays, in its order', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      signature('TLSA', `n${i}.example.`, 'example.', { expiration: NOW + (i === 299 ? -DAY : (400 - i) * DAY) }),
    );
    const { lasting, leftOut } = lives({ zones: [], lookups: [lookup(many)] });
    expect(lasting.length + leftOut).toBe(302);
    expect(lasting).toHaveLength(60);
    const ends = lasting.map(({ to }) => to);
    expect(lasting.filter(({ state }) => state === 'ended')).toHaveLength(1);
    expect(lasting.filter(({ state }) => state === 'first')).toHaveLength(1);
    expect(Math.max(...ends)).toBeLessThanOrEqual(NOW + 160 * DAY);
    expect(lasting.at(-1)?.kind).toBe('certificate');
  });

  test('ask for every sentence about lives, and for none that is not there', () => {
    expect([...asked].filter((key) => !Object.hasOwn(catalogue, key))).toEqual([]);
    expect(Object.keys(catalogue).filter((key) => key.startsWith('life_') && !asked.has(key))).toEqual([]);
  });
});
