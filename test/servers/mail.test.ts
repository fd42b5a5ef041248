/**
 * `danelaw mail` beside Postfix: the world of mail, resolved for it by Unbound, its servers one real Postfix. What we
 * say a sender of mail does that follows DANE is what `posttls-finger` and Postfix's own sender do.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseType } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import type { MailReport, PeerReport } from '../../src/services/report.ts';
import { danelaw } from '../unit/cli/danelaw.ts';
import { certificates, type Served, serve, sha256 } from '../unit/cli/services.ts';
import { type DnsServer, startDnsServer } from '../world/dns-server.ts';
import { MAIL_CASES, mailMutations, mailZones } from '../world/mail-cases.ts';
import { buildWorld } from '../world/world.ts';
import { startUnbound } from './daemons.ts';
import { bindAnchors, delv } from './delv.ts';
import { createRoom, freePorts, type Room, run } from './harness.ts';
import { inParallel } from './parallel.ts';
import {
  freeResolverAddress,
  type Postfix,
  SERVER_ADDRESS,
  startPostfix,
  withResolver,
  writeResolverConfiguration,
} from './postfix.ts';

const { authority, leaf, stranger } = certificates(['mx1.post.example', 'issuer.post.example']);
const now = Math.floor(Date.now() / 1000);
/** Text that has MX records to be looked up; the rest never comes to a question. */
const cases = MAIL_CASES.filter(({ verdict }) => verdict !== 'off');

let room: Room;
let served: Served;
let dns: DnsServer;
let postfix: Postfix;
beforeAll(async () => {
  room = await createRoom();
  const [port] = await freePorts(1);
  const keys = { key: sha256(leaf.publicKeyInfo), otherKey: sha256(stranger.publicKeyInfo) };
  const zones = mailZones({ port: port!, address: SERVER_ADDRESS, ...keys, issuer: sha256(leaf.chain[1]!) });
  const world = buildWorld(zones, { now }).mutated(...mailMutations(port!));
  served = await serve(world, authority);
  dns = await startDnsServer((query) => world.respond(query.with(3, query[3]! | 0x10)));
  const address = await freeResolverAddress();
  await writeResolverConfiguration(room, address);
  const forward = `forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@${dns.port}\n`;
  const server = `  interface: ${address}@53\n${forward}`;
  await startUnbound(room, { zones: [], authorityPort: 0, anchors: world.anchors(), server });
  postfix = await startPostfix(room, {
    certificateFile: await room.write('server.pem', leaf.certPem),
    keyFile: await room.write('server.key', leaf.keyPem),
    level: 'dane',
    port: port!,
  });
});
afterAll(async () => {
  await room?.stop();
  await dns?.close();
  await served?.close();
});

async function report(domain: string, ...more: string[]): Promise<MailReport> {
  const args = ['mail', domain, '--json', '--port', String(postfix.port), ...more, ...served.options];
  return JSON.parse((await danelaw(args)).stdout);
}

/** What Postfix's own tool does with one domain at one level, in our words. */
async function finger(domain: string, level: 'dane' | 'dane-only'): Promise<string> {
  const args = ['-c', '-T', '10', '-t', '10', '-l', level, '-L', 'summary', `${domain}:${postfix.port}`];
  const [command, ...rest] = withResolver(room, 'posttls-finger', args);
  const { stdout, stderr } = await run(command!, rest, { timeoutMs: 30_000 });
  const said = stdout + stderr;
  if (/Verified TLS connection established/.test(said)) return 'accepted';
  // RFC 7672 section 2.2.1: it holds, and is nobody's proof for the domain.
  if (/MX RRset insecure/.test(said) && /Trusted TLS connection established/.test(said)) return 'accepted, MX unsigned';
  if (/num=65:no matching DANE TLSA records/.test(said)) return 'refused';
  if (/Untrusted TLS connection established/.test(said)) return 'not authenticated';
  if (/does not accept mail|lookup failed|lookup error|lookup problem|no TLSA records|dane configured/i.test(said))
    return 'not tried';
  throw new Error(`posttls-finger ${domain}: ${said}`);
}

