/**
 * A small world of three hosts for going about in: pages that the back/forward cache may keep, a redirect from one
 * host to another, and a server that counts what reaches it.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { createAuthority } from '../world/authority.ts';
import { startDohServer } from '../world/doh-server.ts';
import { buildWorld } from '../world/world.ts';

export const HOSTS = {
  verified: 'right.example',
  mismatch: 'wrong.example',
  signed: 'silent.example',
} as const;

export const SLOW_MS = 1500;
const HTML = { 'content-type': 'text/html; charset=utf-8' };

export interface Sites {
  readonly resolverUrl: string;
  readonly anchorsText: string;
  readonly authorityPem: string;
  readonly hosts: readonly string[];
  /** `kind` is the verdict its pages must get. Paths: any page; `/to?URL` redirects there; `/slow` takes its time. */
  readonly url: (kind: keyof typeof HOSTS, path?: string) => string;
  /** Requests that reached the web server, as `HOST PATH`. */
  readonly requests: readonly string[];
  /** Hosts of the requests for headers alone, which the debugger makes. */
  readonly heads: readonly string[];
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
      if (url.pathname === '/slow') {
        setTimeout(() => response.writeHead(200, HTML).end(pageOf(url.hostname + url.pathname)), SLOW_MS);
        return;
      }
      // Nothing here forbids keeping the page: no Cache-Control, no unload handler.
      response.writeHead(200, HTML);
      response.end(request.method === 'HEAD' ? undefined : pageOf(url.hostname + url.pathname));
    },
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

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
    anchorsText: world.anchors(),
    authorityPem: authority.rootPem,
    hosts,
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
      for (const socket of sockets) socket.destroy();
      await resolver.close();
    },
  };
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
