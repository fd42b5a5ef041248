import { createHash, X509Certificate } from 'node:crypto';
import { createConnection } from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { decodeMessage, encodeQuery } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { SITE_VERDICTS } from '../../../src/report.ts';
import { type DemoWorld, startDemoWorld } from '../../world/demo.ts';
import { denials, records } from './reading.ts';

let demo: DemoWorld;
beforeAll(async () => {
  demo = await startDemoWorld();
});
afterAll(() => demo.close());

interface Visit {
  readonly authorized: boolean;
  readonly chain: readonly X509Certificate[];
  readonly page: string;
  readonly resumed: boolean;
  readonly session: Buffer | undefined;
}

/** One visit as a browser makes it, on a new connection, with the session of an earlier one if there is one. */
function visit(host: string, session?: Buffer): Promise<Visit> {
  const { port } = demo.sites.find((site) => site.host === host)!;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername: host, ca: demo.authority.rootPem };
    const socket = tls.connect({ ...options, ...(session && { session }) });
    let page = '';
    let next: Buffer | undefined;
    socket.on('session', (given: Buffer) => {
      next = given;
    });
    socket.on('data', (octets) => {
      page += octets;
    });
    socket.on('error', reject);
    socket.on('secureConnect', () =>
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`),
    );
    let chain: X509Certificate[] = [];
    socket.on('secureConnect', () => {
      chain = certificates(socket);
    });
    socket.on('end', () =>
      resolve({ authorized: socket.authorized, chain, page, resumed: socket.isSessionReused(), session: next }),
    );
  });
}

/** Leaf first, up to and with the root the client trusts. */
function certificates(socket: tls.TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let at = socket.getPeerCertificate(true); ; at = at.issuerCertificate) {
    chain.push(new X509Certificate(at.raw));
    if (at.issuerCertificate === at) return chain;
  }
}

const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
const spki = (certificate: X509Certificate) => certificate.publicKey.export({ format: 'der', type: 'spki' });

async function lookup(name: string, type: number, url = demo.resolverUrl) {
  const body = Buffer.from(encodeQuery({ name: Name.parse(name), type }));
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/dns-message' }, body });
  const decoded = decodeMessage(new Uint8Array(await response.arrayBuffer()));
  if (!decoded.ok) throw new Error(decoded.fault);
  return decoded.message;
}

const tlsaOf = (host: string) => {
  const { port } = demo.sites.find((site) => site.host === host)!;
  return lookup(`_${port}._tcp.${host}`, TYPE.TLSA);
};

describe('sites', () => {
  it('has a case for every verdict a demo can show', () => {
    const shown = new Set(demo.sites.map(({ expected }) => expected));
    // `unread` is a matter of the browser, not of the site.
    expect([...shown].sort()).toEqual(SITE_VERDICTS.filter((verdict) => verdict !== 'unread').sort());
    expect(demo.hostMap).toEqual(demo.sites.map(({ host }) => host));
  });

  it('show a page that says what each is', async () => {
    for (const { host, url, title, expected } of demo.sites.filter(({ url }) => url.startsWith('https:'))) {
      const { page, authorized, chain } = await visit(host);
      expect([host, authorized, chain.length]).toEqual([host, true, 3]);
      expect(page).toContain(`<title>${title}</title>`);
      expect(page).toContain(`<strong class="verdict" id="expected">${expected}</strong>`);
      expect(page).not.toContain(`href="${url}"`);
    }
  });

  it('have certificates as browsers want them', async () => {
    const { chain } = await visit('verified.example');
    const leaf = chain[0]!;
    expect(leaf.subjectAltName).toBe('DNS:verified.example');
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.ca).toBe(false);
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86_400_000;
    expect(days).toBeLessThanOrEqual(398);
    expect(chain.map((certificate) => certificate.ca)).toEqual([false, true, true]);
    expect(chain[2]!.toString()).toBe(demo.authority.rootPem);
    expect(chain[1]!.verify(chain[2]!.publicKey)).toBe(true);
    expect(leaf.verify(chain[1]!.publicKey)).toBe(true);
  });

  it('without TLS: a page, and no certificate', async () => {
    const { port, host } = demo.sites.find(({ expected }) => expected === 'off')!;
    const page = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.write(`GET / HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`);
      });
      socket.on('data', (octets) => {
        text += octets;
      });
      socket.on('error', reject);
      socket.on('end', () => resolve(text));
    });
    expect(page).toMatch(/^HTTP\/1\.1 200/);
  });

  it('publish what their verdict needs', async () => {
    const keyOf = async (host: string) => sha256(spki((await visit(host)).chain[0]!));
    const data = async (host: string) => records((await tlsaOf(host)).answer).map((line) => line.split(' TLSA ')[1]);
    expect(await data('verified.example')).toEqual([`3 1 1 ${await keyOf('verified.example')}`]);
    expect(await data('insecure.example')).toEqual([`3 1 1 ${await keyOf('insecure.example')}`]);
    expect(await data('bogus.example')).toEqual([`3 1 1 ${await keyOf('bogus.example')}`]);
    expect(await data('authority.demo')).toEqual([`1 1 1 ${await keyOf('authority.demo')}`]);
    expect((await data('mismatch.example'))[0]).toMatch(/^3 1 1 [0-9a-f]{64}$/);
    expect(await data('mismatch.example')).not.toEqual([`3 1 1 ${await keyOf('mismatch.example')}`]);
    const wildcard = (await visit('wildcard.sites.demo')).chain[0]!;
    const sha512 = createHash('sha512').update(spki(wildcard)).digest('hex');
    expect(await data('wildcard.sites.demo')).toEqual([`3 1 2 ${sha512}`]);
    const behind = (await visit('alias.demo')).chain[0]!;
    expect(await data('alias.demo')).toContain(`3 0 1 ${sha256(behind.raw)}`);
    expect(denials(await tlsaOf('signed.example')).length).toBeGreaterThan(0);
    expect((await tlsaOf('unreachable.example')).rcode).toBe(2);
  });
});

describe('swapping a certificate', () => {
  it('gives the next visit a new key of the same authority, however it comes, and can be taken back', async () => {
    const host = 'verified.example';
    const before = await visit(host);
    // A session of before must not bring the old certificate back.
    expect((await visit(host, before.session)).resumed).toBe(false);
    const { port } = demo.sites.find((site) => site.host === host)!;
    const idle = tls.connect({ host: '127.0.0.1', port, servername: host, ca: demo.authority.rootPem });
    await new Promise((resolve) => idle.once('secureConnect', resolve));
    const lost = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => {});
    idle.resume();

    demo.swap(host);
    await lost;
    const handshakes = demo.connections(host);
    const after = await visit(host, before.session);
    expect([after.authorized, after.resumed, demo.connections(host)]).toEqual([true, false, handshakes + 1]);
    expect(sha256(spki(after.chain[0]!))).not.toBe(sha256(spki(before.chain[0]!)));
    expect(after.chain[2]!.toString()).toBe(demo.authority.rootPem);

    demo.restore(host);
    expect((await visit(host)).chain[0]!.fingerprint256).toBe(before.chain[0]!.fingerprint256);
    expect(() => demo.swap('nowhere.example')).toThrow(RangeError);
  });
});

it('logs what both resolvers were asked', async () => {
  const before = demo.log.length;
  await lookup('demo.', TYPE.DNSKEY);
  expect(demo.log.slice(before).map(({ name, type }) => [name, type])).toEqual([['demo.', TYPE.DNSKEY]]);
  expect(demo.anchorsText).toBe(demo.world.anchors());
});

it('can be signed for another time, on ports of choice, and lets go of them', async () => {
  const first = await startDemoWorld({ now: 1_600_000_000 });
  const { port } = first.sites[0]!;
  expect(first.world.zone('demo.').window).toEqual({ inception: 1_600_000_000 - 3600, expiration: 1_600_604_800 });
  await first.close();
  const second = await startDemoWorld({ ports: { https: port } });
  expect(second.sites[0]!.port).toBe(port);
  await second.close();
});
