/** Who is asked, and when, where there are several resolvers; by a clock that is moved by hand. */
import { describe, expect, it } from 'vitest';
import type { Ask, Reply } from '../../../src/dns/ask.ts';
import { RCODE } from '../../../src/dns/codes.ts';
import type { Message } from '../../../src/dns/message.ts';
import { createHedged } from '../../../src/doh/hedge.ts';
import { createLatency } from '../../../src/doh/latency.ts';
import { QUESTION, response } from './messages.ts';
import { createTestClock } from './test-clock.ts';

type Outcome = Partial<Message> | 'failure';

/** What a resolver does with a question, after how many milliseconds; undefined: it never replies. */
interface Behaviour {
  ms: number | undefined;
  outcome: Outcome;
}

const ANSWER: Outcome = {};
const SERVFAIL: Outcome = { rcode: RCODE.SERVFAIL };
const REFUSED: Outcome = { rcode: RCODE.REFUSED };
const extended = (code: number) => ({
  edns: {
    udpPayloadSize: 1232,
    version: 0,
    dnssecOk: true,
    options: [{ code: 15, data: Uint8Array.of(0, code) }],
  },
});

/** Resolvers called a, b, c and so on, of whom each question asked is noted as its letter and the time. */
function resolvers(...behaviours: Behaviour[]) {
  const clock = createTestClock();
  const asked: string[] = [];
  let open = 0;
  let mostOpen = 0;
  const asks = behaviours.map((behaviour, i): Ask => {
    const resolver = String.fromCharCode(97 + i);
    return () => {
      asked.push(`${resolver}@${clock.now()}`);
      mostOpen = Math.max(mostOpen, ++open);
      const { ms, outcome } = behaviour;
      return new Promise((resolve) => {
        if (ms === undefined) return;
        clock.after(ms, () => {
          open--;
          if (outcome !== 'failure') resolve({ ok: true, resolver, message: response(outcome) });
          else resolve({ ok: false, failure: { code: 'timeout', resolver, limitMs: ms } });
        });
      });
    };
  });
  const ask = createHedged(asks, { clock });
  const question = () => {
    const ended: { at?: number; reply?: Reply } = {};
    void ask(QUESTION).then((reply) => Object.assign(ended, { at: clock.now(), reply }));
    return ended;
  };
  /** Asks and waits, so many times; the questions are so far apart. */
  const many = async (times: number, ms: number) => {
    for (let i = 0; i < times; i++) {
      question();
      await clock.advance(ms);
    }
  };
  return { clock, asked, question, many, mostOpen: () => mostOpen };
}

const by = ({ reply }: { reply?: Reply }) => (reply?.ok ? reply.resolver : reply?.failure.code);

