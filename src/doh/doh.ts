/**
 * Questions to one resolver over HTTPS (RFC 8484), as an `Ask`: every way an exchange can fail is a
 * `TransportFailure`, nothing rejects. The time limit covers all that is done for a question, and a body is read only
 * as far as a DNS message can reach.
 */

import type { Ask, Reply, TransportFailure } from '../dns/ask.ts';
import { CLASS_IN, typeMnemonic } from '../dns/codes.ts';
import { toBase64Url } from '../dns/encodings.ts';
import { decodeMessage, encodeQuery, MAX_MESSAGE_OCTETS, type Message, type Question } from '../dns/message.ts';
import { type Exchange, withBackoff } from './backoff.ts';
import { readUpTo } from './body.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { parseResolverUrl, type ResolverUrl } from './resolver-url.ts';
import { withTtlsReducedBy } from './ttl.ts';

/** As much of `globalThis.fetch` as is used here. It may follow no redirect, or answer with the 3xx itself. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface DohOptions {
  /** See `parseResolverUrl`. */
  readonly url: string;
  readonly fetch: Fetch;
  /** For the whole question, bodies, pauses and further tries included. */
  readonly timeoutMs?: number;
  readonly method?: Method;
  readonly clock?: Clock;
}

export type Method = 'POST' | 'GET';

const MEDIA_TYPE = 'application/dns-message';

/** Throws TypeError where `url` is no resolver's: whoever takes it from a person validates it first. */
export function createDoh({ url, fetch, timeoutMs = 5000, method = 'POST', clock = SYSTEM_CLOCK }: DohOptions): Ask {
  const parsed = parseResolverUrl(url);
  if (!parsed.ok) throw new TypeError(`not a resolver URL (${parsed.fault}): ${url}`);
  const { resolver } = parsed;
  /** The server would not have padded queries, or not in a URL. */
  let short = false;
  const exchange: Exchange = async (question, limitMs) => {
    let controller = new AbortController();
    let over = false;
    let callOff = () => {};
    const timeout = new Promise<Reply>((resolve) => {
      callOff = clock.after(limitMs, () => {
        over = true;
        resolve({ ok: false, failure: { code: 'timeout', resolver: resolver.text, limitMs: timeoutMs } });
        controller.abort();
      });
    });
    const fitting = async (): Promise<Reply> => {
      const once = (form: QueryForm) => exchangeOnce(resolver, question, form, fetch, controller);
      const reply = await once(short ? SHORTEST : { method, padded: true });
      if (short || over || !isTooLong(reply)) return reply;
      // A response that was given up takes its controller with it.
      controller = new AbortController();
      const shorter = await once(SHORTEST);
      short ||= shorter.ok;
      return shorter;
    };
    try {
      // A race, since an injected fetch may not heed the signal at every point.
      return await Promise.race([timeout, fitting()]);
    } finally {
      callOff();
    }
  };
  return withBackoff(exchange, { limitMs: timeoutMs, clock });
}

/** How one question is put into octets and sent. */
interface QueryForm {
  readonly method: Method;
  readonly padded: boolean;
}

/** Some servers take no more than 512 octets of URL (414) or message (413); nothing is shorter than this. */
const SHORTEST: QueryForm = { method: 'POST', padded: false };

function isTooLong(reply: Reply): boolean {
  if (reply.ok || reply.failure.code !== 'http-status') return false;
  return reply.failure.status === 413 || reply.failure.status === 414;
}

async function exchangeOnce(
  resolver: ResolverUrl,
  question: Question,
  { method, padded }: QueryForm,
  fetch: Fetch,
  controller: AbortController,
): Promise<Reply> {
  const fail = (failure: FailureFacts): Reply => {
    // Nothing more of this response is wanted: the connection must not go on filling a buffer.
    controller.abort();
    return { ok: false, failure: { ...failure, resolver: resolver.text } };
  };
  try {
    const query = encodeQuery(question, padded ? {} : { padTo: 0 });
    const response = await request(resolver, query, method, fetch, controller.signal);
    const refused = refuseHead(response);
    if (refused) return fail(refused);
    // A body is not read further than the longest message (RFC 8484 section 6).
    const body = await readUpTo(response.body!, MAX_MESSAGE_OCTETS);
    if (body === undefined) return fail({ code: 'too-large', limitOctets: MAX_MESSAGE_OCTETS });
    if (body.length === 0) return fail({ code: 'empty' });
    const contentType = response.headers.get('content-type');
    if (contentType === null) return fail({ code: 'content-type', contentType: '' });
    const decoded = decodeMessage(body);
    if (!decoded.ok) return fail({ code: 'malformed', fault: decoded.fault, offset: decoded.offset });
    const unfit = refuseMessage(decoded.message, question);
    if (unfit) return fail(unfit);
    const age = ageSeconds(response.headers);
    const resolverTime = clockOf(response.headers, age);
    return {
      ok: true,
      // RFC 8484 section 5.1: what an HTTP cache has held has aged by that much.
      message: withTtlsReducedBy(decoded.message, age),
      resolver: resolver.text,
      ...(resolverTime !== undefined && { resolverTime }),
    };
  } catch (error) {
    return fail({ code: 'unreachable', detail: describe(error) });
  }
}

