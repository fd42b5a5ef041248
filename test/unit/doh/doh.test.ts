/** What is sent, and what is made of the response, with a fetch that never leaves the process. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { decodeMessage } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import type { Clock } from '../../../src/doh/clock.ts';
import { createDoh, type Fetch } from '../../../src/doh/doh.ts';
import { addressRecord, QUESTION, response, responseOctets } from './messages.ts';
import { createTestClock } from './test-clock.ts';

const URL_TEXT = 'https://dns.example/dns-query';
const DNS_MESSAGE = { 'content-type': 'application/dns-message' };

/** An `Ask` over a fetch that gives `answer`, and what that fetch was called with. */
function over(
  answer: () => Response | Promise<Response>,
  options: { url?: string; method?: 'GET' | 'POST'; clock?: Clock } = {},
) {
  const requests: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    requests.push({ url, init });
    return answer();
  };
  const ask = createDoh({
    url: options.url ?? URL_TEXT,
    fetch,
    ...(options.method && { method: options.method }),
    ...(options.clock && { clock: options.clock }),
  });
  return { ask, requests };
}

const sound = () => new Response(responseOctets(), { headers: DNS_MESSAGE });
const failure = async (answer: () => Response | Promise<Response>) => {
  const reply = await over(answer).ask(QUESTION);
  if (reply.ok) throw new Error('an answer was taken');
  return reply.failure;
};

describe('the request', () => {
  it('H1 H2 is a POST of the raw message with both media types and id 0', async () => {
    const { ask, requests } = over(sound);
    await ask(QUESTION);
    const { url, init } = requests[0]!;
    expect(url).toBe(URL_TEXT);
    expect(init.method).toBe('POST');
    expect(init.headers).toEqual({ accept: 'application/dns-message', 'content-type': 'application/dns-message' });
    const sent = decodeMessage(init.body as Uint8Array);
    if (!sent.ok) throw new Error(sent.fault);
    expect(sent.message.id).toBe(0);
    expect(sent.message.response).toBe(false);
    expect(sent.message.question[0]!.name.equals(QUESTION.name)).toBe(true);
    expect(sent.message.edns?.dnssecOk).toBe(true);
    expect(sent.message.checkingDisabled).toBe(true);
  });

  it('H1 is by GET the same octets in base64url without padding', async () => {
    const { ask, requests } = over(sound, { method: 'GET' });
    await ask(QUESTION);
    const { url, init } = requests[0]!;
    const { searchParams, origin } = new URL(url);
    expect(origin).toBe('https://dns.example');
    const dns = searchParams.get('dns')!;
    expect(dns).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(init.body).toBeUndefined();
    expect(init.headers).toEqual({ accept: 'application/dns-message' });
    const octets = Buffer.from(dns, 'base64url');
    expect(decodeMessage(octets).ok).toBe(true);
    expect(octets.length % 128).toBe(0);
  });

  it('H8 H11 carries no credentials and no referrer, and no HTTP cache answers it', async () => {
    const { ask, requests } = over(sound);
    await ask(QUESTION);
    expect(requests[0]!.init).toMatchObject({
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      redirect: 'manual',
    });
  });

  it.each([
    'a.example',
    'www.example.com',
    'a-much-longer-label-than-usual.another-long-label-below-it.and-one-more-of-them.example.com',
    Array.from({ length: 3 }, () => 'x'.repeat(63)).join('.'),
  ])('H13 is padded to a multiple of 128 octets: %s', async (name) => {
    const { ask, requests } = over(sound);
    await ask({ name: Name.parse(name), type: TYPE.TLSA });
    expect((requests[0]!.init.body as Uint8Array).length % 128).toBe(0);
  });

  it('expands a URI template for either method', async () => {
    const url = 'https://dns.example/q{?dns}';
    const post = over(sound, { url });
    await post.ask(QUESTION);
    expect(post.requests[0]!.url).toBe('https://dns.example/q');
    const get = over(sound, { url: 'https://dns.example/q?profile=7{&dns}', method: 'GET' });
    await get.ask(QUESTION);
    expect(get.requests[0]!.url).toMatch(/^https:\/\/dns\.example\/q\?profile=7&dns=[\w-]+$/);
  });

  it('throws for a URL that is no resolver', () => {
    expect(() => createDoh({ url: 'http://dns.example/', fetch: async () => sound() })).toThrow(TypeError);
  });
});

