import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CertificateEvidence, PkixStatus } from '../../../src/dane/evidence.ts';
import { MAX_CHAIN } from '../../../src/dane/limits.ts';
import { judgeTlsa, parseTlsa, usableTlsa } from '../../../src/dane/tlsa.ts';
import { associationData } from '../../../src/dane/tlsa-record.ts';
import { toHex } from '../../../src/dns/encodings.ts';
import { type Chain, issue, makeChain, makeKeys, NOT_AFTER, NOT_BEFORE, NOW, tlsaRdata, x509 } from './issued.ts';

const HOST = 'www.example.test';

let chain: Chain;
/** A leaf for the same host with another key. */
let other: Chain;
beforeAll(async () => {
  chain = await makeChain();
  other = await makeChain();
});

const sha = (bits: 256 | 512, octets: Uint8Array) => new Uint8Array(createHash(`sha${bits}`).update(octets).digest());

function shown(certificates: readonly Uint8Array[], pkix: PkixStatus = 'valid'): CertificateEvidence {
  const kind = certificates.length > 1 ? 'full chain' : 'leaf only';
  return { kind, source: 'tls', pkix, certificates, obtainedAt: NOW };
}

const wholeChain = (pkix: PkixStatus = 'valid') =>
  shown([chain.leaf.der, chain.intermediate.der, chain.root.der], pkix);
const leafOnly = (pkix: PkixStatus = 'valid') => shown([chain.leaf.der], pkix);

async function judge(records: readonly Uint8Array[], evidence = wholeChain(), options = {}) {
  return judgeTlsa({ records, evidence, base: HOST, host: HOST, now: NOW, ...options });
}

const spki256 = (usage: number, of: { spki: Uint8Array }) => tlsaRdata(usage, 1, 1, sha(256, of.spki));

describe('records', () => {
  test('D10 usage, selector and matching type take an octet each, the data the rest', () => {
    expect(parseTlsa(Uint8Array.of(3, 1, 2, 9, 8))).toEqual({
      ok: true,
      record: { usage: 3, selector: 1, matchingType: 2, data: Uint8Array.of(9, 8) },
    });
  });

  test.each([0, 1, 2, 3])('D10 %i octets are malformed, four are not', (octets) => {
    expect(parseTlsa(new Uint8Array(octets))).toEqual({ ok: false, fault: 'malformed' });
    expect(parseTlsa(new Uint8Array(4)).ok).toBe(true);
  });

  test('D10 a malformed record shows its octets and no fields', () => {
    expect(usableTlsa([Uint8Array.of(3, 1, 1)]).tlsa).toEqual([
      {
        usage: null,
        selector: null,
        matchingType: null,
        data: '030101',
        outcome: { code: 'unusable', why: 'malformed' },
      },
    ]);
  });

  test.each([
    [4, 1, 1, 32, 'unknown usage'],
    [255, 1, 1, 32, 'unknown usage'],
    [3, 2, 1, 32, 'unknown selector'],
    [3, 255, 1, 32, 'unknown selector'],
    [3, 1, 3, 32, 'unknown matching type'],
    [3, 1, 255, 32, 'unknown matching type'],
    [3, 1, 1, 31, 'digest length'],
    [3, 1, 1, 33, 'digest length'],
    [3, 1, 1, 64, 'digest length'],
    [3, 1, 2, 63, 'digest length'],
    [3, 1, 2, 65, 'digest length'],
    [3, 1, 2, 32, 'digest length'],
    [3, 0, 0, 32, 'not DER'],
    [3, 1, 0, 32, 'not DER'],
  ])('D14 %i %i %i with %i octets of data: %s', (usage, selector, matchingType, octets, why) => {
    const { usable, unusable, tlsa } = usableTlsa([tlsaRdata(usage, selector, matchingType, new Uint8Array(octets))]);
    expect(usable).toEqual([]);
    expect(unusable).toBe(1);
    expect(tlsa[0]!.outcome).toEqual({ code: 'unusable', why });
  });

  test.each([0, 1, 2, 3])('D11 D12 usage %i is supported with each selector and matching type', (usage) => {
    for (const [selector, octets] of [chain.leaf.der, chain.leaf.spki].entries()) {
      const records = [octets, sha(256, octets), sha(512, octets)].map((data, matchingType) =>
        tlsaRdata(usage, selector, matchingType, data),
      );
      for (const record of records) expect(usableTlsa([record]).usable).toHaveLength(1);
    }
  });

  test('D14 Full data must be what the selector says, to the last octet', () => {
    const { der, spki } = chain.leaf;
    const outcome = (selector: number, data: Uint8Array) =>
      usableTlsa([tlsaRdata(3, selector, 0, data)]).tlsa[0]!.outcome.code;
    expect(outcome(0, der)).toBe('not-judged');
    expect(outcome(0, spki)).toBe('unusable');
    expect(outcome(0, Uint8Array.from([...der, 0]))).toBe('unusable');
    expect(outcome(0, der.subarray(0, -1))).toBe('unusable');
    expect(outcome(1, spki)).toBe('not-judged');
    expect(outcome(1, der)).toBe('unusable');
    expect(outcome(1, Uint8Array.from([...spki, 0]))).toBe('unusable');
    expect(outcome(1, spki.subarray(0, -1))).toBe('unusable');
  });
});

