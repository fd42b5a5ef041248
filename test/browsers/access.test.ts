/**
 * B19 Access to sites taken back by the person, refused, and given again: the extension says so, and asks nobody
 * meanwhile. Firefox's own question is answered as by hand; Chromium's is a window that no driver reaches.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TabState } from '../../src/extension/tab-state.ts';
import { type BrowserUnderTest, readToolbar, type Tab } from './drivers/browser.ts';
import { popupPath, popupShown, visit } from './drivers/extension.ts';
import { HOSTS, type Sites, startSites } from './sites.ts';
import { launchTarget, STOCK } from './targets.ts';

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let page: Tab;
  let own: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: sites.hosts,
      authorityPem: sites.authorityPem,
      asks: true,
      resolver: { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText },
    });
    page = await browser.openTab();
    own = await browser.openTab();
  });
  afterAll(() => browser?.close());

  /** As the person does among the browser's own pages about extensions. */
  const setAccess = async (given: boolean) => {
    if (target.name === 'firefox') {
      await own.open('about:addons');
      await own.evaluate(
        `await gViewController.loadView('addons://detail/' + given);
        const found = async (selector) => {
          while (document.querySelector(selector) === null) await new Promise((resolve) => setTimeout(resolve, 25));
          return document.querySelector(selector);
        };
        (await found('[name="permissions"]')).click();
        (await found('moz-toggle[permission-type="origin"]')).click();`,
        await browser.inExtension('return chrome.runtime.id;'),
      );
    } else {
      await own.open('chrome://extensions/');
      const extensionId = new URL(browser.extensionOrigin).host;
      await own.evaluate('await chrome.developerPrivate.updateExtensionConfiguration(given);', {
        extensionId,
        hostAccess: given ? 'ON_ALL_SITES' : 'ON_CLICK',
      });
    }
    await expect.poll(hasAccess).toBe(given);
  };
  const stateOf = ({ id }: Tab) =>
    browser.inExtension<TabState | null>(
      "const key = 'tab:' + given; return (await chrome.storage.session.get(key))[key] ?? null;",
      id,
    );
  const hasAccess = () => browser.inExtension("return chrome.permissions.contains({ origins: ['*://*/*'] });");
  const accessIn = async (path: string) => {
    await own.open(`${browser.extensionOrigin}/${path}`);
    return () =>
      own.evaluate(
        `const [section, words, button] = ['#access', '#access-words', '#access-allow'].map((id) => document.querySelector(id));
        const shown = !section.hidden && words.textContent !== '';
        return { shown, button: shown && !button.hidden };`,
      );
  };

  test('while it is there, the options say so and the popup has nothing to say of it', async () => {
    expect(await visit(browser, page, sites.url('verified', '/before'))).toMatchObject({ verdict: 'verified' });
    await expect.poll(await accessIn('options/options.html')).toEqual({ shown: true, button: false });
    await expect.poll(await accessIn(popupPath(page))).toEqual({ shown: false, button: false });
  });

  test('once it is gone nobody is asked; button, popup and options say why', async () => {
    await setAccess(false);
    const before = sites.asked.length;
    await page.open(sites.url('mismatch', '/gone'));
    // The browser tells the extension no URL of that tab any more, but which page it has come to.
    const reason = async () => (await stateOf(page))?.shown?.report?.reason;
    await expect.poll(reason).toEqual({ code: 'no-access', host: HOSTS.mismatch });
    await expect.poll(async () => (await readToolbar(browser, page)).badge).toBe('?');
    await expect.poll(await accessIn(popupPath(page))).toEqual({ shown: true, button: true });
    expect(await popupShown(own)).toMatchObject({ sentence: `Danelaw is not allowed to see ${HOSTS.mismatch}.` });
    await expect.poll(await accessIn('options/options.html')).toEqual({ shown: true, button: true });
    const title = await browser.inExtension('return chrome.action.getTitle({});');
    expect(title).toContain('no access to sites');
    expect(sites.asked.length).toBe(before);
  });

  if (target.name === 'firefox') {
    const refusal = (selector: string) =>
      own.evaluate<string>(
        'const said = document.querySelector(given); return said.hidden ? "" : said.textContent;',
        selector,
      );

    test.each([
      ['options/options.html', 'refuse'],
      ['options/options.html', 'dismiss'],
      ['popup', 'refuse'],
    ] as const)(
      'in %s, where the person answers the browser with %s, it says what else there is to do',
      async (place, answer) => {
        const before = sites.asked.length;
        const shown = await accessIn(place === 'popup' ? popupPath(page) : place);
        await expect.poll(shown).toEqual({ shown: true, button: true });
        expect(await refusal('#access-refused')).toBe('');
        await own.click('#access-allow');
        expect(await browser.answerQuestion(answer)).toContain('Danelaw');
        await expect.poll(() => refusal('#access-refused')).toMatch(/^Access was not given, .* about:addons/);
        expect(await shown()).toEqual({ shown: true, button: true });
        expect(await hasAccess()).toBe(false);
        expect(sites.asked.length).toBe(before);
      },
    );

    test('a no on the first-run page starts nothing, and says so', async () => {
      const settings = await browser.inExtension<object>(
        `const { settings } = await chrome.storage.local.get('settings');
        await chrome.storage.local.remove('settings');
        return settings;`,
      );
      await own.open(`${browser.extensionOrigin}/welcome/welcome.html`);
      await own.click('#resolvers input[type="radio"]');
      await own.click('#checking-each-page');
      await own.click('#start');
      expect(await browser.answerQuestion('refuse')).toContain('Danelaw');
      await expect.poll(() => refusal('#start-fault')).toContain('Nothing was started');
      const stored = await browser.inExtension<object>("return chrome.storage.local.get('settings');");
      expect(stored).toEqual({});
      await browser.inExtension('await chrome.storage.local.set({ settings: given });', settings);
      await own.open(`${browser.extensionOrigin}/options/options.html`);
    });
  }

  test('given again, by the button where the browser lets a test press it, the page is checked', async () => {
    if (target.name === 'firefox') {
      await own.click('#access-allow');
      expect(await browser.answerQuestion('allow')).toContain('Danelaw');
      await expect.poll(hasAccess).toBe(true);
      expect(await accessIn('options/options.html').then((shown) => shown())).toEqual({ shown: true, button: false });
    } else {
      await setAccess(true);
    }
    await expect
      .poll(async () => (await visit(browser, page, sites.url('verified', '/again'))).verdict, { timeout: 15_000 })
      .toBe('verified');
    await expect.poll(await accessIn('options/options.html')).toEqual({ shown: true, button: false });
  });
});