describe('two resolvers', () => {
  it('are not both asked where the first replies in time', async () => {
    const { clock, asked, question } = resolvers({ ms: 999, outcome: ANSWER }, { ms: 1, outcome: ANSWER });
    const ended = question();
    await clock.advance(5000);
    expect(by(ended)).toBe('a');
    expect(ended.at).toBe(999);
    expect(asked).toEqual(['a@0']);
  });

  it('are both asked where the first is late, and the first to answer is heard', async () => {
    const late = resolvers({ ms: 1500, outcome: ANSWER }, { ms: 20, outcome: ANSWER });
    const ended = late.question();
    await late.clock.advance(5000);
    expect(late.asked).toEqual(['a@0', 'b@1000']);
    expect(ended).toMatchObject({ at: 1020, reply: { ok: true, resolver: 'b' } });
    const slower = resolvers({ ms: 1010, outcome: ANSWER }, { ms: 20, outcome: ANSWER });
    const other = slower.question();
    await slower.clock.advance(5000);
    expect(other).toMatchObject({ at: 1010, reply: { ok: true, resolver: 'a' } });
  });

  it.each<[string, Outcome]>([
    ['fails', 'failure'],
    ['says SERVFAIL', SERVFAIL],
    ['says REFUSED', REFUSED],
    ['says FORMERR', { rcode: RCODE.FORMERR }],
    ['H20 says that the name is blocked', { ...extended(15), answer: [] }],
    ['H20 says that the name is censored', extended(16)],
    ['H20 says that the name is filtered', { ...extended(17), rcode: RCODE.NXDOMAIN }],
  ])('are asked one after the other where the first %s', async (_, outcome) => {
    const { clock, asked, question } = resolvers({ ms: 30, outcome }, { ms: 20, outcome: ANSWER });
    const ended = question();
    await clock.advance(5000);
    expect(asked).toEqual(['a@0', 'b@30']);
    expect(ended).toMatchObject({ at: 50, reply: { ok: true, resolver: 'b', message: { rcode: 0, answer: [{}] } } });
  });

  it.each<[string, Outcome]>([
    ['NXDOMAIN', { rcode: RCODE.NXDOMAIN, answer: [] }],
    ['an empty answer', { answer: [] }],
    ['YXDOMAIN', { rcode: 6 }],
    ['an extended error that is none of a filter', extended(18)],
    ['an extended error about signatures', extended(14)],
  ])('are not both asked over %s, which is an answer', async (_, outcome) => {
    const { clock, asked, question } = resolvers({ ms: 30, outcome }, { ms: 20, outcome: ANSWER });
    question();
    await clock.advance(5000);
    expect(asked).toEqual(['a@0']);
  });

  it.each<[Outcome, Outcome, string]>([
    ['failure', 'failure', 'a'],
    [SERVFAIL, 'failure', 'a'],
    [SERVFAIL, REFUSED, 'a'],
    [extended(17), SERVFAIL, 'a'],
    [extended(17), 'failure', 'a'],
    ['failure', REFUSED, 'b'],
    ['failure', extended(15), 'b'],
  ])('tell the better of two failures, the first of equal ones: %j, %j', async (first, second, expected) => {
    const { clock, question } = resolvers({ ms: 30, outcome: first }, { ms: 20, outcome: second });
    const ended = question();
    await clock.advance(5000);
    const { reply } = ended;
    expect(ended.at).toBe(50);
    expect(reply?.ok ? reply.resolver : reply?.failure).toEqual(
      reply?.ok ? expected : expect.objectContaining({ resolver: expected }),
    );
  });

  it('wait for the first where the second, asked since it is late, fails', async () => {
    const { clock, asked, question } = resolvers({ ms: 1500, outcome: ANSWER }, { ms: 5, outcome: 'failure' });
    const ended = question();
    await clock.advance(5000);
    expect(asked).toEqual(['a@0', 'b@1000']);
    expect(ended).toMatchObject({ at: 1500, reply: { ok: true, resolver: 'a' } });
  });
});

describe('a late first resolver', () => {
  it('is late by its own measure', async () => {
    const first: Behaviour = { ms: 40, outcome: ANSWER };
    const { clock, asked, question, many } = resolvers(first, { ms: 10, outcome: ANSWER });
    await many(20, 100);
    first.ms = 300;
    asked.length = 0;
    const ended = question();
    const start = clock.now();
    await clock.advance(1000);
    // Never counts as late before a tenth of a second.
    expect(asked).toEqual([`a@${start}`, `b@${start + 100}`]);
    expect(ended.at).toBe(start + 110);
  });

  it('costs no more than one question in ten a second one, beyond a few at first', async () => {
    const { asked, many } = resolvers({ ms: 3000, outcome: ANSWER }, { ms: 2900, outcome: ANSWER });
    await many(305, 4000);
    const second = asked.filter((line) => line.startsWith('b')).length;
    // A tenth of them, and sixteen.
    expect(second).toBeGreaterThanOrEqual(45);
    expect(second).toBeLessThanOrEqual(47);
  });

  it('does not save up questions while all goes well', async () => {
    const first: Behaviour = { ms: 10, outcome: ANSWER };
    const { clock, asked, many, question } = resolvers(first, { ms: 10, outcome: ANSWER });
    await many(1000, 100);
    first.ms = undefined;
    asked.length = 0;
    for (let i = 0; i < 30; i++) question();
    await clock.advance(4000);
    expect(asked.filter((line) => line.startsWith('b'))).toHaveLength(16);
  });
});

