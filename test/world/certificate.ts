/**
 * X.509 certificates written octet by octet (RFC 5280), with node:crypto for the signatures only: the product reads
 * certificates with pkijs, so the tests' certificates come from somewhere else, and may be as odd as a test wants.
 */
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface CertificateDescription {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** P-256, P-384, Ed25519 or RSA. */
  readonly signingKey: KeyObject;
  /** The issuer's key, for the authority key identifier; the subject's own in a self-signed certificate. */
  readonly issuerPublicKey: KeyObject;
  /** Epoch seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly use:
    | { readonly kind: 'authority'; readonly pathLength?: number }
    | { readonly kind: 'server'; readonly hosts: readonly string[]; readonly addresses?: readonly string[] };
  /** Where the issuer's certificate can be fetched (RFC 5280 section 4.2.2.1). */
  readonly issuerUrl?: string;
  /** A DNSSEC chain for the extension of stateless DANE, its octets as they are. */
  readonly dnssecChain?: Uint8Array;
  /** An Urkel proof in the extension beside it. */
  readonly urkelProof?: Uint8Array;
}

/** DER of one certificate. */
export function makeCertificate(description: CertificateDescription): Uint8Array {
  const { subject, issuer, publicKey, signingKey, notBefore, notAfter } = description;
  const algorithm = signatureAlgorithm(signingKey);
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x40), randomBytes(15)])),
    algorithm.identifier,
    distinguishedName(issuer),
    sequence(time(notBefore), time(notAfter)),
    distinguishedName(subject),
    subjectPublicKeyInfo(publicKey),
    tagged(0xa3, sequence(...extensions(description))),
  );
  const signature = sign(algorithm.hash, toBeSigned, signingKey);
  return Uint8Array.from(sequence(toBeSigned, algorithm.identifier, bitString(signature)));
}

export function subjectPublicKeyInfo(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' });
}

export function toPem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  urkelProof: '1.3.6.1.4.1.54392.5.1620',
  dnssecChain: '1.3.6.1.4.1.54392.5.1621',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ed25519: '1.3.101.112',
  rsaWithSha256: '1.2.840.113549.1.1.11',
} as const;

function extensions(description: CertificateDescription): Buffer[] {
  const { use, publicKey, issuerPublicKey, issuerUrl } = description;
  const common = [
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKey))),
    extension(OID.authorityKeyIdentifier, false, sequence(tagged(0x80, keyIdentifier(issuerPublicKey)))),
  ];
  if (issuerUrl !== undefined) {
    const access = sequence(sequence(objectIdentifier(OID.caIssuers), tagged(0x86, Buffer.from(issuerUrl))));
    common.push(extension(OID.authorityInformationAccess, false, access));
  }
  for (const proof of ['dnssecChain', 'urkelProof'] as const) {
    const value = description[proof];
    if (value !== undefined) common.push(extension(OID[proof], false, Buffer.from(value)));
  }
  if (use.kind === 'authority') {
    const length = use.pathLength === undefined ? [] : [integer(Buffer.of(use.pathLength))];
    return [
      extension(OID.basicConstraints, true, sequence(tagged(0x01, Buffer.of(0xff)), ...length)),
      // keyCertSign and cRLSign, the last bit unused.
      extension(OID.keyUsage, true, tagged(0x03, Buffer.of(1, 0x06))),
      ...common,
    ];
  }
  const names = use.hosts.map((host) => tagged(0x82, Buffer.from(host)));
  const addresses = (use.addresses ?? []).map((address) => tagged(0x87, Buffer.from(address.split('.').map(Number))));
  return [
    extension(OID.basicConstraints, true, sequence()),
    // digitalSignature.
    extension(OID.keyUsage, true, tagged(0x03, Buffer.of(7, 0x80))),
    extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAlternativeName, false, sequence(...names, ...addresses)),
    ...common,
  ];
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [tagged(0x01, Buffer.of(0xff))] : []), octetString(value));
}

/** RFC 5280 section 4.2.1.2, method 1 over the whole SubjectPublicKeyInfo: any value does that is the same each time. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(subjectPublicKeyInfo(key)).digest();
}

function signatureAlgorithm(key: KeyObject): { hash: string | null; identifier: Buffer } {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return { hash: 'sha256', identifier: sequence(objectIdentifier(OID.ecdsaWithSha256)) };
  if (curve === 'secp384r1') return { hash: 'sha384', identifier: sequence(objectIdentifier(OID.ecdsaWithSha384)) };
  if (key.asymmetricKeyType === 'ed25519') return { hash: null, identifier: sequence(objectIdentifier(OID.ed25519)) };
  if (key.asymmetricKeyType === 'rsa') {
    return { hash: 'sha256', identifier: sequence(objectIdentifier(OID.rsaWithSha256), tagged(0x05, Buffer.alloc(0))) };
  }
  throw new RangeError(`no signature algorithm for ${key.asymmetricKeyType} ${curve ?? ''}`);
}

function distinguishedName(commonName: string): Buffer {
  const attribute = (oid: string, text: string) =>
    tagged(0x31, sequence(objectIdentifier(oid), tagged(0x0c, Buffer.from(text))));
  return sequence(attribute(OID.organization, 'Danelaw demo'), attribute(OID.commonName, commonName));
}

/** UTCTime up to 2049, GeneralizedTime after it (RFC 5280 section 4.1.2.5). */
function time(epochSeconds: number): Buffer {
  const digits = `${new Date(epochSeconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
  return Number(digits.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), derLength(content.length), content]);
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >>> 8, length & 0xff);
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts);
const integer = (octets: Buffer) => tagged(0x02, octets);
const octetString = (octets: Buffer) => tagged(0x04, octets);
const bitString = (octets: Buffer) => tagged(0x03, Buffer.of(0), octets);

function objectIdentifier(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const octets = [first! * 40 + second!, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift(0x80 | (left & 0x7f));
    return septets;
  });
  return tagged(0x06, Buffer.from(octets));
}
