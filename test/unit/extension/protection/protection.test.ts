/** Protection in the whole background: responses held until their verdict, and what our page may ask for. */
import { describe, expect, test } from 'vitest';
import type { Held } from '../../../../src/extension/certificates/source.ts';
import type { StoppedView } from '../../../../src/extension/protection/messages.ts';
import type { Settings } from '../../../../src/extension/settings.ts';
import { FakeBrowser } from '../fake-browser.ts';
import { BAD, evidenceOf, GOOD, NOTHING, OWN_PAGE, RIGHT, Scene, SETTINGS, START, settled, WRONG } from '../scene.ts';

const WARNING = 'moz-extension://danelaw/warning/warning.html';

function sceneWith(choices: Partial<Settings>, browser = new FakeBrowser()): Scene {
  browser.local.set('settings', { ...SETTINGS, ...choices });
  const scene = new Scene(browser);
  scene.openTab(1);
  return scene;
}

/** The response to that request has come: what becomes of it? */
function respond(scene: Scene, requestId: string, chain: readonly Uint8Array[], tab = 1): Promise<Held> | undefined {
  return scene.certificateLater(tab, requestId, Promise.resolve(evidenceOf(chain, scene.seconds)));
}

function load(scene: Scene, url: string, chain: readonly Uint8Array[], tab = 1): Promise<Held> | undefined {
  return respond(scene, scene.request(tab, url), chain, tab);
}

/** The number of the stop that our page in the tab speaks of. */
function stopOf(scene: Scene): string {
  const { url } = scene.browser.moved.at(-1)!;
  expect(url.startsWith(`${WARNING}?`)).toBe(true);
  return url.slice(WARNING.length + 1);
}

const fromWarning = (stop: string, tab = 1) => ({ ...OWN_PAGE, url: `${WARNING}?${stop}`, tab: { id: tab } });

describe('responses', () => {
  test('B5 nothing waits where nothing is to be stopped', async () => {
    const scene = sceneWith({});
    await settled();
    expect(load(scene, BAD, WRONG.chain)).toBeUndefined();
    scene.commit(1, BAD);
    await scene.verdict(1, 'mismatch', BAD);
    expect(scene.browser.moved).toEqual([]);
  });

  test.each(['warn', 'block'] as const)(
    '%s: a contradiction stops, before anything is known of the settings, too',
    async (protection) => {
      const scene = sceneWith({ protection });
      expect(await load(scene, BAD, WRONG.chain)).toBe('stop');
      expect(scene.browser.moved).toHaveLength(1);
      // The same site with the published certificate goes on, as do others.
      expect(await load(scene, BAD, RIGHT.chain)).toBe('go');
      expect(await load(scene, GOOD, RIGHT.chain)).toBe('go');
      expect(await load(scene, NOTHING, WRONG.chain)).toBe('go');
      expect(scene.browser.moved).toHaveLength(1);
    },
  );

  test('what cannot be found out goes on', async () => {
    const scene = sceneWith({ protection: 'block' });
    scene.down = true;
    expect(await load(scene, BAD, WRONG.chain)).toBe('go');
  });

  test('a request that another one overtook is judged all the same', async () => {
    const scene = sceneWith({ protection: 'block' });
    const first = scene.request(1, BAD);
    const second = scene.request(1, GOOD);
    expect(await respond(scene, first, WRONG.chain)).toBe('stop');
    expect(await respond(scene, second, RIGHT.chain)).toBe('go');
  });

  test('each hop of a redirect, by its own certificate', async () => {
    const scene = sceneWith({ protection: 'block' });
    const requestId = scene.request(1, GOOD);
    expect(await respond(scene, requestId, RIGHT.chain)).toBe('go');
    scene.request(1, BAD, requestId);
    expect(await respond(scene, requestId, WRONG.chain)).toBe('stop');
  });

  test('no longer than the limit; the page is taken away when the verdict comes', async () => {
    const scene = sceneWith({ protection: 'block', waitLimitMs: 100 });
    let open = () => {};
    scene.gate = new Promise((resolve) => {
      open = resolve;
    });
    expect(await load(scene, BAD, WRONG.chain)).toBe('go');
    scene.commit(1, BAD);
    await settled();
    expect(scene.browser.moved).toEqual([]);
    open();
    await scene.until(() => expect(scene.browser.moved).toHaveLength(1));
  });

  test('longer, where that was chosen', async () => {
    const scene = sceneWith({ protection: 'block', waitLimitMs: 100, whenLate: 'hold' });
    let open = () => {};
    scene.gate = new Promise((resolve) => {
      open = resolve;
    });
    const held = load(scene, BAD, WRONG.chain);
    const early = await Promise.race([held, new Promise((resolve) => setTimeout(() => resolve('held'), 250))]);
    expect(early).toBe('held');
    open();
    expect(await held).toBe('stop');
  });

  test('settings that change while it waits count', async () => {
    const scene = sceneWith({ protection: 'block' });
    let open = () => {};
    scene.gate = new Promise((resolve) => {
      open = resolve;
    });
    const held = load(scene, BAD, WRONG.chain);
    await settled();
    await scene.browser.setLocal({ settings: { ...SETTINGS, protection: 'show' } });
    await settled();
    open();
    expect(await held).toBe('go');
  });

  test('a page judged sound is not taken away by a later check', async () => {
    const scene = sceneWith({ protection: 'block' });
    expect(await load(scene, BAD, RIGHT.chain)).toBe('go');
    scene.commit(1, BAD);
    await scene.verdict(1, 'verified', BAD);
    await settled();
    scene.down = true;
    scene.seconds += 120;
    await scene.send({ kind: 'check-again', tab: 1 });
    await scene.verdict(1, 'indeterminate', BAD);
    await settled();
    expect(scene.browser.moved).toEqual([]);
  });
});

