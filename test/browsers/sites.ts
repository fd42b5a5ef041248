/**
 * A small world of three hosts for going about in: pages that the back/forward cache may keep, a redirect from one
 * host to another, and a server that counts what reaches it.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { createAuthority } from '../world/authority.ts';
import { type DohExchange, type Fault, startDohServer } from '../world/doh-server.ts';
import { buildWorld } from '../world/world.ts';

export const HOSTS = {
  verified: 'right.example',
  mismatch: 'wrong.example',
  signed: 'silent.example',
} as const;

/**
 * Two hosts with one certificate, which one HTTP/2 connection may serve; only the first publishes its key. They are of
 * one site, since browsers share no connection between sites.
 */
export const SHARED_HOSTS = { verified: 'one.shared.example', mismatch: 'two.shared.example' } as const;

export const SLOW_MS = 1500;
const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** Pages that come otherwise than by a connection of their own, or are no page at all. */
const ODD_PAGES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/cached': (response) => {
    response.writeHead(200, { ...HTML, 'cache-control': 'max-age=600' }).end(pageOf('cached'));
  },
  '/download': (response) => {
    response.writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment' }).end('PK');
  },
  '/empty': (response) => {
    response.writeHead(204).end();
  },
  '/document.pdf': (response) => {
    response.writeHead(200, { 'content-type': 'application/pdf' }).end(PDF);
  },
  '/worker.js': (response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(WORKER);
  },
};

const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
`;

/** Answers one page by itself, without a connection. */
const WORKER = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (!event.request.url.endsWith('/from-worker')) return;
  event.respondWith(new Response('<title>from worker</title>', { headers: { 'content-type': 'text/html' } }));
});`;

export interface Sites {
  readonly resolverUrl: string;
  /** The same, where each question meets that fault. */
  readonly faultUrl: (fault: Fault) => string;
  readonly anchorsText: string;
  readonly authorityPem: string;
  readonly hosts: readonly string[];
  /** `kind` is the verdict its pages must get. Paths: any page; `/to?URL` redirects there; `/slow` takes its time; `ODD_PAGES`. */
  readonly url: (kind: keyof typeof HOSTS, path?: string) => string;
  /** What reached the resolver. */
  readonly asked: readonly DohExchange[];
  /** Requests that reached the web server, as `HOST PATH`. */
  readonly requests: readonly string[];
  /** Hosts of the requests for headers alone, which the debugger makes. */
  readonly heads: readonly string[];
  /** Over HTTP/2; see `SHARED_HOSTS`. */
  readonly sharedUrl: (kind: keyof typeof SHARED_HOSTS) => string;
  /** HTTP/2 connections that served both of them. */
  readonly sharedConnections: () => number;
  /** While they are held, requests for headers alone are not answered. */
  readonly holdHeads: (hold: boolean) => void;
  /** From now on, connections to that host show a certificate with another key, or the first one again. */
  readonly swap: (kind: keyof typeof HOSTS, other: boolean) => void;
  readonly close: () => Promise<void>;
}

