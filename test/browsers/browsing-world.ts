/** A world to browse in: twenty sites with parts from other hosts, a resolver with a name of its own, and a proxy. */
import { createHash } from 'node:crypto';
import { createAuthority } from '../world/authority.ts';
import { type DohExchange, startDohServer } from '../world/doh-server.ts';
import { type Page, startHttpSites, startHttpsSites } from '../world/sites.ts';
import { buildWorld } from '../world/world.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

export const RESOLVER_HOST = 'dns.resolver.example';
export const ISSUERS_HOST = 'issuers.example';
/** Its issuer decides: where a browser shows the leaf alone, it is fetched from `ISSUERS_HOST`. */
export const ANCHORED_HOST = 'anchored.example';
export const SITES: readonly string[] = Array.from({ length: 20 }, (_, i) => `s${i}.example`);
/** Every page brings in two of them. */
export const PARTS: readonly string[] = ['cdn0.example', 'cdn1.example', 'cdn2.example'];
/** Leads to another site. */
export const HOP = 'hop.example';
export const PRIVATE_HOSTS: readonly string[] = ['private.example', 'private-part.example'];
export const EXCLUSIONS: readonly string[] = ['secret.example', 'test'];
export const EXCLUDED_HOSTS: readonly string[] = ['www.secret.example', 'intern.test', 'part.secret.example'];

export interface BrowsingWorld {
  readonly resolverUrl: string;
  readonly anchorsText: string;
  readonly authorityPem: string;
  readonly hosts: readonly string[];
  readonly proxy: RecordingProxy;
  /** Every question that the resolver was asked. */
  readonly questions: readonly DohExchange[];
  /** Hosts of all requests that reached a web site. */
  readonly visited: readonly string[];
  readonly port: number;
  readonly url: (host: string, path?: string) => string;
  close(): Promise<void>;
}

export async function startBrowsingWorld(): Promise<BrowsingWorld> {
  const now = Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now });
  const hosts = [...SITES, ...PARTS, HOP, ...PRIVATE_HOSTS, ...EXCLUDED_HOSTS, ANCHORED_HOST];
  const visited: string[] = [];
  let port = 0;
  const page: Page = (host, path) => {
    visited.push(host);
    if (path === '/intermediate.der') return { type: 'application/pkix-cert', octets: authority.intermediate };
    if (path.startsWith('/to?')) return { redirect: decodeURIComponent(path.slice('/to?'.length)) };
    if (path.startsWith('/image.svg')) return { type: 'image/svg+xml', octets: Buffer.from(IMAGE) };
    return pageOf(host, port);
  };
  const secure = await startHttpsSites(page);
  port = secure.port;
  const plain = await startHttpSites(page);
  const leaves = new Map(
    hosts.map((host) => [
      host,
      authority.issue({
        hosts: [host],
        ...(host === ANCHORED_HOST && { issuerUrl: `http://${ISSUERS_HOST}/intermediate.der` }),
      }),
    ]),
  );
  for (const [host, leaf] of leaves) secure.useCertificate(host, leaf);
  const ofResolver = authority.issue({ hosts: [RESOLVER_HOST] });
  const resolver = await startDohServer({
    respond: (query) => world.respond(query),
    tls: { cert: ofResolver.certPem, key: ofResolver.keyPem },
  });
  const digest = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
  const published = [...SITES.filter((_, i) => i % 2 === 0), ...PARTS, ...PRIVATE_HOSTS];
  const records = (zone: string, names: readonly string[]) =>
    names
      .filter((host) => host.endsWith(`.${zone}`))
      .flatMap((host) => {
        const label = host.slice(0, -zone.length - 1);
        const key = `_${port}._tcp.${label} TLSA 3 1 1 ${digest(leaves.get(host)!.publicKeyInfo)}`;
        return [`${label} A 127.0.0.1`, ...(published.includes(host) ? [key] : [])];
      })
      .join('\n');
  const world = buildWorld(
    {
      '.': { sign: 13 },
      'example.': {
        sign: 13,
        records: [
          records('example', hosts),
          'issuers A 127.0.0.1',
          `_${port}._tcp.anchored TLSA 2 0 1 ${digest(authority.intermediate)}`,
        ].join('\n'),
      },
      // Whoever asked about the resolver's own host would find that it is signed, and a TLSA record.
      'resolver.example.': {
        sign: 13,
        records: ['dns A 127.0.0.1', `_${resolver.port}._tcp.dns TLSA 3 1 1 ${digest(ofResolver.publicKeyInfo)}`].join(
          '\n',
        ),
      },
    },
    { now },
  );
  const ours = new Set([...hosts, RESOLVER_HOST, ISSUERS_HOST]);
  const proxy = await startRecordingProxy({ isOurs: (host) => ours.has(host), ports: { 80: plain.port } });
  return {
    resolverUrl: `https://${RESOLVER_HOST}:${resolver.port}/dns-query`,
    anchorsText: world.anchors(),
    authorityPem: authority.rootPem,
    hosts: [...ours],
    proxy,
    questions: resolver.log,
    visited,
    port,
    url: (host, path = '/') => `https://${host}:${port}${path}`,
    close: async () => {
      await Promise.all([proxy, secure, plain, resolver].map((server) => server.close()));
    },
  };
}

const IMAGE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';
let images = 0;

function pageOf(host: string, port: number): string {
  const number = Number(/\d+/.exec(host)?.[0] ?? 0);
  const parts = [PARTS[number % PARTS.length]!, PARTS[(number + 1) % PARTS.length]!];
  if (host === 's7.example') parts.push('part.secret.example');
  if (host === PRIVATE_HOSTS[0]) parts.push(PRIVATE_HOSTS[1]!);
  // Each under a URL of its own: an image that the browser still has would bring no request.
  const shown = parts.map((part) => `<img alt="" src="https://${part}:${port}/image.svg?${images++}">`);
  return `<!doctype html><meta charset="utf-8"><title>${host}</title><link rel="icon" href="data:,">
<h1>${host}</h1>${shown.join('')}`;
}
