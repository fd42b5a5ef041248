/** Reports about mail and services in words: a sentence for every member of every union, and every sentence used. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Catalogue, explainMail, explainService, translateBy } from '../../../src/explain.ts';
import type { ReportsRecord, StsFault, StsFetchFault, StsPolicy, StsRecord } from '../../../src/services/policies.ts';
import {
  type ConnectionFault,
  type ConnectionReason,
  type ConnectionReport,
  type MailReport,
  type PeerReason,
  type PeerReport,
  SERVICE_VERDICTS,
  type ServiceAdvice,
  type ServiceReason,
  type ServiceReport,
  type Treatment,
} from '../../../src/services/report.ts';
import { SERVICE_KEYS } from './sentences.ts';

const catalogue: Catalogue = JSON.parse(
  readFileSync(new URL('../../../src/locales/en/messages.json', import.meta.url), 'utf8'),
);
const asked = new Set<string>();
const plain = translateBy(catalogue);
const translate = (key: string, ...facts: string[]) => {
  asked.add(key);
  return plain(key, ...facts);
};

const NOW = 1_795_348_800;

const peer: PeerReport = {
  host: 'mx1.example',
  port: 25,
  preference: 10,
  treatment: 'verify',
  reason: { code: 'tlsa-published', usable: 1, unusable: 0 },
  base: 'mx1.example',
  references: ['mx1.example', 'a.example'],
  addresses: ['192.0.2.1'],
  addressSecurity: 'secure',
  tlsa: [{ usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32), outcome: { code: 'not-judged' } }],
  lookups: [],
};
const common = {
  version: 1,
  domain: 'a.example',
  checkedAt: NOW,
  validUntil: NOW + 60,
  listSecurity: 'secure',
  peers: [peer],
  leftOut: 0,
  lookups: [],
  zones: [],
  advice: [],
  resolvers: [],
  work: { queries: 1, roundTrips: 1, signatureChecks: 1, nsec3Hashes: 0 },
} as const;

const mail = (more: Partial<MailReport> = {}): MailReport => ({
  ...common,
  verdict: 'published',
  reason: { code: 'all-published', peers: 1 },
  port: 25,
  route: 'mx',
  ...more,
});
const service = (more: Partial<ServiceReport> = {}): ServiceReport => ({
  ...common,
  verdict: 'published',
  reason: { code: 'all-published', peers: 1 },
  name: '_imap._tcp.a.example',
  service: 'imap',
  protocol: 'tcp',
  ...more,
});

const telling = (more: Partial<MailReport>) => explainMail(mail(more), translate);
const ofPeer = (more: Partial<PeerReport>) => telling({ peers: [{ ...peer, ...more }] }).peers[0]!;
const ofConnection = (more: Partial<ConnectionReport>) =>
  ofPeer({
    connections: [
      {
        address: '192.0.2.1',
        port: 25,
        result: 'accepted',
        reason: { code: 'encrypted' },
        tlsa: [],
        notes: [],
        certificate: { kind: 'none', why: 'connection failed' },
        ...more,
      },
    ],
  });

/** A record by itself is no sentence. */
const RECORD = /^\d \d \d [0-9a-f]+…?$/;

function expectSentences(all: readonly string[]): void {
  const sentences = all.filter((line) => !RECORD.test(line));
  for (const sentence of sentences) expect(sentence).toMatch(/^[\p{Lu}\d“a-z].*[.)”…]$/u);
  for (const sentence of sentences) expect(sentence).not.toMatch(/\$\d|undefined|: {2}|\(\)/);
}

describe('verdicts', () => {
  test.each(SERVICE_VERDICTS)('of mail and of a service: %s', (verdict) => {
    const told = [explainMail(mail({ verdict }), translate), explainService(service({ verdict }), translate)];
    for (const { headline, why } of told) {
      expectSentences([headline, why]);
      expect(headline).toContain('a.example');
      // A8: nobody is told that mail is safe.
      expect(headline).not.toMatch(/\bsafe\b|\bsecure\b/);
    }
  });

  const reasons: { [Code in ServiceReason['code']]?: Extract<ServiceReason, { code: Code }> } = {
    'all-published': { code: 'all-published', peers: 3 },
    'some-published': { code: 'some-published', published: 1, peers: 2 },
    'none-published': { code: 'none-published', peers: 1 },
    'too-many-peers': { code: 'too-many-peers', peers: 14, looked: 12 },
    'all-accepted': { code: 'all-accepted', peers: 2 },
    'peer-refused': { code: 'peer-refused', host: 'mx1.example', address: '192.0.2.1' },
    'peer-unreached': { code: 'peer-unreached', host: 'mx1.example' },
    'null-mx': { code: 'null-mx' },
    'domain-absent': { code: 'domain-absent' },
    'no-server': { code: 'no-server' },
    'srv-absent': { code: 'srv-absent' },
    'not-offered': { code: 'not-offered' },
    'not-a-service-name': { code: 'not-a-service-name', name: 'x' },
    'address-literal': { code: 'address-literal', host: '192.0.2.1' },
    'insecure-delegation': { code: 'insecure-delegation', zone: 'a.example.', parent: 'example.', proof: 'NSEC' },
  };
  test.each(Object.values(reasons))('have their reason: $code', (reason) => {
    expectSentences([telling({ reason }).why]);
  });

  test('count in the singular and in the plural', () => {
    for (const code of ['all-published', 'none-published', 'all-accepted'] as const) {
      const sentences = [1, 2].map((peers) => telling({ reason: { code, peers } }).why);
      expectSentences(sentences);
      expect(new Set(sentences).size).toBe(2);
    }
    expect(telling({ reason: { code: 'some-published', published: 2, peers: 3 } }).why).toMatch(
      /^2 servers .* of 3\.$/,
    );
  });
});

