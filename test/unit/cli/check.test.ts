/** The demo world's sites by `danelaw check`, and the TLS connection it makes. */
import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXIT, type ExitStatus } from '../../../src/cli/exit-status.ts';
import { readSiteCertificate } from '../../../src/cli/tls.ts';
import type { SiteVerdict } from '../../../src/report.ts';
import { type DemoSite, type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { createFiles, danelaw } from './danelaw.ts';

const STATUS: Readonly<Record<SiteVerdict, ExitStatus>> = {
  verified: EXIT.good,
  mismatch: EXIT.bad,
  bogus: EXIT.bad,
  signed: EXIT.unprotected,
  insecure: EXIT.unprotected,
  off: EXIT.unprotected,
  indeterminate: EXIT.unknown,
  unread: EXIT.unknown,
};

const files = createFiles();
let world: DemoWorld;
let options: string[];
beforeAll(async () => {
  world = await startDemoWorld();
  options = [
    ...['--resolver', world.resolverUrl],
    ...['--anchors', files.write('anchors', world.anchorsText)],
    ...['--ca', files.write('ca.pem', world.authority.rootPem)],
  ];
});
afterAll(async () => {
  files.remove();
  await world?.close();
});

const site = (verdict: SiteVerdict): DemoSite => world.sites.find(({ expected }) => expected === verdict)!;
const check = (to: string, ...more: string[]) => danelaw(['check', to, '--connect', '127.0.0.1', ...options, ...more]);
const report = async (to: string, ...more: string[]) => JSON.parse((await check(to, ...more, '--json')).stdout);

describe('danelaw check', () => {
  it('gives every https site of the demo its verdict, and the exit status that goes with it', async () => {
    const sites = world.sites.filter(({ url }) => url.startsWith('https:'));
    expect(sites.length).toBeGreaterThanOrEqual(6);
    for (const { host, port, expected } of sites) {
      const { stdout, status } = await check(`${host}:${port}`, '--json');
      const { verdict, version } = JSON.parse(stdout);
      expect({ host, verdict, version, status }).toEqual({
        host,
        verdict: expected,
        version: 1,
        status: STATUS[expected],
      });
      const text = await check(`${host}:${port}`);
      expect(text.stdout).toMatch(new RegExp(`^${expected}: ${host}:${port}\n`));
      expect(text.status).toBe(status);
    }
  });

  it('reads the certificate only where a secure usable TLSA set needs it', async () => {
    const handshakes = (verdict: SiteVerdict) => world.connections(site(verdict).host);
    for (const verdict of ['signed', 'insecure', 'bogus', 'indeterminate', 'verified', 'mismatch'] as const) {
      const count = handshakes(verdict);
      await report(`${site(verdict).host}:${site(verdict).port}`);
      const more = verdict === 'verified' || verdict === 'mismatch' ? 1 : 0;
      // The server notices the end of a handshake a moment after the client.
      await vi.waitFor(() => expect(handshakes(verdict)).toBe(count + more));
    }
  });

  it('sees a swapped certificate', async () => {
    const { host, port } = site('verified');
    world.swap(host);
    try {
      expect((await report(`${host}:${port}`)).verdict).toBe('mismatch');
    } finally {
      world.restore(host);
    }
    expect((await report(`${host}:${port}`)).verdict).toBe('verified');
  });

  it('reports the whole chain, and what PKIX says with and without the root', async () => {
    const { host, port } = site('verified');
    const { certificate } = await report(`${host}:${port}`);
    expect(certificate).toMatchObject({ kind: 'full chain', source: 'tls', pkix: 'valid' });
    expect(certificate.chain.length).toBeGreaterThanOrEqual(2);
    const anchors = options.slice(0, 4);
    const args = ['check', `${host}:${port}`, '--connect', '127.0.0.1', '--json', ...anchors];
    const without = JSON.parse((await danelaw(args)).stdout);
    expect(without).toMatchObject({ verdict: 'verified', certificate: { pkix: 'invalid' } });
    expect(without.certificate.chain).toHaveLength(2);
  });

  it('D20 advises the publisher, in the report and in words', async () => {
    const { host, port } = site('verified');
    const { advice } = await report(`${host}:${port}`);
    expect(advice).toContainEqual({ code: 'no-spare-record' });
    const { stdout } = await check(`${host}:${port}`);
    expect(stdout).toContain('\nadvice for the publisher:\n- ');
    expect(stdout).toContain('- There is one usable record only.');
    // Nothing published, nothing to advise on.
    const unsigned = site('insecure');
    expect(await report(`${unsigned.host}:${unsigned.port}`)).not.toHaveProperty('advice');
  });

  it('says what to do where no resolver answers, and of a host without an address', async () => {
    const silent = await danelaw([
      'check',
      'verified.example',
      '--resolver',
      'http://127.0.0.1:1/',
      '--timeout',
      '1000',
    ]);
    expect(silent.stdout).toMatch(/; no resolver answered \(--resolver URL asks another one\)\n$/);
    expect(silent.status).toBe(4);
    // The world's names are in no DNS but its own.
    const { host, port } = site('verified');
    const { stdout } = await danelaw(['check', `${host}:${port}`, ...options]);
    expect(stdout).toMatch(/^unread: .*\n.*\nNo address was found for this name\.\n/);
    expect(stdout).not.toContain('no resolver answered');
  });

  it('cannot tell where nothing listens', async () => {
    const { host, port } = site('verified');
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const closed = typeof address === 'object' ? address!.port : 0;
    await new Promise((resolve) => listener.close(resolve));
    const { stdout, status } = await danelaw([
      ...['check', `${host}:${port}`, '--connect', `127.0.0.1:${closed}`, '--json'],
      ...options,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'unread',
      certificate: { kind: 'none', why: 'connection refused' },
    });
    expect(status).toBe(4);
  });

  it.each(['192.0.2.1', '[2001:db8::1]', 'localhost'])('is off for %s', async (host) => {
    const { stdout, status } = await check(host, '--json');
    expect(JSON.parse(stdout).verdict).toBe('off');
    expect(status).toBe(3);
  });

  it('checks a batch, a line a report', async () => {
    const input = world.sites
      .filter(({ url }) => url.startsWith('https:'))
      .map(({ host, port }) => `${JSON.stringify({ id: host, host, port, connect: '127.0.0.1' })}\n`);
    const { stdout, status } = await danelaw(['check', '--batch', '-', ...options], { input });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id, verdict }) => [id, verdict])).toEqual(
      world.sites.filter(({ url }) => url.startsWith('https:')).map(({ host, expected }) => [host, expected]),
    );
    expect(status).toBe(1);
  });
});

