import { describe, expect, it } from 'vitest';
import { RCODE, TYPE } from '../../../src/dns/codes.ts';
import { decodeMessage, encodeQuery, extendedErrors } from '../../../src/dns/message.ts';
import type { Name } from '../../../src/dns/name.ts';
import { parseNsec, parseRrsig } from '../../../src/dns/rdata.ts';
import { flippedSignature } from '../../world/data-mutations.ts';
import type { DenialKind } from '../../world/denial.ts';
import { buildWorld, type World } from '../../world/world.ts';
import { ask, denials, NOW, question, records, rrsets, signed } from './reading.ts';

const RECORDS = `
  www          A     192.0.2.1
  *.wild       TXT   "expanded"
  own.wild     A     192.0.2.2
  deep.er.ent  A     192.0.2.3
  alias        CNAME www
  twice        CNAME alias
  abroad       CNAME www.other.example.
  lost         CNAME nothing.other.example.
  round        CNAME about
  about        CNAME round
  *.star       CNAME www
  moved        DNAME other.example.
  lame         NS    ns.nowhere.
`;

function worldWith(denial: DenialKind): World {
  return buildWorld(
    {
      '.': { sign: 8 },
      'example.': { denial: { optOut: true } },
      'zone.example.': { sign: 15, denial, records: RECORDS },
      'other.example.': { denial: 'nsec3', records: 'www A 192.0.2.7\nwww TXT "there"' },
      'plain.example.': { sign: 'unsigned', records: 'www A 192.0.2.8' },
      'island.example.': { delegation: 'island', records: 'www A 192.0.2.9' },
    },
    { now: NOW },
  );
}

const world = worldWith('nsec');

describe('answers', () => {
  it('come signed from the zone of the name', () => {
    const message = ask(world, 'www.zone.example. A');
    expect(records(message.answer)).toEqual(['www.zone.example. A 192.0.2.1']);
    const rrsig = parseRrsig(message.answer[1]!.rdata)!;
    expect(rrsig).toMatchObject({ typeCovered: TYPE.A, algorithm: 15, labels: 3, originalTtl: 300 });
    expect([rrsig.inception, rrsig.expiration]).toEqual([NOW - 3600, NOW + 7 * 86_400]);
    expect(rrsig.signer.toString()).toBe('zone.example.');
    expect(message.authority).toEqual([]);
  });

  it('take DS from above the cut and the rest from below it', () => {
    expect(parseRrsig(ask(world, 'zone.example. DS').answer.at(-1)!.rdata)!.signer.toString()).toBe('example.');
    expect(parseRrsig(ask(world, 'zone.example. NS').answer.at(-1)!.rdata)!.signer.toString()).toBe('zone.example.');
    expect(ask(world, '. DS').rcode).toBe(RCODE.NOERROR);
    expect(denials(ask(world, '. DS'))).toEqual(['.']);
  });

  it('to ANY are everything at the name, NSEC included', () => {
    expect(rrsets(ask(world, 'www.zone.example. ANY').answer)).toEqual([
      'www.zone.example. A',
      'www.zone.example. NSEC',
    ]);
    expect(rrsets(ask(world, 'zone.example. ANY').answer)).toContain('zone.example. DNSKEY');
  });

  it('to RRSIG are the signatures alone', () => {
    const { answer } = ask(world, 'www.zone.example. RRSIG');
    expect(answer.map(({ type }) => type)).toEqual([TYPE.RRSIG, TYPE.RRSIG]);
    expect(signed(answer)).toEqual(['www.zone.example. A', 'www.zone.example. NSEC']);
  });

  it('from an unsigned zone are plain, and its missing DS is proven', () => {
    const message = ask(world, 'www.plain.example. A');
    expect([records(message.answer), signed(message.answer)]).toEqual([['www.plain.example. A 192.0.2.8'], []]);
    expect(ask(world, 'nothing.plain.example. A').authority.map(({ type }) => type)).toEqual([TYPE.SOA]);
    const { name } = question('plain.example. DS');
    const proof = world.zone('example.').denial!.proof({ kind: 'no data', name, encloser: name });
    expect(proof.map(({ role }) => role)).toEqual(['closest encloser', 'next closer']);
    expect(denials(ask(world, 'plain.example. DS'))).toEqual(
      [...new Set(proof.map(({ rrset }) => rrset.name.toString()))].sort(),
    );
  });

  it('from an island are signed, though the parent has no DS for it', () => {
    expect(signed(ask(world, 'www.island.example. A').answer)).toEqual(['www.island.example. A']);
    expect(rrsets(ask(world, 'island.example. DS').answer)).toEqual([]);
    expect(world.anchors('island.example.')).toMatch(/^island\.example\. 3600 IN DS \d+ 13 2 [0-9a-f]{64}\n$/);
  });

  it('for a name behind a delegation to nowhere are SERVFAIL', () => {
    const message = ask(world, 'www.lame.zone.example. A');
    expect([message.rcode, extendedErrors(message).map(({ code }) => code)]).toEqual([RCODE.SERVFAIL, [22]]);
    expect(ask(world, 'lame.zone.example. DS').rcode).toBe(RCODE.NOERROR);
  });

  it('to NXNAME are FORMERR (RFC 9824 section 3.5)', () => {
    expect(ask(world, 'www.zone.example. NXNAME').rcode).toBe(RCODE.FORMERR);
  });
});

