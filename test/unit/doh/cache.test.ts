import { describe, expect, it } from 'vitest';
import type { Ask, Reply } from '../../../src/dns/ask.ts';
import { RCODE, TYPE } from '../../../src/dns/codes.ts';
import { encodeMessage, type Message } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { type CachedAnswer, createCache } from '../../../src/doh/cache.ts';
import { lifetimeSeconds } from '../../../src/doh/ttl.ts';
import { addressRecord, QUESTION, response, soaRecord } from './messages.ts';

/** A cache whose resolver gives `changes` to a sound answer, with a clock to turn. */
function cached(changes: Partial<Message> = {}, options: { maxEntries?: number } = {}) {
  const world = { now: 1_000_000, asked: [] as string[] };
  const ask: Ask = async ({ name, type }) => {
    world.asked.push(`${name} ${type}`);
    return { ok: true, resolver: 'r', resolverTime: world.now - 7, message: response(changes) };
  };
  const cache = createCache(ask, { now: () => world.now, ...options });
  /** How often the resolver is asked when the same question comes again after so many seconds. */
  const askedAgainAfter = async (seconds: number) => {
    world.asked = [];
    await cache(QUESTION);
    world.now += seconds;
    await cache(QUESTION);
    return world.asked.length === 2;
  };
  return { cache, world, askedAgainAfter };
}

const taken = (reply: Reply) => {
  if (!reply.ok) throw new Error(reply.failure.code);
  return reply;
};

