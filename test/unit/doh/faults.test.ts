/** Real servers on loopback that misbehave, through Node's own fetch and through that of the command line. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../src/cli/fetch.ts';
import type { TransportFailure } from '../../../src/dns/ask.ts';
import { createDoh } from '../../../src/doh/doh.ts';
import { type FaultServer, type Protocol, startFaultServer } from './fault-server.ts';
import { QUESTION } from './messages.ts';

type Expected = Partial<TransportFailure> & { code: TransportFailure['code'] };

const EXPECTED: Record<string, Expected> = {
  '/500': { code: 'http-status', status: 500 },
  '/500-with-message': { code: 'http-status', status: 500 },
  '/html': { code: 'content-type', contentType: 'text/html' },
  '/html-as-message': { code: 'malformed' },
  '/json': { code: 'content-type', contentType: 'application/dns-json' },
  '/empty': { code: 'empty' },
  '/nothing': { code: 'empty' },
  '/zeros': { code: 'too-large', limitOctets: 65_535 },
  '/zeros-in-pieces': { code: 'too-large', limitOctets: 65_535 },
  '/cut-short': { code: 'malformed', fault: 'cut short' },
  '/truncated': { code: 'truncated' },
  '/other-question': { code: 'wrong-question', answered: 'evil.example.net. A' },
  '/query-back': { code: 'not-a-response' },
  '/pointer-to-itself': { code: 'malformed', fault: 'pointer not backwards' },
  '/pointers-in-a-ring': { code: 'malformed', fault: 'pointer not backwards' },
  '/redirect': { code: 'redirected' },
  '/hang': { code: 'timeout', limitMs: 300 },
  '/hang-in-body': { code: 'timeout', limitMs: 300 },
  '/drip': { code: 'timeout', limitMs: 300 },
  '/reset': { code: 'unreachable' },
};

const WAYS: readonly { protocol: Protocol; by: 'Node' | 'danelaw' }[] = [
  { protocol: 'HTTP/1.1', by: 'Node' },
  { protocol: 'HTTP/1.1', by: 'danelaw' },
  { protocol: 'HTTP/2', by: 'danelaw' },
  { protocol: 'HTTP/1.1 over TLS', by: 'danelaw' },
  { protocol: 'HTTP/2 over TLS', by: 'danelaw' },
];

describe.each(WAYS)("a resolver's faults by $protocol, fetched by $by", ({ protocol, by }) => {
  let server: FaultServer;
  let client: HttpClient;
  beforeAll(async () => {
    server = await startFaultServer(protocol);
    client = createHttpClient(server.ca === '' ? {} : { ca: [server.ca] });
  });
  afterAll(async () => {
    client.close();
    await server.close();
  });
  const ask = (path: string, method: 'GET' | 'POST') =>
    createDoh({
      url: server.url(path),
      fetch: by === 'Node' ? globalThis.fetch : client.fetch,
      timeoutMs: path === '/sound' ? 5000 : 300,
      method,
    })(QUESTION);

  it.each(['GET', 'POST'] as const)('H1 takes a sound answer by %s', async (method) => {
    const reply = await ask('/sound', method);
    expect(reply).toMatchObject({ ok: true, message: { answer: [{ ttl: 300 }] } });
    const version = protocol.startsWith('HTTP/2') ? '2.0' : '1.1';
    expect(server.requests.at(-1)).toBe(`${method} /sound HTTP/${version}`);
  });

  it.each(Object.entries(EXPECTED))('%s ends in a reason of its own, in time', async (path, expected) => {
    const started = performance.now();
    const reply = await ask(path, 'POST');
    expect(reply).toMatchObject({ ok: false, failure: { ...expected, resolver: server.url(path) } });
    // Without a limit it never ends; the rest is room for a busy machine.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('answers soundly again after all of that', async () => {
    expect((await ask('/sound', 'POST')).ok).toBe(true);
  });
});
