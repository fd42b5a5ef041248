import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Advice } from '../../src/dane/advice.ts';
import type { CertificateMissing, CertificateSource } from '../../src/dane/evidence.ts';
import type { PathFault, TlsaOutcome, TlsaView } from '../../src/dane/outcome.ts';
import type { TransportFailure } from '../../src/dns/ask.ts';
import type { MissingProof, SignatureFacts, WorkLimit, ZoneStep } from '../../src/dnssec/outcome.ts';
import { explainEndpoints } from '../../src/explain/records.ts';
import {
  type Catalogue,
  escapeForDisplay,
  explain,
  explainExpiry,
  explainLookup,
  explainProbe,
  explainProbeStep,
  explainReason,
  linesOf,
  pictureOf,
  translateBy,
} from '../../src/explain.ts';
import type { ProbeReport, ProbeStep } from '../../src/probe.ts';
import {
  type BindingsView,
  type ExpiryWarning,
  type Reason,
  type Report,
  type ReportNote,
  SITE_VERDICTS,
} from '../../src/report.ts';
import { ABOUT_PEOPLE } from './explain/people-sentences.ts';
import { SERVICE_KEYS } from './services/sentences.ts';

const catalogue: Catalogue = JSON.parse(
  readFileSync(new URL('../../src/locales/en/messages.json', import.meta.url), 'utf8'),
);

/** Keys asked for, over all tests of this file. */
const asked = new Set<string>();
const plain = translateBy(catalogue);
const translate = (key: string, ...substitutions: string[]) => {
  asked.add(key);
  return plain(key, ...substitutions);
};

const NOW = Date.UTC(2026, 10, 22, 12) / 1000;
const DAY = 86_400;

const signature: SignatureFacts = {
  zone: 'example.org.',
  owner: 'example.org.',
  type: 'DNSKEY',
  keyTag: 12345,
  algorithm: 13,
  inception: NOW - 30 * DAY,
  expiration: NOW - 3 * DAY,
};

const failures: { [Code in TransportFailure['code']]: Extract<TransportFailure, { code: Code }> } = {
  unreachable: { code: 'unreachable', resolver: 'https://r.example/', detail: 'refused' },
  timeout: { code: 'timeout', resolver: 'https://r.example/', limitMs: 5000 },
  'http-status': { code: 'http-status', resolver: 'https://r.example/', status: 500 },
  redirected: { code: 'redirected', resolver: 'https://r.example/' },
  'content-type': { code: 'content-type', resolver: 'https://r.example/', contentType: 'text/html' },
  empty: { code: 'empty', resolver: 'https://r.example/' },
  'too-large': { code: 'too-large', resolver: 'https://r.example/', limitOctets: 65_535 },
  malformed: { code: 'malformed', resolver: 'https://r.example/', fault: 'cut short', offset: 12 },
  'not-a-response': { code: 'not-a-response', resolver: 'https://r.example/' },
  'wrong-question': { code: 'wrong-question', resolver: 'https://r.example/', answered: 'evil.example. A' },
  truncated: { code: 'truncated', resolver: 'https://r.example/' },
  'no-resolver': { code: 'no-resolver' },
  'not-recorded': { code: 'not-recorded' },
};

const pathFaults: { [Code in PathFault['code']]: Extract<PathFault, { code: Code }> } = {
  name: { code: 'name', references: ['www.example.org'], names: ['other.example'] },
  expired: { code: 'expired', depth: 0, notAfter: NOW - 3 * DAY, now: NOW },
  'not-yet-valid': { code: 'not-yet-valid', depth: 1, notBefore: NOW + 3 * DAY, now: NOW },
  signature: { code: 'signature', depth: 0, fault: 'weak key' },
  'not-an-issuer': { code: 'not-an-issuer', depth: 1 },
  'path-length': { code: 'path-length', depth: 2, allowed: 0 },
  purpose: { code: 'purpose', depth: 1 },
  'name-constraint': { code: 'name-constraint', depth: 1, name: 'www.example.org' },
  'critical-extension': { code: 'critical-extension', depth: 1, oid: '1.2.3' },
  'bad-extension': { code: 'bad-extension', depth: 1, oid: '2.5.29.19' },
  'not-sent': { code: 'not-sent' },
  'no-path': { code: 'no-path' },
  'work-limit': { code: 'work-limit' },
};

const at = { zone: 'example.org.', owner: 'www.example.org.', type: 'TLSA' };
const expired = { code: 'signature-expired', ...signature, now: NOW } as const;

/** One sample for every member of the union: the type checker demands each. */
const samples: { [Code in Reason['code']]: Extract<Reason, { code: Code }> } = {
  validated: { code: 'validated' },
  'insecure-delegation': { code: 'insecure-delegation', zone: 'example.org.', parent: 'org.', proof: 'NSEC' },
  'unsupported-algorithms': {
    code: 'unsupported-algorithms',
    zone: 'example.org.',
    algorithms: [12, 253],
    digestTypes: [3, 77],
    sha1: false,
  },
  'opt-out': { code: 'opt-out', zone: 'org.', name: 'example.org.' },
  'nsec3-iterations': { code: 'nsec3-iterations', zone: 'example.org.', iterations: 2500, limit: 100 },
  'signature-expired': expired,
  'signature-not-yet-valid': { ...expired, code: 'signature-not-yet-valid', inception: NOW + 2 * 3600 },
  'signature-invalid': { code: 'signature-invalid', ...signature },
  'signature-malformed': { code: 'signature-malformed', ...signature },
  'signature-missing': { code: 'signature-missing', ...at },
  'wrong-signer': { code: 'wrong-signer', ...at, signer: 'evil.example.' },
  'key-missing': { code: 'key-missing', ...at, keyTags: [4711] },
  'dnskey-missing': { code: 'dnskey-missing', zone: 'example.org.' },
  'ds-mismatch': { code: 'ds-mismatch', zone: 'example.org.', parent: 'org.', keyTags: [4711] },
  'anchor-mismatch': { code: 'anchor-mismatch', zone: '.', keyTags: [20326, 38696] },
  'denial-missing': {
    code: 'denial-missing',
    zone: 'example.org.',
    name: '_443._tcp.example.org.',
    type: 'TLSA',
    missing: 'next closer name',
  },
  'wildcard-unproven': {
    code: 'wildcard-unproven',
    zone: 'example.org.',
    name: 'a.example.org.',
    type: 'A',
    wildcard: '*.example.org.',
  },
  'alias-malformed': { code: 'alias-malformed', owner: 'www.example.org.', type: 'CNAME', records: 2 },
  'dname-too-long': { code: 'dname-too-long', owner: 'example.org.', name: 'a.example.org.' },
  'no-answer': { code: 'no-answer', name: 'example.org.', type: 'DS', failure: failures.timeout },
  'resolver-error': {
    code: 'resolver-error',
    name: 'example.org.',
    type: 'DS',
    rcode: 'SERVFAIL',
    extendedErrors: [{ code: 22, text: 'lame' }],
  },
  'work-limit': { code: 'work-limit', limit: 'signature checks', allowed: 60 },
  'no-anchor': { code: 'no-anchor', name: 'example.org.' },
  'alias-loop': { code: 'alias-loop', name: 'example.org.' },
  'unaskable-type': { code: 'unaskable-type', type: 'RRSIG' },
  engine: { code: 'engine', detail: 'OperationError' },
  filtered: {
    code: 'filtered',
    name: 'www.example.org.',
    extendedErrors: [{ code: 15, text: '' }],
    because: expired,
  },
  clock: { code: 'clock', now: NOW, resolverTime: NOW - 5 * DAY, because: expired },
  matched: { code: 'matched', usage: 3, selector: 1, matchingType: 1, depth: 0 },
  'no-match': { code: 'no-match', usable: 2, unusable: 0 },
  'pkix-failed': { code: 'pkix-failed', usage: 1, pkix: 'overridden' },
  'pkix-unknown': { code: 'pkix-unknown', usage: 0 },
  'path-failed': { code: 'path-failed', usage: 2, fault: pathFaults.name },
  'tlsa-absent': { code: 'tlsa-absent' },
  'tlsa-unusable': { code: 'tlsa-unusable', records: 2 },
  'certificate-unread': { code: 'certificate-unread', why: 'debugger busy' },
  'issuer-unread': { code: 'issuer-unread' },
  'certificate-malformed': { code: 'certificate-malformed', depth: 0, fault: 'octets left over' },
  'not-https': { code: 'not-https', scheme: 'http' },
  'address-literal': { code: 'address-literal', host: '127.0.0.1' },
  'single-label': { code: 'single-label', host: 'localhost' },
  'bad-host': { code: 'bad-host', host: 'a..b' },
  excluded: { code: 'excluded', host: 'bank.example' },
  'local-name': { code: 'local-name', host: 'printer.local' },
  'private-window': { code: 'private-window', host: 'www.example.com' },
  'on-click': { code: 'on-click', host: 'www.example.com' },
  'no-access': { code: 'no-access', host: 'www.example.com' },
  'switched-off': { code: 'switched-off' },
};

