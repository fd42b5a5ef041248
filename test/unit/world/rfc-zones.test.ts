/** The example zones of RFC 4035 and RFC 5155, and the denial records their authors answer with. */
import { describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/codes.ts';
import { toBase32Hex } from '../../../src/dns/encodings.ts';
import { Name } from '../../../src/dns/name.ts';
import { nsec3Hash } from '../../world/denial.ts';
import { buildWorld } from '../../world/world.ts';
import { ask, denials, NOW, records, rrsets } from './reading.ts';

/** RFC 4035 appendix A; DNSKEYs are ours. */
const RFC_4035 = `
  @       SOA   ns1 bugs.x.w 1081539377 3600 300 3600000 3600
  @       NS    ns1
  @       NS    ns2
  @       MX    1 xx
  a       NS    ns1.a
  a       NS    ns2.a
  a       DS    57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B
  ns1.a   A     192.0.2.5
  ns2.a   A     192.0.2.6
  ai      A     192.0.2.9
  ai      HINFO "KLH-10" "ITS"
  ai      AAAA  2001:db8::f00:baa9
  b       NS    ns1.b
  b       NS    ns2.b
  ns1.b   A     192.0.2.7
  ns2.b   A     192.0.2.8
  ns1     A     192.0.2.1
  ns2     A     192.0.2.2
  *.w     MX    1 ai
  x.w     MX    1 xx
  x.y.w   MX    1 xx
  xx      A     192.0.2.10
  xx      HINFO "KLH-10" "TOPS-20"
  xx      AAAA  2001:db8::f00:baaa
`;

describe('RFC 4035 appendix B, on the zone of appendix A', () => {
  const world = buildWorld({ 'example.': { sign: 5, ttl: 3600, records: RFC_4035 } }, { now: NOW });

  it('has the NSEC chain of appendix A', () => {
    const chain = world.zone('example.').denial!.chain();
    expect(records(chain.map((set) => ({ ...set, class: 1, rdata: set.rdatas[0]! })))).toEqual([
      'example. NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY',
      'a.example. NSEC ai.example. NS DS RRSIG NSEC',
      'ai.example. NSEC b.example. A HINFO AAAA RRSIG NSEC',
      'b.example. NSEC ns1.example. NS RRSIG NSEC',
      'ns1.example. NSEC ns2.example. A RRSIG NSEC',
      'ns2.example. NSEC *.w.example. A RRSIG NSEC',
      '*.w.example. NSEC x.w.example. MX RRSIG NSEC',
      'x.w.example. NSEC x.y.w.example. MX RRSIG NSEC',
      'x.y.w.example. NSEC xx.example. MX RRSIG NSEC',
      'xx.example. NSEC example. A HINFO AAAA RRSIG NSEC',
    ]);
  });

  it.each([
    ['B.1 answer', 'x.w.example. MX', RCODE.NOERROR, []],
    ['B.2 name error', 'ml.example. A', RCODE.NXDOMAIN, ['b.example.', 'example.']],
    ['B.3 no data', 'ns1.example. MX', RCODE.NOERROR, ['ns1.example.']],
    ['B.5 no DS for an unsigned zone', 'b.example. DS', RCODE.NOERROR, ['b.example.']],
    ['B.6 wildcard expansion', 'a.z.w.example. MX', RCODE.NOERROR, ['x.y.w.example.']],
    ['B.7 wildcard no data', 'a.z.w.example. AAAA', RCODE.NOERROR, ['*.w.example.', 'x.y.w.example.']],
    ['an empty non-terminal', 'y.w.example. A', RCODE.NOERROR, ['x.w.example.']],
  ])('%s: %s', (_, text, rcode, owners) => {
    const message = ask(world, text);
    expect([message.rcode, denials(message)]).toEqual([rcode, owners]);
  });

  it('B.4 the DS of a signed delegation comes from this zone', () => {
    expect(rrsets(ask(world, 'a.example. DS').answer)).toEqual(['a.example. DS']);
  });
});

/** RFC 5155 appendix A: salt aabbccdd, 12 iterations, opt-out. */
const RFC_5155 = `
  @       SOA   ns1 bugs.x.w 1 3600 300 3600000 3600
  @       NS    ns1
  @       NS    ns2
  @       MX    1 xx
  2t7b4g4vsa5smi47k61mv5bv1a22bojr A 192.0.2.127
  a       NS    ns1.a
  a       NS    ns2.a
  a       DS    58470 5 1 3079F1593EBAD6DC121E202A8B766A6A4837206C
  ns1.a   A     192.0.2.5
  ns2.a   A     192.0.2.6
  ai      A     192.0.2.9
  ai      HINFO "KLH-10" "ITS"
  ai      AAAA  2001:db8:0:0:0:0:f00:baa9
  c       NS    ns1.c
  c       NS    ns2.c
  ns1.c   A     192.0.2.7
  ns2.c   A     192.0.2.8
  ns1     A     192.0.2.1
  ns2     A     192.0.2.2
  *.w     MX    1 ai
  x.w     MX    1 xx
  x.y.w   MX    1 xx
  xx      A     192.0.2.10
  xx      HINFO "KLH-10" "TOPS-20"
  xx      AAAA  2001:db8:0:0:0:0:f00:baaa
`;

describe('RFC 5155 appendix B, on the zone of appendix A', () => {
  const world = buildWorld(
    {
      'example.': { sign: 7, ttl: 3600, records: RFC_5155, denial: { salt: 'aabbccdd', iterations: 12, optOut: true } },
    },
    { now: NOW },
  );

  it.each([
    ['example', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom'],
    ['a.example', '35mthgpgcu1qg68fab165klnsnk3dpvl'],
    ['*.w.example', 'r53bq7cc2uvmubfu5ocmm6pers9tk9en'],
    ['X.Y.W.EXAMPLE', '2vptu5timamqttgl4luu9kg21e0aor3s'],
  ])('hashes %s to %s', (name, hash) => {
    expect(toBase32Hex(nsec3Hash(Name.parse(name), 'aabbccdd', 12))).toBe(hash);
  });

  it('has the NSEC3 chain of appendix A', () => {
    const chain = world.zone('example.').denial!.chain();
    const lines = records(chain.map((set) => ({ ...set, class: 1, rdata: set.rdatas[0]! })));
    const line = (owner: string, next: string, types: string) =>
      `${owner}.example. NSEC3 1 1 12 aabbccdd ${next}${types && ` ${types}`}`;
    expect(lines).toEqual([
      line('0p9mhaveqvm6t7vbl5lop2u3t2rp3tom', '2t7b4g4vsa5smi47k61mv5bv1a22bojr', 'NS SOA MX RRSIG DNSKEY NSEC3PARAM'),
      line('2t7b4g4vsa5smi47k61mv5bv1a22bojr', '2vptu5timamqttgl4luu9kg21e0aor3s', 'A RRSIG'),
      line('2vptu5timamqttgl4luu9kg21e0aor3s', '35mthgpgcu1qg68fab165klnsnk3dpvl', 'MX RRSIG'),
      line('35mthgpgcu1qg68fab165klnsnk3dpvl', 'b4um86eghhds6nea196smvmlo4ors995', 'NS DS RRSIG'),
      line('b4um86eghhds6nea196smvmlo4ors995', 'gjeqe526plbf1g8mklp59enfd789njgi', 'MX RRSIG'),
      line('gjeqe526plbf1g8mklp59enfd789njgi', 'ji6neoaepv8b5o6k4ev33abha8ht9fgc', 'A HINFO AAAA RRSIG'),
      line('ji6neoaepv8b5o6k4ev33abha8ht9fgc', 'k8udemvp1j2f7eg6jebps17vp3n8i58h', ''),
      line('k8udemvp1j2f7eg6jebps17vp3n8i58h', 'kohar7mbb8dc2ce8a9qvl8hon4k53uhi', ''),
      line('kohar7mbb8dc2ce8a9qvl8hon4k53uhi', 'q04jkcevqvmu85r014c7dkba38o0ji5r', 'A RRSIG'),
      line('q04jkcevqvmu85r014c7dkba38o0ji5r', 'r53bq7cc2uvmubfu5ocmm6pers9tk9en', 'A RRSIG'),
      line('r53bq7cc2uvmubfu5ocmm6pers9tk9en', 't644ebqk9bibcna874givr6joj62mlhv', 'MX RRSIG'),
      line('t644ebqk9bibcna874givr6joj62mlhv', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom', 'A HINFO AAAA RRSIG'),
    ]);
  });

  const [apex, ns1, a, xw, yw, w, ns2, wildcard] = [
    '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom',
    '2t7b4g4vsa5smi47k61mv5bv1a22bojr',
    '35mthgpgcu1qg68fab165klnsnk3dpvl',
    'b4um86eghhds6nea196smvmlo4ors995',
    'ji6neoaepv8b5o6k4ev33abha8ht9fgc',
    'k8udemvp1j2f7eg6jebps17vp3n8i58h',
    'q04jkcevqvmu85r014c7dkba38o0ji5r',
    'r53bq7cc2uvmubfu5ocmm6pers9tk9en',
  ].map((hash) => `${hash}.example.`) as [string, string, string, string, string, string, string, string];

  it.each([
    ['B.1 name error', 'a.c.x.w.example. A', RCODE.NXDOMAIN, [apex, a, xw]],
    ['B.2 no data', 'ns1.example. MX', RCODE.NOERROR, [ns1]],
    ['B.2.1 empty non-terminal', 'y.w.example. A', RCODE.NOERROR, [yw]],
    ['B.3 no DS in an opt-out span', 'c.example. DS', RCODE.NOERROR, [apex, a]],
    ['B.4 wildcard expansion', 'a.z.w.example. MX', RCODE.NOERROR, [ns2]],
    ['B.5 wildcard no data', 'a.z.w.example. AAAA', RCODE.NOERROR, [w, ns2, wildcard]],
  ])('%s: %s', (_, text, rcode, owners) => {
    const message = ask(world, text);
    expect([message.rcode, denials(message)]).toEqual([rcode, owners]);
  });
});
