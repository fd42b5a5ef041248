/** D43 to D49: the chain inside a site's own certificate, before DNS, instead of it, and never against it. */
import { describe, expect, it } from 'vitest';
import { type CheckInput, checkSite } from '../../../src/check.ts';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import type { Ask } from '../../../src/dns/ask.ts';
import { writeRecord } from '../../../src/dns/message.ts';
import { WireWriter } from '../../../src/dns/wire.ts';
import { parseChain } from '../../../src/dnssec/chain.ts';
import { ZoneCache } from '../../../src/dnssec/zone-cache.ts';
import { explain } from '../../../src/explain.ts';
import { english } from '../../../src/library.ts';
import { chainOf, extensionValue, makeSiteKey, type SiteKey, selfSigned } from '../../world/chained-certificate.ts';
import { anchorsFrom, DAY, NOW, verifier, world } from '../dnssec/judging.ts';

const KEY = makeSiteKey();
const OTHER = makeSiteKey();
const of = world({
  'com.': {},
  'example.com.': {
    denial: 'nsec',
    records: `
      www            A 192.0.2.1
      _443._tcp.www  ${KEY.tlsa}
      other          A 192.0.2.1
      _443._tcp.other ${KEY.tlsa}
      none           A 192.0.2.1
      odd            A 192.0.2.1
      _443._tcp.odd  TLSA 9 9 9 00
    `,
  },
  'unsigned.com.': { sign: 'unsigned', records: `www A 192.0.2.1\n_443._tcp.www ${KEY.tlsa}` },
});
const anchors = anchorsFrom(of.anchors());
const chainAt = async (owner: string) => (await chainOf(of, owner, anchors, NOW)).chain;
const WWW = await chainAt('_443._tcp.www.example.com.');

const shown = (host: string, value?: Uint8Array, key: SiteKey = KEY): CertificateEvidence => ({
  kind: 'leaf only',
  source: 'tls',
  pkix: 'invalid',
  certificates: [selfSigned(host, key, NOW, value && { dnssecChain: value })],
  obtainedAt: NOW,
});

const SILENCE: Ask = async () => ({ ok: false, failure: { code: 'no-resolver' } });

async function check(
  evidence: CertificateEvidence,
  when: 'first' | 'where nothing answers',
  { host = 'www.example.com', ask = of.ask, ...more }: Partial<CheckInput> = {},
) {
  let asked = 0;
  const counting: Ask = (question) => {
    asked++;
    return ask(question);
  };
  const report = await checkSite({
    host,
    port: 443,
    ask: counting,
    now: NOW,
    anchors,
    verifier,
    ...more,
    certificate: async () => evidence,
    chains: { when, certificate: async () => evidence },
  });
  const codes = report.notes.map((note) => (note.code === 'chain-set-aside' ? note.why.kind : note.code));
  return { report, asked, codes };
}

describe('a certificate that carries its own chain', () => {
  it('D42 D48 is verified with no question at all, and the report says so', async () => {
    const { report, asked, codes } = await check(shown('www.example.com', extensionValue(WWW)), 'first');
    expect(asked).toBe(0);
    expect(report).toMatchObject({
      verdict: 'verified',
      reason: { code: 'matched', usage: 3 },
      base: 'www.example.com',
      resolvers: [],
      work: { queries: 0, roundTrips: 0 },
      certificate: { kind: 'leaf only' },
    });
    expect(codes).toEqual(['chain-answered']);
    expect(report.zones.map(({ zone }) => zone)).toEqual(['.', 'com.', 'example.com.']);
    expect(explain(report, english).notes).toContain(
      'Nobody was asked: the certificate itself carries the signed DNS records that name it.',
    );
  });

  it('D46 holds no longer than the TTLs in it', async () => {
    const { report } = await check(shown('www.example.com', extensionValue(WWW)), 'first');
    const byDns = await check(shown('www.example.com'), 'first');
    expect(report.validUntil).toBe(byDns.report.validUntil);
  });

  it('D46 leaves nothing behind for other names', async () => {
    const zoneCache = new ZoneCache();
    const evidence = shown('www.example.com', extensionValue(WWW));
    await check(evidence, 'first', { zoneCache });
    const { report } = await check(shown('other.example.com'), 'first', {
      host: 'other.example.com',
      ask: SILENCE,
      zoneCache,
    });
    expect(report.verdict).toBe('indeterminate');
  });

  it('D42 answers where nobody else does, and only for a short time then', async () => {
    const evidence = shown('www.example.com', extensionValue(WWW));
    const { report, asked, codes } = await check(evidence, 'where nothing answers', { ask: SILENCE });
    expect(asked).toBeGreaterThan(0);
    expect(report).toMatchObject({ verdict: 'verified', validUntil: NOW + 60 });
    expect(report.work.queries).toBeGreaterThan(0);
    expect(codes).toEqual(['chain-answered']);
    expect(explain(report, english).notes[0]).toMatch(/^DNS gave no answer that could be verified\./);
  });

  it('D43 decides nothing where DNS answers, and the report says whether it says the same', async () => {
    const { report, codes } = await check(shown('www.example.com', extensionValue(WWW)), 'where nothing answers');
    expect(report.verdict).toBe('verified');
    expect(report.work.queries).toBeGreaterThan(0);
    expect(codes).toEqual(['chain-agrees']);
    expect(explain(report, english).notes).toEqual([
      'DNS says it, and so does the certificate itself, which carries the same signed records.',
    ]);
  });

  it('D43 does not agree where DNS knows of more records by now', async () => {
    const since = world({
      'com.': {},
      'example.com.': {
        denial: 'nsec',
        records: `www A 192.0.2.1\n_443._tcp.www ${KEY.tlsa}\n_443._tcp.www ${OTHER.tlsa}`,
      },
    });
    const evidence = shown('www.example.com', extensionValue(WWW));
    const { report, codes } = await check(evidence, 'where nothing answers', { ask: since.ask });
    expect(report.verdict).toBe('verified');
    expect(codes).toEqual([]);
  });
});

