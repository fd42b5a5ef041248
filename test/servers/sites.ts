/**
 * Real sites: DNS by BIND, NSD and Unbound, and one TLS server under several names. What each
 * publishes about that server's certificate stands beside its name. The resolver's certificate is of the same
 * authority as the server's, so that a browser needs one root for both.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { SiteVerdict } from '../../src/report.ts';
import { createAuthority } from '../world/authority.ts';
import { createRoom, freePorts } from './harness.ts';
import { type Internet, startInternet, ZONES, type ZonePlan } from './internet.ts';

const hash = (algorithm: string, octets: Uint8Array) => createHash(algorithm).update(octets).digest('hex');

/** The names under which the server is reached, as its certificate has them. */
const NAMES = ['*.sites.example', '*.broken.example', '*.plain.example'];

export interface RealSite {
  readonly host: string;
  readonly expected: SiteVerdict;
  /** TLSA rdata published, in presentation form. */
  readonly tlsa: readonly string[];
}

export interface RealSites {
  readonly sites: readonly RealSite[];
  readonly port: number;
  /** Unbound's DNS over HTTPS. */
  readonly resolverUrl: string;
  /** Master-file DS lines of the private root, as text and in a file. */
  readonly anchorsText: string;
  readonly anchorFile: string;
  /** The root of all certificates here, PEM, as text and in a file. */
  readonly authorityPem: string;
  readonly authorityFile: string;
  readonly stop: () => Promise<void>;
}

export async function startRealSites(): Promise<RealSites> {
  const authority = createAuthority({ now: Math.floor(Date.now() / 1000) });
  const leaf = authority.issue({ hosts: NAMES });
  const other = authority.issue({ hosts: NAMES });
  const resolver = authority.issue({ hosts: ['localhost'], addresses: ['127.0.0.1'] });
  const server = createServer({ cert: leaf.certPem, key: leaf.keyPem }, (request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`${request.headers.host}\n`);
  });
  const room = await createRoom();
  let internet: Internet | undefined;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await internet?.stop();
    await room.stop();
  };
  try {
    const [port] = await freePorts(1);
    const sites = describeSites(leaf, other);
    internet = await startInternet(zonesOf(sites, port!), {
      keyFile: await room.write('resolver.key', resolver.keyPem),
      certificateFile: await room.write('resolver.pem', resolver.certPem),
      caFile: await room.write('authority.pem', authority.rootPem),
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const { courier, anchors, anchorFile } = internet;
    return {
      sites,
      port: port!,
      resolverUrl: courier.url,
      anchorsText: anchors,
      anchorFile,
      authorityPem: authority.rootPem,
      authorityFile: room.path('authority.pem'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Shown {
  readonly chain: readonly Uint8Array[];
  readonly publicKeyInfo: Uint8Array;
}

function describeSites(leaf: Shown, other: Shown): RealSite[] {
  const certificate = leaf.chain[0]!;
  const key = leaf.publicKeyInfo;
  const otherKey = other.publicKeyInfo;
  const site = (label: string, expected: SiteVerdict, ...tlsa: string[]): RealSite => ({
    host: `${label}.sites.example`,
    expected,
    tlsa,
  });
  const good = `3 1 1 ${hash('sha256', key)}`;
  return [
    site('key', 'verified', good),
    site('certificate', 'verified', `3 0 1 ${hash('sha256', certificate)}`),
    site('longer', 'verified', `3 1 2 ${hash('sha512', key)}`),
    site('whole', 'verified', `3 0 0 ${Buffer.from(certificate).toString('hex')}`),
    site('pkix', 'verified', `1 1 1 ${hash('sha256', key)}`),
    site('rollover', 'verified', `3 1 1 ${hash('sha256', otherKey)}`, good),
    site('selectors', 'verified', `3 0 2 ${hash('sha512', other.chain[0]!)}`, good),
    site('issuer', 'verified', `2 0 1 ${hash('sha256', leaf.chain[1]!)}`),
    site('issuer-whole', 'verified', `2 0 0 ${Buffer.from(leaf.chain[1]!).toString('hex')}`),
    site('wrong', 'mismatch', `3 1 1 ${hash('sha256', otherKey)}`),
    site('wrong-pkix', 'mismatch', `1 1 1 ${hash('sha256', otherKey)}`),
    // RFC 6698 section 2.1.1: usage 2 never speaks of the server's own certificate.
    site('wrong-usage', 'mismatch', `2 0 1 ${hash('sha256', certificate)}`),
    // RFC 7671 section 9: the stronger digest decides, so a good SHA-256 does not help.
    site('agility', 'mismatch', good, `3 1 2 ${hash('sha512', otherKey)}`),
    site('none', 'signed'),
    { host: 'www.plain.example', expected: 'insecure', tlsa: [good] },
    { host: 'www.broken.example', expected: 'bogus', tlsa: [good] },
  ];
}

function zonesOf(sites: readonly RealSite[], port: number): Map<string, ZonePlan> {
  const recordsOf = (zone: string) =>
    sites
      .filter(({ host }) => host.endsWith(`.${zone}`))
      .flatMap(({ host, tlsa }) => [
        `${host}. A 127.0.0.1`,
        ...tlsa.map((rdata) => `_${port}._tcp.${host}. TLSA ${rdata}`),
      ])
      .join('\n');
  return new Map<string, ZonePlan>([
    ...[...ZONES].filter(([apex]) => apex === '.' || apex === 'example.'),
    ['sites.example.', { signing: { algorithm: 13, nsec3: {} }, records: recordsOf('sites.example') }],
    ['broken.example.', { signing: { algorithm: 13 }, delegation: 'other key', records: recordsOf('broken.example') }],
    ['plain.example.', { records: recordsOf('plain.example') }],
  ]);
}
