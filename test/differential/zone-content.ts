/** The records of one random zone: hosts, empty non-terminals, wildcards, aliases, DNAME. */
import { TYPE } from '../../src/dns/codes.ts';
import { formatLabels, type Name } from '../../src/dns/name.ts';
import { randomBelow } from './labels.ts';
import type { Random } from './random.ts';

/** What the records of a zone must leave alone, and what its aliases may lead to. */
export interface Surroundings {
  readonly apex: Name;
  /** Apexes of the zones right below. */
  readonly cuts: readonly Name[];
  /** Names somewhere in the world, there or not. */
  readonly targets: readonly Name[];
}

/** Rdata by type. `{name}` is a host name in mixed letter case: canonical form lowers some, and some not (RFC 4034 section 6.2). */
const RDATA: readonly (readonly [type: string, rdata: string])[] = [
  ['A', '192.0.2.{octet}'],
  ['AAAA', '2001:db8::{octet}'],
  ['TXT', '"text {octet}" "two; strings"'],
  ['MX', '10 {name}'],
  ['TLSA', '3 1 1 {digest}'],
  ['SRV', '1 2 {octet} {name}'],
  ['PTR', '{name}'],
  ['CAA', '0 issue "ca{octet}.example"'],
  ['HTTPS', '1 {name} alpn=h2 port={octet}'],
  ['SSHFP', '4 2 {digest}'],
  ['TYPE65280', '\\# 4 0a0b0c0d'],
  ['NAPTR', '\\# {naptr}'],
];

export const DATA_TYPES: readonly number[] = [
  TYPE.A,
  TYPE.AAAA,
  TYPE.TXT,
  TYPE.MX,
  TYPE.TLSA,
  TYPE.SRV,
  TYPE.CAA,
  TYPE.HTTPS,
  65280,
];

/** Master-file lines, every name absolute. */
export function randomRecords(random: Random, { apex, cuts, targets }: Surroundings): string {
  const lines: string[] = [];
  /** Names that are taken, by what stands there. */
  const taken = new Map<string, 'data' | 'alone'>([
    [apex.key, 'data'],
    ...cuts.map((cut) => [cut.key, 'alone'] as const),
  ]);
  const dnames: Name[] = [];
  const add = (owner: Name, type: string, rdata: string) => lines.push(`${owner} ${type} ${rdata}`);
  const hidden = (name: Name) => cuts.some((cut) => name.isAtOrBelow(cut)) || dnames.some((at) => name.isBelow(at));
  const fresh = (name: Name | undefined): name is Name => name !== undefined && !hidden(name) && !taken.has(name.key);
  const spots: Name[] = [apex];

  const host = (owner: Name | undefined) => {
    if (owner === undefined || hidden(owner) || taken.get(owner.key) === 'alone') return;
    taken.set(owner.key, 'data');
    spots.push(owner);
    const count = random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ]);
    for (const [type, rdata] of random.several(count, RDATA)) {
      const many = random.chance(0.25) ? 2 : 1;
      for (let i = 0; i < many; i++) add(owner, type, filled(random, rdata, targets));
    }
  };
  const alias = (owner: Name | undefined) => {
    if (!fresh(owner)) return;
    taken.set(owner.key, 'alone');
    spots.push(owner);
    add(owner, 'CNAME', mixedCase(random, aliasTarget(random, owner, spots, targets)));
  };

  for (let i = random.between(2, 6); i > 0; i--) host(randomBelow(random, random.pick(spots), random.between(1, 2)));
  // Leaves below names that hold nothing.
  if (random.chance(0.4)) host(randomBelow(random, random.pick(spots), 3));
  for (let i = random.between(0, 2); i > 0; i--) {
    const above = random.chance(0.6)
      ? random.pick(spots)
      : randomBelow(random, random.pick(spots), random.between(1, 2));
    if (above === undefined || hidden(above) || taken.get(above.key) === 'alone') continue;
    const wildcard = above.wildcardChild();
    random.chance(0.3) ? alias(wildcard) : host(wildcard);
    if (random.chance(0.2)) host(randomBelow(random, wildcard, 1));
  }
  for (let i = random.between(0, 3); i > 0; i--) alias(randomBelow(random, random.pick(spots), random.between(1, 2)));
  if (random.chance(0.3)) host(apex);
  const renamed = random.weighted([
    [65, 0],
    [25, 1],
    [10, 2],
  ]);
  for (let i = 0; i < renamed; i++) {
    const owner = randomBelow(random, apex, random.between(1, 2));
    const blocked = (name: Name) => [...spots, ...cuts].some((spot) => spot.isAtOrBelow(name));
    if (!fresh(owner) || blocked(owner)) continue;
    const [before] = dnames;
    // One DNAME after another, the first being below nothing that the second renames.
    const below = before && !before.isBelow(owner) ? randomBelow(random, before, 1) : undefined;
    add(owner, 'DNAME', mixedCase(random, below ?? dnameTarget(random, owner, targets)));
    dnames.push(owner);
    spots.push(owner);
  }
  return lines.join('\n');
}

function aliasTarget(random: Random, owner: Name, spots: readonly Name[], targets: readonly Name[]): Name {
  const near = random.chance(0.5) ? random.pick(spots) : random.pick(targets);
  const target = random.chance(0.25) ? (randomBelow(random, near, 1) ?? near) : near;
  return target.equals(owner) ? random.pick(targets) : target;
}

/** Not above the owner: a name below would be renamed to one below again, without end. */
function dnameTarget(random: Random, owner: Name, targets: readonly Name[]): Name {
  const elsewhere = targets.filter((target) => !target.isAtOrBelow(owner) && !owner.isAtOrBelow(target));
  return elsewhere.length > 0 ? random.pick(elsewhere) : owner.parent().child(Uint8Array.of(0x6e, 0x6f));
}

function filled(random: Random, rdata: string, targets: readonly Name[]): string {
  return rdata
    .replace('{octet}', () => String(random.between(1, 254)))
    .replace('{digest}', () => random.between(0, 0xffff).toString(16).padStart(4, '0').repeat(16))
    .replace('{name}', () => mixedCase(random, random.pick(targets)))
    .replace('{naptr}', () => naptr(random));
}

/** NAPTR in the generic form: order, preference, three strings, a name whose letters canonical form lowers. */
function naptr(random: Random): string {
  const rdata = Buffer.concat([
    Buffer.of(0, 1, 0, random.between(0, 255)),
    Buffer.from('\x01U\x07E2U+sip\x00', 'latin1'),
    Buffer.from('\x03NaP\x07eXample\x00', 'latin1'),
  ]);
  return `${rdata.length} ${rdata.toString('hex')}`;
}

/** Presentation form with some letters in upper case. */
function mixedCase(random: Random, name: Name): string {
  if (!random.chance(0.5)) return name.toString();
  const upper = (octet: number) => (octet >= 0x61 && octet <= 0x7a && random.chance(0.5) ? octet - 0x20 : octet);
  return formatLabels(name.labels().map((label) => label.map(upper)));
}
