/** What the command line sees of real handshakes: the certificates as sent, and apart from them the trust store's. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import tls, { type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSiteCertificate } from '../../../src/cli/tls.ts';
import { parseCertificate } from '../../../src/dane/certificate.ts';
import { judgeTlsa } from '../../../src/dane/tlsa.ts';
import { openWorkshop, type Workshop } from '../dane/openssl.ts';

const HOST = 'www.example.test';

let workshop: Workshop;
const servers: Server[] = [];

function makeCertificate(name: string, issuer: string | undefined, extension: string): void {
  const { openssl, write } = workshop;
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
  openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
  write(`${name}.ext`, extension);
  const signer =
    issuer === undefined ? ['-signkey', `${name}.key`] : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`];
  const serial = issuer === undefined ? [] : ['-CAcreateserial'];
  const rest = ['-days', '30', '-extfile', `${name}.ext`, '-out', `${name}.pem`];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signer, ...serial, ...rest);
  openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
}

const pem = (name: string) => Buffer.from(workshop.read(`${name}.pem`)).toString();
const der = (name: string) => workshop.read(`${name}.der`);

beforeAll(() => {
  workshop = openWorkshop();
  makeCertificate('root', undefined, 'basicConstraints=critical,CA:TRUE');
  makeCertificate('intermediate', 'root', 'basicConstraints=critical,CA:TRUE');
  makeCertificate('leaf', 'intermediate', `subjectAltName=DNS:${HOST}`);
  makeCertificate('stray', undefined, 'basicConstraints=critical,CA:TRUE');
});
afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  workshop.close();
});

async function serve(names: readonly string[], version: 'TLSv1.2' | 'TLSv1.3'): Promise<number> {
  const key = Buffer.from(workshop.read(`${names[0]}.key`)).toString();
  const server = tls.createServer({ key, cert: names.map(pem).join(''), maxVersion: version });
  server.on('secureConnection', (socket) => socket.on('error', () => undefined));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function read(port: number) {
  const to = { host: HOST, port, connect: { address: '127.0.0.1', port } };
  const evidence = await readSiteCertificate(to, { roots: [pem('root')], timeoutMs: 10_000, now: 7 });
  if (evidence.kind === 'none') throw new Error(evidence.why);
  return evidence;
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('the chain as the server sent it, by %s', (version) => {
  test.each([
    ['without its root', ['leaf', 'intermediate'], ['root'], 'valid'],
    ['with its root', ['leaf', 'intermediate', 'root'], [], 'valid'],
    ['in disorder and with a stray', ['leaf', 'stray', 'intermediate'], ['root'], 'valid'],
    ['the leaf alone', ['leaf'], [], 'invalid'],
  ] as const)('D24 %s', async (_what, names, appended, pkix) => {
    const evidence = await read(await serve(names, version));
    expect(evidence).toMatchObject({ kind: 'full chain', source: 'tls', pkix, obtainedAt: 7 });
    expect(evidence.certificates.map(Buffer.from)).toEqual(names.map(der).map(Buffer.from));
    expect((evidence.appended ?? []).map(Buffer.from)).toEqual(appended.map(der).map(Buffer.from));
    expect('appended' in evidence).toBe(appended.length > 0);
  });
});

test('D24 D27 2 1 1 of a root the server does not send fails, here as by OpenSSL; 0 1 1 of it matches by both', async () => {
  const port = await serve(['leaf', 'intermediate'], 'TLSv1.3');
  const parsed = parseCertificate(der('root'));
  if (!parsed.ok) throw new Error(parsed.fault);
  const digest = createHash('sha256').update(parsed.certificate.spki).digest();
  const now = Math.floor(Date.now() / 1000);
  const evidence = await read(port);
  const judge = (usage: number) =>
    judgeTlsa({ records: [Uint8Array.from([usage, 1, 1, ...digest])], evidence, base: HOST, host: HOST, now });
  expect(await judge(2)).toMatchObject({
    verdict: 'mismatch',
    reason: { code: 'path-failed', usage: 2, fault: { code: 'not-sent' } },
  });
  expect(await judge(0)).toMatchObject({ verdict: 'verified', reason: { usage: 0, depth: 2 } });
  expect(await opensslMatches(port, `2 1 1 ${digest.toString('hex')}`)).toBe(false);
  expect(await opensslMatches(port, `0 1 1 ${digest.toString('hex')}`)).toBe(true);
});

/** OpenSSL's own DANE client, with the same root in its trust store. */
async function opensslMatches(port: number, rrdata: string): Promise<boolean> {
  const client = [
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', workshop.path('root.pem'), '-no-CApath', '-no-CAstore'],
    ...['-dane_tlsa_domain', HOST, '-dane_tlsa_rrdata', rrdata, '-verify_return_error', '-brief'],
  ];
  return new Promise((resolve) => {
    const child = execFile('openssl', client, { timeout: 20_000 }, (_error, stdout, stderr) => {
      resolve(/Verification: OK/.test(stdout + stderr) && /DANE TLSA .* at depth/.test(stdout + stderr));
    });
    child.stdin?.end();
  });
}
