/** `danelaw smimea` and `danelaw client` through a resolver over a world of certificates. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCertifiedWorld, CLIENT_CASES, type Shown, SMIMEA_CASES } from '../../world/certified-people.ts';
import { createSmime } from '../../world/smime.ts';
import { createFiles, danelaw } from './danelaw.ts';
import { type Served, serve } from './services.ts';

const NOW = Math.floor(Date.now() / 1000);
const files = createFiles();
const smime = createSmime();
const { hugh, eve, root, server: webServer, device } = smime;
let served: Served;
beforeAll(async () => {
  served = await serve(buildCertifiedWorld(NOW, smime, device));
});
afterAll(async () => {
  files.remove();
  smime.remove();
  await served?.close();
});

const STATUS = {
  verified: 0,
  published: 0,
  mismatch: 1,
  bogus: 1,
  off: 2,
  unusable: 3,
  absent: 3,
  insecure: 3,
  unread: 4,
  indeterminate: 4,
} as const;

const SHOWN: Readonly<Record<Shown, string[]>> = {
  hugh: ['--cert', files.write('hugh', hugh.pem)],
  eve: ['--cert', files.write('eve', eve.pem)],
  'hugh and root': ['--cert', files.write('both', hugh.pem + root.pem)],
  'server and root': ['--cert', files.write('server', webServer.pem + root.pem)],
  'message of hugh': ['--message', files.write('hugh.eml', smime.sign(hugh))],
  'message of eve': ['--message', files.write('eve.eml', smime.sign(eve))],
  'no message': ['--message', files.write('none.eml', 'From: a@b.example\r\n\r\nhello')],
};

describe('danelaw smimea', () => {
  const run = (address: string, ...more: string[]) => danelaw(['smimea', address, ...served.options, ...more]);

  it('says the verdict of every case, and ends with its status', async () => {
    const seen = [];
    for (const one of SMIMEA_CASES) {
      const more = [...(one.shown ? SHOWN[one.shown] : []), ...(one.pkixValid ? ['--pkix-valid'] : [])];
      const { stdout, status } = await run(one.address, '--json', ...more);
      const { verdict, reason } = JSON.parse(stdout);
      seen.push({ ...one, verdict, code: reason.code, status });
    }
    expect(seen).toEqual(SMIMEA_CASES.map((one) => ({ ...one, status: STATUS[one.verdict] })));
  });

  it('prints records, certificates and the signer in words', async () => {
    const { stdout } = await run('hugh@people.example', ...SHOWN['message of hugh']);
    expect(stdout.split('\n')[0]).toBe('verified: hugh@people.example');
    expect(stdout).toMatch(/^ok {2}Published record 3 1 1$/m);
    expect(stdout).toMatch(/^ok {2}Given: CN=hugh$/m);
    expect(stdout).toContain('The signature on the message is true');
  });

  it('saves published certificates, which OpenSSL takes, once', async () => {
    const file = join(files.directory, 'published.pem');
    expect((await run('whole@people.example', '--save', file)).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(hugh.pem);
    expect(smime.openssl('verify', '-CAfile', root.pemFile, '-purpose', 'smimesign', file)).toContain('OK');
    expect((await run('whole@people.example', '--save', file)).status).toBe(2);
    const none = join(files.directory, 'none.pem');
    await run('hugh@people.example', '--save', none);
    expect(existsSync(none)).toBe(false);
  });

  it('refuses what is no argument of its own', async () => {
    const both = [...SHOWN.hugh, ...SHOWN['message of hugh']];
    expect((await run('hugh@people.example', ...both)).stderr).toContain('--cert or --message, not both');
    expect((await run('hugh@people.example', '--cert', '/nowhere')).stderr).toContain('no such file');
    expect((await run('hugh@people.example', '--message', '/nowhere')).stderr).toContain('no such file');
    expect((await danelaw(['smimea', '--help'])).stdout).toContain('RFC 8162');
  });
});

describe('danelaw client', () => {
  it('says the verdict of every case, and ends with its status', async () => {
    const chains = {
      device: files.write('device', device.pem),
      'device and root': files.write('device-root', device.pem + root.pem),
      other: files.write('other', webServer.pem),
    };
    const seen = [];
    for (const one of CLIENT_CASES) {
      const more = [...(one.shown ? ['--chain', chains[one.shown]] : []), ...(one.pkixValid ? ['--pkix-valid'] : [])];
      const { stdout, status } = await danelaw(['client', one.name, ...served.options, '--json', ...more]);
      const { verdict, reason } = JSON.parse(stdout);
      seen.push({ ...one, verdict, code: reason.code, status });
    }
    expect(seen).toEqual(CLIENT_CASES.map((one) => ({ ...one, status: STATUS[one.verdict] })));
  });

  it('prints it in words, and says that it is a draft', async () => {
    const { stdout } = await danelaw(['client', '_smtp-client.device1.clients.example', ...served.options]);
    expect(stdout.split('\n')[0]).toBe('published: _smtp-client.device1.clients.example');
    expect(stdout).toContain('are a draft, and no standard yet');
    expect((await danelaw(['client', '--help'])).stdout).toContain('_service.client.example');
  });
});
