import http2 from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/codes.ts';
import { decodeMessage, encodeQuery } from '../../../src/dns/message.ts';
import { createAuthority } from '../../world/authority.ts';
import { type DohServer, FAULTS, type Fault, startDohServer } from '../../world/doh-server.ts';
import { buildWorld } from '../../world/world.ts';
import { NOW, question, records } from './reading.ts';

const world = buildWorld({ 'example.': { records: 'www 60 A 192.0.2.1' } }, { now: NOW });
const query = encodeQuery(question('www.example. A'));
const respond = (octets: Uint8Array) => world.respond(octets);
const post = { method: 'POST', headers: { 'content-type': 'application/dns-message' }, body: Buffer.from(query) };

async function answerOf(response: Response): Promise<string[]> {
  const decoded = decodeMessage(new Uint8Array(await response.arrayBuffer()));
  if (!decoded.ok) throw new Error(decoded.fault);
  return records(decoded.message.answer);
}

describe('over plain HTTP', () => {
  let server: DohServer;
  beforeAll(async () => {
    server = await startDohServer({ respond });
  });
  afterAll(() => server.close());

  it('answers POST and GET alike (RFC 8484 section 4.1)', async () => {
    const get = await fetch(`${server.url}?dns=${Buffer.from(query).toString('base64url')}`);
    const posted = await fetch(server.url, post);
    for (const response of [get, posted]) {
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/dns-message');
      // RFC 8484 section 5.1: as long as the smallest TTL.
      expect(response.headers.get('cache-control')).toBe('max-age=60');
    }
    expect(await answerOf(get)).toEqual(['www.example. A 192.0.2.1']);
    expect(await answerOf(posted)).toEqual(['www.example. A 192.0.2.1']);
  });

  it.each([
    ['GET without a message', 400, '/dns-query', {}],
    ['GET with padding', 400, '/dns-query?dns=AAAA==', {}],
    ['octets that are no message', 400, '/dns-query?dns=AAAA', {}],
    ['another path', 404, '/', {}],
    ['another method', 405, '/dns-query', { method: 'PUT', body: 'x' }],
    ['another content type', 415, '/dns-query', { ...post, headers: { 'content-type': 'text/plain' } }],
    ['too many octets', 413, '/dns-query', { ...post, body: Buffer.alloc(70_000) }],
  ])('refuses %s: %i', async (_, status, path, init) => {
    const response = await fetch(new URL(path, server.url), init);
    expect(response.status).toBe(status);
    await response.text();
  });

  it('logs each question with when and how it came', async () => {
    const before = server.log.length;
    await (await fetch(server.url, post)).arrayBuffer();
    expect(server.log.length).toBe(before + 1);
    const { askedAt, answeredAt, ...logged } = server.log.at(-1)!;
    expect(logged).toMatchObject({
      name: 'www.example.',
      type: 1,
      method: 'POST',
      httpVersion: '1.1',
      path: '/dns-query',
      queryOctets: 128,
      dnssecOk: true,
      checkingDisabled: true,
    });
    expect(answeredAt!).toBeGreaterThanOrEqual(askedAt);
  });
});

it('holds each answer back, side by side', async () => {
  const server = await startDohServer({ respond, delayMs: 400 });
  await Promise.all([1, 2, 3, 4].map(async () => (await fetch(server.url, post)).arrayBuffer()));
  await server.close();
  // The last question came while the first answer was still held back.
  const lastAsked = Math.max(...server.log.map(({ askedAt }) => askedAt));
  const firstAnswered = Math.min(...server.log.map(({ answeredAt }) => answeredAt!));
  expect(server.log).toHaveLength(4);
  expect(lastAsked).toBeLessThan(firstAnswered);
  // Timers may come a moment early.
  expect(firstAnswered - server.log[0]!.askedAt).toBeGreaterThan(395);
});

