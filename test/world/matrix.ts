/**
 * The matrix, running: its private DNS behind a DoH server, one HTTPS server for all its sites, and plain HTTP beside
 * it. Its URLs have the ports of real ones (443, 8443, 80); `ports` tells a browser where those are.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { parseAnchors } from '../../src/dnssec/anchors.ts';
import { type Authority, createAuthority, type Leaf } from './authority.ts';
import { chainOf, extensionValue } from './chained-certificate.ts';
import { startDohServer } from './doh-server.ts';
import {
  type Digests,
  type Forms,
  ISSUERS_HOST,
  MATRIX_SITES,
  type Material,
  type MatrixSite,
  matrixZones,
  PLAIN_HOST,
} from './matrix-sites.ts';
import { type Page, startHttpSites, startHttpsSites } from './sites.ts';
import { buildWorld } from './world.ts';

export interface Matrix {
  readonly resolverUrl: string;
  readonly anchorsText: string;
  readonly authorityPem: string;
  readonly hosts: readonly string[];
  readonly ports: Readonly<Record<number, number>>;
  /** What reached the web servers, as `HOST/PATH`. */
  readonly requests: readonly string[];
  /** Names of the questions that reached the resolver. */
  readonly questions: () => readonly string[];
  /** From now on a site's certificate, of the same key, carries the DNSSEC chain of its TLSA records. */
  carryChain(host: string): Promise<void>;
  close(): Promise<void>;
}

export async function startMatrix(): Promise<Matrix> {
  const now = Math.floor(Date.now() / 1000);
  const authority = createAuthority({ now, rootUrl: `http://${ISSUERS_HOST}/root.der` });
  const stranger = createAuthority({ now });
  const requests: string[] = [];
  const page: Page = (host, path) => {
    requests.push(host + path);
    return answerOf(host, path, authority);
  };
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    await Promise.all(closers.splice(0).map((end) => end()));
  };
  try {
    const secure = await startHttpsSites(page);
    closers.push(secure.close);
    const plain = await startHttpSites(page);
    closers.push(plain.close);
    const issuerUrls = {
      named: `http://${ISSUERS_HOST}/intermediate.der`,
      loopback: `http://127.0.0.1:${plain.port}/intermediate.der`,
    };
    const leaves = new Map(MATRIX_SITES.map((site) => [site.host, issueFor(site, authority, issuerUrls)]));
    for (const [host, leaf] of leaves) secure.useCertificate(host, leaf);
    const common = {
      intermediate: digestsOf(authority.intermediate),
      root: digestsOf(authority.root),
      otherLeaf: digestsOf(stranger.issue({ hosts: ['other.example'] }).chain[0]!),
      otherIntermediate: digestsOf(stranger.intermediate),
    };
    const materialOf = (host: string): Material => ({ ...common, leaf: digestsOf(leaves.get(host)!.chain[0]!) });
    const world = buildWorld(matrixZones(materialOf), { now });
    const resolver = await startDohServer({ respond: (query) => world.respond(query) });
    closers.push(resolver.close);
    return {
      resolverUrl: resolver.url,
      anchorsText: world.anchors(),
      authorityPem: authority.rootPem,
      hosts: [...leaves.keys(), ISSUERS_HOST, PLAIN_HOST],
      ports: { 443: secure.port, 8443: secure.port, 80: plain.port },
      requests,
      questions: () => resolver.log.map(({ name }) => name),
      carryChain: async (host) => {
        const { keyPem } = leaves.get(host)!;
        const anchors = parseAnchors(world.anchors());
        const { chain } = await chainOf(world, `_443._tcp.${host}.`, anchors.ok ? anchors.anchors : [], now);
        secure.useCertificate(host, authority.issue({ hosts: [host], keyPem, dnssecChain: extensionValue(chain) }));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function issueFor(
  { host, issuer }: MatrixSite,
  authority: Authority,
  urls: Readonly<Record<NonNullable<MatrixSite['issuer']>, string>>,
): Leaf {
  return authority.issue({ hosts: [host], ...(issuer !== undefined && { issuerUrl: urls[issuer] }) });
}

/** `/to?URL` leads there, `/frame?URL` shows it in a frame; any other path is a page of its own. */
function answerOf(host: string, path: string, authority: Authority): ReturnType<Page> {
  const type = 'application/pkix-cert';
  if (path === '/intermediate.der') return { type, octets: authority.intermediate };
  if (path === '/root.der') return { type, octets: authority.root };
  const [place, query = ''] = path.split(/\?(.*)/s);
  const target = decodeURIComponent(query);
  if (place === '/to') return { redirect: target };
  return pageOf(host + place, place === '/frame' ? `<iframe src="${target.replaceAll('"', '%22')}"></iframe>` : '');
}

function pageOf(title: string, content: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>${title}</title>
<link rel="icon" href="data:,">
<h1>${title}</h1>
${content}
`;
}

function digestsOf(der: Uint8Array): Digests {
  const { publicKey } = new X509Certificate(der);
  return { certificate: formsOf(der), key: formsOf(publicKey.export({ format: 'der', type: 'spki' })) };
}

function formsOf(octets: Uint8Array): Forms {
  const digest = (hash: string) => createHash(hash).update(octets).digest('hex');
  return { full: Buffer.from(octets).toString('hex'), sha256: digest('sha256'), sha512: digest('sha512') };
}
