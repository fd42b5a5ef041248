/** A private certificate authority: root, intermediate, and leaves that Firefox and Chromium accept once they trust the root. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { makeCertificate, subjectPublicKeyInfo, toPem } from './certificate.ts';

export interface Leaf {
  /** DER, leaf first: leaf and intermediate, as a server sends them. */
  readonly chain: readonly Uint8Array[];
  /** What node:tls takes. */
  readonly certPem: string;
  readonly keyPem: string;
  /** DER of the leaf's SubjectPublicKeyInfo. */
  readonly publicKeyInfo: Uint8Array;
}

export interface LeafOptions {
  readonly hosts: readonly string[];
  /** IPv4. */
  readonly addresses?: readonly string[];
  /** Where it says that its issuer can be fetched. */
  readonly issuerUrl?: string;
  /** PEM of the key to certify; a new one where left out. */
  readonly keyPem?: string;
  /** The value of the extension for DNSSEC chains. */
  readonly dnssecChain?: Uint8Array;
}

export interface Authority {
  readonly rootPem: string;
  readonly intermediatePem: string;
  readonly root: Uint8Array;
  readonly intermediate: Uint8Array;
  /** A certificate, with a new key of its own unless it is to be of another. */
  issue(options: LeafOptions): Leaf;
}

const DAY = 86_400;

export interface AuthorityOptions {
  /** Epoch seconds. */
  readonly now: number;
  /** Where the intermediate says that the root can be fetched. */
  readonly rootUrl?: string;
}

export function createAuthority({ now, rootUrl }: AuthorityOptions): Authority {
  const rootKeys = newKeys();
  const intermediateKeys = newKeys();
  // A name of its own each time, so that a profile that trusted an earlier root does not confuse the two.
  const mark = createHash('sha256').update(subjectPublicKeyInfo(rootKeys.publicKey)).digest('hex').slice(0, 6);
  const rootName = `Danelaw demo root ${mark}`;
  const intermediateName = `Danelaw demo intermediate ${mark}`;
  const root = makeCertificate({
    subject: rootName,
    issuer: rootName,
    publicKey: rootKeys.publicKey,
    signingKey: rootKeys.privateKey,
    issuerPublicKey: rootKeys.publicKey,
    notBefore: now - DAY,
    notAfter: now + 3650 * DAY,
    use: { kind: 'authority' },
  });
  const intermediate = makeCertificate({
    subject: intermediateName,
    issuer: rootName,
    publicKey: intermediateKeys.publicKey,
    signingKey: rootKeys.privateKey,
    issuerPublicKey: rootKeys.publicKey,
    notBefore: now - DAY,
    notAfter: now + 1825 * DAY,
    use: { kind: 'authority', pathLength: 0 },
    ...(rootUrl !== undefined && { issuerUrl: rootUrl }),
  });
  const issue = ({ hosts, addresses = [], issuerUrl, keyPem, dnssecChain }: LeafOptions): Leaf => {
    const { publicKey, privateKey } = keyPem === undefined ? newKeys() : keysIn(keyPem);
    const leaf = makeCertificate({
      subject: hosts[0]!,
      issuer: intermediateName,
      publicKey,
      signingKey: intermediateKeys.privateKey,
      issuerPublicKey: intermediateKeys.publicKey,
      // Browsers refuse leaves that last longer than 398 days.
      notBefore: now - DAY,
      notAfter: now + 89 * DAY,
      use: { kind: 'server', hosts, addresses },
      ...(issuerUrl !== undefined && { issuerUrl }),
      ...(dnssecChain !== undefined && { dnssecChain }),
    });
    return {
      chain: [leaf, intermediate],
      certPem: toPem(leaf) + toPem(intermediate),
      keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      publicKeyInfo: Uint8Array.from(subjectPublicKeyInfo(publicKey)),
    };
  };
  return { root, intermediate, rootPem: toPem(root), intermediatePem: toPem(intermediate), issue };
}

function keysIn(pem: string): { publicKey: KeyObject; privateKey: KeyObject } {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
