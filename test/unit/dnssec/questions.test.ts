/** The questions of one lookup: each once, counted, numbered by round, and what of a reply is kept. And zones kept. */
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/dns/ask.ts';
import { EDNS_OPTION, RCODE, TYPE } from '../../../src/dns/codes.ts';
import type { Message, Question } from '../../../src/dns/message.ts';
import type { Name } from '../../../src/dns/name.ts';
import { Budget, DEFAULT_LIMITS } from '../../../src/dnssec/limits.ts';
import type { TraceStep } from '../../../src/dnssec/outcome.ts';
import { Questions } from '../../../src/dnssec/questions.ts';
import { ZoneCache } from '../../../src/dnssec/zone-cache.ts';
import type { Reached } from '../../../src/dnssec/zones.ts';
import { NOW, name } from './judging.ts';

function message({ name: owner, type }: Question, rcode: number = RCODE.NOERROR, more: Partial<Message> = {}): Message {
  const flags = { authoritative: false, truncated: false, recursionDesired: true, recursionAvailable: true };
  const sections = { question: [{ name: owner, type }], answer: [], authority: [], additional: [] };
  return {
    id: 0,
    response: true,
    opcode: 0,
    authenticData: false,
    checkingDisabled: true,
    rcode,
    ...flags,
    ...sections,
    ...more,
  };
}