test('data of a matching type that is none is nobody’s to ask for', () => {
  expect(() => associationData(chain.leaf.spki, 3)).toThrow(RangeError);
  expect(() => associationData(chain.leaf.spki, 3)).toThrow('no matching type: 3');
});

describe('usages 0 and 1 where they do not count (RFC 7672 section 3.1.3)', () => {
  const NO_PKIX = { pkixUsages: false };
  const outcomes = (usages: readonly number[], rules?: typeof NO_PKIX) =>
    usableTlsa(
      usages.map((usage) => spki256(usage, chain.leaf)),
      rules,
    ).tlsa.map(({ outcome }) => outcome);
  const unusable = { code: 'unusable', why: 'PKIX usage' };
  const waiting = { code: 'not-judged' };

  test('each of the two is unusable then, and the DANE usages are not', () => {
    expect(outcomes([0, 1, 2, 3], NO_PKIX)).toEqual([unusable, unusable, waiting, waiting]);
    expect(outcomes([0, 1, 2, 3])).toEqual([waiting, waiting, waiting, waiting]);
  });

  test('D10 with nothing else it is as if there were no TLSA', async () => {
    const records = [spki256(1, chain.leaf)];
    const input = { records, evidence: wholeChain(), host: HOST, base: HOST, now: NOW };
    expect(await judgeTlsa({ ...input, ...NO_PKIX })).toMatchObject({
      verdict: 'signed',
      reason: { code: 'tlsa-unusable', records: 1 },
    });
    expect((await judgeTlsa(input)).verdict).toBe('verified');
  });
});

describe('what a certificate is for', () => {
  const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2', email: '1.3.6.1.5.5.7.3.4' } as const;
  const kinds = ['server', 'client', 'email'] as const;

  test.each(kinds)('usage 2 with a certificate for %s alone', async (purpose) => {
    const names = [
      { type: 'dns', value: HOST },
      { type: 'email', value: `who@${HOST}` },
    ] as const;
    const leaf = await issue({
      subject: 'CN=Leaf',
      issuer: chain.intermediate,
      extendedKeyUsage: [PURPOSES[purpose]],
      extensions: [new x509.SubjectAlternativeNameExtension([...names])],
    });
    const records = [spki256(2, chain.intermediate)];
    const evidence = shown([leaf.der, chain.intermediate.der, chain.root.der]);
    for (const asked of kinds) {
      const host = asked === 'email' ? `who@${HOST}` : HOST;
      const { verdict, reason } = await judgeTlsa({ records, evidence, host, base: host, now: NOW, purpose: asked });
      if (asked === purpose) expect(verdict).toBe('verified');
      else expect(reason).toMatchObject({ code: 'path-failed', fault: { code: 'purpose', depth: 0 } });
    }
    // A certificate is a server's where nothing else is said.
    const { verdict } = await judgeTlsa({ records, evidence, host: HOST, base: HOST, now: NOW });
    expect(verdict).toBe(purpose === 'server' ? 'verified' : 'mismatch');
  });

  test('usage 3 notes a name of the wrong kind, and one that is only another name of the peer not', async () => {
    const records = [spki256(3, chain.leaf)];
    const input = { records, evidence: wholeChain(), base: HOST, now: NOW };
    const notes = async (host: string, more = {}) => (await judgeTlsa({ ...input, host, ...more })).notes;
    expect(await notes(HOST)).toEqual([]);
    expect(await notes(HOST, { purpose: 'email' })).toEqual([{ code: 'name-mismatch', host: HOST }]);
    expect(await notes('other.test')).toEqual([{ code: 'name-mismatch', host: 'other.test' }]);
    expect(await notes('other.test', { otherNames: ['third.test', HOST] })).toEqual([]);
  });
});