describe('aliases', () => {
  it('are followed within and across zones, each step signed by its own', () => {
    expect(rrsets(ask(world, 'twice.zone.example. A').answer)).toEqual([
      'twice.zone.example. CNAME',
      'alias.zone.example. CNAME',
      'www.zone.example. A',
    ]);
    const { answer } = ask(world, 'abroad.zone.example. A');
    expect(signed(answer)).toEqual(['abroad.zone.example. CNAME', 'www.other.example. A']);
  });

  it('end in a denial of the last name, by its own zone', () => {
    const message = ask(world, 'lost.zone.example. A');
    expect([message.rcode, rrsets(message.answer)]).toEqual([RCODE.NXDOMAIN, ['lost.zone.example. CNAME']]);
    expect(rrsets(message.authority)[0]).toBe('other.example. SOA');
    expect(denials(message).every((owner) => owner.endsWith('.other.example.'))).toBe(true);
  });

  it('are not followed where they are what was asked for', () => {
    expect(rrsets(ask(world, 'alias.zone.example. CNAME').answer)).toEqual(['alias.zone.example. CNAME']);
  });

  it('that go round come once', () => {
    expect(rrsets(ask(world, 'round.zone.example. A').answer)).toEqual([
      'round.zone.example. CNAME',
      'about.zone.example. CNAME',
    ]);
  });

  it('from a DNAME are made up, unsigned, beside it', () => {
    const { answer } = ask(world, 'www.moved.zone.example. TXT');
    expect(rrsets(answer)).toEqual([
      'moved.zone.example. DNAME',
      'www.moved.zone.example. CNAME',
      'www.other.example. TXT',
    ]);
    expect(signed(answer)).toEqual(['moved.zone.example. DNAME', 'www.other.example. TXT']);
    expect(rrsets(ask(world, 'moved.zone.example. DNAME').answer)).toEqual(['moved.zone.example. DNAME']);
    expect(denials(ask(world, 'moved.zone.example. A'))).toEqual(['moved.zone.example.']);
  });

  it('from a DNAME too long for a name are YXDOMAIN', () => {
    const label = 'x'.repeat(63);
    const long = buildWorld({ 'a.': { records: `d DNAME ${label}.${label}.a.` } }, { now: NOW });
    const message = ask(long, `${label}.${label}.d.a. A`);
    expect([message.rcode, rrsets(message.answer)]).toEqual([6, ['d.a. DNAME']]);
  });
});

describe('wildcards', () => {
  it('answer under the name asked for, signed as the wildcard, with proof', () => {
    const message = ask(world, 'a.b.wild.zone.example. TXT');
    expect(records(message.answer)).toEqual(['a.b.wild.zone.example. TXT "expanded"']);
    expect(parseRrsig(message.answer[1]!.rdata)!.labels).toBe(3);
    expect(denials(message)).toEqual(['*.wild.zone.example.']);
  });

  it('give way to names that exist, empty ones too', () => {
    expect(rrsets(ask(world, 'own.wild.zone.example. TXT').answer)).toEqual([]);
    expect(ask(world, 'own.wild.zone.example. TXT').rcode).toBe(RCODE.NOERROR);
    expect(rrsets(ask(world, 'wild.zone.example. TXT').answer)).toEqual([]);
    expect(ask(world, 'x.own.wild.zone.example. TXT').rcode).toBe(RCODE.NXDOMAIN);
  });

  it('can be aliases', () => {
    const message = ask(world, 'any.star.zone.example. A');
    expect(rrsets(message.answer)).toEqual(['any.star.zone.example. CNAME', 'www.zone.example. A']);
    expect(denials(message)).toEqual(['*.star.zone.example.']);
  });
});

