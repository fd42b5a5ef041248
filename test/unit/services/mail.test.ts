/** checkMail on the world of mail: each outcome of RFC 7672, what is asked, whom it connects to, and what is advised. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import { TYPE } from '../../../src/dns/codes.ts';
import type { PeerToConnect } from '../../../src/services/connection.ts';
import { checkMail, type MailInput } from '../../../src/services/mail.ts';
import { type MailReport, SERVICE_VERDICTS } from '../../../src/services/report.ts';
import { createAuthority } from '../../world/authority.ts';
import { MAIL_CASES, mailMutations, mailZones } from '../../world/mail-cases.ts';
import { World } from '../../world/world.ts';
import { anchorsFrom, NOW, verifier, world } from '../dnssec/judging.ts';

const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
const authority = createAuthority({ now: NOW });
// Named after the hosts; one is named after a domain of addresses (RFC 7672 section 3.2.2).
const leaf = authority.issue({ hosts: ['mx1.post.example', 'issuer.post.example'] });
const stranger = authority.issue({ hosts: ['mx1.post.example'] });
const keys = {
  port: 25,
  key: sha256(leaf.publicKeyInfo),
  otherKey: sha256(stranger.publicKeyInfo),
  issuer: sha256(leaf.chain[1]!),
};
const of = world(mailZones(keys)).mutated(...mailMutations(25));

function evidence(shown = leaf): Exclude<CertificateEvidence, { kind: 'none' }> {
  return { kind: 'full chain', source: 'tls', pkix: 'invalid', certificates: shown.chain, obtainedAt: NOW };
}

async function check(domain: string, input: Partial<MailInput> = {}): Promise<MailReport> {
  return checkMail({ domain, ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier, ...input });
}

/** Servers that all show the same certificate, at every address. */
function showing(shown = leaf, asked: PeerToConnect[] = []): NonNullable<MailInput['connect']> {
  return async (peer) => {
    asked.push(peer);
    return peer.addresses.map((address) => ({ address, port: peer.port, evidence: evidence(shown) }));
  };
}

const inBrief = ({ peers }: MailReport) => peers.map(({ host, treatment }) => `${host} ${treatment}`);
const codes = ({ advice }: MailReport) => advice.map((one) => (one.code === 'tlsa' ? one.advice.code : one.code));

