/**
 * What signs and what verifies: AlgorithmIdentifier and SubjectPublicKeyInfo read into closed lists. RSA PKCS#1 v1.5
 * and PSS, ECDSA on P-256, P-384 and P-521, Ed25519, with SHA-256, SHA-384 and SHA-512. Unsupported is not invalid:
 * what is not known here is a value too.
 */
import { bitStringOctets, DerFault, DerReader, objectIdentifierText, readDer, TAG, unsignedOctets } from './der.ts';
import { MAX_RSA_EXPONENT_BITS, RSA_MODULUS_BITS } from './limits.ts';

export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';

export type SignatureAlgorithm =
  | { readonly kind: 'rsa-pkcs1'; readonly hash: HashName }
  | { readonly kind: 'rsa-pss'; readonly hash: HashName; readonly saltLength: number }
  | { readonly kind: 'ecdsa'; readonly hash: HashName }
  | { readonly kind: 'ed25519' }
  /** MD5 or SHA-1, which no longer bind anybody. */
  | { readonly kind: 'weak'; readonly oid: string }
  | { readonly kind: 'unknown'; readonly oid: string };

export type PublicKey =
  | {
      readonly kind: 'rsa';
      readonly modulusBits: number;
      readonly exponentBits: number;
      /** The RSAPublicKey structure. */
      readonly key: Uint8Array;
      /** id-RSASSA-PSS: the key signs by PSS only (RFC 4055 section 1.2). */
      readonly pssOnly: boolean;
    }
  | { readonly kind: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'unknown'; readonly oid: string };

/** RFC 8017 appendix C, RFC 5758 section 3.2, RFC 8410 section 3. */
const PKCS1 = '1.2.840.113549.1.1';
const SIGNATURES = new Map<string, SignatureAlgorithm>([
  [`${PKCS1}.11`, { kind: 'rsa-pkcs1', hash: 'SHA-256' }],
  [`${PKCS1}.12`, { kind: 'rsa-pkcs1', hash: 'SHA-384' }],
  [`${PKCS1}.13`, { kind: 'rsa-pkcs1', hash: 'SHA-512' }],
  ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: 'SHA-256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'SHA-384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'SHA-512' }],
  ['1.3.101.112', { kind: 'ed25519' }],
]);
/** MD2, MD5 and SHA-1 with RSA, SHA-1 with DSA and ECDSA. */
const WEAK = new Set([`${PKCS1}.2`, `${PKCS1}.4`, `${PKCS1}.5`, '1.2.840.10040.4.3', '1.2.840.10045.4.1']);

const OID_RSA = `${PKCS1}.1`;
const OID_PSS = `${PKCS1}.10`;
const OID_MGF1 = `${PKCS1}.8`;
const OID_EC = '1.2.840.10045.2.1';