describe('a server', () => {
  const treatments: readonly Treatment[] = ['verify', 'encrypt', 'opportunistic', 'skip'];
  test.each(treatments)('of mail is treated: %s', (treatment) => {
    expectSentences(ofPeer({ treatment }).details);
  });
  test.each(['verify', 'usual rules', 'skip'] as const)('of a service is treated: %s', (treatment) => {
    expectSentences(explainService(service({ peers: [{ ...peer, treatment }] }), translate).peers[0]!.details);
  });

  const reasons: readonly PeerReason[] = [
    { code: 'tlsa-published', usable: 1, unusable: 0 },
    { code: 'tlsa-published', usable: 2, unusable: 0 },
    { code: 'tlsa-absent' },
    { code: 'tlsa-unusable', records: 1 },
    { code: 'tlsa-unusable', records: 2 },
    { code: 'name-too-long' },
    { code: 'no-address' },
    { code: 'list-unsigned' },
    { code: 'list-absent' },
    { code: 'no-anchor', name: 'mx1.example.' },
  ];
  test.each(reasons)('has its reason: $code', (reason) => {
    expectSentences(ofPeer({ reason }).details);
  });

  test('is named with its place in the order', () => {
    expect(ofPeer({}).title).toBe('mx1.example (preference 10)');
    const { preference: _, ...unnumbered } = peer;
    expect(telling({ peers: [unnumbered] }).peers[0]!.title).toBe('mx1.example, port 25');
    expect(ofPeer({ weight: 5, port: 5222 }).title).toBe('mx1.example, port 5222 (priority 10, weight 5)');
  });

  test('behind an alias says where its records stand, and which names count', () => {
    const tlsa = [{ ...peer.tlsa[0]!, usage: 2 }];
    const { details } = ofPeer({ alias: 'host.example', base: 'host.example', tlsa });
    expect(details).toContain('It is another name for host.example.');
    expect(details).toContain('Its records stand under host.example.');
    expect(details).toContain('Names its certificate may have, where names count: mx1.example, a.example.');
    expect(ofPeer({}).details.join()).not.toContain('where names count');
  });

  test('has a state', () => {
    const of = (more: Partial<PeerReport>) => ofPeer(more).state;
    const bogus = { security: 'bogus' } as PeerReport['lookups'][number];
    expect(of({})).toBe('good');
    expect(of({ treatment: 'opportunistic' })).toBe('open');
    expect(of({ treatment: 'skip', reason: { code: 'no-address' } })).toBe('open');
    expect(of({ treatment: 'skip', reason: { code: 'no-anchor', name: '.' } })).toBe('unknown');
    expect(of({ treatment: 'skip', reason: { code: 'no-anchor', name: '.' }, lookups: [bogus] })).toBe('broken');
    expect(ofConnection({ result: 'refused' }).state).toBe('broken');
    expect(ofConnection({ result: 'unreached' }).state).toBe('unknown');
    expect(ofConnection({}).state).toBe('good');
  });
});

