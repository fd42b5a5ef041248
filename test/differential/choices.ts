/** What is asked of a world, and the one thing that is wrong in it. Both depend on its seed and number alone. */
import { TYPE } from '../../src/dns/codes.ts';
import type { Question } from '../../src/dns/message.ts';
import type { Name } from '../../src/dns/name.ts';
import { signedByAnotherZone, swappedDs } from '../world/data-mutations.ts';
import { isTarget, type Mutation, type Target } from '../world/mutation.ts';
import { ANSWER_MUTATIONS, RRSET_MUTATIONS, ZONE_MUTATIONS } from '../world/mutations.ts';
import type { RRset } from '../world/signer.ts';
import type { World } from '../world/world.ts';
import type { Zone } from '../world/zone.ts';
import { neighbour, randomBelow } from './labels.ts';
import { CLAIM_MUTATIONS, denialMutation, dnskeyMutation, dsMutation, staleZone, strippedZone } from './mutations.ts';
import type { WorldPlan } from './plan.ts';
import { Random } from './random.ts';
import { isRare, rareQuestions } from './rare.ts';
import { rareMutation } from './rare-mutations.ts';
import { DATA_TYPES } from './zone-content.ts';

export interface Choices {
  readonly mutation: Mutation | undefined;
  /** What the mutation is about. */
  readonly target: Target | undefined;
  readonly questions: readonly Question[];
}

const QUESTIONS_PER_WORLD = 12;

export function chooseForWorld(plan: WorldPlan, world: World): Choices {
  const random = new Random(`${plan.seed}/${plan.number}/choices`);
  const zones = plan.zones.map(({ apex }) => world.zone(apex.toString()));
  const questions = new Map<string, Question>();
  const ask = (question: Question | undefined) => {
    if (question !== undefined) questions.set(`${question.type} ${question.name.key}`, question);
  };
  const chosen = plan.mutated ? chooseMutation(random, plan, zones, world) : undefined;
  for (const question of chosen?.questions ?? []) ask(question);
  if (isRare(plan.number)) for (const question of rareQuestions(random, zones)) ask(question);
  for (let tries = 0; questions.size < QUESTIONS_PER_WORLD && tries < 100; tries++) {
    // Below a broken zone there is more to disagree about.
    const broken = zones.filter((zone) => chosen?.zone !== undefined && zone.apex.isAtOrBelow(chosen.zone));
    const zone = broken.length > 0 && random.chance(0.8) ? random.pick(broken) : random.pick(zones);
    ask(randomQuestion(random, zone));
  }
  return { mutation: chosen?.mutation, target: chosen?.target, questions: [...questions.values()] };
}

interface ChosenMutation {
  readonly mutation: Mutation;
  readonly target: Target;
  /** Where nothing can be believed any more, if there is such a zone. */
  readonly zone?: Name;
  readonly questions: readonly Question[];
}

