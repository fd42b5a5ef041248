/** How issuers are fetched, from a real server: sizes, redirects, silence, and what the person has switched off. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test, vi } from 'vitest';
import { MAX_CERTIFICATE_OCTETS } from '../../../src/dane/limits.ts';
import { createIssuerFetch } from '../../../src/extension/certificates/issuers.ts';
import { createEngine } from '../../../src/extension/engine.ts';
import { DEFAULT_SETTINGS, readSettings, type Settings } from '../../../src/extension/settings.ts';

vi.spyOn(console, 'info').mockImplementation(() => {});

const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/issuer.crt`;
}

const fetchIssuer = createIssuerFetch(fetch, 400);

test('D32 the octets as they are', async () => {
  const url = await serve((_request, response) => response.end(Uint8Array.of(1, 2, 3)));
  expect(await fetchIssuer(url)).toEqual(Uint8Array.of(1, 2, 3));
});

test('D32 without credentials, referrer or redirects', async () => {
  const seen: RequestInit[] = [];
  const spy = createIssuerFetch(async (_url, init) => {
    seen.push(init ?? {});
    return new Response(Uint8Array.of(1));
  });
  await spy('http://ca.example.com/');
  expect(seen).toMatchObject([{ credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' }]);
});

test('D32 a redirect is not followed, wherever it leads', async () => {
  let reached = 0;
  const target = await serve((_request, response) => {
    reached++;
    response.end('secret');
  });
  const url = await serve((_request, response) => response.writeHead(302, { location: target }).end());
  expect(await fetchIssuer(url)).toBeUndefined();
  expect(reached).toBe(0);
});

test('D32 as large as a certificate may be, and not an octet more; no error pages', async () => {
  const sized = (octets: number) => serve((_request, response) => response.end(new Uint8Array(octets)));
  expect((await fetchIssuer(await sized(MAX_CERTIFICATE_OCTETS)))?.length).toBe(MAX_CERTIFICATE_OCTETS);
  expect(await fetchIssuer(await sized(MAX_CERTIFICATE_OCTETS + 1))).toBeUndefined();
  const endless = await serve((_request, response) => {
    const timer = setInterval(() => response.write(new Uint8Array(32_768)), 5);
    response.on('close', () => clearInterval(timer));
  });
  expect(await fetchIssuer(endless)).toBeUndefined();
  const missing = await serve((_request, response) => response.writeHead(404).end('none'));
  expect(await fetchIssuer(missing)).toBeUndefined();
});

test('D32 silence, and an octet now and then, end in time', async () => {
  const silent = await serve(() => {});
  const dripping = await serve((_request, response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  for (const url of [silent, dripping, 'http://127.0.0.1:1/']) {
    const started = performance.now();
    expect(await fetchIssuer(url)).toBeUndefined();
    // Without a limit it never ends; the rest is room for a busy machine.
    expect(performance.now() - started).toBeLessThan(10_000);
  }
});

test('D32 off where the person says so, and while nobody may be asked', () => {
  const sound: Settings = { ...DEFAULT_SETTINGS, resolverUrl: 'https://dns.example/dns-query', consent: true };
  const fetches = (settings: Settings) => 'fetchIssuer' in createEngine(settings, { fetch, now: () => 1 });
  expect(fetches(sound)).toBe(true);
  expect(fetches({ ...sound, fetchIssuers: true })).toBe(true);
  expect(fetches({ ...sound, fetchIssuers: false })).toBe(false);
  expect(fetches(DEFAULT_SETTINGS)).toBe(false);
  expect(readSettings({ ...sound, fetchIssuers: false })).toEqual({
    settings: { ...sound, fetchIssuers: false },
    faults: [],
  });
  expect(readSettings({ ...sound, fetchIssuers: 'no' })).toEqual({ settings: sound, faults: ['fetchIssuers'] });
});
