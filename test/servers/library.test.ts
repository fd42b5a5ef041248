/**
 * The package as another project has it: packed, unpacked into a project of its own, its types checked, and each
 * example of docs/library.md run as it stands against worlds of the tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../../scripts/library.ts';
import { recorded, vectorText } from '../recorded/vectors.ts';
import { buildCertifiedWorld } from '../world/certified-people.ts';
import { type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { type DohServer, startDohServer } from '../world/doh-server.ts';
import { buildPeopleWorld } from '../world/people.ts';
import { createSmime, type SmimePerson } from '../world/smime.ts';
import type { World } from '../world/world.ts';
import { mustRun, run } from './harness.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'danelaw-consumer-'));
const smime = createSmime();
const servers: DohServer[] = [];
const children: ChildProcess[] = [];
let demo: DemoWorld;

beforeAll(async () => {
  await buildLibrary();
  const packed = JSON.parse(
    await mustRun('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], { cwd: ROOT }),
  );
  const modules = join(directory, 'node_modules');
  mkdirSync(join(modules, 'danelaw'), { recursive: true });
  const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
  await mustRun('tar', ['-xzf', join(directory, filename), '-C', join(modules, 'danelaw'), '--strip-components=1']);
  // What `npm install` would fetch; there is no registry in a test.
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== 'danelaw') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(directory, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  for (const [name, source] of examples()) writeFileSync(join(directory, `${name}.js`), source);
  demo = await startDemoWorld();
  writeFileSync(join(directory, 'demo-anchors'), demo.anchorsText);
});
afterAll(async () => {
  for (const child of children) child.kill();
  for (const server of servers) await server.close();
  await demo?.close();
  smime.remove();
  rmSync(directory, { recursive: true, force: true });
});

function examples(): [name: string, source: string][] {
  const text = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
  return [...text.matchAll(/^```js example=(\w+)\n([\s\S]*?)^```$/gm)].map(([, name, source]) => [name!, source!]);
}

const example = async (name: string, ...args: string[]) => {
  const { stdout, stderr, status } = await run(process.execPath, [`${name}.js`, ...args], { cwd: directory });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.trim().split('\n');
};

async function served(world: World, anchors: string): Promise<string> {
  const server = await startDohServer({ respond: (query) => world.respond(query) });
  servers.push(server);
  writeFileSync(join(directory, anchors), world.anchors());
  return server.url;
}

describe('the package', () => {
  it('has what its papers say, and neither sources nor tests', () => {
    const files = readdirSync(join(directory, 'node_modules/danelaw'), { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'dist/library/index.js']));
    expect(files.filter((file) => /^(src|test|scripts)\b/.test(file))).toEqual([]);
  });

  it('has types that the examples fit, in a strict project', async () => {
    expect(examples().map(([name]) => name)).toEqual([
      'lookup',
      'site',
      'match',
      'chain',
      'proof',
      'openpgp',
      'server',
    ]);
    const strict = `
      import { checkSite, createAsk, lookup, matchTlsa, Name, type Report, ROOT_ANCHORS, TYPE, verifyChain } from 'danelaw';
      import { readOpenPgpKey } from 'danelaw/openpgp';
      import { readSignedMessage } from 'danelaw/message';
      const ask = createAsk({ url: 'https://dns.example/dns-query' });
      const judging = { ask, anchors: ROOT_ANCHORS, now: 0 };
      export const report: Promise<Report> = checkSite({ ...judging, host: 'a.example', port: 443, certificate: async () => ({ kind: 'none', why: 'not needed' }) });
      export const found = lookup({ ...judging, name: Name.parse('a.example'), type: TYPE.TLSA }).then(({ security }) => security);
      export const match: Promise<'verified' | 'mismatch' | 'signed' | 'unread'> = matchTlsa({ records: ['3 1 1 00'], certificates: [], host: 'a.example' }).then(({ verdict }) => verdict);
      export const chain = verifyChain({ records: [], name: Name.root, type: 1, now: 0, anchors: [] });
      export const readers = [readOpenPgpKey(new Uint8Array(), 0), readSignedMessage(new Uint8Array())] as const;
      // @ts-expect-error: a name is no text.
      lookup({ ...judging, name: 'a.example', type: 1 });
    `;
    writeFileSync(join(directory, 'strict.ts'), strict);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const common = ['--noEmit', '--module', 'NodeNext', '--target', 'ES2023', '--types', 'node', '--ignoreConfig'];
    const checked = await run(process.execPath, [tsc, ...common, '--strict', 'strict.ts'], { cwd: directory });
    expect([checked.status, checked.stdout]).toEqual([0, '']);
  });
});

describe('the examples', () => {
  it('look a name up', async () => {
    const args = ['A', demo.resolverUrl, 'demo-anchors'];
    expect((await example('lookup', 'verified.example', ...args))[0]).toBe('secure validated');
    expect((await example('lookup', 'insecure.example', ...args))[0]).toBe('insecure insecure-delegation');
  });

  it('check a site', async () => {
    const verdictOf = async (label: string) => {
      const { host, port } = demo.sites.find((site) => site.host === `${label}.example`)!;
      return (await example('site', host, String(port), demo.resolverUrl, 'demo-anchors'))[0];
    };
    expect(await verdictOf('verified')).toBe('verified matched');
    expect(await verdictOf('mismatch')).toBe('mismatch no-match');
    expect(await verdictOf('bogus')).toBe('bogus signature-invalid');
  });

  it('compare a chain with records', async () => {
    writeFileSync(join(directory, 'chain.pem'), smime.hugh.pem);
    const pin = smime.openssl('x509', '-in', smime.hugh.pemFile, '-noout', '-fingerprint', '-sha256').split('=')[1]!;
    const hex = pin.trim().replaceAll(':', '').toLowerCase();
    expect(await example('match', 'a.example', 'chain.pem', `3 0 1 ${hex}`)).toEqual(['verified matched']);
    expect(await example('match', 'a.example', 'chain.pem', `3 1 1 ${hex}`)).toEqual(['mismatch no-match']);
  });

  it('find a key for a mail address', async () => {
    const { world } = await buildPeopleWorld(Math.floor(Date.now() / 1000));
    const url = await served(world, 'people-anchors');
    const [verdict, fingerprint] = await example('openpgp', 'hugh@people.example', url, 'people-anchors');
    expect(verdict).toBe('found key-found');
    expect(fingerprint).toMatch(/^[0-9a-f]{40}$/);
    expect(await example('openpgp', 'nobody@people.example', url, 'people-anchors')).toEqual(['absent key-absent']);
  });

  it('A30 know clients of TLS by DNS', async () => {
    const { server: web, device, hugh } = smime;
    const url = await served(buildCertifiedWorld(Math.floor(Date.now() / 1000), smime, device), 'client-anchors');
    const args = ['server.js', web.keyFile, web.pemFile, url, 'client-anchors'];
    const child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const port = await new Promise<number>((resolve) => child.stdout.once('data', (data) => resolve(Number(data))));
    const said = (person?: SmimePerson, withIssuer = false) =>
      new Promise<string>((resolve, reject) => {
        const cert = person && person.pem + (withIssuer ? smime.root.pem : '');
        const shown = person && { cert: cert!, key: readFileSync(person.keyFile) };
        const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...shown });
        let text = '';
        socket.setEncoding('utf8').on('data', (data) => (text += data));
        socket.once('close', () => resolve(text.trim()));
        socket.once('error', reject);
      });
    expect(await said(device, true)).toBe('welcome device1.clients.example');
    // A certificate of the same authority, for servers and under another name.
    expect(await said(web)).toBe('refused: absent');
    expect(await said(hugh)).toBe('refused: no name');
    expect(await said()).toBe('refused: no certificate');
  });
});

recorded('the example of a recorded chain', () => {
  it('verifies it at its time, and not years later', async () => {
    const vector = join(directory, 'chain.hex');
    writeFileSync(vector, vectorText('rfc9102-www.example.com-TLSA-testroot.rfc9102.hex'));
    const anchor = '. DS 47005 13 2 2eb6e9f2480126691594d649a5a613de3052e37861634641bb568746f2ffc4d4\n';
    writeFileSync(join(directory, 'test-root'), anchor);
    const at = async (time: string) => example('chain', vector, '_443._tcp.www.example.com', 'TLSA', time, 'test-root');
    expect(await at('1559347200')).toEqual(['secure validated']);
    expect(await at('1764000000')).toEqual(['bogus signature-expired']);
    expect(await example('proof', vector, '1559347200', 'test-root')).toEqual([
      'secure published',
      'The chain is sound: what it says is signed all the way from the trusted keys.',
    ]);
  });
});
