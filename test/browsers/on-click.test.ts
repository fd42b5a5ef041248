/** Checks on a click alone: chosen in the options, seen at the resolver, made by the popup's main button. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activateTab, type BrowserUnderTest, type Tab } from './drivers/browser.ts';
import { popupPath, popupShown, reload, visit, waitForVerdict } from './drivers/extension.ts';
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

  const openPopup = async () => {
    await own.open(`${browser.extensionOrigin}/${popupPath(page)}`);
    return popupShown(own);
  };
  const button = () =>
    own.evaluate<{ main: boolean; hidden: boolean; words: string }>(
      "const { classList, hidden, textContent } = document.querySelector('#again'); return { main: classList.contains('main'), hidden, words: textContent };",
    );
  const WAITING = {
    verdict: 'off',
    badge: '',
    title: `${HOSTS.verified}: not checked until you ask for it`,
    report: { reason: { code: 'on-click' } },
  };

  test('the option is chosen; then visits, redirects, reloads, tabs in front and the popup ask nobody', async () => {
    await own.open(`${browser.extensionOrigin}/options/options.html`);
    await own.click('#checking-on-click');
    await expect
      .poll(() => browser.inExtension("return (await chrome.storage.local.get('settings')).settings.checking;"))
      .toBe('on-click');
    const before = sites.asked.length;
    await expect.poll(async () => (await visit(browser, page, sites.url('verified', '/one'))).verdict).toBe('off');
    const target = encodeURIComponent(sites.url('verified', '/two'));
    expect(await visit(browser, page, sites.url('mismatch', `/to?${target}`))).toMatchObject(WAITING);
    expect(await reload(browser, page)).toMatchObject(WAITING);
    await activateTab(browser, own);
    await activateTab(browser, page);
    expect(await openPopup()).toMatchObject({ look: 'off', sentence: `${HOSTS.verified} is not checked yet.` });
    expect(await button()).toEqual({ main: true, hidden: false, words: 'Check this page' });
    expect(await waitForVerdict(browser, page)).toMatchObject(WAITING);
    expect(sites.asked.length).toBe(before);
  });

  test('the click checks that document, and the next one waits for its own', async () => {
    const before = sites.asked.length;
    await own.click('#again');
    await expect.poll(async () => (await waitForVerdict(browser, page)).verdict, { timeout: 10_000 }).toBe('verified');
    expect(await popupShown(own)).toMatchObject({ look: 'verified' });
    expect(await button()).toEqual({ main: false, hidden: false, words: 'Check again' });
    const asked = sites.asked.length;
    expect(asked).toBeGreaterThan(before);
    expect(await reload(browser, page)).toMatchObject(WAITING);
    expect(sites.asked.length).toBe(asked);
  });

  test('the death of the background asks nobody either', async () => {
    const asked = sites.asked.length;
    if (!(await browser.stopWorker())) return expect(target.name).toBe('firefox');
    expect(await visit(browser, page, sites.url('mismatch', '/later'))).toMatchObject({
      verdict: 'off',
      report: WAITING.report,
    });
    expect(sites.asked.length).toBe(asked);
  });
});
