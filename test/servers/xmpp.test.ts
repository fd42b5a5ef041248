/** `danelaw xmpp` and a real Prosody: clients and servers, after STARTTLS and by TLS from the start. */
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceReport, XmppReport } from '../../src/services/report.ts';
import { danelaw } from '../unit/cli/danelaw.ts';
import { certificates, type Served, serve, sha256 } from '../unit/cli/services.ts';
import { buildWorld } from '../world/world.ts';
import { createRoom, freePorts, type Room } from './harness.ts';

const { authority, leaf, stranger } = certificates(['chat.example', 'wrong.example']);
const SERVICES = ['xmpp-client', 'xmpps-client', 'xmpp-server', 'xmpps-server'];

let room: Room;
let served: Served;
beforeAll(async () => {
  room = await createRoom();
  const ports = await freePorts(SERVICES.length);
  const records = (key: string) =>
    SERVICES.map((service, i) => `_${service}._tcp SRV 0 0 ${ports[i]} host\n_${ports[i]}._tcp.host TLSA 3 1 1 ${key}`);
  const zone = (leafOrOther: typeof leaf) =>
    [...records(sha256(leafOrOther.publicKeyInfo)), 'host A 127.0.0.1'].join('\n');
  const world = buildWorld(
    { 'chat.example.': { records: zone(leaf) }, 'wrong.example.': { records: zone(stranger) } },
    { now: Math.floor(Date.now() / 1000) },
  );
  served = await serve(world, authority);
  await startProsody(room, ports);
});
afterAll(async () => {
  await room?.stop();
  await served?.close();
});

/** In the foreground, with all it has in the room. */
async function startProsody(place: Room, ports: readonly number[]): Promise<void> {
  const [clients, clientsTls, servers, serversTls] = ports;
  await mkdir(place.path('data'));
  const certificate = await place.write('prosody.pem', leaf.certPem);
  const key = await place.write('prosody.key', leaf.keyPem);
  const file = await place.write(
    'prosody.cfg.lua',
    `run_as_root = true
pidfile = "${place.path('prosody.pid')}"
data_path = "${place.path('data')}"
log = { info = "${place.path('prosody.log')}" }
interfaces = { "127.0.0.1" }
modules_enabled = { "tls", "saslauth", "dialback", "disco" }
c2s_ports = { ${clients} }
c2s_direct_tls_ports = { ${clientsTls} }
s2s_ports = { ${servers} }
s2s_direct_tls_ports = { ${serversTls} }
c2s_require_encryption = true
ssl = { certificate = "${certificate}"; key = "${key}" }
VirtualHost "chat.example"
VirtualHost "wrong.example"
`,
  );
  const answers = async () => (await Promise.all(ports.map(isOpen))).every((open) => open);
  await place.start('prosody', 'prosody', ['--config', file, '-F'], answers);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}

async function check(domain: string): Promise<XmppReport> {
  const { stdout } = await danelaw(['xmpp', domain, '--connect', '--json', ...served.options]);
  return JSON.parse(stdout);
}

const inBrief = ({ service, verdict, peers }: ServiceReport) =>
  `${service} ${verdict}, ${peers[0]!.connections![0]!.result} (${peers[0]!.connections![0]!.reason.code})`;

describe('danelaw xmpp and Prosody', () => {
  it('A13 finds the published certificate at all four services', async () => {
    const { verdict, services } = await check('chat.example');
    expect(services.map(inBrief)).toEqual(SERVICES.map((service) => `${service} verified, accepted (matched)`));
    expect(verdict).toBe('verified');
  });

  it('A13 finds another certificate than the published one', async () => {
    const { verdict, services } = await check('wrong.example');
    expect(services.map(inBrief)).toEqual(SERVICES.map((service) => `${service} mismatch, refused (no-match)`));
    expect(verdict).toBe('mismatch');
  });
});