describe('over TLS', () => {
  const authority = createAuthority({ now: Math.floor(Date.now() / 1000) });
  const { certPem, keyPem } = authority.issue({ hosts: ['localhost'], addresses: ['127.0.0.1'] });

  it('speaks HTTP/2, many questions on one connection, and ends while one is open', async () => {
    const server = await startDohServer({
      respond,
      tls: { cert: certPem, key: keyPem },
      fault: ({ type }) => (type === 28 ? 'hang' : undefined),
    });
    const client = http2.connect(server.url, { ca: authority.rootPem });
    client.on('error', () => {});
    const lost = new Promise((resolve) => client.once('close', resolve));
    const send = (text: string) => {
      const stream = client.request({
        ':method': 'POST',
        ':path': '/dns-query',
        'content-type': 'application/dns-message',
      });
      stream.end(encodeQuery(question(text)));
      return stream;
    };
    const hanging = send('www.example. AAAA');
    hanging.on('error', () => {});
    const read = async (text: string) => {
      const chunks: Buffer[] = [];
      for await (const chunk of send(text)) chunks.push(chunk as Buffer);
      const decoded = decodeMessage(Uint8Array.from(Buffer.concat(chunks)));
      return decoded.ok ? decoded.message.rcode : decoded.fault;
    };
    expect(await Promise.all(['www.example. A', 'nothing.example. A'].map(read))).toEqual([
      RCODE.NOERROR,
      RCODE.NXDOMAIN,
    ]);
    expect(new Set(server.log.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['2.0']));
    await server.close();
    await lost;
    expect(server.log.find(({ type }) => type === 28)!.answeredAt).toBeUndefined();
  });

  it('speaks HTTP/1.1 with those who know nothing else', async () => {
    const server = await startDohServer({ respond, tls: { cert: certPem, key: keyPem } });
    const https = await import('node:https');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = https.request(
        server.url,
        { method: 'POST', headers: post.headers, ca: authority.rootPem, agent: false },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        },
      );
      request.on('error', reject);
      request.end(query);
    });
    expect([status, server.log[0]!.httpVersion]).toEqual([200, '1.1']);
    await server.close();
  });
});

describe('faults', () => {
  let server: DohServer;
  beforeAll(async () => {
    server = await startDohServer({ respond });
  });
  afterAll(() => server.close());

  /** What a client of each fault sees. */
  const SEEN: Record<Fault, (response: Response, body: Uint8Array) => void> = {
    'status-500': (response) => expect(response.status).toBe(500),
    'status-429': (response) => expect(response.status).toBe(429),
    html: (response, body) => {
      expect(response.headers.get('content-type')).toBe('text/html');
      expect(Buffer.from(body).toString()).toMatch(/^<!doctype html>/);
    },
    'content-type': (response, body) => {
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(decodeMessage(body).ok).toBe(true);
    },
    redirect: (response) => expect([response.status, response.headers.get('location')]).toEqual([302, '/dns-query']),
    empty: (response, body) => expect([response.status, body.length]).toEqual([200, 0]),
    closed: () => expect.unreachable('no response was to come'),
    zeros: (_, body) => {
      expect(body.length).toBe(1_000_000);
      expect(body.every((octet) => octet === 0)).toBe(true);
    },
    'cut-short': (_, body) => expect(decodeMessage(body)).toMatchObject({ ok: false, fault: 'cut short' }),
    truncated: (_, body) => expect(decodeMessage(body)).toMatchObject({ message: { truncated: true, response: true } }),
    'other-question': (_, body) => {
      const decoded = decodeMessage(body);
      expect(decoded.ok && decoded.message.question[0]!.name.toString()).toBe('another.example.');
    },
    echo: (_, body) => expect(body).toEqual(query),
    hang: () => expect.unreachable('no response was to come'),
    servfail: (_, body) => expect(decodeMessage(body)).toMatchObject({ message: { rcode: RCODE.SERVFAIL } }),
  };

  it.each(FAULTS)('%s', async (fault) => {
    const signal = AbortSignal.timeout(fault === 'hang' ? 300 : 10_000);
    const visit = async () => {
      const response = await fetch(server.faultUrl(fault), { ...post, redirect: 'manual', signal });
      SEEN[fault](response, new Uint8Array(await response.arrayBuffer()));
    };
    if (fault === 'hang') await expect(visit()).rejects.toThrow(/timeout/);
    else if (fault === 'closed') await expect(visit()).rejects.toThrow(/fetch failed/);
    else await visit();
    expect(server.log.at(-1)!.fault).toBe(fault);
  });
});
