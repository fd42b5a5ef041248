/** NSD and Unbound, configured for a private DNS on 127.0.0.1. */
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { askOverUdp, freePorts, mustRun, type Room } from './harness.ts';

export interface NsdServer {
  readonly port: number;
}

/** Serves zones, given as master-file text by apex. */
export async function startNsd(room: Room, zones: ReadonlyMap<string, string>): Promise<NsdServer> {
  const [port] = await freePorts(1);
  const blocks: string[] = [];
  let number = 0;
  for (const [apex, text] of zones) {
    const file = `zone-${number++}.db`;
    await room.write(file, text);
    blocks.push(`zone:\n  name: "${apex}"\n  zonefile: "${file}"`);
  }
  const file = await room.write(
    'nsd.conf',
    `server:
  ip-address: 127.0.0.1
  port: ${port}
  do-ip6: no
  username: ""
  chroot: ""
  zonesdir: "${room.directory}"
  database: ""
  pidfile: "${room.path('nsd.pid')}"
  xfrdfile: "${room.path('xfrd.state')}"
  zonelistfile: "${room.path('zone.list')}"
  xfrdir: "${room.directory}"
  logfile: "${room.path('nsd.log')}"
  server-count: 1
  ipv4-edns-size: 4096
  rrl-ratelimit: 0
  hide-version: yes
  minimal-responses: no
remote-control:
  control-enable: no
${blocks.join('\n')}
`,
  );
  const apexes = [...zones.keys()].map((apex) => Name.parse(apex));
  await room.start('nsd', 'nsd', ['-d', '-c', file], async () => {
    const answers = await Promise.all(
      apexes.map((name) => askOverUdp(port!, { name, type: TYPE.SOA }, { timeoutMs: 500 })),
    );
    // A zone that could not be loaded is SERVFAIL.
    return answers.every((answer) => answer?.rcode === 0 && answer.answer.length > 0);
  });
  return { port: port! };
}

export interface UnboundOptions {
  readonly name?: string;
  /** Zones and the port their server answers at. */
  readonly zones: Iterable<string>;
  readonly authorityPort: number;
  /** Master-file lines of DS; with them Unbound validates too. */
  readonly anchors?: string;
  /** Left out: DNS over plain HTTP/2. */
  readonly tls?: { readonly keyFile: string; readonly certificateFile: string };
  /** Further lines of the server section. */
  readonly server?: string;
}

export interface UnboundServer {
  /** Plain DNS, for delv and for Unbound's own verdict. */
  readonly port: number;
  readonly url: string;
}

/** A resolver for the zones alone, with DNS over HTTPS (HTTP/2 only, as Unbound has it). */
export async function startUnbound(room: Room, options: UnboundOptions): Promise<UnboundServer> {
  const { name = 'unbound', zones, authorityPort, anchors, tls, server = '' } = options;
  const [port, httpsPort] = await freePorts(2);
  const anchorFile = anchors === undefined ? undefined : await room.write(`${name}.anchors`, anchors);
  const stubs = [...zones].map((apex) => `stub-zone:\n  name: "${apex}"\n  stub-addr: 127.0.0.1@${authorityPort}`);
  const file = await room.write(
    `${name}.conf`,
    `server:
  directory: "${room.directory}"
  chroot: ""
  username: ""
  pidfile: "${room.path(`${name}.pid`)}"
  use-syslog: no
  logfile: "${room.path(`${name}.log`)}"
  verbosity: 1
  val-log-level: 2
  ede: yes
  do-daemonize: no
  num-threads: 1
  do-ip6: no
  interface: 127.0.0.1@${port}
  interface: 127.0.0.1@${httpsPort}
  https-port: ${httpsPort}
  http-endpoint: "/dns-query"
  ${tls ? `tls-service-key: "${tls.keyFile}"\n  tls-service-pem: "${tls.certificateFile}"` : 'http-notls-downstream: yes'}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  qname-minimisation: no
  aggressive-nsec: no
  prefetch: no
  unblock-lan-zones: yes
  insecure-lan-zones: yes
  module-config: "${anchorFile === undefined ? 'iterator' : 'validator iterator'}"
  ${anchorFile === undefined ? '' : `trust-anchor-file: "${anchorFile}"`}
${server}
remote-control:
  control-enable: no
${stubs.join('\n')}
`,
  );
  await mustRun('unbound-checkconf', [file]);
  const root = { name: Name.root, type: TYPE.SOA };
  await room.start(name, 'unbound', ['-d', '-c', file], async () => {
    const answer = await askOverUdp(port!, root, { timeoutMs: 500 });
    return answer?.rcode === 0 && answer.answer.length > 0;
  });
  return { port: port!, url: `${tls ? 'https' : 'http'}://127.0.0.1:${httpsPort}/dns-query` };
}

/** A root certificate and one for servers on loopback that it issued; all files lie in the room. */
export interface LoopbackCertificate {
  readonly caFile: string;
  readonly keyFile: string;
  readonly certificateFile: string;
}

export async function makeCertificate(room: Room, hosts: readonly string[] = []): Promise<LoopbackCertificate> {
  const names = ['IP:127.0.0.1', 'DNS:localhost', ...hosts.map((host) => `DNS:${host}`)].join(',');
  const extensions = await room.write(
    'leaf.ext',
    `subjectAltName=${names}\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  const [caKey, caFile, keyFile, request, certificateFile] = [
    'ca.key',
    'ca.pem',
    'leaf.key',
    'leaf.csr',
    'leaf.pem',
  ].map(room.path) as [string, string, string, string, string];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
  const openssl = (...args: string[]) => mustRun('openssl', args);
  await openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', caFile, '-subj', '/CN=Danelaw test root');
  await openssl('req', ...newKey.slice(0, 4), '-nodes', '-keyout', keyFile, '-out', request, '-subj', '/CN=resolver');
  await openssl(
    'x509',
    '-req',
    '-in',
    request,
    '-CA',
    caFile,
    '-CAkey',
    caKey,
    '-CAcreateserial',
    '-days',
    '3',
    '-extfile',
    extensions,
    '-out',
    certificateFile,
  );
  return { caFile, keyFile, certificateFile };
}