export async function startSites(): Promise<Sites> {
  const now = Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now });
  const hosts = Object.values(HOSTS);
  const leaves = new Map(hosts.map((host) => [host as string, authority.issue({ hosts: [host] })]));
  const requests: string[] = [];
  const heads: string[] = [];
  const held: ServerResponse[] = [];
  const swapped = new Set<string>();
  let holding = false;
  const server = https.createServer(
    {
      SNICallback: (name, done) => {
        const leaf = swapped.has(name) ? authority.issue({ hosts: [name] }) : leaves.get(name);
        if (leaf === undefined) done(new Error(`no host ${name}`));
        else done(null, createSecureContext({ cert: leaf.certPem, key: leaf.keyPem }));
      },
    },
    (request, response) => {
      const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
      requests.push(`${url.hostname} ${url.pathname}`);
      if (request.method === 'HEAD') heads.push(url.hostname);
      if (request.method === 'HEAD' && holding) {
        held.push(response);
        return;
      }
      if (url.pathname === '/to') {
        response.writeHead(302, { location: decodeURIComponent(url.search.slice(1)) }).end();
        return;
      }
      const odd = ODD_PAGES[url.pathname];
      if (odd !== undefined && request.method !== 'HEAD') {
        odd(response);
        return;
      }
      if (url.pathname === '/prerender') {
        response.writeHead(200, HTML).end(prerendering(decodeURIComponent(url.search.slice(1))));
        return;
      }
      if (url.pathname === '/slow') {
        setTimeout(() => response.writeHead(200, HTML).end(pageOf(url.hostname + url.pathname)), SLOW_MS);
        return;
      }
      // Nothing here forbids keeping the page: no Cache-Control, no unload handler.
      response.writeHead(200, HTML);
      response.end(request.method === 'HEAD' ? undefined : pageOf(url.hostname + url.pathname));
    },
  );
  const sharedLeaf = authority.issue({ hosts: Object.values(SHARED_HOSTS) });
  const shared = http2.createSecureServer({ cert: sharedLeaf.certPem, key: sharedLeaf.keyPem });
  const servedBy = new Map<unknown, Set<string>>();
  shared.on('request', (request, response) => {
    const served = servedBy.get(request.stream.session) ?? new Set();
    servedBy.set(request.stream.session, served.add(request.authority));
    response.writeHead(200, HTML);
    response.end(request.method === 'HEAD' ? '' : pageOf(request.authority));
  });
  shared.on('session', (session) => {
    // RFC 8336: what else this connection may serve, so that no address need be looked up for it.
    session.origin(...Object.values(SHARED_HOSTS).map((host) => `https://${host}:${sharedPort}`));
  });
  const sockets = new Set<Socket>();
  const servers: readonly Pick<Server, 'on' | 'listen'>[] = [server, shared];
  for (const one of servers) {
    one.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  }
  const { port } = server.address() as AddressInfo;
  const { port: sharedPort } = shared.address() as AddressInfo;

  const keyOf = (host: string) => createHash('sha256').update(leaves.get(host)!.publicKeyInfo).digest('hex');
  const world = buildWorld(
    {
      '.': { sign: 13 },
      'example.': {
        sign: 13,
        records: `
          right  A 127.0.0.1
          wrong  A 127.0.0.1
          silent A 127.0.0.1
          one.shared A 127.0.0.1
          two.shared A 127.0.0.1
          _${sharedPort}._tcp.one.shared TLSA 3 1 1 ${createHash('sha256').update(sharedLeaf.publicKeyInfo).digest('hex')}
          _${sharedPort}._tcp.two.shared TLSA 3 1 1 ${keyOf(HOSTS.verified)}
          _${port}._tcp.right TLSA 3 1 1 ${keyOf(HOSTS.verified)}
          _${port}._tcp.wrong TLSA 3 1 1 ${keyOf(HOSTS.verified)}
        `,
      },
    },
    { now },
  );
  const resolver = await startDohServer({ respond: (query) => world.respond(query) });
  return {
    resolverUrl: resolver.url,
    faultUrl: resolver.faultUrl,
    asked: resolver.log,
    anchorsText: world.anchors(),
    authorityPem: authority.rootPem,
    hosts: [...hosts, ...Object.values(SHARED_HOSTS)],
    sharedUrl: (kind) => `https://${SHARED_HOSTS[kind]}:${sharedPort}/`,
    sharedConnections: () => [...servedBy.values()].filter(({ size }) => size > 1).length,
    url: (kind, path = '/') => `https://${HOSTS[kind]}:${port}${path}`,
    requests,
    heads,
    holdHeads: (hold) => {
      holding = hold;
      if (!hold) for (const response of held.splice(0)) response.end();
    },
    swap: (kind, other) => {
      if (other) swapped.add(HOSTS[kind]);
      else swapped.delete(HOSTS[kind]);
      // The certificate shows with the next connection, unless an old session is resumed.
      server.setTicketKeys(randomBytes(48));
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      server.close();
      shared.close();
      for (const socket of sockets) socket.destroy();
      await resolver.close();
    },
  };
}

/** A page that has another one made ready behind the scenes (speculation rules); `#go` leads there. */
function prerendering(url: string): string {
  const rules = JSON.stringify({ prerender: [{ source: 'list', urls: [url], eagerness: 'immediate' }] });
  return `<!doctype html>
<title>prerendering</title>
<link rel="icon" href="data:,">
<script type="speculationrules">${rules}</script>
<a id="go" href="${url}">go</a>
`;
}

/** Tells by its title whether it was shown anew or taken from the back/forward cache. */
function pageOf(place: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>${place}</title>
<link rel="icon" href="data:,">
<h1>${place}</h1>
<script>
  window.addEventListener('pageshow', (event) => { document.title = event.persisted ? 'kept' : 'fresh'; });
</script>
`;
}
