import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../world/authority.ts';
import { type CertificateDescription, makeCertificate, subjectPublicKeyInfo, toPem } from '../../world/certificate.ts';
import { NOW } from './reading.ts';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function certificate(changes: Partial<CertificateDescription> = {}): X509Certificate {
  const der = makeCertificate({
    subject: 'site.example',
    issuer: 'Somebody',
    publicKey: p256.publicKey,
    signingKey: p256.privateKey,
    issuerPublicKey: p256.publicKey,
    notBefore: NOW,
    notAfter: NOW + 86_400,
    use: { kind: 'server', hosts: ['site.example', '*.site.example'], addresses: ['127.0.0.1'] },
    ...changes,
  });
  return new X509Certificate(der);
}

describe('a certificate', () => {
  it('says what it was told to', () => {
    const made = certificate({ issuerUrl: 'http://site.example/issuer.der' });
    expect(made.subject).toBe('O=Danelaw demo\nCN=site.example');
    expect(made.issuer).toBe('O=Danelaw demo\nCN=Somebody');
    expect(made.subjectAltName).toBe('DNS:site.example, DNS:*.site.example, IP Address:127.0.0.1');
    expect(made.infoAccess?.trim()).toBe('CA Issuers - URI:http://site.example/issuer.der');
    expect([Date.parse(made.validFrom), Date.parse(made.validTo)]).toEqual([NOW * 1000, (NOW + 86_400) * 1000]);
    expect(made.publicKey.export({ format: 'der', type: 'spki' })).toEqual(subjectPublicKeyInfo(p256.publicKey));
    expect(made.toString()).toBe(toPem(made.raw));
  });

  it.each([
    ['P-256', p256],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ] as const)('is signed with %s', (_, { privateKey, publicKey }) => {
    expect(certificate({ signingKey: privateKey }).verify(publicKey)).toBe(true);
  });

  it('is signed with nothing else', () => {
    const { privateKey } = generateKeyPairSync('ed448');
    expect(() => certificate({ signingKey: privateKey })).toThrow(RangeError);
  });

  it('may last beyond 2050, where times are written otherwise (RFC 5280 section 4.1.2.5)', () => {
    const notAfter = Date.UTC(2051, 0, 2, 3, 4, 5) / 1000;
    expect(Date.parse(certificate({ notAfter }).validTo)).toBe(notAfter * 1000);
  });
});

describe('an authority', () => {
  const authority = createAuthority({ now: NOW });
  const [root, intermediate] = [authority.root, authority.intermediate].map((der) => new X509Certificate(der));

  it('issues leaves through its intermediate, each with a key of its own', () => {
    const leaves = [1, 2].map(() => authority.issue({ hosts: ['a.example', 'b.example'] }));
    const [first, second] = leaves.map(({ chain }) => new X509Certificate(chain[0]!));
    expect(first!.checkIssued(intermediate!) && intermediate!.checkIssued(root!) && root!.checkIssued(root!)).toBe(
      true,
    );
    expect(first!.verify(intermediate!.publicKey) && intermediate!.verify(root!.publicKey)).toBe(true);
    expect(first!.checkHost('b.example')).toBe('b.example');
    expect(first!.fingerprint256).not.toBe(second!.fingerprint256);
    expect(leaves[0]!.publicKeyInfo).not.toEqual(leaves[1]!.publicKeyInfo);
    expect(first!.serialNumber).not.toBe(second!.serialNumber);
  });

  it('has a name of its own, so that two of them can be told apart', () => {
    const other = new X509Certificate(createAuthority({ now: NOW }).root);
    expect(other.subject).not.toBe(root!.subject);
  });
});