describe('the response', () => {
  it('is taken when it fits, with the resolver that gave it', async () => {
    const reply = await over(sound).ask(QUESTION);
    if (!reply.ok) throw new Error(reply.failure.code);
    expect(reply.resolver).toBe(URL_TEXT);
    expect(reply.message.answer).toHaveLength(1);
    expect(reply.resolverTime).toBeUndefined();
  });

  it.each([199, 400, 401, 403, 404, 406, 413, 414, 415, 429, 500, 502, 503])(
    'H3 H10 carries no answer with status %i',
    async (status) => {
      const clock = createTestClock();
      const { ask } = over(() => Object.defineProperty(sound(), 'status', { value: status }), { clock });
      const asked = ask(QUESTION);
      await clock.advance(4000);
      expect(await asked).toEqual({ ok: false, failure: { code: 'http-status', status, resolver: URL_TEXT } });
    },
  );

  it('H3 any RCODE is an answer', async () => {
    for (const rcode of [0, 1, 2, 3, 5]) {
      const reply = await over(() => new Response(responseOctets({ rcode }), { headers: DNS_MESSAGE })).ask(QUESTION);
      expect(reply.ok && reply.message.rcode).toBe(rcode);
    }
  });

  it.each(['text/html', 'application/dns-json', 'application/json', 'application/dns-message+x', ''])(
    'H4 is refused with content type "%s"',
    async (contentType) => {
      const answer = () => new Response(responseOctets(), { headers: { 'content-type': contentType } });
      expect(await failure(answer)).toEqual({ code: 'content-type', contentType, resolver: URL_TEXT });
    },
  );

  it('H4 is refused with no content type at all', async () => {
    expect(await failure(() => new Response(responseOctets()))).toEqual({
      code: 'content-type',
      contentType: '',
      resolver: URL_TEXT,
    });
  });

  it('H4 may have a content type in capitals or with a parameter', async () => {
    for (const contentType of ['Application/DNS-Message', 'application/dns-message; charset=utf-8']) {
      const reply = await over(() => new Response(responseOctets(), { headers: { 'content-type': contentType } })).ask(
        QUESTION,
      );
      expect(reply.ok).toBe(true);
    }
  });

  it('H4 with the length prefix of DNS over TCP is no message', async () => {
    const octets = responseOctets();
    const prefixed = Uint8Array.of(octets.length >> 8, octets.length & 0xff, ...octets);
    expect(await failure(() => new Response(prefixed, { headers: DNS_MESSAGE }))).toMatchObject({ code: 'malformed' });
  });

  it('H5 has its TTLs reduced by Age, none below 0', async () => {
    const octets = responseOctets({
      answer: [addressRecord(300)],
      authority: [addressRecord(40)],
      additional: [addressRecord(41)],
    });
    const ttls = async (age: string) => {
      const reply = await over(() => new Response(octets, { headers: { ...DNS_MESSAGE, age } })).ask(QUESTION);
      if (!reply.ok) throw new Error(reply.failure.code);
      const { answer, authority, additional } = reply.message;
      return [answer, authority, additional].map((section) => section[0]!.ttl);
    };
    expect(await ttls('0')).toEqual([300, 40, 41]);
    expect(await ttls('40')).toEqual([260, 0, 1]);
    expect(await ttls('41, 7')).toEqual([259, 0, 0]);
    expect(await ttls('99999999999999999999')).toEqual([0, 0, 0]);
    expect(await ttls('-5')).toEqual([300, 40, 41]);
    expect(await ttls('4e9')).toEqual([300, 40, 41]);
  });

  it("tells the resolver's clock by Date, and by how long the response was held since", async () => {
    const date = 'Sun, 22 Nov 2026 13:00:00 GMT';
    const seconds = Date.UTC(2026, 10, 22, 13) / 1000;
    const clock = async (headers: Record<string, string>) => {
      const reply = await over(() => new Response(responseOctets(), { headers: { ...DNS_MESSAGE, ...headers } })).ask(
        QUESTION,
      );
      return reply.ok ? reply.resolverTime : undefined;
    };
    expect(await clock({ date })).toBe(seconds);
    expect(await clock({ date, age: '20' })).toBe(seconds + 20);
    expect(await clock({ date: 'soon' })).toBeUndefined();
  });

  it('H7 may have 65,535 octets and not one more', async () => {
    const bare = responseOctets({ answer: [] }).length;
    const sized = (length: number) => {
      const filler = { ...addressRecord(300), type: 65280, rdata: new Uint8Array(length - bare - 17 - 10) };
      return responseOctets({ answer: [filler] });
    };
    expect(sized(65_535).length).toBe(65_535);
    const longest = await over(() => new Response(sized(65_535), { headers: DNS_MESSAGE })).ask(QUESTION);
    expect(longest.ok).toBe(true);
    expect(await failure(() => new Response(sized(65_536), { headers: DNS_MESSAGE }))).toEqual({
      code: 'too-large',
      limitOctets: 65_535,
      resolver: URL_TEXT,
    });
  });

  it('H7 is read no further than the limit when it does not end', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    expect(await failure(() => new Response(endless, { headers: DNS_MESSAGE }))).toMatchObject({ code: 'too-large' });
    expect(pulled).toBeLessThan(70);
  });

  it('is empty with no body, a body of nothing, or 204', async () => {
    const empty = { code: 'empty', resolver: URL_TEXT };
    expect(await failure(() => new Response(null, { headers: DNS_MESSAGE }))).toEqual(empty);
    expect(await failure(() => new Response(new Uint8Array(0), { headers: DNS_MESSAGE }))).toEqual(empty);
    expect(await failure(() => new Response(new Uint8Array(0)))).toEqual(empty);
    expect(await failure(() => new Response(null, { status: 204 }))).toEqual(empty);
  });

  it.each([301, 302, 303, 307, 308])('is not followed when it is a %i', async (status) => {
    const headers = { location: 'https://elsewhere.example/' };
    expect(await failure(() => new Response(null, { status, headers }))).toEqual({
      code: 'redirected',
      resolver: URL_TEXT,
    });
  });

  it('is refused when fetch followed a redirect, or hides one as browsers do', async () => {
    const followed = () => Object.defineProperty(sound(), 'redirected', { value: true });
    expect(await failure(followed)).toMatchObject({ code: 'redirected' });
    const opaque = () =>
      Object.defineProperties(new Response(null), { type: { value: 'opaqueredirect' }, status: { value: 0 } });
    expect(await failure(opaque)).toMatchObject({ code: 'redirected' });
  });

  it('W8 answers our question: name, type and class', async () => {
    const other = [
      { ...QUESTION, name: Name.parse('www.example.net') },
      { ...QUESTION, type: TYPE.AAAA },
      { ...QUESTION, class: 3 },
    ];
    for (const question of other) {
      const octets = responseOctets({ question: [question] });
      expect(await failure(() => new Response(octets, { headers: DNS_MESSAGE }))).toMatchObject({
        code: 'wrong-question',
      });
    }
    const capitals = responseOctets();
    capitals.set(Buffer.from('WWW'), 13);
    expect((await over(() => new Response(capitals, { headers: DNS_MESSAGE })).ask(QUESTION)).ok).toBe(true);
  });

  it('W9 is a response, to a query, with one question', async () => {
    const unfit = [{ response: false }, { opcode: 4 }, { question: [] }, { question: [QUESTION, QUESTION] }];
    for (const changes of unfit) {
      const octets = responseOctets(changes);
      expect(await failure(() => new Response(octets, { headers: DNS_MESSAGE }))).toEqual({
        code: 'not-a-response',
        resolver: URL_TEXT,
      });
    }
  });

  it('W10 is whole: TC is an error, not an answer', async () => {
    const octets = responseOctets({ truncated: true, answer: [] });
    expect(await failure(() => new Response(octets, { headers: DNS_MESSAGE }))).toEqual({
      code: 'truncated',
      resolver: URL_TEXT,
    });
  });

  it('W1 is malformed wherever it is cut', async () => {
    const octets = responseOctets();
    for (let length = 1; length < octets.length; length++) {
      const cut = octets.slice(0, length);
      expect(await failure(() => new Response(cut, { headers: DNS_MESSAGE }))).toMatchObject({
        code: 'malformed',
        fault: 'cut short',
      });
    }
  });
});

