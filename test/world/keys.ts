/**
 * Zone keys: made from a label, so the same label is the same key in every run, with their DNSKEY and DS rdata.
 * Nothing here comes from `src/dnssec`: key tags and digests are computed a second time, as a witness.
 */
import { createECDH, createHash, createPrivateKey, type KeyObject, sign as signOctets } from 'node:crypto';
import type { Name } from '../../src/dns/name.ts';
import { WireWriter } from '../../src/dns/wire.ts';
import { type RsaKey, type RsaShape, rsaKey, USUAL_RSA } from './rsa.ts';

/** Signing algorithms this signer knows, by their IANA numbers. */
export const ALGORITHM = {
  RSASHA1: 5,
  'RSASHA1-NSEC3-SHA1': 7,
  RSASHA256: 8,
  RSASHA512: 10,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
} as const;

export type Algorithm = (typeof ALGORITHM)[keyof typeof ALGORITHM];

export const ALGORITHMS: readonly Algorithm[] = Object.values(ALGORITHM);

/** DNSKEY flag bits (RFC 4034 section 2.1.1, RFC 5011 section 7). */
export const FLAG = { ZONE: 0x0100, REVOKE: 0x0080, SEP: 0x0001 } as const;

/** `csk`: one key for everything. */
export type KeyRole = 'ksk' | 'zsk' | 'csk';

export interface KeyDescription {
  readonly algorithm: Algorithm;
  readonly role: KeyRole;
  /** `standby`: published, not signing. `revoked`: REVOKE bit set, signing only the DNSKEY RRset. */
  readonly state?: 'active' | 'standby' | 'revoked';
  /** Does the parent publish a DS for it? By default for active KSKs and CSKs. */
  readonly ds?: boolean;
  /** Tells several keys of one kind apart. */
  readonly label?: string;
  readonly rsa?: RsaShape;
}

export interface ZoneKey {
  readonly description: KeyDescription;
  readonly algorithm: Algorithm;
  readonly flags: number;
  readonly keyTag: number;
  /** DNSKEY rdata. */
  readonly rdata: Uint8Array;
  /** For signers that are not ours. */
  readonly privateKey: KeyObject;
  /** The DNSSEC form of a signature over `octets`. */
  sign(octets: Uint8Array): Uint8Array;
}

const keysMade = new Map<string, ZoneKey>();

/** The key that `description` gives for `zone`; the same arguments give the same key. */
export function zoneKey(zone: Name, description: KeyDescription): ZoneKey {
  const { algorithm, role, state, label, rsa = USUAL_RSA } = description;
  const size = isRsa(algorithm) ? `${rsa.bits}^${rsa.exponent}` : '';
  const seed = `${zone}/${algorithm}/${role}/${label ?? ''}/${size}`;
  const slot = `${seed}/${state ?? 'active'}/${description.ds ?? ''}`;
  const known = keysMade.get(slot);
  if (known !== undefined) return known;
  const flags = FLAG.ZONE | (role === 'zsk' ? 0 : FLAG.SEP) | (state === 'revoked' ? FLAG.REVOKE : 0);
  const { publicKey, privateKey, sign } = keyMaterial(algorithm, seed, rsa);
  const rdata = new WireWriter().u16(flags).u8(3).u8(algorithm).bytes(publicKey).finish();
  const key = { description, algorithm, flags, keyTag: keyTag(rdata), rdata, privateKey, sign };
  keysMade.set(slot, key);
  return key;
}

/** RFC 4034 appendix B: the octets as 16-bit numbers, added up with the carry added once more. */
export function keyTag(dnskey: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < dnskey.length; i += 2) sum += dnskey[i]! * 256 + (dnskey[i + 1] ?? 0);
  return (sum + Math.floor(sum / 65536)) % 65536;
}

const DIGEST_HASH = new Map([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
]);