describe('digest agility', () => {
  test('D19 of one usage and selector only the strongest digest counts: a match of the weaker alone fails', async () => {
    const right256 = spki256(3, chain.leaf);
    const wrong512 = tlsaRdata(3, 1, 2, sha(512, other.leaf.spki));
    const { verdict, tlsa } = await judge([right256, wrong512]);
    expect(verdict).toBe('mismatch');
    expect(tlsa.map(({ outcome }) => outcome.code)).toEqual(['superseded', 'not-matched']);
  });

  test('D19 the strongest digest alone matching is enough', async () => {
    const wrong256 = spki256(3, other.leaf);
    const right512 = tlsaRdata(3, 1, 2, sha(512, chain.leaf.spki));
    expect((await judge([wrong256, right512])).reason).toMatchObject({ code: 'matched', matchingType: 2 });
  });

  test('D19 Full(0) stays beside every digest', async () => {
    const full = tlsaRdata(3, 1, 0, chain.leaf.spki);
    const wrong512 = tlsaRdata(3, 1, 2, sha(512, other.leaf.spki));
    expect((await judge([full, wrong512])).reason).toMatchObject({ code: 'matched', matchingType: 0 });
  });

  test('D19 other usages and selectors are groups of their own', async () => {
    const wrongCertificate512 = tlsaRdata(3, 0, 2, sha(512, other.leaf.der));
    const wrongUsage512 = tlsaRdata(1, 1, 2, sha(512, other.leaf.spki));
    const { verdict } = await judge([spki256(3, chain.leaf), wrongCertificate512, wrongUsage512]);
    expect(verdict).toBe('verified');
  });

  test('D19 unusable records are dropped first: a SHA2-512 of the wrong length supersedes nothing', async () => {
    const broken512 = tlsaRdata(3, 1, 2, new Uint8Array(32));
    const { verdict, tlsa } = await judge([spki256(3, chain.leaf), broken512]);
    expect(verdict).toBe('verified');
    expect(tlsa[1]!.outcome).toEqual({ code: 'unusable', why: 'digest length' });
  });
});

