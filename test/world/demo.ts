/**
 * The demo world, running: a private DNS with its own root behind a DoH server, and HTTPS sites of a private
 * authority, one for each verdict. Everything listens on 127.0.0.1 and ends with `close()`.
 */
import { createHash } from 'node:crypto';
import type { SiteVerdict } from '../../src/report.ts';
import { type Authority, createAuthority, type Leaf } from './authority.ts';
import { DEMO_SITES, type DemoSiteDescription, demoMutations, demoZones } from './demo-sites.ts';
import type { Fault } from './doh-server.ts';
import { type DohExchange, type DohOptions, type DohServer, startDohServer } from './doh-server.ts';
import { sitePage } from './page.ts';
import { type SiteServer, startHttpSites, startHttpsSites } from './sites.ts';
import { buildWorld, type World } from './world.ts';

export interface DemoSite {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly expected: SiteVerdict;
  readonly title: string;
  /** Why, in a sentence or two. */
  readonly explanation: string;
}

export interface DemoWorld {
  readonly sites: readonly DemoSite[];
  /** Plain HTTP on loopback. */
  readonly resolverUrl: string;
  /** HTTP/2 over TLS, with a certificate of the demo's authority. */
  readonly secureResolverUrl: string;
  /** Master-file DS lines of the private root. */
  readonly anchorsText: string;
  readonly authority: Pick<Authority, 'rootPem' | 'intermediatePem'>;
  /** Hosts a browser has to find at 127.0.0.1. */
  readonly hostMap: readonly string[];
  /** Epoch seconds for which the world is signed. */
  readonly now: number;
  readonly world: World;
  /** Every DNS question either resolver was asked, in the order it came. */
  readonly log: readonly DohExchange[];
  /** Gives a site a new certificate of the same authority, which no TLSA record knows: the next visit is a mismatch. */
  swap(host: string): void;
  /** Puts the first certificate back. */
  restore(host: string): void;
  /** TLS handshakes with a site so far. */
  connections(host: string): number;
  /** The resolver URL under which every question meets this fault. */
  faultUrl(fault: Fault): string;
  close(): Promise<void>;
}

export interface DemoOptions {
  /** How long each DNS answer is held back. */
  readonly delayMs?: number;
  /** Free ones where left out. */
  readonly ports?: {
    readonly https?: number;
    readonly http?: number;
    readonly doh?: number;
    readonly secureDoh?: number;
  };
  /** Epoch seconds; the real time where left out. Certificates are made for it, too. */
  readonly now?: number;
}

export async function startDemoWorld(options: DemoOptions = {}): Promise<DemoWorld> {
  const now = options.now ?? Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now });
  const closers: (() => Promise<void>)[] = [];
  const closing = <T extends { close(): Promise<void> }>(server: T): T => {
    closers.push(server.close);
    return server;
  };
  const close = async () => {
    await Promise.all(closers.splice(0).map((end) => end()));
  };
  try {
    const pages = new Map<string, string>();
    const page = (host: string) => pages.get(host);
    const secure = closing(await startHttpsSites(page, options.ports?.https));
    const plain = closing(await startHttpSites(page, options.ports?.http));
    const sites = DEMO_SITES.map((site) => placeSite(site, site.scheme === 'http' ? plain.port : secure.port));
    for (const [host, html] of sitePages(sites)) pages.set(host, html);
    const leaves = giveCertificates(secure, authority);
    const world = demoWorld(secure.port, leaves, authority, now);
    const resolvers = await startResolvers(world, authority, options, closing);
    return {
      sites,
      resolverUrl: resolvers.plain.url,
      secureResolverUrl: resolvers.secure.url,
      anchorsText: world.anchors(),
      authority,
      hostMap: sites.map(({ host }) => host),
      now,
      world,
      get log() {
        return [...resolvers.plain.log, ...resolvers.secure.log].sort((a, b) => a.askedAt - b.askedAt);
      },
      swap: (host) => secure.useCertificate(known(leaves, host), authority.issue({ hosts: [host] })),
      restore: (host) => secure.useCertificate(known(leaves, host), leaves.get(host)!),
      connections: secure.connections,
      faultUrl: resolvers.plain.faultUrl,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function known(leaves: ReadonlyMap<string, Leaf>, host: string): string {
  if (!leaves.has(host)) throw new RangeError(`no HTTPS site ${host} in the demo world`);
  return host;
}

function placeSite(site: DemoSiteDescription, port: number): DemoSite {
  const { host, scheme, expected, title, explanation } = site;
  return { url: `${scheme ?? 'https'}://${host}:${port}/`, host, port, expected, title, explanation };
}

function sitePages(sites: readonly DemoSite[]): [string, string][] {
  return sites.map((site, i) => {
    const { facts } = DEMO_SITES[i]!;
    const others = sites.filter((other) => other !== site);
    return [site.host, sitePage({ ...site, facts: [['host', site.host], ...facts], others })];
  });
}

function giveCertificates(server: SiteServer, authority: Authority): Map<string, Leaf> {
  const hosts = DEMO_SITES.filter(({ scheme }) => scheme !== 'http').map(({ host }) => host);
  const leaves = new Map(hosts.map((host) => [host, authority.issue({ hosts: [host] })]));
  for (const [host, leaf] of leaves) server.useCertificate(host, leaf);
  return leaves;
}

function demoWorld(port: number, leaves: ReadonlyMap<string, Leaf>, authority: Authority, now: number): World {
  const zones = demoZones({
    port,
    leaf: (host) => leaves.get(host)!,
    otherKey: digest('sha256', authority.issue({ hosts: ['another.example'] }).publicKeyInfo),
    digest,
  });
  return buildWorld(zones, { now }).mutated(...demoMutations(port));
}

function digest(hash: 'sha256' | 'sha512', octets: Uint8Array): string {
  return createHash(hash).update(octets).digest('hex');
}

async function startResolvers(
  world: World,
  authority: Authority,
  { delayMs = 0, ports = {} }: DemoOptions,
  closing: (server: DohServer) => DohServer,
): Promise<{ plain: DohServer; secure: DohServer }> {
  const common: DohOptions = { respond: (query) => world.respond(query), delayMs };
  const { certPem, keyPem } = authority.issue({ hosts: ['localhost'], addresses: ['127.0.0.1'] });
  const plain = closing(await startDohServer({ ...common, ...(ports.doh && { port: ports.doh }) }));
  const secure = closing(
    await startDohServer({
      ...common,
      tls: { cert: certPem, key: keyPem },
      ...(ports.secureDoh && { port: ports.secureDoh }),
    }),
  );
  return { plain, secure };
}
