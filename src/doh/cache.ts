/**
 * A cache over an `Ask`: a question in flight is asked once however many wait for it, and its reply is kept while
 * the smallest TTL in it lasts. What comes out of it has aged by the time it lay here.
 *
 * It holds messages as they came, unvalidated; a verdict is made anew from them each time.
 */
import type { Ask, Reply } from '../dns/ask.ts';
import { CLASS_IN, RCODE } from '../dns/codes.ts';
import { encodeMessage, type Message, type Question } from '../dns/message.ts';
import { agedReply, lifetimeSeconds } from './ttl.ts';

export interface CacheOptions {
  /** Epoch seconds. */
  readonly now: () => number;
  /** Replies kept at most; the longest unused goes first. */
  readonly maxEntries?: number;
  /** Answers an earlier cache kept, the longest unused first. */
  readonly initial?: Iterable<CachedAnswer>;
  /** Told of each answer that is kept from now on. */
  readonly kept?: (answer: CachedAnswer) => void;
}

/** An answer as it came, to outlive the process. Failures are not worth it. */
export interface CachedAnswer {
  readonly reply: Extract<Reply, { ok: true }>;
  /** Epoch seconds. */
  readonly storedAt: number;
}

/** RFC 2181 section 8 allows an upper bound; a day is the usual one. */
const MAX_LIFETIME_SECONDS = 86_400;
/**
 * RFC 9520 section 3.2: a failure is kept for a second at the least, so that a page of questions costs one, twice as
 * long each time it comes again, and never longer than five minutes.
 */
const FIRST_FAILURE_SECONDS = 1;
const MAX_FAILURE_SECONDS = 300;

interface Entry {
  readonly reply: Reply;
  readonly storedAt: number;
  readonly lifetime: number;
}

/** What is kept and not out of date, failures aside. */
export interface CacheSize {
  readonly answers: number;
  /** Of the messages, as they came. */
  readonly octets: number;
  /** Epoch seconds; left out where there is none. */
  readonly oldest?: number;
  readonly newest?: number;
}

export interface CachedAsk extends Ask {
  size(): CacheSize;
  /** Somebody asks again by hand: what could not be had is worth another try. Answers stay. */
  forgetFailures(): void;
}

export function createCache(ask: Ask, options: CacheOptions): CachedAsk {
  const { now, maxEntries = 1000, initial = [], kept: tell = () => {} } = options;
  /** In order of use, the longest unused first. */
  const entries = new Map<string, Entry>();
  const inFlight = new Map<string, Promise<Reply>>();

  const kept = (key: string): Reply | undefined => {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    entries.delete(key);
    const elapsed = Math.floor(now()) - entry.storedAt;
    // A clock set back says nothing about how long the reply has lain here.
    if (elapsed < 0) return undefined;
    const over = elapsed >= entry.lifetime;
    // A failure stays a while longer, out of use, so that the next one knows that it is not the first.
    if (over && (answerIn(entry.reply) || elapsed >= entry.lifetime + MAX_FAILURE_SECONDS)) return undefined;
    entries.set(key, entry);
    return over ? undefined : agedReply(entry.reply, elapsed);
  };

  const keep = (key: string, reply: Reply, storedAt: number): boolean => {
    const lifetime = lifetimeOf(reply, entries.get(key));
    // What was there is out of date, whether or not the new reply may be kept.
    entries.delete(key);
    if (lifetime <= 0) return false;
    entries.set(key, { reply, storedAt, lifetime });
    if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
    return true;
  };

  for (const { reply, storedAt } of initial) {
    const [question] = reply.message.question;
    if (question !== undefined && answerIn(reply)) keep(keyOf(question), reply, storedAt);
  }

  const cached: Ask = (question) => {
    const key = keyOf(question);
    const reply = kept(key);
    if (reply !== undefined) return Promise.resolve(reply);
    const underWay = inFlight.get(key);
    if (underWay !== undefined) return underWay;
    const asked = ask(question)
      .then((answer) => {
        const storedAt = Math.floor(now());
        if (keep(key, answer, storedAt) && answer.ok && answerIn(answer)) tell({ reply: answer, storedAt });
        return answer;
      })
      .finally(() => inFlight.delete(key));
    inFlight.set(key, asked);
    return asked;
  };
  const forgetFailures = (): void => {
    for (const [key, { reply }] of entries) if (answerIn(reply) === undefined) entries.delete(key);
  };
  const size = (): CacheSize => {
    const seconds = Math.floor(now());
    const lasting = [...entries.values()].filter(({ reply, storedAt, lifetime }) => {
      return answerIn(reply) !== undefined && seconds >= storedAt && seconds - storedAt < lifetime;
    });
    const octets = lasting.reduce((sum, { reply }) => sum + encodeMessage(answerIn(reply)!).length, 0);
    if (lasting.length === 0) return { answers: 0, octets };
    const times = lasting.map(({ storedAt }) => storedAt);
    return { answers: lasting.length, octets, oldest: Math.min(...times), newest: Math.max(...times) };
  };
  return Object.assign(cached, { forgetFailures, size });
}

/** Equal names have equal keys, whatever octets they hold; the numbers stand in front so nothing can run together. */
function keyOf({ name, type, class: questionClass = CLASS_IN }: Question): string {
  return `${type}/${questionClass}/${name.key}`;
}

/** Seconds. `before`: what was kept of the same question last. */
function lifetimeOf(reply: Reply, before: Entry | undefined): number {
  const answer = answerIn(reply);
  if (answer) return Math.min(lifetimeSeconds(answer), MAX_LIFETIME_SECONDS);
  const again = before !== undefined && answerIn(before.reply) === undefined;
  return again ? Math.min(before.lifetime * 2, MAX_FAILURE_SECONDS) : FIRST_FAILURE_SECONDS;
}

/** Undefined where there is none, or its RCODE says that none was to be had. */
function answerIn(reply: Reply): Message | undefined {
  if (!reply.ok) return undefined;
  const { rcode } = reply.message;
  return rcode === RCODE.NOERROR || rcode === RCODE.NXDOMAIN ? reply.message : undefined;
}
