/** S/MIME people made by OpenSSL: an authority, certificates with mail addresses, and messages they signed. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmimePerson {
  readonly der: Uint8Array;
  readonly spki: Uint8Array;
  readonly pem: string;
  readonly pemFile: string;
  readonly keyFile: string;
}

export interface Smime {
  readonly directory: string;
  readonly root: SmimePerson;
  /** Issued by the root: `hugh@people.example`, one for `eve@people.example`, and one for web servers. */
  readonly hugh: SmimePerson;
  readonly eve: SmimePerson;
  readonly server: SmimePerson;
  /** A client of TLS, `device1.clients.example` and `device1._device.clients.example`. */
  readonly device: SmimePerson;
  /** A message from Hugh signed by one of them, its certificate and the root's within. */
  sign(person: SmimePerson, ...options: readonly string[]): Uint8Array;
  openssl(...args: readonly string[]): string;
  remove(): void;
}

export function createSmime(): Smime {
  const directory = mkdtempSync(join(tmpdir(), 'danelaw-smime-'));
  const path = (name: string) => join(directory, name);
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
  const make = (name: string, ...args: readonly string[]): SmimePerson => {
    const [pemFile, keyFile] = [path(`${name}.pem`), path(`${name}.key`)];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl(
      'req',
      '-x509',
      ...curve,
      '-keyout',
      keyFile,
      '-out',
      pemFile,
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
      ...args,
    );
    const pem = readFileSync(pemFile, 'utf8');
    const certificate = new X509Certificate(pem);
    const spki = certificate.publicKey.export({ format: 'der', type: 'spki' });
    return { der: new Uint8Array(certificate.raw), spki: new Uint8Array(spki), pem, pemFile, keyFile };
  };
  const root = make('root', '-addext', 'keyUsage=critical,keyCertSign');
  const issued = (name: string, names: string, use: string) => {
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      `extendedKeyUsage=${use}`,
      `subjectAltName=${names}`,
    ];
    const signer = ['-CA', root.pemFile, '-CAkey', root.keyFile];
    return make(name, ...signer, ...extensions.flatMap((extension) => ['-addext', extension]));
  };
  const text = path('text');
  writeFileSync(text, 'From here on it is signed.\r\n-- \r\nHugh\r\n');
  let messages = 0;
  return {
    directory,
    root,
    hugh: issued('hugh', 'email:hugh@people.example,email:issuer@people.example', 'emailProtection'),
    eve: issued('eve', 'email:eve@people.example', 'emailProtection'),
    server: issued('server', 'DNS:hugh.people.example,email:hugh@people.example', 'serverAuth'),
    device: issued('device', 'DNS:device1.clients.example,DNS:device1._device.clients.example', 'clientAuth'),
    sign: (person, ...options) => {
      const out = path(`message-${messages++}.eml`);
      const who = ['-signer', person.pemFile, '-inkey', person.keyFile, '-certfile', root.pemFile];
      const headers = ['-from', 'Hugh <hugh@people.example>', '-to', 'you@people.example', '-subject', 'Signed'];
      openssl('cms', '-sign', '-text', '-in', text, '-out', out, ...who, ...headers, ...options);
      return new Uint8Array(readFileSync(out));
    },
    openssl,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