describe('a server that takes no more than 512 octets', () => {
  /** Refuses padded queries, or all but POST. */
  const narrow = (refuses: (init: RequestInit) => number | undefined) => {
    const requests: { method: string; octets: number }[] = [];
    const fetch: Fetch = async (_url, init) => {
      const octets = (init.body as Uint8Array | undefined)?.length ?? 0;
      requests.push({ method: init.method ?? '', octets });
      const status = refuses(init);
      return status === undefined ? sound() : new Response('too long', { status });
    };
    return { fetch, requests };
  };
  const BARE = 12 + QUESTION.name.wire.length + 4 + 11;

  it('H24 is asked again without padding where it says 413, and without it from then on', async () => {
    const { fetch, requests } = narrow(({ body }) => ((body as Uint8Array).length >= 128 ? 413 : undefined));
    const ask = createDoh({ url: URL_TEXT, fetch });
    expect((await ask(QUESTION)).ok).toBe(true);
    expect((await ask(QUESTION)).ok).toBe(true);
    expect(requests.map(({ octets }) => octets)).toEqual([128, BARE, BARE]);
  });

  it('H24 is asked by POST where it says 414 to the URL of a GET', async () => {
    const { fetch, requests } = narrow(({ method }) => (method === 'GET' ? 414 : undefined));
    const ask = createDoh({ url: URL_TEXT, fetch, method: 'GET' });
    expect((await ask(QUESTION)).ok).toBe(true);
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('H24 is asked no third time, and the next question is padded again, where that did not help', async () => {
    const { fetch, requests } = narrow(() => 413);
    const ask = createDoh({ url: URL_TEXT, fetch });
    for (let i = 0; i < 2; i++) {
      expect(await ask(QUESTION)).toMatchObject({ failure: { code: 'http-status', status: 413 } });
    }
    expect(requests.map(({ octets }) => octets)).toEqual([128, BARE, 128, BARE]);
  });

  it('H24 has no more time for both than for one', async () => {
    const clock = createTestClock();
    const signals: (AbortSignal | null | undefined)[] = [];
    const fetch: Fetch = async (_url, init) => {
      signals.push(init.signal);
      await new Promise<void>((resolve) => clock.after(3000, resolve));
      return new Response('', { status: 413 });
    };
    let reply: unknown;
    void createDoh({ url: URL_TEXT, fetch, clock })(QUESTION).then((answer) => {
      reply = answer;
    });
    await clock.advance(4999);
    expect(reply).toBeUndefined();
    await clock.advance(1);
    expect(reply).toEqual({ ok: false, failure: { code: 'timeout', resolver: URL_TEXT, limitMs: 5000 } });
    await clock.advance(10_000);
    expect(signals).toHaveLength(2);
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
  });
});

describe('trouble', () => {
  it('is unreachable, with what fetch says of it', async () => {
    const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') });
    expect(await failure(() => Promise.reject(refused))).toEqual({
      code: 'unreachable',
      resolver: URL_TEXT,
      detail: 'fetch failed: connect ECONNREFUSED 127.0.0.1:9',
    });
  });

  it('is unreachable when the body breaks off', async () => {
    const broken = () => new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('reset')) });
    expect(await failure(() => new Response(broken(), { headers: DNS_MESSAGE }))).toMatchObject({
      code: 'unreachable',
      detail: 'reset',
    });
  });

  it('is unreachable even if a fetch throws at once, or something that is no Error', async () => {
    const ask = createDoh({
      url: URL_TEXT,
      fetch: () => {
        throw 'no fetch here';
      },
    });
    expect(await ask(QUESTION)).toEqual({
      ok: false,
      failure: { code: 'unreachable', resolver: URL_TEXT, detail: 'no fetch here' },
    });
  });

  it('ends at the time limit when fetch does not heed the signal, at the head or in the body', async () => {
    let signal: AbortSignal | null | undefined;
    const silentBody = new Response(new ReadableStream(), { headers: DNS_MESSAGE });
    for (const answer of [new Promise<Response>(() => {}), Promise.resolve(silentBody)]) {
      const ask = createDoh({
        url: URL_TEXT,
        timeoutMs: 30,
        fetch: (_url, init) => {
          signal = init.signal;
          return answer;
        },
      });
      const started = performance.now();
      expect(await ask(QUESTION)).toEqual({
        ok: false,
        failure: { code: 'timeout', resolver: URL_TEXT, limitMs: 30 },
      });
      // Without a limit it never ends; the rest is room for a busy machine.
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(signal?.aborted).toBe(true);
    }
  });

  it('lets go of a response it refuses, so that its body is not read on', async () => {
    const refused = [
      new Response('<h1>', { headers: { 'content-type': 'text/html' } }),
      new Response(new Uint8Array(70_000), { headers: DNS_MESSAGE }),
      new Response(responseOctets({ truncated: true }), { headers: DNS_MESSAGE }),
    ];
    for (const answer of refused) {
      const { ask, requests } = over(() => answer);
      expect((await ask(QUESTION)).ok).toBe(false);
      expect(requests[0]!.init.signal?.aborted).toBe(true);
    }
  });

  it('leaves a finished exchange alone', async () => {
    let signal: AbortSignal | null | undefined;
    const ask = createDoh({
      url: URL_TEXT,
      timeoutMs: 10,
      fetch: async (_url, init) => {
        signal = init.signal;
        return new Response(responseOctets(), { headers: DNS_MESSAGE });
      },
    });
    expect((await ask(QUESTION)).ok).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(signal?.aborted).toBe(false);
  });

  it('decodes what the tests send', () => {
    expect(decodeMessage(responseOctets())).toEqual({
      ok: true,
      message: { ...response(), question: expect.anything() },
    });
  });
});