describe('our page', () => {
  const stopped = async (choices: Partial<Settings> = { protection: 'warn' }) => {
    const scene = sceneWith(choices);
    expect(await load(scene, BAD, WRONG.chain)).toBe('stop');
    return { scene, stop: stopOf(scene) };
  };

  test('is told what it is for, in its own tab alone, by its own number alone', async () => {
    const { scene, stop } = await stopped();
    const view = (await scene.send({ kind: 'stopped', stop }, fromWarning(stop))) as StoppedView;
    expect(view).toMatchObject({ kind: 'stopped', url: BAD, mayProceed: true, report: { verdict: 'mismatch' } });
    expect(await scene.send({ kind: 'stopped', stop }, fromWarning(stop, 2))).toEqual({ kind: 'nothing' });
    expect(await scene.send({ kind: 'stopped', stop: 'guessed' }, fromWarning(stop))).toEqual({ kind: 'nothing' });
    expect(await scene.send({ kind: 'stopped', stop }, { ...OWN_PAGE, tab: undefined })).toEqual({ kind: 'nothing' });
    const page = { id: 'danelaw', url: BAD, tab: { id: 1 } };
    expect(scene.send({ kind: 'proceed', stop, how: 'session' }, page)).toBeUndefined();
    expect(scene.send({ kind: 'proceed', stop, how: 'forever' }, fromWarning(stop))).toBeUndefined();
  });

  test('once is once', async () => {
    const { scene, stop } = await stopped();
    expect(await scene.send({ kind: 'proceed', stop, how: 'once' }, fromWarning(stop))).toEqual({
      kind: 'proceed',
      url: BAD,
    });
    expect(await load(scene, BAD, WRONG.chain)).toBe('go');
    scene.commit(1, BAD);
    await scene.verdict(1, 'mismatch', BAD);
    await settled();
    expect(scene.browser.moved).toHaveLength(1);
    expect(await load(scene, BAD, WRONG.chain)).toBe('stop');
  });

  test('V15 a session is no private window, no other certificate, and a week at most', async () => {
    const { scene, stop } = await stopped();
    await scene.send({ kind: 'proceed', stop, how: 'session' }, fromWarning(stop));
    expect(await load(scene, BAD, WRONG.chain)).toBe('go');
    scene.openTab(2);
    expect(await load(scene, BAD, WRONG.chain, 2)).toBe('go');
    await scene.browser.setLocal({ settings: { ...SETTINGS, protection: 'warn', privateWindows: true } });
    await settled();
    scene.openTab(3, true, true);
    expect(await load(scene, BAD, WRONG.chain, 3)).toBe('stop');
    expect(await load(scene, BAD, [WRONG.chain[1]!])).toBe('stop');
    // The background's own clock; that of the world's signatures lasts as long.
    const [exception] = scene.browser.session.get('exceptions') as { id: string; until: number; madeAt: number }[];
    expect(exception!.until - exception!.madeAt).toBe(7 * 24 * 3600);
    expect(exception!.madeAt).toBe(START);

    await scene.send({ kind: 'remove-exception', id: exception!.id });
    expect(await load(scene, BAD, WRONG.chain)).toBe('stop');
  });

  test('it outlives the background, and so does what was let through', async () => {
    const { scene, stop } = await stopped();
    await scene.until(() => expect(scene.browser.session.has('protection:1')).toBe(true));
    scene.startBackground();
    await scene.send({ kind: 'proceed', stop, how: 'session' }, fromWarning(stop));
    await scene.until(() => expect(scene.browser.session.has('exceptions')).toBe(true));
    scene.startBackground();
    expect(await load(scene, BAD, WRONG.chain)).toBe('go');
  });

  test('nothing gets through what is blocked; trying again stays possible', async () => {
    const { scene, stop } = await stopped({ protection: 'block' });
    for (const how of ['once', 'session']) {
      expect(await scene.send({ kind: 'proceed', stop, how }, fromWarning(stop))).toEqual({ kind: 'nothing' });
    }
    expect(await load(scene, BAD, WRONG.chain)).toBe('stop');
    const again = stopOf(scene);
    expect(await scene.send({ kind: 'proceed', stop: again, how: 'again' }, fromWarning(again))).toEqual({
      kind: 'proceed',
      url: BAD,
    });
    expect(await load(scene, BAD, WRONG.chain)).toBe('stop');
  });
});

