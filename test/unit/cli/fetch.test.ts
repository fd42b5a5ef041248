import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpClient } from '../../../src/cli/fetch.ts';
import { createDoh } from '../../../src/doh/doh.ts';
import { type Protocol, startFaultServer } from '../doh/fault-server.ts';
import { QUESTION } from '../doh/messages.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

async function start(protocol: Protocol, trusted = true) {
  const server = await startFaultServer(protocol);
  const client = createHttpClient(server.ca !== '' && trusted ? { ca: [server.ca] } : {});
  cleanUp.push(client.close, server.close);
  const ask = createDoh({ url: server.url('/sound'), fetch: client.fetch });
  return { server, client, ask };
}

describe('the fetch of the command line', () => {
  it.each(['HTTP/2', 'HTTP/2 over TLS'] as const)('asks all at once over one connection by %s', async (protocol) => {
    const { server, ask } = await start(protocol);
    const replies = await Promise.all(Array.from({ length: 40 }, () => ask(QUESTION)));
    expect(replies.every((reply) => reply.ok)).toBe(true);
    expect(server.requests).toHaveLength(40);
    expect(server.connections()).toBe(1);
  });

  it('connects again when the server has closed the connection', async () => {
    const { server, client, ask } = await start('HTTP/2 over TLS');
    expect((await ask(QUESTION)).ok).toBe(true);
    const underWay = createDoh({ url: server.url('/hang'), fetch: client.fetch })(QUESTION);
    await vi.waitFor(() => expect(server.requests).toHaveLength(2));
    server.dropConnections();
    // It is tried once more, and once only.
    await vi.waitFor(() => expect(server.requests).toHaveLength(3));
    server.dropConnections();
    expect(await underWay).toMatchObject({ ok: false, failure: { code: 'unreachable' } });
    expect((await ask(QUESTION)).ok).toBe(true);
    expect(server.connections()).toBe(3);
  });

  it('connects no more once it is closed, not for a further try either', async () => {
    const { server, client } = await start('HTTP/2');
    const underWay = createDoh({ url: server.url('/500'), fetch: client.fetch })(QUESTION);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.close();
    expect(await underWay).toMatchObject({ ok: false, failure: { code: 'unreachable' } });
    expect(server.requests).toHaveLength(1);
    expect(server.connections()).toBe(1);
  });

  it('H1 refuses a certificate it has no root for', async () => {
    const { server, ask } = await start('HTTP/2 over TLS', false);
    const reply = await ask(QUESTION);
    expect(reply).toMatchObject({ ok: false, failure: { code: 'unreachable' } });
    expect(!reply.ok && 'detail' in reply.failure && reply.failure.detail).toMatch(/self-signed/);
    expect(server.requests).toEqual([]);
  });

  it('says who does not listen', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const address = probe.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise((resolve) => probe.close(resolve));
    const client = createHttpClient();
    cleanUp.push(client.close);
    for (const scheme of ['http', 'https']) {
      const ask = createDoh({ url: `${scheme}://127.0.0.1:${port}/`, fetch: client.fetch });
      const reply = await ask(QUESTION);
      expect(!reply.ok && 'detail' in reply.failure && reply.failure.detail).toMatch(/ECONNREFUSED/);
    }
  });

  it('H2 sends what it is given and nothing that marks the user', async () => {
    const seen: Record<string, unknown>[] = [];
    const http = await import('node:http');
    const server = http.createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = createHttpClient();
    cleanUp.push(
      client.close,
      () => server.closeAllConnections(),
      () => new Promise((done) => server.close(done)),
    );
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await createDoh({ url: `http://127.0.0.1:${port}/q`, fetch: client.fetch })(QUESTION);
    expect(Object.keys(seen[0]!).sort()).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host']);
  });
});