describe('the TLS connection', () => {
  it('ends in time at a server that accepts and says nothing, or drips', async () => {
    const silent = await listen(createServer());
    const dripping = await listen(
      createServer((socket) => {
        const timer = setInterval(() => socket.write(Uint8Array.of(22)), 20);
        socket.on('close', () => clearInterval(timer)).on('error', () => {});
      }),
    );
    for (const { port, close } of [silent, dripping]) {
      const started = performance.now();
      const to = { host: 'www.example.com', port, connect: { address: '127.0.0.1', port } };
      const evidence = await readSiteCertificate(to, { roots: undefined, timeoutMs: 200, now: 1 });
      expect(evidence).toEqual({ kind: 'none', why: 'handshake failed' });
      // Without a limit it never ends; the rest is room for a busy machine.
      expect(performance.now() - started).toBeLessThan(10_000);
      await close();
    }
  });

  it('sends the name of the host', async () => {
    const { host, port } = site('verified');
    const seen: Buffer[] = [];
    const relay = await listen(
      createServer((client) => {
        const upstream = connect(port, '127.0.0.1');
        client.on('data', (octets) => seen.push(octets));
        client.on('error', () => upstream.destroy());
        upstream.on('error', () => client.destroy());
        client.pipe(upstream).pipe(client);
      }),
    );
    const to = { host, port, connect: { address: '127.0.0.1', port: relay.port } };
    const evidence = await readSiteCertificate(to, { roots: [world.authority.rootPem], timeoutMs: 3000, now: 7 });
    expect(evidence).toMatchObject({ kind: 'full chain', source: 'tls', pkix: 'valid', obtainedAt: 7 });
    expect(Buffer.concat(seen).includes(host)).toBe(true);
    await relay.close();
  });
});

async function listen(server: Server): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' ? address!.port : 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