/** The same of the server that our report has a sender come to first. */
function fingerByUs({ peers, reason, listSecurity }: MailReport): string {
  const first: PeerReport | undefined = peers.find(({ treatment }) => treatment !== 'skip');
  if (first === undefined || reason.code === 'null-mx') return 'not tried';
  const [connection] = first.connections!;
  if (first.treatment !== 'verify') return 'not authenticated';
  return listSecurity === 'insecure' ? `${connection!.result}, MX unsigned` : connection!.result;
}

/** What becomes of a message, by our report of the servers. */
function deliveryByUs({ verdict, peers }: MailReport): string {
  if (peers.some(({ connections = [] }) => connections.some(({ result }) => result === 'accepted'))) return 'sent';
  return verdict === 'none' ? 'bounced' : 'deferred';
}

describe('danelaw mail', () => {
  it('A2 A5 agrees with Postfix about every domain, by its tool and by its deliveries', async () => {
    // Where an MX record has an address in the place of a name, Postfix connects to that address, in nobody's zone.
    const asked = cases.filter(({ domain }) => domain !== 'address.post.example');
    const rows = await inParallel(4, asked, async ({ domain }) => {
      const ours = await report(domain, '--connect');
      const [theirs, { status, why }] = await Promise.all([finger(domain, 'dane'), postfix.send(`someone@${domain}`)]);
      return {
        domain,
        verdict: ours.verdict,
        ours: `${fingerByUs(ours)}, ${deliveryByUs(ours)}`,
        postfix: `${theirs}, ${status}`,
        why,
      };
    });
    console.table(rows.map(({ why: _, ...row }) => row));
    const disagreeing = rows.filter(({ ours, postfix: theirs }) => ours !== theirs);
    // A null MX beside others is forbidden, and what senders do with it is not said (RFC 7505 section 3): Postfix takes
    // the domain at its word that it has no mail; we look at the other hosts, and advise.
    expect(disagreeing.map(({ domain, postfix: theirs }) => [domain, theirs])).toEqual([
      ['notnull.post.example', 'not tried, bounced'],
    ]);
    expect(rows.length).toBeGreaterThan(20);
    // Each way it can go is there.
    const ways = new Set(rows.map((row) => row.postfix));
    expect(ways.size).toBeGreaterThanOrEqual(5);
  });

  it('A5 agrees with a sender that delivers by DANE or not at all', async () => {
    const domains = ['good.post.example', 'wrong.post.example', 'issuer.post.example'];
    const rows = await inParallel(2, domains, async (domain) => {
      const ours = fingerByUs(await report(domain, '--connect'));
      return { domain, ours, postfix: await finger(domain, 'dane-only') };
    });
    expect(rows.filter(({ ours, postfix: theirs }) => ours !== theirs)).toEqual([]);
  });

  it('shows the certificate of a real Postfix', async () => {
    const { peers, verdict } = await report('issuer.post.example', '--connect');
    expect(verdict).toBe('verified');
    const { certificate } = peers[0]!.connections![0]!;
    const chain = certificate.kind === 'none' ? [] : certificate.chain;
    expect(chain.map(({ depth, names, appended }) => [depth, names, appended])).toEqual([
      [0, ['mx1.post.example', 'issuer.post.example'], undefined],
      [1, [], undefined],
      // Of the trust store; Postfix did not send it.
      [2, [], true],
    ]);
  });

  it('A1 agrees with delv on each lookup', async () => {
    const anchors = await room.write('delv.anchors', bindAnchors(served.world.anchors().trim().split('\n')));
    const asked = new Map<string, string>();
    for (const { domain } of cases) {
      for (const { name, type, security } of (await report(domain)).lookups) asked.set(`${name} ${type}`, security);
    }
    expect(asked.size).toBeGreaterThan(60);
    const wrong = await inParallel(4, [...asked], async ([question, ours]) => {
      const [name, type] = question.split(' ') as [string, string];
      const theirs = await delv(dns.port, anchors, { name: Name.parse(name), type: parseType(type)! });
      // Without an answer delv has nothing to say but failure.
      const expected = ours === 'indeterminate' ? 'bogus' : ours;
      return theirs.security === expected ? undefined : `${question}: ${ours}, delv ${theirs.security}`;
    });
    expect(wrong.filter((line) => line !== undefined)).toEqual([]);
  });
});
