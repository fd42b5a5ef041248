/** `danelaw chain` and `danelaw verify-chain`, the one's file read by the other. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { toPem } from '../../world/certificate.ts';
import { extensionValue, makeSiteKey, selfSigned } from '../../world/chained-certificate.ts';
import { flippedSignature } from '../../world/data-mutations.ts';
import { type DohServer, startDohServer } from '../../world/doh-server.ts';
import { buildWorld } from '../../world/world.ts';
import { createFiles, danelaw } from './danelaw.ts';

const NOW = 1_795_348_800;
const KEY = makeSiteKey();
const world = buildWorld(
  {
    'example.': { denial: 'nsec', records: `_443._tcp.www ${KEY.tlsa}\n_853._tcp.www ${KEY.tlsa}\ntext TXT "hello"` },
    'unsigned.example.': { sign: 'unsigned', records: `_443._tcp.www ${KEY.tlsa}` },
  },
  { now: NOW },
);
const files = createFiles();
const anchors = files.write('anchors', world.anchors());
let server: DohServer;
let served = 0;
beforeAll(async () => {
  server = await startDohServer({
    respond: (query) => {
      served++;
      return world.respond(query);
    },
  });
});
afterAll(async () => {
  files.remove();
  await server?.close();
});

const terms = ['--anchors', anchors, '--time', String(NOW)];
const make = (...args: string[]) => danelaw(['chain', ...args, ...terms, '--resolver', server.url]);
const verify = (...args: string[]) => danelaw(['verify-chain', ...args, ...terms]);
const path = (name: string) => join(files.directory, name);

describe('danelaw chain', () => {
  it('D41 D42 writes a chain, which verify-chain finds sound without asking anybody', async () => {
    const made = await make('www.example', '-o', path('www.chain'));
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(made.stdout).toContain('secure: _443._tcp.www.example. TLSA\n');
    expect(made.stdout).toMatch(/a chain of [\d,]+ octets, sound by itself, in /);
    const before = served;
    const found = await verify(path('www.chain'));
    expect(found).toMatchObject({ status: 0, stderr: '' });
    expect(found.stdout).toContain('The chain is sound: what it says is signed all the way from the trusted keys.\n');
    expect(found.stdout).toContain('ok  The TLSA records of _443._tcp.www.example are proven genuine.\n');
    expect(served).toBe(before);
    // Never over a file.
    expect(await make('www.example', '-o', path('www.chain'))).toMatchObject({ status: 2 });
  });

  it('takes a port, a name with a type, and hexadecimal text', async () => {
    await make('www.example:853', '-o', path('port.hex'), '--hex');
    const text = readFileSync(path('port.hex'), 'utf8');
    expect(text).toMatch(/^[0-9a-f]+\n$/);
    const port = await danelaw(['verify-chain', '-', ...terms, '--json'], {
      input: [text.slice(0, 99), text.slice(99)],
    });
    expect(JSON.parse(port.stdout)).toMatchObject({ answers: [{ name: '_853._tcp.www.example.', type: 'TLSA' }] });
    const { stdout } = await make('text.example', 'TXT', '--json');
    const { chain, holds, records, security } = JSON.parse(stdout);
    expect({ holds, security }).toEqual({ holds: true, security: 'secure' });
    expect(records).toBeGreaterThan(5);
    const answer = await verify(files.write('text.hex', chain), '--json');
    expect(JSON.parse(answer.stdout)).toMatchObject({ answers: [{ type: 'TXT', data: [{ text: '"hello"' }] }] });
    expect((await make('www.example', '--hex')).stdout.replace(/\s/g, '')).toContain('045f343433045f746370');
  });

  it('D43 writes what proves absence or an unsigned zone, and says so by its status', async () => {
    expect(await make('none.example', '-o', path('none.chain'))).toMatchObject({ status: 3 });
    expect(await verify(path('none.chain'))).toMatchObject({ status: 2 });
    const told = await verify(path('none.chain'), '--host', 'none.example');
    expect(told.status).toBe(3);
    expect(told.stdout).toContain('The chain is sound, and proves that nothing is published.\n');
    expect(await verify(path('none.chain'), '--name', '_443._tcp.none.example')).toMatchObject({ status: 3 });
    expect(await make('www.unsigned.example', '-o', path('unsigned.chain'))).toMatchObject({ status: 3 });
    expect(await verify(path('unsigned.chain'), '--host', 'www.unsigned.example')).toMatchObject({ status: 3 });
    expect(await verify(path('none.chain'), '--host', 'www.other.example.org')).toMatchObject({ status: 4 });
  });

  it('writes nothing that does not hold', async () => {
    const broken = world.mutated(flippedSignature({ name: Name.parse('_443._tcp.www.example'), type: TYPE.TLSA }));
    const twisted = await startDohServer({ respond: (query) => broken.respond(query) });
    try {
      const out = path('broken.chain');
      const made = await danelaw(['chain', 'www.example', ...terms, '-o', out, '--resolver', twisted.url]);
      expect(made.status).toBe(1);
      expect(made.stdout).toContain('no chain: what was answered does not stand by itself');
      expect(existsSync(out)).toBe(false);
    } finally {
      await twisted.close();
    }
  });
});

describe('danelaw verify-chain', () => {
  const chain = async () => {
    const { stdout } = await make('www.example', '--json');
    return Uint8Array.from(Buffer.from(JSON.parse(stdout).chain, 'hex'));
  };

  it('D44 judges at the time that is given', async () => {
    const file = files.write('timed.chain', await chain());
    const at = (time: number) =>
      danelaw(['verify-chain', file, '--anchors', anchors, '--time', String(time), '--json']);
    expect(await at(NOW)).toMatchObject({ status: 0 });
    const late = await at(NOW + 365 * 86_400);
    expect(late.status).toBe(1);
    expect(JSON.parse(late.stdout)).toMatchObject({ verdict: 'bogus', reason: { code: 'signature-expired' } });
    // The clock of the process where none is given.
    expect((await danelaw(['verify-chain', file, '--anchors', anchors], { now: NOW })).status).toBe(0);
  });

  it('D48 compares a certificate, given or carrying the chain', async () => {
    const octets = await chain();
    const file = files.write('compared.chain', octets);
    const pem = (name: string, key = KEY, dnssecChain?: Uint8Array) =>
      files.write(name, toPem(selfSigned('www.example', key, NOW, dnssecChain && { dnssecChain })));
    const right = await verify(file, '--cert', pem('right.pem'));
    expect(right.status).toBe(0);
    expect(right.stdout).toContain('verified: ');
    expect(await verify(file, '--cert', pem('wrong.pem', makeSiteKey()))).toMatchObject({ status: 1 });
    const own = await verify(pem('own.pem', KEY, extensionValue(octets, 443, 48)));
    expect(own.status).toBe(0);
    expect(own.stdout).toContain('The chain is sound, and the certificate is the one it names.\n');
    expect(own.stdout).toContain('Whoever made it promises to go on sending chains for 2 days.');
    expect(await verify(pem('bare.pem'))).toMatchObject({ status: 2 });
  });

  it('D41 refuses what is no chain, and wrong usage', async () => {
    const none = await verify(files.write('none', 'hello'));
    expect(none).toMatchObject({ status: 2, stderr: '' });
    expect(none.stdout).toContain('It is not a chain of DNS records: ');
    const said = async (...args: string[]) => (await verify(...args)).stderr.split('\n')[0];
    const file = files.write('some', '00');
    expect(await said()).toBe('danelaw: FILE is missing');
    expect(await said(path('nowhere'))).toMatch(/no such file$/);
    expect(await said(file, '--host', 'a.example', '--name', 'b.example')).toBe('danelaw: --host or --name, not both');
    expect(await said(file, '--type', 'A')).toBe('danelaw: --type goes with --name');
    expect(await said(file, '--name', 'a', '--type', 'NONE')).toMatch(/^danelaw: --type NONE: no such type/);
    expect(await said(file, '--host', '[2001:db8::1]')).toMatch(/it can have no TLSA records$/);
    expect(await said(file, '--resolver', 'https://dns.example/')).toMatch(/Unknown option/);
    expect((await make('[2001:db8::1]')).stderr).toContain('it can have no TLSA records');
  });
});
