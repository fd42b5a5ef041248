/**
 * A world for pages that bring other hosts in: each page says in its URL what it loads and from where, frames in
 * frames included. Beside them stand hosts whose certificates no browser accepts by itself.
 */
import { createHash } from 'node:crypto';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import { decodeMessage } from '../../src/dns/message.ts';
import { type Authority, createAuthority, type Leaf } from '../world/authority.ts';
import { startDohServer } from '../world/doh-server.ts';
import { listen } from '../world/listening.ts';
import { buildWorld } from '../world/world.ts';

/** What a page loads. `path`: what a frame shows, another page of this kind. */
export type Use =
  | { readonly kind: 'image'; readonly host: string }
  | { readonly kind: 'socket'; readonly host: string }
  | { readonly kind: 'frame'; readonly host: string; readonly uses: readonly Use[] };

export interface HostSites {
  readonly resolverUrl: string;
  readonly anchorsText: string;
  readonly authorityPem: string;
  readonly hosts: readonly string[];
  readonly port: number;
  readonly url: (host: string, path?: string) => string;
  /** DER of the host's own certificate. */
  readonly certificate: (host: string) => Uint8Array;
  /** The page on `host` that loads all of that. */
  readonly page: (host: string, uses: readonly Use[], mark?: string) => string;
  /** Another port of `page.example`, with its published certificate and, as long as it is not started, no server. */
  readonly late: { readonly url: string; readonly start: () => Promise<{ stop: () => Promise<void> }> };
  /** Where nothing listens, and nothing is published. */
  readonly closedPort: number;
  /** Names asked of the resolver so far, one each question, lower case, no dot at the end. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** Hosts by what is found out about them. */
export const HOST = {
  /** Pages: `3 1 1`, which fits. */
  page: 'page.example',
  other: 'other.example',
  verified: 'right.example',
  mismatch: 'wrong.example',
  signed: 'silent.example',
  insecure: 'www.open.example',
  /** Shows the published certificate and another in turn, a new connection each time. */
  turning: 'turning.example',
  /** A valid certificate, published under the end of an alias chain, beside records that do not count. */
  alias: 'alias.example',
  /** From an authority that no browser knows. The names say what is published. */
  refusedEndEntity: 'refused311.example',
  refusedAnchor: 'refused200.example',
  refusedPkix: 'refused111.example',
  refusedPkixAnchor: 'refused001.example',
  refusedSilent: 'refusednone.example',
  /** Its published certificate is for another name. */
  misnamed: 'misnamed.example',
} as const;

export const MANY_HOSTS = 70;
const many = Array.from({ length: MANY_HOSTS }, (_, i) => `h${i}.many.example`);
/** SSL_OP_NO_TICKET: each connection is to be a whole handshake. */
const NO_TICKET = 1 << 14;

export async function startHostSites(): Promise<HostSites> {
  const now = Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now });
  const stranger = createAuthority({ now });
  const ownHosts = Object.values(HOST);
  const leaves = new Map<string, Leaf>(
    ownHosts.map((host) => [
      host,
      issuerOf(host, authority, stranger).issue({ hosts: [host === HOST.misnamed ? 'www.elsewhere.example' : host] }),
    ]),
  );
  const turned = authority.issue({ hosts: [HOST.turning] });
  const manyLeaf = authority.issue({ hosts: many });
  const contexts = new Map<string, SecureContext>(
    [...leaves, ...many.map((host) => [host, manyLeaf] as const)].map(([host, leaf]) => [host, contextOf(leaf)]),
  );
  const turns = [contexts.get(HOST.turning)!, contextOf(turned)];
  let handshakes = 0;
  const options: https.ServerOptions = {
    secureOptions: NO_TICKET,
    SNICallback: (name, done) => {
      const context = name === HOST.turning ? turns[handshakes++ % turns.length] : contexts.get(name);
      if (context === undefined) done(new Error(`no host ${name}`));
      else done(null, context);
    },
  };
  const newServer = () =>
    https.createServer(options, (request, response) => {
      const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
      const isImage = url.pathname === '/image.svg';
      response.writeHead(200, {
        'content-type': isImage ? 'image/svg+xml' : 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        ...(url.hostname === HOST.turning && { connection: 'close' }),
      });
      response.end(isImage ? IMAGE : pageOf(url));
    });
  const server = newServer();
  server.on('upgrade', acceptSocket);
  const sites = await listen(server);
  const once = await listen(newServer());
  const never = await listen(newServer());
  await Promise.all([once.close(), never.close()]);
  const { port } = sites;
  const at = (host: string, path = '/') => `https://${host}:${port}${path}`;

  const keyOf = (host: string) => sha256(leaves.get(host)!.publicKeyInfo);
  const world = buildWorld(
    {
      '.': { sign: 13 },
      'example.': {
        sign: 13,
        records: `
          page    A 127.0.0.1
          other   A 127.0.0.1
          right   A 127.0.0.1
          wrong   A 127.0.0.1
          silent  A 127.0.0.1
          turning A 127.0.0.1
          alias   CNAME target
          target  A 127.0.0.1
          *.many  A 127.0.0.1
          refused311  A 127.0.0.1
          refused200  A 127.0.0.1
          refused111  A 127.0.0.1
          refused001  A 127.0.0.1
          refusednone A 127.0.0.1
          nowhere     A 127.0.0.1
          _${port}._tcp.page    TLSA 3 1 1 ${keyOf(HOST.page)}
          _${once.port}._tcp.page TLSA 3 1 1 ${keyOf(HOST.page)}
          misnamed    A 127.0.0.1
          _${port}._tcp.misnamed TLSA 3 1 1 ${keyOf(HOST.misnamed)}
          _${port}._tcp.other   TLSA 3 1 1 ${keyOf(HOST.other)}
          _${port}._tcp.right   TLSA 3 1 1 ${keyOf(HOST.verified)}
          _${port}._tcp.wrong   TLSA 3 1 1 ${keyOf(HOST.verified)}
          _${port}._tcp.turning TLSA 3 1 1 ${keyOf(HOST.turning)}
          _${port}._tcp.target  TLSA 3 0 1 ${sha256(leaves.get(HOST.alias)!.chain[0]!)}
          _${port}._tcp.target  TLSA 3 0 2 ${sha512(leaves.get(HOST.alias)!.chain[0]!)}
          _${port}._tcp.target  TLSA 9 1 1 ${keyOf(HOST.alias)}
          _${port}._tcp.refused311 TLSA 3 1 1 ${keyOf(HOST.refusedEndEntity)}
          _${port}._tcp.refused200 TLSA 2 0 0 ${hex(stranger.intermediate)}
          _${port}._tcp.refused111 TLSA 1 1 1 ${keyOf(HOST.refusedPkix)}
          _${port}._tcp.refused001 TLSA 0 0 1 ${sha256(stranger.root)}
        `,
      },
      'open.example.': { sign: 'unsigned', records: 'www A 127.0.0.1' },
    },
    { now },
  );
  const asked: string[] = [];
  const resolver = await startDohServer({
    respond: (query) => {
      asked.push(...questionsOf(query));
      return world.respond(query);
    },
  });
  return {
    resolverUrl: resolver.url,
    anchorsText: world.anchors(),
    authorityPem: authority.rootPem,
    hosts: [...ownHosts, ...many],
    port,
    url: at,
    late: {
      url: `https://${HOST.page}:${once.port}/`,
      start: async () => {
        const started = await listen(newServer(), once.port);
        return { stop: started.close };
      },
    },
    closedPort: never.port,
    certificate: (host) => leaves.get(host)!.chain[0]!,
    page: (host, uses, mark = '') => at(host, `/uses?${encodeURIComponent(JSON.stringify({ port, uses, mark }))}`),
    asked,
    close: async () => {
      await Promise.all([sites.close(), resolver.close()]);
    },
  };
}