/** DS rdata for a DNSKEY (RFC 4034 section 5.1): digest type 1, 2 or 4. */
export function delegationSigner(zone: Name, dnskey: Uint8Array, digestType: number): Uint8Array {
  const hash = DIGEST_HASH.get(digestType);
  if (hash === undefined) throw new RangeError(`digest type ${digestType}`);
  const digest = createHash(hash).update(zone.wire).update(dnskey).digest();
  return new WireWriter().u16(keyTag(dnskey)).u8(dnskey[3]!).u8(digestType).bytes(digest).finish();
}

function isRsa(algorithm: Algorithm): boolean {
  return algorithm <= ALGORITHM.RSASHA512;
}

interface KeyMaterial {
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
  readonly sign: ZoneKey['sign'];
}

function keyMaterial(algorithm: Algorithm, seed: string, shape: RsaShape): KeyMaterial {
  switch (algorithm) {
    case ALGORITHM.RSASHA1:
    case ALGORITHM['RSASHA1-NSEC3-SHA1']:
      return rsa('sha1', seed, shape);
    case ALGORITHM.RSASHA256:
      return rsa('sha256', seed, shape);
    case ALGORITHM.RSASHA512:
      return rsa('sha512', seed, shape);
    case ALGORITHM.ECDSAP256SHA256:
      return ecdsa('P-256', 'prime256v1', 'sha256', seed);
    case ALGORITHM.ECDSAP384SHA384:
      return ecdsa('P-384', 'secp384r1', 'sha384', seed);
    case ALGORITHM.ED25519:
      return edwards('302e020100300506032b657004220420', 32, seed);
    case ALGORITHM.ED448:
      return edwards('3047020100300506032b6571043b0439', 57, seed);
  }
}

/** RFC 3110 section 2: exponent length, exponent, modulus; PKCS #1 v1.5 signatures. */
function rsa(hash: string, seed: string, shape: RsaShape): KeyMaterial {
  const key: RsaKey = rsaKey(stretch(seed, 4).readUInt32BE(), shape);
  const writer = new WireWriter();
  if (key.exponent.length > 255) writer.u8(0).u16(key.exponent.length);
  else writer.u8(key.exponent.length);
  return {
    publicKey: writer.bytes(key.exponent).bytes(key.modulus).finish(),
    privateKey: key.privateKey,
    sign: (octets) => Uint8Array.from(signOctets(hash, octets, key.privateKey)),
  };
}

/** RFC 6605 section 4: the point's two coordinates; signatures are r and s. */
function ecdsa(curve: string, opensslCurve: string, hash: string, seed: string): KeyMaterial {
  const size = curve === 'P-256' ? 32 : 48;
  const secret = stretch(seed, size);
  // Below the order of either curve, which begins with ones, and never zero.
  secret[0] = secret[0]! & 0x7f;
  secret[size - 1] = secret[size - 1]! | 1;
  const exchange = createECDH(opensslCurve);
  exchange.setPrivateKey(secret);
  const point = exchange.getPublicKey().subarray(1);
  const coordinate = (octets: Buffer) => octets.toString('base64url');
  const privateKey = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: curve,
      x: coordinate(point.subarray(0, size)),
      y: coordinate(point.subarray(size)),
      d: coordinate(secret),
    },
  });
  return {
    publicKey: Uint8Array.from(point),
    privateKey,
    sign: (octets) => Uint8Array.from(signOctets(hash, octets, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}

/** RFC 8080 sections 3 and 4. The prefix is the PKCS #8 wrapping (RFC 8410 section 7) of a bare secret. */
function edwards(pkcs8Prefix: string, size: number, seed: string): KeyMaterial {
  const privateKey: KeyObject = createPrivateKey({
    format: 'der',
    type: 'pkcs8',
    key: Buffer.concat([Buffer.from(pkcs8Prefix, 'hex'), stretch(seed, size)]),
  });
  const { x } = privateKey.export({ format: 'jwk' });
  return {
    publicKey: Uint8Array.from(Buffer.from(x!, 'base64url')),
    privateKey,
    sign: (octets) => Uint8Array.from(signOctets(null, octets, privateKey)),
  };
}

/** `size` octets that depend on nothing but the seed. */
function stretch(seed: string, size: number): Buffer {
  return createHash('shake256', { outputLength: size }).update(seed).digest();
}
