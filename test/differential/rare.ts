/**
 * What other worlds hardly ever or never have, for two worlds in ten, a sound one and a mutated one: denial made up
 * on the fly in every form, DNAME at an apex, questions at the root, for DNSSEC's own types and of 255 octets.
 */
import { TYPE } from '../../src/dns/codes.ts';
import type { Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import type { DenialKind } from '../world/denial.ts';
import type { Zone } from '../world/zone.ts';
import type { Random } from './random.ts';

export function isRare(world: number): boolean {
  return world % 10 === 6 || world % 10 === 7;
}

export function rareDenial(random: Random): DenialKind {
  return random.weighted<DenialKind>([
    [4, { online: 'minimal nsec' }],
    [4, { online: 'minimal nsec3' }],
    [3, { online: 'compact nsec3' }],
    [3, 'compact'],
    [1, { optOut: true, iterations: 2, salt: 'ab' }],
  ]);
}

/** The records of a zone that is renamed as a whole. Its servers have names elsewhere: below a DNAME there is nothing. */
export function renamedZone(random: Random, apex: Name, target: Name): string {
  const data = random.pick([`${apex} TXT "renamed"`, `${apex} A 192.0.2.77\n${apex} CAA 0 issue "ca.example"`, '']);
  return `${apex} NS ns.elsewhere.\n${apex} DNAME ${target}\n${data}`;
}

/** NSEC and NSEC3 themselves, the parameters, types of DNSSEC's upkeep, and what ANY gets in place of an answer. */
const RARE_TYPES: readonly number[] = [
  TYPE.NSEC,
  TYPE.NSEC,
  TYPE.NSEC3,
  TYPE.NSEC3PARAM,
  TYPE.DNSKEY,
  TYPE.ANY,
  13, // HINFO
  59, // CDS
  60, // CDNSKEY
  44, // SSHFP
];

export function rareQuestions(random: Random, zones: readonly Zone[]): Question[] {
  const zone = random.pick(zones);
  const name = random.pick(zone.existingNames());
  return [
    { name, type: random.pick(RARE_TYPES) },
    { name: zone.apex, type: random.pick(RARE_TYPES) },
    {
      name: longestBelow(name, random.pick(['a', 'z', '\0', '\xff'])),
      type: random.pick([TYPE.A, TYPE.DS, TYPE.TXT, TYPE.NSEC]),
    },
    { name: below(name, '*'), type: random.pick([TYPE.A, TYPE.DS, TYPE.CNAME, TYPE.NSEC]) },
    { name: below(below(name, '*'), 'x'), type: random.pick([TYPE.A, TYPE.TXT]) },
    {
      name: random.pick([Name.root, Name.parse('*.'), Name.parse('nowhere.'), Name.parse('a.nowhere.')]),
      type: random.pick([TYPE.A, TYPE.NS, TYPE.SOA, TYPE.DNSKEY, TYPE.DS, TYPE.NSEC, TYPE.TXT]),
    },
  ];
}

/** The name itself where that would be too long. */
export function below(name: Name, label: string): Name {
  return name.wire.length + label.length + 1 <= 255 ? name.child(Buffer.from(label)) : name;
}

/** Labels of one character put in front until none fits any more: 255 octets, or one less. */
export function longestBelow(name: Name, character: string): Name {
  let long = name;
  for (let room = 255 - long.wire.length; room >= 2; room = 255 - long.wire.length) {
    long = long.child(Buffer.from(character.repeat(Math.min(63, room - 1)), 'latin1'));
  }
  return long;
}