/** Questions that are answered when the test says so. */
function asking({ limit = 64 }: { limit?: number } = {}) {
  const asked: string[] = [];
  const answers: ((reply: Reply) => void)[] = [];
  const trace: TraceStep[] = [];
  const arrived: Message[] = [];
  const budget = new Budget({ ...DEFAULT_LIMITS, questions: limit });
  const questions = new Questions(
    ({ name: owner, type }) => {
      asked.push(`${owner} ${type}`);
      return new Promise((resolve) => answers.push(resolve));
    },
    budget,
    (step) => trace.push(step),
    (told) => arrived.push(told),
  );
  /** Answers the n-th question. */
  const answer = async (n: number, reply: Partial<Reply & { ok: true }> = {}) => {
    const said = message({ name: name('.'), type: TYPE.A });
    answers[n]!({ ok: true, resolver: 'first', message: said, ...reply });
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { questions, asked, answers, answer, trace, arrived, budget };
}

const [a, b, c] = [name('a.'), name('b.'), name('c.')] as const;

describe('V92 questions ahead of their need', () => {
  it.each([
    [4, 2],
    [5, 3],
    [1, 1],
    [0, 0],
  ])('V92 of %i that may be asked no more than %i', (limit, ahead) => {
    const { questions, asked, budget } = asking({ limit });
    for (let i = 0; i < 9; i++) questions.prefetch(name(`n${i}.`), TYPE.A);
    expect(asked).toHaveLength(ahead);
    expect([questions.asked, budget.questions]).toEqual([ahead, ahead]);
  });

  it('are not asked again when the need comes', async () => {
    const { questions, asked, answer } = asking();
    questions.prefetch(a, TYPE.A);
    questions.prefetch(a, TYPE.A);
    const got = questions.get(a, TYPE.A);
    await answer(0);
    expect((await got).ok).toBe(true);
    expect((await questions.get(a, TYPE.A)).ok).toBe(true);
    expect(asked).toEqual(['a. 1']);
    void questions.get(a, TYPE.AAAA);
    void questions.get(b, TYPE.A);
    expect(asked).toEqual(['a. 1', 'a. 28', 'b. 1']);
    expect(questions.asked).toBe(3);
  });
});

describe('rounds', () => {
  it('are counted by what was known when a question went out', async () => {
    const { questions, answer, trace } = asking();
    const round = () => trace.map((step) => (step.step === 'asked' ? step.round : undefined));
    void questions.get(a, TYPE.A);
    void questions.get(b, TYPE.A);
    expect([questions.rounds, ...round()]).toEqual([1, 1, 1]);
    await answer(0);
    void questions.get(c, TYPE.A);
    await answer(2);
    void questions.get(c, TYPE.AAAA);
    // A late one of the first round takes nothing back.
    await answer(1);
    void questions.get(b, TYPE.AAAA);
    expect(round()).toEqual([1, 1, 2, 3, 3]);
    expect(questions.rounds).toBe(3);
    expect(trace[2]).toEqual({ step: 'asked', name: 'c.', type: 'A', round: 2 });
  });
});

describe('what of a reply is kept', () => {
  it('the resolvers by name, and the last clock of any', async () => {
    const { questions, answer } = asking();
    for (const owner of [a, b, c]) void questions.get(owner, TYPE.A);
    expect(questions.resolverTime).toBe(undefined);
    await answer(0, { resolverTime: 5 });
    await answer(1, { resolver: 'second' });
    expect(questions.resolverTime).toBe(5);
    await answer(2, { resolverTime: 7 });
    expect(questions.resolverTime).toBe(7);
    expect([...questions.resolvers]).toEqual(['first', 'second']);
  });

  it('each message is told of as it comes in, and no failure', async () => {
    const { questions, answers, answer, arrived } = asking();
    void questions.get(a, TYPE.A);
    void questions.get(b, TYPE.A);
    const told = message({ name: b, type: TYPE.A });
    await answer(1, { message: told });
    expect(arrived).toEqual([told]);
    answers[0]!({ ok: false, failure: { code: 'not-recorded' } });
    expect(await questions.get(a, TYPE.A)).toEqual({
      ok: false,
      reason: { code: 'no-answer', name: 'a.', type: 'A', failure: { code: 'not-recorded' } },
    });
    expect(arrived).toHaveLength(1);
    expect([...questions.resolvers]).toEqual(['first']);
  });

  it('H20 the names that a resolver says it filters, and those alone', async () => {
    const { questions, answer } = asking();
    const error = (code: number) => ({
      udpPayloadSize: 1232,
      version: 0,
      dnssecOk: true,
      options: [{ code: EDNS_OPTION.EXTENDED_ERROR, data: Uint8Array.of(0, code) }],
    });
    for (const owner of [a, b, c]) void questions.get(owner, TYPE.A);
    await answer(0, { message: message({ name: a, type: TYPE.A }, 0, { edns: error(17) }) });
    await answer(1, { message: message({ name: b, type: TYPE.A }, 0, { edns: error(18) }) });
    await answer(2);
    expect(questions.filtered).toEqual([{ name: a, notices: [{ code: 17, text: '' }] }]);
  });

  it('a replay answers by what was answered, and asks nothing', async () => {
    const { questions, answer, asked } = asking();
    void questions.get(a, TYPE.A);
    await answer(0);
    const again = questions.replay();
    expect(await again({ name: a, type: TYPE.A })).toMatchObject({ ok: true, resolver: 'first' });
    for (const question of [
      { name: a, type: TYPE.AAAA },
      { name: b, type: TYPE.A },
    ]) {
      expect(await again(question)).toEqual({ ok: false, failure: { code: 'not-recorded' } });
    }
    expect(asked).toHaveLength(1);
  });
});

describe('V88 a reply of each RCODE', () => {
  it.each([RCODE.NOERROR, RCODE.NXDOMAIN, 6])('V88 %i may hold proofs', async (rcode) => {
    const { questions, answer } = asking();
    const got = questions.get(a, TYPE.A);
    const said = message({ name: a, type: TYPE.A }, rcode);
    await answer(0, { message: said });
    expect(await got).toEqual({ ok: true, message: said });
  });

  it.each([
    [1, 'FORMERR'],
    [2, 'SERVFAIL'],
    [5, 'REFUSED'],
    [7, 'RCODE7'],
  ])('V88 %i says that no answer was to be had', async (rcode, mnemonic) => {
    const { questions, answer } = asking();
    const got = questions.get(a, TYPE.A);
    const data = Uint8Array.of(0, 22, ...new TextEncoder().encode('late'));
    const edns = {
      udpPayloadSize: 1232,
      version: 0,
      dnssecOk: true,
      options: [{ code: EDNS_OPTION.EXTENDED_ERROR, data }],
    };
    await answer(0, { message: message({ name: a, type: TYPE.A }, rcode, { edns }) });
    expect(await got).toEqual({
      ok: false,
      reason: {
        code: 'resolver-error',
        name: 'a.',
        type: 'A',
        rcode: mnemonic,
        extendedErrors: [{ code: 22, text: 'late' }],
      },
    });
  });
});

it('an Ask that throws is met by whoever needs the reply, and by nobody else', async () => {
  const questions = new Questions(
    () => {
      throw new TypeError('out of order');
    },
    new Budget(),
    () => {},
  );
  questions.prefetch(a, TYPE.A);
  await new Promise((resolve) => setTimeout(resolve));
  await expect(questions.get(a, TYPE.A)).rejects.toThrow('out of order');
  expect(questions.asked).toBe(1);
});

describe('zones that are kept', () => {
  const zone = (
    owner: Name,
    parent?: Name,
    security: 'secure' | 'insecure' | 'bogus' = 'secure',
    validUntil = NOW + 9,
  ) =>
    ({
      zone: { security, name: owner, ...(parent && { parent: { name: parent } }) },
      validUntil,
    }) as unknown as Reached;
  const root = name('.');

  it('until the moment they run out, and gone then', () => {
    const cache = new ZoneCache();
    const entry = zone(a);
    cache.put(a, entry, NOW);
    expect(cache.get(a, NOW + 8)).toBe(entry);
    expect(cache.get(a, NOW + 9)).toBe(undefined);
    // It is not there any more, not even for a clock that is set back.
    expect(cache.get(a, NOW)).toBe(undefined);
    cache.put(a, zone(a, root, 'secure', NOW), NOW);
    expect(cache.get(a, NOW - 1)).toBe(undefined);
    cache.put(a, zone(a, root, 'bogus'), NOW);
    expect([cache.get(a, NOW), cache.delegates(root)]).toEqual([undefined, false]);
    cache.put(a, zone(a, root, 'insecure'), NOW);
    expect(cache.get(a, NOW)).toBeDefined();
  });

  it('a thousand of them where nothing else is said, and none after clearing', () => {
    const cache = new ZoneCache();
    for (let i = 0; i <= 1000; i++) cache.put(name(`n${i}.`), zone(name(`n${i}.`), root), NOW);
    expect(cache.get(name('n0.'), NOW)).toBe(undefined);
    expect(cache.get(name('n1.'), NOW)).toBeDefined();
    expect(cache.delegates(root)).toBe(true);
    cache.clear();
    expect([cache.get(name('n1.'), NOW), cache.delegates(root)]).toEqual([undefined, false]);
  });

  it('tell which zone has delegated something: a cut, not a name in a zone', () => {
    const cache = new ZoneCache(2);
    cache.put(b, zone(a, root), NOW);
    cache.put(a, zone(a), NOW);
    expect(cache.delegates(root)).toBe(false);
    cache.put(a, zone(a, root), NOW);
    expect([cache.delegates(root), cache.delegates(a)]).toEqual([true, false]);
    // As many as are kept at once; the first goes first.
    cache.put(b, zone(b, a), NOW);
    expect([cache.delegates(root), cache.delegates(a)]).toEqual([true, true]);
    cache.put(c, zone(c, b), NOW);
    expect([cache.delegates(root), cache.delegates(a), cache.delegates(b)]).toEqual([false, true, true]);
  });
});
