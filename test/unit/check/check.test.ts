/** checkSite on a world of its own: each verdict, which names are asked, when the certificate is read, and for how long it holds. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CheckInput, checkSite, offReport } from '../../../src/check.ts';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import { TYPE } from '../../../src/dns/codes.ts';
import { type Report, SITE_VERDICTS } from '../../../src/report.ts';
import { resolverFails } from '../../world/answer-mutations.ts';
import { createAuthority } from '../../world/authority.ts';
import { expiredSignature, flippedSignature, missingSignature } from '../../world/data-mutations.ts';
import type { World } from '../../world/world.ts';
import { anchorsFrom, NOW, name, tampered, verifier, world } from '../dnssec/judging.ts';

const leaf = createAuthority({ now: NOW }).issue({ hosts: ['www.example.com'] });
const stranger = createAuthority({ now: NOW }).issue({ hosts: ['www.example.com'] });
const spki = createHash('sha256').update(leaf.publicKeyInfo).digest('hex');
const TLSA = `TLSA 3 1 1 ${spki}`;
const OTHER = `TLSA 3 1 1 ${'00'.repeat(32)}`;

function evidence(of = leaf): CertificateEvidence {
  return { kind: 'full chain', source: 'tls', pkix: 'valid', certificates: of.chain, obtainedAt: NOW };
}

interface Checked {
  readonly report: Report;
  /** How often the certificate was asked for. */
  readonly reads: number;
  /** `name TYPE` of the questions, but those for keys and DS. */
  readonly asked: readonly string[];
}

async function check(of: World, host: string, input: Partial<CheckInput> = {}): Promise<Checked> {
  let reads = 0;
  const from = of.log.length;
  const report = await checkSite({
    host,
    port: 443,
    ask: of.ask,
    now: NOW,
    anchors: anchorsFrom(of.anchors()),
    verifier,
    ...input,
    certificate: () => {
      reads++;
      return input.certificate?.() ?? Promise.resolve(evidence());
    },
  });
  const asked = of.log
    .slice(from)
    .filter(({ type }) => type === TYPE.A || type === TYPE.TLSA)
    .map(({ name: owner, type }) => `${owner} ${type === TYPE.A ? 'A' : 'TLSA'}`);
  return { report, reads, asked };
}

const of = world({
  'com.': {},
  'example.com.': {
    records: `
      www             A     192.0.2.1
      _443._tcp.www   ${TLSA}
      other           A     192.0.2.1
      _443._tcp.other ${OTHER}
      none            A     192.0.2.1
      weird           A     192.0.2.1
      _443._tcp.weird TLSA  9 9 9 00
      usage           A     192.0.2.1
      _443._tcp.usage TLSA  3 1 1 0011
      port            A     192.0.2.1
      _8443._tcp.port ${TLSA}
      al              CNAME www
      both            CNAME www
      _443._tcp.both  ${OTHER}
      same            CNAME www
      _443._tcp.same  ${TLSA}
      slow            A     192.0.2.1
      _443._tcp.slow  90000 ${TLSA}
      own             CNAME none
      _443._tcp.own   ${TLSA}
      far             CNAME www.unsigned.com.
      _443._tcp.far   ${TLSA}
      lost            CNAME nowhere
      _443._tcp.lost  ${TLSA}
      six             AAAA  2001:db8::1
      _443._tcp.six   ${TLSA}
      moved           A     192.0.2.1
      _443._tcp.moved CNAME _443._tcp.www
      unsafe          A     192.0.2.1
      _443._tcp.unsafe CNAME tlsa.unsigned.com.
      *.wild          A     192.0.2.1
      _443._tcp.wild  ${TLSA}
      short           5 A   192.0.2.1
      _443._tcp.short ${TLSA}
      brief           A     192.0.2.1
      _443._tcp.brief 7 ${TLSA}
    `,
  },
  'unsigned.com.': {
    sign: 'unsigned',
    records: `www A 192.0.2.2\n_443._tcp.www ${TLSA}\ntlsa ${TLSA}\nback CNAME www.example.com.`,
  },
  'sha1.com.': { sign: 7, records: `www A 192.0.2.2\n_443._tcp.www ${TLSA}` },
});

