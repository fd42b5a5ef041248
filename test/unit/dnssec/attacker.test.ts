/**
 * An attacker who has every record the world ever signed, and the keys of one zone beside those that are asked about:
 * each reply is put together at random out of true records in wrong places, under wrong names, with signatures left
 * out, and of data that nobody signed or that zone did, in whatever name. Whatever comes of it, no data but the
 * zone's own is ever secure, and nothing signed is ever insecure.
 */
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../src/dns/ask.ts';
import { TYPE } from '../../../src/dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import type { LookupOutcome } from '../../../src/dnssec/lookup.ts';
import type { DenialKind } from '../../world/denial.ts';
import { generator } from '../../world/harmless-mutations.ts';
import { recordsOf, signatureOver } from '../../world/signer.ts';
import type { World } from '../../world/world.ts';
import { anchorsFrom, judge, records, world } from './judging.ts';

const RECORDS = `
  www    A     192.0.2.1
  al     CNAME www
  far    CNAME www.child
  *.w    A     192.0.2.2
  here.w A     192.0.2.3
  d      DNAME target
  www.target A 192.0.2.4
  x.ent  A     192.0.2.5
  txt    TXT   "text"
`;

function worldOf(denial: DenialKind): World {
  return world({
    'example.': { denial, records: RECORDS },
    'child.example.': { denial, sign: 15, records: 'www A 192.0.2.6\n*.w A 192.0.2.7' },
    'sibling.example.': { denial, records: RECORDS },
    'unsigned.example.': { sign: 'unsigned', records: 'www A 192.0.2.8' },
    'other.': { denial: denial === 'nsec' ? 'nsec3' : 'nsec', records: RECORDS },
  });
}

/** Attacks on each question in each way of denying. */
const SEEDS = Number(process.env['ATTACKS'] ?? 25);

const QUESTIONS = [
  'www.example. A',
  'www.example. TXT',
  'no.example. A',
  'al.example. A',
  'far.example. A',
  'x.w.example. A',
  'here.w.example. A',
  'ent.example. A',
  'www.d.example. A',
  'www.child.example. A',
  'no.child.example. A',
  'x.w.child.example. A',
  'child.example. DS',
  'txt.example. TXT',
];

/** The zone whose keys the attacker has. */
const OWN = 'sibling.example.';

type Set = readonly ResourceRecord[];

/** Every signed RRset of every zone, and every denial record. */
function everythingSigned(of: World): Set[] {
  return of.zones.flatMap((zone) => {
    const sets = zone.owners().flatMap((owner) => zone.rrsets(owner));
    return [...sets, ...(zone.denial?.chain() ?? [])].map((set) => recordsOf(zone.sign(set), true));
  });
}

class Attacker {
  readonly #random: () => number;
  readonly #of: World;
  readonly #loot: readonly Set[];

  constructor(of: World, loot: readonly Set[], seed: number) {
    this.#of = of;
    this.#loot = loot;
    this.#random = generator(seed);
  }

