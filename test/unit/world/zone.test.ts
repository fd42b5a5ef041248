import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseRecords } from '../../../src/dns/presentation.ts';
import { parseDnskey, parseDs, parseRrsig } from '../../../src/dns/rdata.ts';
import type { KeyDescription } from '../../world/keys.ts';
import { masterFile } from '../../world/master-file.ts';
import { buildWorld, type World } from '../../world/world.ts';
import type { ZoneDescription } from '../../world/zone.ts';
import { ask, NOW, question, records, rrsets } from './reading.ts';

const worldOf = (zones: Record<string, ZoneDescription>) => buildWorld(zones, { now: NOW });

/** Flags and key tags that signed the DNSKEY RRset, and the rest. */
function signers(world: World, apex: string, type: 'DNSKEY' | 'SOA'): number[] {
  const { answer } = ask(world, `${apex} ${type}`);
  const flags = new Map(world.zone(apex).keys.map((key) => [key.keyTag, key.flags]));
  return answer
    .filter((record) => record.type === TYPE.RRSIG)
    .map(({ rdata }) => flags.get(parseRrsig(rdata)!.keyTag)!);
}

describe('a description', () => {
  it('is master-file lines, indented as the code around them', () => {
    const world = worldOf({
      'a.': {
        ttl: 60,
        records: `
          www      A 192.0.2.1
                   TXT "the same owner"
          deep.www 30 A 192.0.2.2
          away     CNAME www.b.
        `,
      },
    });
    expect(records(ask(world, 'www.a. TXT').answer)).toEqual(['www.a. TXT "the same owner"']);
    expect(records(ask(world, 'away.a. CNAME').answer)).toEqual(['away.a. CNAME www.b.']);
    expect(ask(world, 'www.a. A').answer[0]!.ttl).toBe(60);
    expect(ask(world, 'deep.www.a. A').answer[0]!.ttl).toBe(30);
  });

  it('gets SOA and NS where it has none, and keeps its own', () => {
    const world = worldOf({ 'a.': { records: '@ SOA x. y. 7 1 1 1 9\n@ NS ns.elsewhere.' }, 'b.': {} });
    expect(records(ask(world, 'a. SOA').answer)).toEqual(['a. SOA x. y. 7 1 1 1 9']);
    expect(records(ask(world, 'a. NS').answer)).toEqual(['a. NS ns.elsewhere.']);
    expect(records(ask(world, 'b. NS').answer)).toEqual(['b. NS ns.b.']);
    expect(records(ask(world, 'ns.b. A').answer)).toEqual(['ns.b. A 127.0.0.1']);
  });

  it.each([
    ['a name outside the zone', { records: 'www.b. A 192.0.2.1' }, /not in a\./],
    ['a line that is no record', { records: 'www A 192.0.2' }, /line 1/],
    [
      'two keys that are one',
      { sign: [1, 2].map((): KeyDescription => ({ algorithm: 13, role: 'csk' })) },
      /tell them apart by label/,
    ],
  ] as const)('is refused with %s', (_, description, fault) => {
    expect(() => worldOf({ 'a.': description })).toThrow(fault);
  });
});

describe('delegations', () => {
  it('come from the nearest zone above, with glue', () => {
    const world = worldOf({ 'a.': {}, 'b.a.': {}, 'x.y.b.a.': { sign: 'unsigned', serverAddress: '127.0.0.9' } });
    expect(world.zones.map(({ apex }) => apex.toString())).toEqual(['.', 'a.', 'b.a.', 'x.y.b.a.']);
    expect(world.parentOf(world.zone('x.y.b.a.'))).toBe(world.zone('b.a.'));
    expect(world.zone('a.').rrset(Name.parse('x.y.b.a.'), TYPE.NS)).toBeUndefined();
    const file = masterFile(world, world.zone('b.a.'), 'unsigned');
    expect(file).toContain('x.y.b.a. 300 IN NS ns.x.y.b.a.\n');
    expect(file).toContain('ns.x.y.b.a. 300 IN A 127.0.0.9\n');
    expect(file).not.toContain(' DS ');
  });

  it('have a DS for each entry key and digest', () => {
    const world = worldOf({
      'a.': {
        digests: [1, 2, 4],
        sign: [
          { algorithm: 13, role: 'ksk' },
          { algorithm: 13, role: 'ksk', label: 'next', state: 'standby', ds: true },
          { algorithm: 13, role: 'ksk', label: 'later', state: 'standby' },
          { algorithm: 13, role: 'zsk' },
        ],
      },
    });
    const [first, next] = world.zone('a.').keys;
    const ds = ask(world, 'a. DS').answer.filter(({ type }) => type === TYPE.DS);
    expect(ds.map(({ rdata }) => [parseDs(rdata)!.keyTag, parseDs(rdata)!.digestType])).toEqual(
      [first!.keyTag, next!.keyTag].flatMap((tag) => [1, 2, 4].map((digest) => [tag, digest])),
    );
  });

  it('are secure only from the root down', () => {
    const world = worldOf({
      'a.': {},
      'island.a.': { delegation: 'island' },
      'deep.island.a.': {},
      'plain.a.': { sign: 'unsigned' },
    });
    const secure = world.zones.filter((zone) => world.isSecure(zone)).map(({ apex }) => apex.toString());
    expect(secure).toEqual(['.', 'a.']);
    expect(rrsets(ask(world, 'deep.island.a. DS').answer)).toEqual(['deep.island.a. DS']);
  });
});

