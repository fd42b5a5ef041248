/**
 * TLSA judged here and by OpenSSL's own DANE client (`s_client -dane_tlsa_…`) on the same real handshakes: usages,
 * selectors and matching types, on every certificate of the chain, shown and not shown.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import tls, { type Server } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSiteCertificate } from '../../src/cli/tls.ts';
import { parseCertificate } from '../../src/dane/certificate.ts';
import { judgeTlsa } from '../../src/dane/tlsa.ts';
import { openWorkshop, type Workshop } from '../unit/dane/openssl.ts';

const run = promisify(execFile);
const HOST = 'www.example.test';

let workshop: Workshop;
const servers: Server[] = [];

interface Shown {
  readonly port: number;
  readonly certificates: readonly Uint8Array[];
}
let whole: Shown;
let withoutRoot: Shown;
let leafAlone: Shown;
let selfSigned: Shown;
let otherName: Shown;
let noAuthority: Shown;
let expired: Shown;

const der = (name: string) => workshop.read(`${name}.der`);
const spki = (name: string) => {
  const parsed = parseCertificate(der(name));
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.certificate.spki;
};

function makeCertificate(name: string, issuer: string | undefined, extensions: readonly string[], days = 30): void {
  const { openssl, write } = workshop;
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
  openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
  write(`${name}.ext`, extensions.join('\n'));
  const signer =
    issuer === undefined
      ? ['-signkey', `${name}.key`]
      : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...signer,
    '-days',
    String(days),
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.pem`,
  );
  openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
}

async function serve(...names: readonly string[]): Promise<Shown> {
  const pem = (name: string) => Buffer.from(workshop.read(`${name}.pem`)).toString();
  const key = Buffer.from(workshop.read(`${names[0]}.key`)).toString();
  const server = tls.createServer({ key, cert: names.map(pem).join('') }, (socket) => socket.end());
  // A client that refuses the certificate breaks the connection off, as it should.
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, certificates: names.map(der) };
}

beforeAll(async () => {
  workshop = openWorkshop();
  const authority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign'];
  const site = [`subjectAltName=DNS:${HOST}`];
  makeCertificate('root', undefined, authority);
  makeCertificate('intermediate', 'root', authority);
  makeCertificate('leaf', 'intermediate', site);
  makeCertificate('stranger', undefined, authority);
  makeCertificate('self', undefined, site);
  makeCertificate('elsewhere', 'intermediate', ['subjectAltName=DNS:other.test']);
  makeCertificate('pretender', 'root', ['basicConstraints=critical,CA:FALSE']);
  makeCertificate('pretended', 'pretender', site);
  makeCertificate('outdated', 'root', authority, -1);
  makeCertificate('late', 'outdated', site);
  whole = await serve('leaf', 'intermediate', 'root');
  withoutRoot = await serve('leaf', 'intermediate');
  leafAlone = await serve('leaf');
  selfSigned = await serve('self');
  otherName = await serve('elsewhere', 'intermediate', 'root');
  noAuthority = await serve('pretended', 'pretender', 'root');
  expired = await serve('late', 'outdated', 'root');
});

afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  workshop.close();
});

interface RecordText {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly of: string;
}

function dataOf({ selector, matchingType, of }: RecordText): Buffer {
  const selected = selector === 0 ? der(of) : spki(of);
  if (matchingType === 0) return Buffer.from(selected);
  return createHash(matchingType === 1 ? 'sha256' : 'sha512')
    .update(selected)
    .digest();
}

/** `depth` where it matched, `no` where it did not. */
type Verdict = `depth ${number}` | 'no';

async function byOpenssl(shown: Shown, record: RecordText): Promise<Verdict> {
  const { usage, selector, matchingType } = record;
  const rrdata = `${usage} ${selector} ${matchingType} ${dataOf(record).toString('hex')}`;
  const client = run(
    'openssl',
    [
      's_client',
      '-connect',
      `127.0.0.1:${shown.port}`,
      '-CAfile',
      workshop.path('root.pem'),
      '-no-CApath',
      '-no-CAstore',
    ].concat(['-dane_tlsa_domain', HOST, '-dane_tlsa_rrdata', rrdata, '-verify_return_error', '-brief']),
    { timeout: 20_000 },
  );
  client.child.stdin?.end();
  const output = await client.then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );
  const depth = /DANE TLSA .*at depth (\d+)/.exec(output)?.[1];
  return depth !== undefined && /Verification: OK/.test(output) ? `depth ${Number(depth)}` : 'no';
}

/** What the command line's own connection sees: the chain as sent, and what the trust store put on top. */
async function readEvidence({ port, certificates }: Shown, now: number) {
  const roots = [Buffer.from(workshop.read('root.pem')).toString()];
  const to = { host: HOST, port, connect: { address: '127.0.0.1', port } };
  const evidence = await readSiteCertificate(to, { roots, timeoutMs: 20_000, now });
  if (evidence.kind === 'none') throw new Error(evidence.why);
  expect(evidence.certificates).toEqual(certificates);
  return evidence;
}

async function byUs(shown: Shown, record: RecordText): Promise<Verdict> {
  const { usage, selector, matchingType } = record;
  const now = Math.floor(Date.now() / 1000);
  const judgement = await judgeTlsa({
    records: [Uint8Array.from([usage, selector, matchingType, ...dataOf(record)])],
    evidence: { ...(await readEvidence(shown, now)), pkix: 'valid' },
    base: HOST,
    host: HOST,
    now,
  });
  return judgement.reason.code === 'matched' ? `depth ${judgement.reason.depth}` : 'no';
}

const kinds = [0, 1, 2, 3].flatMap((usage) =>
  [0, 1].flatMap((selector) => [0, 1, 2].map((matchingType) => ({ usage, selector, matchingType }))),
);

async function compare(shown: Shown, of: string, only = kinds): Promise<void> {
  for (const kind of only) {
    const record = { ...kind, of };
    const [openssl, ours] = await Promise.all([byOpenssl(shown, record), byUs(shown, record)]);
    expect(ours, `${kind.usage} ${kind.selector} ${kind.matchingType} of ${of}`).toBe(openssl);
  }
}

describe('the same verdict and depth as OpenSSL', () => {
  test('records of the leaf', () => compare(whole, 'leaf'));
  test('records of the intermediate', () => compare(whole, 'intermediate'));
  test('records of the root, shown', () => compare(whole, 'root'));
  test('records of the root, not shown', () => compare(withoutRoot, 'root'));
  test('records of a stranger', () => compare(whole, 'stranger'));
  const danes = kinds.filter(({ usage }) => usage >= 2);
  test('records of the intermediate, not shown', () => compare(leafAlone, 'intermediate', danes));
  test('a certificate that signed itself', () => compare(selfSigned, 'self', danes));
  test('a certificate for another name', () => compare(otherName, 'root', danes));
  test('an issuer that is none', () => compare(noAuthority, 'root', danes));
  test('an issuer that ran out', () => compare(expired, 'root', danes));
});