describe('verdicts', () => {
  it('verified: a secure TLSA record, and the certificate it names', async () => {
    const { report, reads } = await check(of, 'www.example.com');
    expect(report).toMatchObject({
      version: 1,
      host: 'www.example.com',
      port: 443,
      verdict: 'verified',
      reason: { code: 'matched', usage: 3, selector: 1, matchingType: 1, depth: 0 },
      checkedAt: NOW,
      base: 'www.example.com',
      resolvers: ['https://world.example/dns-query'],
      certificate: { kind: 'full chain', source: 'tls', pkix: 'valid', obtainedAt: NOW },
    });
    expect(reads).toBe(1);
    expect(report.tlsa).toEqual([
      { usage: 3, selector: 1, matchingType: 1, data: spki, outcome: { code: 'matched', depth: 0 } },
    ]);
    expect(report.lookups.map(({ name: owner, type, security, result }) => [owner, type, security, result])).toEqual([
      ['www.example.com.', 'A', 'secure', 'answer'],
      ['_443._tcp.www.example.com.', 'TLSA', 'secure', 'answer'],
    ]);
    expect(report.zones.map(({ zone, security }) => `${zone} ${security}`)).toEqual([
      '. secure',
      'com. secure',
      'example.com. secure',
    ]);
    expect(report.work.queries).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('D17 mismatch: a secure usable TLSA record, and another certificate', async () => {
    const { report, reads } = await check(of, 'other.example.com');
    expect(report).toMatchObject({ verdict: 'mismatch', reason: { code: 'no-match', usable: 1, unusable: 0 } });
    expect(reads).toBe(1);
    const swapped = await check(of, 'www.example.com', { certificate: () => Promise.resolve(evidence(stranger)) });
    expect(swapped.report.verdict).toBe('mismatch');
  });

  it('D8 bogus: TLSA data that fails', async () => {
    const target = { name: name('_443._tcp.www.example.com.'), type: TYPE.TLSA };
    for (const [mutation, code] of [
      [flippedSignature(target), 'signature-invalid'],
      [missingSignature(target), 'signature-missing'],
      [expiredSignature(target), 'signature-expired'],
    ] as const) {
      const { report, reads } = await check(of.mutated(mutation), 'www.example.com');
      expect(report).toMatchObject({ verdict: 'bogus', reason: { code }, tlsa: [], base: 'www.example.com' });
      expect(report.certificate).toEqual({ kind: 'none', why: 'not needed' });
      expect(reads).toBe(0);
    }
  });

  it('D7 D8 bogus: addresses that fail; TLSA is not judged', async () => {
    const broken = of.mutated(flippedSignature({ name: name('www.example.com.'), type: TYPE.A }));
    const { report, reads } = await check(broken, 'www.example.com');
    expect(report).toMatchObject({ verdict: 'bogus', reason: { code: 'signature-invalid', type: 'A' } });
    expect(report.lookups.length).toBe(1);
    expect(reads).toBe(0);
  });

  it('D9 signed: TLSA proven absent', async () => {
    const { report, reads } = await check(of, 'none.example.com');
    expect(report).toMatchObject({ verdict: 'signed', reason: { code: 'tlsa-absent' }, base: 'none.example.com' });
    expect(report.lookups[1]).toMatchObject({ type: 'TLSA', security: 'secure', result: 'nxdomain' });
    expect(reads).toBe(0);
  });

  it('D14 D16 signed: TLSA records none of which is usable; the certificate is not read', async () => {
    for (const host of ['weird.example.com', 'usage.example.com']) {
      const { report, reads } = await check(of, host);
      expect(report).toMatchObject({ verdict: 'signed', reason: { code: 'tlsa-unusable', records: 1 } });
      expect(report.tlsa.length).toBe(1);
      expect(report.certificate).toEqual({ kind: 'none', why: 'not needed' });
      expect(reads).toBe(0);
    }
  });

  it('D7 insecure: the zone of the host is unsigned, and its TLSA is not judged', async () => {
    const { report, reads } = await check(of, 'www.unsigned.com');
    expect(report).toMatchObject({
      verdict: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'unsigned.com.', parent: 'com.' },
      base: 'www.unsigned.com',
      tlsa: [],
    });
    expect(report.lookups.length).toBe(1);
    expect(reads).toBe(0);
    const alone = await check(of, 'www.unsigned.com', { options: { speculate: false } });
    expect(alone.asked).toEqual(['www.unsigned.com. A']);
  });

  it('V38 insecure: SHA-1 alone, unless it is wanted', async () => {
    expect((await check(of, 'www.sha1.com')).report).toMatchObject({
      verdict: 'insecure',
      reason: { code: 'unsupported-algorithms', sha1: true },
    });
    expect((await check(of, 'www.sha1.com', { options: { allowSha1: true } })).report.verdict).toBe('verified');
  });

  it('D9 indeterminate: no answer for the TLSA is not "no DANE"', async () => {
    const owner = '_443._tcp.none.example.com.';
    const failing = of.mutated(
      tampered(`${owner} TLSA`, (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
    );
    const { report, reads } = await check(failing, 'none.example.com');
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      reason: { code: 'resolver-error', name: owner, type: 'TLSA', rcode: 'SERVFAIL' },
    });
    expect(reads).toBe(0);
  });

  it('D9 an unproven absence is bogus', async () => {
    const silent = of.mutated(
      tampered('_443._tcp.none.example.com. TLSA', (message) => ({ ...message, authority: [] })),
    );
    expect((await check(silent, 'none.example.com')).report).toMatchObject({
      verdict: 'bogus',
      reason: { code: 'denial-missing', missing: 'any denial record' },
    });
  });

  it('indeterminate: the resolver fails for everything there', async () => {
    const { report, reads } = await check(of.mutated(resolverFails(name('example.com.'))), 'www.example.com');
    expect(report.verdict).toBe('indeterminate');
    expect(report.reason.code).toBe('resolver-error');
    expect(reads).toBe(0);
  });

  it('indeterminate: nobody answers', async () => {
    const { report } = await check(of, 'www.example.com', {
      ask: async () => ({ ok: false, failure: { code: 'no-resolver' } }),
    });
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      reason: { code: 'no-answer', failure: { code: 'no-resolver' } },
      resolvers: [],
    });
  });

  it('the address may fail to answer, and a secure TLSA still decides', async () => {
    const failing = of.mutated(
      tampered('www.example.com. A', (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
    );
    const { report } = await check(failing, 'www.example.com');
    expect(report.lookups[0]!.security).toBe('indeterminate');
    expect(report.verdict).toBe('verified');
  });

  it('D5 D9 but without an answer for the address nobody knows the alias chain, so absence at the host proves nothing', async () => {
    // `al` leads to a host with TLSA: hiding the alias must not turn a mismatch into "nothing published".
    const failing = of.mutated(
      tampered('al.example.com. A', (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
    );
    const { report, reads } = await check(failing, 'al.example.com');
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      reason: { code: 'resolver-error', name: 'al.example.com.', type: 'A', rcode: 'SERVFAIL' },
      validUntil: NOW + 60,
    });
    expect(reads).toBe(0);
    const unsafe = of.mutated(
      tampered('unsafe.example.com. A', (message) => ({ ...message, rcode: 2, answer: [], authority: [] })),
    );
    expect((await check(unsafe, 'unsafe.example.com')).report.verdict).toBe('indeterminate');
  });

  it('unread: a secure TLSA record, and no certificate to compare', async () => {
    for (const why of ['not shown by this browser', 'no connection seen', 'tab closed', 'connection failed'] as const) {
      const { report, reads } = await check(of, 'www.example.com', {
        certificate: () => Promise.resolve({ kind: 'none', why }),
      });
      expect(report).toMatchObject({
        verdict: 'unread',
        reason: { code: 'certificate-unread', why },
        certificate: { kind: 'none', why },
      });
      expect(reads).toBe(1);
    }
  });

  it('a certificate of an earlier connection confirms, and says when it was read', async () => {
    const earlier = { ...evidence(), readAt: NOW - 60 };
    const { report } = await check(of, 'www.example.com', { certificate: () => Promise.resolve(earlier) });
    expect(report).toMatchObject({ verdict: 'verified', certificate: { readAt: NOW - 60, how: 'own connection' } });
  });

  it('a certificate of an earlier connection never accuses: what does not fit is unread', async () => {
    const earlier = { ...evidence(stranger), readAt: NOW - 60 };
    const { report, reads } = await check(of, 'www.example.com', { certificate: () => Promise.resolve(earlier) });
    const why = 'earlier one does not fit';
    expect(report).toMatchObject({
      verdict: 'unread',
      reason: { code: 'certificate-unread', why },
      certificate: { kind: 'none', why },
      tlsa: [{ outcome: { code: 'not-judged' } }],
    });
    expect(reads).toBe(1);
  });

  it('unread: a certificate source that breaks its word and rejects', async () => {
    const { report } = await check(of, 'www.example.com', { certificate: () => Promise.reject(new Error('oh')) });
    expect(report).toMatchObject({
      verdict: 'unread',
      reason: { code: 'certificate-unread', why: 'connection failed' },
      certificate: { kind: 'none', why: 'connection failed' },
    });
  });

  it('D3 off: what has no TLSA', async () => {
    for (const [host, code] of [
      ['192.0.2.1', 'address-literal'],
      ['[2001:db8::1]', 'address-literal'],
      ['localhost', 'single-label'],
      ['a b.example', 'bad-host'],
      ['', 'bad-host'],
    ] as const) {
      const from = of.log.length;
      const { report, reads } = await check(of, host);
      expect(report).toMatchObject({ host, verdict: 'off', reason: { code, host }, lookups: [], zones: [] });
      expect(of.log.length).toBe(from);
      expect(reads).toBe(0);
    }
  });

  it('off: for reasons of the shell', () => {
    const report = offReport({ host: 'example.com', port: 80, now: NOW }, { code: 'not-https', scheme: 'http' });
    expect(report).toEqual({
      version: 1,
      host: 'example.com',
      port: 80,
      verdict: 'off',
      reason: { code: 'not-https', scheme: 'http' },
      checkedAt: NOW,
      validUntil: NOW + 86_400,
      base: 'example.com',
      tlsa: [],
      lookups: [],
      zones: [],
      certificate: { kind: 'none', why: 'not needed' },
      notes: [],
      resolvers: [],
      work: { queries: 0, roundTrips: 0, signatureChecks: 0, nsec3Hashes: 0 },
    });
    expect(SITE_VERDICTS).toContain(report.verdict);
  });
});

describe('names', () => {
  it('D1 D2 the port of the connection', async () => {
    const { report, asked } = await check(of, 'port.example.com', { port: 8443 });
    expect(report).toMatchObject({ verdict: 'verified', port: 8443 });
    expect(asked).toContain('_8443._tcp.port.example.com. TLSA');
    expect((await check(of, 'port.example.com')).report.verdict).toBe('signed');
    expect((await check(of, 'www.example.com', { port: 8443 })).report.verdict).toBe('signed');
  });

  it('D5 behind a secure alias its end comes first', async () => {
    const { report, asked } = await check(of, 'al.example.com', { options: { speculate: false } });
    expect(report).toMatchObject({ verdict: 'verified', host: 'al.example.com', base: 'www.example.com' });
    expect(asked).toEqual(['al.example.com. A', '_443._tcp.www.example.com. TLSA']);
    expect(report.lookups[0]!.aliases).toEqual([
      { owner: 'al.example.com.', target: 'www.example.com.', security: 'secure' },
    ]);
  });

  it('D5 D6 where both have records the end of the chain decides, and the report says which', async () => {
    expect((await check(of, 'both.example.com')).report).toMatchObject({
      verdict: 'verified',
      base: 'www.example.com',
    });
  });

  it('D5 where the end has none the host itself is asked', async () => {
    const { report, asked } = await check(of, 'own.example.com', { options: { speculate: false } });
    expect(report).toMatchObject({ verdict: 'verified', base: 'own.example.com' });
    expect(asked).toEqual([
      'own.example.com. A',
      '_443._tcp.none.example.com. TLSA',
      '_443._tcp.own.example.com. TLSA',
    ]);
  });

  it('D5 an insecure step: only the host itself', async () => {
    const { report, asked } = await check(of, 'far.example.com', { options: { speculate: false } });
    expect(report).toMatchObject({ verdict: 'verified', base: 'far.example.com' });
    expect(asked).toEqual(['far.example.com. A', '_443._tcp.far.example.com. TLSA']);
    expect(report.lookups[0]!.security).toBe('insecure');
  });

  it('D5 an unsigned host that leads to a signed one has no DANE of its own', async () => {
    const { report, reads } = await check(of, 'back.unsigned.com');
    expect(report).toMatchObject({
      verdict: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'unsigned.com.' },
    });
    expect(reads).toBe(0);
  });

  it('D4 a TLSA owner may be an alias; an insecure step makes it unusable', async () => {
    const { report } = await check(of, 'moved.example.com');
    expect(report).toMatchObject({ verdict: 'verified', base: 'moved.example.com' });
    const unsafe = await check(of, 'unsafe.example.com');
    expect(unsafe.report).toMatchObject({
      verdict: 'insecure',
      reason: { code: 'insecure-delegation', zone: 'unsigned.com.' },
      tlsa: [],
    });
    expect(unsafe.reads).toBe(0);
  });

  it('D7 a host without IPv4, or that does not exist, may still have a TLSA record', async () => {
    expect((await check(of, 'six.example.com')).report.verdict).toBe('verified');
    const { report } = await check(of, 'lost.example.com');
    expect(report).toMatchObject({ verdict: 'verified', base: 'lost.example.com' });
  });

  it("a host under a wildcard has no TLSA of the wildcard's parent", async () => {
    expect((await check(of, 'x.wild.example.com')).report).toMatchObject({
      verdict: 'signed',
      reason: { code: 'tlsa-absent' },
    });
  });

  it('letter case and a closing dot of the host do not matter', async () => {
    expect((await check(of, 'WWW.Example.COM')).report).toMatchObject({ verdict: 'verified', base: 'www.example.com' });
    expect((await check(of, 'www.example.com.')).report.verdict).toBe('verified');
  });

  it('a host too long for a TLSA owner: signed, without a question for it', async () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(55)}.example.com`.slice(-253);
    const { report, asked } = await check(of, long);
    expect(report).toMatchObject({ verdict: 'signed', reason: { code: 'tlsa-absent' } });
    expect(asked.filter((one) => one.endsWith('TLSA'))).toEqual([]);
  });
});

describe('how long it holds', () => {
  it('no longer than any of its evidence', async () => {
    expect((await check(of, 'www.example.com')).report.validUntil).toBe(NOW + 300);
    expect((await check(of, 'short.example.com')).report.validUntil).toBe(NOW + 5);
    expect((await check(of, 'brief.example.com')).report.validUntil).toBe(NOW + 7);
    expect((await check(of, 'none.example.com')).report.validUntil).toBe(NOW + 300);
  });

  it('no longer than a signature', async () => {
    const ending = world({
      'example.com.': {
        ttl: 9999,
        window: { from: -3600, to: 44 },
        records: `@ SOA ns hm 1 1 1 1 9999\nwww A 192.0.2.1\n_443._tcp.www ${TLSA}`,
      },
    });
    const { report } = await check(ending, 'www.example.com');
    expect([report.verdict, report.validUntil]).toEqual(['verified', NOW + 44]);
  });

  it('an insecure verdict: no longer than the proof and the records', async () => {
    const unsigned = world({
      'example.com.': { sign: 'unsigned', records: 'www 11 A 192.0.2.1' },
    });
    expect((await check(unsigned, 'www.example.com')).report.validUntil).toBe(NOW + 11);
  });

  it('V97 a failure: a minute, whatever else is known', async () => {
    const target = { name: name('_443._tcp.www.example.com.'), type: TYPE.TLSA };
    const { report } = await check(of.mutated(flippedSignature(target)), 'www.example.com');
    expect([report.verdict, report.validUntil]).toEqual(['bogus', NOW + 60]);
    const failing = await check(of.mutated(resolverFails(name('example.com.'))), 'www.example.com');
    expect([failing.report.verdict, failing.report.validUntil]).toEqual(['indeterminate', NOW + 60]);
  });

  it('a TTL of zero: this moment, and not the past', async () => {
    const zero = world({ 'example.com.': { records: `www 0 A 192.0.2.1\n_443._tcp.www 0 ${TLSA}` } });
    const { report } = await check(zero, 'www.example.com');
    expect([report.verdict, report.validUntil]).toEqual(['verified', NOW]);
  });

  it("evidence that counts by the clock's tolerance alone: this moment", async () => {
    const late = world({
      'example.com.': { window: { from: -3600, to: -30 }, records: `www A 192.0.2.1\n_443._tcp.www ${TLSA}` },
    });
    const { report } = await check(late, 'www.example.com');
    expect([report.verdict, report.validUntil]).toEqual(['verified', NOW]);
  });
});

describe('the clock', () => {
  const late = NOW + 30 * 86_400;
  const askAt =
    (resolverTime: number): CheckInput['ask'] =>
    async (question) => {
      const reply = await of.ask(question);
      return reply.ok ? { ...reply, resolverTime } : reply;
    };

  it("a failure that the resolver's clock explains is put down to ours", async () => {
    const { report } = await check(of, 'www.example.com', { now: late, ask: askAt(NOW) });
    expect(report).toMatchObject({
      verdict: 'bogus',
      reason: { code: 'clock', now: late, resolverTime: NOW, because: { code: 'signature-expired', now: late } },
    });
    const early = await check(of, 'www.example.com', { now: NOW - 86_400, ask: askAt(NOW) });
    expect(early.report.reason).toMatchObject({ code: 'clock', because: { code: 'signature-not-yet-valid' } });
  });

  it('not where the clocks agree within five minutes, nor where the data fails by both', async () => {
    expect((await check(of, 'www.example.com', { now: late, ask: askAt(late - 300) })).report.reason.code).toBe(
      'signature-expired',
    );
    expect((await check(of, 'www.example.com', { now: late, ask: askAt(late + 7 * 86_400) })).report.reason.code).toBe(
      'signature-expired',
    );
    expect((await check(of, 'www.example.com', { now: late })).report.reason.code).toBe('signature-expired');
  });

  it("a resolver's clock never makes anything valid", async () => {
    const { report } = await check(of, 'www.example.com', { now: late, ask: askAt(NOW) });
    expect(report.verdict).toBe('bogus');
    const wrong = await check(of, 'www.example.com', { ask: askAt(late) });
    expect(wrong.report.verdict).toBe('verified');
  });
});

describe('advice for publishers', () => {
  const advice = async (host: string) => (await check(of, host, { advise: true })).report.advice;

  it('D20 stands in the report only where it was asked for, and changes nothing else of it', async () => {
    const { report } = await check(of, 'www.example.com');
    expect('advice' in report).toBe(false);
    const advised = await check(of, 'www.example.com', { advise: true });
    expect(advised.report).toEqual({ ...report, advice: [{ code: 'no-spare-record' }] });
  });

  it('D6 D20 the records at the end of the alias chain and at the host that disagree', async () => {
    expect(await advice('both.example.com')).toEqual([
      { code: 'no-spare-record' },
      { code: 'bases-disagree', base: 'www.example.com', host: 'both.example.com' },
    ]);
    // One more question, which the verdict does not rest on.
    const { report } = await check(of, 'both.example.com', { advise: true });
    const plain = await check(of, 'both.example.com');
    expect(report.lookups).toEqual(plain.report.lookups);
    expect(report.work.queries).toBeGreaterThanOrEqual(plain.report.work.queries);
    expect(await advice('al.example.com')).toEqual([{ code: 'no-spare-record' }]);
    expect(await advice('same.example.com')).toEqual([{ code: 'no-spare-record' }]);
  });

  it('D20 the TTL is the one the owner signed, whatever caches made of it', async () => {
    const long = [{ code: 'no-spare-record' }, { code: 'long-ttl', ttl: 90_000 }];
    expect(await advice('slow.example.com')).toEqual(long);
    const counted: CheckInput['ask'] = async (asked) => {
      const reply = await of.ask(asked);
      if (!reply.ok) return reply;
      const answer = reply.message.answer.map((record) => ({ ...record, ttl: 60 }));
      return { ...reply, message: { ...reply.message, answer } };
    };
    expect((await check(of, 'slow.example.com', { advise: true, ask: counted })).report.advice).toEqual(long);
  });

  it('D20 SHA-1 on the way, where it counts at all', async () => {
    const { report } = await check(of, 'www.sha1.com', { advise: true, options: { allowSha1: true } });
    expect(report.verdict).toBe('verified');
    expect(report.advice).toContainEqual({ code: 'sha1-signatures', zone: 'sha1.com.', algorithm: 7 });
    expect('advice' in (await check(of, 'www.sha1.com', { advise: true })).report).toBe(false);
  });
});

describe('work', () => {
  it('one round trip where all is asked ahead', async () => {
    const { report } = await check(of, 'www.example.com');
    expect(report.work.roundTrips).toBe(1);
    const careful = await check(of, 'www.example.com', { options: { speculate: false } });
    expect(careful.report.work.roundTrips).toBeGreaterThan(1);
    expect(careful.report.verdict).toBe('verified');
  });

  it('one more where an alias leads into another zone, the TLSA records there included', async () => {
    const elsewhere = world({
      'com.': {},
      'example.com.': { records: 'www CNAME cdn.host.net.' },
      'net.': {},
      'host.net.': { records: `cdn A 192.0.2.9\n_443._tcp.cdn ${TLSA}` },
    });
    const { report } = await check(elsewhere, 'www.example.com');
    expect([report.verdict, report.base, report.work.roundTrips]).toEqual(['verified', 'cdn.host.net', 2]);
    const { report: insecure } = await check(of, 'far.example.com');
    expect([insecure.verdict, insecure.base, insecure.work.roundTrips]).toEqual(['verified', 'far.example.com', 2]);
  });

  it('no question twice', async () => {
    for (const host of [
      'www.example.com',
      'al.example.com',
      'own.example.com',
      'far.example.com',
      'lost.example.com',
    ]) {
      const from = of.log.length;
      await check(of, host);
      const asked = of.log.slice(from).map(({ name: owner, type }) => `${owner} ${type}`);
      expect(new Set(asked).size).toBe(asked.length);
    }
  });
});
