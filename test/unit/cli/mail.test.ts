/** `danelaw mail` on the world of mail, over DNS over HTTPS, with servers that speak SMTP well and badly. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statusOfService } from '../../../src/cli/exit-status.ts';
import { createHttpClient } from '../../../src/cli/fetch.ts';
import { fetchStsPolicy } from '../../../src/cli/sts.ts';
import { type ClearServer, type ClearServerFault, startClearServer } from '../../world/clear-server.ts';
import { MAIL_CASES, mailMutations, mailZones } from '../../world/mail-cases.ts';
import { startHttpsSites } from '../../world/sites.ts';
import { buildWorld } from '../../world/world.ts';
import { danelaw } from './danelaw.ts';
import { certificates, type Served, serve, sha256 } from './services.ts';

const { authority, leaf, stranger } = certificates(['mx1.post.example', 'issuer.post.example']);
const now = Math.floor(Date.now() / 1000);

/** The world with its mail servers at `port`. */
async function worldAt(port: number): Promise<Served> {
  const keys = { key: sha256(leaf.publicKeyInfo), otherKey: sha256(stranger.publicKeyInfo) };
  const zones = mailZones({ port, ...keys, issuer: sha256(leaf.chain[1]!) });
  return serve(buildWorld(zones, { now }).mutated(...mailMutations(port)), authority);
}

let served: Served;
let server: ClearServer;
beforeAll(async () => {
  server = await startClearServer('smtp', leaf);
  served = await worldAt(server.port);
});
afterAll(async () => {
  await served?.close();
  await server?.close();
});

const mail = (...args: string[]) => danelaw(['mail', ...args, '--port', String(server.port), ...served.options]);

describe('danelaw mail', () => {
  it.each(MAIL_CASES)('A5 tells the outcomes apart: $domain', async ({ domain, verdict, reason, peers, connected }) => {
    const { stdout, stderr, status } = await mail(domain, '--json');
    const report = JSON.parse(stdout);
    expect({ verdict: report.verdict, reason: report.reason.code, status, stderr }).toEqual({
      verdict,
      reason,
      status: statusOfService(verdict),
      stderr: '',
    });
    expect(report.peers.map(({ host, treatment }: Record<string, string>) => `${host} ${treatment}`)).toEqual(peers);

    const text = await mail(domain, '--connect');
    expect(text.stdout.split('\n', 1)).toEqual([`${connected ?? verdict}: ${domain}`]);
    expect(text.status).toBe(statusOfService(connected ?? verdict));
    // Each server has its line, with a mark of its state.
    for (const peer of peers) expect(text.stdout).toMatch(new RegExp(`^(ok|--|!!|\\?\\?)  ${peer.split(' ')[0]}`, 'm'));
  });

  it('speaks SMTP, tells TLS the TLSA base domain, and says who it is by its address alone', async () => {
    server.heard.length = 0;
    server.serverNames.length = 0;
    await mail('aliasmx.post.example', '--connect');
    expect(server.heard).toEqual(['EHLO [127.0.0.1]\r\n', 'STARTTLS\r\n']);
    expect(server.serverNames).toEqual(['mx1.post.example']);
  });

  it('says what stands beside DANE, and what is worth mending', async () => {
    const { stdout } = await mail('good.post.example');
    expect(stdout).toContain('\nMTA-STS is announced (id 20261122).\nReports of failed deliveries (TLSRPT) go to ');
    expect((await mail('pkix.post.example')).stdout).toContain(
      '\nadvice for the publisher:\n- pkixmx.post.example: senders of mail need not take records of usage 1.',
    );
  });

  it('A9 fetches the MTA-STS policy on request alone', async () => {
    const policyOf = async (...args: string[]) =>
      JSON.parse((await mail('good.post.example', '--json', ...args)).stdout).policies.stsPolicy;
    expect(await policyOf()).toBeUndefined();
    expect(await policyOf('--sts')).toMatchObject({
      state: 'unfetched',
      url: 'https://mta-sts.good.post.example/.well-known/mta-sts.txt',
    });
  });

  it('takes a batch, a line a report', async () => {
    const lines = MAIL_CASES.map(({ domain }) => JSON.stringify({ id: domain, domain, port: server.port }));
    const { stdout, status } = await danelaw(['mail', '--batch', '-', '--stats', ...served.options], {
      input: lines.map((line) => `${line}\n`),
    });
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reports.map(({ id, verdict }) => [id, verdict])).toEqual(
      MAIL_CASES.map(({ domain, verdict }) => [domain, verdict]),
    );
    expect(status).toBe(1);
  });

  it('asks no more than is needed with --no-speculation, and comes to the same', async () => {
    const json = async (...args: string[]) => JSON.parse((await mail('good.post.example', '--json', ...args)).stdout);
    const [ahead, careful] = [await json(), await json('--no-speculation')];
    expect(careful.verdict).toBe(ahead.verdict);
    expect(careful.work.queries).toBeLessThan(ahead.work.queries);
    expect(careful.work.roundTrips).toBeGreaterThan(ahead.work.roundTrips);
  });

  it('needs two rounds', async () => {
    const { stdout } = await mail('good.post.example', '--json', '--stats');
    expect(JSON.parse(stdout).stats.rounds).toBe(2);
  });
});

