/** B13 A background that ends in the middle of its work takes events with it that nobody will tell of again. */
import { beforeEach, describe, expect, test } from 'vitest';
import { displayBeside } from '../../../src/extension/display.ts';
import { asTold, missedOf } from '../../../src/extension/missed.ts';
import { lookByFrame } from '../../../src/extension/still-shown.ts';
import type { TabState } from '../../../src/extension/tab-state.ts';
import type { FakeBrowser } from './fake-browser.ts';
import { BAD, GOOD, RIGHT, Scene, settled, WRONG } from './scene.ts';

const newCheck = () => 'new';
const showing = (url: string, documentId?: string): TabState => ({
  version: 1,
  past: [],
  shown: { url, ...(documentId !== undefined && { documentId }) },
});

describe('what the browser shows beside what is stored', () => {
  test('the same document: nothing was missed', () => {
    expect(missedOf(showing(GOOD, 'd1'), { url: GOOD, documentId: 'd1' }, newCheck)).toBeUndefined();
    expect(missedOf(showing(GOOD), { url: `${GOOD}#part` }, newCheck)).toBeUndefined();
    expect(missedOf(showing(GOOD), { url: GOOD, documentId: 'd1' }, newCheck)).toBeUndefined();
  });

  test('another document: its coming was missed, be it at the same URL', () => {
    const coming = { kind: 'committed', url: GOOD, history: false, check: 'new' };
    expect(missedOf(showing(GOOD, 'd1'), { url: GOOD, documentId: 'd2' }, newCheck)).toMatchObject({
      ...coming,
      documentId: 'd2',
    });
    expect(missedOf(showing(BAD), { url: GOOD }, newCheck)).toMatchObject(coming);
    expect(missedOf({ version: 1, past: [] }, { url: GOOD }, newCheck)).toMatchObject(coming);
    expect(missedOf({ version: 1, past: [] }, { url: 'about:blank' }, newCheck)).toBeUndefined();
  });

  test('the same document at another URL: a move was missed', () => {
    const url = `${GOOD}moved`;
    expect(missedOf(showing(GOOD, 'd1'), { url, documentId: 'd1' }, newCheck)).toMatchObject({ kind: 'moved', url });
    expect(missedOf(showing(GOOD, 'd1'), { url: 'chrome-error://x/', documentId: 'd1' }, newCheck)).toBeUndefined();
  });

  test('a move to another origin is another document', () => {
    const moved = { kind: 'moved', url: 'about:addons', check: 'new', at: 1 } as const;
    expect(asTold(showing(GOOD), moved)).toEqual({ ...moved, kind: 'committed', history: false });
    expect(asTold(showing(GOOD), { ...moved, url: `${GOOD}there` })).toMatchObject({ kind: 'moved' });
    expect(asTold(showing('about:addons'), { ...moved, url: 'about:addons#x' })).toMatchObject({ kind: 'moved' });
    expect(asTold({ version: 1, past: [] }, moved)).toBe(moved);
  });

  test('the popup says nothing of a page that nothing is stored of', () => {
    const state = showing(GOOD, 'd1');
    expect(displayBeside(state, { url: BAD, documentId: 'd2' }, 0)).toEqual({ kind: 'pending', url: BAD });
    expect(displayBeside(state, { url: 'about:config', documentId: 'd2' }, 0)).toMatchObject({ kind: 'unchecked' });
    expect(displayBeside(state, { url: GOOD, documentId: 'd1' }, 0)).toMatchObject({ kind: 'unchecked', url: GOOD });
    expect(displayBeside(state, undefined, 0)).toMatchObject({ url: GOOD });
  });
});

describe('a background that starts after another one', () => {
  let scene: Scene;
  let browser: FakeBrowser;
  beforeEach(async () => {
    scene = new Scene();
    browser = scene.browser;
    scene.openTab(1);
    scene.visit(1, GOOD, RIGHT.chain, 'd1');
    await scene.verdict(1, 'verified', GOOD);
    browser.tabs.set(1, { ...browser.tabs.get(1)!, documentId: 'd1' });
    await settled();
  });
  /** The events of that are lost. */
  const unseen = (url: string, documentId: string) => {
    browser.endBackground();
    browser.tabs.set(1, { url, active: true, documentId });
    browser.toolbar.delete(1);
  };

  test('finds another page: checks it, and says nothing of it before', async () => {
    unseen(BAD, 'd2');
    scene.readable.set('wrong.example', [...WRONG.chain]);
    scene.startBackground();
    await scene.verdict(1, 'mismatch', BAD);
    expect(scene.badge(1)).not.toBe('✓');
  });

  test('finds the same page with another certificate', async () => {
    unseen(GOOD, 'd2');
    scene.readable.set('good.example', [...WRONG.chain]);
    scene.startBackground();
    browser.fire('tabs.onActivated', { tabId: 1 });
    await settled();
    expect(scene.badge(1)).not.toBe('✓');
    await scene.verdict(1, 'mismatch', GOOD);
  });

  test('is told of that page only afterwards: one check, and what its request brought counts', async () => {
    unseen(BAD, 'd2');
    scene.startBackground();
    const requestId = scene.request(1, BAD);
    scene.certificate(1, requestId, WRONG.chain);
    scene.commit(1, BAD, { documentId: 'd2', timeStamp: Date.now() - 1 });
    await scene.verdict(1, 'mismatch', BAD);
    expect(scene.state(1)?.pending).toBeUndefined();
  });

  test('is told of each step that led there: nothing is on its way any more', async () => {
    unseen(BAD, 'd2');
    scene.readable.set('wrong.example', [...WRONG.chain]);
    scene.startBackground();
    const requestId = scene.request(1, `${GOOD}moved`);
    scene.request(1, BAD, requestId);
    scene.commit(1, BAD, { documentId: 'd2', timeStamp: Date.now() - 1 });
    await scene.verdict(1, 'mismatch', BAD);
    expect(scene.state(1)?.pending).toBeUndefined();
    await scene.until(() => expect(scene.badge(1)).toBe('✗'));
  });

  test('finds the browser’s error page, and is told of that afterwards', async () => {
    unseen(BAD, 'd2');
    scene.startBackground();
    scene.request(1, BAD);
    scene.navigationError(1, BAD, 'net::ERR_CERT_DATE_INVALID', 'd2');
    const none = { kind: 'none', why: 'certificate refused' };
    await scene.until(() => expect(scene.state(1)?.shown?.report?.certificate).toEqual(none));
    expect(scene.state(1)?.shown?.evidence).toEqual(none);
  });

  test('is told of it once more, without a request: what is known of it stays', async () => {
    unseen(BAD, 'd2');
    scene.readable.set('wrong.example', [...WRONG.chain]);
    scene.startBackground();
    await scene.verdict(1, 'mismatch', BAD);
    const { reads } = scene;
    scene.commit(1, BAD, { documentId: 'd2' });
    await settled();
    expect(scene.state(1)?.shown?.report?.verdict).toBe('mismatch');
    expect(scene.reads).toBe(reads);
  });

  test('B26 forgets a tab that was closed meanwhile', async () => {
    browser.endBackground();
    browser.tabs.delete(1);
    scene.startBackground();
    await settled();
    expect(browser.session.has('tab:1')).toBe(false);
  });

  test('a page whose URL the browser keeps to itself is known by its frame', async () => {
    browser.tabs.set(1, { url: 'about:config', active: true });
    const look = lookByFrame({
      tabs: { query: browser.api.tabs.query, get: async () => ({}) as never },
      webNavigation: browser.api.webNavigation,
    });
    expect(await look.get(1)).toEqual({ url: 'about:config' });
  });
});
