/**
 * B26 Private windows: not checked unless the person says so; then what is asked and read there is known there alone,
 * and nowhere once they are closed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TabState } from '../../src/extension/tab-state.ts';
import type { Report, SiteVerdict } from '../../src/report.ts';
import type { BrowserUnderTest } from './drivers/browser.ts';
import { type Choices, configure, popupShown, visit } from './drivers/extension.ts';
import { HOSTS, type Sites, startSites } from './sites.ts';
import { launchTarget, STOCK } from './targets.ts';

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: sites.hosts,
      authorityPem: sites.authorityPem,
      privateWindows: true,
    });
    await choose({});
  });
  afterAll(() => browser?.close());

  const choose = (choices: Choices) =>
    configure(browser, { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText }, choices);
  const openPrivate = (path: string) =>
    browser.inExtension<{ window: number; tab: number }>(
      `const { id } = await chrome.windows.create({ incognito: true, url: given });
      const [tab] = await chrome.tabs.query({ windowId: id });
      return { window: id, tab: tab.id };`,
      sites.url('verified', path),
    );
  const stateOf = (tab: number) =>
    browser.inExtension<TabState | null>(
      "const key = 'tab:' + given; return (await chrome.storage.session.get(key))[key] ?? null;",
      tab,
    );
  const reportOf = async (tab: number, verdict: SiteVerdict = 'verified'): Promise<Report> => {
    const found = async () => (await stateOf(tab))?.shown?.report?.verdict;
    await expect.poll(found, { timeout: 10_000 }).toBe(verdict);
    return (await stateOf(tab))!.shown!.report!;
  };
  const buttonOf = (tab: number) =>
    browser.inExtension(
      'return { badge: await chrome.action.getBadgeText(given), title: await chrome.action.getTitle(given) };',
      { tabId: tab },
    );
  /** Where in the extension's storage the host is named. */
  const traces = async (): Promise<string[]> => {
    const stored = await browser.inExtension<Record<string, unknown>>(
      'return { ...(await chrome.storage.local.get(null)), ...(await chrome.storage.session.get(null)) };',
    );
    return Object.keys(stored).filter((key) => JSON.stringify(stored[key]).includes(HOSTS.verified));
  };
  const readAt = ({ certificate }: Report) => (certificate.kind === 'none' ? undefined : certificate.readAt);

  test('a page in one is not checked and nobody is asked, until the person ticks the box; the popup leads there', async () => {
    const before = sites.asked.length;
    const page = await openPrivate('/unasked');
    const report = await reportOf(page.tab, 'off');
    expect(report.reason).toEqual({ code: 'private-window', host: HOSTS.verified });
    const calm = { badge: '', title: 'Private windows are not checked' };
    await expect.poll(() => buttonOf(page.tab)).toEqual(calm);
    const tab = await browser.openTab();
    await tab.open(`${browser.extensionOrigin}/popup/popup.html?tab=${page.tab}`);
    expect(await popupShown(tab)).toMatchObject({
      look: 'off',
      sentence: 'Private windows are not checked.',
      options: 'Options for private windows',
    });
    expect(sites.asked.length).toBe(before);

    await tab.open(`${browser.extensionOrigin}/options/options.html`);
    const state = () => tab.evaluate("return document.querySelector('#private-state').dataset.state ?? ''");
    await expect.poll(state).toBe('on');
    await tab.click('#private');
    // Nobody looked at it since: the settings alone bring the check about, or the next look.
    await browser.inExtension("await chrome.runtime.sendMessage({ kind: 'look', tab: given });", page.tab);
    await reportOf(page.tab);
    expect(sites.asked.length).toBeGreaterThan(before);
    await browser.inExtension('await chrome.windows.remove(given);', page.window);
    await tab.close();
  });

  test('B26 nothing read in a private window is known outside of it, or after it', async () => {
    await choose({ privateWindows: true, certificateReading: 'once-per-host' });
    expect(await browser.inExtension('return chrome.extension.isAllowedIncognitoAccess();')).toBe(true);
    const first = await openPrivate('/first');
    expect(readAt(await reportOf(first.tab))).toBeUndefined();
    const own = await traces();
    expect(own.filter((key) => !key.endsWith(`:${first.tab}`))).toEqual([]);

    // In the same private session what was read once serves again, where it had to be read at all.
    const second = await openPrivate('/second');
    const again = readAt(await reportOf(second.tab));
    if (target.name === 'chromium') expect(again).toBeDefined();
    else expect(again).toBeUndefined();

    for (const { window } of [first, second]) await browser.inExtension('await chrome.windows.remove(given);', window);
    await expect.poll(traces).toEqual([]);

    const heads = sites.heads.length;
    const later = await openPrivate('/later');
    expect(readAt(await reportOf(later.tab))).toBeUndefined();
    const tab = await browser.openTab();
    const seen = await visit(browser, tab, sites.url('verified', '/outside'));
    expect(seen).toMatchObject({ verdict: 'verified', badge: '✓' });
    expect(sites.heads.length - heads).toBe(target.name === 'chromium' ? 2 : 0);
    await browser.inExtension('await chrome.windows.remove(given);', later.window);
    await tab.close();
  });
});
