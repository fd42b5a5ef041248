/** checkService on the world of services: each outcome of RFC 7673, what is asked, and the names that count. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import type { PeerToConnect } from '../../../src/services/connection.ts';
import type { ServiceReport } from '../../../src/services/report.ts';
import { checkService, checkXmpp, type ServiceInput } from '../../../src/services/service.ts';
import { SERVICE_CASES, serviceMutations, serviceZones } from '../../world/service-cases.ts';
import { certificates, sha256 } from '../cli/services.ts';
import { anchorsFrom, NOW, verifier, world } from '../dnssec/judging.ts';

const { leaf, stranger } = certificates(['xmpp.chat.example']);
const keys = { port: 5222, key: sha256(leaf.publicKeyInfo), otherKey: sha256(stranger.publicKeyInfo) };
const of = world(serviceZones(keys)).mutated(...serviceMutations(5222));
const common = { ask: of.ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier };

const check = (name: string, input: Partial<ServiceInput> = {}): Promise<ServiceReport> =>
  checkService({ name, ...common, ...input });

function showing(
  asked: PeerToConnect[] = [],
  pkix: 'valid' | 'invalid' = 'valid',
): NonNullable<ServiceInput['connect']> {
  const evidence = { kind: 'full chain', source: 'tls', pkix, certificates: leaf.chain, obtainedAt: NOW } as const;
  return async (peer) => {
    asked.push(peer);
    return peer.addresses.map((address) => ({ address, port: peer.port, evidence }));
  };
}

describe('the outcomes', () => {
  it.each(SERVICE_CASES)('A10 are told apart by DNS alone: $name', async ({ name, verdict, reason, peers }) => {
    const report = await check(name);
    expect({
      verdict: report.verdict,
      reason: report.reason.code,
      peers: report.peers.map(({ host, treatment }) => `${host} ${treatment}`),
    }).toEqual({ verdict, reason, peers });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it.each(SERVICE_CASES)('A10 are told apart with connections: $name', async ({ name, verdict, connected }) => {
    expect((await check(name, { connect: showing() })).verdict).toBe(connected ?? verdict);
  });

  it.each(['', '.', '_imap', '_imap._tcp', 'imap._tcp.chat.example', '_imap._tls.chat.example', '_-x._tcp.a.example'])(
    '%j is no name of a service',
    async (name) => {
      expect(await check(name)).toMatchObject({ verdict: 'off', reason: { code: 'not-a-service-name' } });
    },
  );
});

describe('the questions', () => {
  const askedFor = async (name: string) => {
    const from = of.log.length;
    await check(name);
    return of.log.slice(from);
  };

  it('A11 for TLSA wait until the addresses are known to be signed', async () => {
    const types = async (name: string) => (await askedFor(name)).map(({ type }) => type);
    expect(await types('_pop3._tcp.chat.example')).not.toContain(TYPE.TLSA);
    const secure = await types('_xmpp-client._tcp.chat.example');
    expect(secure.lastIndexOf(TYPE.TLSA)).toBeGreaterThan(secure.lastIndexOf(TYPE.AAAA));
  });

  it('A10 for TLSA are not asked where SRV is unsigned, though the target is signed', async () => {
    expect((await askedFor('_xmpp-client._tcp.free.example')).map(({ type }) => type)).not.toContain(TYPE.TLSA);
    const { peers } = await check('_xmpp-client._tcp.free.example');
    expect(peers).toMatchObject([{ reason: { code: 'list-unsigned' }, addressSecurity: 'secure' }]);
  });

  it('A12 have the port and the protocol of the SRV record, below its target', async () => {
    const owners = async (name: string) =>
      (await askedFor(name)).filter(({ type }) => type === TYPE.TLSA).map((asked) => asked.name);
    expect(await owners('_xmpp-client._tcp.chat.example')).toEqual(['_5222._tcp.xmpp.chat.example.']);
    expect(await owners('_sip._udp.chat.example')).toEqual(['_5222._udp.silent.chat.example.']);
  });
});

describe('the names', () => {
  const namesOf = async (name: string) => (await check(name)).peers[0]!.references;

  it('A14 are the target and the domain where SRV is signed, else the domain alone', async () => {
    expect(await namesOf('_xmpp-client._tcp.chat.example')).toEqual(['xmpp.chat.example', 'chat.example']);
    expect(await namesOf('_imap._tcp.chat.example')).toEqual(['bare.chat.example', 'chat.example']);
    expect(await namesOf('_xmpp-client._tcp.free.example')).toEqual(['free.example']);
  });

  it('A14 are given to the shell, which judges by the usual rules where nothing is published', async () => {
    const asked: PeerToConnect[] = [];
    const valid = await check('_imap._tcp.chat.example', { connect: showing(asked) });
    expect(asked[0]).toMatchObject({
      serverName: 'bare.chat.example',
      references: ['bare.chat.example', 'chat.example'],
    });
    expect(valid).toMatchObject({ verdict: 'signed', peers: [{ connections: [{ reason: { code: 'pkix-valid' } }] }] });
    const invalid = await check('_imap._tcp.chat.example', { connect: showing([], 'invalid') });
    expect(invalid).toMatchObject({
      verdict: 'mismatch',
      peers: [{ connections: [{ reason: { code: 'pkix-invalid' } }] }],
    });
  });

  it('told to TLS are the domain for XMPP, the target for others', async () => {
    const asked: PeerToConnect[] = [];
    await check('_xmpp-client._tcp.chat.example', { connect: showing(asked) });
    expect(asked.map(({ serverName }) => serverName)).toEqual(['chat.example']);
  });
});

describe('XMPP', () => {
  it('A13 has four services, of which one not offered is no fault', async () => {
    const { services, verdict, domain } = await checkXmpp({ ...common, domain: 'chat.example' });
    expect({ domain, verdict }).toEqual({ domain: 'chat.example', verdict: 'partial' });
    expect(services.map(({ service, verdict: own }) => `${service} ${own}`)).toEqual([
      'xmpp-client published',
      'xmpps-client published',
      'xmpp-server partial',
      'xmpps-server none',
    ]);
    expect((await checkXmpp({ ...common, domain: 'lost.chat.example' })).verdict).toBe('none');
  });
});

describe('XMPP without SRV records', () => {
  const bare = world({
    'a.example.': {
      records:
        '@ A 192.0.2.1\n@ AAAA 2001:db8::1\n_5222._tcp TLSA 3 1 1 00\n_xmpp-server._tcp.no SRV 0 0 0 .\nno A 192.0.2.1',
    },
    'empty.example.': {},
  });
  const on = { ask: bare.ask, anchors: anchorsFrom(bare.anchors()) };

  it('A10 A13 is looked for at the domain itself, by the usual rules, and TLSA is not asked for', async () => {
    const from = bare.log.length;
    const report = await check('_xmpp-client._tcp.a.example', on);
    expect(report).toMatchObject({
      verdict: 'none',
      reason: { code: 'srv-absent' },
      peers: [
        {
          host: 'a.example',
          port: 5222,
          treatment: 'usual rules',
          reason: { code: 'list-absent' },
          references: ['a.example'],
          addresses: ['192.0.2.1', '2001:db8::1'],
        },
      ],
    });
    expect(bare.log.slice(from).map(({ type }) => type)).not.toContain(TYPE.TLSA);
    expect(await check('_xmpp-server._tcp.a.example', on)).toMatchObject({ peers: [{ port: 5269 }] });
  });

  it('A13 is shown with its certificate, and is still no service that anybody named', async () => {
    const asked: PeerToConnect[] = [];
    const report = await check('_xmpp-client._tcp.a.example', { ...on, connect: showing(asked, 'invalid') });
    expect(asked).toMatchObject([{ host: 'a.example', port: 5222, serverName: 'a.example' }]);
    expect(report).toMatchObject({ verdict: 'none', peers: [{ connections: [{ result: 'refused' }, {}] }] });
  });

  it('A13 is not looked for where it is said not to be offered, begins with TLS, or has no address', async () => {
    for (const name of ['_xmpp-server._tcp.no.a.example', '_xmpps-client._tcp.a.example', '_imap._tcp.a.example']) {
      expect(await check(name, on)).toMatchObject({ verdict: 'none', peers: [] });
    }
    expect(await check('_xmpp-client._tcp.empty.example', on)).toMatchObject({ verdict: 'none', peers: [] });
  });
});

describe('order', () => {
  it('is by priority, then by weight', async () => {
    const nested = world({
      'a.example.': {
        records: 'h A 192.0.2.1\n_x._tcp SRV 2 1 80 h\n_x._tcp SRV 1 1 81 h\n_x._tcp SRV 1 9 82 h',
      },
    });
    const sorted = await check('_x._tcp.a.example', { ask: nested.ask, anchors: anchorsFrom(nested.anchors()) });
    expect(sorted.peers.map(({ port }) => port)).toEqual([82, 81, 80]);
  });
});
