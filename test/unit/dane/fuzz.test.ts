/**
 * Octets gone wrong: nothing escapes as an exception, and no match appears that the octets do not bear out. A fixed
 * seed, so a failure can be seen again; DANELAW_FUZZ multiplies the rounds.
 */
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCertificate } from '../../../src/dane/certificate.ts';
import { judgeTlsa, parseTlsa, usableTlsa } from '../../../src/dane/tlsa.ts';
import { type Chain, makeChain, NOW, tlsaRdata, x509 } from './issued.ts';

const TIMES = Number(process.env['DANELAW_FUZZ'] ?? 1);
const ROUNDS = 2000 * TIMES;
const HOST = 'www.example.test';

/** A small generator of numbers below 2^32 (mulberry32), the same on every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof createRandom>;

/** One to three changes: a bit, an octet, a length-like value, a piece cut out, doubled or swapped. */
function mutate(octets: Uint8Array, random: Random): Uint8Array {
  let changed = [...octets];
  for (let i = random(3); i >= 0; i--) {
    const at = random(changed.length);
    const length = 1 + random(8);
    switch (random(7)) {
      case 0:
        changed[at]! ^= 1 << random(8);
        break;
      case 1:
        changed[at] = random(256);
        break;
      case 2:
        changed[at] = [0, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff][random(7)]!;
        break;
      case 3:
        changed.splice(at, length);
        break;
      case 4:
        changed.splice(at, 0, ...changed.slice(at, at + length));
        break;
      case 5:
        changed = changed.slice(0, at + 1);
        break;
      default:
        changed.splice(at, 1, changed[random(changed.length)]!);
    }
    if (changed.length === 0) changed = [0x30];
  }
  return Uint8Array.from(changed);
}

const sha256 = (octets: Uint8Array) => new Uint8Array(createHash('sha256').update(octets).digest());
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

let chain: Chain;
beforeAll(async () => {
  const extensions = [
    new x509.AuthorityInfoAccessExtension({ caIssuers: 'http://ca.test/' }),
    new x509.CertificatePolicyExtension(['1.2.3']),
  ];
  const keyUsage = x509.KeyUsageFlags.digitalSignature;
  chain = await makeChain({ extensions, extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'], keyUsage }, { pathLength: 0 });
});

describe('fuzz', { timeout: 60_000 * TIMES }, () => {
  test(`${ROUNDS} changed certificates: a value or a fault, and usage 3 sees every changed octet`, async () => {
    const random = createRandom(1);
    const { der, spki } = chain.leaf;
    const records = [tlsaRdata(3, 0, 1, sha256(der)), tlsaRdata(3, 1, 0, spki)];
    let parsed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const octets = mutate(der, random);
      const result = parseCertificate(octets);
      if (result.ok) {
        parsed++;
        expect(same(result.certificate.der, octets)).toBe(true);
      }
      for (const [selector, record] of records.entries()) {
        const { verdict } = await judgeTlsa({
          records: [record],
          evidence: { kind: 'leaf only', source: 'file', pkix: 'valid', certificates: [octets], obtainedAt: NOW },
          base: HOST,
          host: HOST,
          now: NOW,
        });
        const selected = result.ok ? (selector === 0 ? octets : result.certificate.spki) : undefined;
        const fits = selected !== undefined && same(selected, selector === 0 ? der : spki);
        expect(verdict).toBe(fits ? 'verified' : result.ok ? 'mismatch' : 'unread');
      }
    }
    // Changes that leave a certificate must be among them, or the second half was never tried.
    expect(parsed).toBeGreaterThan(ROUNDS / 20);
  });

  test(`${ROUNDS / 4} chains with a changed certificate: usage 2 never matches through a change`, async () => {
    const random = createRandom(2);
    const ders = [chain.leaf.der, chain.intermediate.der, chain.root.der];
    const records = [tlsaRdata(2, 0, 1, sha256(chain.root.der)), tlsaRdata(2, 1, 0, chain.root.spki)];
    const judge = async (certificates: readonly Uint8Array[]) => {
      const evidence = { kind: 'full chain', source: 'file', pkix: 'unknown', certificates, obtainedAt: NOW } as const;
      return (await judgeTlsa({ records, evidence, base: HOST, host: HOST, now: NOW })).verdict;
    };
    expect(await judge(ders)).toBe('verified');
    for (let round = 0; round < ROUNDS / 4; round++) {
      const which = random(2);
      const certificates = ders.map((der, i) => (i === which ? mutate(der, random) : der));
      if (same(certificates[which]!, ders[which]!)) continue;
      expect(['mismatch', 'unread']).toContain(await judge(certificates));
    }
  });

  test(`${ROUNDS} changed rdata: sorted into usable and not, and no match that was not there`, async () => {
    const random = createRandom(3);
    const { leaf, intermediate } = chain;
    const sound = [
      tlsaRdata(3, 1, 1, sha256(leaf.spki)),
      tlsaRdata(3, 0, 0, leaf.der),
      tlsaRdata(3, 1, 0, leaf.spki),
      tlsaRdata(2, 0, 0, intermediate.der),
      tlsaRdata(2, 1, 1, sha256(intermediate.spki)),
      tlsaRdata(1, 0, 2, new Uint8Array(createHash('sha512').update(leaf.der).digest())),
    ];
    const evidence = {
      kind: 'full chain',
      source: 'file',
      pkix: 'valid',
      certificates: [leaf.der, intermediate.der],
      obtainedAt: NOW,
    } as const;
    for (let round = 0; round < ROUNDS; round++) {
      const rdata = mutate(sound[random(sound.length)]!, random);
      const parsed = parseTlsa(rdata);
      expect(parsed.ok).toBe(rdata.length >= 4);
      const { usable, unusable, tlsa } = usableTlsa([rdata]);
      expect(usable.length + unusable).toBe(1);
      expect(tlsa).toHaveLength(1);
      const { verdict, reason } = await judgeTlsa({ records: [rdata], evidence, base: HOST, host: HOST, now: NOW });
      expect(['verified', 'mismatch', 'signed']).toContain(verdict);
      if (reason.code !== 'matched' || !parsed.ok) continue;
      // Checked anew, from the octets: the certificate the report names has the data the record holds.
      const { selector, matchingType, data } = parsed.record;
      if (reason.usage % 2 === 0 && matchingType === 0) {
        // An anchor or key of the record's own need not be among those shown: it must have signed the leaf.
        const anchor = parseCertificate(data);
        const spki = anchor.ok ? anchor.certificate.spki : data;
        const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
        expect(new X509Certificate(leaf.der).verify(key)).toBe(true);
        continue;
      }
      const certificate = [leaf, intermediate][reason.depth]!;
      const selected = selector === 0 ? certificate.der : certificate.spki;
      const sha = matchingType === 1 ? 'sha256' : 'sha512';
      const held = matchingType === 0 ? selected : createHash(sha).update(selected).digest();
      expect(same(held, data)).toBe(true);
      expect(reason.usage % 2 === 1 ? 0 : 1).toBe(reason.depth);
    }
  });
});
