/** `danelaw check` of real sites: what OpenSSL's own DANE says of the same records and the same server is what we say. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './harness.ts';
import { type RealSite, type RealSites, startRealSites } from './sites.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let real: RealSites;
let ofAll: readonly RealSite[];
beforeAll(async () => {
  real = await startRealSites();
  ofAll = real.sites;
});
afterAll(async () => {
  await real?.stop();
});

const STATUS: Readonly<Record<string, number>> = { verified: 0, mismatch: 1, bogus: 1, signed: 3, insecure: 3 };

describe('danelaw check of real servers', () => {
  it('gives each site its verdict, in one batch', async () => {
    const { port, anchorFile, authorityFile, resolverUrl } = real;
    const options = ['--resolver', resolverUrl, '--anchors', anchorFile, '--ca', authorityFile];
    const lines = ofAll.map(({ host }) => JSON.stringify({ id: host, host, port, connect: '127.0.0.1' }));
    const { stdout, stderr, status } = await run(
      process.execPath,
      ['--import', 'tsx', 'src/cli/main.ts', 'check', '--batch', '-', ...options],
      { cwd: ROOT, input: lines.join('\n') },
    );
    expect(stderr).toBe('');
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reports.map(({ id, verdict }) => ({ host: id, verdict }))).toEqual(
      ofAll.map(({ host, expected }) => ({ host, verdict: expected })),
    );
    for (const { verdict, certificate } of reports) {
      const read = { kind: 'full chain', source: 'tls', pkix: 'valid' };
      const decides = verdict === 'verified' || verdict === 'mismatch';
      expect(certificate).toMatchObject(decides ? read : { kind: 'none', why: 'not needed' });
    }
    expect(status).toBe(1);
  });

  it.each(['key', 'wrong', 'none'])('ends with the status of %s.sites.example', async (label) => {
    const { expected } = ofAll.find(({ host }) => host === `${label}.sites.example`)!;
    const to = [`${label}.sites.example:${real.port}`, '--connect', '127.0.0.1'];
    const options = ['--resolver', real.resolverUrl, '--anchors', real.anchorFile, '--ca', real.authorityFile];
    const args = ['--import', 'tsx', 'src/cli/main.ts', 'check', ...to, ...options];
    const { stdout, status } = await run(process.execPath, args, { cwd: ROOT });
    expect(stdout).toMatch(new RegExp(`^${expected}: `));
    expect(status).toBe(STATUS[expected]);
  });

  it("agrees with OpenSSL's DANE on every secure TLSA set", async () => {
    const judged = ofAll.filter(({ expected }) => expected === 'verified' || expected === 'mismatch');
    expect(judged.length).toBeGreaterThan(10);
    for (const site of judged) {
      expect({ host: site.host, verdict: (await opensslMatches(site)) ? 'verified' : 'mismatch' }).toEqual({
        host: site.host,
        verdict: site.expected,
      });
    }
  });
});

/** OpenSSL's verdict over the same records, taken as secure. */
async function opensslMatches({ host, tlsa }: RealSite): Promise<boolean> {
  const dane = tlsa.flatMap((record) => ['-dane_tlsa_rrdata', record]);
  const { stdout, stderr } = await run('openssl', [
    ...['s_client', '-connect', `127.0.0.1:${real.port}`, '-servername', host, '-CAfile', real.authorityFile],
    ...['-dane_tlsa_domain', host, ...dane, '-brief'],
  ]);
  const said = stdout + stderr;
  if (/^Verification: OK$/m.test(said)) return /^DANE TLSA \d \d \d .* matched/m.test(said);
  expect(said).toMatch(/^Verification error: /m);
  return false;
}
