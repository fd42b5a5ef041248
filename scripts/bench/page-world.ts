/**
 * What the page loads are made against: a private DNS with signed TLDs, its resolver, and sites with a page of twenty
 * resources from three hosts, over HTTP/2. Each stands behind a link of its own (`link.ts`).
 */
import { createHash } from 'node:crypto';
import http2 from 'node:http2';
import { type Authority, createAuthority, type Leaf } from '../../test/world/authority.ts';
import { type DohExchange, startDohServer } from '../../test/world/doh-server.ts';
import { listen } from '../../test/world/listening.ts';
import { buildWorld, type World } from '../../test/world/world.ts';
import { contextsOf } from './contexts.ts';
import { type Link, startLink } from './link.ts';

/** Whose page it is: one that publishes a TLSA record which fits, or one whose zone is not signed, as most are. */
export type PageKind = 'verified' | 'insecure';

const HOST_OF: Readonly<Record<PageKind, string>> = { verified: 'www.shop.com', insecure: 'www.plain.com' };
const IMAGES = 'img.pictures.net';
const SCRIPTS = 'cdn.library.org';
const HOSTS = [...Object.values(HOST_OF), IMAGES, SCRIPTS];

/** Beside the page itself. */
export const RESOURCES = 20;

export interface PageWorld {
  readonly hosts: readonly string[];
  /** Ports of URLs, and where a browser is to connect in their place. */
  readonly ports: Readonly<Record<number, number>>;
  readonly authorityPem: string;
  readonly resolver: { readonly resolverUrl: string; readonly anchors: string };
  /** Questions the resolver was asked, in order. */
  readonly questions: readonly DohExchange[];
  readonly siteLink: Link;
  readonly resolverLink: Link;
  /** A page of its own for each `mark`. */
  readonly url: (kind: PageKind, mark: number) => string;
  readonly close: () => Promise<void>;
}

export async function startPageWorld(roundTripMs: number): Promise<PageWorld> {
  const now = Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now });
  const leaves = new Map(HOSTS.map((host) => [host, authority.issue({ hosts: [host] })]));
  const world = pageZones(leaves.get(HOST_OF.verified)!, now);
  const closers: (() => Promise<void>)[] = [];
  const closing = <T extends { close(): Promise<void> }>(opened: T): T => {
    closers.push(opened.close);
    return opened;
  };
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const sites = closing(await startSites(leaves));
    const resolver = closing(await startResolver(world, authority));
    const siteLink = closing(await startLink(sites.port, roundTripMs));
    const resolverLink = closing(await startLink(resolver.port, roundTripMs));
    return {
      hosts: HOSTS,
      ports: { 443: siteLink.port },
      authorityPem: authority.rootPem,
      resolver: { resolverUrl: `https://127.0.0.1:${resolverLink.port}/dns-query`, anchors: world.anchors() },
      questions: resolver.log,
      siteLink,
      resolverLink,
      url: (kind, mark) => `https://${HOST_OF[kind]}/page?${mark}`,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function pageZones(leaf: Leaf, now: number): World {
  const key = createHash('sha256').update(leaf.publicKeyInfo).digest('hex');
  return buildWorld(
    {
      '.': { sign: 13 },
      'com.': { sign: 13 },
      'net.': { sign: 13 },
      'org.': { sign: 13 },
      'shop.com.': { sign: 13, records: `www A 127.0.0.1\n_443._tcp.www TLSA 3 1 1 ${key}` },
      'plain.com.': { sign: 'unsigned', records: 'www A 127.0.0.1' },
      'pictures.net.': { sign: 13, records: 'img A 127.0.0.1' },
      'library.org.': { sign: 'unsigned', records: 'cdn A 127.0.0.1' },
    },
    { now },
  );
}

/** HTTP/2 over TLS. An answer is signed once: what is measured is not how fast this server signs. */
function startResolver(world: World, authority: Authority) {
  const { certPem, keyPem } = authority.issue({ hosts: ['localhost'], addresses: ['127.0.0.1'] });
  const answers = new Map<string, Uint8Array | undefined>();
  return startDohServer({
    // The id of all queries is 0, so equal questions are equal octets.
    respond: (query) => {
      const text = Buffer.from(query).toString('latin1');
      if (!answers.has(text)) answers.set(text, world.respond(query));
      return answers.get(text);
    },
    tls: { cert: certPem, key: keyPem },
  });
}

/** SSL_OP_NO_TICKET: each connection is to be a whole handshake. */
const NO_TICKET = 1 << 14;

async function startSites(leaves: ReadonlyMap<string, Leaf>) {
  const server = http2.createSecureServer(
    {
      secureOptions: NO_TICKET,
      SNICallback: contextsOf(leaves),
    },
    (request, response) => {
      const [path, mark = ''] = request.url.split('?');
      const kind = Object.keys(CONTENT).find((ending) => path?.endsWith(ending)) ?? 'page';
      const [type, body] = CONTENT[kind] ?? ['text/html; charset=utf-8', pageOf(mark)];
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    },
  );
  return listen(server);
}

/** By the end of the path. */
const CONTENT: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '.css': ['text/css', `/* ${'style '.repeat(1200)} */ img { width: 40px; height: 40px; }`],
  '.js': ['text/javascript', `/* ${'script '.repeat(3000)} */ window.scripts = (window.scripts ?? 0) + 1;`],
  '.svg': [
    'image/svg+xml',
    `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><!-- ${'image '.repeat(2000)} --><circle cx="20" cy="20" r="18" fill="#175cd3"/></svg>`,
  ],
};

/** The time of its first line shows how long its headers were held back. Its icon is no request. */
function pageOf(mark: string): string {
  const scripts = [1, 2, 3].map((i) => `<script src="https://${SCRIPTS}/${i}.js?${mark}" defer></script>`);
  const styles = [1, 2].map((i) => `<link rel="stylesheet" href="/${i}.css?${mark}">`);
  const images = Array.from(
    { length: RESOURCES - scripts.length - styles.length },
    (_, i) => `<img alt="" src="${i < 8 ? '' : `https://${IMAGES}`}/${i}.svg?${mark}">`,
  );
  return `<!doctype html>
<html lang="en">
<script>performance.mark('first line');</script>
<meta charset="utf-8">
<link rel="icon" href="data:,">
${styles.join('')}${scripts.join('')}
<title>${mark}</title>
<p>${'Words of the page. '.repeat(400)}</p>
${images.join('')}
</html>
`;
}
