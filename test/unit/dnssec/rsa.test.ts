/** V44 and V45: RSA keys as DNSSEC writes them, of every size and exponent that is taken, and those that are not. */
import { createHash, sign as signOctets } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../../../src/dns/encodings.ts';
import { SignatureVerifier } from '../../../src/dnssec/algorithms.ts';
import { jsonWebKey, parseRsaPublicKey, verifyRsa } from '../../../src/dnssec/rsa.ts';
import { zoneKey } from '../../world/keys.ts';
import { rsaKey } from '../../world/rsa.ts';
import { brief, name, verifier, world } from './judging.ts';

const DATA = new TextEncoder().encode('signed data');

/** A public key field: exponent length in one octet or three, exponent, modulus (RFC 3110 section 2). */
function field(exponent: readonly number[], modulus: Uint8Array, form: 'short' | 'long' = 'short'): Uint8Array {
  const length = form === 'short' ? [exponent.length] : [0, exponent.length >> 8, exponent.length & 0xff];
  return Uint8Array.of(...length, ...exponent, ...modulus);
}

const F4 = [1, 0, 1];

/** An odd number of so many bits. */
function modulus(bits: number): Uint8Array {
  const octets = new Uint8Array(Math.ceil(bits / 8)).fill(0xa5);
  const top = bits % 8 === 0 ? 0x80 : 1 << ((bits % 8) - 1);
  octets[0] = top;
  octets[octets.length - 1] = 0xff;
  return octets;
}

describe('public keys', () => {
  const sound = modulus(2048);

  it('V44 the exponent has a length of one octet, or a zero and two', () => {
    for (const form of ['short', 'long'] as const) {
      const parsed = parseRsaPublicKey(field(F4, sound, form));
      expect(parsed && toHex(parsed.exponent)).toBe('010001');
      expect(parsed && toHex(parsed.modulus)).toBe(toHex(sound));
    }
  });

  it.each([
    ['exponent 3', [3]],
    ['exponent 17', [17]],
    ['exponent 257', [1, 1]],
    ['exponent 65537', F4],
    ['exponent 65539', [1, 0, 3]],
    ['exponent 2^32-1', [0xff, 0xff, 0xff, 0xff]],
    ['exponent 2^31+1', [0x80, 0, 0, 1]],
  ])('V45 %s is taken', (_, exponent) => {
    expect(parseRsaPublicKey(field(exponent, sound))).toBeDefined();
    expect(parseRsaPublicKey(field(exponent, sound, 'long'))).toBeDefined();
  });

  it.each([
    ['no exponent', []],
    ['exponent 0', [0]],
    ['exponent 1', [1]],
    ['exponent 2', [2]],
    ['an even exponent', [1, 0, 0]],
    ['an exponent of 33 bits', [1, 0, 0, 0, 1]],
    ['an exponent of 4096 bits', Array.from({ length: 512 }, () => 0xff)],
    ['a leading zero', [0, 1, 0, 1]],
    ['a leading zero before 3', [0, 3]],
  ])('V44 V45 %s is not', (_, exponent) => {
    expect(parseRsaPublicKey(field(exponent, sound, exponent.length > 255 ? 'long' : 'short'))).toBe(undefined);
    expect(parseRsaPublicKey(field(exponent, sound, 'long'))).toBe(undefined);
  });

  it.each([1024, 1025, 1031, 1032, 1280, 2047, 2048, 3072, 4095, 4096])('V45 a modulus of %i bits is taken', (bits) => {
    expect(parseRsaPublicKey(field(F4, modulus(bits)))?.modulus.length).toBe(Math.ceil(bits / 8));
  });

  it.each([0, 8, 512, 768, 1016, 1017, 1023, 4097, 4104, 8192])('V45 a modulus of %i bits is not', (bits) => {
    expect(parseRsaPublicKey(field(F4, bits === 0 ? new Uint8Array() : modulus(bits)))).toBe(undefined);
  });

  it('V44 a modulus with a leading zero, or an even one, is not', () => {
    expect(parseRsaPublicKey(field(F4, Uint8Array.of(0, ...sound)))).toBe(undefined);
    expect(parseRsaPublicKey(field(F4, sound.with(0, 0)))).toBe(undefined);
    expect(parseRsaPublicKey(field(F4, sound.with(-1, 0xfe)))).toBe(undefined);
  });

  it('V44 octets that end too early are not', () => {
    const whole = field(F4, sound);
    for (const length of [0, 1, 2, 3, 4, 131]) {
      expect(parseRsaPublicKey(whole.subarray(0, length))).toBe(undefined);
    }
    expect(parseRsaPublicKey(Uint8Array.of(0, 0))).toBe(undefined);
    expect(parseRsaPublicKey(Uint8Array.of(0, 0, 0, ...sound))).toBe(undefined);
    expect(parseRsaPublicKey(Uint8Array.of(255, ...sound))).toBe(undefined);
    // A length of 259, of which the first octet counts too.
    expect(parseRsaPublicKey(Uint8Array.of(0, 1, 3, ...F4, ...sound))).toBe(undefined);
  });

  it('becomes a JSON Web Key: base64 for addresses, without padding or a zero in front', () => {
    const odd = Uint8Array.of(0xfb, 0xef, 0xff, ...new Uint8Array(126).fill(0xaa));
    expect(jsonWebKey({ modulus: odd, exponent: Uint8Array.of(1, 0, 1) })).toEqual({
      kty: 'RSA',
      n: Buffer.from(odd).toString('base64url'),
      e: 'AQAB',
    });
    expect(jsonWebKey({ modulus: odd, exponent: Uint8Array.of(3) }).e).toBe('Aw');
  });
});

