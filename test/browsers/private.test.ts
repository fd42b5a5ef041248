/** B26 Private windows: what is asked and read there is known there alone, and nowhere once they are closed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TabState } from '../../src/extension/tab-state.ts';
import type { Report } from '../../src/report.ts';
import type { BrowserUnderTest } from './drivers/browser.ts';
import { configure, visit } from './drivers/extension.ts';
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
    await configure(
      browser,
      { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText },
      { certificateReading: 'once-per-host' },
    );
  });
  afterAll(() => browser?.close());

  const openPrivate = (path: string) =>
    browser.inExtension<{ window: number; tab: number }>(
      `const { id } = await chrome.windows.create({ incognito: true, url: given });
      const [tab] = await chrome.tabs.query({ windowId: id });
      return { window: id, tab: tab.id };`,
      sites.url('verified', path),
    );
  const reportOf = async (tab: number): Promise<Report> => {
    const state = () =>
      browser.inExtension<TabState | null>(
        "const key = 'tab:' + given; return (await chrome.storage.session.get(key))[key] ?? null;",
        tab,
      );
    await expect.poll(async () => (await state())?.shown?.report?.verdict, { timeout: 10_000 }).toBe('verified');
    return (await state())!.shown!.report!;
  };
  /** Where in the extension's storage the host is named. */
  const traces = async (): Promise<string[]> => {
    const stored = await browser.inExtension<Record<string, unknown>>(
      'return { ...(await chrome.storage.local.get(null)), ...(await chrome.storage.session.get(null)) };',
    );
    return Object.keys(stored).filter((key) => JSON.stringify(stored[key]).includes(HOSTS.verified));
  };
  const readAt = ({ certificate }: Report) => (certificate.kind === 'none' ? undefined : certificate.readAt);

  test('B26 nothing read in a private window is known outside of it, or after it', async () => {
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
