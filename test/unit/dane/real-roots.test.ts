/** The root certificates Node ships: real authorities' work of thirty years, each read here and by OpenSSL through Node. */
import { createHash, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { parseCertificate, verifySignature } from '../../../src/dane/certificate.ts';
import { checkIssuer } from '../../../src/dane/path.ts';
import { isSelfIssued } from '../../../src/dane/x509.ts';

describe(`${rootCertificates.length} real root certificates`, () => {
  test('each is read, and as OpenSSL reads it', () => {
    expect(rootCertificates.length).toBeGreaterThan(100);
    for (const pem of rootCertificates) {
      const theirs = new X509Certificate(pem);
      const parsed = parseCertificate(new Uint8Array(theirs.raw));
      if (!parsed.ok) throw new Error(`${theirs.subject}: ${parsed.fault}`);
      const ours = parsed.certificate;
      expect(ours.badExtensions, ours.subject.text).toEqual([]);
      expect(ours.unknownCritical, ours.subject.text).toEqual([]);
      expect(Buffer.from(ours.der).equals(theirs.raw)).toBe(true);
      const spki = theirs.publicKey.export({ type: 'spki', format: 'der' });
      expect(Buffer.from(ours.spki).equals(spki), ours.subject.text).toBe(true);
      expect(createHash('sha256').update(ours.der).digest('hex').toUpperCase()).toBe(
        theirs.fingerprint256.replaceAll(':', ''),
      );
      expect(ours.notBefore).toBe(Date.parse(theirs.validFrom) / 1000);
      expect(ours.notAfter).toBe(Date.parse(theirs.validTo) / 1000);
      expect(isSelfIssued(ours)).toBe(true);
      const commonName = /^CN=(.*)$/m.exec(theirs.subject)?.[1];
      expect(ours.subject.commonNames).toEqual(commonName === undefined ? [] : [commonName]);
      expect(checkIssuer([ours, ours], 1), ours.subject.text).toBeUndefined();
    }
  });

  test('each bears its own signature, or one of a kind that no longer binds', async () => {
    const faults = new Set<string>();
    for (const pem of rootCertificates) {
      const parsed = parseCertificate(new Uint8Array(new X509Certificate(pem).raw));
      if (!parsed.ok) throw new Error(parsed.fault);
      const result = await verifySignature(parsed.certificate, parsed.certificate.spki);
      if (!result.ok) faults.add(result.fault);
    }
    expect([...faults]).toEqual(['weak signature algorithm']);
  });
});