  #chance(percent: number): boolean {
    return this.#random() % 100 < percent;
  }

  #some(sets: readonly Set[], most: number): Set[] {
    return Array.from({ length: this.#random() % (most + 1) }, () => sets[this.#random() % sets.length]!);
  }

  /** Records as they are, or under another name, or without their signatures. */
  #bent(set: Set, owner: Name): Set {
    const moved = this.#chance(40) ? set.map((record) => ({ ...record, name: owner })) : set;
    return this.#chance(15) ? moved.filter(({ type }) => type !== TYPE.RRSIG) : moved;
  }

  #forged(question: Question): Set {
    const texts: Partial<Record<number, string>> = {
      [TYPE.A]: 'A 192.0.2.66',
      [TYPE.TXT]: 'TXT "forged"',
      [TYPE.DS]: `DS 1 13 2 ${'66'.repeat(32)}`,
      [TYPE.DNSKEY]: `DNSKEY 257 3 13 ${'Zm9y'.repeat(21)}Zg==`,
    };
    const text = this.#chance(30) ? 'CNAME www.unsigned.example.' : texts[question.type];
    return text === undefined ? [] : this.#signedByOwn(records(`${question.name} 300 IN ${text}`));
  }

  /** NSEC that would deny anything to whoever believed it. */
  #forgedDenial({ name }: Question): Set {
    const owner = this.#chance(50) ? name.toString() : 'example.';
    const next = this.#chance(50) && !name.isRoot() ? `\\000.${name}` : 'example.';
    const types = ['NS', 'A RRSIG NSEC', 'RRSIG NSEC NXNAME', 'NS SOA RRSIG NSEC'][this.#random() % 4];
    return this.#signedByOwn(records(`${owner} 300 IN NSEC ${next} ${types}`));
  }

  /** With the signature of the attacker's own zone, in its name or another's; mostly. */
  #signedByOwn(set: Set): Set {
    const [record] = set;
    if (record === undefined || this.#chance(25)) return set;
    const { keys, apex, window } = this.#of.zone(OWN);
    const key = keys[this.#random() % keys.length]!;
    const victim = this.#of.zone('example.');
    const signers = [apex, apex.parent(), record.name, Name.root, Name.parse('child.example.')];
    const rrset = { name: record.name, type: record.type, ttl: record.ttl, rdatas: set.map(({ rdata }) => rdata) };
    const rdata = signatureOver(rrset, key, signers[this.#random() % signers.length]!, window, {
      ...(this.#chance(50) && { keyTag: victim.keys[this.#random() % victim.keys.length]!.keyTag }),
      ...(this.#chance(30) && { labels: this.#random() % (record.name.labelCount + 1) }),
    });
    return [...set, { ...record, type: TYPE.RRSIG, rdata }];
  }

  readonly ask: Ask = async (question) => {
    const honest = this.#of.answer(question);
    return { ok: true, resolver: 'attacker', message: this.#chance(45) ? honest : this.#reply(question, honest) };
  };

  #reply(question: Question, honest: Message): Message {
    const { name, type } = question;
    const isDenial = (set: Set) => set[0]!.type === TYPE.NSEC || set[0]!.type === TYPE.NSEC3;
    const fitting = this.#loot.filter((set) => [type, TYPE.CNAME, TYPE.DNAME].includes(set[0]!.type));
    const answer = [
      ...(this.#chance(30) ? honest.answer : []),
      ...this.#some(fitting, 2).flatMap((set) => this.#bent(set, name)),
      ...(this.#chance(35) ? this.#forged(question) : []),
    ];
    const authority = [
      ...(this.#chance(30) ? honest.authority : []),
      ...this.#some(this.#loot.filter(isDenial), 6).flatMap((set) => this.#bent(set, name)),
      ...(this.#chance(25) ? this.#forgedDenial(question) : []),
    ];
    return { ...honest, rcode: this.#chance(50) ? 0 : 3, authenticData: true, answer, authority };
  }
}

/** What a reader would take from an outcome. */
function taken({ result, rcode, canonicalName, rrset }: LookupOutcome): string {
  const rdatas = rrset?.rdatas.map((rdata) => [...rdata].join()).sort() ?? [];
  return `${result} ${rcode} at ${canonicalName}: ${rdatas.join(' ')}`;
}

describe.each(['nsec', 'nsec3', { salt: 'ab', iterations: 3 }, 'compact'] as const)(
  'an attacker without the keys, %j',
  (denial) => {
    const of = worldOf(denial);
    const loot = everythingSigned(of);
    const anchors = anchorsFrom(of.anchors());

    it.each(QUESTIONS)('%s', async (text) => {
      const honest = await judge(of, text, { anchors });
      expect(honest.security).toBe('secure');
      const seen = { secure: 0, bogus: 0, indeterminate: 0, insecure: 0 };
      for (let seed = 0; seed < SEEDS; seed++) {
        const attacker = new Attacker(of, loot, seed * 7919 + text.length);
        const outcome = await judge(of, text, { anchors, ask: attacker.ask, speculate: seed % 2 === 0 });
        seen[outcome.security]++;
        expect([seed, outcome.security, outcome.reason.code]).not.toEqual([seed, 'insecure', outcome.reason.code]);
        expect(outcome.reason.code).not.toBe('engine');
        if (outcome.security === 'secure') expect([seed, taken(outcome)]).toEqual([seed, taken(honest)]);
        else expect([outcome.answers, outcome.rrset]).toEqual([[], undefined]);
      }
      // Neither all luck nor all loss, or the attack would test nothing.
      expect(seen.bogus).toBeGreaterThan(5);
    });
  },
);