describe('a connection', () => {
  const faults: Record<ConnectionFault, true> = {
    'connection refused': true,
    'connection failed': true,
    'no answer': true,
    'greeting refused': true,
    'starttls not offered': true,
    'starttls refused': true,
    'handshake failed': true,
    'protocol unknown': true,
  };
  test.each(Object.keys(faults) as ConnectionFault[])('that came to nothing: %s', (fault) => {
    for (const result of ['refused', 'unreached'] as const) {
      expectSentences(ofConnection({ result, reason: { code: 'fault', fault }, said: '554 no' }).details);
    }
    expectSentences(ofConnection({ reason: { code: 'in-clear', fault } }).details);
  });

  const reasons: readonly ConnectionReason[] = [
    { code: 'encrypted' },
    { code: 'pkix-valid', references: ['a.example'] },
    { code: 'pkix-invalid', references: ['a.example', 'b.example'] },
    { code: 'matched', usage: 3, selector: 1, matchingType: 1, depth: 0 },
    { code: 'no-match', usable: 1, unusable: 0 },
  ];
  test.each(reasons)('that came to $code', (reason) => {
    const tlsa = [{ ...peer.tlsa[0]!, outcome: { code: 'not-matched' } }] as const;
    const { details } = ofConnection({ reason, tlsa });
    expectSentences(details);
    expect(details).toContainEqual(expect.stringMatching(/^3 1 1 (ab){12}…: /));
  });

  test('shows what a hostile server said as text', () => {
    const { details } = ofConnection({ said: `\u001b[31m${'x'.repeat(400)}` });
    expect(details.at(-1)).toMatch(/^It said: “\\u\{1b\}\[31mx{100,}…”$/);
  });
});

describe('policies', () => {
  const looked = { name: '_mta-sts.a.example', security: 'secure' } as const;
  const missing = [
    { ...looked, state: 'absent' },
    { ...looked, state: 'several', records: 2 },
    { ...looked, state: 'malformed', text: 'v=STSv1; id=???' },
    { ...looked, state: 'unknown', security: 'bogus', reason: { code: 'no-anchor', name: 'a.example.' } },
  ] as const satisfies readonly StsRecord[];
  test.each(missing)('in every state: $state', (record) => {
    const { policies } = telling({ policies: { sts: record, reports: record } });
    expect(policies).toHaveLength(2);
    expectSentences(policies);
  });

  test('found', () => {
    const sts: StsRecord = { ...looked, state: 'found', id: '20261122' };
    const reports: ReportsRecord = {
      ...looked,
      security: 'insecure',
      state: 'found',
      addresses: ['mailto:x@a.example'],
    };
    expect(telling({ policies: { sts, reports } }).policies).toEqual([
      'MTA-STS is announced (id 20261122).',
      'Reports of failed deliveries (TLSRPT) go to mailto:x@a.example. That record is not signed.',
    ]);
  });

  const url = 'https://mta-sts.a.example/.well-known/mta-sts.txt';
  const faults: Record<StsFault, true> = {
    version: true,
    mode: true,
    max_age: true,
    mx: true,
    syntax: true,
    'too long': true,
  };
  const unfetched: Record<StsFetchFault, true> = {
    'certificate refused': true,
    'connection failed': true,
    'no answer': true,
    'HTTP status': true,
    'too large': true,
  };
  const fetched: readonly StsPolicy[] = [
    { state: 'found', url, mode: 'enforce', maxAgeSeconds: 604_800, patterns: ['*.a.example'] },
    { state: 'found', url, mode: 'none', maxAgeSeconds: 60, patterns: [] },
    ...(Object.keys(faults) as StsFault[]).map((fault) => ({ state: 'malformed', url, fault }) as const),
    ...(Object.keys(unfetched) as StsFetchFault[]).map(
      (why) => ({ state: 'unfetched', url, why, status: 404 }) as const,
    ),
  ];
  test.each(fetched)('in every file: %j', (stsPolicy) => {
    const { policies } = telling({ policies: { stsPolicy } });
    expect(policies).toHaveLength(1);
    expectSentences(policies);
  });
});

describe('advice', () => {
  const all: { [Code in ServiceAdvice['code']]: Extract<ServiceAdvice, { code: Code }> } = {
    tlsa: { code: 'tlsa', host: 'mx1.example', advice: { code: 'no-spare-record' } },
    'mail-pkix-usage': { code: 'mail-pkix-usage', host: 'mx1.example', usage: 1 },
    'send-issuer': { code: 'send-issuer', host: 'mx1.example' },
    'prefer-3-1-1': { code: 'prefer-3-1-1', host: 'mx1.example' },
    alias: { code: 'alias', host: 'mx1.example', target: 'host.example' },
    'unprotected-beside-protected': { code: 'unprotected-beside-protected', host: 'mx2.example' },
    'null-mx-not-alone': { code: 'null-mx-not-alone' },
    'null-mx-preference': { code: 'null-mx-preference', preference: 7 },
    'address-as-host': { code: 'address-as-host', host: '192.0.2.1' },
    'no-failure-reports': { code: 'no-failure-reports' },
    'sts-misses-host': { code: 'sts-misses-host', host: 'mx2.example' },
  };
  test('has a sentence for each', () => {
    const { advice } = telling({ advice: Object.values(all) });
    expect(new Set(advice).size).toBe(Object.keys(all).length);
    expectSentences(advice);
  });
});

describe('the catalogue', () => {
  // The last test of the file: by now every sentence has been asked for.
  test('holds every sentence asked for, and none that nobody asks for', () => {
    const keys = Object.keys(catalogue).filter((key) => SERVICE_KEYS.test(key));
    expect([...asked].filter((key) => !Object.hasOwn(catalogue, key))).toEqual([]);
    expect(keys.filter((key) => !asked.has(key))).toEqual([]);
  });
});