/** A whole sentence: filled in, with a capital at its start and a stop at its end. */
function expectSentence(text: string) {
  expect(text).toMatch(/^[A-Z“0-9a-z]/);
  expect(text).toMatch(/\.$/);
  expect(text).not.toMatch(/\$|undefined|null|NaN|\[object|\.\.$/);
}

const why = (reason: Reason) => explainReason(reason, translate);

describe('reasons', () => {
  test.each(Object.entries(samples))('%s has its sentence', (_code, reason) => {
    expectSentence(why(reason));
  });

  test('no two reasons share a sentence', () => {
    const sentences = Object.values(samples).map(why);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  test('a signature that ran out: what, whose, which key, since when', () => {
    expect(why(expired)).toBe(
      'The signature over the DNSKEY record set of example.org made by key 12345 ran out 3 days ago, on November 19, 2026 at 12:00 UTC.',
    );
  });

  test('a signature that is not valid yet', () => {
    expect(why(samples['signature-not-yet-valid'])).toContain('valid only in 2 hours, from November 22, 2026 at 14:00');
  });

  test('facts are in the sentences', () => {
    expect(why(samples['ds-mismatch'])).toMatch(
      /keys that org vouches for \(4711\) are not the keys that example\.org uses/,
    );
    expect(why(samples['anchor-mismatch'])).toMatch(/20326, 38696.*the root zone/);
    expect(why(samples['unsupported-algorithms'])).toContain('algorithm 253');
    expect(why(samples['resolver-error'])).toMatch(
      /\(SERVFAIL\), and says: no responsible server could be reached \(lame\)\./,
    );
    expect(why(samples['work-limit'])).toMatch(/signatures to verify \(at most 60\)/);
    expect(why(samples.clock)).toMatch(/5 days apart.*ran out 3 days ago/);
    expect(why(samples['path-failed'])).toMatch(/It names other\.example, not www\.example\.org/);
  });

  const missing: Record<MissingProof, true> = {
    'any denial record': true,
    'name does not exist': true,
    'no wildcard matches': true,
    'type does not exist': true,
    'closest encloser': true,
    'next closer name': true,
    'no delegation signer': true,
    'wildcard expansion': true,
  };
  test.each(Object.keys(missing) as MissingProof[])('missing proof: %s', (part) => {
    expectSentence(why({ ...samples['denial-missing'], missing: part }));
    expect(why({ ...samples['denial-missing'], missing: part })).not.toMatch(/: \.$/);
  });

  const limits: Record<WorkLimit, true> = {
    questions: true,
    'signature checks': true,
    'NSEC3 hashes': true,
    'NSEC3 hashes per proof': true,
    'signatures per RRset': true,
    'keys per key tag': true,
    'DS records': true,
    'records per RRset': true,
    aliases: true,
    'denial records': true,
    signers: true,
  };
  test.each(Object.keys(limits) as WorkLimit[])('work limit: %s', (limit) => {
    expect(why({ ...samples['work-limit'], limit })).not.toContain(':  (');
    expectSentence(why({ ...samples['work-limit'], limit }));
  });

  test('transport failure: a resolver that wants to be left alone', () => {
    const failure = { ...failures['http-status'], status: 429, retryAfterSeconds: 30 };
    expect(why({ ...samples['no-answer'], failure })).toMatch(
      /HTTP status 429, and is to be left alone for 30 seconds\.$/,
    );
  });

  test.each(Object.entries(failures))('transport failure: %s', (_code, failure) => {
    const sentence = why({ ...samples['no-answer'], failure });
    expectSentence(sentence);
    expect(sentence).toMatch(/example\.org: (the resolver https:\/\/r\.example\/|no resolver|it is not)/);
  });

  test.each(Object.entries(pathFaults))('path fault: %s', (_code, fault) => {
    const sentence = why({ ...samples['path-failed'], fault });
    expectSentence(sentence);
    expect(sentence).not.toMatch(/: $/);
  });

  test('each kind of bad signature on a certificate', () => {
    const faults = [
      'signature invalid',
      'weak signature algorithm',
      'unsupported signature algorithm',
      'weak key',
      'unsupported key',
      'key of another kind',
    ] as const;
    const sentences = faults.map((fault) =>
      why({ ...samples['path-failed'], fault: { ...pathFaults.signature, fault } }),
    );
    expect(new Set(sentences).size).toBe(faults.length);
    for (const sentence of sentences) expect(sentence).not.toContain('()');
  });

  test('every certificate that was not seen', () => {
    const whys: Record<CertificateMissing, true> = {
      'not needed': true,
      'no page opened': true,
      'not shown by this browser': true,
      'no connection seen': true,
      'earlier one does not fit': true,
      'on click only': true,
      'reading switched off': true,
      'debugger busy': true,
      'debugger refused': true,
      'debugger cancelled': true,
      'tab closed': true,
      'tab crashed': true,
      'went elsewhere': true,
      'no answer': true,
      'certificate refused': true,
      'handshake failed': true,
      'host not found': true,
      'connection refused': true,
      'connection failed': true,
    };
    const sentences = (Object.keys(whys) as CertificateMissing[]).map((reason) =>
      why({ code: 'certificate-unread', why: reason }),
    );
    for (const sentence of sentences) expectSentence(sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  test('variants of the sentences', () => {
    for (const usage of [0, 1, 2, 3]) expectSentence(why({ ...samples.matched, usage, depth: usage === 2 ? 2 : 0 }));
    expect(why({ ...samples.matched, usage: 2, depth: 1 })).toContain('the issuer 1 step above');
    expect(why({ ...samples.matched, usage: 0, depth: 2 })).toContain('the issuer 2 steps above');
    expect(why(samples.matched)).toBe('A published record (TLSA 3 1 1) names the key of this certificate.');
    expect(why({ ...samples.matched, selector: 0 })).toContain('(TLSA 3 0 1) names this very certificate.');
    for (const usage of [0, 2]) {
      expect(why({ ...samples.matched, usage, bareKey: true })).toContain(
        'the key that signed the certificate of the site',
      );
    }
    expect(why({ code: 'no-match', usable: 1, unusable: 0 })).toMatch(/^DNS names one certificate/);
    expect(why({ code: 'tlsa-unusable', records: 1 })).toMatch(/^The one published record/);
    expect(why({ ...samples['pkix-failed'], pkix: 'invalid' })).not.toContain('by hand');
    expect(why({ ...samples['key-missing'], keyTags: [] })).toContain('no signature that names a key');
    expect(why({ ...samples['insecure-delegation'], proof: 'opt-out' })).toContain('opt-out');
    expect(why({ ...samples['unsupported-algorithms'], sha1: true })).toContain('SHA-1');
    expect(why({ ...samples['resolver-error'], extendedErrors: [] })).toMatch(/\(SERVFAIL\)\.$/);
    for (const code of [15, 16, 17]) {
      const extendedErrors = [{ code, text: '' }];
      expect(why({ ...samples['resolver-error'], extendedErrors })).toMatch(/^Filtered by the resolver: /);
      expect(why({ ...samples.filtered, extendedErrors })).toMatch(
        /^Filtered by the resolver: it says of www\.example/,
      );
    }
    expect(why({ ...samples['path-failed'], fault: { ...pathFaults.name, names: [] } })).toContain('no host at all');
    for (let code = 0; code <= 31; code++) {
      const sentence = why({ ...samples['resolver-error'], extendedErrors: [{ code, text: '' }] });
      expect(sentence).toMatch(/says: .+\.$/);
    }
  });
});

const tlsaView = (outcome: TlsaOutcome, usage: number | null = 3): TlsaView => ({
  usage,
  selector: usage === null ? null : 1,
  matchingType: usage === null ? null : 1,
  data: 'ab'.repeat(32),
  outcome,
});

const certificateView = {
  depth: 0,
  subject: 'CN=www.example.org',
  issuer: 'CN=Example CA',
  names: ['www.example.org'],
  notBefore: NOW - 30 * DAY,
  notAfter: NOW + 60 * DAY,
  sha256: '12'.repeat(32),
  spkiSha256: '34'.repeat(32),
};

const ACCEPTED = {
  code: 'accepted-by-dane',
  usage: 3,
  selector: 1,
  matchingType: 1,
  data: 'ab'.repeat(32),
} as const;

const base: Report = {
  version: 1,
  host: 'www.example.org',
  port: 443,
  verdict: 'verified',
  reason: samples.matched,
  checkedAt: NOW,
  validUntil: NOW + 3600,
  base: 'www.example.org',
  tlsa: [tlsaView({ code: 'matched', depth: 0 }), tlsaView({ code: 'not-matched' })],
  lookups: [
    {
      name: '_443._tcp.www.example.org.',
      type: 'TLSA',
      security: 'secure',
      result: 'answer',
      reason: { code: 'validated' },
      aliases: [{ owner: '_443._tcp.www.example.org.', target: 'tlsa.example.org.', security: 'secure' }],
      signatures: [{ ...signature, type: 'TLSA', expiration: NOW + 5 * DAY, valid: true }],
    },
  ],
  zones: [
    {
      zone: '.',
      security: 'secure',
      reason: { code: 'validated' },
      ds: [{ keyTag: 20326, algorithm: 8, digestType: 2, digest: 'ab' }],
      anchored: true,
      keys: [
        { keyTag: 20326, algorithm: 8, flags: 257, entryPoint: true, revoked: false },
        { keyTag: 111, algorithm: 8, flags: 256, entryPoint: false, revoked: false },
      ],
      signatures: [{ ...signature, zone: '.', expiration: NOW + DAY, valid: true }],
    },
    {
      zone: 'example.org.',
      security: 'secure',
      reason: { code: 'validated' },
      ds: [
        { keyTag: 1, algorithm: 13, digestType: 2, digest: 'cd' },
        { keyTag: 2, algorithm: 13, digestType: 99, digest: 'cd' },
      ],
      anchored: false,
      keys: [{ keyTag: 1, algorithm: 99, flags: 257, entryPoint: true, revoked: false }],
      signatures: [{ ...signature, valid: false }],
    },
  ],
  certificate: {
    kind: 'full chain',
    source: 'firefox-security-info',
    how: 'with the response',
    pkix: 'valid',
    obtainedAt: NOW,
    chain: [
      certificateView,
      { ...certificateView, depth: 1, subject: '', names: [], appended: true, fetchedFrom: 'http://ca.example/' },
    ],
  },
  notes: [],
  resolvers: ['https://r.example/'],
  work: { queries: 5, roundTrips: 1, signatureChecks: 5, nsec3Hashes: 0 },
};

const say = (changes: Partial<Report> = {}) => explain({ ...base, ...changes }, translate);
const links = (changes: Partial<Report>, kind: string) => say(changes).chain.filter((link) => link.kind === kind);

describe('reports', () => {
  test.each(SITE_VERDICTS)('%s: headline and title name the host', (verdict) => {
    const { headline, title } = say({ verdict });
    expectSentence(headline);
    expect(headline).toContain('www.example.org');
    expect(title).toMatch(/^www\.example\.org: .+[^.]$/);
  });

  test('a page without a host', () => {
    expect(say({ verdict: 'off', host: '', reason: { code: 'not-https', scheme: 'about' } })).toMatchObject({
      headline: 'This page was not checked.',
      title: 'Not checked',
      why: 'There is no certificate to check: the page was not loaded by HTTPS but by “about”.',
    });
  });

  test('a private window is told as such, whatever page it shows', () => {
    expect(say({ verdict: 'off', reason: samples['private-window'] })).toMatchObject({
      headline: 'Private windows are not checked.',
      title: 'Private windows are not checked',
      why: 'Nobody is asked about what you visit in a private window, unless you switch that on in the options.',
    });
  });

  test('a page that waits for a click', () => {
    expect(say({ verdict: 'off', host: 'www.example.com', reason: samples['on-click'] })).toMatchObject({
      headline: 'www.example.com is not checked yet.',
      title: 'www.example.com: not checked until you ask for it',
      why: 'Nobody is asked about it until you ask for the check: the options are set that way.',
    });
  });

  test('a page that the browser keeps from the extension', () => {
    const shut = say({ verdict: 'indeterminate', host: 'www.example.com', reason: samples['no-access'] });
    expect(shut.headline).toBe('Danelaw is not allowed to see www.example.com.');
    expect(shut.title).toBe('www.example.com: could not be checked, since the browser gives Danelaw no access to it');
  });

  test('the chain goes from the root down to the certificates', () => {
    const { chain } = say();
    expect(chain.map(({ kind, state, title }) => [kind, state, title])).toEqual([
      ['zone', 'good', 'The root zone'],
      ['zone', 'good', 'Zone example.org'],
      ['tlsa', 'good', 'Published record 3 1 1'],
      ['tlsa', 'open', 'Published record 3 1 1'],
      ['certificate', 'good', 'CN=www.example.org'],
      ['certificate', 'open', 'Certificate without a subject'],
    ]);
    for (const { details } of chain) {
      expect(details.length).toBeGreaterThan(0);
      for (const line of details) expect(line).toMatch(/^[^$]*[^$\s]$/);
    }
  });

  test('the details of each link', () => {
    const { chain } = say();
    expect(chain[0]!.details).toEqual([
      'Trusted from the start by key 20326 (SHA-256).',
      'Its keys: 20326 (RSA/SHA-256, vouched for from above), 111 (RSA/SHA-256).',
      'Signature over the DNSKEY records by key 12345 (ECDSA P-256): valid until November 23, 2026 at 12:00 UTC.',
    ]);
    expect(chain[1]!.details).toContain(
      'The zone above vouches for keys 1 (SHA-256), 2 (digest type 99) (DS records).',
    );
    expect(chain[1]!.details).toContain('Its key: 1 (algorithm 99, vouched for from above).');
    expect(chain[1]!.details.at(-1)).toMatch(/does not hold\.$/);
    expect(chain[2]!.details).toContain('Asked for at _443._tcp.www.example.org.');
    expect(chain[2]!.details).toContain('_443._tcp.www.example.org is another name for tlsa.example.org.');
    expect(chain[2]!.details).toContain('It compares the public key: SHA-256 fingerprint.');
    expect(chain[4]!.details).toContain('Valid from October 23, 2026 at 12:00 UTC to January 21, 2027 at 12:00 UTC.');
  });

  test('one key or several vouched for', () => {
    const [root, zone] = base.zones as readonly [ZoneStep, ZoneStep];
    const both = links(
      {
        zones: [
          { ...root, ds: zone.ds },
          { ...zone, ds: root.ds },
        ],
      },
      'zone',
    );
    expect(both[0]!.details[0]).toBe('Trusted from the start by keys 1 (SHA-256), 2 (digest type 99).');
    expect(both[1]!.details[0]).toBe('The zone above vouches for key 20326 (SHA-256) (DS record).');
  });

  test('a zone that does not hold says why', () => {
    const [zone] = links({ zones: [{ ...base.zones[1]!, security: 'bogus', reason: expired }] }, 'zone');
    expect(zone!.state).toBe('broken');
    expect(zone!.details[0]).toContain('ran out 3 days ago');
    const states = (['insecure', 'indeterminate'] as const).map(
      (security) => links({ zones: [{ ...base.zones[1]!, security }] }, 'zone')[0]!.state,
    );
    expect(states).toEqual(['open', 'unknown']);
  });

  test('broken is said of a record or certificate only where nothing matched', () => {
    const mismatch: Partial<Report> = {
      verdict: 'mismatch',
      reason: { code: 'no-match', usable: 1, unusable: 1 },
      tlsa: [tlsaView({ code: 'not-matched' }), tlsaView({ code: 'unusable', why: 'unknown usage' }, 9)],
    };
    expect(links(mismatch, 'tlsa').map(({ state }) => state)).toEqual(['broken', 'open']);
    expect(links(mismatch, 'certificate').map(({ state }) => state)).toEqual(['broken', 'open']);
    expect(links({}, 'tlsa').map(({ state }) => state)).toEqual(['good', 'open']);
  });

  test('every outcome of a record has its line', () => {
    const outcomes: { [Code in TlsaOutcome['code']]: Extract<TlsaOutcome, { code: Code }> } = {
      matched: { code: 'matched', depth: 1 },
      'not-matched': { code: 'not-matched' },
      superseded: { code: 'superseded' },
      unusable: { code: 'unusable', why: 'digest length' },
      'pkix-failed': { code: 'pkix-failed', pkix: 'invalid' },
      'issuer-unread': { code: 'issuer-unread' },
      'path-failed': { code: 'path-failed', fault: pathFaults['not-an-issuer'] },
      'not-judged': { code: 'not-judged' },
    };
    const all: TlsaOutcome[] = [
      ...Object.values(outcomes),
      { code: 'matched', depth: 0, bareKey: true },
      { code: 'pkix-failed', pkix: 'unknown' },
    ];
    const lines = all.flatMap((outcome) =>
      [0, 1, 2, 3].map((usage) => links({ tlsa: [tlsaView(outcome, usage)] }, 'tlsa')),
    );
    for (const [link] of lines) for (const line of link!.details) expect(line).toMatch(/\S/);
    for (const [link] of lines) expectSentence(link!.details[0]!);
    const whys = [
      'malformed',
      'unknown usage',
      'unknown selector',
      'unknown matching type',
      'digest length',
      'not DER',
      'PKIX usage',
    ] as const;
    for (const why of whys) {
      const [link] = links({ tlsa: [tlsaView({ code: 'unusable', why }, why === 'malformed' ? null : 3)] }, 'tlsa');
      expectSentence(link!.details[0]!);
      expect(link!.details[0]).toMatch(/^It cannot be used: /);
    }
    for (const selector of [0, 1]) {
      for (const matchingType of [0, 1, 2]) {
        const view = { ...tlsaView({ code: 'not-matched' }), selector, matchingType };
        expect(links({ tlsa: [view] }, 'tlsa')[0]!.details.join()).toMatch(/It compares the .+: .+\./);
      }
    }
  });

  test('no published record, proven or not known', () => {
    const none = { tlsa: [], certificate: { kind: 'none', why: 'not needed' } } as const;
    const absent = links({ ...none, verdict: 'signed', reason: { code: 'tlsa-absent' } }, 'tlsa');
    expect(absent).toMatchObject([{ state: 'open', title: 'No published certificate' }]);
    const states = (['bogus', 'insecure', 'indeterminate', 'secure'] as const).map((security) => {
      const lookups = [{ ...base.lookups[0]!, security }];
      return links({ ...none, lookups, reason: samples['no-answer'] }, 'tlsa')[0]!.state;
    });
    expect(states).toEqual(['broken', 'open', 'unknown', 'unknown']);
    expect(links({ ...none, lookups: [], verdict: 'off', reason: samples['switched-off'] }, 'tlsa')).toEqual([]);
    expect(links(none, 'certificate')).toEqual([]);
    expect(links({ ...none, certificate: { kind: 'none', why: 'tab closed' } }, 'certificate')[0]!.state).toBe(
      'unknown',
    );
  });

  test('a certificate that ran out or is not valid yet says so', () => {
    const dated = (notBefore: number, notAfter: number) => {
      const certificate = { ...base.certificate, chain: [{ ...certificateView, notBefore, notAfter }] };
      return links({ certificate: certificate as Report['certificate'] }, 'certificate')[0]!.details.join(' ');
    };
    expect(dated(NOW - 30 * DAY, NOW - 3 * DAY)).toContain('it ran out 3 days ago.');
    expect(dated(NOW + 3 * DAY, NOW + 30 * DAY)).toContain('it is valid only in 3 days.');
  });

  test('where the certificate came from, and how much of it', () => {
    expect(say().provenance).toBe(
      'Firefox showed the whole chain of certificates of this connection, on November 22, 2026 at 12:00 UTC. It is valid by the usual rules (PKIX).',
    );
    const sources: Record<CertificateSource, true> = {
      'firefox-security-info': true,
      'chromium-security-info': true,
      'chromium-debugger': true,
      tls: true,
      file: true,
    };
    for (const source of Object.keys(sources) as CertificateSource[]) {
      for (const kind of ['full chain', 'leaf only'] as const) {
        for (const pkix of ['valid', 'invalid', 'overridden', 'unknown'] as const) {
          const certificate = { ...base.certificate, kind, source, pkix } as Report['certificate'];
          expectSentence(say({ certificate }).provenance!);
        }
      }
    }
    expect(say({ certificate: { kind: 'none', why: 'not needed' } }).provenance).toBeUndefined();
  });

  test('a certificate of an earlier connection: headline, title and provenance say when it was read', () => {
    const certificate = {
      ...base.certificate,
      source: 'chromium-debugger',
      readAt: NOW - DAY,
    } as Report['certificate'];
    const { headline, title, provenance } = say({ certificate });
    for (const sentence of [headline, title, provenance]) expect(sentence).toContain('November 21, 2026 at 12:00 UTC');
    expect(headline).toContain('www.example.org');
    expect(provenance).toMatch(/^An earlier connection .+ was not read\. It is valid/);
    expect(headline).not.toBe(say().headline);
  });

  test('D37 what a draft makes of HTTPS records', () => {
    const endpoint = { priority: 1, target: 'svc.example.org', port: 8443, owner: '', tlsa: [] } as const;
    const reason = { code: 'dnskey-missing', zone: 'example.org.' } as const;
    const states = [
      { state: 'absent' },
      { state: 'not secure', security: 'bogus', reason },
      ...(['verified', 'mismatch', 'signed', 'unread'] as const).map((fits) => ({ state: 'published', fits }) as const),
    ] as const;
    const all: readonly BindingsView[] = [
      ...(['none', 'unavailable', 'too many aliases'] as const).map((result) => ({
        result,
        endpoints: [],
        leftOut: 0,
      })),
      { result: 'not secure', security: 'bogus', reason, endpoints: [], leftOut: 0 },
      ...(['tcp', 'quic'] as const).flatMap((transport) =>
        states.map((state) => ({
          result: 'endpoints' as const,
          endpoints: [{ ...endpoint, transport, ...state }],
          leftOut: 2,
        })),
      ),
    ];
    for (const bindings of all) for (const sentence of say({ bindings }).notes) expectSentence(sentence);
  });

  test('D37 the records that stand at the places HTTPS records name, a broken one whole', () => {
    const place = { priority: 1, target: 'svc.example.org', port: 8443, transport: 'tcp' } as const;
    const outcome = { code: 'not-judged' } as const;
    const tlsa = [
      { usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32), outcome },
      { usage: null, selector: null, matchingType: null, data: '0301', outcome },
    ] as const;
    const endpoints = [
      { ...place, owner: '_8443._tcp.svc.example.org.', state: 'published', fits: 'unread', tlsa },
      { ...place, owner: '_8443._tcp.none.example.org.', state: 'absent', tlsa: [] },
    ] as const;
    const [item, ...more] = explainEndpoints({ result: 'endpoints', endpoints, leftOut: 0 }, translate);
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      state: 'open',
      title: 'Draft for HTTPS records: TLSA records at _8443._tcp.svc.example.org',
    });
    expect(item!.details.join(' ')).toMatch(/3 1 1.*abab.*0301/s);
    expect(explainEndpoints(undefined, translate)).toEqual([]);
  });

  test('notes', () => {
    const notes: { [Code in ReportNote['code']]: Extract<ReportNote, { code: Code }> } = {
      'name-mismatch': { code: 'name-mismatch', host: 'www.example.org' },
      'certificate-dates': { code: 'certificate-dates', notBefore: NOW, notAfter: NOW + DAY },
      'pkix-overridden': { code: 'pkix-overridden' },
      'new-connection': { code: 'new-connection' },
      'accepted-by-dane': ACCEPTED,
      'refusal-stands': { code: 'refusal-stands', usages: [0, 1] },
      'chain-answered': { code: 'chain-answered', instead: false },
      'chain-agrees': { code: 'chain-agrees' },
      'chain-set-aside': {
        code: 'chain-set-aside',
        why: { kind: 'bogus', reason: { code: 'dnskey-missing', zone: '.' } },
      },
      'urkel-proof': { code: 'urkel-proof' },
    };
    const sentences = say({ notes: Object.values(notes) }).notes;
    expect(sentences).toHaveLength(10);
    const asides = ['malformed', 'absent', 'unsigned', 'incomplete', 'not matched'] as const;
    for (const kind of asides) expectSentence(say({ notes: [{ code: 'chain-set-aside', why: { kind } }] }).notes[0]!);
    expectSentence(say({ notes: [{ code: 'chain-answered', instead: true }] }).notes[0]!);
    for (const sentence of sentences.filter((_, i) => i !== 4)) expectSentence(sentence);
    expect(sentences[4]).toBe(
      `A program that follows DANE would accept the certificate, whoever issued it, if this fits: the public key (SHA-256 fingerprint) ${ACCEPTED.data}`,
    );
    expect(sentences[5]).toContain('usage 0, 1 count only');
  });

  test('a page that did not load: told as such, with the certificate to expect, and four of them at most', () => {
    const certificate = { kind: 'none', why: 'certificate refused' } as const;
    const reason = { code: 'certificate-unread', why: 'certificate refused' } as const;
    const notes = Array.from({ length: 9 }, () => ({ ...ACCEPTED, usage: 2 as const }));
    const told = say({ verdict: 'unread', certificate, reason, notes });
    expect(told.headline).toContain('the page did not load');
    expect(told.title).toContain('not loaded');
    expect(told.notes).toHaveLength(4);
    expect(told.notes[0]).toContain('this fits its issuer: the public key');
    const shy = say({ verdict: 'unread', certificate: { kind: 'none', why: 'debugger busy' }, reason });
    expect(shy.headline).not.toContain('did not load');
  });

  test('a name looked up without a page is not told as a page whose certificate was not shown', () => {
    const certificate = { kind: 'none', why: 'no page opened' } as const;
    const reason = { code: 'certificate-unread', why: 'no page opened' } as const;
    const told = say({ verdict: 'unread', certificate, reason });
    expect(told.headline).toMatch(/publishes in signed DNS data which certificate to expect\.$/);
    expect(told.title).toContain('no page opened to compare');
    expect(told.why).toContain('No connection was made');
  });

  test('D6 which base the records stand at is told wherever there was a choice', () => {
    const alias = { owner: 'www.example.org.', target: 'host.example.net.', security: 'secure' as const };
    const lookups = [{ ...base.lookups[0]!, name: 'www.example.org.', type: 'A', aliases: [alias] }, ...base.lookups];
    expect(say({ lookups, base: 'host.example.net' }).notes).toEqual([
      'www.example.org is another name for host.example.net, and the published records stand under host.example.net.',
    ]);
    expect(say({ lookups }).notes).toEqual([
      'www.example.org is another name for host.example.net, but the published records stand under www.example.org itself.',
    ]);
    expect(say().notes).toEqual([]);
    expect(say({ lookups, tlsa: [] }).notes).toEqual([]);
  });

  test('D14, D19 how many records do not count is told', () => {
    const unusable = tlsaView({ code: 'unusable', why: 'unknown usage' }, 9);
    const superseded = tlsaView({ code: 'superseded' });
    expect(say({ tlsa: [unusable, superseded] }).notes).toEqual([
      '1 published record cannot be used, and does not count.',
      '1 published record does not count, since a stronger fingerprint of the same kind is published beside it.',
    ]);
    const many = say({ tlsa: [unusable, unusable, superseded, superseded, superseded] }).notes;
    expect(many[0]).toMatch(/^2 published records cannot/);
    expect(many[1]).toMatch(/^3 published records do not count/);
  });
});

test('D20 advice for publishers, each kind of it a sentence', () => {
  const advice: { [Code in Advice['code']]: Extract<Advice, { code: Code }> } = {
    'unmatched-group': { code: 'unmatched-group', usage: 3, selector: 1, matchingType: 2, records: 2 },
    'unusable-record': { code: 'unusable-record', record: 2, why: 'digest length' },
    'full-data': { code: 'full-data', usage: 3, selector: 0, octets: 1234 },
    'pkix-usage': { code: 'pkix-usage', usage: 1 },
    'no-spare-record': { code: 'no-spare-record' },
    'long-ttl': { code: 'long-ttl', ttl: 7 * DAY },
    'weak-signature': { code: 'weak-signature', depth: 1 },
    'weak-key': { code: 'weak-key', depth: 0 },
    'sha1-ds': { code: 'sha1-ds', zone: 'example.org.' },
    'sha1-signatures': { code: 'sha1-signatures', zone: 'example.org.', algorithm: 7 },
    'bases-disagree': { code: 'bases-disagree', base: 'host.example.net', host: 'www.example.org' },
  };
  const one = { ...advice['unmatched-group'], records: 1 };
  const sentences = say({ advice: [...Object.values(advice), one] }).advice;
  expect(sentences).toHaveLength(12);
  for (const sentence of sentences) expectSentence(sentence);
  expect(sentences[0]).toContain('None of the 2 3 1 2 records');
  expect(sentences[1]).toBe('Record 2: It cannot be used: its fingerprint has the wrong length.');
  expect(sentences[5]).toContain('for 7 days');
  expect(sentences[11]).toContain('The 3 1 2 record');
  expect(say().advice).toEqual([]);
});

test('what runs out soon, or has', () => {
  const sentence = (warning: ExpiryWarning) => explainExpiry(warning, NOW, translate);
  const { zone, owner, type, keyTag } = signature;
  const named = { code: 'signature-expires', zone, owner, type, keyTag } as const;
  expect(sentence({ ...named, expiration: NOW + 3 * DAY })).toBe(
    'The signature over the DNSKEY records of example.org by key 12345 runs out in 3 days (November 25, 2026 at 12:00 UTC).',
  );
  const certificate = { code: 'certificate-expires', subject: 'CN=a', depth: 0 } as const;
  expect(sentence({ ...certificate, notAfter: NOW + 5 * DAY })).toContain('of the site itself runs out in 5 days (');
  expect(sentence({ ...certificate, notAfter: NOW - 5 * DAY })).toContain('of the site itself ran out 5 days ago (');
});

describe('the picture', () => {
  const picture = (changes: Partial<Report> = {}) => pictureOf({ ...base, ...changes }, translate);
  const part = (changes: Partial<Report>, kind: string) => picture(changes).find((one) => one.kind === kind)!;

  test('has a part for each zone, one for the records and one for the certificates, each with its few words', () => {
    expect(picture().map(({ kind, state, link, title }) => [kind, state, link, title])).toEqual([
      ['zone', 'good', 'good', 'The root zone'],
      ['zone', 'good', 'good', 'Zone example.org'],
      ['tlsa', 'good', 'good', '2 published records'],
      ['certificate', 'good', 'good', 'Certificate of www.example.org'],
    ]);
    expect(picture()[0]!.brief).toBe('24 hours left · key 20326, RSA/SHA-256');
    expect(picture()[0]!.life).toEqual({ from: signature.inception, to: NOW + DAY, at: NOW });
    // No signature that held stands for this one.
    expect(picture()[1]!.brief).toBe('key 1, algorithm 99');
    expect(picture()[1]!.life).toBeUndefined();
    expect(picture()[2]!.brief).toMatch(/3 1 1, /);
    expect(picture()[3]!.brief).toMatch(/^60 days left · issued by /);
  });

  test('opens to the facts of all its links, each under its own title where there are several', () => {
    const [, , records] = picture();
    expect(records!.facts.map(({ title }) => title)).toEqual(
      say()
        .chain.slice(2, 4)
        .map(({ title }) => title),
    );
    expect(picture()[0]!.facts).toEqual([{ details: say().chain[0]!.details }]);
  });

  test('one record says what it compares', () => {
    const one = part({ tlsa: [tlsaView({ code: 'matched', depth: 0 })] }, 'tlsa');
    expect(one.title).toBe('Published record 3 1 1');
    expect(one.brief).toContain('the public key (SHA-256 fingerprint)');
    const unusable = part({ tlsa: [tlsaView({ code: 'unusable', why: 'unknown usage' }, 9)] }, 'tlsa');
    expect(unusable.brief).not.toContain('public key');
  });

  test('a sound record that fits nothing is vouched for, and the certificate is torn off', () => {
    const mismatch = {
      verdict: 'mismatch',
      reason: { code: 'no-match', usable: 1, unusable: 0 },
      tlsa: [tlsaView({ code: 'not-matched' })],
    } as const;
    expect(part(mismatch, 'tlsa')).toMatchObject({ state: 'broken', link: 'good' });
    expect(part(mismatch, 'certificate')).toMatchObject({ state: 'broken', link: 'broken' });
    const bogus = { tlsa: [], lookups: [{ ...base.lookups[0]!, security: 'bogus' as const }] };
    expect(part(bogus, 'tlsa')).toMatchObject({ state: 'broken', link: 'broken', brief: '' });
  });

  test('several records are known by the best of them', () => {
    const stateOf = (...outcomes: TlsaOutcome[]) =>
      part({ verdict: 'mismatch', tlsa: outcomes.map((outcome) => tlsaView(outcome)) }, 'tlsa').state;
    expect(stateOf({ code: 'superseded' }, { code: 'not-matched' })).toBe('broken');
    expect(stateOf({ code: 'not-matched' }, { code: 'matched', depth: 0 })).toBe('good');
    expect(stateOf({ code: 'superseded' }, { code: 'not-judged' })).toBe('unknown');
  });

  test('a zone that is not signed has no life, and a certificate out of its time none either', () => {
    const [, zone] = picture({ zones: [base.zones[0]!, { ...base.zones[1]!, security: 'insecure' }] });
    expect(zone).toMatchObject({ state: 'open', link: 'open' });
    expect(zone!.life).toBeUndefined();
    const dated = (notBefore: number, notAfter: number) => {
      const chain = [{ ...certificateView, notBefore, notAfter, names: [], subject: '', issuer: '' }];
      return part({ certificate: { ...base.certificate, chain } as Report['certificate'] }, 'certificate');
    };
    expect(dated(NOW - DAY, NOW - 1)).toMatchObject({ title: 'Certificate without a subject', brief: '' });
    expect(dated(NOW + 1, NOW + DAY).life).toBeUndefined();
    expect(dated(NOW, NOW).life).toEqual({ from: NOW, to: NOW, at: NOW });
  });

  test('where no certificate was seen or needed, the picture says so or ends', () => {
    const none = (why: CertificateMissing) => picture({ certificate: { kind: 'none', why } });
    expect(none('tab closed').at(-1)).toMatchObject({ kind: 'certificate', state: 'unknown', brief: '' });
    expect(none('not needed').at(-1)!.kind).toBe('tlsa');
  });
});

describe('lookups by themselves', () => {
  const [zone] = base.zones;
  const looked = (name: string, more: Partial<Report['lookups'][number]> = {}) => ({
    ...base.lookups[0]!,
    name,
    type: 'MX',
    aliases: [],
    ...more,
  });
  const zones = ['.', 'org.', 'example.org.', 'net.', 'deep.example.org.'].map((name) => ({ ...zone!, zone: name }));
  const told = (lookups: Report['lookups']) =>
    linesOf({ zones, lookups, checkedAt: NOW }, translate).map((line) =>
      line.map(({ kind, state, title }) => `${kind} ${state} ${title}`),
    );

  test('end the line of the zone they are in, what fails before what holds', () => {
    const bogus = { security: 'bogus', reason: expired } as const;
    const lines = told([
      looked('example.org.'),
      looked('a.example.org.', { type: 'A' }),
      looked('b.example.org.', { type: 'TLSA', result: 'nodata' }),
      looked('c.example.org.', bogus),
      looked('mail.net.', { type: 'AAAA', security: 'indeterminate' }),
    ]);
    expect(lines).toEqual([
      [
        'zone good The root zone',
        'zone good Zone org',
        'zone good Zone example.org',
        'records broken MX records of c.example.org',
        'records good MX records of example.org',
        'records good TLSA records of b.example.org',
      ],
      ['zone good The root zone', 'zone good Zone net', 'records unknown AAAA records of mail.net'],
      [
        'zone good The root zone',
        'zone good Zone org',
        'zone good Zone example.org',
        'zone good Zone deep.example.org',
      ],
    ]);
  });

  test('are told with their proof of absence, and bounded', () => {
    const [line] = linesOf(
      { zones, lookups: [looked('example.org.', { result: 'nodata' })], checkedAt: NOW },
      translate,
    );
    expect(line!.at(-1)!.brief).toContain('proven not to be there');
    const many = Array.from({ length: 100 }, (_, i) => looked(`n${i}.example.org.`));
    expect(told(many)[0]).toHaveLength(3 + 6);
    const wide = Array.from({ length: 50 }, (_, i) => ({ ...zone!, zone: `z${i}.` }));
    expect(linesOf({ zones: wide, lookups: [], checkedAt: NOW }, translate)).toHaveLength(8);
  });
});

describe('lookups', () => {
  const lookup = { name: 'example.org.', type: 'MX', reason: samples.validated, zones: base.zones } as const;
  test.each([
    ['secure', 'answer', 'The MX records of example.org are proven genuine.'],
    ['secure', 'nodata', 'It is proven that example.org has no MX records.'],
    ['secure', 'nxdomain', 'It is proven that example.org does not exist, so it has no MX records.'],
    ['insecure', 'answer', 'The MX records of example.org are not signed, and that much is proven.'],
    ['bogus', 'none', 'The answer about the MX records of example.org does not hold.'],
    ['indeterminate', 'none', 'It could not be found out whether the MX records of example.org are genuine.'],
  ] as const)('%s %s', (security, result, headline) => {
    const explained = explainLookup({ ...lookup, security, result }, translate);
    expect(explained.headline).toBe(headline);
    expect(explained.chain.map(({ title }) => title)).toEqual(['The root zone', 'Zone example.org']);
  });
});

describe('text that others wrote', () => {
  test('controls, marks that turn the writing direction and invisible characters come out as codes', () => {
    expect(escapeForDisplay('a\u001b[31mb')).toBe('a\\u{1b}[31mb');
    expect(escapeForDisplay('evil\u202egpj.exe')).toBe('evil\\u{202e}gpj.exe');
    expect(escapeForDisplay('a\u200bb\u2066c\ufeffd\u2028e\u{e0041}f')).toBe(
      'a\\u{200b}b\\u{2066}c\\u{feff}d\\u{2028}e\\u{e0041}f',
    );
    expect(escapeForDisplay('a\ud800b')).toBe('a\\u{d800}b');
    expect(escapeForDisplay('Bücher, 本, 😀')).toBe('Bücher, 本, 😀');
  });

  test('they are escaped in every sentence they get into', () => {
    const evil = '\u001b[2J\u202e\u0000\n';
    const texts = [
      why({ code: 'engine', detail: evil }),
      why({ ...samples['wrong-signer'], signer: evil, owner: evil, type: evil }),
      why({ ...samples['resolver-error'], extendedErrors: [{ code: 6, text: evil }], rcode: evil }),
      why({ ...samples['no-answer'], failure: { ...failures['wrong-question'], answered: evil, resolver: evil } }),
      why({ code: 'excluded', host: evil }),
      JSON.stringify(say({ host: evil })),
      JSON.stringify(
        say({
          certificate: {
            ...base.certificate,
            chain: [{ ...certificateView, subject: evil, issuer: evil, names: [evil] }],
          } as Report['certificate'],
        }),
      ),
    ];
    for (const text of texts) {
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(text).toContain('\\u{202e}'.replace('\\', text.startsWith('{') ? '\\\\' : '\\'));
    }
  });

  test('a dollar sign in a fact is no placeholder', () => {
    expect(why({ code: 'excluded', host: '$1$2$$' })).toBe(
      '$1$2$$ is on your list of names that nobody is asked about.',
    );
  });

  test('long texts are cut, long lists counted', () => {
    expect(why({ code: 'engine', detail: 'x'.repeat(60_000) }).length).toBeLessThan(300);
    expect(why({ ...samples['ds-mismatch'], keyTags: Array.from({ length: 50 }, (_, i) => i) })).toContain(
      '6, 7, and 42 more',
    );
  });

  test('any text in any fact gives a sentence fit to be shown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(why({ code: 'bad-host', host: text })).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 500 },
    );
  });

  test('times far out are numbers rather than errors', () => {
    expect(why({ ...expired, expiration: 1e15 })).toContain('1,000,000,000,000,000');
  });
});

describe('what a resolver can do', () => {
  const report = (works: ProbeStep['works'], more: Partial<ProbeReport> = {}): ProbeReport => ({
    version: 1,
    resolvers: ['https://r.example/'],
    result: 'full',
    steps: (['zone-keys', 'signed-delegation', 'unsigned-delegation', 'tlsa', 'bogus-data'] as const).map(
      (capability) => ({ capability, name: 'a.example.', type: 'A', works, reason: expired }),
    ),
    latency: { median: 12.6, slowest: 1234, questions: 5 },
    ...more,
  });
  const told = (...args: Parameters<typeof report>) => explainProbe(report(...args), translate);

  test.each(['full', 'enough', 'lacking', 'unclear', 'silent'] as const)('comes to a sentence: %s', (result) => {
    expect(told('yes', { result }).headline).toMatch(/^This resolver .*\.$/);
  });

  test.each(['yes', 'no', 'unclear', 'untried'] as const)('has a sentence for each step: %s', (works) => {
    const { steps } = told(works);
    expect(new Set(steps.map(({ text }) => text)).size).toBe(5);
    for (const { state, text, detail } of steps) {
      expect(text).toMatch(/a\.example.*\.$/);
      expect(state).toBe({ yes: 'good', no: 'broken', unclear: 'unknown', untried: 'unknown' }[works]);
      expect(detail).toEqual(works === 'yes' ? undefined : expect.stringMatching(/ran out|expired/));
    }
  });

  test('says of a name that no anchor leads to why it was not tried', () => {
    const { steps } = report('untried');
    const outside: ProbeStep = { ...steps[1]!, untried: 'outside-anchors' };
    expect(explainProbeStep(outside, translate)).toEqual({
      state: 'unknown',
      text: expect.stringContaining('a.example'),
      detail: 'Not tried: none of your trust anchors leads to this name.',
    });
    expect(explainProbe({ ...report('yes'), steps: [outside] }, translate).steps).toEqual([
      explainProbeStep(outside, translate),
    ]);
  });

  test('says of a name that was proven not to be what it was taken for that nothing follows', () => {
    const [, step] = report('unclear').steps;
    expect(explainProbeStep({ ...step!, reason: { code: 'validated' } }, translate).detail).toBe(
      'The answer is proven, but this name is not one that this can be tried with.',
    );
  });

  test('says how long it takes', () => {
    expect(told('yes').latency).toBe('Of 5 questions half were answered within 13 ms, the slowest within 1,234 ms.');
    const { latency: _, ...silent } = report('untried');
    expect(explainProbe(silent, translate)).not.toHaveProperty('latency');
  });
});

describe('the catalogue', () => {
  test('is in the WebExtension form', () => {
    for (const [key, entry] of Object.entries(catalogue)) {
      expect(key).toMatch(/^[A-Za-z0-9_@]+$/);
      expect(entry.message).not.toBe('');
      const placeholders = entry.message.match(/\$\d/g) ?? [];
      // Whoever translates needs to know what stands there.
      if (placeholders.length > 0) expect(entry.description ?? '', key).toContain('$1');
    }
  });

  test('other languages get their plurals, dates and lists', () => {
    const echo = (key: string, ...facts: string[]) => (key.endsWith('_few') ? '' : `${key}(${facts.join('|')})`);
    const options = { locale: 'cs' };
    expect(explainReason({ code: 'no-match', usable: 3, unusable: 0 }, echo, options)).toBe('reason_no_match_other(3)');
    expect(explainReason({ code: 'no-match', usable: 1, unusable: 0 }, echo, options)).toBe('reason_no_match_one(1)');
    expect(explainReason(expired, echo, { locale: 'de' })).toContain('vor 3 Tagen');
    expect(explainReason(expired, echo, { locale: 'de' })).toContain('19. November 2026');
  });

  // The last test of the file: by now every sentence has been asked for.
  test('holds every sentence asked for, and none that nobody asks for', () => {
    const keys = new Set(Object.keys(catalogue));
    const absent = [...asked].filter((key) => !keys.has(key) && key !== 'ede_31');
    expect(absent).toEqual([]);
    // Those of mail and services, of people, of lives, and of the command line alone are asked for in files of their own.
    const elsewhere = (key: string) => SERVICE_KEYS.test(key) || ABOUT_PEOPLE.test(key) || /^(print|life)_/.test(key);
    expect([...keys].filter((key) => !asked.has(key) && !elsewhere(key))).toEqual([]);
  });
});
