/** `danelaw srv` and `danelaw xmpp` on the world of services, with servers that begin in the clear and that do not. */
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statusOfService } from '../../../src/cli/exit-status.ts';
import { type ClearServerKind, startClearServer } from '../../world/clear-server.ts';
import { listen } from '../../world/listening.ts';
import { SERVICE_CASES, serviceMutations, serviceZones } from '../../world/service-cases.ts';
import { buildWorld, type WorldDescription } from '../../world/world.ts';
import { danelaw } from './danelaw.ts';
import { certificates, type Served, serve, sha256 } from './services.ts';

const { authority, leaf, stranger } = certificates(['xmpp.chat.example']);
const keys = { key: sha256(leaf.publicKeyInfo), otherKey: sha256(stranger.publicKeyInfo) };
const now = Math.floor(Date.now() / 1000);

let served: Served;
beforeAll(async () => {
  served = await serve(
    buildWorld(serviceZones({ port: 5222, ...keys }), { now }).mutated(...serviceMutations(5222)),
    authority,
  );
});
afterAll(() => served?.close());

const run = (...args: string[]) => danelaw([...args, ...served.options]);

describe('danelaw srv', () => {
  const cases = SERVICE_CASES.filter(({ verdict }) => verdict !== 'off');
  it.each(cases)('A10 tells the outcomes apart: $name', async ({ name, verdict, reason }) => {
    const { stdout, status, stderr } = await run('srv', name, '--json');
    const report = JSON.parse(stdout);
    expect([report.verdict, report.reason.code, status, stderr]).toEqual([
      verdict,
      reason,
      statusOfService(verdict),
      '',
    ]);
    expect((await run('srv', name)).stdout.split('\n', 1)).toEqual([`${verdict}: ${name}`]);
  });

  it('takes a batch', async () => {
    const input = cases.map(({ name }) => `${JSON.stringify({ id: name, name })}\n`);
    const { stdout, status } = await danelaw(['srv', '--batch', '-', ...served.options], { input });
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reports.map(({ id, verdict }) => [id, verdict])).toEqual(cases.map(({ name, verdict }) => [name, verdict]));
    expect(status).toBe(1);
  });

  const wrong: readonly [string, string, RegExp][] = [
    ['srv', '', /NAME is empty/],
    ['srv', 'chat.example', /a name like _imap\._tcp\.example\.com is wanted/],
    ['srv', '_imap._tls.chat.example', /a name like/],
    ['srv', `_imap._tcp.${'abcdefghi.'.repeat(30)}example`, /name too long/],
    ['srv', '_imap._tcp.a@b.example', /not an address/],
    ['xmpp', '', /DOMAIN is empty/],
    ['xmpp', 'juliet@chat.example', /a domain is wanted, not an address: chat\.example/],
    ['xmpp', 'a..b', /empty label/],
  ];
  it.each(wrong)('%s %j is told what is wrong', async (command, text, sentence) => {
    const { status, stdout, stderr } = await run(command, text);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
  });
});

describe('danelaw xmpp', () => {
  it('A13 shows the four services, one after the other', async () => {
    const { stdout, status } = await run('xmpp', 'chat.example', '--json');
    const { services, verdict } = JSON.parse(stdout);
    expect(services.map(({ service }: { service: string }) => service)).toEqual([
      ...['xmpp-client', 'xmpps-client', 'xmpp-server', 'xmpps-server'],
    ]);
    expect([verdict, status]).toEqual(['partial', 3]);
    const text = (await run('xmpp', 'chat.example')).stdout;
    expect(text.match(/^\w+: _xmpps?-(client|server)\._tcp\.chat\.example$/gm)).toHaveLength(4);
    expect((await run('xmpp', '💬.example')).status).toBe(3);
  });
});

describe('connections', () => {
  /** A world in which one service is at a port, and what a check of it with connections says. */
  async function connected(service: string, port: number) {
    const zones: WorldDescription = {
      'chat.example.': {
        records: `
          _${service}._tcp SRV 0 0 ${port} xmpp
          xmpp A 127.0.0.1
          _${port}._tcp.xmpp TLSA 3 1 1 ${keys.key}
        `,
      },
    };
    const there = await serve(buildWorld(zones, { now }), authority);
    const name = `_${service}._tcp.chat.example`;
    try {
      return JSON.parse((await danelaw(['srv', name, '--connect', '--json', ...there.options])).stdout);
    } finally {
      await there.close();
    }
  }

  const clear: readonly [string, ClearServerKind, RegExp, string][] = [
    ['xmpp-client', 'xmpp', /to='chat\.example' xmlns='jabber:client'/, 'chat.example'],
    ['xmpp-server', 'xmpp', /to='chat\.example' xmlns='jabber:server'/, 'chat.example'],
    ['submission', 'smtp', /^EHLO \[127\.0\.0\.1\]\r\n$/, 'xmpp.chat.example'],
    ['imap', 'imap', /^a1 STARTTLS\r\n$/, 'xmpp.chat.example'],
    ['pop3', 'pop3', /^STLS\r\n$/, 'xmpp.chat.example'],
  ];
  it.each(clear)('A13 for %s begin in the clear and turn to TLS', async (service, kind, first, serverName) => {
    const server = await startClearServer(kind, leaf);
    expect(await connected(service, server.port)).toMatchObject({ verdict: 'verified' });
    expect(server.heard[0]).toMatch(first);
    expect(server.serverNames).toEqual([serverName]);
    await server.close();
    for (const fault of ['refuses', 'no tls'] as const) {
      const bad = await startClearServer(kind, leaf, fault);
      const { verdict, peers } = await connected(service, bad.port);
      const [{ reason, result }] = peers[0].connections;
      expect([verdict, result, reason.fault]).toEqual(
        fault === 'refuses'
          ? ['unread', 'unreached', 'greeting refused']
          : ['mismatch', 'refused', 'starttls not offered'],
      );
      await bad.close();
    }
  });

  it('A13 for xmpps-client are TLS at once, with its protocol named', async () => {
    const offered: string[] = [];
    const tls = createServer({
      cert: leaf.certPem,
      key: leaf.keyPem,
      ALPNCallback: ({ protocols }) => {
        offered.push(...protocols);
        return protocols[0];
      },
    });
    tls.on('secureConnection', (socket) => socket.on('error', () => {}).resume());
    const { port, close } = await listen(tls);
    expect(await connected('xmpps-client', port)).toMatchObject({ verdict: 'verified' });
    expect(offered).toEqual(['xmpp-client']);
    await close();
  });

  it('are not made where nobody knows how TLS begins', async () => {
    const { verdict, peers } = await connected('mystery', 1);
    expect(verdict).toBe('unread');
    expect(peers[0].connections[0].reason).toEqual({ code: 'fault', fault: 'protocol unknown' });
  });
});
