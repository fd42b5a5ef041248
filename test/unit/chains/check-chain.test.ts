/** Chains handed over as files: what they are of, what they prove, and the certificate beside them. */
import { describe, expect, it } from 'vitest';
import { MAX_FILE_OCTETS, readChainFile } from '../../../src/chains/chain-file.ts';
import { checkChain } from '../../../src/chains/check-chain.ts';
import { MAX_SUBJECTS, subjectsOf } from '../../../src/chains/subjects.ts';
import { TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import { toBase64, toHex } from '../../../src/dns/encodings.ts';
import { parseChain } from '../../../src/dnssec/chain.ts';
import { proveLookups } from '../../../src/dnssec/prove.ts';
import { toPem } from '../../world/certificate.ts';
import { chainOf, extensionValue, makeSiteKey, selfSigned } from '../../world/chained-certificate.ts';
import { anchorsFrom, DAY, HOUR, NOW, name, records, verifier, world } from '../dnssec/judging.ts';

const KEY = makeSiteKey();
const OTHER = makeSiteKey();
const of = world({
  'com.': {},
  'example.com.': {
    denial: 'nsec',
    records: `
      _443._tcp.www    ${KEY.tlsa}
      _443._tcp.alias  CNAME _443._tcp.www
      _443._tcp.lost   CNAME nothing
      _443._tcp.odd    TLSA 9 9 9 00
      text             TXT "hello"
    `,
  },
  'unsigned.com.': { sign: 'unsigned', records: `_443._tcp.www ${KEY.tlsa}` },
});
const anchors = anchorsFrom(of.anchors());
const TERMS = { now: NOW, anchors, verifier };
const chainAt = async (owner: string) => (await chainOf(of, owner, anchors, NOW)).chain;
const WWW = await chainAt('_443._tcp.www.example.com.');
const check = (file: Uint8Array, more: Partial<Parameters<typeof checkChain>[0]> = {}) =>
  checkChain({ file, ...TERMS, ...more });
const text = (value: string) => new TextEncoder().encode(value);

describe('a chain as a file', () => {
  it('D40 is octets, hexadecimal in any dress, or base64', () => {
    const spaced = toHex(WWW).match(/../g)!.join(':').toUpperCase();
    const forms = [toHex(WWW), `0x${toHex(WWW)}\n`, spaced, toHex(WWW).replace(/.{64}/g, '$&\r\n'), toBase64(WWW)];
    const plain = readChainFile(WWW);
    expect(plain).toMatchObject({ ok: true, form: 'records' });
    for (const form of forms) expect(readChainFile(text(form))).toEqual(plain);
  });

  it('D39 D48 says port and lifetime where its form has them', () => {
    expect(readChainFile(Uint8Array.of(0, 9, ...WWW))).toMatchObject({ form: 'extension', supportLifetimeHours: 9 });
    expect(readChainFile(extensionValue(WWW, 853, 3))).toMatchObject({ form: 'certificate', port: 853 });
  });

  it('D48 stands in a certificate, bare or wrapped once more, in DER or PEM', () => {
    const value = extensionValue(WWW, 443, 24);
    const wrapped = Uint8Array.of(0x04, 0x82, value.length >> 8, value.length & 0xff, ...value);
    for (const dnssecChain of [value, wrapped]) {
      const der = selfSigned('www.example.com', KEY, NOW, { dnssecChain });
      for (const file of [der, text(toPem(der))]) {
        const read = readChainFile(file);
        expect(read).toMatchObject({ ok: true, form: 'certificate', port: 443, supportLifetimeHours: 24 });
        expect(read.ok && read.certificate).toEqual(der);
      }
    }
  });

  it('D49 an Urkel proof alone is told as what cannot be verified', () => {
    const urkelProof = Uint8Array.of(1, ...new Uint8Array(40));
    const alone = selfSigned('www.example.com', KEY, NOW, { urkelProof });
    expect(readChainFile(alone)).toEqual({ ok: false, fault: { code: 'urkel-proof', proofs: 1 } });
    const both = selfSigned('www.example.com', KEY, NOW, { urkelProof, dnssecChain: extensionValue(WWW) });
    expect(readChainFile(both)).toMatchObject({ ok: true, form: 'certificate' });
  });

  it('D41 is refused as what it is where it is none', () => {
    const fault = (file: Uint8Array) => {
      const read = readChainFile(file);
      return read.ok ? 'none' : read.fault.code;
    };
    expect(fault(new Uint8Array())).toBe('empty');
    expect(fault(new Uint8Array(MAX_FILE_OCTETS + 1))).toBe('too-large');
    expect(fault(new Uint8Array(MAX_FILE_OCTETS))).toBe('not-a-chain');
    expect(fault(text('hello'))).toBe('not-a-chain');
    expect(fault(WWW.subarray(0, -1))).toBe('not-a-chain');
    expect(fault(selfSigned('www.example.com', KEY, NOW))).toBe('certificate-without-chain');
    const cut = selfSigned('www.example.com', KEY, NOW, { dnssecChain: extensionValue(WWW).subarray(0, -1) });
    expect(fault(cut)).toBe('not-a-chain');
    expect(fault(selfSigned('www.example.com', KEY, NOW, { dnssecChain: Uint8Array.of(1) }))).toBe('not-a-chain');
  });
});

describe('what a chain is of', () => {
  const subjects = (lines: string) =>
    subjectsOf(records(lines)).map(({ name: owner, type }) => `${owner} ${typeMnemonic(type)}`);

  it('D43 is its data, under the name where the aliases begin', () => {
    expect(subjects('a.example. 1 IN A 192.0.2.1\nexample. 1 IN SOA . . 1 1 1 1 1')).toEqual(['a.example. A']);
    expect(
      subjects('a.example. 1 IN CNAME b.example.\nb.example. 1 IN CNAME c.example.\nc.example. 1 IN TXT "x"'),
    ).toEqual(['a.example. TXT']);
    expect(subjects('_443._tcp.a.example. 1 IN CNAME b.example.')).toEqual(['_443._tcp.a.example. TLSA']);
    expect(subjects('a.example. 1 IN CNAME b.example.')).toEqual([]);
    expect(subjects('a.example. 1 IN CNAME a.example.')).toEqual([]);
    expect(subjects('b.example. 1 IN CNAME a.example.\na.example. 1 IN CNAME b.example.')).toEqual([]);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 100 }, (_, i) => `n${i}.example. 1 IN A 192.0.2.1`).join('\n');
    expect(subjects(many)).toHaveLength(MAX_SUBJECTS);
  });
});

