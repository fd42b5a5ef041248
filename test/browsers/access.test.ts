/** B19 Access to sites taken back by the person, and given again: the extension says so, and asks nobody meanwhile. */
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
      resolver: { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText },
    });
    page = await browser.openTab();
    own = await browser.openTab();
  });
  afterAll(() => browser?.close());

  /** As the person does among the browser's own pages about extensions. */
  const setAccess = async (given: boolean) => {
    if (target.name === 'firefox') {
      await browser.inExtension("await chrome.permissions.remove({ origins: ['*://*/*'] });");
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

  test('given again, by the button where the browser lets a test press it, the page is checked', async () => {
    if (target.name === 'firefox') {
      await own.click('#access-allow');
      await expect.poll(hasAccess).toBe(true);
    } else {
      await setAccess(true);
    }
    await expect
      .poll(async () => (await visit(browser, page, sites.url('verified', '/again'))).verdict, { timeout: 15_000 })
      .toBe('verified');
    await expect.poll(await accessIn('options/options.html')).toEqual({ shown: true, button: false });
  });
});