describe('servers that do it wrong', () => {
  const faults: readonly [ClearServerFault, string, string, string][] = [
    ['no tls', 'starttls not offered', 'refused', '250 8BITMIME'],
    ['takes back', 'starttls refused', 'refused', '454 4.7.0 TLS not available'],
    ['talks on', 'starttls refused', 'refused', 'more'],
    ['garbage', 'handshake failed', 'refused', ''],
    ['refuses', 'greeting refused', 'unreached', '554 5.7.1 not you'],
    ['says too much', 'greeting refused', 'unreached', ''],
    ['hangs up', 'greeting refused', 'unreached', ''],
    ['says nothing', 'no answer', 'unreached', ''],
  ];
  it.each(faults)('"%s" is %s, and the server is %s', async (kind, fault, result, said) => {
    const bad = await startClearServer('smtp', leaf, kind);
    const there = await worldAt(bad.port);
    try {
      const args = ['mail', 'notnull.post.example', '--connect', '--port', String(bad.port)];
      const patience = kind === 'says nothing' ? ['--timeout', '2000'] : [];
      const { stdout, status } = await danelaw([...args, '--json', ...patience, ...there.options]);
      const [connection] = JSON.parse(stdout).peers[0].connections;
      expect(connection).toMatchObject({ address: '127.0.0.1', result, reason: { code: 'fault', fault } });
      expect(connection.said ?? '').toBe(said);
      expect(status).toBe(result === 'refused' ? 1 : 4);
    } finally {
      await there.close();
      await bad.close();
    }
  });

  it('another certificate is a mismatch, and nobody there is no answer at all', async () => {
    const other = await startClearServer('smtp', stranger);
    const there = await worldAt(other.port);
    const args = ['mail', 'notnull.post.example', '--connect', '--port', String(other.port), ...there.options];
    const refused = await danelaw(args);
    expect(refused.stdout).toMatch(/^mismatch: /);
    expect(refused.stdout).toContain('127.0.0.1: refused. ');
    await other.close();
    const gone = await danelaw(args);
    expect(gone.stdout).toMatch(/^unread: /);
    expect(gone.stdout).toContain('Nothing answers at this address and port.');
    await there.close();
  });
});

describe('what is no domain', () => {
  const wrong: readonly [string, RegExp][] = [
    ['', /^danelaw: DOMAIN is empty\n/],
    ['  ', /^danelaw: DOMAIN is empty\n/],
    ['somebody@example.com', /a domain is wanted, not an address: example\.com/],
    ['https://example.com/', /a domain is wanted, not a URL: example\.com/],
    ['folk,example', /no host has “,” in its name/],
    ['a b.example', /not a host name/],
    ['a..example', /empty label/],
    [`${'a'.repeat(64)}.example`, /label too long/],
    [`${'abcdefghi.'.repeat(30)}example`, /name too long/],
    ['\u0000.example', /not a host name/],
    ['\u202e\u202e', /not a host name/],
  ];
  it.each(wrong)('%j is told so in a line', async (domain, sentence) => {
    const { stdout, stderr, status } = await mail(domain);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^danelaw: [^\n]*\nTry 'danelaw mail --help'\.\n$/);
  });

  it.each(['💌.example', 'bücher.example', 'BÜCHER.Example.'])('%s is a domain like any other', async (domain) => {
    const { stdout, status } = await mail(domain, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'none',
      domain: expect.stringMatching(/^xn--[a-z0-9-]+\.example$/),
    });
    expect(status).toBe(3);
  });

  it.each(['[192.0.2.1]', '192.0.2.1', '[IPv6:2001:db8::1]', 'localhost'])(
    '%s has no mail servers to look up',
    async (domain) => {
      const { stdout, status } = await mail(domain);
      expect(stdout).toMatch(/^off: /);
      expect(status).toBe(3);
    },
  );

  it('and other usage is told by name', async () => {
    expect((await danelaw(['mail'])).stderr).toMatch(/DOMAIN is missing/);
    expect((await mail('a.example', 'b.example')).stderr).toMatch(/one argument too many: b\.example/);
    expect((await danelaw(['mail', 'a.example', '--port', '0'])).stderr).toMatch(/a port is a number/);
    expect((await danelaw(['mail', '--help'])).stdout).toMatch(/^Usage: danelaw mail DOMAIN/);
  });
});

describe('the MTA-STS policy', () => {
  it('A9 is fetched over valid HTTPS, bounded, and no redirect is followed', async () => {
    const pages = new Map([['localhost', 'version: STSv1\nmode: none\nmax_age: 60\n']]);
    const site = await startHttpsSites((host) => pages.get(host));
    site.useCertificate('localhost', authority.issue({ hosts: ['localhost'] }));
    const url = `https://localhost:${site.port}/`;
    const trusting = createHttpClient({ ca: [authority.rootPem] });
    const doubting = createHttpClient();
    try {
      const fetched = await fetchStsPolicy(url, trusting, 3000);
      expect(fetched.ok && new TextDecoder().decode(fetched.octets)).toContain('mode: none');
      expect(await fetchStsPolicy(url, doubting, 3000)).toEqual({ ok: false, why: 'certificate refused' });
      pages.set('localhost', 'x'.repeat(70_000));
      expect(await fetchStsPolicy(url, trusting, 3000)).toEqual({ ok: false, why: 'too large' });
      pages.delete('localhost');
      expect(await fetchStsPolicy(url, trusting, 3000)).toMatchObject({ ok: false, why: 'HTTP status' });
      expect(await fetchStsPolicy('https://127.0.0.1:1/', trusting, 3000)).toEqual({
        ok: false,
        why: 'connection failed',
      });
    } finally {
      trusting.close();
      doubting.close();
      await site.close();
    }
  });

  it('is not waited for beyond its time', async () => {
    const silent = await startClearServer('smtp', leaf, 'says nothing');
    const client = createHttpClient();
    const started = performance.now();
    const fetched = await fetchStsPolicy(`https://127.0.0.1:${silent.port}/`, client, 200);
    expect(fetched).toEqual({ ok: false, why: 'no answer' });
    // Without a limit it never ends; the rest is room for a busy machine.
    expect(performance.now() - started).toBeLessThan(10_000);
    client.close();
    await silent.close();
  });
});
