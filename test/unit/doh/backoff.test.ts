/** How often, and when, a server in trouble is asked, by a clock that is moved by hand. */
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/dns/ask.ts';
import { createDoh } from '../../../src/doh/doh.ts';
import { QUESTION, responseOctets } from './messages.ts';
import { createTestClock } from './test-clock.ts';

const URL_TEXT = 'https://dns.example/dns-query';

interface Answer {
  /** 0: the connection is lost. */
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly afterMs?: number;
}

/** A resolver whose requests get these answers in turn, the last one again and again. */
function server(...answers: readonly Answer[]) {
  const clock = createTestClock();
  const askedAt: number[] = [];
  const ask = createDoh({
    url: URL_TEXT,
    clock,
    fetch: async () => {
      const { status, headers, afterMs } = answers[Math.min(askedAt.length, answers.length - 1)]!;
      askedAt.push(clock.now());
      if (afterMs !== undefined) await new Promise<void>((resolve) => clock.after(afterMs, resolve));
      if (status === 0) throw new TypeError('connection reset');
      if (status !== 200) return new Response(null, { status, ...(headers && { headers }) });
      return new Response(responseOctets(), { headers: { 'content-type': 'application/dns-message' } });
    },
  });
  /** When the question ended, and how. */
  const outcome = (): { at?: number; reply?: Reply } => {
    const ended: { at?: number; reply?: Reply } = {};
    void ask(QUESTION).then((reply) => Object.assign(ended, { at: clock.now(), reply }));
    return ended;
  };
  return { clock, askedAt, outcome };
}

const status = (code: number, retryAfter?: string, date?: string): Answer => ({
  status: code,
  headers: { ...(retryAfter !== undefined && { 'retry-after': retryAfter }), ...(date !== undefined && { date }) },
});
const good: Answer = { status: 200 };
const LOST: Answer = { status: 0 };
const failed = (code: number) => ({ ok: false, failure: { code: 'http-status', resolver: URL_TEXT, status: code } });

describe('one question to a server in trouble', () => {
  it.each([429, 500, 502, 503, 504, 520])('V98 H10 is asked three times, with growing pauses: %i', async (code) => {
    const { clock, askedAt, outcome } = server(status(code));
    const ended = outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0, 250, 750]);
    expect(ended).toEqual({ at: 750, reply: failed(code) });
  });

  it.each([429, 500, 503])('H10 is answered as soon as the server can again: %i', async (code) => {
    const { clock, askedAt, outcome } = server(status(code), good);
    const ended = outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0, 250]);
    expect(ended).toMatchObject({ at: 250, reply: { ok: true } });
  });

  it.each([400, 401, 403, 404, 406, 415, 501, 505])('H10 is not asked again after %i', async (code) => {
    const { clock, askedAt, outcome } = server(status(code));
    const ended = outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0]);
    expect(ended).toEqual({ at: 0, reply: failed(code) });
  });

  it.each([429, 503, 500])('H10 waits as long as the server wants: %i', async (code) => {
    const { clock, askedAt, outcome } = server(status(code, '2'), good);
    const ended = outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0, 2000]);
    expect(ended.reply?.ok).toBe(true);
  });

  it('H10 reads a date by the clock of the server that set it', async () => {
    const date = 'Sun, 22 Nov 2026 13:00:00 GMT';
    const { clock, askedAt, outcome } = server(status(429, 'Sun, 22 Nov 2026 13:00:03 GMT', date), good);
    outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0, 3000]);
  });

  it.each(['soon', '-1', '', '1.5', 'Sun, 22 Nov 2026 12:59:59 GMT'])(
    'H10 makes its own pause of "%s"',
    async (text) => {
      const { clock, askedAt, outcome } = server(status(429, text, 'Sun, 22 Nov 2026 13:00:00 GMT'), good);
      outcome();
      await clock.advance(4000);
      expect(askedAt).toEqual([0, 250]);
    },
  );

  it('H10 ends at once where the pause would be longer than the question has', async () => {
    for (const code of [429, 500]) {
      const { clock, askedAt, outcome } = server(status(code, '5'));
      const ended = outcome();
      await clock.advance(6000);
      expect(askedAt).toEqual([0]);
      expect(ended.at).toBe(0);
      expect(ended.reply).toMatchObject({ failure: { status: code, retryAfterSeconds: 5 } });
    }
  });

  it.each([429, 500])('H10 is not tried again with a quarter of a second left, or less: %i', async (code) => {
    for (const [afterMs, tries] of [
      [4500, 2],
      [4501, 1],
    ] as const) {
      const { clock, askedAt, outcome } = server({ status: code, afterMs }, good);
      const ended = outcome();
      await clock.advance(6000);
      expect(askedAt).toHaveLength(tries);
      expect(ended).toMatchObject(
        tries === 2 ? { reply: { ok: true } } : { at: 4501, reply: { failure: { status: code } } },
      );
    }
  });

  it('H10 has no more time for three tries than for one', async () => {
    const { clock, askedAt, outcome } = server({ status: 500, afterMs: 3000 });
    const ended = outcome();
    await clock.advance(10_000);
    expect(askedAt).toEqual([0, 3250]);
    expect(ended).toEqual({
      at: 5000,
      reply: { ok: false, failure: { code: 'timeout', resolver: URL_TEXT, limitMs: 5000 } },
    });
  });

  it('V98 is asked once more where the connection is lost, soon and no oftener', async () => {
    const { clock, askedAt, outcome } = server(LOST);
    const ended = outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0, 100]);
    expect(ended).toMatchObject({ at: 100, reply: { failure: { code: 'unreachable', detail: 'connection reset' } } });
  });

  it('is answered where the connection is there again, also after other trouble', async () => {
    for (const [answers, times] of [
      [
        [LOST, good],
        [0, 100],
      ],
      [
        [status(500), LOST, good],
        [0, 250, 350],
      ],
      [
        [LOST, status(500), good],
        [0, 100, 600],
      ],
    ] as const) {
      const { clock, askedAt, outcome } = server(...answers);
      const ended = outcome();
      await clock.advance(4000);
      expect(askedAt).toEqual(times);
      expect(ended.reply?.ok).toBe(true);
    }
  });

  it('V98 is asked three times in all, whatever the troubles', async () => {
    const { clock, askedAt, outcome } = server(status(500), status(500), LOST, good);
    const ended = outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0, 250, 750]);
    expect(ended.reply).toMatchObject({ failure: { code: 'unreachable' } });
  });

  it.each([
    [4650, [0, 4750]],
    [4651, [0]],
  ])('is not asked again where too little time is left: lost after %i ms', async (afterMs, times) => {
    const { clock, askedAt, outcome } = server({ ...LOST, afterMs }, good);
    const ended = outcome();
    await clock.advance(6000);
    expect(askedAt).toEqual(times);
    expect(ended.reply?.ok).toBe(times.length === 2);
  });

  it('V98 is not asked again after other failures', async () => {
    const { clock, askedAt, outcome } = server({ status: 204 });
    const ended = outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0]);
    expect(ended.reply).toMatchObject({ failure: { code: 'empty' } });
  });
});

