import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MAX_MESSAGE_OCTETS } from '../../../src/people/limits.ts';
import { readSignedMessage } from '../../../src/people/signed-message-reader.ts';
import { createSmime, type SmimePerson } from '../../world/smime.ts';

const smime = createSmime();
afterAll(() => smime.remove());

const fault = async (octets: Uint8Array) => {
  const read = await readSignedMessage(octets);
  return read.ok ? undefined : read.fault.code;
};
const text = (octets: Uint8Array) => Buffer.from(octets).toString('latin1');
const octets = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** What OpenSSL says of the same message. */
function openSslVerifies(message: Uint8Array): boolean {
  const file = join(smime.directory, 'to-verify.eml');
  writeFileSync(file, message);
  try {
    smime.openssl('cms', '-verify', '-in', file, '-CAfile', smime.root.pemFile, '-purpose', 'any');
    return true;
  } catch {
    return false;
  }
}

describe('a signed message', () => {
  const detached = smime.sign(smime.hugh);
  const opaque = smime.sign(smime.hugh, '-nodetach');

  it.each([
    ['beside the text', detached],
    ['around the text', opaque],
    ['with line ends of a file system', octets(text(detached).replace(/\r\n/g, '\n'))],
    ['with line ends of mail', octets(text(detached).replace(/\r?\n/g, '\r\n'))],
    ['without signed attributes', smime.sign(smime.hugh, '-noattr')],
    ['with SHA-512', smime.sign(smime.hugh, '-md', 'sha512')],
  ])('A20 is read and its signature found true, %s', async (_, message) => {
    const read = await readSignedMessage(message);
    expect(read).toMatchObject({ ok: true, signer: { from: ['hugh@people.example'] } });
    const ders = [smime.hugh, smime.root].map(({ der }: SmimePerson) => der);
    expect(read.ok && read.certificates).toEqual(ders);
    expect(openSslVerifies(message)).toBe(true);
  });

  it('is false where one letter of it is changed, as OpenSSL has it', async () => {
    for (const message of [detached]) {
      const changed = octets(text(message).replace('it is signed', 'it is SIGNED'));
      expect(await fault(changed)).toBe('signature-invalid');
      expect(openSslVerifies(changed)).toBe(false);
    }
  });

  it('is told from what is no such message', async () => {
    expect(await fault(octets(''))).toBe('malformed');
    expect(await fault(octets('From: a@b.example\r\n\r\nhello\r\n'))).toBe('not-signed');
    const type = (value: string) => octets(`From: a@b.example\r\nContent-Type: ${value}\r\n\r\nx\r\n`);
    expect(await fault(type('multipart/encrypted; boundary=x'))).toBe('encrypted');
    expect(await fault(type('application/pkcs7-mime; smime-type=enveloped-data'))).toBe('encrypted');
    expect(await fault(type('multipart/signed; protocol="application/pgp-signature"; boundary=x'))).toBe('openpgp');
    expect(await fault(type('multipart/signed; protocol="application/pkcs7-signature"; boundary=x'))).toBe('malformed');
    expect(await fault(type('multipart/signed; protocol="application/pkcs7-signature"'))).toBe('malformed');
    expect(await fault(type('application/pkcs7-mime; smime-type=signed-data'))).toBe('malformed');
    expect(await fault(octets(text(detached).replace('multipart/signed', 'multipart/mixed')))).toBe('not-signed');
  });

  it('needs one signer, a digest that binds, and the certificate', async () => {
    const { hugh, eve } = smime;
    expect(await fault(smime.sign(hugh, '-signer', eve.pemFile, '-inkey', eve.keyFile))).toBe('several-signers');
    expect(await fault(smime.sign(hugh, '-md', 'sha1'))).toBe('weak-algorithm');
    expect(await fault(smime.sign(hugh, '-nocerts'))).toBe('no-certificate');
  });

  it('is bounded', async () => {
    expect(await fault(new Uint8Array(MAX_MESSAGE_OCTETS + 1))).toBe('too-large');
    const nested = `Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n`.repeat(2000);
    expect(await fault(octets(nested))).not.toBeUndefined();
    const deep = Buffer.alloc(40_000, Buffer.from([0x30, 0x80])).toString('base64');
    const head =
      'Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n';
    expect(await fault(octets(head + deep))).toBe('malformed');
  });
});