/** A `TransportFailure` but for who failed. */
type FailureFacts = TransportFailure extends infer Failure
  ? Failure extends { readonly resolver: string }
    ? Omit<Failure, 'resolver'>
    : never
  : never;

function request(
  resolver: ResolverUrl,
  query: Uint8Array,
  method: Method,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Response> {
  const post = method === 'POST';
  return fetch(post ? resolver.post : resolver.get(toBase64Url(query)), {
    method,
    headers: { accept: MEDIA_TYPE, ...(post && { 'content-type': MEDIA_TYPE }) },
    ...(post && { body: new Uint8Array(query) }),
    // RFC 8484 section 8.2: nothing that tells one user from another.
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    // The DNS rules for TTLs hold in our own cache; an HTTP cache would add rules of its own.
    cache: 'no-store',
    // A redirect would show the question to somebody the user did not choose. `manual` makes it recognisable:
    // `error` would look like a lost connection.
    redirect: 'manual',
    signal,
  });
}

/** What status and headers alone rule out. */
function refuseHead(response: Response): FailureFacts | undefined {
  const { status, headers } = response;
  const redirects = status >= 300 && status < 400 && status !== 304;
  if (response.type === 'opaqueredirect' || response.redirected || redirects) return { code: 'redirected' };
  // RFC 8484 section 4.2.1: whatever the RCODE, a DNS answer comes with a 2xx.
  if (status < 200 || status > 299) {
    const retryAfterSeconds = retryAfter(headers);
    return { code: 'http-status', status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }
  if (response.body === null || headers.get('content-length') === '0') return { code: 'empty' };
  const contentType = headers.get('content-type');
  // Without a type the body decides: nothing at all is `empty`.
  if (contentType !== null && contentType.split(';', 1)[0]!.trim().toLowerCase() !== MEDIA_TYPE) {
    return { code: 'content-type', contentType };
  }
  return Number(headers.get('content-length')) > MAX_MESSAGE_OCTETS
    ? { code: 'too-large', limitOctets: MAX_MESSAGE_OCTETS }
    : undefined;
}

/** Is this a whole answer to our question? */
function refuseMessage(message: Message, question: Question): FailureFacts | undefined {
  const [answered] = message.question;
  if (!message.response || message.opcode !== 0 || answered === undefined || message.question.length !== 1) {
    return { code: 'not-a-response' };
  }
  // RFC 5452 section 9.1: name, type and class. Names are lower-cased from construction on, so letter case,
  // which some resolvers change, does not count.
  const same =
    answered.name.equals(question.name) &&
    answered.type === question.type &&
    (answered.class ?? CLASS_IN) === (question.class ?? CLASS_IN);
  if (!same) return { code: 'wrong-question', answered: `${answered.name} ${typeMnemonic(answered.type)}` };
  return message.truncated ? { code: 'truncated' } : undefined;
}

/** The Age header in seconds (RFC 9111 section 5.1): the first of several, 0 where there is none or no number. */
function ageSeconds(headers: Headers): number {
  const digits = /^\s*(\d+)\s*(?:,|$)/.exec(headers.get('age') ?? '')?.[1];
  return digits === undefined ? 0 : Math.min(Number(digits), 0x7fffffff);
}

/** Retry-After (RFC 9110 section 10.2.3): seconds, or a date, which is read by the clock that set it. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), 0x7fffffff);
  const seconds = (Date.parse(text) - Date.parse(headers.get('date') ?? '')) / 1000;
  return seconds >= 0 ? Math.ceil(seconds) : undefined;
}

/** The resolver's clock, epoch seconds: when it made the response, and how long that was held since. */
function clockOf(headers: Headers, age: number): number | undefined {
  const made = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(made) ? undefined : Math.floor(made / 1000) + age;
}

/** Why a fetch failed, for display, escaped there: browsers say little, Node puts the fact into `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return `${error.message}: ${describe(cause)}`;
  return error.message === '' ? error.name : error.message;
}