describe('the cache', () => {
  it('tells how much of it lasts, failures and what ran out aside', async () => {
    const { cache, world } = cached();
    expect(cache.size()).toEqual({ answers: 0, octets: 0 });
    await cache(QUESTION);
    world.now += 10;
    await cache({ ...QUESTION, type: TYPE.TLSA });
    const octets = encodeMessage(response({})).length;
    expect(cache.size()).toEqual({ answers: 2, octets: 2 * octets, oldest: world.now - 10, newest: world.now });
    world.now += lifetimeSeconds(response({})) - 10;
    expect(cache.size()).toEqual({ answers: 1, octets, oldest: world.now - 290, newest: world.now - 290 });
    world.now -= 1_000;
    expect(cache.size()).toMatchObject({ answers: 0 });
    const failing = createCache(async () => ({ ok: false, failure: { code: 'no-resolver' } }), { now: () => 1 });
    await failing(QUESTION);
    expect(failing.size()).toEqual({ answers: 0, octets: 0 });
  });

  it('asks once however many wait', async () => {
    const { cache, world } = cached();
    const replies = await Promise.all([cache(QUESTION), cache({ ...QUESTION, class: 1 }), cache(QUESTION)]);
    expect(world.asked).toHaveLength(1);
    expect(replies.every((reply) => reply.ok)).toBe(true);
  });

  it('shares a failure in flight, and keeps it a second and no longer', async () => {
    let asked = 0;
    let now = 50.5;
    const cache = createCache(
      async () => {
        asked++;
        return { ok: false, failure: { code: 'timeout', resolver: 'r', limitMs: 5 } };
      },
      { now: () => now },
    );
    await Promise.all([cache(QUESTION), cache(QUESTION)]);
    await cache(QUESTION);
    expect(asked).toBe(1);
    now += 1;
    await cache(QUESTION);
    expect(asked).toBe(2);
  });

  it('tells names, types and classes apart, and not the letter case of a name', async () => {
    const { cache, world } = cached();
    await cache(QUESTION);
    await cache({ ...QUESTION, name: Name.parse('WWW.Example.com') });
    expect(world.asked).toHaveLength(1);
    await cache({ ...QUESTION, type: TYPE.TLSA });
    await cache({ ...QUESTION, class: 3 });
    await cache({ ...QUESTION, name: Name.parse('www\\.example.com') });
    expect(world.asked).toHaveLength(4);
  });

  it('keeps an answer for the smallest TTL in it', async () => {
    const changes = { answer: [addressRecord(300), addressRecord(60)], additional: [addressRecord(59)] };
    expect(await cached(changes).askedAgainAfter(58)).toBe(false);
    expect(await cached(changes).askedAgainAfter(59)).toBe(true);
  });

  it('does not keep an answer with a TTL of 0, nor one longer than a day', async () => {
    expect(await cached({ answer: [addressRecord(0)] }).askedAgainAfter(0)).toBe(true);
    const long = { answer: [addressRecord(0x7fffffff)] };
    expect(await cached(long).askedAgainAfter(86_399)).toBe(false);
    expect(await cached(long).askedAgainAfter(86_400)).toBe(true);
  });

  it('V95 keeps a negative answer for the smaller of the TTL and the MINIMUM of its SOA', async () => {
    for (const rcode of [RCODE.NOERROR, RCODE.NXDOMAIN]) {
      for (const soa of [soaRecord(30, 900), soaRecord(900, 30)]) {
        const changes = { rcode, answer: [], authority: [soa] };
        expect(await cached(changes).askedAgainAfter(29)).toBe(false);
        expect(await cached(changes).askedAgainAfter(30)).toBe(true);
      }
    }
  });

  it('V95 does not keep a negative answer without an SOA, at the end of an alias either', async () => {
    expect(await cached({ answer: [] }).askedAgainAfter(0)).toBe(true);
    expect(await cached({ answer: [], authority: [addressRecord(300)] }).askedAgainAfter(0)).toBe(true);
    expect(await cached({ rcode: RCODE.NXDOMAIN }).askedAgainAfter(0)).toBe(true);
    const alias = { ...addressRecord(300), type: TYPE.CNAME, rdata: Name.parse('b.example').wire };
    expect(await cached({ answer: [alias] }).askedAgainAfter(0)).toBe(true);
    expect(await cached({ answer: [alias, addressRecord(300)] }).askedAgainAfter(0)).toBe(false);
  });

  /** The seconds after each of which a resolver that only fails is asked anew, found by asking every second. */
  async function gapsOf(reply: Reply, seconds: number): Promise<number[]> {
    const asked: number[] = [];
    let now = 0;
    const cache = createCache(
      async () => {
        asked.push(now);
        return reply;
      },
      { now: () => now },
    );
    for (; now <= seconds; now++) await cache(QUESTION);
    return asked.slice(1).map((time, i) => time - asked[i]!);
  }
  const timeout: Reply = { ok: false, failure: { code: 'timeout', resolver: 'r', limitMs: 5 } };

  it('V97 keeps a failure twice as long each time it comes again, and never longer than five minutes', async () => {
    const doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
    expect(await gapsOf(timeout, 1111)).toEqual(doubling);
    expect(await gapsOf({ ok: true, resolver: 'r', message: response({ rcode: RCODE.SERVFAIL }) }, 1111)).toEqual(
      doubling,
    );
  });

  it('V97 starts from a second again after an answer, or after a long time without a question', async () => {
    const world = { now: 0, asked: 0, fails: true };
    const cache = createCache(
      async () => {
        world.asked++;
        return world.fails ? timeout : { ok: true, resolver: 'r', message: response({ answer: [addressRecord(5)] }) };
      },
      { now: () => world.now },
    );
    /** Asks, goes on by so many seconds, asks again: was the resolver asked the second time? */
    const again = async (seconds: number) => {
      await cache(QUESTION);
      const before = world.asked;
      world.now += seconds;
      await cache(QUESTION);
      return world.asked > before;
    };
    expect(await again(1)).toBe(true);
    expect(await again(1)).toBe(false);
    world.fails = false;
    expect(await again(1)).toBe(true);
    world.fails = true;
    expect(await again(5)).toBe(true);
    // A failure in its first second, though there were two before the answer.
    expect(await again(1)).toBe(true);
    expect(await again(2 + 299)).toBe(true);
    expect(await again(3)).toBe(false);
    expect(await again(4 + 300)).toBe(true);
    expect(await again(1)).toBe(true);
  });

  it('V97 keeps an error RCODE no longer than a second the first time', async () => {
    for (const rcode of [RCODE.SERVFAIL, RCODE.REFUSED, RCODE.FORMERR]) {
      expect(await cached({ rcode }).askedAgainAfter(0)).toBe(false);
      expect(await cached({ rcode }).askedAgainAfter(1)).toBe(true);
    }
  });

  it("gives later what has aged by then: TTLs, and the resolver's clock", async () => {
    const { cache, world } = cached();
    const first = taken(await cache(QUESTION));
    world.now += 100;
    const later = taken(await cache(QUESTION));
    expect(first.message.answer[0]!.ttl).toBe(300);
    expect(later.message.answer[0]!.ttl).toBe(200);
    expect(later.resolverTime).toBe(world.now - 7);
    expect(first.message.answer[0]!.ttl).toBe(300);
  });

  it('forgets failures where somebody asks again by hand, and nothing else', async () => {
    const replies: Reply[] = [{ ok: false, failure: { code: 'timeout', resolver: 'r', limitMs: 5 } }];
    let asked = 0;
    const cache = createCache(
      async () => {
        asked++;
        return replies.shift() ?? { ok: true, resolver: 'r', message: response() };
      },
      { now: () => 1000 },
    );
    expect((await cache(QUESTION)).ok).toBe(false);
    expect((await cache(QUESTION)).ok).toBe(false);
    cache.forgetFailures();
    expect((await cache(QUESTION)).ok).toBe(true);
    cache.forgetFailures();
    await cache(QUESTION);
    expect(asked).toBe(2);
  });

  it('drops a reply when the clock was set back', async () => {
    expect(await cached().askedAgainAfter(-1)).toBe(true);
  });

  it('holds no more than its bound, the longest unused going first', async () => {
    const { cache, world } = cached({}, { maxEntries: 2 });
    const [a, b, c] = ['a', 'b', 'c'].map((text) => ({ ...QUESTION, name: Name.parse(text) }));
    await cache(a!);
    await cache(b!);
    await cache(a!);
    await cache(c!);
    world.asked = [];
    await cache(a!);
    await cache(c!);
    expect(world.asked).toEqual([]);
    await cache(b!);
    expect(world.asked).toEqual(['b. 1']);
  });

  describe('that an earlier one goes on in', () => {
    const failure: Reply = { ok: false, failure: { code: 'timeout', resolver: 'r', limitMs: 5 } };

    /** What the first cache kept is what the second begins with, `seconds` later. */
    async function outlived(seconds: number, replies: Reply[]) {
      const kept: CachedAnswer[] = [];
      const first = createCache(async () => replies.shift() ?? failure, {
        now: () => 1000,
        kept: (answer) => kept.push(answer),
      });
      for (let i = replies.length; i > 0; i--) await first({ ...QUESTION, type: i });
      let asked = 0;
      const second = createCache(
        async () => {
          asked++;
          return failure;
        },
        { now: () => 1000 + seconds, initial: kept },
      );
      return { kept, reply: await second(QUESTION), asked: () => asked };
    }
    const sound = (changes: Partial<Message> = {}): Reply => ({ ok: true, resolver: 'r', message: response(changes) });

    it('asks nothing that it held, and the time between counts', async () => {
      const { kept, reply, asked } = await outlived(100, [sound()]);
      expect(kept).toEqual([{ reply: sound(), storedAt: 1000 }]);
      expect(asked()).toBe(0);
      expect(taken(reply).message.answer[0]!.ttl).toBe(200);
    });

    it.each([
      ['what has run out since', 300],
      ['what was stored in the future', -1],
    ])('not %s', async (_, seconds) => {
      expect((await outlived(seconds, [sound()])).asked()).toBe(1);
    });

    it('no failure, no error of the resolver, nothing that may not be kept', async () => {
      const none = [failure, sound({ rcode: RCODE.SERVFAIL }), sound({ answer: [addressRecord(0)] })];
      const { kept, asked } = await outlived(0, none);
      expect(kept).toEqual([]);
      expect(asked()).toBe(1);
    });
  });
});