function chooseMutation(
  random: Random,
  plan: WorldPlan,
  zones: readonly Zone[],
  world: World,
): ChosenMutation | undefined {
  const secure = zones.filter((zone) => world.isSecure(zone));
  if (secure.length === 0) return undefined;
  // The higher up, the more of the world it concerns.
  const zone = random.chance(0.5) ? secure[0]! : random.pick(secure);
  const { apex } = zone;
  if (isRare(plan.number) && random.chance(0.7)) {
    const rare = rareMutation(random, zone, world, plan.online);
    const keyed = rare.target.type === TYPE.DNSKEY || rare.target.type === TYPE.DS;
    return { ...rare, ...(keyed && { zone: apex }) };
  }
  const of = (mutation: Mutation, target: Target, ...questions: (Question | undefined)[]): ChosenMutation => ({
    mutation,
    target,
    questions: questions.filter((question) => question !== undefined),
    ...((target.type === TYPE.DNSKEY || target.type === TYPE.DS) && { zone: apex }),
  });
  const kind = random.weighted([
    [30, 'keys'],
    [15, 'RRset'],
    [15, 'denial'],
    [14, 'zone'],
    [plan.online ? 60 : 0, 'answer'],
  ] as const);
  switch (kind) {
    case 'keys': {
      const type = random.pick([TYPE.DNSKEY, TYPE.DS]);
      const target = { name: apex, type };
      const others = zones.filter((other) => other !== zone && other.signed);
      const mutation = random.weighted<() => Mutation>([
        [4, () => random.pick(RRSET_MUTATIONS.filter((make) => make(target).name !== 'missing RRset'))(target)],
        [3, () => random.pick(CLAIM_MUTATIONS)(target)],
        [
          4,
          () =>
            type === TYPE.DNSKEY
              ? dnskeyMutation(random, apex)
              : dsMutation(random, apex, plan.online && !apex.equals(plan.top)),
        ],
        [others.length > 0 ? 2 : 0, () => swapped(random, zone, others, target)],
        [1, () => random.pick(RRSET_MUTATIONS)(target)],
      ])();
      return of(mutation, target, { name: apex, type });
    }
    case 'RRset': {
      const rrset = random.pick(dataOf(zone));
      const mutation = random.pick(forRRset(rrset))(rrset);
      // A server without SOA serves no zone at all.
      if (rrset.type === TYPE.SOA && mutation.name === 'missing RRset') return of(strippedZone(apex), rrset);
      const name = askedThrough(random, rrset.name);
      return of(mutation, rrset, { name, type: rrset.type }, { name, type: random.pick(DATA_TYPES) });
    }
    case 'denial': {
      const chain = zone.denial?.chain() ?? [];
      if (chain.length === 0) return of(strippedZone(apex), { name: apex, type: TYPE.SOA });
      const record = random.pick(chain);
      const mutation = random.weighted<() => Mutation>([
        [3, () => denialMutation(random, record, zone)],
        [1, () => random.pick([...RRSET_MUTATIONS, ...CLAIM_MUTATIONS])(record)],
      ])();
      return of(mutation, record, ...questionsThatNeed(random, zone, record));
    }
    case 'zone': {
      const target = { name: apex, type: TYPE.DNSKEY };
      const mutation = random.weighted<() => Mutation>([
        [2, () => staleZone(apex, random.pick([-86_400, 86_400]))],
        [2, () => strippedZone(apex)],
        [3, () => random.pick(forZoneFiles(apex, plan.online))(apex)],
      ])();
      return of(mutation, target, { name: apex, type: TYPE.SOA }, { name: apex, type: TYPE.DS });
    }
    case 'answer': {
      const question = random.chance(0.2)
        ? { name: apex, type: random.pick([TYPE.DS, TYPE.DNSKEY]) }
        : (randomQuestion(random, zone) ?? { name: apex, type: TYPE.SOA });
      const mutation = random.chance(0.85)
        ? random.pick(ANSWER_MUTATIONS)(question)
        : random.pick(ZONE_MUTATIONS.filter((make) => make(apex).message !== undefined))(apex);
      return of(mutation, question, question);
    }
  }
}

/** Types whose rdata ends in a name, which no longer ends if its last octet changes. NSD refuses such a zone. */
const ENDS_IN_NAME: readonly number[] = [TYPE.NS, TYPE.CNAME, TYPE.PTR, TYPE.MX, TYPE.SRV, TYPE.DNAME, TYPE.NAPTR];

function forRRset(target: Target): ((target: Target) => Mutation)[] {
  const all = [...RRSET_MUTATIONS, ...CLAIM_MUTATIONS];
  if (!ENDS_IN_NAME.includes(target.type)) return all;
  return all.filter((make) => !['flipped bit in rdata', 'a record too many'].includes(make(target).name));
}

/** NSD does not start with a chain of NSEC3 that is not the one of NSEC3PARAM. */
function forZoneFiles(apex: Name, online: boolean): ((apex: Name) => Mutation)[] {
  return ZONE_MUTATIONS.filter((make) => {
    const { name, message } = make(apex);
    return message === undefined && (online || name !== 'huge NSEC3 iterations');
  });
}

function swapped(random: Random, zone: Zone, others: readonly Zone[], target: Target): Mutation {
  const other = random.pick(others).apex.toString();
  return target.type === TYPE.DS && random.chance(0.5)
    ? swappedDs(zone.apex, other)
    : signedByAnotherZone(target, other);
}