describe('signatures by keys of odd shapes', () => {
  it.each([
    [1024, 3n],
    [1024, 65537n],
    [1032, 65537n],
    [1024, 17n],
    [2048, 3n],
    [1024, 65539n],
    [1024, 0xffff_fffdn],
    [1030, 0x8000_0003n],
    [1281, 65537n],
  ])('V44 V45 %i bits, exponent %s', async (bits, exponent) => {
    const signer = zoneKey(name('example.'), { algorithm: 8, role: 'zsk', rsa: { bits, exponent } });
    const key = { flags: 256, protocol: 3, algorithm: 8, publicKey: signer.rdata.subarray(4), rdata: signer.rdata };
    const signature = signer.sign(DATA);
    expect(await verifier.verify(key, signature, DATA)).toBe(true);
    expect(await verifier.verify(key, signature, DATA.with(1, 0))).toBe(false);
    expect(await verifier.verify(key, signature.with(-1, signature.at(-1)! ^ 1), DATA)).toBe(false);
    expect(await verifier.verify({ ...key, algorithm: 10 }, signature, DATA)).toBe(false);
  });

  it('V44 4096 bits', async () => {
    const signer = zoneKey(name('example.'), { algorithm: 10, role: 'zsk', rsa: { bits: 4096, exponent: 65537n } });
    const key = { flags: 256, protocol: 3, algorithm: 10, publicKey: signer.rdata.subarray(4), rdata: signer.rdata };
    const signature = signer.sign(DATA);
    expect(signature.length).toBe(512);
    expect(await verifier.verify(key, signature, DATA)).toBe(true);
    expect(await verifier.verify(key, signature, DATA.with(1, 0))).toBe(false);
  }, 60_000);
});

