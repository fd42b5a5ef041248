/**
 * The world as delv and Unbound judge it: sound answers of every kind, and one zone for each mutation. What a
 * mutation says it breaks is what they find, or the difference stands here with its reason.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseType, RCODE } from '../../src/dns/codes.ts';
import type { Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { type DnsServer, startDnsServer } from '../world/dns-server.ts';
import { mixedCase, shuffledAndRepeated } from '../world/harmless-mutations.ts';
import {
  caseWorld,
  MUTATION_CASES,
  mutationWorld,
  type OtherValidator,
  type Verdict,
} from '../world/mutation-cases.ts';
import { isFromOptOutSpan, questionIn, SOUND_QUESTIONS, SOUND_ZONES, soundVerdict } from '../world/sound-cases.ts';
import type { World } from '../world/world.ts';
import { startUnbound, type UnboundServer } from './daemons.ts';
import { bindAnchors, delv } from './delv.ts';
import { askOverUdp, createRoom, type Room } from './harness.ts';
import { inParallel } from './parallel.ts';

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

  async verdicts(text: string): Promise<Record<OtherValidator, Verdict>> {
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

const both = (verdict: Verdict): Record<OtherValidator, Verdict> => ({ delv: verdict, unbound: verdict });

describe('sound answers', () => {
  it.each([
    { manner: 'as they are', mutations: [], left: Object.keys(SOUND_ZONES), questions: SOUND_QUESTIONS },
    {
      manner: 'shuffled, repeated and in mixed case',
      mutations: [shuffledAndRepeated(1), mixedCase(2)],
      left: ['nsec.example.', 'nsec3.example.', 'compact.example.'],
      // Unbound wants a DNAME to stand before the CNAME made from it.
      questions: SOUND_QUESTIONS.filter((text) => !text.includes('moved')),
    },
  ])('$manner: are found as secure as they are', async ({ mutations, left, questions }) => {
    const judges = await Judges.over(caseWorld(SOUND_ZONES, now).mutated(...mutations));
    try {
      const cases = left.flatMap((zone) => questions.map((text) => ({ zone, text })));
      const wrong = await inParallel(4, cases, async ({ zone, text }) => {
        const asked = questionIn(zone, text);
        const seen = await judges.verdicts(asked);
        const expected = both(soundVerdict(zone, text));
        // BIND calls a denial by an opt-out span validated, an answer of a wildcard in one not.
        if (isFromOptOutSpan(zone, text) && !text.endsWith(' TXT')) expected.delv = 'secure';
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

describe('mutated answers', () => {
  let judges: Judges;
  beforeAll(async () => {
    judges = await Judges.over(mutationWorld(now));
  });
  afterAll(() => judges.close());

  it.each(MUTATION_CASES.map((one) => [one.asked, one.mutation.name, one.denial, one] as const))(
    '%s %s, %s',
    async (asked, _, __, { mutation: { breaks }, except }) => {
      // Without an answer neither has a verdict to give but failure.
      const found = breaks === 'nothing' ? 'secure' : breaks === 'insecure' ? 'insecure' : 'bogus';
      expect(await judges.verdicts(asked)).toEqual({ ...both(found), ...except });
    },
  );
});