describe('all questions to a server in trouble', () => {
  it.each([429, 503])('H10 leave it alone until the time it named: %i', async (code) => {
    const { clock, askedAt, outcome } = server(status(code, '30'), good);
    outcome();
    await clock.advance(20_000);
    const early = outcome();
    await clock.advance(0);
    // Its time would be over before the server's.
    expect(early).toMatchObject({ at: 20_000, reply: { failure: { status: code, retryAfterSeconds: 10 } } });
    await clock.advance(6000);
    const late = outcome();
    await clock.advance(3999);
    expect(askedAt).toEqual([0]);
    await clock.advance(1);
    expect(askedAt).toEqual([0, 30_000]);
    expect(late.reply?.ok).toBe(true);
  });

  it('H10 leave it alone for a minute at most', async () => {
    const { clock, askedAt, outcome } = server(status(429, '86400'), good);
    outcome();
    await clock.advance(59_999);
    expect(askedAt).toEqual([0]);
    const ended = outcome();
    await clock.advance(1);
    expect(ended.reply?.ok).toBe(true);
  });

  it('H10 leave it alone for longer each time it says so, and count what came back together once', async () => {
    const { clock, askedAt, outcome } = server({ status: 429, afterMs: 10 });
    for (let i = 0; i < 5; i++) outcome();
    await clock.advance(1000);
    expect(askedAt).toEqual([0, 260, 770].flatMap((time) => [time, time, time, time, time]));
    // What is asked next meets a pause of a second, and as each question has three tries, of 2, 4, 8 and so on.
    const pauses: number[] = [];
    for (let last = 770; pauses.length < 9; ) {
      outcome();
      await clock.advance(100);
      if (askedAt.at(-1) === last) continue;
      pauses.push(askedAt.at(-1)! - last - 10);
      last = askedAt.at(-1)!;
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('H10 start from a short pause again after an answer', async () => {
    const { clock, askedAt, outcome } = server(status(429), status(429), good, status(429), good);
    outcome();
    await clock.advance(750);
    outcome();
    await clock.advance(4000);
    expect(askedAt).toEqual([0, 250, 750, 750, 1000]);
  });

  it('H10 go on where only one of them is the trouble', async () => {
    const { clock, askedAt, outcome } = server(status(500, '4'), good);
    outcome();
    await clock.advance(10);
    const other = outcome();
    await clock.advance(10);
    expect(other).toMatchObject({ at: 10, reply: { ok: true } });
    expect(askedAt).toEqual([0, 10]);
  });
});
