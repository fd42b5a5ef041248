/**
 * Documents that come otherwise than by a connection of their own, and what is no document: the button is about what
 * the tab shows, or says that no certificate was seen. Never another host's verdict, never one that is over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TabState } from '../../src/extension/tab-state.ts';
import { activateTab, type BrowserUnderTest, readToolbar, type Tab } from './drivers/browser.ts';
import { type Seen, visit, waitForVerdict } from './drivers/extension.ts';
import { type Sites, startSites } from './sites.ts';
import { ALL, CHROMIUM, FIREFOX, launchTarget } from './targets.ts';

const VERIFIED = { verdict: 'verified', badge: '✓' };
const MISMATCH = { verdict: 'mismatch', badge: '✗' };
const SIGNED = { verdict: 'signed', badge: '–' };
const UNREAD = { verdict: 'unread', badge: 'i' };
/** Firefox tells nothing of a download; it is found out by waiting. */
const DOWNLOAD_LIMIT_MS = 8000;

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

describe.each(ALL)('$label', (target) => {
  let browser: BrowserUnderTest;
  let tab: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: sites.hosts,
      authorityPem: sites.authorityPem,
      resolver: { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText },
    });
  });
  beforeEach(async () => {
    tab = await browser.openTab();
    return async () => {
      sites.swap('verified', false);
      await tab.close();
    };
  });
  afterAll(() => browser?.close());

  const now = () => waitForVerdict(browser, tab);
  const why = ({ report }: Seen) => (report?.certificate.kind === 'none' ? report.certificate.why : undefined);
  const requestsTo = (path: string) => sites.requests.filter((request) => request.endsWith(path)).length;
  const stateOf = (id: number) =>
    browser.inExtension<TabState | null>(
      "const key = 'tab:' + given; return (await chrome.storage.session.get(key))[key] ?? null;",
      id,
    );

  test('two hosts of one site over one HTTP/2 connection: each by its own records', async () => {
    const before = sites.sharedConnections();
    for (let count = 0; count < 2; count++) {
      expect(await visit(browser, tab, sites.sharedUrl('verified'))).toMatchObject(VERIFIED);
      const seen = await visit(browser, tab, sites.sharedUrl('mismatch'));
      expect(seen).toMatchObject(MISMATCH);
      expect(seen.report?.host).toBe('two.shared.example');
    }
    expect(sites.sharedConnections()).toBeGreaterThan(before);
  });

  test('a page out of the HTTP cache, while the site has another certificate by now', async () => {
    const url = sites.url('verified', '/cached');
    expect(await visit(browser, tab, url)).toMatchObject(VERIFIED);
    expect(await visit(browser, tab, sites.url('signed'))).toMatchObject(SIGNED);
    const loads = requestsTo('/cached');
    sites.swap('verified', true);
    const seen = await visit(browser, tab, url);
    expect(requestsTo('/cached')).toBe(loads);
    // The debugger asks the site again, and says so; the others know with which certificate the page once came.
    expect(seen).toMatchObject(target === CHROMIUM ? MISMATCH : VERIFIED);
    const how = target === CHROMIUM ? 'asked again' : 'with the response';
    expect(seen.report?.certificate).toMatchObject({ how });
  });

  test('a page that the site’s own service worker made', async () => {
    await visit(browser, tab, sites.url('verified', '/page'));
    await tab.evaluate(
      `await navigator.serviceWorker.register('/worker.js');
      if (navigator.serviceWorker.controller === null) {
        await new Promise((done) => { navigator.serviceWorker.oncontrollerchange = done; });
      }`,
    );
    try {
      const loads = requestsTo('/from-worker');
      const seen = await visit(browser, tab, sites.url('verified', '/from-worker'));
      expect(await tab.evaluate('return document.title')).toBe('from worker');
      expect(requestsTo('/from-worker')).toBe(loads);
      expect(seen).toMatchObject(target === CHROMIUM ? VERIFIED : UNREAD);
      if (target === CHROMIUM) expect(seen.report?.certificate).toMatchObject({ how: 'asked again' });
      else expect(why(seen)).toBe('no connection seen');
    } finally {
      await tab.evaluate('for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();');
    }
  });

  test('a page made ready behind the scenes counts when it is shown, and not before', async () => {
    const ready = sites.url('verified', '/ready');
    const start = sites.url('verified', `/prerender?${encodeURIComponent(ready)}`);
    expect(await visit(browser, tab, start)).toMatchObject(VERIFIED);
    if (target !== FIREFOX) await expect.poll(() => requestsTo('/ready')).toBeGreaterThan(0);
    await sleep(300);
    expect((await stateOf(tab.id))?.pending).toBeUndefined();
    expect((await stateOf(tab.id))?.shown?.url).toBe(start);
    await tab.evaluate("document.querySelector('#go').click();").catch(() => undefined);
    await expect.poll(async () => (await stateOf(tab.id))?.shown?.url).toBe(ready);
    const seen = await now();
    // With the feature, the certificate passed by before there was a tab to show it in.
    if (target.securityInfoFeature === true) expect([why(seen), seen.badge]).toEqual(['no connection seen', 'i']);
    else expect(seen).toMatchObject(VERIFIED);
  });

  test('a discarded tab: no verdict of before once it is loaded again with another certificate', async () => {
    const sleeper = await browser.openTab();
    await visit(browser, sleeper, sites.url('verified', '/discarded'));
    await activateTab(browser, tab);
    const id = await browser.inExtension<number>('return (await chrome.tabs.discard(given))?.id ?? given;', sleeper.id);
    const loads = requestsTo('/discarded');
    sites.swap('verified', true);
    await browser.inExtension('await chrome.tabs.update(given, { active: true });', id);
    // Chromium's tab is a new one, with nothing to show yet; Firefox's kept what it showed.
    if (target === FIREFOX) await sleep(500);
    await expect.poll(async () => (await stateOf(id))?.shown?.report).toBeDefined();
    // Restored out of a cache, it is still the document that came with the first certificate.
    const isOld = requestsTo('/discarded') === loads && target !== CHROMIUM;
    expect((await stateOf(id))?.shown?.report?.verdict).toBe(isOld ? 'verified' : 'mismatch');
    await browser.inExtension('await chrome.tabs.remove(given);', id);
  });

  test('a download and an answer without content leave the page, its verdict, and nothing under way', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    for (const path of ['/empty', '/download']) {
      const before = requestsTo(path);
      await tab.evaluate('location.href = given;', sites.url('mismatch', path));
      await expect.poll(() => requestsTo(path)).toBeGreaterThan(before);
      expect(await readToolbar(browser, tab)).toMatchObject({ badge: VERIFIED.badge });
    }
    await expect.poll(async () => (await stateOf(tab.id))?.pending, { timeout: DOWNLOAD_LIMIT_MS }).toBeUndefined();
    expect(await now()).toMatchObject(VERIFIED);
  });

  test('a PDF is a document of its site', async () => {
    for (const [kind, expected] of [
      ['verified', VERIFIED],
      ['mismatch', MISMATCH],
    ] as const) {
      await visit(browser, tab, sites.url(kind, '/document.pdf'));
      // The viewer comes in a second step, and Chromium blanks the button meanwhile.
      await expect.poll(async () => (await now()).badge).not.toBe('');
      const seen = await now();
      // Chromium's viewer is an extension of its own, and may keep the debugger out.
      if (target === CHROMIUM && seen.verdict === 'unread') expect(why(seen)).toBe('debugger refused');
      else expect(seen).toMatchObject(expected);
    }
  });

  test('the source of a page: what came with it, or none, and nothing of the page before', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    await tab.open(`view-source:${sites.url('mismatch', '/page')}`);
    await expect
      .poll(async () => (await stateOf(tab.id))?.shown?.url)
      .toBe(`${target === FIREFOX ? 'view-source:' : ''}${sites.url('mismatch', '/page')}`);
    await expect.poll(async () => (await stateOf(tab.id))?.shown?.report).toBeDefined();
    const { verdict, certificate } = (await stateOf(tab.id))!.shown!.report!;
    if (target === FIREFOX) expect(verdict).toBe('off');
    else if (target === CHROMIUM) {
      expect({ verdict, certificate }).toEqual({
        verdict: 'unread',
        certificate: { kind: 'none', why: 'debugger refused' },
      });
    } else expect(verdict).toBe('mismatch');
  });
});