describe('keys', () => {
  const [KSK, ZSK, REVOKED] = [257, 256, 385];

  it('split, or one for everything', () => {
    const world = worldOf({ 'a.': { sign: 15 }, 'b.': { sign: [{ algorithm: 15, role: 'csk' }] } });
    expect([signers(world, 'a.', 'DNSKEY'), signers(world, 'a.', 'SOA')]).toEqual([[KSK], [ZSK]]);
    expect([signers(world, 'b.', 'DNSKEY'), signers(world, 'b.', 'SOA')]).toEqual([[KSK], [KSK]]);
  });

  it('of two algorithms both sign', () => {
    const roles = ['ksk', 'zsk'] as const;
    const sign = ([13, 15] as const).flatMap((algorithm) => roles.map((role) => ({ algorithm, role })));
    const world = worldOf({ 'a.': { sign } });
    const { answer } = ask(world, 'a. SOA');
    const algorithms = answer
      .filter(({ type }) => type === TYPE.RRSIG)
      .map(({ rdata }) => parseRrsig(rdata)!.algorithm);
    expect(algorithms).toEqual([13, 15]);
  });

  it('on standby are published and sign nothing; revoked ones sign the keys', () => {
    const world = worldOf({
      'a.': {
        sign: [
          { algorithm: 13, role: 'ksk' },
          { algorithm: 13, role: 'zsk' },
          { algorithm: 13, role: 'zsk', label: 'next', state: 'standby' },
          { algorithm: 13, role: 'ksk', label: 'old', state: 'revoked' },
        ],
      },
    });
    const published = ask(world, 'a. DNSKEY').answer.filter(({ type }) => type === TYPE.DNSKEY);
    expect(published.map(({ rdata }) => parseDnskey(rdata)!.flags)).toEqual([KSK, ZSK, ZSK, REVOKED]);
    expect([signers(world, 'a.', 'DNSKEY'), signers(world, 'a.', 'SOA')]).toEqual([[KSK, REVOKED], [ZSK]]);
  });
});

describe('signing', () => {
  it('happens when somebody asks, and once', () => {
    const world = worldOf({ 'a.': { records: 'www A 192.0.2.1' } });
    const zone = world.zone('a.');
    const rrset = zone.rrset(Name.parse('www.a.'), TYPE.A)!;
    expect(zone.sign(rrset)).toBe(zone.sign(rrset));
    expect(ask(world, 'www.a. A')).toEqual(ask(world, 'www.a. A'));
  });

  it('leaves out delegations, glue and what a DNAME hides', () => {
    const world = worldOf({
      'a.': { records: 'sub NS ns.sub\nns.sub A 192.0.2.1\nd DNAME b.\nhidden.d A 192.0.2.2' },
    });
    const zone = world.zone('a.');
    const signatures = (text: string) => zone.sign(zone.rrset(question(text).name, question(text).type)!).signatures;
    expect(['sub.a. NS', 'ns.sub.a. A', 'hidden.d.a. A'].map((text) => signatures(text).length)).toEqual([0, 0, 0]);
    expect(['d.a. DNAME', 'a. NS'].map((text) => signatures(text).length)).toEqual([1, 1]);
    const chain = zone.denial!.chain().map(({ name }) => name.toString());
    expect(chain).toEqual(['a.', 'd.a.', 'ns.a.', 'sub.a.']);
  });

  it('covers the time it is told to', () => {
    const world = worldOf({ 'a.': { window: { from: -10, to: 20 } } });
    const { inception, expiration } = parseRrsig(ask(world, 'a. SOA').answer[1]!.rdata)!;
    expect([inception, expiration]).toEqual([NOW - 10, NOW + 20]);
  });
});

describe('master files', () => {
  const world = worldOf({
    'a.': { sign: 15, denial: { salt: 'ab', iterations: 2 }, records: 'www A 192.0.2.1' },
    'b.': { denial: 'compact' },
  });

  it('begin with the SOA and read back as they were written', () => {
    const text = masterFile(world, world.zone('a.'), 'signed');
    const read = parseRecords(text);
    expect(read[0]!.type).toBe(TYPE.SOA);
    const types = new Set(read.map(({ type }) => type));
    for (const type of [TYPE.DNSKEY, TYPE.RRSIG, TYPE.NSEC3, TYPE.NSEC3PARAM, TYPE.A, TYPE.NS]) {
      expect(types).toContain(type);
    }
    expect(text).toContain('a. 0 IN NSEC3PARAM 1 0 2 ab\n');
  });

  it('unsigned hold nothing that signing adds', () => {
    const types = new Set(parseRecords(masterFile(world, world.zone('a.'), 'unsigned')).map(({ type }) => type));
    expect([...types].sort((a, b) => a - b)).toEqual([TYPE.A, TYPE.NS, TYPE.SOA]);
  });

  it('cannot hold what is signed per question', () => {
    expect(() => masterFile(world, world.zone('b.'), 'signed')).toThrow(RangeError);
    expect(masterFile(world, world.zone('b.'), 'unsigned')).toMatch(/ SOA /);
  });
});