describe('the outcomes', () => {
  it.each(MAIL_CASES)('A5 are told apart by DNS alone: $domain', async ({ domain, verdict, reason, peers }) => {
    const report = await check(domain);
    expect({ verdict: report.verdict, reason: report.reason.code, peers: inBrief(report) }).toEqual({
      verdict,
      reason,
      peers,
    });
    expect(report).toMatchObject({ version: 1, checkedAt: NOW, port: 25 });
    expect(report.validUntil).toBeGreaterThan(NOW);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it.each(MAIL_CASES)('A5 are told apart with connections: $domain', async ({ domain, verdict, connected }) => {
    const asked: PeerToConnect[] = [];
    const report = await check(domain, { connect: showing(leaf, asked) });
    expect(report.verdict).toBe(connected ?? verdict);
    // A host that is to be skipped is left alone.
    const alone = report.peers.filter(({ treatment }) => treatment === 'skip').map(({ host }) => host);
    expect(asked.map(({ host }) => host).filter((host) => alone.includes(host))).toEqual([]);
  });

  it('cover every verdict', () => {
    const seen = new Set(MAIL_CASES.flatMap(({ verdict, connected }) => [verdict, connected]));
    // `unread` has tests of its own below.
    expect([...SERVICE_VERDICTS].filter((verdict) => verdict !== 'unread' && !seen.has(verdict))).toEqual([]);
  });
});

describe('the MX records', () => {
  it('A1 must be secure, and each host is judged by itself, its addresses first', async () => {
    const { listSecurity, peers, route } = await check('half.post.example');
    expect({ listSecurity, route }).toEqual({ listSecurity: 'secure', route: 'mx' });
    expect(
      peers.map(({ lookups }) => lookups.map(({ name, type, security }) => `${name} ${type} ${security}`)),
    ).toEqual([
      ['mx1.post.example. A secure', 'mx1.post.example. AAAA secure', '_25._tcp.mx1.post.example. TLSA secure'],
      ['bare.post.example. A secure', 'bare.post.example. AAAA secure', '_25._tcp.bare.post.example. TLSA secure'],
    ]);
  });

  it('A2 unsigned, never end in a success, whatever their hosts show', async () => {
    const report = await check('open.example', { connect: showing() });
    expect(report).toMatchObject({ verdict: 'insecure', listSecurity: 'insecure' });
    expect(report.peers[0]!.connections).toMatchObject([{ result: 'accepted' }]);
    // The domain mailed to is no name to match then: anybody may have led here.
    expect(report.peers[0]!.references).toEqual(['mx1.post.example']);
    expect((await check('open.example', { connect: showing(stranger) })).verdict).toBe('mismatch');
  });

  it('A3 missing, leave the domain itself; a null MX leaves nothing', async () => {
    const itself = await check('itself.post.example');
    expect(itself).toMatchObject({ route: 'domain itself', peers: [{ host: 'itself.post.example', port: 25 }] });
    expect(itself.peers[0]).not.toHaveProperty('preference');
    const none = await check('null.post.example');
    expect(none).toMatchObject({ route: 'none', verdict: 'none', reason: { code: 'null-mx' }, peers: [] });
    expect(codes(await check('notnull.post.example'))).toContain('null-mx-not-alone');
  });

  it('A3 of preference other than 0 are advised on, and null all the same', async () => {
    const odd = world({ 'example.': { records: 'odd MX 5 .' } });
    const report = await check('odd.example', { ask: odd.ask, anchors: anchorsFrom(odd.anchors()) });
    expect(report).toMatchObject({ verdict: 'none', reason: { code: 'null-mx' } });
    expect(report.advice).toEqual([{ code: 'null-mx-preference', preference: 5 }]);
  });

  it('come in order, a host named twice once', async () => {
    const zones = world({
      'example.': {
        records: 'd MX 30 a\nd MX 10 b\nd MX 20 a\nd MX 10 a2\na A 192.0.2.1\nb A 192.0.2.1\na2 A 192.0.2.1',
      },
    });
    const { peers } = await check('d.example', { ask: zones.ask, anchors: anchorsFrom(zones.anchors()) });
    expect(peers.map(({ host, preference }) => `${preference} ${host}`)).toEqual([
      '10 a2.example',
      '10 b.example',
      '20 a.example',
    ]);
  });
});

describe('an alias', () => {
  it('A4 signed to its end is followed, and its end asked first', async () => {
    const { peers, advice } = await check('aliasmx.post.example');
    expect(peers).toMatchObject([{ host: 'amx.post.example', alias: 'mx1.post.example', base: 'mx1.post.example' }]);
    expect(advice).toContainEqual({ code: 'alias', host: 'amx.post.example', target: 'mx1.post.example' });
    // Nothing at the end: the name itself.
    expect((await check('aliasown.post.example')).peers).toMatchObject([{ base: 'ownmx.post.example' }]);
  });

  it('A4 into an unsigned zone leaves the name itself, if its own alias record is signed', async () => {
    const { peers } = await check('aliasout.post.example');
    expect(peers).toMatchObject([{ base: 'outmx.post.example', addressSecurity: 'insecure', treatment: 'verify' }]);
    const asked = of.log.length;
    const { peers: plain } = await check('out.post.example');
    expect(plain[0]!.lookups.map(({ type }) => type)).toEqual(['A', 'AAAA']);
    expect(of.log.length).toBeGreaterThan(asked);
  });

  it('A4 of the domain mailed to adds its end to the names a certificate may have', async () => {
    const { peers } = await check('aliased.post.example');
    expect(peers[0]!.references).toEqual(['mx1.post.example', 'aliased.post.example', 'good.post.example']);
  });
});

describe('the records of a host', () => {
  it('A6 of usages 0 and 1 are unusable, and advised against', async () => {
    const report = await check('pkix.post.example', { connect: showing() });
    expect(report.peers[0]!.tlsa[0]!.outcome).toEqual({ code: 'unusable', why: 'PKIX usage' });
    expect(report.peers[0]!.connections).toMatchObject([{ result: 'accepted', reason: { code: 'encrypted' } }]);
    expect(report.advice).toContainEqual({ code: 'mail-pkix-usage', host: 'pkixmx.post.example', usage: 1 });
    expect(codes(report)).not.toContain('pkix-usage');
  });

  it('A6 of usage 2 take the names of the host and of the domain mailed to', async () => {
    const report = await check('issuer.post.example', { connect: showing() });
    // The certificate has the domain's name, and not the host's.
    expect(report.peers[0]!.references).toEqual(['issuermx.post.example', 'issuer.post.example']);
    expect(report.verdict).toBe('verified');
    // Who did not connect cannot know whether the server sends the issuer's certificate.
    expect(codes(report)).not.toContain('send-issuer');
    expect(codes(await check('issuer.post.example'))).toContain('send-issuer');
    const named = authority.issue({ hosts: ['elsewhere.example'] });
    const refused = await check('issuer.post.example', { connect: showing(named) });
    expect(refused).toMatchObject({ verdict: 'mismatch', reason: { code: 'peer-refused', address: '127.0.0.1' } });
  });

  it('A7 are looked for at the port in use', async () => {
    const other = world(mailZones({ ...keys, port: 587 }));
    const input = { ask: other.ask, anchors: anchorsFrom(other.anchors()) };
    expect((await check('good.post.example', input)).verdict).toBe('signed');
    expect((await check('good.post.example', { ...input, port: 587 })).verdict).toBe('published');
  });

  it('A8 promise nothing: who did not connect did not verify', async () => {
    for (const { domain } of MAIL_CASES) expect((await check(domain)).verdict).not.toBe('verified');
  });
});

describe('connections', () => {
  it('tell TLS the TLSA base domain, and go to each address', async () => {
    const asked: PeerToConnect[] = [];
    await check('aliasmx.post.example', { connect: showing(leaf, asked) });
    await check('good.post.example', { connect: showing(leaf, asked) });
    expect(asked.map(({ serverName, addresses, port }) => [serverName, addresses, port])).toEqual([
      ['mx1.post.example', ['127.0.0.1'], 25],
      ['mx1.post.example', ['127.0.0.1'], 25],
      ['mx2.post.example', ['127.0.0.1', '::1'], 25],
    ]);
  });

  it.each([
    ['starttls not offered', 'good.post.example', 'refused', 'mismatch'],
    ['starttls refused', 'good.post.example', 'refused', 'mismatch'],
    ['handshake failed', 'good.post.example', 'refused', 'mismatch'],
    ['starttls not offered', 'pkix.post.example', 'refused', 'mismatch'],
    ['starttls not offered', 'bare.post.example', 'accepted', 'signed'],
    ['connection refused', 'good.post.example', 'unreached', 'unread'],
    ['no answer', 'good.post.example', 'unreached', 'unread'],
    ['greeting refused', 'good.post.example', 'unreached', 'unread'],
  ] as const)('that end in "%s" at %s: %s, %s', async (fault, domain, result, verdict) => {
    const report = await check(domain, {
      connect: async ({ addresses, port }) => addresses.map((address) => ({ address, port, fault, said: '220 hello' })),
    });
    expect(report.verdict).toBe(verdict);
    for (const { connections } of report.peers) {
      expect(connections!.map((one) => [one.result, one.said])).toEqual(connections!.map(() => [result, '220 hello']));
      expect(connections!.length).toBeGreaterThan(0);
    }
  });

  it('that succeed at one address of a host are enough where another is out of reach', async () => {
    const report = await check('good.post.example', {
      connect: async ({ addresses, port }) =>
        addresses.map((address) =>
          address.includes(':')
            ? { address, port, fault: 'connection failed' }
            : { address, port, evidence: evidence() },
        ),
    });
    expect(report.verdict).toBe('verified');
  });

  it('of a shell that rejects are out of reach', async () => {
    const report = await check('good.post.example', { connect: () => Promise.reject(new Error('broken')) });
    expect(report).toMatchObject({ verdict: 'unread', reason: { code: 'peer-unreached', host: 'mx1.post.example' } });
  });
});

describe('policies beside DANE', () => {
  it('A9 are read, each in its state', async () => {
    const states = async (domain: string) => {
      const { policies } = await check(domain);
      return [policies?.sts?.state, policies?.reports?.state];
    };
    expect((await check('good.post.example')).policies).toEqual({
      sts: { name: '_mta-sts.good.post.example', security: 'secure', state: 'found', id: '20261122' },
      reports: {
        name: '_smtp._tls.good.post.example',
        security: 'secure',
        state: 'found',
        addresses: ['mailto:tls@good.post.example', 'https://tls.post.example/v1'],
      },
    });
    expect(await states('wrong.post.example')).toEqual(['several', 'absent']);
    expect(await states('half.post.example')).toEqual(['malformed', 'malformed']);
    expect(await states('bare.post.example')).toEqual(['absent', 'absent']);
    expect(codes(await check('wrong.post.example'))).toContain('no-failure-reports');
    expect(codes(await check('bare.post.example'))).not.toContain('no-failure-reports');
  });

  it('A9 are fetched only where asked for and announced, and take nothing from DANE', async () => {
    const urls: string[] = [];
    const policy = 'version: STSv1\r\nmode: enforce\r\nmx: *.post.example\r\nmx: mx9.example\r\nmax_age: 86400\r\n';
    const fetchPolicy = async (url: string) => {
      urls.push(url);
      return { ok: true, octets: new TextEncoder().encode(policy) } as const;
    };
    const report = await check('good.post.example', { fetchPolicy, connect: showing(stranger) });
    expect(urls).toEqual(['https://mta-sts.good.post.example/.well-known/mta-sts.txt']);
    expect(report.policies?.stsPolicy).toEqual({
      state: 'found',
      url: urls[0],
      mode: 'enforce',
      maxAgeSeconds: 86_400,
      patterns: ['*.post.example', 'mx9.example'],
    });
    expect(report.verdict).toBe('mismatch');
    await check('bare.post.example', { fetchPolicy });
    expect(urls).toHaveLength(1);
    const failed = await check('good.post.example', { fetchPolicy: () => Promise.reject(new Error('broken')) });
    expect(failed.policies?.stsPolicy).toMatchObject({ state: 'unfetched', why: 'connection failed' });
  });

  it('A9 that do not name a host are pointed out', async () => {
    const octets = new TextEncoder().encode('version: STSv1\nmode: testing\nmx: mx1.post.example\nmax_age: 1\n');
    const report = await check('good.post.example', { fetchPolicy: async () => ({ ok: true, octets }) });
    expect(report.advice).toContainEqual({ code: 'sts-misses-host', host: 'mx2.post.example' });
    expect(report.advice).not.toContainEqual({ code: 'sts-misses-host', host: 'mx1.post.example' });
  });
});

describe('the work', () => {
  it('is two rounds for a domain of which nothing is known, its hosts included', async () => {
    expect((await check('good.post.example')).work.roundTrips).toBe(2);
    expect((await check('many.post.example')).work.roundTrips).toBe(2);
  });

  it('is bounded, however many hosts are named', async () => {
    const { leftOut, peers, work } = await check('many.post.example');
    expect({ leftOut, peers: peers.length }).toEqual({ leftOut: 2, peers: 12 });
    expect(work.queries).toBeLessThan(128);
    expect(work.signatureChecks).toBeLessThan(192);
  });

  it('asks for no more than MX, addresses, TLSA, keys and the two policies', async () => {
    const from = of.log.length;
    await check('good.post.example');
    const types = new Set(of.log.slice(from).map(({ type }) => type));
    expect([...types].sort((a, b) => a - b)).toEqual(
      [TYPE.A, TYPE.MX, TYPE.TXT, TYPE.AAAA, TYPE.DS, TYPE.DNSKEY, TYPE.TLSA].sort((a, b) => a - b),
    );
  });

  it('takes a second look before data is called bogus', async () => {
    const looks: string[] = [];
    const sound = new World(of.now, of.zones);
    const secondLook: NonNullable<MailInput['secondLook']> = ({ code }) => {
      looks.push(code);
      return sound.ask;
    };
    expect((await check('falsemx.post.example', { secondLook })).verdict).toBe('published');
    expect((await check('falsehost.post.example', { secondLook })).verdict).toBe('published');
    expect(looks).toEqual(['signature-invalid', 'signature-invalid']);
    // What is no better the second time stays as it was.
    expect((await check('falsemx.post.example', { secondLook: () => of.ask })).verdict).toBe('bogus');
  });
});