describe('denial', () => {
  const nsec3 = worldWith('nsec3');
  const compact = worldWith('compact');

  /** How many denial records each kind takes; RFC 4035 section 3.1.3, RFC 5155 section 7.2, RFC 9824 section 3. */
  it.each([
    ['NODATA', 'www.zone.example. TXT', RCODE.NOERROR, 1, 1],
    ['an empty non-terminal', 'er.ent.zone.example. A', RCODE.NOERROR, 1, 1],
    ['NXDOMAIN', 'nothing.zone.example. A', RCODE.NXDOMAIN, 2, 3],
    ['NXDOMAIN deep down', 'a.b.nothing.zone.example. A', RCODE.NXDOMAIN, 2, 3],
    ['wildcard NODATA', 'a.b.wild.zone.example. A', RCODE.NOERROR, 1, 3],
    ['a wildcard answer', 'a.b.wild.zone.example. TXT', RCODE.NOERROR, 1, 1],
    ['no DS within a zone', 'www.zone.example. DS', RCODE.NOERROR, 1, 1],
  ])('%s: %s', (_, text, rcode, withNsec, withNsec3) => {
    for (const [each, most] of [
      [world, withNsec],
      [nsec3, withNsec3],
    ] as const) {
      const message = ask(each, text);
      expect(message.rcode).toBe(rcode);
      expect(denials(message).length).toBeGreaterThan(0);
      expect(denials(message).length).toBeLessThanOrEqual(most);
      expect(signed(message.authority)).toEqual(rrsets(message.authority));
    }
  });

  it('compact is one NSEC at the name, with NXNAME where there is nothing', () => {
    const nsec = (text: string) => records(ask(compact, text).authority).filter((line) => line.includes(' NSEC '));
    expect(ask(compact, 'nothing.zone.example. A').rcode).toBe(RCODE.NOERROR);
    expect(nsec('nothing.zone.example. A')).toEqual([
      'nothing.zone.example. NSEC \\000.nothing.zone.example. RRSIG NSEC NXNAME',
    ]);
    expect(nsec('www.zone.example. TXT')).toEqual(['www.zone.example. NSEC \\000.www.zone.example. A RRSIG NSEC']);
    expect(nsec('er.ent.zone.example. A')).toEqual(['er.ent.zone.example. NSEC \\000.er.ent.zone.example. RRSIG NSEC']);
    expect(nsec('lame.zone.example. DS')).toEqual(['lame.zone.example. NSEC lame\\000.zone.example. NS RRSIG NSEC']);
    expect(nsec('x.wild.zone.example. A')).toEqual([
      'x.wild.zone.example. NSEC \\000.x.wild.zone.example. TXT RRSIG NSEC',
    ]);
    const expanded = ask(compact, 'x.wild.zone.example. TXT');
    expect(parseRrsig(expanded.answer[1]!.rdata)!.labels).toBe(4);
    expect(expanded.authority).toEqual([]);
  });

  it('compact with hashes is one NSEC3 for the name', () => {
    const hashed = worldWith({ online: 'compact nsec3' });
    const nsec3 = (text: string) => records(ask(hashed, text).authority).filter((line) => line.includes(' NSEC3 '));
    expect(nsec3('nothing.zone.example. A')).toHaveLength(1);
    expect(nsec3('nothing.zone.example. A')[0]).toMatch(/ NSEC3 1 0 0 - \w{32} NXNAME$/);
    expect(nsec3('www.zone.example. TXT')[0]).toMatch(/ - \w{32} A RRSIG$/);
    expect(nsec3('er.ent.zone.example. A')[0]).toMatch(/ - \w{32}$/);
    expect(nsec3('x.wild.zone.example. A')[0]).toMatch(/ - \w{32} TXT RRSIG$/);
  });

  it('minimal spans hold the name denied, and no other name of the zone', () => {
    const minimal = worldWith({ online: 'minimal nsec' });
    const zone = minimal.zone('zone.example.');
    for (const label of ['nothing', 'a.b.nothing', 'x.www', '\\000', 'a', '{', '\\255', 'x'.repeat(63)]) {
      const { name } = question(`${label}.zone.example. A`);
      const { authority } = ask(minimal, `${label}.zone.example. A`);
      const spans = authority
        .filter(({ type }) => type === TYPE.NSEC)
        .map((record) => ({ from: record.name, to: parseNsec(record.rdata)!.next }));
      const within = (each: Name) => spans.some(({ from, to }) => from.compare(each) < 0 && each.compare(to) < 0);
      expect([label, within(name)]).toEqual([label, true]);
      expect(zone.existingNames().filter(within).map(String)).toEqual([]);
      // Neither end says that the name is an empty non-terminal.
      expect(spans.some(({ to }) => to.isAtOrBelow(name))).toBe(false);
    }
  });

  it('a minimal span ends at the apex where no name of the zone could come after', () => {
    const last = `${'\\255'.repeat(63)}.zone.example.`;
    const { authority } = ask(worldWith({ online: 'minimal nsec' }), `a.${last} A`);
    expect(records(authority).some((line) => line.includes(' NSEC zone.example. '))).toBe(true);
  });

  it('minimal spans with hashes are two wide', () => {
    const minimal = worldWith({ online: 'minimal nsec3' });
    const { authority } = ask(minimal, 'nothing.zone.example. A');
    const lines = records(authority).filter((line) => line.includes(' NSEC3 '));
    expect(lines).toHaveLength(3);
    const number = (hash: string) =>
      [...hash].reduce((sum, digit) => sum * 32n + BigInt(Number.parseInt(digit, 32)), 0n);
    const widths = lines.map((line) => {
      const [, owner, next] = /^(\w{32})\..* - (\w{32})/.exec(line)!;
      return Number(number(next!) - number(owner!));
    });
    expect(widths.sort()).toEqual([1, 2, 2]);
  });

  it('carries SOA and denial records at the negative TTL', () => {
    const brief = buildWorld({ 'a.': { records: '@ SOA ns.a. h.a. 1 2 3 4 60\n@ 3600 TXT "x"' } }, { now: NOW });
    const message = ask(brief, 'nothing.a. A');
    expect(new Set(message.authority.map(({ ttl }) => ttl))).toEqual(new Set([60]));
  });
});

