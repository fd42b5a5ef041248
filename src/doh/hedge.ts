/**
 * Several resolvers, each chosen by the person, as one `Ask`. The first of them is asked; the next one only where the
 * reply is late by the first one's own measure, or is no answer. The first answer wins, and says who gave it. A
 * resolver's failure is never more than a reason to ask the next: of two failures, one comes back as it is.
 */
import type { Ask, Reply } from '../dns/ask.ts';
import { RCODE } from '../dns/codes.ts';
import { filterNotices, type Question } from '../dns/message.ts';
import type { Clock } from './clock.ts';
import { createLatency, type Latency } from './latency.ts';

export interface HedgeOptions {
  readonly clock: Clock;
}

/** Questions to which a second resolver may be asked on delay alone: those of a cold check at once, then one in ten. */
const LATE_BURST = 16;
const LATE_SHARE = 0.1;
/** Failures in a row after which a resolver is asked last, and for how long: twice as long each time it comes again. */
const FAILURES_TO_REST = 3;
const FIRST_REST_MS = 30_000;
const MAX_REST_MS = 300_000;
/** YXDOMAIN: a DNAME's substitution came out too long (RFC 6672 section 2.2), which is an answer. */
const ANSWERS: readonly number[] = [RCODE.NOERROR, RCODE.NXDOMAIN, 6];

/** `asks` in the order of preference. With one, that one alone is asked, as it is. */
export function createHedged(asks: readonly Ask[], { clock }: HedgeOptions): Ask {
  const [only, ...more] = asks;
  if (only === undefined) throw new TypeError('no resolver to ask');
  if (more.length === 0) return only;
  const resolvers = asks.map((ask) => new Resolver(ask, clock));
  const late = new LateAllowance();
  return (question) => {
    late.earn();
    const now = clock.now();
    const rested = resolvers.filter((resolver) => !resolver.restsAt(now));
    const resting = resolvers.filter((resolver) => resolver.restsAt(now));
    return race(question, [...rested, ...resting], late, clock);
  };
}

/** Never more than two of them have the question at one time. */
function race(question: Question, order: readonly Resolver[], late: LateAllowance, clock: Clock): Promise<Reply> {
  return new Promise((resolve) => {
    let asked = 0;
    let waitedFor = 0;
    let settled = false;
    let best: Reply | undefined;
    const settle = (reply: Reply) => {
      settled = true;
      callOff();
      resolve(reply);
    };
    const askNext = () => {
      waitedFor++;
      void order[asked++]!.ask(question).then((reply) => {
        waitedFor--;
        if (settled) return;
        const usefulness = usefulnessOf(reply);
        if (best === undefined || usefulness > usefulnessOf(best)) best = reply;
        if (usefulness === USEFULNESS.answer) settle(reply);
        else if (asked < order.length) askNext();
        else if (waitedFor === 0) settle(best);
      });
    };
    const callOff = clock.after(order[0]!.patienceMs, () => {
      // Where the first has failed by now, the second has the question already.
      if (asked === 1 && late.spend()) askNext();
    });
    askNext();
  });
}

const USEFULNESS = { failure: 0, error: 1, answer: 2 } as const;

/** An error RCODE, or an answer that the resolver says it made up, is told only where nobody has better. */
function usefulnessOf(reply: Reply): number {
  if (!reply.ok) return USEFULNESS.failure;
  const { message } = reply;
  return ANSWERS.includes(message.rcode) && filterNotices(message).length === 0 ? USEFULNESS.answer : USEFULNESS.error;
}

class Resolver {
  readonly #ask: Ask;
  readonly #clock: Clock;
  readonly #latency: Latency = createLatency();
  #failuresInRow = 0;
  #rests = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(ask: Ask, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** How long a reply may take before it is late. */
  get patienceMs(): number {
    return this.#latency.boundMs;
  }

  restsAt(now: number): boolean {
    return now < this.#restsUntil;
  }

  async ask(question: Question): Promise<Reply> {
    const askedAt = this.#clock.now();
    const reply = await this.#ask(question);
    const now = this.#clock.now();
    if (reply.ok) {
      this.#latency.add(now - askedAt);
      this.#failuresInRow = 0;
      this.#rests = 0;
    } else if (++this.#failuresInRow >= FAILURES_TO_REST && !this.restsAt(now)) {
      this.#restsUntil = now + Math.min(FIRST_REST_MS * 2 ** this.#rests++, MAX_REST_MS);
      this.#failuresInRow = 0;
    }
    return reply;
  }
}

/** A slow resolver must not come to mean that every question is asked twice, and seen by two. */
class LateAllowance {
  #left = LATE_BURST;

  earn(): void {
    this.#left = Math.min(this.#left + LATE_SHARE, LATE_BURST);
  }

  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
