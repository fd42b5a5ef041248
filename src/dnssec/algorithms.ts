/**
 * The cryptography of DNSSEC, the one file of this room that touches WebCrypto and noble: signatures of algorithms
 * 5, 7, 8, 10, 13, 14, 15 and 16, DS digests 1, 2 and 4, the NSEC3 hash.
 *
 * A key or signature that has not the form its RFC gives is `false`, not an error. Every other algorithm or digest
 * number is *unsupported*, which is not invalid (RFC 4035 section 5.2).
 */
import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { toCharacters } from '../dns/encodings.ts';
import type { Dnskey } from '../dns/rdata.ts';
import { jsonWebKey, parseRsaPublicKey, type RsaPublicKey, verifyRsa } from './rsa.ts';

/** IANA DNSSEC algorithm numbers; statuses by RFC 9904 section 3. */
export const ALGORITHM = {
  RSASHA1: 5,
  RSASHA1_NSEC3_SHA1: 7,
  RSASHA256: 8,
  RSASHA512: 10,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
} as const;

export const DIGEST = { SHA1: 1, SHA256: 2, SHA384: 4 } as const;

const SHA1_ALGORITHMS: readonly number[] = [ALGORITHM.RSASHA1, ALGORITHM.RSASHA1_NSEC3_SHA1];
const SUPPORTED: readonly number[] = Object.values(ALGORITHM);

/** RFC 9905 section 2: signatures with SHA-1 count as unsupported unless the caller wants them. */
export function isSupportedAlgorithm(algorithm: number, allowSha1: boolean): boolean {
  return SUPPORTED.includes(algorithm) && (allowSha1 || !isSha1Algorithm(algorithm));
}

export function isSha1Algorithm(algorithm: number): boolean {
  return SHA1_ALGORITHMS.includes(algorithm);
}

/** Octets of each supported DS digest type (RFC 4034 Appendix A.2, RFC 4509, RFC 6605). */
const DIGESTS = new Map<number, { readonly octets: number; readonly hash: (data: Uint8Array) => Uint8Array }>([
  [DIGEST.SHA1, { octets: 20, hash: sha1 }],
  [DIGEST.SHA256, { octets: 32, hash: sha256 }],
  [DIGEST.SHA384, { octets: 48, hash: sha384 }],
]);

export function isSupportedDigest(digestType: number): boolean {
  return DIGESTS.has(digestType);
}

/** Octets a digest of this type has, 0 for an unsupported one. */
export function digestLength(digestType: number): number {
  return DIGESTS.get(digestType)?.octets ?? 0;
}

export function digest(digestType: number, data: Uint8Array): Uint8Array | undefined {
  return DIGESTS.get(digestType)?.hash(data);
}

/** IH(salt, name, iterations) of RFC 5155 section 5; `iterations` is the number of additional ones. */
export function nsec3Hash(name: Uint8Array, salt: Uint8Array, iterations: number): Uint8Array {
  const salted = (octets: Uint8Array) => {
    const input = new Uint8Array(octets.length + salt.length);
    input.set(octets);
    input.set(salt, octets.length);
    return sha1(input);
  };
  let hash = salted(name);
  for (let i = 0; i < iterations; i++) hash = salted(hash);
  return hash;
}

/**
 * Does this algorithm's code take this key at all? RSA under 1024 bits or with an exponent over 32 bits is refused
 * as too weak or too dear (RFC 5702 section 2, RFC 3110 section 2 give the outer bounds); a key of the wrong
 * length is none.
 */
export function isUsableKey(key: Dnskey): boolean {
  switch (key.algorithm) {
    case ALGORITHM.ECDSAP256SHA256:
      return key.publicKey.length === 64;
    case ALGORITHM.ECDSAP384SHA384:
      return key.publicKey.length === 96;
    case ALGORITHM.ED25519:
      return key.publicKey.length === 32;
    case ALGORITHM.ED448:
      return key.publicKey.length === 57;
    default:
      return parseRsaPublicKey(key.publicKey) !== undefined;
  }
}

type Verify = (signature: Uint8Array, data: Uint8Array) => Promise<boolean> | boolean;

interface ImportedKey {
  readonly importing: Promise<Verify>;
  /** What `importing` resolved to: from then on nobody has to wait. */
  verify?: Verify;
}

/** Verifies signatures, importing each key once for its lifetime. Holds at most `MAX_IMPORTED_KEYS` keys. */
export class SignatureVerifier {
  readonly #imported = new Map<string, ImportedKey>();
  /** The same by the key's object, which is faster to find than its octets. */
  readonly #ofObject = new WeakMap<Dnskey, ImportedKey>();

  /** Is `signature` the one `key` makes over `data`? Rejects only where the engine itself fails. */
  async verify(key: Dnskey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    const imported = this.#import(key);
    const verify = imported.verify ?? (await imported.importing);
    return verify(signature, data);
  }

  /** Resolves once a check by this key starts without delay. A failure is for `verify` to tell. */
  async prepare(key: Dnskey): Promise<void> {
    try {
      await this.#import(key).importing;
    } catch {
      // The check itself meets it again.
    }
  }

