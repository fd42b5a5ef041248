/** Protection, by whatever way a page comes: redirects, forms, downloads, workers, caches, slow answers, other hosts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Settings } from '../../src/extension/settings.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, type Seen, visit, waitForVerdict } from './drivers/extension.ts';
import { PROTECTED, type ProtectedSites, SECRET, SLOW_DNS_MS, startProtectedSites } from './protected-sites.ts';
import { stoppedPages } from './stopped.ts';
import { FIREFOX, launchTarget, STOCK } from './targets.ts';

let sites: ProtectedSites;
beforeAll(async () => {
  sites = await startProtectedSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  const holds = target === FIREFOX;
  let browser: BrowserUnderTest;
  let pages: ReturnType<typeof stoppedPages>;
  let tab: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: sites.hosts, authorityPem: sites.authorityPem });
    pages = stoppedPages(browser);
    await choose({ protection: 'block' });
  });
  beforeEach(async () => {
    tab = await browser.openTab();
    return () => tab.close();
  });
  afterAll(() => browser?.close());

  const choose = (choices: Partial<Settings>, resolverUrl = sites.resolverUrl) =>
    configure(browser, { resolverUrl, anchors: sites.anchorsText }, choices);
  const text = () => tab.evaluate<string>('return document.body.textContent');
  const withMendedZone = async (act: () => Promise<void>) => {
    sites.mend(true);
    // No rule that was made of the broken zone is left, and no answer.
    await choose({ protection: 'show' });
    await choose({ protection: 'block' });
    await forgetAnswers();
    if (!holds) await expect.poll(stopRules).toBe(0);
    try {
      await act();
    } finally {
      sites.mend(false);
      await forgetAnswers();
    }
  };
  const forgetAnswers = () => browser.inExtension("await chrome.runtime.sendMessage({ kind: 'clear-cache' });");
  /** Chromium's. */
  const stopRules = () =>
    browser.inExtension<number>('return (await chrome.declarativeNetRequest.getSessionRules()).length;');
  const untilOver = async ({ report }: Seen) => {
    while (Date.now() / 1000 <= report!.validUntil + 1) await sleep(50);
  };

  test('a redirect to a stopped page', async () => {
    await pages.open(tab, sites.url('verified', `/to?${encodeURIComponent(sites.url('mismatch', '/target'))}`));
    expect((await pages.warned(tab)).host).toContain(PROTECTED.mismatch);
  });

  test('a redirect from a host that is stopped, to one that is not: each hop is judged', async () => {
    const target = sites.url('verified', '/beyond');
    await pages.open(tab, sites.url('bogus', `/to?${encodeURIComponent(target)}`));
    expect((await pages.warned(tab)).host).toContain(PROTECTED.bogus);
    if (holds) expect(sites.requested('verified', '/beyond')).toBe(0);
  });

  test('a form sent there, and a link followed', async () => {
    const url = sites.url('mismatch', '/posted');
    await tab.open(sites.url('verified', `/form?${encodeURIComponent(url)}`));
    await tab.click('#send');
    expect((await pages.warned(tab)).host).toContain(PROTECTED.mismatch);
    await tab.open(sites.url('verified', `/links?${encodeURIComponent(sites.url('bogus', '/linked'))}`));
    await tab.click('#link');
    expect((await pages.warned(tab)).host).toContain(PROTECTED.bogus);
  });

  test('a page cannot open our page, frame it, or go on through it', async () => {
    await pages.open(tab, sites.url('mismatch', '/for-its-address'));
    await pages.warned(tab);
    const address = await tab.url();
    await tab.open(sites.url('verified', '/attacker'));
    const framed = await tab.evaluate<boolean>(
      `const frame = document.createElement('iframe');
      frame.src = given;
      document.body.append(frame);
      await new Promise((done) => { frame.onload = done; frame.onerror = done; setTimeout(done, 1500); });
      try { return frame.contentDocument === null && frame.contentWindow.location.href === given; } catch { return false; }`,
      address,
    );
    expect(framed).toBe(false);
    await tab.evaluate('setTimeout(() => { location.href = given; }, 0);', address);
    await sleep(1000);
    expect(await pages.isWarning(tab)).toBe(false);
    const isOwn = await browser.inExtension<boolean>(
      'return (chrome.runtime.getManifest().web_accessible_resources ?? []).length === 0;',
    );
    expect(isOwn).toBe(true);
  });

  test('a stopped background wakes up for it', async () => {
    expect(await browser.stopWorker()).toBe(true);
    await pages.open(tab, sites.url('mismatch', '/asleep'));
    expect((await pages.warned(tab)).host).toContain(PROTECTED.mismatch);
    if (holds) expect(sites.requested('mismatch', '/part')).toBe(0);
  });

  if (holds) {
    test('a download is stopped before it is one', async () => {
      await pages.open(tab, sites.url('mismatch', '/download'));
      expect((await pages.warned(tab)).host).toContain(PROTECTED.mismatch);
    });
  }

  test('out of the back/forward cache, after its zone broke', async () => {
    await withMendedZone(async () => {
      const kept = await visit(browser, tab, sites.url('bogus', '/kept'));
      expect(kept).toMatchObject({ verdict: 'verified' });
      expect(await visit(browser, tab, sites.url('verified', '/after'))).toMatchObject({ verdict: 'verified' });
      await untilOver(kept);
    });
    await tab.back().catch(() => undefined);
    expect((await pages.warned(tab)).host).toContain(PROTECTED.bogus);
  });

  test('a page that its service worker makes, without a connection', async () => {
    await withMendedZone(async () => {
      await tab.open(sites.url('bogus', '/worker'));
      await expect.poll(() => tab.evaluate('return document.title'), { timeout: 10_000 }).toContain('ready');
      expect(await visit(browser, tab, sites.url('bogus', '/from-worker'))).toMatchObject({ loaded: true });
      expect(await text()).toContain(SECRET);
      expect(await visit(browser, tab, sites.url('verified', '/after-worker'))).toMatchObject({ verdict: 'verified' });
    });
    await pages.open(tab, sites.url('bogus', '/from-worker'));
    expect((await pages.warned(tab)).host).toContain(PROTECTED.bogus);
  });

  test('a page that was judged sound stays, whatever a later check says', async () => {
    await withMendedZone(async () => {
      expect(await visit(browser, tab, sites.url('bogus', '/read'))).toMatchObject({ verdict: 'verified' });
    });
    const { report } = await waitForVerdict(browser, tab);
    await browser.inExtension('await chrome.runtime.sendMessage({ kind: "check-again", tab: given });', tab.id);
    await expect
      .poll(() => waitForVerdict(browser, tab).then((seen) => seen.verdict), { timeout: 20_000 })
      .toBe('bogus');
    expect(report).toBeDefined();
    expect(await tab.url()).toBe(sites.url('bogus', '/read'));
    expect(await text()).toContain(SECRET);
  });

  describe('what pages load from other hosts', () => {
    beforeAll(() => choose({ protection: 'block', checkHosts: true, protectHosts: true }));
    afterAll(() => choose({ protection: 'block' }));

    test('is stopped, and the page stays', async () => {
      const url = (kind: 'mismatch' | 'bogus' | 'signed') => sites.url('verified', `/uses?${PROTECTED[kind]}`);
      const isThere = () => tab.evaluate<boolean>('return document.querySelector("#used").naturalWidth > 0');
      expect(await visit(browser, tab, url('signed'))).toMatchObject({ verdict: 'verified' });
      await expect.poll(isThere, { timeout: 10_000 }).toBe(true);
      expect(await tab.evaluate('return document.title')).toContain('ran');

      // Chromium stops what comes after the verdict.
      await visit(browser, tab, url('bogus'));
      if (!holds) {
        await expect.poll(stopRules).toBeGreaterThan(0);
        await tab.reload();
      }
      await expect.poll(() => tab.evaluate('return document.readyState')).toBe('complete');
      expect(await isThere()).toBe(false);
      expect(await tab.url()).toContain('/uses');
      if (holds) {
        expect(await visit(browser, tab, url('mismatch'))).toMatchObject({ verdict: 'verified' });
        expect(await isThere()).toBe(false);
        expect(sites.requested('mismatch', '/part')).toBe(0);
      }
    });
  });

  const slowVerdicts = () => {
    test('is not waited for longer than the limit: the page is shown, and taken away later', async () => {
      await choose({ protection: 'block', waitLimitMs: 200 }, sites.slowResolverUrl);
      const before = sites.requested('mismatch', '/part');
      await pages.open(tab, sites.url('mismatch', '/late'));
      expect(sites.requested('mismatch', '/late')).toBe(1);
      await pages.warned(tab);
      expect(sites.requested('mismatch', '/part')).toBeGreaterThan(before);
    });

    test('is waited for, where that was chosen', async () => {
      await choose({ protection: 'block', waitLimitMs: 200, whenLate: 'hold' }, sites.slowResolverUrl);
      const before = sites.requested('mismatch', '/part');
      const start = performance.now();
      await pages.open(tab, sites.url('mismatch', '/held'));
      await pages.warned(tab);
      expect(performance.now() - start).toBeGreaterThan(SLOW_DNS_MS);
      expect(sites.requested('mismatch', '/part')).toBe(before);
    });
  };
  // Chromium lets nobody hold a page.
  if (holds) describe('a verdict that takes long', slowVerdicts);
});