describe('usages 3 and 1', () => {
  const cells = [3, 1].flatMap((usage) =>
    [0, 1].flatMap((selector) => [0, 1, 2].map((matchingType) => [usage, selector, matchingType] as const)),
  );
  const data = (selector: number, matchingType: number, of: { der: Uint8Array; spki: Uint8Array }) => {
    const selected = selector === 0 ? of.der : of.spki;
    return [selected, sha(256, selected), sha(512, selected)][matchingType]!;
  };

  test.each(cells)('D13 D15 %i %i %i matches the leaf, in a whole chain and alone', async (...cell) => {
    const [usage, selector, matchingType] = cell;
    const record = tlsaRdata(...cell, data(selector, matchingType, chain.leaf));
    for (const evidence of [wholeChain(), leafOnly()]) {
      const judgement = await judge([record], evidence);
      expect(judgement.verdict).toBe('verified');
      expect(judgement.reason).toEqual({ code: 'matched', usage, selector, matchingType, depth: 0 });
      expect(judgement.notes).toEqual([]);
    }
  });

  test.each(cells)('D15 %i %i %i never matches an issuer', async (...cell) => {
    for (const issuer of [chain.intermediate, chain.root]) {
      const judgement = await judge([tlsaRdata(...cell, data(cell[1], cell[2], issuer))]);
      expect(judgement.verdict).toBe('mismatch');
      expect(judgement.reason).toEqual({ code: 'no-match', usable: 1, unusable: 0 });
    }
  });

  test.each(cells)('D17 %i %i %i of another leaf is a mismatch', async (...cell) => {
    const judgement = await judge([tlsaRdata(...cell, data(cell[1], cell[2], other.leaf))], leafOnly());
    expect(judgement.verdict).toBe('mismatch');
  });

  test('D13 the old peer compared the wrong bytes for SPKI + Full: the whole SubjectPublicKeyInfo matches, the bare key bits never do', async () => {
    const { spki } = chain.leaf;
    // A P-256 key: the last 65 octets are the point.
    const point = spki.subarray(-65);
    expect(point[0]).toBe(4);
    expect((await judge([tlsaRdata(3, 1, 0, spki)])).verdict).toBe('verified');
    expect((await judge([tlsaRdata(3, 1, 0, point)])).verdict).toBe('signed');
    expect((await judge([tlsaRdata(3, 1, 1, sha(256, point))])).verdict).toBe('mismatch');
    expect((await judge([tlsaRdata(3, 1, 0, chain.leaf.der)])).verdict).toBe('signed');
    expect((await judge([tlsaRdata(3, 0, 0, spki)])).verdict).toBe('signed');
  });

  test('D18 one match is enough beside a stale record of another key', async () => {
    const { verdict, tlsa } = await judge([spki256(3, other.leaf), spki256(3, chain.leaf)]);
    expect(verdict).toBe('verified');
    expect(tlsa.map(({ outcome }) => outcome.code)).toEqual(['not-matched', 'matched']);
  });

  test('D21 D22 usage 3 leaves names out of account and notes them', async () => {
    const judgement = await judge([spki256(3, chain.leaf)], wholeChain(), { host: 'other.test', base: 'other.test' });
    expect(judgement.verdict).toBe('verified');
    expect(judgement.notes).toEqual([{ code: 'name-mismatch', host: 'other.test' }]);
  });

  test('D21 usage 3 leaves dates out of account and notes them, at either end to the second', async () => {
    const dates = { code: 'certificate-dates', notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
    for (const [now, notes] of [
      [NOT_BEFORE - 1, [dates]],
      [NOT_BEFORE, []],
      [NOT_AFTER, []],
      [NOT_AFTER + 1, [dates]],
    ] as const) {
      const judgement = await judge([spki256(3, chain.leaf)], wholeChain(), { now });
      expect(judgement.verdict).toBe('verified');
      expect(judgement.notes).toEqual(notes);
    }
  });

  test.each(['overridden', 'invalid', 'unknown'] as const)('D21 usage 3 asks nothing of PKIX: %s', async (pkix) => {
    const judgement = await judge([spki256(3, chain.leaf)], leafOnly(pkix));
    expect(judgement.verdict).toBe('verified');
    expect(judgement.notes).toEqual(pkix === 'overridden' ? [{ code: 'pkix-overridden' }] : []);
  });

  test('a certificate of a connection that the page did not come by is told as such', async () => {
    const evidence = { ...leafOnly(), newConnection: true } as CertificateEvidence;
    const judgement = await judge([spki256(3, chain.leaf)], evidence);
    expect([judgement.verdict, judgement.notes]).toEqual(['verified', [{ code: 'new-connection' }]]);
  });

  test.each(['overridden', 'invalid'] as const)(
    'D28 the old peer called PKIX passed when it had failed: usage 1 on a certificate that is %s by PKIX is a mismatch',
    async (pkix) => {
      const judgement = await judge([spki256(1, chain.leaf)], wholeChain(pkix));
      expect(judgement.verdict).toBe('mismatch');
      expect(judgement.reason).toEqual({ code: 'pkix-failed', usage: 1, pkix });
      expect(judgement.tlsa[0]!.outcome).toEqual({ code: 'pkix-failed', pkix });
    },
  );

  test('D28 usage 1 where nobody can say whether PKIX passed is unread, not passed', async () => {
    const judgement = await judge([spki256(1, chain.leaf)], leafOnly('unknown'));
    expect(judgement.verdict).toBe('unread');
    expect(judgement.reason).toEqual({ code: 'pkix-unknown', usage: 1 });
    expect((await judge([spki256(1, other.leaf)], leafOnly('unknown'))).verdict).toBe('mismatch');
  });

  test('D30 where records of both usages match, usage 3 is named, as it rests on DNSSEC alone', async () => {
    const judgement = await judge([spki256(1, chain.leaf), spki256(3, chain.leaf)]);
    expect(judgement.reason).toMatchObject({ code: 'matched', usage: 3 });
    expect(judgement.tlsa.map(({ outcome }) => outcome.code)).toEqual(['matched', 'matched']);
  });
});

describe('notes on what usage 3 leaves out of account', () => {
  const elsewhere = { host: 'other.test', base: 'other.test' };
  const note = { code: 'name-mismatch', host: 'other.test' };

  test('D22 only where a record of usage 3 is the match, others beside it or not', async () => {
    const matching = spki256(3, chain.leaf);
    const stale = spki256(3, other.leaf);
    const pkix = spki256(1, chain.leaf);
    for (const [records, notes] of [
      [[matching, stale], [note]],
      [[stale, matching], [note]],
      [[matching, pkix], [note]],
      [[stale], []],
      [[pkix], []],
      [[stale, pkix], []],
    ] as const) {
      expect((await judge(records, wholeChain(), elsewhere)).notes).toEqual(notes);
    }
  });
});

describe('what does not decide', () => {
  test('D16 no record at all: DANE says nothing', async () => {
    expect(await judge([])).toEqual({
      verdict: 'signed',
      reason: { code: 'tlsa-absent' },
      tlsa: [],
      chain: [],
      notes: [],
    });
  });

  test('D14 D17 the old peer turned red on one unknown usage: an unusable record beside a match changes nothing', async () => {
    const unknown = tlsaRdata(7, 1, 1, new Uint8Array(32));
    const judgement = await judge([unknown, spki256(3, chain.leaf)]);
    expect(judgement.verdict).toBe('verified');
    expect(judgement.tlsa[0]!.outcome).toEqual({ code: 'unusable', why: 'unknown usage' });
    expect((await judge([unknown])).verdict).toBe('signed');
  });

  test('D16 all records unusable: DANE says nothing', async () => {
    const judgement = await judge([Uint8Array.of(3), tlsaRdata(9, 1, 1, new Uint8Array(32))], leafOnly('invalid'));
    expect(judgement.verdict).toBe('signed');
    expect(judgement.reason).toEqual({ code: 'tlsa-unusable', records: 2 });
    expect(judgement.tlsa).toHaveLength(2);
    expect(judgement.chain).toEqual([]);
    expect(judgement.notes).toEqual([]);
  });

  test('D17 one usable record that does not match is a mismatch, unusable ones beside it or not', async () => {
    const judgement = await judge([spki256(3, other.leaf), Uint8Array.of(3, 1)]);
    expect(judgement.verdict).toBe('mismatch');
    expect(judgement.reason).toEqual({ code: 'no-match', usable: 1, unusable: 1 });
  });

  test('no certificate at all is unread with its reason', async () => {
    const judgement = await judge([spki256(3, chain.leaf)], { kind: 'none', why: 'debugger busy' });
    expect(judgement).toMatchObject({
      verdict: 'unread',
      reason: { code: 'certificate-unread', why: 'debugger busy' },
      chain: [],
      notes: [],
    });
    expect(judgement.tlsa[0]!.outcome).toEqual({ code: 'not-judged' });
  });

  test('an empty chain is unread', async () => {
    expect(await judge([spki256(3, chain.leaf)], shown([]))).toMatchObject({
      verdict: 'unread',
      reason: { code: 'certificate-unread', why: 'not shown by this browser' },
    });
  });

  test('octets that are no certificate are unread, whatever their digest is', async () => {
    const { der } = chain.leaf;
    const long = Uint8Array.from([...der, 0]);
    const judgement = await judge([tlsaRdata(3, 0, 1, sha(256, long))], shown([long]));
    expect(judgement.verdict).toBe('unread');
    expect(judgement.reason).toEqual({ code: 'certificate-malformed', depth: 0, fault: 'octets left over' });
  });
});

describe('a certificate that the browser refused', () => {
  const refused = { kind: 'none', why: 'certificate refused' } as const;

  test('what DNS says to expect is told: of usages 2 and 3 as what DANE accepts, of 0 and 1 as nothing to go by', async () => {
    const strong = tlsaRdata(3, 0, 2, sha(512, chain.leaf.der));
    const weak = tlsaRdata(3, 0, 1, sha(256, chain.leaf.der));
    const records = [
      spki256(1, chain.leaf),
      weak,
      strong,
      spki256(2, chain.root),
      spki256(0, chain.root),
      tlsaRdata(9, 1, 1, sha(256, chain.leaf.der)),
    ];
    const judgement = await judge(records, refused);
    expect(judgement).toMatchObject({
      verdict: 'unread',
      reason: { code: 'certificate-unread', why: 'certificate refused' },
      chain: [],
    });
    expect(judgement.tlsa).toHaveLength(6);
    expect(judgement.notes).toEqual([
      { code: 'accepted-by-dane', usage: 3, selector: 0, matchingType: 2, data: toHex(strong.slice(3)) },
      { code: 'accepted-by-dane', usage: 2, selector: 1, matchingType: 1, data: toHex(sha(256, chain.root.spki)) },
      { code: 'refusal-stands', usages: [0, 1] },
    ]);
  });

  test('where no record demands PKIX, nothing is said of those that do', async () => {
    const { notes } = await judge([spki256(3, chain.leaf)], refused);
    expect(notes.map(({ code }) => code)).toEqual(['accepted-by-dane']);
  });

  test.each(['handshake failed', 'host not found', 'connection refused', 'connection failed', 'tab closed'] as const)(
    '%s: nobody refused a certificate, so nothing of the kind is claimed',
    async (why) => {
      const judgement = await judge([spki256(3, chain.leaf)], { kind: 'none', why });
      expect(judgement).toMatchObject({ verdict: 'unread', reason: { why }, notes: [] });
      expect(judgement.tlsa).toMatchObject([{ usage: 3, outcome: { code: 'not-judged' } }]);
    },
  );
});

describe('the chain in the report', () => {
  test('every certificate shown, leaf first, with the digests a record would have', async () => {
    const { chain: views } = await judge([spki256(3, chain.leaf)]);
    expect(views.map(({ depth, subject }) => [depth, subject])).toEqual([
      [0, 'CN=Leaf'],
      [1, 'CN=Test Intermediate'],
      [2, 'CN=Test Root'],
    ]);
    expect(views[0]).toEqual({
      depth: 0,
      subject: 'CN=Leaf',
      issuer: 'CN=Test Intermediate',
      names: [HOST],
      notBefore: NOT_BEFORE,
      notAfter: NOT_AFTER,
      sha256: createHash('sha256').update(chain.leaf.der).digest('hex'),
      spkiSha256: createHash('sha256').update(chain.leaf.spki).digest('hex'),
    });
  });

  test('an issuer that is no certificate is left out and spoils nothing', async () => {
    const judgement = await judge([spki256(3, chain.leaf)], shown([chain.leaf.der, Uint8Array.of(1), chain.root.der]));
    expect(judgement.verdict).toBe('verified');
    expect(judgement.reason).toMatchObject({ code: 'matched', usage: 3 });
    expect(judgement.chain.map(({ depth }) => depth)).toEqual([0, 2]);
    const stale = await judge([spki256(3, other.leaf)], shown([chain.leaf.der, Uint8Array.of(1), chain.root.der]));
    expect(stale).toMatchObject({ verdict: 'mismatch', reason: { code: 'no-match' } });
  });

  test('what was fetched and is no certificate is left out', async () => {
    const url = 'http://ca.test/a';
    const fetched = [
      { url, certificate: Uint8Array.of(1) },
      { url, certificate: chain.intermediate.der },
    ];
    const judgement = await judge([spki256(2, chain.intermediate)], { ...leafOnly(), fetched } as CertificateEvidence);
    expect(judgement.verdict).toBe('verified');
    expect(judgement.chain.map(({ fetchedFrom }) => fetchedFrom)).toEqual([undefined, url]);
  });

  test('what a trust store put on top is looked at as far as a chain is', async () => {
    const appended = Array<Uint8Array>(MAX_CHAIN + 1).fill(chain.root.der);
    const judgement = await judge([spki256(3, chain.leaf)], { ...leafOnly(), appended } as CertificateEvidence);
    expect(judgement.chain.filter((view) => view.appended)).toHaveLength(MAX_CHAIN);
  });

  test('the same key in a renewed certificate still matches by selector 1, and not by selector 0', async () => {
    const keys = await makeKeys();
    const before = await issue({ subject: 'CN=a', keys, names: [HOST] });
    const after = await issue({ subject: 'CN=b', keys, names: [HOST] });
    expect((await judge([spki256(3, before)], shown([after.der]))).verdict).toBe('verified');
    expect((await judge([tlsaRdata(3, 0, 1, sha(256, before.der))], shown([after.der]))).verdict).toBe('mismatch');
  });
});
