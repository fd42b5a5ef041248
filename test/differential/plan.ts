/**
 * One random world: a few zones under a top level of its own, so that many worlds can stand side by side under one
 * root. What a world is depends on its seed and number alone.
 */
import { Name } from '../../src/dns/name.ts';
import type { DenialKind } from '../world/denial.ts';
import { type Algorithm, type KeyDescription, zoneKey } from '../world/keys.ts';
import type { WorldDescription } from '../world/world.ts';
import { areDistinct, type ZoneDescription } from '../world/zone.ts';
import { randomBelow, randomLabel } from './labels.ts';
import { Random } from './random.ts';
import { isRare, rareDenial, renamedZone } from './rare.ts';
import { randomRecords } from './zone-content.ts';

/** Who signs: BIND's dnssec-signzone, ldns-signzone, `test/world`, or nobody. */
export type Signer = 'BIND' | 'ldns' | 'world' | 'nobody';

export interface ZonePlan {
  readonly apex: Name;
  readonly description: ZoneDescription;
  readonly signer: Signer;
}

export interface WorldPlan {
  readonly seed: string;
  readonly number: number;
  readonly top: Name;
  readonly zones: readonly ZonePlan[];
  /** Answers come from `test/world`, question by question, not from zone files: compact denial, lying servers. */
  readonly online: boolean;
  readonly mutated: boolean;
  /** A zone is signed by algorithm 5 or 7, and they count as supported. */
  readonly sha1: boolean;
}

export function planWorld(seed: string, number: number): WorldPlan {
  const random = new Random(`${seed}/${number}/plan`);
  const top = Name.parse(`w${number}.`);
  const mutated = number % 2 === 1;
  const rare = isRare(number);
  const online = random.chance(rare ? 0.6 : 0.2);
  const sha1 = random.chance(0.08);
  const apexes = [top];
  for (let i = random.between(1, 4); i > 0; i--) {
    const depth = random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ]);
    const apex = randomBelow(random, random.pick(apexes), depth, 0.1);
    if (apex !== undefined && fitsConfiguration(apex) && !apexes.some((other) => other.equals(apex))) apexes.push(apex);
  }
  const targets = apexes.flatMap((apex) => [
    apex,
    apex.child(Buffer.from('www')),
    apex.child(Buffer.from('a')),
    apex.child(randomLabel(random)),
  ]);
  const zones = apexes.map((apex): ZonePlan => {
    const cuts = apexes.filter((other) => other.isBelow(apex));
    const elsewhere = targets.filter((target) => !target.isAtOrBelow(apex) && !apex.isAtOrBelow(target));
    const renamed = rare && cuts.length === 0 && elsewhere.length > 0 && random.chance(0.25);
    const records = renamed
      ? renamedZone(random, apex, random.pick(elsewhere))
      : randomRecords(random, { apex, cuts, targets });
    const signing = randomSigning(random, apex.equals(top), online, sha1, rare);
    // ldns writes a quote in a label without its backslash.
    const signer = signing.signer === 'ldns' && records.includes('\\"') ? 'BIND' : signing.signer;
    const { sign } = signing.description;
    const alike = Array.isArray(sign) && !areDistinct(sign.map((key: KeyDescription) => zoneKey(apex, key)));
    return { apex, signer, description: { ...signing.description, records, ...(alike && { sign: sign.slice(0, 2) }) } };
  });
  return { seed, number, top, zones, online, mutated, sha1 };
}

/** The zones of several worlds under one root. */
export function describeWorlds(plans: readonly WorldPlan[]): WorldDescription {
  const zones = plans.flatMap((plan) => plan.zones);
  return Object.fromEntries(zones.map(({ apex, description }) => [apex.toString(), description]));
}

/** Quotes and backslashes get lost in the servers' configuration, and a wildcard is no place for a zone (RFC 4592 section 4.2). */
function fitsConfiguration(apex: Name): boolean {
  const lost: readonly number[] = [0x22, 0x5c];
  return !apex.labels().some((label) => label[0] === 0x2a || label.some((octet) => lost.includes(octet)));
}

function randomSigning(
  random: Random,
  isTop: boolean,
  online: boolean,
  sha1: boolean,
  rare: boolean,
): Pick<ZonePlan, 'signer' | 'description'> {
  const unsigned = isTop ? 0.03 : 0.2;
  if (random.chance(unsigned)) return { signer: 'nobody', description: { sign: 'unsigned' } };
  const algorithm = randomAlgorithm(random, sha1);
  const signer: Signer = online
    ? 'world'
    : random.weighted([
        [45, 'BIND'],
        [25, 'ldns'],
        [30, 'world'],
      ]);
  const sign = randomKeys(random, algorithm, signer);
  // RFC 5155 section 2: algorithm 5 tells old validators that there is no NSEC3; 7 is the one with it.
  const denial = algorithm === 5 ? 'nsec' : rare && online ? rareDenial(random) : randomDenial(random, signer, online);
  return {
    signer,
    description: {
      sign,
      denial,
      ...(random.chance(isTop ? 0.02 : 0.08) && { delegation: 'island' as const }),
      ...(random.chance(0.3) && { digests: random.pick([[1], [4], [1, 2], [2, 4], [1, 2, 4]]) }),
      ttl: random.pick([60, 300, 86_400]),
    },
  };
}

function randomAlgorithm(random: Random, sha1: boolean): Algorithm {
  if (sha1 && random.chance(0.6)) return random.pick([5, 7]);
  return random.weighted<Algorithm>([
    [8, 8],
    [5, 10],
    [35, 13],
    [15, 14],
    [22, 15],
    [15, 16],
  ]);
}

/** BIND and ldns get one or two plain keys; rollovers and keys that stand by are signed here. */
function randomKeys(random: Random, algorithm: Algorithm, signer: Signer): Algorithm | KeyDescription[] {
  if (random.chance(0.35)) return [{ algorithm, role: 'csk' }];
  if (signer !== 'world' || random.chance(0.6)) return algorithm;
  const other = randomAlgorithm(random, false);
  const second: KeyDescription[] = random.pick<KeyDescription[]>([
    [{ algorithm, role: 'zsk', label: 'next', state: 'standby' }],
    [{ algorithm, role: 'zsk', label: 'next' }],
    [{ algorithm, role: 'ksk', label: 'old', state: 'revoked' }],
    [{ algorithm, role: 'ksk', label: 'next', state: 'standby', ds: true }],
    [{ algorithm, role: 'ksk', label: 'next' }],
    // RFC 6840 section 5.11: an algorithm rollover, both keys at work.
    [
      { algorithm: other, role: 'ksk', label: 'next' },
      { algorithm: other, role: 'zsk', label: 'next' },
    ],
  ]);
  return [{ algorithm, role: 'ksk' }, { algorithm, role: 'zsk' }, ...second];
}

function randomDenial(random: Random, signer: Signer, online: boolean): DenialKind {
  if (online && random.chance(0.4)) return 'compact';
  if (random.chance(0.45)) return 'nsec';
  // BIND refuses more iterations than it would validate; RFC 9276 wants none, and validators stop at 50.
  const iterations = random.weighted([
    [5, 0],
    [2, random.between(1, 20)],
    [1, 50],
    [1, signer === 'world' ? random.pick([51, 150, 2500]) : 49],
  ]);
  const salt = random.pick(['', '', 'ab', 'c0ffee', '00'.repeat(random.between(1, 20))]);
  return { salt, iterations, optOut: random.chance(0.35) };
}
