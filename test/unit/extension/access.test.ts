/** B19 Sites that the browser keeps from the extension: nothing is asked, and the person is told. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type AccessApi, createAccess, patternOf, requestAccess, withinReach } from '../../../src/extension/access.ts';
import { EVERY_TAB, FakeEvent } from './fake-browser.ts';
import { GOOD, RESOLVER, RIGHT, Scene, settled } from './scene.ts';

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
  scene.openTab(1);
});

const keepTo = async (reachable: typeof scene.browser.reachable) => {
  scene.browser.reachable = reachable;
  scene.browser.fire('permissions.onRemoved', {});
  await settled();
};
const reasonOf = (tab: number) => scene.state(tab)?.shown?.report?.reason;

describe('where access is missing', () => {
  test('B8 B19 a page is not checked, nobody is asked, and every button says so; once it is there the page is', async () => {
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    const asked = scene.questions;
    await keepTo([]);
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.until(() => expect(reasonOf(1)).toEqual({ code: 'no-access', host: 'good.example' }));
    await scene.until(() =>
      expect(scene.browser.toolbar.get(1)).toMatchObject({
        badge: '?',
        title: 'title_indeterminate_shut good.example',
      }),
    );
    expect(scene.browser.toolbar.get(EVERY_TAB)).toMatchObject({ badge: '?', title: 'toolbarNoAccess' });
    expect(scene.questions).toBe(asked);
    scene.browser.reachable = 'all sites';
    scene.browser.fire('permissions.onAdded', {});
    await scene.verdict(1, 'verified');
    expect(scene.browser.toolbar.get(EVERY_TAB)).toMatchObject({ badge: '', title: 'extensionName' });
  });

  test('to some sites alone: those are checked, others are not', async () => {
    await keepTo(['https://good.example/*', 'https://dns.example/*']);
    scene.visit(1, GOOD);
    await scene.verdict(1, 'verified');
    scene.visit(1, 'https://wrong.example/');
    await scene.until(() => expect(reasonOf(1)).toEqual({ code: 'no-access', host: 'wrong.example' }));
  });

  test('to the resolver: it is not asked past the browser’s rules, and there is no verdict', async () => {
    await keepTo(['https://good.example/*']);
    scene.visit(1, GOOD);
    await scene.verdict(1, 'indeterminate');
    expect(reasonOf(1)).toMatchObject({ code: 'no-answer', failure: { code: 'unreachable', resolver: RESOLVER } });
    expect(scene.questions).toBe(0);
  });
});

describe('access', () => {
  test('is asked for by host, without a port', () => {
    expect(patternOf('https://www.example.com:8443/a?b#c')).toBe('https://www.example.com/*');
    expect(patternOf('http://127.0.0.1:8053/dns-query')).toBe('http://127.0.0.1/*');
    expect(patternOf('https://[2001:db8::1]/')).toBe('https://[2001:db8::1]/*');
  });

  test('to all sites is looked up once, and anew when it changes', async () => {
    const [onAdded, onRemoved] = [new FakeEvent<() => void>(), new FakeEvent<() => void>()];
    let complete = true;
    const contains = vi.fn(async ({ origins }: { origins?: string[] }) => complete && origins?.[0] === '*://*/*');
    const changed = vi.fn();
    const access = createAccess({ contains, onAdded, onRemoved } as unknown as AccessApi, changed);
    for (let i = 0; i < 3; i++) expect(await access.reaches(GOOD)).toBe(true);
    expect(contains).toHaveBeenCalledTimes(1);
    complete = false;
    onRemoved.fire();
    expect(changed).toHaveBeenCalledTimes(1);
    expect(await access.reaches(GOOD)).toBe(false);
    expect(contains).toHaveBeenLastCalledWith({ origins: ['https://good.example/*'] });
    expect(await access.isComplete()).toBe(false);
  });

  test('to resolvers is asked for by their hosts, in the click itself', async () => {
    const request = vi.fn(async () => true);
    const asked = requestAccess({ request }, [RESOLVER, 'http://127.0.0.1:8053/dns-query']);
    expect(request).toHaveBeenCalledWith({ origins: ['https://dns.example/*', 'http://127.0.0.1/*'] });
    expect(await asked).toBe(true);
  });

  test.each([
    ['the person says no', async () => false],
    ['the browser does not even ask', async () => Promise.reject(new Error('may only be called from a user gesture'))],
  ])('to resolvers is not there where %s', async (_how, request) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(await requestAccess({ request }, [RESOLVER])).toBe(false);
    warn.mockRestore();
  });

  test('B20 a fetch within it goes out, and none beyond it', async () => {
    const fetch = vi.fn(async () => new Response('x'));
    const guarded = withinReach(fetch, { reaches: async (url) => url === GOOD });
    expect(await (await guarded(GOOD, {})).text()).toBe('x');
    await expect(guarded(RESOLVER, {})).rejects.toThrow('dns.example');
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});
