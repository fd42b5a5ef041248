/** Certificates made on the spot for tests, by @peculiar/x509, any part of them changed at will. */
import 'reflect-metadata';
// The polyfill above must come first, so tests take the package from here.
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(crypto);

export { x509 };

export interface Issued {
  readonly der: Uint8Array;
  readonly spki: Uint8Array;
  readonly subject: string;
  readonly keys: CryptoKeyPair;
}

export const ALGORITHMS = {
  'RSA PKCS#1 SHA-256': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 },
  'RSA PSS SHA-256': { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, saltLength: 32 },
  'P-256': { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
  'P-384': { name: 'ECDSA', hash: 'SHA-384', namedCurve: 'P-384' },
  'P-521': { name: 'ECDSA', hash: 'SHA-512', namedCurve: 'P-521' },
  Ed25519: { name: 'Ed25519' },
} as const;

export type AlgorithmName = keyof typeof ALGORITHMS;

export async function makeKeys(algorithm: AlgorithmName = 'P-256'): Promise<CryptoKeyPair> {
  const parameters = { publicExponent: Uint8Array.of(1, 0, 1), ...ALGORITHMS[algorithm] };
  return (await crypto.subtle.generateKey(parameters as EcKeyGenParams, true, ['sign', 'verify'])) as CryptoKeyPair;
}

/** 2026-11-01 to 2027-11-01, and a moment inside. */
export const NOT_BEFORE = Date.UTC(2026, 10, 1) / 1000;
export const NOT_AFTER = Date.UTC(2027, 10, 1) / 1000;
export const NOW = Date.UTC(2026, 10, 22) / 1000;

export interface Order {
  readonly subject: string;
  /** Self-signed where left out. */
  readonly issuer?: Issued;
  readonly keys?: CryptoKeyPair;
  readonly algorithm?: AlgorithmName;
  /** How the issuer signs. */
  readonly signing?: AlgorithmName;
  readonly names?: readonly string[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Undefined: no basicConstraints. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly keyUsage?: number;
  readonly extendedKeyUsage?: readonly string[];
  readonly extensions?: readonly x509.Extension[];
}

let serial = 0;

export async function issue(order: Order): Promise<Issued> {
  const { subject, issuer, notBefore = NOT_BEFORE, notAfter = NOT_AFTER } = order;
  const keys = order.keys ?? (await makeKeys(order.algorithm));
  const extensions: x509.Extension[] = [...(order.extensions ?? [])];
  if (order.ca !== undefined) extensions.push(new x509.BasicConstraintsExtension(order.ca, order.pathLength, true));
  if (order.keyUsage !== undefined) extensions.push(new x509.KeyUsagesExtension(order.keyUsage, true));
  if (order.extendedKeyUsage) extensions.push(new x509.ExtendedKeyUsageExtension([...order.extendedKeyUsage]));
  if (order.names) {
    const names = order.names.map((value) => ({ type: 'dns' as const, value }));
    extensions.push(new x509.SubjectAlternativeNameExtension(names));
  }
  const signer = issuer?.keys ?? keys;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: (0x1000 + serial++).toString(16),
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: new Date(notBefore * 1000),
    notAfter: new Date(notAfter * 1000),
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: ALGORITHMS[order.signing ?? 'P-256'] as EcdsaParams,
    extensions,
  });
  return {
    der: new Uint8Array(certificate.rawData),
    spki: new Uint8Array(certificate.publicKey.rawData),
    subject,
    keys,
  };
}

export interface Chain {
  readonly root: Issued;
  readonly intermediate: Issued;
  readonly leaf: Issued;
}

export async function makeChain(leaf: Partial<Order> = {}, intermediate: Partial<Order> = {}): Promise<Chain> {
  const root = await issue({ subject: 'CN=Test Root', ca: true });
  const middle = await issue({ subject: 'CN=Test Intermediate', issuer: root, ca: true, ...intermediate });
  return {
    root,
    intermediate: middle,
    leaf: await issue({ subject: 'CN=Leaf', issuer: middle, names: ['www.example.test'], ...leaf }),
  };
}

/** The rdata of one TLSA record. */
export function tlsaRdata(usage: number, selector: number, matchingType: number, data: Uint8Array): Uint8Array {
  return Uint8Array.from([usage, selector, matchingType, ...data]);
}
