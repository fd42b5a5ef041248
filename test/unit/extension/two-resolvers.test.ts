/** A second resolver beside the first: asked where that one fails, and never the cause of a wrong verdict. */
import { beforeEach, describe, expect, test } from 'vitest';
import { checkSite } from '../../../src/check.ts';
import type { CertificateEvidence } from '../../../src/dane/evidence.ts';
import { TYPE } from '../../../src/dns/codes.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../src/dns/message.ts';
import { createEngine } from '../../../src/extension/engine.ts';
import { SETTINGS_KEY, type Settings } from '../../../src/extension/settings.ts';
import type { Report } from '../../../src/report.ts';
import { BAD, evidenceOf, GOOD, RESOLVER, RIGHT, Scene, SETTINGS, START, settled, WORLD, WRONG } from './scene.ts';

const SECOND = 'https://other.example/dns-query';
const TWO = { ...SETTINGS, secondResolverUrl: SECOND } as Settings;

type Answer = (query: Uint8Array) => Promise<Uint8Array>;

const honest: Answer = async (query) => new Uint8Array(WORLD.respond(query)!);
const unreachable: Answer = async () => {
  throw new TypeError('network error');
};
const hanging: Answer = () => new Promise(() => {});

/** Answers, changed on the way. */
function lying(change: (message: Message) => Message): Answer {
  return async (query) => {
    const decoded = decodeMessage(await honest(query));
    if (!decoded.ok) throw new Error('the world answers in DNS messages');
    return encodeMessage(change(decoded.message));
  };
}

const withoutSignatures = lying((message) => {
  const unsigned = ({ type }: { readonly type: number }) => type !== TYPE.RRSIG;
  return { ...message, answer: message.answer.filter(unsigned), authority: message.authority.filter(unsigned) };
});
const withoutTlsa = lying((message) => {
  const asked = message.question[0]?.type === TYPE.TLSA;
  return asked ? { ...message, answer: [], authority: [] } : message;
});

/** One check by an engine of its own; `questions`: how many came to each of the two. */
async function check(first: Answer, second: Answer, chain: readonly Uint8Array[] = RIGHT.chain) {
  const questions = { [RESOLVER]: 0, [SECOND]: 0 };
  const engine = createEngine(TWO, {
    now: () => START,
    fetch: async (url, init) => {
      questions[url as keyof typeof questions]++;
      const query = new Uint8Array(init.body as ArrayBuffer);
      const octets = await (url === RESOLVER ? first : second)(query);
      return new Response(new Uint8Array(octets), { headers: { 'content-type': 'application/dns-message' } });
    },
  });
  const { refuses: _refuses, ...given } = engine;
  const certificate = async (): Promise<CertificateEvidence> => evidenceOf(chain, START);
  const report: Report = await checkSite({ host: 'good.example', port: 443, now: START, ...given, certificate });
  return { report, questions };
}

describe('of two resolvers', () => {
  test('the first alone is asked while it answers', async () => {
    const { report, questions } = await check(honest, unreachable);
    expect(report).toMatchObject({ verdict: 'verified', resolvers: [RESOLVER] });
    expect(questions[SECOND]).toBe(0);
  });

  test.each([
    ['cannot be reached', unreachable],
    ['hangs', hanging],
  ])(
    'the second answers where the first %s, and the report says so',
    async (_how, first) => {
      expect((await check(first, honest)).report).toMatchObject({ verdict: 'verified', resolvers: [SECOND] });
      expect((await check(first, honest, WRONG.chain)).report.verdict).toBe('mismatch');
    },
    20_000,
  );

  test.each([
    ['strips signatures', withoutSignatures],
    ['hides the record', withoutTlsa],
  ])('data that fails by the fault of the first, which %s, is asked of the second', async (_how, first) => {
    expect((await check(first, honest)).report).toMatchObject({ verdict: 'verified' });
    expect((await check(first, honest)).report.resolvers).toContain(SECOND);
  });

  test.each([
    ['strips signatures', withoutSignatures],
    ['hides the record', withoutTlsa],
  ])('a second one that %s while the first is away comes to no verdict on the site', async (_how, second) => {
    const { report } = await check(unreachable, second);
    expect(report.verdict).toBe('bogus');
    expect(report.resolvers).toEqual([SECOND]);
  });

  test('with neither of them there is none', async () => {
    expect((await check(unreachable, unreachable)).report).toMatchObject({ verdict: 'indeterminate', resolvers: [] });
  });
});

describe('what they said is kept', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = new Scene();
    scene.openTab(1);
    await scene.browser.setLocal({ [SETTINGS_KEY]: TWO });
    await settled();
  });
  const dnsKeys = () => [...scene.browser.session.keys()].filter((key) => key.startsWith('dns:'));
  const storedResolvers = () =>
    new Set(dnsKeys().map((key) => (scene.browser.session.get(key) as { reply: { resolver: string } }).reply.resolver));

  test('under the name of whoever said it, and a new background asks neither again', async () => {
    scene.downUrls.add(RESOLVER);
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    await settled();
    expect(storedResolvers()).toEqual(new Set([SECOND]));
    expect(scene.state(1)?.shown?.report?.resolvers).toEqual([SECOND]);
    scene.startBackground();
    const asked = scene.questions;
    scene.visit(1, GOOD, WRONG.chain);
    await scene.verdict(1, 'mismatch');
    expect(scene.questions).toBe(asked);
  });

  test.each([
    ['the second is another', { secondResolverUrl: 'https://third.example/dns-query' }],
    ['the second is gone', { secondResolverUrl: undefined }],
    ['the first is another', { resolverUrl: 'https://third.example/dns-query' }],
  ])('only as long as both stay: %s', async (_what, changes) => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    await scene.until(() => expect(dnsKeys().length).toBeGreaterThan(0));
    const asked = scene.questions;
    await scene.browser.setLocal({ [SETTINGS_KEY]: { ...TWO, ...changes } });
    await settled();
    scene.visit(1, BAD, WRONG.chain);
    await scene.verdict(1, 'mismatch');
    expect(scene.questions).toBeGreaterThan(asked + 5);
  });

  test('and one that is no longer chosen is not believed after a restart', async () => {
    scene.downUrls.add(RESOLVER);
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    await settled();
    scene.browser.endBackground();
    // Nobody hears of this change.
    scene.browser.local.set(SETTINGS_KEY, SETTINGS);
    scene.downUrls.clear();
    scene.startBackground();
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    expect(scene.questionsTo.get(SECOND)).toBeGreaterThan(0);
    await scene.until(() => expect(storedResolvers()).toEqual(new Set([RESOLVER])));
  });
});
