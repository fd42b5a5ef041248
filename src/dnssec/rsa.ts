/**
 * RSA public keys of DNSSEC (RFC 3110 section 2), and RSASSA-PKCS1-v1_5 for the keys WebCrypto does not take.
 *
 * Accepts an exponent of 2 to 32 bits, odd and over 1, and an odd modulus of 1024 to 4096 bits, both without leading
 * zeros. The RFCs would allow 512 bits and exponents up to 4096: the first is breakable, the second a way to make a
 * validator work.
 */
import { toBase64Url } from '../dns/encodings.ts';

export interface RsaPublicKey {
  /** Big-endian, without leading zeros. */
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

const MIN_MODULUS_OCTETS = 1024 / 8;
const MAX_MODULUS_OCTETS = 4096 / 8;
const MAX_EXPONENT_OCTETS = 4;

export function parseRsaPublicKey(octets: Uint8Array): RsaPublicKey | undefined {
  const short = octets[0] ?? 0;
  // RFC 3110 section 2: one length octet, or a zero and two of them.
  const start = short !== 0 ? 1 : 3;
  const length = short !== 0 ? short : (octets[1] ?? 0) * 0x100 + (octets[2] ?? 0);
  const exponent = octets.subarray(start, start + length);
  const modulus = octets.subarray(start + length);
  if (length < 1 || length > MAX_EXPONENT_OCTETS || exponent.length !== length || exponent[0] === 0) return undefined;
  if (modulus.length < MIN_MODULUS_OCTETS || modulus.length > MAX_MODULUS_OCTETS || modulus[0] === 0) return undefined;
  // 1024 bits are 128 octets with the top bit set.
  if (modulus.length === MIN_MODULUS_OCTETS && modulus[0]! < 0x80) return undefined;
  if ((exponent.at(-1)! & 1) === 0 || (length === 1 && exponent[0] === 1) || (modulus.at(-1)! & 1) === 0)
    return undefined;
  return { modulus, exponent };
}

/** The key as a JSON Web Key (RFC 7518 section 6.3.1), the form that engines import fastest. */
export function jsonWebKey(key: RsaPublicKey): JsonWebKey {
  return { kty: 'RSA', n: toBase64Url(key.modulus), e: toBase64Url(key.exponent) };
}

/** DER of DigestInfo before the digest itself (RFC 8017 section 9.2, note 1). */
const DIGEST_INFO: Record<'SHA-1' | 'SHA-256' | 'SHA-512', readonly number[]> = {
  'SHA-1': [0x30, 33, 0x30, 9, 6, 5, 0x2b, 14, 3, 2, 26, 5, 0, 4, 20],
  'SHA-256': [0x30, 49, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32],
  'SHA-512': [0x30, 81, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 64],
};

function toInteger(octets: Uint8Array): bigint {
  let hex = '0x0';
  for (const octet of octets) hex += octet.toString(16).padStart(2, '0');
  return BigInt(hex);
}

/** RSASSA-PKCS1-v1_5 over a digest (RFC 8017 section 8.2.2), by comparing whole encoded messages. */
export function verifyRsa(
  key: RsaPublicKey,
  hash: keyof typeof DIGEST_INFO,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { modulus, exponent } = key;
  if (signature.length !== modulus.length) return false;
  const n = toInteger(modulus);
  const s = toInteger(signature);
  if (s >= n) return false;
  const info = Uint8Array.of(...DIGEST_INFO[hash], ...digest);
  const encoded = new Uint8Array(modulus.length).fill(0xff);
  encoded[0] = 0;
  encoded[1] = 1;
  encoded[modulus.length - info.length - 1] = 0;
  encoded.set(info, modulus.length - info.length);
  return power(s, toInteger(exponent), n) === toInteger(encoded);
}

/** base ^ exponent mod n, the exponent at most 32 bits. */
function power(base: bigint, exponent: bigint, n: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n;
    if (bit === '1') result = (result * base) % n;
  }
  return result;
}