/** The RRsets a zone signs as its own, denial aside. */
function dataOf(zone: Zone): RRset[] {
  return zone
    .existingNames()
    .flatMap((name) =>
      zone.isDelegation(name) ? zone.rrsets(name).filter(({ type }) => type === TYPE.DS) : zone.rrsets(name),
    )
    .filter(({ type }) => type !== TYPE.NSEC3PARAM);
}

/** A wildcard is asked for by a name that it stands for. */
function askedThrough(random: Random, name: Name): Name {
  return name.isWildcard() && random.chance(0.8) ? (randomBelow(random, name.parent(), 1) ?? name) : name;
}

/** Questions whose answer rests on one record of the denial chain. */
function questionsThatNeed(random: Random, zone: Zone, record: RRset): Question[] {
  const names = zone.existingNames().filter((name) => !name.isWildcard());
  const owner = names.find((name) => zone.denial?.at(name)?.name.equals(record.name));
  const candidates = names.flatMap((name) => [
    randomBelow(random, name, 1),
    randomBelow(random, name, 2),
    name.equals(zone.apex) ? undefined : neighbour(random, name),
  ]);
  const needing = candidates
    .filter((name) => name !== undefined)
    .filter((name) => {
      const finding = zone.find(name);
      if (finding.kind !== 'no name' && finding.kind !== 'wildcard') return false;
      const kind = finding.kind === 'no name' ? 'no name' : 'wildcard answer';
      const proof = zone.denial?.proof({ kind, name, encloser: finding.encloser }) ?? [];
      return proof.some(({ rrset }) => isTarget(record, rrset));
    });
  const type = random.pick(DATA_TYPES);
  return [
    ...(owner
      ? [
          { name: owner, type },
          { name: owner, type: TYPE.DS },
          { name: owner, type: TYPE.CNAME },
        ]
      : []),
    ...random.several(4, needing).map((name) => ({ name, type: random.pick([type, TYPE.A, TYPE.DS]) })),
  ];
}

/** Any type one may ask for. */
const ASKED_TYPES: readonly number[] = [...DATA_TYPES, TYPE.PTR, TYPE.CNAME, TYPE.DNAME, TYPE.NS, TYPE.SOA, TYPE.DS];

function randomQuestion(random: Random, zone: Zone): Question | undefined {
  const names = zone.existingNames();
  const name = random.pick(names);
  const typeAt = (owner: Name) => {
    const types = zone.rrsets(owner).map((rrset) => rrset.type);
    return types.length > 0 ? random.pick(types) : random.pick(ASKED_TYPES);
  };
  const at = (asked: Name | undefined, type: number) => (asked === undefined ? undefined : { name: asked, type });
  const wildcards = names.filter((candidate) => candidate.isWildcard());
  const dnames = zone.owners().filter((owner) => zone.rrset(owner, TYPE.DNAME) !== undefined);
  return random.weighted<() => Question | undefined>([
    [30, () => at(name, typeAt(name))],
    [18, () => at(name, random.pick(ASKED_TYPES))],
    [16, () => at(randomBelow(random, name, random.between(1, 3)), random.pick(ASKED_TYPES))],
    [5, () => at(name.equals(zone.apex) ? undefined : neighbour(random, name), random.pick(ASKED_TYPES))],
    [wildcards.length > 0 ? 14 : 0, () => belowWildcard(random, random.pick(wildcards), typeAt)],
    [dnames.length > 0 ? 8 : 0, () => at(randomBelow(random, random.pick(dnames), random.between(1, 2)), TYPE.A)],
    [2, () => at(name, TYPE.ANY)],
    [8, () => at(zone.apex, random.pick([TYPE.DS, TYPE.DNSKEY, TYPE.NS, TYPE.SOA, TYPE.NSEC3PARAM, TYPE.A]))],
  ])();
}

function belowWildcard(random: Random, wildcard: Name, typeAt: (owner: Name) => number): Question | undefined {
  const name = randomBelow(random, wildcard.parent(), random.between(1, 2));
  return name && { name, type: random.chance(0.7) ? typeAt(wildcard) : random.pick(ASKED_TYPES) };
}
