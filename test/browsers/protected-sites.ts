/**
 * Sites to be protected from: a page with a script and an image of its own on each host, and a server that notes each
 * request, so that a test can say what ran and what did not. Under its other address the resolver is slow.
 */
import { createHash, randomBytes } from 'node:crypto';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { resolverFails } from '../world/answer-mutations.ts';
import { createAuthority } from '../world/authority.ts';
import { flippedSignature } from '../world/data-mutations.ts';
import { startDohServer } from '../world/doh-server.ts';
import { listen } from '../world/listening.ts';
import { buildWorld } from '../world/world.ts';

/** The keys are the verdicts; stock Chromium shows no certificate of hosts that pages bring in. */
export const PROTECTED = {
  verified: 'right.example',
  mismatch: 'wrong.example',
  bogus: 'broken.example',
  signed: 'silent.example',
  insecure: 'www.open.example',
  indeterminate: 'unreachable.example',
} as const;

export type Kind = keyof typeof PROTECTED;

export const KINDS = Object.keys(PROTECTED) as Kind[];

/** What stands on each page, and nowhere else. */
export const SECRET = 'You should not be reading this.';

export const SLOW_DNS_MS = 1500;

export interface ProtectedSites {
  readonly resolverUrl: string;
  readonly slowResolverUrl: string;
  readonly anchorsText: string;
  readonly authorityPem: string;
  readonly hosts: readonly string[];
  /**
   * Paths: any page; `/to?URL` redirects there; `/uses?HOST` has a script, an image and a frame of that host;
   * `/form?URL` sends a form there; `/download` is a file; `/worker` is a page whose service worker answers `/from-worker`.
   */
  readonly url: (kind: Kind, path?: string) => string;
  /** As `METHOD HOST PATH`. */
  readonly requests: readonly string[];
  /** Requests with that path prefix at that host. */
  readonly requested: (kind: Kind, path: string) => number;
  /** From now on that host shows a new certificate each time this is called. */
  readonly swap: (kind: Kind) => void;
  /** From now on the zone of `broken.example` holds, or does not. */
  readonly mend: (mended: boolean) => void;
  readonly close: () => Promise<void>;
}

export async function startProtectedSites(): Promise<ProtectedSites> {
  const now = Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now });
  const hosts = Object.values(PROTECTED);
  const leaves = new Map(hosts.map((host) => [host as string, authority.issue({ hosts: [host] })]));
  const shown = new Map(leaves);
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = https.createServer(
    {
      SNICallback: (name, done) => {
        const leaf = shown.get(name);
        if (leaf === undefined) done(new Error(`no host ${name}`));
        else done(null, createSecureContext({ cert: leaf.certPem, key: leaf.keyPem }));
      },
    },
    (request, response) => {
      const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
      requests.push(`${request.method} ${url.hostname} ${url.pathname}`);
      const { status = 200, headers, body } = answerFor(url, port);
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const sites = await listen(server);
  const { port } = sites;

  const keyOf = (host: string) => createHash('sha256').update(leaves.get(host)!.publicKeyInfo).digest('hex');
  const world = buildWorld(
    {
      '.': { sign: 13 },
      'example.': {
        sign: 13,
        // Short, so that a zone that is mended is soon seen to be.
        ttl: 1,
        records: `
          right       A 127.0.0.1
          wrong       A 127.0.0.1
          broken      A 127.0.0.1
          silent      A 127.0.0.1
          unreachable A 127.0.0.1
          _${port}._tcp.right  TLSA 3 1 1 ${keyOf(PROTECTED.verified)}
          _${port}._tcp.wrong  TLSA 3 1 1 ${keyOf(PROTECTED.verified)}
          _${port}._tcp.broken TLSA 3 1 1 ${keyOf(PROTECTED.bogus)}
        `,
      },
      'open.example.': { sign: 'unsigned', records: 'www A 127.0.0.1' },
    },
    { now },
  ).mutated(resolverFails(Name.parse(PROTECTED.indeterminate)));
  const broken = world.mutated(
    flippedSignature({ name: Name.parse(`_${port}._tcp.${PROTECTED.bogus}`), type: TYPE.TLSA }),
  );
  let today = broken;
  const respond = (query: Uint8Array) => today.respond(query);
  const resolver = await startDohServer({ respond });
  const slow = await startDohServer({ respond, delayMs: SLOW_DNS_MS });
  const endConnections = () => {
    // The certificate shows with the next connection, unless an old session is resumed.
    server.setTicketKeys(randomBytes(48));
    for (const socket of sockets) socket.destroy();
  };
  return {
    resolverUrl: resolver.url,
    slowResolverUrl: slow.url,
    anchorsText: world.anchors(),
    authorityPem: authority.rootPem,
    hosts,
    url: (kind, path = '/') => `https://${PROTECTED[kind]}:${port}${path}`,
    requests,
    requested: (kind, path) =>
      requests.filter((line) => line.split(' ')[1] === PROTECTED[kind] && line.split(' ')[2]?.startsWith(path)).length,
    swap: (kind) => {
      shown.set(PROTECTED[kind], authority.issue({ hosts: [PROTECTED[kind]] }));
      endConnections();
    },
    mend: (mended) => {
      today = mended ? world : broken;
    },
    close: async () => {
      endConnections();
      await Promise.all([sites.close(), resolver.close(), slow.close()]);
    },
  };
}

interface Answer {
  readonly status?: number;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

function answerFor(url: URL, port: number): Answer {
  const given = decodeURIComponent(url.search.slice(1));
  const { pathname } = url;
  if (pathname === '/to') return { status: 302, headers: { location: given } };
  if (pathname.endsWith('.js')) {
    const body = pathname === '/worker.js' ? WORKER : 'document.title += " ran";';
    return { headers: { 'content-type': 'text/javascript' }, body };
  }
  if (pathname.endsWith('.svg')) return { headers: { 'content-type': 'image/svg+xml' }, body: IMAGE };
  if (pathname === '/download') {
    return { headers: { 'content-type': 'application/zip', 'content-disposition': 'attachment' }, body: 'PK' };
  }
  const other = `https://${given}:${port}`;
  const parts: Record<string, string> = {
    '/uses': `<script src="${other}/used.js"></script><img id="used" alt="" src="${other}/used.svg"><iframe id="frame" src="${other}/used-frame"></iframe>`,
    '/form': `<form method="post" action="${given}"><button id="send">send</button></form>`,
    '/worker':
      '<script>navigator.serviceWorker.register("/worker.js").then(() => navigator.serviceWorker.ready).then(() => { document.title = "ready"; });</script>',
    '/links': `<a id="link" href="${given}">link</a><a id="other" target="_blank" rel="opener" href="${given}">link</a>`,
  };
  return {
    headers: HTML,
    body: `<!doctype html><meta charset="utf-8"><title>${url.hostname}</title><link rel="icon" href="data:,">
<h1>${SECRET}</h1><script src="/part.js"></script><img alt="" src="/part.svg">${parts[pathname] ?? ''}`,
  };
}

const IMAGE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';

/** Answers one page by itself, without a connection. */
const WORKER = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (!event.request.url.endsWith('/from-worker')) return;
  event.respondWith(new Response('<title>from worker</title><h1>${SECRET}</h1>', { headers: { 'content-type': 'text/html' } }));
});`;