  #import(key: Dnskey): ImportedKey {
    const known = this.#ofObject.get(key);
    if (known !== undefined) return known;
    const id = `${key.algorithm} ${toCharacters(key.publicKey)}`;
    let imported = this.#imported.get(id);
    if (imported === undefined) {
      if (this.#imported.size >= MAX_IMPORTED_KEYS) this.#imported.delete(this.#imported.keys().next().value!);
      imported = this.#begin(key);
      this.#imported.set(id, imported);
    }
    this.#ofObject.set(key, imported);
    return imported;
  }

  #begin(key: Dnskey): ImportedKey {
    const imported: ImportedKey = {
      importing: importKey(key.algorithm, key.publicKey).then((verify) => {
        imported.verify = verify;
        return verify;
      }),
    };
    return imported;
  }
}

const MAX_IMPORTED_KEYS = 256;

const never: Verify = () => false;

async function importKey(algorithm: number, publicKey: Uint8Array): Promise<Verify> {
  switch (algorithm) {
    case ALGORITHM.RSASHA1:
    case ALGORITHM.RSASHA1_NSEC3_SHA1:
      return importRsa(publicKey, 'SHA-1', sha1);
    case ALGORITHM.RSASHA256:
      return importRsa(publicKey, 'SHA-256', sha256);
    case ALGORITHM.RSASHA512:
      return importRsa(publicKey, 'SHA-512', sha512);
    case ALGORITHM.ECDSAP256SHA256:
      return importEcdsa(publicKey, 'P-256', 'SHA-256');
    case ALGORITHM.ECDSAP384SHA384:
      return importEcdsa(publicKey, 'P-384', 'SHA-384');
    case ALGORITHM.ED25519:
      return importEd25519(publicKey);
    case ALGORITHM.ED448:
      // No WebCrypto of a browser has it. RFC 8080 section 4: 114 octets.
      return (signature, data) =>
        signature.length === 114 && catchFalse(() => ed448.verify(signature, data, publicKey));
    default:
      return never;
  }
}

/** `RangeError`s and the like of noble mean "no such key or signature". */
function catchFalse(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}

/** Did WebCrypto refuse the key itself? `DataError`: no such key; `NotSupportedError`: not here; both documented. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && ['DataError', 'NotSupportedError', 'OperationError'].includes(error.name);
}

async function importRsa(
  publicKey: Uint8Array,
  hash: 'SHA-1' | 'SHA-256' | 'SHA-512',
  syncHash: (data: Uint8Array) => Uint8Array,
): Promise<Verify> {
  const parsed = parseRsaPublicKey(publicKey);
  if (parsed === undefined) return never;
  const slow =
    (key: RsaPublicKey): Verify =>
    (signature, data) =>
      verifyRsa(key, hash, syncHash(data), signature);
  const name = 'RSASSA-PKCS1-v1_5';
  try {
    const key = await crypto.subtle.importKey('jwk', jsonWebKey(parsed), { name, hash }, false, ['verify']);
    return (signature, data) =>
      // Some engines take a signature of another length than the modulus; PKCS #1 does not (RFC 8017 section 8.2.2).
      signature.length === parsed.modulus.length && crypto.subtle.verify(name, key, source(signature), source(data));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Exponents and sizes an engine does not take (RFC 3110 section 2 allows them).
    return slow(parsed);
  }
}

/** RFC 6605 section 4: key x|y, signature r|s, both of fixed width. */
async function importEcdsa(publicKey: Uint8Array, namedCurve: 'P-256' | 'P-384', hash: string): Promise<Verify> {
  const octets = namedCurve === 'P-256' ? 64 : 96;
  if (publicKey.length !== octets) return never;
  const point = new Uint8Array(octets + 1);
  point[0] = 4;
  point.set(publicKey, 1);
  try {
    const key = await crypto.subtle.importKey('raw', point, { name: 'ECDSA', namedCurve }, false, ['verify']);
    return (signature, data) =>
      signature.length === octets &&
      crypto.subtle.verify({ name: 'ECDSA', hash }, key, source(signature), source(data));
  } catch (error) {
    // Both curves are in every engine, so a refusal means a point that is not on the curve.
    if (isRefusal(error)) return never;
    throw error;
  }
}

/** RFC 8080 sections 3 and 4. */
async function importEd25519(publicKey: Uint8Array): Promise<Verify> {
  if (publicKey.length !== 32) return never;
  try {
    const key = await crypto.subtle.importKey('raw', source(publicKey), 'Ed25519', false, ['verify']);
    return (signature, data) =>
      signature.length === 64 && crypto.subtle.verify('Ed25519', key, source(signature), source(data));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return (signature, data) =>
      signature.length === 64 && catchFalse(() => ed25519.verify(signature, data, publicKey, { zip215: false }));
  }
}

/** WebCrypto's types want octets that are not shared between threads, which ours never are. */
function source(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return octets as Uint8Array<ArrayBuffer>;
}