describe('a chain judged', () => {
  it('D42 D46 is secure for what it holds, no longer than its TTLs, and asks nobody', async () => {
    const report = await check(WWW);
    expect(report).toMatchObject({
      verdict: 'secure',
      reason: { code: 'published' },
      file: { form: 'records', inCertificate: false },
      answers: [{ name: '_443._tcp.www.example.com.', type: 'TLSA', security: 'secure' }],
      work: { queries: 0, roundTrips: 0 },
      resolvers: [],
    });
    const parsed = parseChain(WWW);
    const ttls = parsed.ok ? parsed.records.map(({ ttl }) => ttl) : [];
    expect(report.validUntil).toBe(NOW + Math.min(...ttls));
  });

  it('D43 follows aliases of the record and keeps the name of the host', async () => {
    const report = await check(await chainAt('_443._tcp.alias.example.com.'), {
      shown: { certificates: [selfSigned('alias.example.com', KEY, NOW)], pkix: 'unknown' },
    });
    expect(report).toMatchObject({ verdict: 'verified', answers: [{ name: '_443._tcp.alias.example.com.' }] });
    expect(report.answers[0]!.data.map(({ type }) => type)).toEqual(['CNAME', 'TLSA']);
  });

  it('D43 proves absence, of what has to be said where it does not say so itself', async () => {
    const chain = await chainAt('_443._tcp.none.example.com.');
    expect(await check(chain)).toMatchObject({ verdict: 'off', reason: { code: 'chain-subject-unknown' } });
    const subject = { name: name('_443._tcp.none.example.com.'), type: TYPE.TLSA };
    expect(await check(chain, { subject })).toMatchObject({ verdict: 'absent', reason: { code: 'validated' } });
    expect(await check(await chainAt('_443._tcp.lost.example.com.'))).toMatchObject({ verdict: 'absent' });
  });

  it('D43 proves an unsigned delegation', async () => {
    const subject = { name: name('_443._tcp.www.unsigned.com.'), type: TYPE.TLSA };
    const chain = await chainAt('_443._tcp.www.unsigned.com.');
    expect(await check(chain, { subject })).toMatchObject({
      verdict: 'insecure',
      reason: { code: 'insecure-delegation' },
      answers: [{ data: [] }],
    });
  });

  it('D44 that ran out is bogus, and says when', async () => {
    const late = await check(WWW, { now: NOW + 60 * DAY });
    expect(late).toMatchObject({ verdict: 'bogus', reason: { code: 'signature-expired', now: NOW + 60 * DAY } });
    expect(late.answers[0]!.data).toEqual([]);
    expect(late.validUntil).toBe(NOW + 60 * DAY + 60);
    expect(await check(WWW, { now: NOW - 60 * DAY })).toMatchObject({ reason: { code: 'signature-not-yet-valid' } });
  });

  it('D46 says nothing of other names', async () => {
    const subject = { name: name('_443._tcp.other.example.com.'), type: TYPE.TLSA };
    expect(await check(WWW, { subject })).toMatchObject({
      verdict: 'indeterminate',
      reason: { code: 'chain-lacks', name: '_443._tcp.other.example.com.', type: 'TLSA' },
    });
  });

  it('is not believed under other anchors', async () => {
    const foreign = anchorsFrom(world({}).anchors()).map((anchor) => ({ ...anchor, keyTag: 1 }));
    expect((await check(WWW, { anchors: foreign })).verdict).not.toBe('secure');
    expect(await check(WWW, { anchors: [] })).toMatchObject({
      verdict: 'indeterminate',
      reason: { code: 'no-anchor' },
    });
  });

  it('shows other data, too, and of several verdicts the graver', async () => {
    const { chain } = await proveLookups({
      ask: of.ask,
      ...TERMS,
      lookups: [{ name: name('text.example.com.'), type: TYPE.TXT }],
    });
    const both = Uint8Array.of(...WWW, ...chain);
    const sound = await check(both);
    expect(sound.verdict).toBe('secure');
    expect(sound.answers.map(({ type, data }) => [type, data[0]?.text.slice(0, 7)])).toEqual([
      ['TLSA', expect.stringMatching(/^3 1 1 /)],
      ['TXT', '"hello"'],
    ]);
    const at = toHex(chain).indexOf(toHex(text('hello'))) / 2;
    const forged = chain.with(at, chain[at]! ^ 1);
    expect(await check(Uint8Array.of(...WWW, ...forged))).toMatchObject({
      verdict: 'bogus',
      answers: [{ security: 'secure' }, { type: 'TXT', security: 'bogus', data: [] }],
    });
  });
});

