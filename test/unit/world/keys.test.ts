import { verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/dns/encodings.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRdata } from '../../../src/dns/presentation.ts';
import { ALGORITHMS, delegationSigner, keyTag, zoneKey } from '../../world/keys.ts';
import { RSA_KEY_COUNT, rsaKey } from '../../world/rsa.ts';

/** KSK-2024 of the real root, RFC 9718 section 2.3. */
const ROOT_KEY = parseRdata(
  48,
  `257 3 8 AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=`,
);

describe('key tags and digests', () => {
  it('gives the real root key its published tag and digest', () => {
    expect(keyTag(ROOT_KEY)).toBe(38696);
    expect(toHex(delegationSigner(Name.root, ROOT_KEY, 2))).toBe(
      '97280802683d2d0acb8c9b712a1948b27f741219298d0a450d612c483af444a4c0fb2b16',
    );
  });

  it('changes with the REVOKE bit', () => {
    const zone = Name.parse('example.');
    const active = zoneKey(zone, { algorithm: 15, role: 'ksk' });
    const revoked = zoneKey(zone, { algorithm: 15, role: 'ksk', state: 'revoked' });
    expect(revoked.rdata.subarray(4)).toEqual(active.rdata.subarray(4));
    expect([active.flags, revoked.flags]).toEqual([0x0101, 0x0181]);
    expect(revoked.keyTag).not.toBe(active.keyTag);
  });

  it.each([
    [1, 20],
    [2, 32],
    [4, 48],
  ])('DS digest type %i has %i octets', (type, octets) => {
    expect(delegationSigner(Name.parse('example.'), ROOT_KEY, type).length).toBe(4 + octets);
  });
});

describe('keys', () => {
  /** Octets of public key and signature, RFC 3110, 6605 and 8080. */
  const SIZES = new Map([
    [5, [260, 256]],
    [7, [260, 256]],
    [8, [260, 256]],
    [10, [260, 256]],
    [13, [64, 64]],
    [14, [96, 96]],
    [15, [32, 64]],
    [16, [57, 114]],
  ]);

  it.each(ALGORITHMS)('algorithm %i has keys and signatures of its size', (algorithm) => {
    const key = zoneKey(Name.parse('example.'), { algorithm, role: 'zsk' });
    expect([key.rdata.length - 4, key.sign(Uint8Array.of(1, 2, 3)).length]).toEqual(SIZES.get(algorithm));
    expect([...key.rdata.subarray(0, 4)]).toEqual([1, 0, 3, algorithm]);
  });

  it('are the same for the same label, and others for another zone, role or label', () => {
    const keyOf = (zone: string, role: 'ksk' | 'zsk', label?: string) =>
      toHex(zoneKey(Name.parse(zone), { algorithm: 13, role, ...(label && { label }) }).rdata.subarray(4));
    const keys = [
      keyOf('example.', 'zsk'),
      keyOf('example.', 'ksk'),
      keyOf('another.', 'zsk'),
      keyOf('example.', 'zsk', 'next'),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(keyOf('EXAMPLE.', 'zsk')).toBe(keys[0]);
  });

  it('every pair of primes is an RSA key of its own that works', () => {
    const moduli = new Set<string>();
    for (let index = 0; index < RSA_KEY_COUNT; index++) {
      const { modulus, privateKey } = rsaKey(index);
      moduli.add(toHex(modulus));
      expect(modulus.length).toBe(256);
      if (index % 17 === 0) {
        const key = zoneKey(Name.root, { algorithm: 8, role: 'zsk', label: String(index) });
        expect(key.sign(Uint8Array.of(index)).length).toBe(256);
        expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
      }
    }
    expect(moduli.size).toBe(RSA_KEY_COUNT);
  });

  it('RSA comes in other sizes and exponents', () => {
    for (const [bits, exponent, head] of [
      [1024, 3n, '0103'],
      [1536, 65537n, '03010001'],
      [1024, (0x1_0000_0001n << 31n) | 1n, '08'],
    ] as const) {
      const key = zoneKey(Name.root, { algorithm: 8, role: 'zsk', rsa: { bits, exponent } });
      expect(toHex(key.rdata.subarray(4))).toMatch(new RegExp(`^${head}`));
      const octets = Uint8Array.of(9);
      const { modulus, exponent: e } = parseRsa(key.rdata);
      const jwk = { kty: 'RSA', n: base64url(modulus), e: base64url(e) };
      expect(modulus.length * 8).toBe(bits);
      expect(verify('sha256', octets, { key: jwk, format: 'jwk' }, key.sign(octets))).toBe(true);
    }
  });
});

function parseRsa(dnskey: Uint8Array): { exponent: Uint8Array; modulus: Uint8Array } {
  const end = 5 + dnskey[4]!;
  return { exponent: dnskey.subarray(5, end), modulus: dnskey.subarray(end) };
}

const base64url = (octets: Uint8Array) => Buffer.from(octets).toString('base64url');
