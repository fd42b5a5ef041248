/** The button is right for its tab, wherever the tab goes and whichever tab is in front. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activateTab, activeTabId, type BrowserUnderTest, readToolbar, type Tab } from './drivers/browser.ts';
import { reload, visit, waitForVerdict } from './drivers/extension.ts';
import { type Sites, SLOW_MS, startSites } from './sites.ts';
import { ALL, launchTarget } from './targets.ts';

const VERIFIED = { verdict: 'verified', badge: '✓' };
const MISMATCH = { verdict: 'mismatch', badge: '✗' };
const SIGNED = { verdict: 'signed', badge: '–' };
const BLANK = { verdict: 'off', badge: '' };

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
    return () => tab.close();
  });
  afterAll(() => browser?.close());

  const now = () => waitForVerdict(browser, tab);

  test('from site to site in one tab', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    expect(await visit(browser, tab, sites.url('mismatch'))).toMatchObject(MISMATCH);
    expect(await visit(browser, tab, sites.url('signed'))).toMatchObject(SIGNED);
    expect(await visit(browser, tab, sites.url('verified', '/again'))).toMatchObject(VERIFIED);
    expect(await visit(browser, tab, 'about:blank')).toMatchObject(BLANK);
  });

  test('a link followed in the page', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    await tab
      .evaluate(
        'location.href = given; await new Promise((done) => addEventListener("pagehide", done));',
        sites.url('mismatch'),
      )
      .catch(endedByNavigation);
    await expect.poll(() => tab.url()).toBe(sites.url('mismatch'));
    expect(await now()).toMatchObject(MISMATCH);
  });

  test('reload', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    for (let count = 0; count < 2; count += 1) {
      expect(await reload(browser, tab)).toMatchObject(VERIFIED);
    }
  });

  test('a move within the document keeps the verdict', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    await tab.evaluate("history.pushState(null, '', '/pushed'); location.hash = 'part';");
    await sleep(200);
    expect(await now()).toMatchObject(VERIFIED);
    expect(await tab.url()).toBe(sites.url('verified', '/pushed#part'));
  });

  test('back and forward, out of the back/forward cache', async () => {
    expect(await visit(browser, tab, sites.url('verified', '/first'))).toMatchObject(VERIFIED);
    expect(await visit(browser, tab, sites.url('mismatch', '/second'))).toMatchObject(MISMATCH);
    expect(await visit(browser, tab, sites.url('signed', '/third'))).toMatchObject(SIGNED);
    const loads = sites.requests.filter((request) => request.endsWith('/first') || request.endsWith('/second')).length;

    await tab.back();
    expect(await now()).toMatchObject(MISMATCH);
    expect(await tab.evaluate('return document.title')).toBe('kept');
    await tab.back();
    expect(await now()).toMatchObject(VERIFIED);
    expect(await tab.evaluate('return document.title')).toBe('kept');
    await tab.forward();
    expect(await now()).toMatchObject(MISMATCH);
    await tab.forward();
    expect(await now()).toMatchObject(SIGNED);
    // None of it was loaded again, so the certificates shown are those of the first visits.
    const after = sites.requests.filter((request) => request.endsWith('/first') || request.endsWith('/second')).length;
    expect(after).toBe(loads);
  });

  test('a redirect to another host: the verdict is the one of where it ends', async () => {
    const to = (kind: 'verified' | 'mismatch' | 'signed') =>
      `/to?${encodeURIComponent(sites.url(kind, '/redirected'))}`;
    const verified = await visit(browser, tab, sites.url('mismatch', to('verified')));
    expect(verified).toMatchObject(VERIFIED);
    expect(verified.report?.host).toBe('right.example');
    const mismatch = await visit(browser, tab, sites.url('verified', to('mismatch')));
    expect(mismatch).toMatchObject(MISMATCH);
    expect(mismatch.report?.host).toBe('wrong.example');
  });

  test('two tabs on two sites, each with its own button, whichever is in front', async () => {
    const other = await browser.openTab();
    try {
      expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
      expect(await visit(browser, other, sites.url('mismatch'))).toMatchObject(MISMATCH);
      for (const front of [tab, other, tab]) {
        await activateTab(browser, front);
        expect(await activeTabId(browser)).toBe(front.id);
        // Time enough for a wrong repaint to show.
        await sleep(150);
        expect(await readToolbar(browser, tab)).toMatchObject({ badge: VERIFIED.badge });
        expect(await readToolbar(browser, other)).toMatchObject({ badge: MISMATCH.badge });
      }
      expect(await visit(browser, other, sites.url('signed'))).toMatchObject(SIGNED);
      expect(await now()).toMatchObject(VERIFIED);
    } finally {
      await other.close();
    }
  });

  test('a page that is slow to come: until then the button stays with the page that is shown', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    const start = performance.now();
    await tab.evaluate('setTimeout(() => { location.href = given; });', sites.url('mismatch', '/slow'));
    // The lookup is done long before the page: its verdict must not be shown on the page before.
    while (performance.now() - start < SLOW_MS * 0.6) {
      expect(await readToolbar(browser, tab)).toMatchObject({ badge: VERIFIED.badge });
      await sleep(100);
    }
    await expect.poll(() => tab.url(), { timeout: 10_000 }).toBe(sites.url('mismatch', '/slow'));
    expect(await now()).toMatchObject(MISMATCH);
  });

  test('a site whose name does not resolve leaves no earlier verdict behind', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    const seen = await visit(browser, tab, 'https://nowhere.example:4433/');
    expect(seen.loaded).toBe(false);
    expect(seen.verdict).not.toBe('verified');
    expect(seen.badge).not.toBe(VERIFIED.badge);
  });

  test('the background ends and starts anew: the button stays, and the next visit is checked', async () => {
    expect(await visit(browser, tab, sites.url('verified'))).toMatchObject(VERIFIED);
    expect(await browser.stopWorker()).toBe(true);
    expect(await readToolbar(browser, tab)).toMatchObject({ badge: VERIFIED.badge });
    // Whatever wakes it, a look at the tab here, it finds its state again.
    const other = await browser.openTab();
    await other.close();
    await activateTab(browser, tab);
    expect(await now()).toMatchObject(VERIFIED);
    expect(await browser.stopWorker()).toBe(true);
    expect(await visit(browser, tab, sites.url('mismatch'))).toMatchObject(MISMATCH);
  });
});

/** The page that ran the script is gone before it could answer. */
function endedByNavigation(error: unknown): void {
  if (!/context|navigat|destroyed|unloaded|discarded|aborted/i.test(String(error))) throw error;
}