/** The hosts of a page that uses more than are listed. */
export const MANY: readonly Use[] = many.map((host) => ({ kind: 'image', host }));

function questionsOf(query: Uint8Array): string[] {
  const decoded = decodeMessage(query);
  return decoded.ok ? decoded.message.question.map(({ name }) => name.toString().replace(/\.$/, '')) : [];
}

const IMAGE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';

function issuerOf(host: string, authority: Authority, stranger: Authority): Authority {
  return host.startsWith('refused') ? stranger : authority;
}

function contextOf({ certPem, keyPem }: Leaf): SecureContext {
  return createSecureContext({ cert: certPem, key: keyPem });
}

/** Images that pages have named so far. */
let images = 0;

function pageOf(url: URL): string {
  const given = url.pathname === '/uses' ? decodeURIComponent(url.search.slice(1)) : '{"port":0,"uses":[],"mark":""}';
  const { port, uses, mark } = JSON.parse(given) as { port: number; uses: readonly Use[]; mark: string };
  const partOf = (use: Use): string => {
    const at = `${use.host}:${port}`;
    // Each under a URL of its own: an image that another page holds in memory would bring no response.
    if (use.kind === 'image') return `<img alt="" src="https://${at}/image.svg?${images++}">`;
    if (use.kind === 'socket') return `<script>new WebSocket('wss://${at}/')</script>`;
    const inside = encodeURIComponent(JSON.stringify({ port, uses: use.uses, mark }));
    return `<iframe src="https://${at}/uses?${inside}"></iframe>`;
  };
  return `<!doctype html><meta charset="utf-8"><title>${url.hostname}</title><link rel="icon" href="data:,">
<h1>${url.hostname}</h1>${uses.map(partOf).join('')}`;
}

/** RFC 6455 section 4.2.2; nothing is ever said on the connection. */
function acceptSocket(request: { headers: Record<string, string | string[] | undefined> }, socket: Duplex): void {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${WEBSOCKET}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

const WEBSOCKET = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
const sha512 = (octets: Uint8Array) => createHash('sha512').update(octets).digest('hex');
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
