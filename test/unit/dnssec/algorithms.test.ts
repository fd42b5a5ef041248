/** V37 to V48: algorithms and digests, each with keys and signatures of its own making, and what is none of them. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toBase32Hex, toHex } from '../../../src/dns/encodings.ts';
import { type Dnskey, parseDnskey } from '../../../src/dns/rdata.ts';
import {
  digest,
  digestLength,
  isSha1Algorithm,
  isSupportedAlgorithm,
  isSupportedDigest,
  isUsableKey,
  nsec3Hash,
  SignatureVerifier,
} from '../../../src/dnssec/algorithms.ts';
import { ALGORITHMS, type Algorithm, type ZoneKey, zoneKey } from '../../world/keys.ts';
import { brief, judge, name, verifier, world } from './judging.ts';

const DATA = new TextEncoder().encode('signed data');

function keyOf(algorithm: Algorithm, label = ''): { key: Dnskey; signer: ZoneKey } {
  const signer = zoneKey(name('example.'), { algorithm, role: 'zsk', ...(label && { label }) });
  return { key: parseDnskey(signer.rdata)!, signer };
}

const SIGNATURE_OCTETS = new Map<number, number>([
  [5, 256],
  [7, 256],
  [8, 256],
  [10, 256],
  [13, 64],
  [14, 96],
  [15, 64],
  [16, 114],
]);

describe('every algorithm', () => {
  it.each(ALGORITHMS)('V37 %i: its signature verifies, and nothing else does', async (algorithm) => {
    const { key, signer } = keyOf(algorithm);
    const signature = signer.sign(DATA);
    expect(signature.length).toBe(SIGNATURE_OCTETS.get(algorithm));
    expect(isUsableKey(key)).toBe(true);
    expect(await verifier.verify(key, signature, DATA)).toBe(true);
    expect(await verifier.verify(key, signature, DATA.with(0, 0))).toBe(false);
    expect(await verifier.verify(keyOf(algorithm, 'other').key, signature, DATA)).toBe(false);
    for (const place of [0, signature.length >> 1, signature.length - 1]) {
      expect(await verifier.verify(key, signature.with(place, signature[place]! ^ 4), DATA)).toBe(false);
    }
    for (const wrong of [signature.subarray(1), signature.subarray(0, -1), Uint8Array.of(0, ...signature)]) {
      expect(await verifier.verify(key, wrong, DATA)).toBe(false);
    }
    expect(await verifier.verify(key, new Uint8Array(), DATA)).toBe(false);
    expect(await verifier.verify(key, new Uint8Array(signature.length), DATA)).toBe(false);
  });

  it.each([13, 14, 15, 16] as const)('V46 V47 %i: keys of another length are none', async (algorithm) => {
    const { key, signer } = keyOf(algorithm);
    const signature = signer.sign(DATA);
    for (const publicKey of [key.publicKey.subarray(1), new Uint8Array(), Uint8Array.of(4, ...key.publicKey)]) {
      const odd = { ...key, publicKey };
      expect(isUsableKey(odd)).toBe(false);
      expect(await verifier.verify(odd, signature, DATA)).toBe(false);
    }
  });

  it.each([13, 14] as const)('V46 %i: a point that is not on the curve is no key', async (algorithm) => {
    const { key, signer } = keyOf(algorithm);
    const publicKey = key.publicKey.with(-1, key.publicKey.at(-1)! ^ 1);
    expect(await verifier.verify({ ...key, publicKey }, signer.sign(DATA), DATA)).toBe(false);
  });

  it('V46 a DER signature is none, whatever its length', async () => {
    const { key, signer } = keyOf(13);
    const raw = signer.sign(DATA);
    const integer = (octets: Uint8Array) => [2, octets.length + 1, 0, ...octets];
    const der = Uint8Array.of(0x30, 70, ...integer(raw.subarray(0, 32)), ...integer(raw.subarray(32)));
    expect(await verifier.verify(key, der, DATA)).toBe(false);
    expect(await verifier.verify(key, der.subarray(0, 64), DATA)).toBe(false);
  });

  it('V47 an Ed25519 or Ed448 key that is no point verifies nothing, and throws nothing', async () => {
    for (const algorithm of [15, 16] as const) {
      const { key, signer } = keyOf(algorithm);
      for (const fill of [0, 1, 0x7f, 0xff]) {
        const publicKey = new Uint8Array(key.publicKey.length).fill(fill);
        expect(await verifier.verify({ ...key, publicKey }, signer.sign(DATA), DATA)).toBe(false);
      }
    }
  });

  it('V40 V41 V42 an algorithm that is not ours verifies nothing', async () => {
    const { key, signer } = keyOf(13);
    for (const algorithm of [0, 1, 2, 3, 4, 6, 9, 11, 12, 17, 23, 200, 252, 253, 254, 255]) {
      expect(isSupportedAlgorithm(algorithm, true)).toBe(false);
      expect(await verifier.verify({ ...key, algorithm }, signer.sign(DATA), DATA)).toBe(false);
    }
  });

  it('imports a key once, and forgets the oldest when there are too many', async () => {
    const own = new SignatureVerifier();
    const { key, signer } = keyOf(13);
    const signature = signer.sign(DATA);
    expect(await own.verify(key, signature, DATA)).toBe(true);
    for (let i = 0; i < 300; i++) {
      const publicKey = Uint8Array.of(i >> 8, i & 0xff, ...new Uint8Array(62));
      expect(await own.verify({ ...key, publicKey }, signature, DATA)).toBe(false);
    }
    expect(await own.verify(key, signature, DATA)).toBe(true);
  });
});

describe('which are supported', () => {
  it('V37 V38 the modern ones always, those with SHA-1 where they are wanted', () => {
    const supported = (allowSha1: boolean) =>
      Array.from({ length: 256 }, (_, i) => i).filter((algorithm) => isSupportedAlgorithm(algorithm, allowSha1));
    expect(supported(false)).toEqual([8, 10, 13, 14, 15, 16]);
    expect(supported(true)).toEqual([5, 7, 8, 10, 13, 14, 15, 16]);
    expect([5, 7, 8, 10].map(isSha1Algorithm)).toEqual([true, true, false, false]);
  });

  it('V39 V41 V43 digests 1, 2 and 4', () => {
    const types = Array.from({ length: 256 }, (_, i) => i);
    expect(types.filter(isSupportedDigest)).toEqual([1, 2, 4]);
    expect(types.filter((type) => digestLength(type) > 0)).toEqual([1, 2, 4]);
    expect([1, 2, 4].map(digestLength)).toEqual([20, 32, 48]);
    const nodes = ['sha1', 'sha256', 'sha384'].map((hash) => createHash(hash).update(DATA).digest('hex'));
    expect([1, 2, 4].map((type) => toHex(digest(type, DATA)!))).toEqual(nodes);
    expect(digest(3, DATA)).toBe(undefined);
  });
});

describe('zones of each algorithm', () => {
  const of = (algorithm: Algorithm) =>
    world({ 'example.': { sign: algorithm, records: 'www A 192.0.2.1' }, '.': { sign: 13 } });

  it.each([8, 10, 13, 14, 15, 16] as const)('V37 %i is secure', async (algorithm) => {
    const outcome = await judge(of(algorithm), 'www.example. A');
    expect(outcome).toMatchObject({ security: 'secure', reason: { code: 'validated' } });
    expect(outcome.signatures.map((signature) => signature.algorithm)).toEqual([algorithm]);
    expect(await brief(of(algorithm), 'nowhere.example. A')).toBe('secure nxdomain NXDOMAIN');
  });

  it.each([5, 7] as const)(
    'V38 %i is insecure with a word on SHA-1, and secure where it is wanted',
    async (algorithm) => {
      const outcome = await judge(of(algorithm), 'www.example. A');
      expect(outcome).toMatchObject({
        security: 'insecure',
        reason: {
          code: 'unsupported-algorithms',
          zone: 'example.',
          algorithms: [algorithm],
          digestTypes: [2],
          sha1: true,
        },
        result: 'answer',
      });
      expect(await brief(of(algorithm), 'www.example. A', { allowSha1: true })).toBe('secure answer NOERROR');
    },
  );

  it('V38 an answer of such a zone that is broken is bogus only where SHA-1 is wanted', async () => {
    const broken = of(7).mutated({
      name: 'changed address',
      does: 'Another address than the one signed.',
      breaks: 'bogus',
      rrset: (signed) => (signed.type === 1 ? { ...signed, rdatas: [Uint8Array.of(192, 0, 2, 66)] } : signed),
    });
    expect(await brief(broken, 'www.example. A')).toBe('insecure unsupported-algorithms');
    expect(await brief(broken, 'www.example. A', { allowSha1: true })).toBe('bogus signature-invalid');
  });
});

describe('V48 V67 the NSEC3 hash', () => {
  it('V67 is SHA-1 over name and salt, and as often again as there are iterations', () => {
    const salt = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd);
    const once = (octets: Uint8Array) => createHash('sha1').update(octets).update(salt).digest();
    const wire = name('example.').wire;
    expect(toHex(nsec3Hash(wire, salt, 0))).toBe(toHex(once(wire)));
    expect(toHex(nsec3Hash(wire, salt, 2))).toBe(toHex(once(once(once(wire)))));
  });

  it('V67 gives the hashes of RFC 5155 appendix A, letter case aside', () => {
    const salt = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd);
    const hash = (text: string) => toBase32Hex(nsec3Hash(name(text).wire, salt, 12));
    expect(hash('example.')).toBe('0p9mhaveqvm6t7vbl5lop2u3t2rp3tom');
    expect(hash('a.example.')).toBe('35mthgpgcu1qg68fab165klnsnk3dpvl');
    expect(hash('*.w.example.')).toBe('r53bq7cc2uvmubfu5ocmm6pers9tk9en');
    expect(hash('X.Y.W.EXAMPLE.')).toBe('2vptu5timamqttgl4luu9kg21e0aor3s');
  });
});
