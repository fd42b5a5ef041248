/** Protection: what is stopped and what is not, on each verdict, and the ways on from there. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Settings } from '../../src/extension/settings.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, visit, waitForVerdict } from './drivers/extension.ts';
import { KINDS, type Kind, PROTECTED, type ProtectedSites, SECRET, startProtectedSites } from './protected-sites.ts';
import { stoppedPages } from './stopped.ts';
import { FIREFOX, launchTarget, STOCK } from './targets.ts';

let sites: ProtectedSites;
beforeAll(async () => {
  sites = await startProtectedSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  /** Responses can be held until their verdict is there. */
  const holds = target === FIREFOX;
  let browser: BrowserUnderTest;
  let pages: ReturnType<typeof stoppedPages>;
  let tab: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: sites.hosts, authorityPem: sites.authorityPem });
    pages = stoppedPages(browser);
    // Which documents a tab showed, be it for a moment.
    await browser.inExtension(
      `const { dataset } = document.documentElement;
      dataset.shown = '';
      chrome.webNavigation.onCommitted.addListener(({ frameId, url }) => {
        if (frameId === 0) dataset.shown += url + '\\n';
      });`,
    );
  });
  beforeEach(async () => {
    tab = await browser.openTab();
    return () => tab.close();
  });
  afterAll(() => browser?.close());

  const choose = (choices: Partial<Settings>, resolverUrl = sites.resolverUrl) =>
    configure(browser, { resolverUrl, anchors: sites.anchorsText }, choices);
  const shownEver = (url: string) =>
    browser.inExtension<boolean>("return document.documentElement.dataset.shown.split('\\n').includes(given);", url);
  const text = (of = tab) => of.evaluate<string>('return document.body.textContent');

  describe.each(['show', 'warn', 'block'] as const)('%s', (protection) => {
    beforeAll(() => choose({ protection }));

    test.each(KINDS)('%s', async (kind: Kind) => {
      const url = sites.url(kind, `/${protection}-${kind}`);
      const before = sites.requested(kind, '/part');
      if (protection !== 'show' && (kind === 'mismatch' || kind === 'bogus')) {
        await pages.open(tab, url);
        const warning = await pages.warned(tab);
        expect(warning.host).toBe(new URL(url).host);
        expect(warning.title).toContain(PROTECTED[kind]);
        expect(warning.why).not.toBe('');
        expect(warning.proceed).toBe(protection === 'warn');
        expect(await text()).not.toContain(SECRET);
        if (holds) {
          expect(sites.requested(kind, '/part') - before).toBe(0);
          expect(await shownEver(url)).toBe(false);
        }
        return;
      }
      expect(await visit(browser, tab, url)).toMatchObject({ verdict: kind, loaded: true });
      expect(await text()).toContain(SECRET);
      expect(await tab.url()).toBe(url);
      expect(await shownEver(url)).toBe(true);
    });
  });

  describe('ways on', () => {
    beforeAll(() => choose({ protection: 'warn' }));

    test.each(['mismatch', 'bogus'] as const)('%s: continue once, and no more than once', async (kind) => {
      const url = sites.url(kind, '/once');
      await pages.open(tab, url);
      await pages.warned(tab);
      await pages.press(tab, 'once');
      await pages.at(tab, url);
      await expect.poll(() => text().catch(() => ''), { timeout: 10_000 }).toContain(SECRET);
      await expect.poll(() => sites.requested(kind, '/part'), { timeout: 10_000 }).toBeGreaterThan(0);
      // The verdict is there by now, and did not take it away.
      expect(await waitForVerdict(browser, tab)).toMatchObject({ verdict: kind });
      expect(await tab.url()).toBe(url);
      await tab.reload().catch(() => undefined);
      await pages.warned(tab);
    });

    test('mismatch: continue for this session, in other windows, until the certificate changes', async () => {
      const url = sites.url('mismatch', '/session');
      await pages.open(tab, url);
      await pages.warned(tab);
      await pages.press(tab, 'session');
      await pages.at(tab, url);
      expect(await visit(browser, tab, sites.url('mismatch', '/next'))).toMatchObject({ verdict: 'mismatch' });
      const other = await browser.openTab();
      expect(await visit(browser, other, url)).toMatchObject({ verdict: 'mismatch' });
      expect(await other.url()).toBe(url);

      sites.swap('mismatch');
      await pages.open(other, sites.url('mismatch', '/swapped'));
      expect((await pages.warned(other)).host).toContain(PROTECTED.mismatch);
      await other.close();
    });

    test('V15 an exception ends by itself, and one that somebody made longer does, too', async () => {
      const url = sites.url('bogus', '/exception');
      await pages.open(tab, url);
      await pages.warned(tab);
      await pages.press(tab, 'session');
      await pages.at(tab, url);
      const life = await browser.inExtension<number>(
        `const { exceptions } = await chrome.storage.session.get('exceptions');
        const own = exceptions.find(({ host }) => host === given);
        return own.until - own.madeAt;`,
        PROTECTED.bogus,
      );
      expect(life).toBe(7 * 24 * 3600);
      // Made eight days ago, to last for a year: with the next start of the background it is over.
      expect(await browser.stopWorker()).toBe(true);
      await browser.inExtension(
        `const { exceptions } = await chrome.storage.session.get('exceptions');
        const day = 24 * 3600;
        const changed = exceptions.map((one) => ({ ...one, madeAt: one.madeAt - 8 * day, until: one.until + 365 * day }));
        await chrome.storage.session.set({ exceptions: changed });`,
      );
      await pages.open(tab, sites.url('bogus', '/exception-over'));
      await pages.warned(tab);
    });

    test('blocked: no message of the page gets through what is blocked', async () => {
      await choose({ protection: 'block' });
      const url = sites.url('mismatch', '/blocked');
      await pages.open(tab, url);
      await pages.warned(tab);
      const stop = (await tab.url()).split('?')[1];
      const answer = await tab.evaluate(
        'return chrome.runtime.sendMessage({ kind: "proceed", stop: given, how: "session" });',
        stop,
      );
      expect(answer).toEqual({ kind: 'nothing' });
      await choose({ protection: 'warn' });
    });

    test('try again: judged anew, and shown once its zone is mended', async () => {
      const url = sites.url('bogus', '/again');
      await pages.open(tab, url);
      await pages.warned(tab);
      sites.mend(true);
      try {
        await expect
          .poll(
            async () => {
              if (!(await pages.isWarning(tab))) return tab.url();
              await pages.press(tab, 'again').catch(() => undefined);
              return '';
            },
            { timeout: 60_000, interval: 1000 },
          )
          .toBe(url);
        expect(await text()).toContain(SECRET);
      } finally {
        sites.mend(false);
        // What was proven of the mended zone must not speak for the broken one.
        await choose({ protection: 'show' });
        await choose({ protection: 'warn' });
      }
    });

    test('go back, from a tab with nothing behind, too', async () => {
      const from = sites.url('verified', '/from');
      expect(await visit(browser, tab, from)).toMatchObject({ verdict: 'verified' });
      await pages.open(tab, sites.url('mismatch', '/to-back'));
      await pages.warned(tab);
      await pages.press(tab, 'back');
      await pages.at(tab, from);

      const opened = await browser.inExtension<number>(
        'return (await chrome.tabs.create({ url: given })).id;',
        sites.url('bogus', '/alone'),
      );
      const isOpen = (id: number) =>
        browser.inExtension<boolean>('return (await chrome.tabs.query({})).some(({ id }) => id === given);', id);
      const urlOf = (id: number) => browser.inExtension<string>('return (await chrome.tabs.get(given)).url ?? "";', id);
      await expect.poll(() => urlOf(opened).then((url) => url.startsWith(pages.root)), { timeout: 10_000 }).toBe(true);
      // Before it is drawn its buttons do nothing yet.
      const press = async () =>
        browser.inExtension<boolean>(
          `const view = chrome.extension.getViews({ type: 'tab' }).find(({ location }) => location.href === given);
          if (view?.document.documentElement.dataset.drawn !== 'true') return false;
          view.document.querySelector('#back').click();
          return true;`,
          await urlOf(opened),
        );
      await expect.poll(press, { timeout: 10_000 }).toBe(true);
      await expect.poll(() => isOpen(opened), { timeout: 10_000 }).toBe(false);
    });

    test('the browser’s own back and forward lead past what was stopped, and never in a circle', async () => {
      const from = sites.url('verified', '/before');
      const url = sites.url('mismatch', '/circle');
      expect(await visit(browser, tab, from)).toMatchObject({ verdict: 'verified' });
      await pages.open(tab, url);
      await pages.warned(tab);
      await tab.back().catch(() => undefined);
      await pages.at(tab, from);
      await tab.forward().catch(() => undefined);
      await pages.warned(tab);
      await tab.back().catch(() => undefined);
      await pages.at(tab, from);
    });

    test('two windows: each with its own', async () => {
      const made = await browser.inExtension<{ id: number; tab: number }>(
        `const { id } = await chrome.windows.create({ url: given });
        const [tab] = await chrome.tabs.query({ windowId: id });
        return { id, tab: tab.id };`,
        sites.url('bogus', '/window'),
      );
      expect(await visit(browser, tab, sites.url('verified', '/window'))).toMatchObject({ verdict: 'verified' });
      const urlOf = (id: number) => browser.inExtension<string>('return (await chrome.tabs.get(given)).url ?? "";', id);
      await expect
        .poll(() => urlOf(made.tab).then((url) => url.startsWith(pages.root)), { timeout: 10_000 })
        .toBe(true);
      expect(await tab.url()).toBe(sites.url('verified', '/window'));
      // What one tab was stopped for means nothing in another.
      await pages.open(tab, await urlOf(made.tab));
      await expect
        .poll(() => tab.evaluate('return document.querySelector("#nothing")?.hidden'), { timeout: 10_000 })
        .toBe(false);
      await browser.inExtension('await chrome.windows.remove(given);', made.id);
    });
  });
});