describe('the certificate beside a chain', () => {
  const shown = (der: Uint8Array) => ({ certificates: [der], pkix: 'unknown' }) as const;

  it('D42 is the one it names, or another', async () => {
    const right = selfSigned('www.example.com', KEY, NOW);
    expect(await check(WWW, { shown: shown(right) })).toMatchObject({
      verdict: 'verified',
      reason: { code: 'matched' },
    });
    const wrong = selfSigned('www.example.com', OTHER, NOW);
    expect(await check(WWW, { shown: shown(wrong) })).toMatchObject({
      verdict: 'mismatch',
      reason: { code: 'no-match' },
    });
  });

  it('D48 is the one the chain stands in', async () => {
    const own = selfSigned('www.example.com', KEY, NOW, { dnssecChain: extensionValue(WWW) });
    expect(await check(own)).toMatchObject({ verdict: 'verified', file: { inCertificate: true } });
    // Anybody can put somebody's chain into a certificate; it names another key.
    const stolen = selfSigned('www.example.com', OTHER, NOW, { dnssecChain: extensionValue(WWW) });
    expect(await check(stolen)).toMatchObject({ verdict: 'mismatch' });
  });

  it('D48 whose chain proves absence is asked about by its own names and port', async () => {
    const chain = await chainAt('_8443._tcp.none.example.com.');
    const file = selfSigned('none.example.com', KEY, NOW, { dnssecChain: extensionValue(chain, 8443) });
    expect(await check(file)).toMatchObject({ verdict: 'absent', answers: [{ name: '_8443._tcp.none.example.com.' }] });
  });

  it('D42 records nobody can use decide nothing', async () => {
    const file = await chainAt('_443._tcp.odd.example.com.');
    const der = selfSigned('odd.example.com', KEY, NOW);
    expect(await check(file, { shown: shown(der) })).toMatchObject({ verdict: 'unusable' });
  });

  it('D44 a chain that ran out confirms no certificate', async () => {
    const own = selfSigned('www.example.com', KEY, NOW, { dnssecChain: extensionValue(WWW) });
    expect(await check(own, { now: NOW + 365 * 24 * HOUR })).toMatchObject({ verdict: 'bogus' });
  });
});