describe('where no response can be held', () => {
  const FROM = 'https://good.example/from';
  /** A page was stopped, ours is there, and the background has gone to sleep since. */
  const asleep = async (): Promise<Scene> => {
    const browser = new FakeBrowser();
    browser.local.set('settings', { ...SETTINGS, protection: 'block' });
    const scene = new Scene(browser, { byRules: true });
    scene.openTab(1);
    scene.readable.set('good.example', [...RIGHT.chain]).set('wrong.example', [...WRONG.chain]);
    scene.request(1, FROM);
    scene.commit(1, FROM, { documentId: 'from' });
    await scene.verdict(1, 'verified', FROM);
    scene.request(1, BAD);
    scene.commit(1, BAD, { documentId: 'bad' });
    await scene.until(() => expect(browser.moved).toHaveLength(1));
    scene.commit(1, browser.moved[0]!.url, { documentId: 'ours' });
    await settled();
    expect(browser.stopRules.size).toBe(1);
    browser.endBackground();
    return scene;
  };
  /** The browser shows that its rule stopped the request, and tells of it once the background is awake. */
  const stoppedByRule = (scene: Scene, url = BAD) => {
    const { browser } = scene;
    // An error page has no certificate to be read.
    scene.readable.delete('wrong.example');
    browser.tabs.set(1, { url, active: true, documentId: 'error' });
    scene.startBackground();
    const requestId = scene.request(1, url);
    const error = 'net::ERR_BLOCKED_BY_CLIENT';
    browser.fire('webRequest.onErrorOccurred', { tabId: 1, requestId, url, error });
    scene.navigationError(1, url, error, 'error');
  };

  test.each([
    ['holds', 0],
    ['is over by the time the background wakes', 120],
  ])('a rule stopped it, and %s: our page takes the place of the error page, once', async (_title, seconds) => {
    const scene = await asleep();
    scene.seconds += seconds;
    stoppedByRule(scene, `${BAD}other`);
    await scene.until(() => expect(scene.browser.moved).toHaveLength(2));
    await settled();
    expect(scene.browser.moved).toHaveLength(2);
    expect(scene.browser.moved[1]!.url.startsWith(WARNING)).toBe(true);
  });

  test('back from our page leads past what was stopped, where a rule stops it again', async () => {
    const scene = await asleep();
    stoppedByRule(scene);
    await scene.until(() => expect(scene.browser.wentBack).toEqual([1]));
    await settled();
    expect(scene.browser.wentBack).toEqual([1]);
    expect(scene.browser.moved).toHaveLength(1);
  });

  test('back from our page leads past what was stopped, where the page itself is kept', async () => {
    const scene = await asleep();
    scene.browser.tabs.set(1, { url: BAD, active: true, documentId: 'bad' });
    scene.startBackground();
    scene.commit(1, BAD, { documentId: 'bad', history: true, timeStamp: Date.now() - 1 });
    await scene.until(() => expect(scene.browser.wentBack).toEqual([1]));
    await settled();
    expect(scene.browser.moved).toHaveLength(1);
  });

  test('without a rule, the page that came while the background slept is judged once, and stopped once', async () => {
    const scene = await asleep();
    const { browser } = scene;
    browser.stopRules.clear();
    browser.tabs.set(1, { url: BAD, active: true, documentId: 'new' });
    const { reads } = scene;
    scene.startBackground();
    scene.request(1, BAD);
    scene.commit(1, BAD, { documentId: 'new', timeStamp: Date.now() - 1 });
    await scene.until(() => expect(browser.moved).toHaveLength(2));
    await settled();
    expect(scene.reads).toBe(reads + 1);
    expect(browser.moved).toHaveLength(2);
  });
});