describe('RSASSA-PKCS1-v1_5 of our own', () => {
  const HASHES = [
    ['SHA-1', 'sha1'],
    ['SHA-256', 'sha256'],
    ['SHA-512', 'sha512'],
  ] as const;
  const key = rsaKey(3);
  const hashOf = (hash: string) => Uint8Array.from(createHash(hash).update(DATA).digest());

  it.each(HASHES)('V44 %s: verifies what OpenSSL signs, and nothing else', (hash, name) => {
    const signature = Uint8Array.from(signOctets(name, DATA, key.privateKey));
    const digest = hashOf(name);
    expect(verifyRsa(key, hash, digest, signature)).toBe(true);
    expect(verifyRsa(key, hash, digest.with(0, digest[0]! ^ 1), signature)).toBe(false);
    for (const place of [0, 1, 100, 254, 255]) {
      expect(verifyRsa(key, hash, digest, signature.with(place, signature[place]! ^ 1))).toBe(false);
    }
    for (const [other] of HASHES.filter(([one]) => one !== hash)) {
      expect(verifyRsa(key, other, digest, signature)).toBe(false);
    }
    expect(verifyRsa({ ...rsaKey(4) }, hash, digest, signature)).toBe(false);
  });

  it('V44 a signature shorter or longer than the modulus, or not below it, is none', () => {
    const digest = hashOf('sha256');
    const signature = Uint8Array.from(signOctets('sha256', DATA, key.privateKey));
    const number = (octets: Uint8Array) => BigInt(`0x${toHex(octets)}`);
    expect(verifyRsa(key, 'SHA-256', digest, Uint8Array.of(0, ...signature))).toBe(false);
    expect(verifyRsa(key, 'SHA-256', digest, signature.subarray(1))).toBe(false);
    expect(verifyRsa(key, 'SHA-256', digest, key.modulus)).toBe(false);
    // The same number modulo n, where it still fits the octets: one of so many signatures is small enough.
    const modulus = number(key.modulus);
    const [small, data] = Array.from({ length: 100 }, (_, i) => Uint8Array.of(...DATA, i))
      .map((octets) => [number(signOctets('sha256', octets, key.privateKey)), octets] as const)
      .find(([value]) => value + modulus < 1n << 2048n)!;
    const hash = Uint8Array.from(createHash('sha256').update(data).digest());
    const padded = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(512, '0'), 'hex'));
    expect(verifyRsa(key, 'SHA-256', hash, padded(small))).toBe(true);
    expect(verifyRsa(key, 'SHA-256', hash, padded(small + modulus))).toBe(false);
  });

  it('V44 the padding is compared whole: what Bleichenbacher forged for exponent 3 is none', () => {
    // 00 01 FF 00 DigestInfo garbage: a cube root of such octets is a signature to whoever stops reading at the digest.
    const digest = hashOf('sha256');
    const info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const block = new Uint8Array(256).fill(0xff);
    block.set([0, 1, ...new Uint8Array(8).fill(0xff), 0, ...info, ...digest]);
    const target = BigInt(`0x${toHex(block)}`);
    let root = 0n;
    for (let step = 1n << 680n; step > 0n; step >>= 1n) if ((root + step) ** 3n <= target) root += step;
    const forged = Uint8Array.from(Buffer.from(root.toString(16).padStart(512, '0'), 'hex'));
    const cubed = (root ** 3n).toString(16).padStart(512, '0');
    // It does begin as a careless reader wants it.
    expect(cubed.startsWith(toHex(block.subarray(0, 62)))).toBe(true);
    const cube = { modulus: rsaKey(3, { bits: 2048, exponent: 3n }).modulus, exponent: Uint8Array.of(3) };
    expect(verifyRsa(cube, 'SHA-256', digest, forged)).toBe(false);
  });
});

describe('an engine that refuses a key', () => {
  afterEach(() => void vi.restoreAllMocks());

  const signer = zoneKey(name('example.'), { algorithm: 8, role: 'zsk' });
  const key = { flags: 256, protocol: 3, algorithm: 8, publicKey: signer.rdata.subarray(4), rdata: signer.rdata };

  it.each(['DataError', 'NotSupportedError', 'OperationError'])('V44 %s: our own code takes over', async (error) => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', error));
    const own = new SignatureVerifier();
    expect(await own.verify(key, signer.sign(DATA), DATA)).toBe(true);
    expect(await own.verify(key, signer.sign(DATA), DATA.with(0, 0))).toBe(false);
  });

  it('Ed25519 goes to noble, ECDSA has nowhere else to go', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', 'NotSupportedError'));
    const own = new SignatureVerifier();
    const edwards = zoneKey(name('example.'), { algorithm: 15, role: 'zsk' });
    const edwardsKey = { ...key, algorithm: 15, publicKey: edwards.rdata.subarray(4) };
    expect(await own.verify(edwardsKey, edwards.sign(DATA), DATA)).toBe(true);
    expect(await own.verify(edwardsKey, edwards.sign(DATA).subarray(1), DATA)).toBe(false);
    expect(await own.verify(edwardsKey, edwards.sign(DATA), DATA.with(0, 0))).toBe(false);
    const curve = zoneKey(name('example.'), { algorithm: 13, role: 'zsk' });
    const curveKey = { ...key, algorithm: 13, publicKey: curve.rdata.subarray(4) };
    expect(await own.verify(curveKey, curve.sign(DATA), DATA)).toBe(false);
  });

  it.each([8, 13, 15] as const)(
    'any other failure of the engine for algorithm %i is not taken for a verdict',
    async (algorithm) => {
      vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new TypeError('out of order'));
      const other = zoneKey(name('example.'), { algorithm, role: 'zsk' });
      const otherKey = { ...key, algorithm, publicKey: other.rdata.subarray(4) };
      await expect(new SignatureVerifier().verify(otherKey, other.sign(DATA), DATA)).rejects.toThrow('out of order');
    },
  );
});

