/** B21 An administrator's policy, read by the browsers themselves: what is locked, what is preset, and what that does. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activateTab, type BrowserUnderTest, type Tab } from './drivers/browser.ts';
import { launchWithExtension, visit } from './drivers/extension.ts';
import { type ManagedExtension, manageExtension } from './policies.ts';
import { type Sites, startSites } from './sites.ts';
import { STOCK } from './targets.ts';

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', ({ name }) => {
  let extension: ManagedExtension;
  let browser: BrowserUnderTest;
  let page: Tab;
  let options: Tab;
  beforeAll(async () => {
    const build = fileURLToPath(new URL(`../../dist/${name === 'firefox' ? 'firefox' : 'chrome'}`, import.meta.url));
    extension = manageExtension(name, build, {
      preset: { protection: 'warn', allowSha1: true },
      locked: { resolverUrl: sites.resolverUrl, consent: true, anchors: sites.anchorsText },
    });
    browser = await launchWithExtension(name, {
      extensionFolder: extension.folder,
      hosts: sites.hosts,
      authorityPem: sites.authorityPem,
      headless: true,
      decided: true,
    });
    page = await browser.openTab();
    options = await browser.openTab();
  });
  afterAll(async () => {
    await browser?.close();
    extension?.remove();
  });

  const stored = () =>
    browser.inExtension<object | null>("return (await chrome.storage.local.get('settings')).settings ?? null;");
  const isDisabled = (selector: string) =>
    options.evaluate<boolean>('return document.querySelector(given).matches(":disabled")', selector);
  const isChecked = (selector: string) =>
    options.evaluate<boolean>('return document.querySelector(given).checked', selector);

  test('B21 the locked resolver is asked with no page of ours before it, and nothing is stored', async () => {
    // Chromium may hand on its policy only now: then the tab in front is checked anew, and others when they are seen.
    await activateTab(browser, page);
    expect(await visit(browser, page, sites.url('verified'))).toMatchObject({ verdict: 'verified', badge: '✓' });
    expect(sites.asked.length).toBeGreaterThan(0);
    expect(await stored()).toBeNull();
    const welcomed = await browser.inExtension<number>(
      "return (await chrome.tabs.query({ url: chrome.runtime.getURL('welcome/*') })).length;",
    );
    expect(welcomed).toBe(0);
  });

  test('B21 the options show what is locked, say why, and let nobody change it', async () => {
    await options.open(`${browser.extensionOrigin}/options/options.html`);
    const state = () => options.evaluate<string>("return document.querySelector('#resolver-state').textContent");
    await expect.poll(state).toContain(sites.resolverUrl);
    const locked = await options.evaluate<readonly [string, string, readonly boolean[]][]>(
      `return [...document.querySelectorAll('[data-settings]:has(> .locked, > :not([data-settings]) .locked, .locked)')]
        .map((part) => [part.dataset.settings, part.querySelector('.locked').textContent,
          [...part.querySelectorAll('input, select, textarea, button')].map((field) => field.matches(':disabled'))]);`,
    );
    expect(locked.map(([settings]) => settings)).toEqual(['resolverUrl secondResolverUrl consent', 'anchors']);
    for (const [, why, fields] of locked) {
      expect(why).toMatch(/administrator/i);
      expect(fields.length).toBeGreaterThan(0);
      expect(fields).not.toContain(false);
    }
  });

  test('B21 what is preset counts, until the person changes a setting', async () => {
    expect(await isChecked('#protection-warn')).toBe(true);
    expect(await isDisabled('#protection-warn')).toBe(false);
    expect(await isChecked('#sha1')).toBe(true);
    await options.click('#protection-show');
    // All of what was preset becomes the person's own, but for what they changed.
    await expect.poll(stored).toMatchObject({ allowSha1: true });
    expect(await stored()).not.toHaveProperty('protection');
    expect(await visit(browser, page, sites.url('mismatch'))).toMatchObject({ verdict: 'mismatch', loaded: true });
    await options.reload();
    await expect.poll(() => isChecked('#protection-show')).toBe(true);
    await expect.poll(() => isDisabled('#resolver-use')).toBe(true);
  });
});