const HASHES = new Map<string, HashName>([
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);

const CURVES = new Map<string, 'P-256' | 'P-384' | 'P-521'>([
  ['1.2.840.10045.3.1.7', 'P-256'],
  ['1.3.132.0.34', 'P-384'],
  ['1.3.132.0.35', 'P-521'],
]);

export type SignatureFault =
  | 'signature invalid'
  | 'weak signature algorithm'
  | 'unsupported signature algorithm'
  | 'weak key'
  | 'unsupported key'
  /** The key is of another kind than the signature algorithm. */
  | 'key of another kind';

const CURVE_OCTETS = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;

export interface VerificationPlan {
  readonly spki: Uint8Array;
  readonly keyAlgorithm: Algorithm | RsaHashedImportParams | EcKeyImportParams;
  readonly algorithm: Algorithm | RsaPssParams | EcdsaParams;
  readonly signature: Uint8Array;
}

/** What to ask WebCrypto to see whether the key `issuerSpki` (a SubjectPublicKeyInfo in DER) made a signature. */
export function planVerification(
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
  issuerSpki: Uint8Array,
): VerificationPlan | SignatureFault {
  if (algorithm.kind === 'weak') return 'weak signature algorithm';
  if (algorithm.kind === 'unknown') return 'unsupported signature algorithm';
  const key = readKey(issuerSpki);
  if (key === undefined || key.kind === 'unknown') return 'unsupported key';
  if (algorithm.kind === 'ed25519') {
    if (key.kind !== 'ed25519') return 'key of another kind';
    return { spki: issuerSpki, keyAlgorithm: { name: 'Ed25519' }, algorithm: { name: 'Ed25519' }, signature };
  }
  const hash = algorithm.hash;
  if (algorithm.kind === 'ecdsa') {
    if (key.kind !== 'ec') return 'key of another kind';
    const plain = plainEcdsaSignature(signature, CURVE_OCTETS[key.curve]);
    if (plain === undefined) return 'signature invalid';
    const keyAlgorithm = { name: 'ECDSA', namedCurve: key.curve };
    return { spki: issuerSpki, keyAlgorithm, algorithm: { name: 'ECDSA', hash }, signature: plain };
  }
  if (key.kind !== 'rsa' || (key.pssOnly && algorithm.kind === 'rsa-pkcs1')) return 'key of another kind';
  if (key.modulusBits < RSA_MODULUS_BITS.least) return 'weak key';
  if (key.modulusBits > RSA_MODULUS_BITS.most || key.exponentBits > MAX_RSA_EXPONENT_BITS) return 'unsupported key';
  const spki = plainRsaSpki(key.key);
  return algorithm.kind === 'rsa-pkcs1'
    ? { spki, keyAlgorithm: { name: 'RSASSA-PKCS1-v1_5', hash }, algorithm: { name: 'RSASSA-PKCS1-v1_5' }, signature }
    : {
        spki,
        keyAlgorithm: { name: 'RSA-PSS', hash },
        algorithm: { name: 'RSA-PSS', saltLength: algorithm.saltLength },
        signature,
      };
}

/** An RSA key of a length that no longer binds anybody. */
export function isWeakKey(spki: Uint8Array): boolean {
  const key = readKey(spki);
  return key?.kind === 'rsa' && key.modulusBits < RSA_MODULUS_BITS.least;
}

function readKey(spki: Uint8Array): PublicKey | undefined {
  try {
    return readPublicKey(spki);
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return undefined;
  }
}

/** Reads the contents of an AlgorithmIdentifier. Throws DerFault. */
export function readSignatureAlgorithm(contents: Uint8Array): SignatureAlgorithm {
  const { oid, parameters } = readIdentifier(contents);
  const known = SIGNATURES.get(oid);
  if (known !== undefined) {
    // RFC 4055 section 5: NULL with RSA. RFC 5758 section 3.2, RFC 8410 section 3: absent with the others.
    const nullAllowed = known.kind === 'rsa-pkcs1' && parameters?.tag === TAG.NULL;
    if (parameters !== undefined && !nullAllowed) throw new DerFault('unexpected element');
    return known;
  }
  if (oid === OID_PSS) return readPss(parameters?.whole) ?? { kind: 'unknown', oid };
  return WEAK.has(oid) ? { kind: 'weak', oid } : { kind: 'unknown', oid };
}

/**
 * RSASSA-PSS-params (RFC 4055 section 3.1): one hash for both message and mask, as RFC 4055 recommends and browsers
 * demand. The default hash is SHA-1, so parameters must be there; the default salt has 20 octets.
 */
const DEFAULT_SALT = Uint8Array.of(20);

function readPss(parameters: Uint8Array | undefined): SignatureAlgorithm | undefined {
  if (parameters === undefined) return undefined;
  const reader = new DerReader(readDer(parameters, TAG.SEQUENCE).contents);
  const hash = reader.optional(0xa0);
  const mask = reader.optional(0xa1);
  const salt = reader.optional(0xa2);
  const trailer = reader.optional(0xa3);
  reader.expectEnd();
  if (hash === undefined || mask === undefined) return undefined;
  const hashName = HASHES.get(readIdentifier(readDer(hash.contents, TAG.SEQUENCE).contents).oid);
  const maskIdentifier = readIdentifier(readDer(mask.contents, TAG.SEQUENCE).contents);
  if (maskIdentifier.oid !== OID_MGF1 || maskIdentifier.parameters === undefined) return undefined;
  const maskHash = readIdentifier(readDer(maskIdentifier.parameters.whole, TAG.SEQUENCE).contents).oid;
  const saltOctets = salt === undefined ? DEFAULT_SALT : unsignedOctets(readDer(salt.contents, TAG.INTEGER));
  // Section 3.1: the only trailer field there is has number 1.
  if (trailer !== undefined && unsignedOctets(readDer(trailer.contents, TAG.INTEGER)).join() !== '1') return undefined;
  if (hashName === undefined || HASHES.get(maskHash) !== hashName || saltOctets.length > 1) return undefined;
  return { kind: 'rsa-pss', hash: hashName, saltLength: saltOctets[0]! };
}

/** Reads a whole SubjectPublicKeyInfo in DER. Throws DerFault. */
function readPublicKey(spki: Uint8Array): PublicKey {
  const reader = new DerReader(readDer(spki, TAG.SEQUENCE).contents);
  const { oid, parameters } = readIdentifier(reader.next(TAG.SEQUENCE).contents);
  const key = reader.next(TAG.BIT_STRING);
  reader.expectEnd();
  if (oid === OID_RSA || oid === OID_PSS) return readRsaKey(bitStringOctets(key), oid === OID_PSS);
  if (oid === '1.3.101.112') return { kind: 'ed25519' };
  const curve =
    oid === OID_EC && parameters?.tag === TAG.OBJECT_IDENTIFIER
      ? CURVES.get(objectIdentifierText(parameters.contents))
      : undefined;
  return curve === undefined ? { kind: 'unknown', oid } : { kind: 'ec', curve };
}

function readRsaKey(key: Uint8Array, pssOnly: boolean): PublicKey {
  const reader = new DerReader(readDer(key, TAG.SEQUENCE).contents);
  const modulus = unsignedOctets(reader.next(TAG.INTEGER));
  const exponent = unsignedOctets(reader.next(TAG.INTEGER));
  reader.expectEnd();
  return { kind: 'rsa', modulusBits: bitLength(modulus), exponentBits: bitLength(exponent), key, pssOnly };
}

function bitLength(octets: Uint8Array): number {
  return octets.length * 8 - (Math.clz32(octets[0]!) - 24);
}

function readIdentifier(contents: Uint8Array) {
  const reader = new DerReader(contents);
  const oid = objectIdentifierText(reader.next(TAG.OBJECT_IDENTIFIER).contents);
  const parameters = reader.done ? undefined : reader.next();
  reader.expectEnd();
  return { oid, parameters };
}

/** An RSA key in the plain rsaEncryption SubjectPublicKeyInfo, the one form WebCrypto imports. */
function plainRsaSpki(key: Uint8Array): Uint8Array {
  const algorithm = Uint8Array.of(0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0);
  return element(TAG.SEQUENCE, algorithm, element(TAG.BIT_STRING, Uint8Array.of(0), key));
}

function element(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return Uint8Array.from([tag, ...header, ...parts.flatMap((part) => [...part])]);
}

/**
 * An ECDSA signature from its DER SEQUENCE of two INTEGERs (RFC 5480 appendix A) to two numbers of the curve's width,
 * which WebCrypto takes. Undefined where it is no such signature.
 */
function plainEcdsaSignature(der: Uint8Array, octets: number): Uint8Array | undefined {
  try {
    const reader = new DerReader(readDer(der, TAG.SEQUENCE).contents);
    const numbers = [unsignedOctets(reader.next(TAG.INTEGER)), unsignedOctets(reader.next(TAG.INTEGER))];
    reader.expectEnd();
    if (numbers.some((number) => number.length > octets)) return undefined;
    const plain = new Uint8Array(octets * 2);
    for (const [i, number] of numbers.entries()) plain.set(number, octets * (i + 1) - number.length);
    return plain;
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    return undefined;
  }
}