describe('what is asked of the engine', () => {
  afterEach(() => void vi.restoreAllMocks());

  const keyOf = (algorithm: 8 | 13 | 14 | 15, label = '') => {
    const signer = zoneKey(name('example.'), { algorithm, role: 'zsk', ...(label && { label }) });
    const key = { flags: 256, protocol: 3, algorithm, publicKey: signer.rdata.subarray(4), rdata: signer.rdata };
    return { signer, key };
  };

  it.each([
    [8, ['jwk', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }]],
    [13, ['raw', { name: 'ECDSA', namedCurve: 'P-256' }]],
    [14, ['raw', { name: 'ECDSA', namedCurve: 'P-384' }]],
    [15, ['raw', 'Ed25519']],
  ] as const)(
    'algorithm %i: the key once, not to be read out again, for nothing but verifying',
    async (algorithm, [format, how]) => {
      const imports = vi.spyOn(crypto.subtle, 'importKey');
      const own = new SignatureVerifier();
      const { key: one, signer } = keyOf(algorithm);
      for (let i = 0; i < 2; i++) expect(await own.verify(one, signer.sign(DATA), DATA)).toBe(true);
      expect(imports.mock.calls.length).toBe(1);
      expect(imports).toHaveBeenCalledWith(format, expect.any(Object), how, false, ['verify']);
    },
  );

  it.each([8, 13, 14, 15] as const)('algorithm %i: no signature of another length', async (algorithm) => {
    const verify = vi.spyOn(crypto.subtle, 'verify');
    const { key: one, signer } = keyOf(algorithm);
    const signature = signer.sign(DATA);
    for (const wrong of [signature.subarray(1), Uint8Array.of(...signature, 0), new Uint8Array()]) {
      expect(await new SignatureVerifier().verify(one, wrong, DATA)).toBe(false);
    }
    expect(verify).not.toHaveBeenCalled();
  });

  it('no key that is none by its octets', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    for (const algorithm of [8, 13, 14, 15] as const) {
      const { key: one, signer } = keyOf(algorithm);
      const short = { ...one, publicKey: one.publicKey.subarray(0, 20) };
      expect(await new SignatureVerifier().verify(short, signer.sign(DATA), DATA)).toBe(false);
    }
    expect(imports).not.toHaveBeenCalled();
  });

  it('as many keys as are kept, and the oldest anew', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    const own = new SignatureVerifier();
    const { key: one, signer } = keyOf(13);
    const stranger = (i: number) => ({ ...one, publicKey: Uint8Array.of(i >> 8, i & 0xff, ...new Uint8Array(62)) });
    const signature = signer.sign(DATA);
    await own.verify({ ...one }, signature, DATA);
    for (let i = 0; i < 255; i++) await own.verify(stranger(i), signature, DATA);
    await own.verify(one, signature, DATA);
    expect(imports.mock.calls.length).toBe(256);
    await own.verify(stranger(255), signature, DATA);
    // Whoever still holds the key's object holds its import, too.
    await own.verify(one, signature, DATA);
    expect(imports.mock.calls.length).toBe(257);
    await own.verify({ ...one }, signature, DATA);
    expect(imports.mock.calls.length).toBe(258);
  });

  it('in preparation of a check, and an engine that fails is met by the check', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    const { key: one, signer } = keyOf(13);
    const own = new SignatureVerifier();
    await own.prepare(one);
    expect(imports.mock.calls.length).toBe(1);
    expect(await own.verify(one, signer.sign(DATA), DATA)).toBe(true);
    expect(imports.mock.calls.length).toBe(1);
    imports.mockRejectedValue(new Error('out of order'));
    const broken = new SignatureVerifier();
    await broken.prepare(one);
    await expect(broken.verify(one, signer.sign(DATA), DATA)).rejects.toThrow('out of order');
  });

  it('V47 where noble takes over, keys of small order verify nothing', async () => {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new DOMException('no', 'NotSupportedError'));
    const identity = Uint8Array.of(1, ...new Uint8Array(31));
    const { key: one } = keyOf(15);
    const signature = Uint8Array.of(...identity, ...new Uint8Array(32));
    expect(await new SignatureVerifier().verify({ ...one, publicKey: identity }, signature, DATA)).toBe(false);
  });
});

describe('zones with such keys', () => {
  const zone = (rsa: { bits: number; exponent: bigint }) =>
    world({ 'example.': { sign: [{ algorithm: 8, role: 'csk', rsa }], records: 'www A 192.0.2.1' } });

  it.each([
    [1024, 3n],
    [1024, 0xffff_fffdn],
    [1032, 65537n],
  ])('V45 %i bits, exponent %s: secure', async (bits, exponent) => {
    expect(await brief(zone({ bits, exponent }), 'www.example. A')).toBe('secure answer NOERROR');
  });

  it.each([
    [1016, 65537n],
    [768, 65537n],
    [1024, 0x1_0000_0001n],
  ])('V45 %i bits, exponent %s: too weak or too dear, so insecure', async (bits, exponent) => {
    expect(await brief(zone({ bits, exponent }), 'www.example. A')).toBe('insecure unsupported-algorithms');
  });
});
