/**
 * `danelaw check` of TLS servers under zones signed by BIND: what OpenSSL's own DANE says of the same records and
 * the same connection is what we say.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../world/authority.ts';
import { createRoom, freePorts, type Room, run } from './harness.ts';
import { type Internet, startInternet, ZONES } from './internet.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const authority = createAuthority({ now: Math.floor(Date.now() / 1000) });
const HOSTS = ['*.sites.example', '*.broken.example', '*.plain.example'];
const leaf = authority.issue({ hosts: HOSTS });
const stranger = authority.issue({ hosts: HOSTS });

const hash = (algorithm: string, octets: Uint8Array) => createHash(algorithm).update(octets).digest('hex');
const certificate = leaf.chain[0]!;
const key = leaf.publicKeyInfo;
const otherKey = stranger.publicKeyInfo;

/** TLSA records by host in `sites.example`. */
const SITES: Readonly<Record<string, readonly string[]>> = {
  key: [`3 1 1 ${hash('sha256', key)}`],
  certificate: [`3 0 1 ${hash('sha256', certificate)}`],
  longer: [`3 1 2 ${hash('sha512', key)}`],
  whole: [`3 0 0 ${Buffer.from(certificate).toString('hex')}`],
  pkix: [`1 1 1 ${hash('sha256', key)}`],
  rollover: [`3 1 1 ${hash('sha256', otherKey)}`, `3 1 1 ${hash('sha256', key)}`],
  wrong: [`3 1 1 ${hash('sha256', otherKey)}`],
  wrongpkix: [`1 1 1 ${hash('sha256', otherKey)}`],
  // RFC 7671 section 9: the stronger digest decides, so a good SHA-256 does not help.
  agility: [`3 1 1 ${hash('sha256', key)}`, `3 1 2 ${hash('sha512', otherKey)}`],
  selectors: [`3 0 2 ${hash('sha512', stranger.chain[0]!)}`, `3 1 1 ${hash('sha256', key)}`],
};

let room: Room;
let internet: Internet;
let port: number;
let options: string[];
let caFile: string;
beforeAll(async () => {
  room = await createRoom();
  [port] = (await freePorts(1)) as [number];
  const good = `_${port}._tcp.www TLSA ${SITES['key']![0]}\nwww A 127.0.0.1\n`;
  const records = Object.entries(SITES).flatMap(([host, lines]) => [
    `${host} A 127.0.0.1`,
    ...lines.map((line) => `_${port}._tcp.${host} TLSA ${line}`),
  ]);
  internet = await startInternet(
    new Map([
      ...[...ZONES].filter(([apex]) => apex === '.' || apex === 'example.'),
      [
        'sites.example.',
        { signing: { algorithm: 13, nsec3: {} }, records: `${records.join('\n')}\nnone A 127.0.0.1\n` },
      ],
      ['broken.example.', { signing: { algorithm: 13 }, delegation: 'other key', records: good }],
      ['plain.example.', { records: good }],
    ]),
  );
  caFile = await room.write('ca.pem', authority.rootPem);
  await startTlsServer();
  const resolver = ['--resolver', internet.courier.url, '--anchors', internet.anchorFile];
  const bundle = await room.write(
    'roots.pem',
    authority.rootPem + (await readFile(internet.certificate.caFile, 'utf8')),
  );
  options = [...resolver, '--ca', bundle, '--connect', '127.0.0.1'];
});
afterAll(async () => {
  await internet?.stop();
  await room?.stop();
});

async function startTlsServer(): Promise<void> {
  const files = await Promise.all([room.write('leaf.pem', leaf.certPem), room.write('leaf.key', leaf.keyPem)]);
  const [certificateFile, keyFile] = files;
  const args = ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', certificateFile!, '-cert_chain', certificateFile!];
  await room.start('tls', 'openssl', [...args, '-key', keyFile!, '-quiet', '-www'], async () => {
    const { stdout } = await run('openssl', ['s_client', '-connect', `127.0.0.1:${port}`], { timeoutMs: 5000 });
    return stdout.includes('BEGIN CERTIFICATE');
  });
}

async function check(host: string) {
  const args = ['--import', 'tsx', 'src/cli/main.ts', 'check', `${host}:${port}`, ...options, '--json'];
  const { stdout, status, stderr } = await run(process.execPath, args, { cwd: ROOT });
  expect(stderr).toBe('');
  return { report: JSON.parse(stdout), status };
}

/** OpenSSL's verdict over the same records, taken as secure. */
async function opensslMatches(host: string, records: readonly string[]): Promise<boolean> {
  const dane = records.flatMap((record) => ['-dane_tlsa_rrdata', record]);
  const { stdout, stderr } = await run('openssl', [
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', host, '-CAfile', caFile],
    ...['-dane_tlsa_domain', host, ...dane, '-brief'],
  ]);
  const said = stdout + stderr;
  if (/^Verification: OK$/m.test(said)) return /^DANE TLSA \d \d \d .* matched/m.test(said);
  expect(said).toMatch(/^Verification error: /m);
  return false;
}

describe('danelaw check of real servers', () => {
  it.each(Object.keys(SITES))('%s: OpenSSL agrees', async (label) => {
    const host = `${label}.sites.example`;
    const [{ report, status }, matches] = await Promise.all([check(host), opensslMatches(host, SITES[label]!)]);
    expect({ verdict: report.verdict, status }).toEqual(
      matches ? { verdict: 'verified', status: 0 } : { verdict: 'mismatch', status: 1 },
    );
    expect(report.certificate).toMatchObject({ kind: 'full chain', source: 'tls', pkix: 'valid' });
  });

  it('has matches and mismatches among them', async () => {
    const judged = await Promise.all(
      Object.entries(SITES).map(([label, records]) => opensslMatches(`${label}.sites.example`, records)),
    );
    expect(judged.filter(Boolean)).toHaveLength(7);
  });

  it.each([
    ['none.sites.example', 'signed', 3],
    ['www.plain.example', 'insecure', 3],
    ['www.broken.example', 'bogus', 1],
  ])('%s is %s, and its certificate is not asked for', async (host, verdict, status) => {
    const checked = await check(host);
    expect(checked.report).toMatchObject({ verdict, certificate: { kind: 'none', why: 'not needed' } });
    expect(checked.status).toBe(status);
  });
});