describe('a chain that does not answer leaves the verdict to DNS', () => {
  const before = world({ 'com.': {}, 'example.com.': { denial: 'nsec', records: 'www A 192.0.2.1' } });
  const EARLIER = chainOf(before, '_443._tcp.www.example.com.', anchors, NOW).then(({ chain }) => chain);
  const NONE = chainAt('_443._tcp.none.example.com.');
  const cases: readonly [string, string, () => Promise<Uint8Array>, SiteKey, string, string][] = [
    ['D43 that proves absence', 'none.example.com', () => NONE, KEY, 'absent', 'signed'],
    // Where a record was published since, an old denial hides nothing.
    ['D43 that denies what is there by now', 'www.example.com', () => EARLIER, KEY, 'absent', 'verified'],
    [
      'D43 of an unsigned zone',
      'www.unsigned.com',
      () => chainAt('_443._tcp.www.unsigned.com.'),
      KEY,
      'unsigned',
      'insecure',
    ],
    ['D46 of another name', 'other.example.com', async () => WWW, KEY, 'incomplete', 'verified'],
    // Whoever had it made put another's chain in.
    ['D43 that names another certificate', 'www.example.com', async () => WWW, OTHER, 'not matched', 'mismatch'],
    ['D42 that lacks its end', 'www.example.com', async () => cut(WWW), KEY, 'incomplete', 'verified'],
    ['D41 that is cut', 'www.example.com', async () => WWW.subarray(0, -1), KEY, 'malformed', 'verified'],
    ['D42 that is forged', 'www.example.com', async () => forged(WWW), KEY, 'bogus', 'verified'],
  ];

  it.each(cases)('%s', async (_, host, chain, key, why, verdict) => {
    const evidence = shown(host, extensionValue(await chain()), key);
    const { report, asked, codes } = await check(evidence, 'first', { host });
    expect({ verdict: report.verdict, why: codes.find((code) => code === why) }).toEqual({ verdict, why });
    expect(asked).toBeGreaterThan(0);
    // And with nobody to ask, nothing it says makes a verdict.
    const alone = await check(evidence, 'first', { host, ask: SILENCE });
    expect(alone.report.verdict).toBe('indeterminate');
    const instead = await check(evidence, 'where nothing answers', { host, ask: SILENCE });
    expect(instead.report.verdict).toBe('indeterminate');
    expect(instead.codes).toContain(why);
  });

  it('D44 that ran out, and says when', async () => {
    const { report, codes } = await check(shown('www.example.com', extensionValue(WWW)), 'first', {
      now: NOW + 60 * DAY,
      ask: SILENCE,
    });
    expect(report.verdict).toBe('indeterminate');
    expect(codes).toEqual(['bogus']);
    expect(report.notes[0]).toMatchObject({ why: { reason: { code: 'signature-expired' } } });
  });

  it('D43 whose records nobody can use', async () => {
    const value = extensionValue(await chainAt('_443._tcp.odd.example.com.'));
    const { report, codes } = await check(shown('odd.example.com', value), 'first', { host: 'odd.example.com' });
    expect(report).toMatchObject({ verdict: 'signed', reason: { code: 'tlsa-unusable' } });
    expect(codes).toContain('not matched');
  });

  it('D49 an Urkel proof, which nobody here can verify', async () => {
    const urkelProof = Uint8Array.of(1, ...new Uint8Array(64));
    const certificates = [selfSigned('www.example.com', KEY, NOW, { urkelProof })];
    const evidence = { kind: 'leaf only', source: 'tls', pkix: 'invalid', certificates, obtainedAt: NOW } as const;
    for (const when of ['first', 'where nothing answers'] as const) {
      const { report, codes } = await check(evidence, when);
      expect(report.verdict).toBe('verified');
      expect(codes).toEqual(['urkel-proof']);
    }
    const { report } = await check(evidence, 'first', { ask: SILENCE });
    expect(report.verdict).toBe('indeterminate');
  });

  it('no certificate, or none that can be read', async () => {
    const none = { kind: 'none', why: 'not shown by this browser' } as const;
    expect((await check(none, 'first', { ask: SILENCE })).report.verdict).toBe('indeterminate');
    const garbage = { ...shown('www.example.com'), certificates: [Uint8Array.of(1, 2)] } as CertificateEvidence;
    expect((await check(garbage, 'first')).report.verdict).toBe('unread');
  });
});

/** Without the records at its end: the root's keys and their signatures. */
function cut(chain: Uint8Array): Uint8Array {
  const parsed = parseChain(chain);
  const writer = new WireWriter();
  for (const record of parsed.ok ? parsed.records : []) {
    if (record.name.labelCount > 0) writeRecord(writer, record);
  }
  return writer.finish();
}

/** One bit of the digest in the TLSA record. */
function forged(chain: Uint8Array): Uint8Array {
  const at = Buffer.from(chain).indexOf(Buffer.from(KEY.tlsa.split(' ').at(-1)!, 'hex'));
  return chain.with(at, chain[at]! ^ 1);
}
