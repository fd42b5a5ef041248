/**
 * What a server's own trouble asks for: a pause, then the same question again, a few times, within the time the
 * question has. A server that says it is asked too much is left alone by all questions until the pause is over.
 */
import type { Ask, Reply, TransportFailure } from '../dns/ask.ts';
import type { Question } from '../dns/message.ts';
import { type Clock, pause } from './clock.ts';

/** One try, which ends within `limitMs`. Never rejects. */
export type Exchange = (question: Question, limitMs: number) => Promise<Reply>;

export interface BackoffOptions {
  /** For the whole question, pauses included. */
  readonly limitMs: number;
  readonly clock: Clock;
}

/** RFC 9520 section 3.1: three tries of one query to one server. */
const MAX_TRIES = 3;
/** Half a page load's patience; the second pause is twice as long. */
const FIRST_PAUSE_MS = 250;
/** With less time than this left a further try is not worth it: it would end as a timeout, and hide what was wrong. */
const SHORTEST_TRY_MS = 250;
/**
 * A connection that was lost, such as one the server closed while it was idle, is mostly there again at once. One more
 * try: what cannot be reached then is for the next resolver, or for the person, to know of.
 */
const LOST_PAUSE_MS = 100;
/** However long a server wants to be left alone, or has failed: it is tried again after a minute. */
const MAX_HOLD_MS = 60_000;

type HttpFailure = Extract<TransportFailure, { code: 'http-status' }>;

export function withBackoff(exchange: Exchange, { limitMs, clock }: BackoffOptions): Ask {
  const hold = new Hold(clock);
  return async (question) => {
    const deadline = clock.now() + limitMs;
    let lost = false;
    for (let tries = 1; ; tries++) {
      const refused = await hold.passBefore(deadline - SHORTEST_TRY_MS);
      if (refused) return { ok: false, failure: refused };
      const askedAt = clock.now();
      const reply = await exchange(question, deadline - askedAt);
      const failure = troubleIn(reply);
      if (failure === undefined) {
        const again = isLost(reply) && !lost && tries < MAX_TRIES;
        if (again && clock.now() + LOST_PAUSE_MS <= deadline - SHORTEST_TRY_MS) {
          lost = true;
          await pause(clock, LOST_PAUSE_MS);
          continue;
        }
        // Only an answer shows that the trouble is over; a lost connection shows nothing.
        if (reply.ok) hold.end(askedAt);
        return reply;
      }
      if (speaksForServer(failure)) hold.begin(failure, askedAt);
      if (tries === MAX_TRIES) return reply;
      if (speaksForServer(failure)) continue;
      const ms = pauseMs(tries, failure);
      if (clock.now() + ms > deadline - SHORTEST_TRY_MS) return reply;
      await pause(clock, ms);
    }
  };
}

/** The time a server is left alone. */
class Hold {
  readonly #clock: Clock;
  #failure: HttpFailure | undefined;
  #since = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  /** How often in a row it came to this. */
  #strikes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits until the server may be asked; where that is not before `deadline`, its failure comes back at once. */
  async passBefore(deadline: number): Promise<HttpFailure | undefined> {
    for (;;) {
      const left = this.#until - this.#clock.now();
      if (left <= 0) return undefined;
      if (this.#until > deadline) {
        return this.#failure && { ...this.#failure, retryAfterSeconds: Math.ceil(left / 1000) };
      }
      await pause(this.#clock, left);
    }
  }

  begin(failure: HttpFailure, askedAt: number): void {
    // Of questions sent together each comes back refused: that is one refusal.
    if (askedAt <= this.#since) return;
    const now = this.#clock.now();
    this.#strikes++;
    this.#failure = failure;
    this.#since = now;
    this.#until = now + pauseMs(this.#strikes, failure);
  }

  /** An answer to a question sent before the trouble began says nothing about it. */
  end(askedAt: number): void {
    if (askedAt > this.#since) this.#strikes = 0;
  }
}

/** The longer of the server's own word (RFC 9110 section 10.2.3) and a pause that doubles from one to the next. */
function pauseMs(times: number, { retryAfterSeconds = 0 }: HttpFailure): number {
  return Math.min(Math.max(retryAfterSeconds * 1000, FIRST_PAUSE_MS * 2 ** (times - 1)), MAX_HOLD_MS);
}

/**
 * A failure that may pass: 429 and what is the server's fault (RFC 9110 section 15.6). What it does not support it will
 * not support a second later, and 401, 406 and 415 are about the request, which would be the same again.
 */
function troubleIn(reply: Reply): HttpFailure | undefined {
  if (reply.ok || reply.failure.code !== 'http-status') return undefined;
  const { status } = reply.failure;
  const passing = status === 429 || (status >= 500 && status !== 501 && status !== 505);
  return passing ? reply.failure : undefined;
}

function isLost(reply: Reply): boolean {
  return !reply.ok && reply.failure.code === 'unreachable';
}

/**
 * 429 and 503 tell of too much load from us or from all (RFC 6585 section 4, RFC 9110 section 15.6.4). Other failures
 * may be of this one question: nobody is to stop all others by a name that a server cannot cope with.
 */
function speaksForServer({ status }: HttpFailure): boolean {
  return status === 429 || status === 503;
}
