/**
 * The world as delv and Unbound judge it: sound answers of every kind, and one zone for each mutation. What a
 * mutation says it breaks is what they find, or the difference stands here with its reason.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseType, RCODE } from '../../src/dns/codes.ts';
import type { Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import * as answers from '../world/answer-mutations.ts';
import * as data from '../world/data-mutations.ts';
import type { DenialKind } from '../world/denial.ts';
import { type DnsServer, startDnsServer } from '../world/dns-server.ts';
import * as forged from '../world/forged-proofs.ts';
import { mixedCase, shuffledAndRepeated } from '../world/harmless-mutations.ts';
import type { Mutation } from '../world/mutation.ts';
import { buildWorld, type World } from '../world/world.ts';
import type { ZoneDescription } from '../world/zone.ts';
import { startUnbound, type UnboundServer } from './daemons.ts';
import { bindAnchors, delv } from './delv.ts';
import { askOverUdp, createRoom, type Room } from './harness.ts';
import { inParallel } from './parallel.ts';

type Verdict = 'secure' | 'insecure' | 'bogus';
type Validator = 'delv' | 'unbound';

const RECORDS = `
  www      A     192.0.2.1
  www      TXT   "here"
  *.wild   TXT   "expanded"
  own.wild TXT   "own"
  own.wild A     192.0.2.2
  deep.er  A     192.0.2.3
  alias    CNAME www
  abroad   CNAME www.shared.example.
  moved    DNAME shared.example.
`;

const question = (text: string): Question => {
  const [name, type] = text.split(' ');
  return { name: Name.parse(name!), type: parseType(type!)! };
};

/** Two validators of other people over the answers of one world. */
class Judges {
  readonly world: World;
  readonly #room: Room;
  readonly #server: DnsServer;
  readonly #unbound: UnboundServer;
  readonly #anchors: string;
  private constructor(world: World, room: Room, server: DnsServer, unbound: UnboundServer, anchors: string) {
    this.world = world;
    this.#room = room;
    this.#server = server;
    this.#unbound = unbound;
    this.#anchors = anchors;
  }

  static async over(world: World): Promise<Judges> {
    const room = await createRoom();
    // They are to see what a mutation did, so nobody is spared bogus data: CD is set in every query.
    const server = await startDnsServer((query) => world.respond(query.with(3, query[3]! | 0x10)));
    const anchors = await room.write('anchors', bindAnchors(world.anchors().trim().split('\n')));
    const unbound = await startUnbound(room, {
      zones: [],
      authorityPort: 0,
      anchors: world.anchors(),
      server: `forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@${server.port}\n`,
    });
    return new Judges(world, room, server, unbound, anchors);
  }

