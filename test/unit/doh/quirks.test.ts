/** Whole checks through resolvers with habits of their own, each imitated over a sound world. */
import { describe, expect, it } from 'vitest';
import { checkSite } from '../../../src/check.ts';
import type { Ask } from '../../../src/dns/ask.ts';
import { RCODE, TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { lookup } from '../../../src/dnssec/lookup.ts';
import { createSecondLook, type SecondLookOptions } from '../../../src/doh/quirks.ts';
import { anchorsFrom, NOW, verifier, world } from '../dnssec/judging.ts';

const of = world({
  'example.': {
    records: `
      www  CNAME host.cdn.
      mid  CNAME www
      data A     192.0.2.1
    `,
  },
  'cdn.': { sign: 'unsigned', records: 'host A 192.0.2.2' },
});

type Change = (message: Message, question: Question, times: number) => Message;

/** The world's resolver with a habit; every question it is asked is noted. */
function resolver(change: Change, name = 'https://habit.example/') {
  const asked: string[] = [];
  const ask: Ask = async (question) => {
    const text = `${question.name} ${typeMnemonic(question.type)}`;
    asked.push(text);
    const reply = await of.ask(question);
    if (!reply.ok) return reply;
    const times = asked.filter((other) => other === text).length;
    return { ...reply, resolver: name, message: change(reply.message, question, times) };
  };
  return { ask, asked };
}

const sound: Change = (message) => message;
const covers = ({ type, rdata }: ResourceRecord, covered: number) =>
  type === TYPE.RRSIG && rdata[0]! * 256 + rdata[1]! === covered;
const withoutAliasSignature = (message: Message): Message => ({
  ...message,
  answer: message.answer.filter((record) => !covers(record, TYPE.CNAME)),
});

/** A check over replies that are kept, as a cache would, and a second look where there is one. */
function check(host: string, one: { ask: Ask }, more: Partial<SecondLookOptions> | 'none' = {}) {
  const kept = new Map<string, ReturnType<Ask>>();
  const known: Ask = (question) => {
    const key = `${question.type} ${question.name.key}`;
    const reply = kept.get(key) ?? one.ask(question);
    kept.set(key, reply);
    return reply;
  };
  return checkSite({
    host,
    port: 443,
    ask: known,
    now: NOW,
    anchors: anchorsFrom(of.anchors()),
    verifier,
    certificate: async () => ({ kind: 'none', why: 'connection failed' }),
    ...(more !== 'none' && { secondLook: createSecondLook({ known, anew: one.ask, ...more }) }),
  });
}

const count = (asked: readonly string[]) =>
  new Map(asked.map((text) => [text, asked.filter((one) => one === text).length]));

describe('a CNAME without its signature', () => {
  it('H19 is bogus where nobody looks twice', async () => {
    const habit = resolver(withoutAliasSignature);
    expect(await check('www.example', habit, 'none')).toMatchObject({
      verdict: 'bogus',
      reason: { code: 'signature-missing', owner: 'www.example.', type: 'CNAME' },
    });
  });

  it('H19 is asked for again, and no more where that brings it', async () => {
    const habit = resolver((message, _, times) => (times === 1 ? withoutAliasSignature(message) : message));
    expect(await check('www.example', habit)).toMatchObject({ verdict: 'signed' });
    const counts = count(habit.asked);
    expect(counts.get('www.example. A')).toBe(2);
    expect(counts.has('www.example. CNAME')).toBe(false);
    expect([...counts].filter(([, times]) => times > 1).every(([text]) => text.startsWith('www.example. '))).toBe(true);
  });

  it('H19 is asked for by its own type, and its signature put where it belongs', async () => {
    const habit = resolver((message, { type }) => (type === TYPE.CNAME ? message : withoutAliasSignature(message)));
    const report = await check('www.example', habit);
    expect(report).toMatchObject({ verdict: 'signed', resolvers: ['https://habit.example/'] });
    expect(count(habit.asked).get('www.example. CNAME')).toBe(1);
    // Both walks are counted.
    const first = await check('www.example', resolver(withoutAliasSignature), 'none');
    expect(report.work.queries).toBeGreaterThan(first.work.queries);
  });

  it('H19 is asked of another resolver, where there is one, before it is bogus', async () => {
    const habit = resolver(withoutAliasSignature);
    const other = resolver(sound, 'https://other.example/');
    const report = await check('www.example', habit, { other: other.ask });
    expect(report.verdict).toBe('signed');
    expect(report.resolvers).toContain('https://other.example/');
    expect(count(habit.asked).get('www.example. A')).toBe(2);
    expect(count(habit.asked).get('www.example. CNAME')).toBe(1);
    // No more of the other than what it has to stand in for.
    expect(other.asked.every((text) => text.startsWith('www.example. '))).toBe(true);
  });

  it('H19 stays bogus where nobody has it, after a bounded number of questions', async () => {
    const habit = resolver(withoutAliasSignature);
    const other = resolver(withoutAliasSignature);
    const plain = resolver(withoutAliasSignature);
    await check('www.example', plain, 'none');
    const report = await check('www.example', habit, { other: other.ask });
    expect(report).toMatchObject({ verdict: 'bogus', reason: { code: 'signature-missing', type: 'CNAME' } });
    expect(habit.asked.length + other.asked.length - plain.asked.length).toBeLessThanOrEqual(6);
  });

  it('H19 of an unsigned zone costs no question: there it need have none', async () => {
    const habit = resolver(withoutAliasSignature);
    expect((await check('host.cdn', habit)).verdict).toBe('insecure');
    expect([...count(habit.asked).values()].every((times) => times === 1)).toBe(true);
  });

  it('H19 is helped once: what is missing further on stays missing', async () => {
    const habit = resolver((message, { name, type }) =>
      type === TYPE.CNAME && name.equals(Name.parse('mid.example')) ? message : withoutAliasSignature(message),
    );
    expect((await check('mid.example', habit)).verdict).toBe('bogus');
  });

  it('H19 does not make a forged CNAME any better', async () => {
    const elsewhere = Name.parse('evil.cdn').wire;
    const habit = resolver((message, { type }) => {
      const forged = message.answer.map((record) =>
        record.type === TYPE.CNAME ? { ...record, rdata: elsewhere } : record,
      );
      return type === TYPE.CNAME ? message : withoutAliasSignature({ ...message, answer: forged });
    });
    expect(await check('www.example', habit)).toMatchObject({
      verdict: 'bogus',
      // Of the first walk: the second found a signature that fits other data.
      reason: { code: 'signature-missing' },
    });
  });
});

describe('a resolver that strips signatures', () => {
  const stripped: Change = (message) => ({
    ...message,
    answer: message.answer.filter(({ type }) => type !== TYPE.RRSIG),
    authority: message.authority.filter(({ type }) => ![TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3].some((one) => one === type)),
  });

  it('makes what is signed bogus, and never unsigned', async () => {
    expect((await check('data.example', resolver(stripped))).verdict).toBe('bogus');
  });

  it('is corrected by another, where there is one', async () => {
    const other = resolver(sound, 'https://other.example/');
    const report = await check('data.example', resolver(stripped), { other: other.ask });
    expect(report).toMatchObject({ verdict: 'signed', resolvers: ['https://other.example/'] });
  });

  it('does not correct another', async () => {
    const report = await check('data.example', resolver(sound), { other: resolver(stripped).ask });
    expect(report.verdict).toBe('signed');
  });

  it('is not asked about what fails by the clock alone', () => {
    const secondLook = createSecondLook({ known: of.ask, anew: of.ask, other: of.ask });
    expect(secondLook({ code: 'clock' })).toBeUndefined();
    expect(secondLook({ code: 'signature-expired' })).toBe(of.ask);
  });
});

describe('other habits end in an honest verdict', () => {
  const judge = (ask: Ask, name: string, type: number) =>
    lookup({ name: Name.parse(name), type, ask, now: NOW, anchors: anchorsFrom(of.anchors()), verifier });

  it('minimal responses: no more than what was asked for is needed', async () => {
    const minimal = resolver((message) => ({
      ...message,
      additional: [],
      authority: message.answer.length > 0 ? [] : message.authority,
    }));
    expect((await check('www.example', minimal)).verdict).toBe('signed');
    expect((await judge(minimal.ask, 'data.example', TYPE.A)).security).toBe('secure');
  });

  it('names in other letter case than signed: the signature is over the canonical form', async () => {
    const capitals = resolver((message) => ({
      ...message,
      answer: message.answer.map((record) => ({ ...record, rdata: inCapitals(record) })),
    }));
    expect((await judge(capitals.ask, 'www.example', TYPE.CNAME)).security).toBe('secure');
    expect((await check('www.example', capitals)).verdict).toBe('signed');
  });

  it.each([RCODE.REFUSED, 4])('ANY refused with RCODE %i: indeterminate', async (rcode) => {
    const refusing = resolver((message, { type }) =>
      type === TYPE.ANY ? { ...message, rcode, answer: [], authority: [] } : message,
    );
    expect(await judge(refusing.ask, 'data.example', TYPE.ANY)).toMatchObject({
      security: 'indeterminate',
      reason: { code: 'resolver-error', type: 'ANY' },
    });
  });

  it('ANY answered by an HINFO that the resolver made up (RFC 8482): bogus, since nobody signed it', async () => {
    const rdata = Uint8Array.of(7, ...Buffer.from('RFC8482'), 0);
    const refusing = resolver((message, { name, type }) =>
      type === TYPE.ANY
        ? { ...message, answer: [{ name, type: 13, class: 1, ttl: 60, rdata }], authority: [] }
        : message,
    );
    expect((await judge(refusing.ask, 'data.example', TYPE.ANY)).security).toBe('bogus');
  });

  it('SERVFAIL where the resolver validates in spite of CD=1: indeterminate, with what it says', async () => {
    const edns = {
      udpPayloadSize: 1232,
      version: 0,
      dnssecOk: true,
      options: [{ code: 15, data: Uint8Array.of(0, 7) }],
    };
    const validating = resolver((message, { name, type }) =>
      type === TYPE.A && name.equals(Name.parse('data.example'))
        ? { ...message, rcode: RCODE.SERVFAIL, answer: [], authority: [], edns }
        : message,
    );
    expect(await check('data.example', validating)).toMatchObject({
      verdict: 'indeterminate',
      reason: { code: 'resolver-error', rcode: 'SERVFAIL', extendedErrors: [{ code: 7 }] },
    });
  });
});

/** The octets of a name with capitals in it, where the rdata is one. */
function inCapitals({ type, rdata }: ResourceRecord): Uint8Array {
  return type === TYPE.CNAME
    ? Uint8Array.from(rdata, (octet) => (octet >= 0x61 && octet <= 0x7a ? octet - 32 : octet))
    : rdata;
}
