/** The questions of one lookup: each asked once, counted, and numbered by the round trip it goes out in. */
import type { Ask, Reply } from '../dns/ask.ts';
import { RCODE, rcodeMnemonic, typeMnemonic } from '../dns/codes.ts';
import { type ExtendedError, extendedErrors, filterNotices, type Message } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import type { Budget } from './limits.ts';
import type { IndeterminateReason, TraceStep } from './outcome.ts';

/** YXDOMAIN: a DNAME's substitution came out too long (RFC 6672 section 2.2). */
const YXDOMAIN = 6;

export type Answered =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly reason: IndeterminateReason };

export class Questions {
  readonly #ask: Ask;
  readonly #budget: Budget;
  readonly #trace: (step: TraceStep) => void;
  readonly #arrived: (message: Message) => void;
  readonly #replies = new Map<string, Promise<Reply>>();
  /** The latest round trip of which a reply is in. */
  #roundDone = 0;
  asked = 0;
  rounds = 0;
  readonly resolvers = new Set<string>();
  /** The last clock reading a resolver sent along, epoch seconds. */
  resolverTime: number | undefined;
  /** The names of which a resolver said that it filters them. */
  readonly filtered: { readonly name: Name; readonly notices: readonly ExtendedError[] }[] = [];

  /** `arrived` is told of each message as it comes in, before whoever asked for it. */
  constructor(
    ask: Ask,
    budget: Budget,
    trace: (step: TraceStep) => void,
    arrived: (message: Message) => void = () => {},
  ) {
    this.#ask = ask;
    this.#budget = budget;
    this.#trace = trace;
    this.#arrived = arrived;
  }

  /** Sends a question ahead of its need, as long as half the budget is left for what turns out to be needed. */
  prefetch(name: Name, type: number): void {
    if (this.#budget.questions < this.#budget.limits.questions / 2) void this.#reply(name, type);
  }

  /** What has been answered already, and nothing else: the same evidence, to be judged at another time. */
  replay(): Ask {
    return ({ name, type }) =>
      this.#replies.get(`${type} ${name.key}`) ??
      Promise.resolve({ ok: false, failure: { code: 'not-recorded' } } as const);
  }

  /** Throws WorkLimitReached. */
  async get(name: Name, type: number): Promise<Answered> {
    const reply = await this.#reply(name, type);
    const question = { name: name.toString(), type: typeMnemonic(type) };
    if (!reply.ok) return { ok: false, reason: { code: 'no-answer', ...question, failure: reply.failure } };
    const { message } = reply;
    // The RCODE proves nothing, but one that is neither says that no answer was to be had.
    if (![RCODE.NOERROR, RCODE.NXDOMAIN, YXDOMAIN].some((rcode) => rcode === message.rcode)) {
      const rcode = rcodeMnemonic(message.rcode);
      return {
        ok: false,
        reason: { code: 'resolver-error', ...question, rcode, extendedErrors: extendedErrors(message) },
      };
    }
    return { ok: true, message };
  }

  #reply(name: Name, type: number): Promise<Reply> {
    const key = `${type} ${name.key}`;
    const known = this.#replies.get(key);
    if (known !== undefined) return known;
    this.#budget.spendQuestion();
    const round = this.#roundDone + 1;
    this.asked++;
    this.rounds = Math.max(this.rounds, round);
    this.#trace({ step: 'asked', name: name.toString(), type: typeMnemonic(type), round });
    const answering = async () => this.#ask({ name, type });
    const reply = answering().then((answer) => {
      this.#roundDone = Math.max(this.#roundDone, round);
      if (answer.ok) {
        this.resolvers.add(answer.resolver);
        this.resolverTime = answer.resolverTime ?? this.resolverTime;
        const notices = filterNotices(answer.message);
        if (notices.length > 0) this.filtered.push({ name, notices });
        this.#arrived(answer.message);
      }
      return answer;
    });
    // Should an Ask break its word and fail, whoever needs the reply meets the failure; nobody may.
    reply.catch(() => {});
    this.#replies.set(key, reply);
    return reply;
  }
}
