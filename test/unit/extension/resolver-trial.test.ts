/** The background's side of the Test button: what it tells a page, and when it stops asking. */
import { describe, expect, test, vi } from 'vitest';
import type { TrialMessage } from '../../../src/extension/messages.ts';
import { listenToTrials, runTrial } from '../../../src/extension/resolver-trial.ts';
import { NOW, world } from '../dnssec/judging.ts';
import { FakeEvent } from './fake-browser.ts';

const WORLD = world({ 'com.': {} });
const REQUEST = { resolverUrl: 'https://dns.example/dns-query', anchors: WORLD.anchors() };
const MEDIA_TYPE = 'application/dns-message';

/** A resolver over the world, or one that behaves as told. */
function resolver(behave?: (init: RequestInit) => Promise<Response>) {
  const seen: RequestInit[] = [];
  const fetch = async (_url: string, init: RequestInit): Promise<Response> => {
    seen.push(init);
    if (behave !== undefined) return behave(init);
    const octets = WORLD.respond(new Uint8Array(init.body as Uint8Array<ArrayBuffer>));
    return new Response(new Uint8Array(octets!), { headers: { 'content-type': MEDIA_TYPE } });
  };
  return { seen, fetch };
}

const hanging = () =>
  resolver(
    (init) =>
      new Promise((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      }),
  );

async function trial(
  { fetch }: ReturnType<typeof resolver>,
  { request = REQUEST, ...more }: Partial<Parameters<typeof runTrial>[1]> & { request?: typeof REQUEST } = {},
): Promise<TrialMessage[]> {
  const told: TrialMessage[] = [];
  const signal = new AbortController().signal;
  await runTrial(request, { fetch, now: () => NOW, signal, tell: (message) => told.push(message), ...more });
  return told;
}

describe('a trial', () => {
  test('H18 tells each step as it goes, and ends in the report', async () => {
    const told = await trial(resolver());
    expect(told.at(0)).toMatchObject({ kind: 'trying', capability: 'zone-keys', name: '.' });
    expect(told.at(1)).toMatchObject({ kind: 'tried', step: { capability: 'zone-keys', works: 'yes' } });
    expect(told.at(-1)).toMatchObject({ kind: 'report', report: { result: 'unclear', latency: { questions: 5 } } });
    expect(told.filter(({ kind }) => kind === 'tried')).toHaveLength(5);
  });

  test('the anchors of the form decide: under the built-in ones these keys are nobody’s', async () => {
    const told = await trial(resolver(), { request: { ...REQUEST, anchors: '' } });
    expect(told.at(-1)).toMatchObject({ kind: 'report', report: { result: 'lacking' } });
    expect(told.at(1)).toMatchObject({ step: { capability: 'zone-keys', works: 'no' } });
  });

  test.each([
    ['resolverUrl', { ...REQUEST, resolverUrl: 'ftp://dns.example/' }],
    ['anchors', { ...REQUEST, anchors: 'nonsense' }],
  ] as const)('with an unusable %s nobody is asked', async (field, request) => {
    const asked = resolver();
    expect(await trial(asked, { request })).toEqual([{ kind: 'unusable', field }]);
    expect(asked.seen).toEqual([]);
  });

  test('is over when its time is, and says that nobody answered', async () => {
    const asked = hanging();
    const told = await trial(asked, { limitMs: 30 });
    expect(told.at(-1)).toMatchObject({ kind: 'report', report: { result: 'silent' } });
    expect(told.at(1)).toMatchObject({ step: { reason: { failure: { code: 'timeout', limitMs: 30 } } } });
    for (const { signal } of asked.seen) expect(signal?.aborted).toBe(true);
  });
});

/** A page's connection, as the background sees it. */
function connect(name = 'resolver-trial', url = 'moz-extension://danelaw/options/options.html') {
  const told: TrialMessage[] = [];
  const onMessage = new FakeEvent<(message: unknown) => void>();
  const onDisconnect = new FakeEvent<() => void>();
  const sender = { id: 'danelaw', url };
  return {
    told,
    onMessage,
    onDisconnect,
    port: { name, sender, onMessage, onDisconnect, postMessage: (message: TrialMessage) => told.push(message) },
  };
}

function listening(fetch: ReturnType<typeof resolver>['fetch']) {
  const onConnect = new FakeEvent<(port: never) => void>();
  const runtime = { id: 'danelaw', getURL: (path: string) => `moz-extension://danelaw/${path}`, onConnect };
  listenToTrials(runtime as never, { fetch, now: () => NOW });
  return (connection: ReturnType<typeof connect>) => onConnect.fire(connection.port as never);
}

describe('a page’s connection', () => {
  test('runs one trial, and no second one', async () => {
    const asked = resolver();
    const page = connect();
    listening(asked.fetch)(page);
    page.onMessage.fire('nonsense');
    page.onMessage.fire(REQUEST);
    page.onMessage.fire(REQUEST);
    await vi.waitFor(() => expect(page.told.at(-1)?.kind).toBe('report'));
    expect(page.told.filter(({ kind }) => kind === 'report')).toHaveLength(1);
    expect(page.told.filter(({ kind }) => kind === 'tried')).toHaveLength(5);
  });

  test('calls it off when it closes: no further question, and what is under way is given up', async () => {
    const asked = hanging();
    const page = connect();
    listening(asked.fetch)(page);
    page.onMessage.fire(REQUEST);
    await vi.waitFor(() => expect(asked.seen.length).toBeGreaterThan(0));
    const before = asked.seen.length;
    const told = page.told.length;
    page.onDisconnect.fire();
    await vi.waitFor(() => expect(asked.seen.every(({ signal }) => signal?.aborted)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked.seen.length).toBe(before);
    expect(page.told.length).toBe(told);
  });

  test.each([
    ['another name', connect('look')],
    ['another extension’s page', connect('resolver-trial', 'moz-extension://other/options.html')],
    ['a content script', connect('resolver-trial', 'https://evil.example/')],
  ])('from %s is not listened to', (_, page) => {
    listening(resolver().fetch)(page);
    expect(page.onMessage.listeners).toEqual([]);
  });
});