describe('flags', () => {
  it('without DO no DNSSEC records come, unless they were asked for', () => {
    const plain = { dnssecOk: false };
    expect(signed(ask(world, 'www.zone.example. A', plain).answer)).toEqual([]);
    expect(rrsets(ask(world, 'nothing.zone.example. A', plain).authority)).toEqual(['zone.example. SOA']);
    expect(rrsets(ask(world, 'zone.example. DNSKEY', plain).answer)).toEqual(['zone.example. DNSKEY']);
    expect(rrsets(ask(world, 'www.zone.example. NSEC', plain).answer)).toEqual(['www.zone.example. NSEC']);
  });

  it('with CD=0 a secure answer has AD, an insecure one has not', () => {
    const checking = { checkingDisabled: false };
    expect(ask(world, 'www.zone.example. A', checking).authenticData).toBe(true);
    expect(ask(world, 'www.zone.example. A').authenticData).toBe(false);
    expect(ask(world, 'www.plain.example. A', checking).authenticData).toBe(false);
    expect(ask(world, 'www.island.example. A', checking).authenticData).toBe(false);
  });

  it('with CD=0 broken data is SERVFAIL, and so is all that rests on it', () => {
    const broken = world.mutated(flippedSignature(question('zone.example. DNSKEY')));
    const checked = ask(broken, 'www.zone.example. A', { checkingDisabled: false });
    expect([checked.rcode, extendedErrors(checked)]).toEqual([RCODE.SERVFAIL, [{ code: 6, text: '' }]]);
    expect(ask(broken, 'www.other.example. A', { checkingDisabled: false }).rcode).toBe(RCODE.NOERROR);
    expect(ask(broken, 'www.zone.example. A').rcode).toBe(RCODE.NOERROR);
  });
});

describe('messages', () => {
  it('go out as octets that read back the same', () => {
    const asked = question('nothing.zone.example. A');
    const decoded = decodeMessage(world.respond(encodeQuery(asked))!);
    expect(decoded).toEqual({ ok: true, message: { ...world.answer(asked), question: [{ ...asked, class: 1 }] } });
  });

  it('are not made of octets that are no query', () => {
    expect(world.respond(new Uint8Array(5))).toBeUndefined();
    expect(world.respond(world.respond(encodeQuery(question('. NS')))!)).toBeUndefined();
  });

  it("come through the core's own door, which keeps a log", async () => {
    const own = worldWith('nsec');
    const reply = await own.ask(question('www.zone.example. A'));
    expect(reply.ok && records(reply.message.answer)).toEqual(['www.zone.example. A 192.0.2.1']);
    expect(own.log).toEqual([{ name: 'www.zone.example.', type: TYPE.A }]);
  });
});
