/**
 * One zone for each mutation, with a question whose answer it touches: what validators are asked about, ours in the
 * unit tests, BIND's and Unbound's beside real servers. Where one of those sees it otherwise, the reason is here.
 */
import { parseType } from '../../src/dns/codes.ts';
import type { Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import * as answers from './answer-mutations.ts';
import * as data from './data-mutations.ts';
import type { DenialKind } from './denial.ts';
import * as forged from './forged-proofs.ts';
import type { Mutation } from './mutation.ts';
import { buildWorld, type World } from './world.ts';
import type { ZoneDescription } from './zone.ts';

export type Verdict = 'secure' | 'insecure' | 'bogus';
export type OtherValidator = 'delv' | 'unbound';

/** The contents of every zone here. */
export const RECORDS = `
  www      A     192.0.2.1
  www      TXT   "here"
  *.wild   TXT   "expanded"
  own.wild TXT   "own"
  own.wild A     192.0.2.2
  deep.er  A     192.0.2.3
  alias    CNAME www
  abroad   CNAME www.shared.example.
  moved    DNAME shared.example.
  un.known NS    ns.elsewhere.
`;

/** A world with those zones, and one more that their aliases lead to. */
export function caseWorld(zones: Readonly<Record<string, ZoneDescription>>, now: number): World {
  return buildWorld(
    {
      '.': { sign: 8 },
      'example.': { sign: 13, denial: { optOut: true } },
      'shared.example.': { sign: 13, denial: 'nsec', records: RECORDS },
      ...zones,
    },
    { now },
  );
}

const both = (verdict: Verdict): Record<OtherValidator, Verdict> => ({ delv: verdict, unbound: verdict });

interface MutationCase {
  readonly text: string;
  readonly make: (asked: Question, zone: Name) => Mutation;
  readonly denial?: DenialKind;
  readonly sign?: ZoneDescription['sign'];
  /** Where a validator sees it otherwise than the mutation says. */
  readonly except?: Partial<Record<OtherValidator, Verdict>>;
}

const DESCRIPTIONS: readonly MutationCase[] = [
  { text: 'www A', make: data.expiredSignature },
  { text: 'www A', make: data.futureSignature },
  { text: 'www A', make: data.wrongSignerName },
  { text: 'www A', make: data.tooManyLabels },
  { text: 'www A', make: data.wrongTypeCovered },
  { text: 'www A', make: data.wrongKeyTag },
  { text: 'www A', make: data.flippedSignature },
  { text: 'www A', make: data.flippedRdata },
  { text: 'www A', make: data.missingSignature },
  { text: 'www A', make: data.missingRRset },
  // BIND gives up after one signature that fails (max-validation-failures-per-fetch).
  { text: 'www A', make: data.extraSignature, except: { delv: 'bogus' } },
  { text: 'www A', make: data.raisedTtl },
  { text: 'www A', make: (asked) => data.signedByAnotherZone(asked, 'shared.example.') },
  { text: 'www A', sign: 8, make: (asked) => data.keyTrap(asked, { keys: 3, signatures: 3 }) },
  ...(['DNSKEY', 'DS'] as const).flatMap((type) => [
    { text: 'www A', make: (_: Question, zone: Name) => data.flippedRdata(question(`${zone} ${type}`)) },
    { text: 'www A', make: (_: Question, zone: Name) => data.flippedSignature(question(`${zone} ${type}`)) },
    { text: 'www A', make: (_: Question, zone: Name) => data.expiredSignature(question(`${zone} ${type}`)) },
    { text: 'www A', make: (_: Question, zone: Name) => data.missingSignature(question(`${zone} ${type}`)) },
    {
      text: 'www A',
      make: (_: Question, zone: Name) => data.signedByAnotherZone(question(`${zone} ${type}`), 'shared.example.'),
    },
    { text: 'www A', make: (_: Question, zone: Name) => answers.emptyAnswer(question(`${zone} ${type}`)) },
    { text: 'www A', make: (_: Question, zone: Name) => answers.bareNameError(question(`${zone} ${type}`)) },
    { text: 'www A', make: (_: Question, zone: Name) => answers.servfail(question(`${zone} ${type}`)) },
    { text: 'www A', make: (_: Question, zone: Name) => answers.removedWithoutDenial(question(`${zone} ${type}`)) },
  ]),
  { text: 'www A', make: (_, zone) => data.swappedDs(zone, 'shared.example.') },
  { text: 'www A', make: (_, zone) => data.missingEntryKeys(zone) },
  { text: 'www A', make: (_, zone) => data.unsupportedDs(zone, 'algorithm') },
  { text: 'www A', make: (_, zone) => data.unsupportedDs(zone, 'digest') },
  { text: 'www A', make: (_, zone) => data.extraDs(zone) },
  { text: 'www A', make: (_, zone) => forged.childDeniesDs(zone) },
  { text: 'www A', denial: 'nsec3', make: (_, zone) => forged.childDeniesDs(zone) },
  { text: 'www A', make: (_, zone) => forged.dsDeniedWithoutNs(zone) },
  { text: 'nothing A', denial: 'nsec3', make: (_, zone) => data.hugeIterations(zone) },
  { text: 'www A', make: answers.strippedWithAd },
  { text: 'www A', make: answers.unsignedBesideSigned },
  { text: 'www A', make: answers.servfail },
  // Both look for the proof that RCODE calls for, though RCODE is unauthenticated (RFC 9824 section 8).
  { text: 'www A', make: answers.wrongRcode, except: both('bogus') },
  { text: 'nothing A', make: answers.wrongRcode, except: both('bogus') },
  ...(['nsec', 'nsec3'] as const).flatMap((denial): MutationCase[] => [
    { text: 'nothing A', denial, make: answers.missingDenial },
    { text: 'www MX', denial, make: answers.missingDenial },
    { text: 'x.wild TXT', denial, make: answers.missingDenial },
    { text: 'x.wild A', denial, make: answers.missingDenial },
    { text: 'nothing A', denial, make: answers.strippedWithAd },
    { text: 'nothing A', denial, make: answers.removedWithoutDenial },
    { text: 'nothing A', denial, make: answers.bareNameError },
    { text: 'www A', denial, make: forged.deniedAgainstBitmap },
    { text: 'alias A', denial, make: forged.deniedAgainstBitmap },
    { text: 'own.wild TXT', denial, make: forged.wildcardReplay },
    { text: '@ SOA', denial, make: forged.parentDenial },
    {
      text: 'www.moved A',
      denial,
      make: (asked, zone) => forged.deniedUnderDname(asked, question(`moved.${zone} A`).name),
    },
  ]),
  { text: 'nothing A', make: (asked) => answers.missingProof(asked, 'wildcard') },
  { text: 'nothing A', make: (asked) => answers.missingProof(asked, 'name') },
  { text: 'own.wild A', make: forged.expandedNsec },
  // Unbound does not look where the next name is.
  { text: 'www A', make: forged.nsecBeyondZone, except: { unbound: 'secure' } },
  { text: 'www.moved A', make: (asked) => answers.forgedSynthesis(asked, 'own.wild.shared.example.') },
  // BIND calls a denial by an opt-out span validated.
  { text: 'www A', sign: 'unsigned', make: forged.optOutAsNameError, except: { delv: 'secure' } },
];

/** `www.example. A` */
const question = (text: string): Question => {
  const [name, type] = text.split(' ');
  return { name: Name.parse(name!), type: parseType(type!)! };
};

export interface PlacedCase {
  readonly zone: string;
  /** `www.z3.example. A` */
  readonly asked: string;
  readonly denial: DenialKind;
  readonly mutation: Mutation;
  readonly except: Partial<Record<OtherValidator, Verdict>>;
}

/** Every case in a zone of its own. */
export const MUTATION_CASES: readonly PlacedCase[] = DESCRIPTIONS.map(
  ({ text, make, denial = 'nsec', except = {} }, i) => {
    const zone = `z${i}.example.`;
    const [label, type] = text.split(' ');
    const asked = `${label === '@' ? '' : `${label}.`}${zone} ${type}`;
    return { zone, asked, denial, mutation: make(question(asked), Name.parse(zone)), except };
  },
);

/** All of them at once: none touches another's zone. */
export function mutationWorld(now: number): World {
  const zones = DESCRIPTIONS.map(({ sign = 13, denial = 'nsec' }, i): [string, ZoneDescription] => {
    return [MUTATION_CASES[i]!.zone, { sign, denial, records: RECORDS }];
  });
  return caseWorld(Object.fromEntries(zones), now).mutated(...MUTATION_CASES.map(({ mutation }) => mutation));
}