  async verdicts(text: string): Promise<Record<Validator, Verdict>> {
    const asked = question(text);
    const [bind, unbound] = await Promise.all([
      delv(this.#server.port, this.#anchors, asked),
      askOverUdp(this.#unbound.port, asked, { checkingDisabled: false, timeoutMs: 20_000 }),
    ]);
    if (unbound === undefined) throw new Error(`no answer from Unbound to ${text}`);
    const failed = unbound.rcode === RCODE.SERVFAIL;
    return { delv: bind.security, unbound: failed ? 'bogus' : unbound.authenticData ? 'secure' : 'insecure' };
  }

  async close(): Promise<void> {
    await this.#room.stop();
    await this.#server.close();
  }
}

const now = Math.floor(Date.now() / 1000);

/** The zones every world here has, and `more`. */
function worldWith(more: Record<string, ZoneDescription>): World {
  return buildWorld(
    {
      '.': { sign: 8 },
      'example.': { sign: 13, denial: { optOut: true } },
      'shared.example.': { sign: 13, denial: 'nsec', records: RECORDS },
      ...more,
    },
    { now },
  );
}

const both = (verdict: Verdict): Record<Validator, Verdict> => ({ delv: verdict, unbound: verdict });

describe('sound answers', () => {
  const zones: Record<string, ZoneDescription> = {
    'nsec.example.': { sign: 8, denial: 'nsec', records: RECORDS },
    'nsec3.example.': { sign: 15, denial: { salt: 'beef', iterations: 5 }, records: RECORDS },
    'optout.example.': { sign: 14, denial: { optOut: true }, records: RECORDS },
    'compact.example.': { sign: 13, denial: 'compact', records: RECORDS },
    'ed448.example.': { sign: 16, denial: 'nsec3', records: RECORDS },
    'sha512.example.': { sign: 10, denial: 'nsec', records: RECORDS, digests: [4] },
    'csk.example.': { sign: [{ algorithm: 13, role: 'csk' }], records: RECORDS },
    'revoked.example.': {
      sign: [
        { algorithm: 15, role: 'ksk' },
        { algorithm: 15, role: 'zsk' },
        { algorithm: 15, role: 'ksk', state: 'revoked', label: 'old' },
        { algorithm: 15, role: 'zsk', state: 'standby', label: 'next' },
      ],
      records: RECORDS,
    },
    'plain.example.': { sign: 'unsigned', records: RECORDS },
    'island.example.': { sign: 13, delegation: 'island', records: RECORDS },
  };
  const QUESTIONS = [
    'www A',
    'www MX',
    'nothing A',
    'a.b.nothing A',
    'x.wild TXT',
    'x.y.wild TXT',
    'x.wild A',
    'er A',
    'wild TXT',
    'alias A',
    'alias MX',
    'abroad TXT',
    'www.moved A',
    'nothing.moved A',
    'x.wild.moved TXT',
  ];
  const insecure = ['plain.example.', 'island.example.'];

  /**
   * RFC 5155 section 9.2: what only an opt-out span denies may be there, unsigned. So Unbound takes denials and
   * wildcards from there for insecure; BIND does so for wildcards alone, and calls the denials validated.
   */
  function inOptOutSpan(zone: string, text: string): Partial<Record<Validator, Verdict>> {
    if (zone !== 'optout.example.') return {};
    if (/^x\S* TXT/.test(text) && !text.includes('moved')) return both('insecure');
    return /^(nothing|a\.b\.nothing|x\.wild) A/.test(text) ? { unbound: 'insecure' } : {};
  }

  it.each([
    { manner: 'as they are', mutations: [], left: Object.keys(zones), questions: QUESTIONS },
    {
      manner: 'shuffled, repeated and in mixed case',
      mutations: [shuffledAndRepeated(1), mixedCase(2)],
      left: ['nsec.example.', 'nsec3.example.', 'compact.example.'],
      // Unbound wants a DNAME to stand before the CNAME made from it.
      questions: QUESTIONS.filter((text) => !text.includes('moved')),
    },
  ])('$manner: are found as secure as they are', async ({ mutations, left, questions }) => {
    const judges = await Judges.over(worldWith(zones).mutated(...mutations));
    try {
      const cases = left.flatMap((zone) => questions.map((text) => ({ zone, text })));
      const wrong = await inParallel(4, cases, async ({ zone, text }) => {
        const [label, type] = text.split(' ');
        const asked = `${label}.${zone} ${type}`;
        const seen = await judges.verdicts(asked);
        const expected = {
          ...both(insecure.includes(zone) ? 'insecure' : 'secure'),
          ...inOptOutSpan(zone, text),
        };
        return seen.delv === expected.delv && seen.unbound === expected.unbound
          ? undefined
          : `${asked}: ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`;
      });
      expect(wrong).toEqual([]);
    } finally {
      await judges.close();
    }
  });
});

interface MutationCase {
  readonly text: string;
  readonly make: (asked: Question, zone: Name) => Mutation;
  readonly denial?: DenialKind;
  readonly sign?: ZoneDescription['sign'];
  /** Where a validator sees it otherwise than the mutation says. */
  readonly except?: Partial<Record<Validator, Verdict>>;
}

const CASES: readonly MutationCase[] = [
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

describe('mutated answers', () => {
  const zoneOf = (index: number) => `z${index}.example.`;
  const askedOf = ({ text }: MutationCase, index: number) => {
    const [label, type] = text.split(' ');
    return `${label === '@' ? '' : `${label}.`}${zoneOf(index)} ${type}`;
  };
  const mutations = CASES.map((one, index) => one.make(question(askedOf(one, index)), Name.parse(zoneOf(index))));
  let judges: Judges;

  beforeAll(async () => {
    const zones = CASES.map(({ sign = 13, denial = 'nsec' }, index): [string, ZoneDescription] => {
      return [zoneOf(index), { sign, denial, records: RECORDS }];
    });
    judges = await Judges.over(worldWith(Object.fromEntries(zones)).mutated(...mutations));
  });
  afterAll(() => judges.close());

  it.each(CASES.map((one, index) => [index, mutations[index]!.name, one.denial ?? 'nsec', one.text, one] as const))(
    '%i %s, %s, %s',
    async (index, _, __, ___, one) => {
      const { breaks } = mutations[index]!;
      // Without an answer neither has a verdict to give but failure.
      const found = breaks === 'nothing' ? 'secure' : breaks === 'insecure' ? 'insecure' : 'bogus';
      expect(await judges.verdicts(askedOf(one, index))).toEqual({ ...both(found), ...one.except });
    },
  );
});