describe('a resolver that fails again and again', () => {
  it('is asked last for half a minute, then first again', async () => {
    const first: Behaviour = { ms: 10, outcome: 'failure' };
    const { clock, asked, many, question } = resolvers(first, { ms: 10, outcome: ANSWER });
    await many(3, 100);
    expect(asked).toEqual(['a@0', 'b@10', 'a@100', 'b@110', 'a@200', 'b@210']);
    asked.length = 0;
    const ended = question();
    await clock.advance(29_900);
    expect(asked).toEqual(['b@300']);
    expect(by(ended)).toBe('b');
    first.outcome = ANSWER;
    await clock.advance(10);
    asked.length = 0;
    await many(1, 100);
    expect(asked).toEqual(['a@30210']);
  });

  it('is asked last for longer each time, and for five minutes at most', async () => {
    const { asked, many } = resolvers({ ms: 10, outcome: 'failure' }, { ms: 10, outcome: ANSWER });
    await many(2000, 1000);
    const times = asked.filter((line) => line.startsWith('a')).map((line) => Number(line.slice(2)));
    const rests = times.slice(1).map((time, i) => Math.round((time - times[i]!) / 1000));
    expect(rests.filter((rest) => rest > 1)).toEqual([31, 61, 121, 241, 301, 301, 301, 301, 301]);
    // Three questions each time.
    expect(times).toHaveLength(30);
  });

  it('is still asked where the other fails as well', async () => {
    const first: Behaviour = { ms: 10, outcome: 'failure' };
    const second: Behaviour = { ms: 10, outcome: 'failure' };
    const { asked, many, question, clock } = resolvers(first, second);
    await many(3, 100);
    asked.length = 0;
    first.outcome = ANSWER;
    const ended = question();
    await clock.advance(100);
    expect(asked).toEqual(['a@300']);
    expect(by(ended)).toBe('a');
    first.outcome = SERVFAIL;
    await many(1, 100);
    expect(asked.slice(1)).toEqual(['a@400', 'b@410']);
  });

  it('keeps its place with failures that answers stand between', async () => {
    const first: Behaviour = { ms: 10, outcome: 'failure' };
    const { asked, many } = resolvers(first, { ms: 10, outcome: ANSWER });
    for (let i = 0; i < 4; i++) {
      first.outcome = 'failure';
      await many(2, 100);
      first.outcome = SERVFAIL;
      await many(1, 100);
    }
    expect(asked.filter((line) => line.startsWith('a'))).toHaveLength(12);
  });
});

describe('any number of resolvers', () => {
  it('may be one, which is asked as it is, and must not be none', async () => {
    const ask: Ask = async () => ({ ok: false, failure: { code: 'no-resolver' } });
    expect(createHedged([ask], { clock: createTestClock() })).toBe(ask);
    expect(() => createHedged([], { clock: createTestClock() })).toThrow(TypeError);
  });

  it('are asked in their order until one answers', async () => {
    const { clock, asked, question } = resolvers(
      { ms: 10, outcome: 'failure' },
      { ms: 10, outcome: SERVFAIL },
      { ms: 10, outcome: 'failure' },
      { ms: 10, outcome: ANSWER },
      { ms: 10, outcome: ANSWER },
    );
    const ended = question();
    await clock.advance(5000);
    expect(asked).toEqual(['a@0', 'b@10', 'c@20', 'd@30']);
    expect(by(ended)).toBe('d');
  });

  it('never have a question in more than two places at once', async () => {
    const times = [2500, 1700, 400, 1200, 30];
    const { clock, many, mostOpen, asked } = resolvers(
      ...times.map((ms, i): Behaviour => ({ ms, outcome: i % 2 === 0 ? 'failure' : SERVFAIL })),
    );
    await many(40, 9000);
    await clock.advance(20_000);
    expect(mostOpen()).toBe(2);
    expect(asked.length).toBe(40 * 5);
  });
});

describe('latency', () => {
  it('is smoothed as RFC 6298 section 2 has it', () => {
    const latency = createLatency();
    expect(latency.boundMs).toBe(1000);
    latency.add(200);
    expect(latency.boundMs).toBe(200 + 4 * 100);
    latency.add(120);
    // RTTVAR = 3/4 * 100 + 1/4 * |200 - 120|, SRTT = 7/8 * 200 + 1/8 * 120
    expect(latency.boundMs).toBe(190 + 4 * 95);
  });

  it('counts as late neither before a tenth of a second nor after two', () => {
    const quick = createLatency();
    quick.add(1);
    expect(quick.boundMs).toBe(100);
    const slow = createLatency();
    slow.add(60_000);
    expect(slow.boundMs).toBe(2000);
  });
});
