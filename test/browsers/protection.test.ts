/** Protection: what is stopped, what is not, and what nobody ever sees of a page that was. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Settings } from '../../src/extension/settings.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, visit } from './drivers/extension.ts';
import { KINDS, type Kind, PROTECTED, type ProtectedSites, SECRET, startProtectedSites } from './protected-sites.ts';
import { FIREFOX, launchTarget, STOCK } from './targets.ts';

let sites: ProtectedSites;
beforeAll(async () => {
  sites = await startProtectedSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  const holds = target === FIREFOX;
  let browser: BrowserUnderTest;
  let tab: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: sites.hosts, authorityPem: sites.authorityPem });
  });
  beforeEach(async () => {
    tab = await browser.openTab();
    return () => tab.close();
  });
  afterAll(() => browser?.close());

  const choose = (choices: Partial<Settings>, resolverUrl = sites.resolverUrl) =>
    configure(browser, { resolverUrl, anchors: sites.anchorsText }, choices);
  const isWarning = (url: string) => url.startsWith(`${browser.extensionOrigin}/warning/warning.html?`);
  const warned = async (of = tab) => {
    await expect.poll(() => of.url().then(isWarning), { timeout: 10_000 }).toBe(true);
    await expect
      .poll(() => of.evaluate('return document.documentElement.dataset.drawn ?? ""').catch(() => ''), {
        timeout: 10_000,
      })
      .toBe('true');
    return of.evaluate<{ host: string; why: string; proceed: boolean; title: string }>(
      `const at = (selector) => document.querySelector(selector);
      return {
        host: at('#host').textContent, why: at('#why').textContent,
        proceed: !at('#proceed').hidden, title: document.title,
      };`,
    );
  };
  const open = (url: string) => tab.open(url).catch(() => undefined);

  describe.each(['show', 'warn', 'block'] as const)('%s', (protection) => {
    beforeAll(() => choose({ protection }));

    test.each(KINDS)('%s', async (kind: Kind) => {
      const path = `/${protection}-${kind}`;
      const before = sites.requested(kind, '/part');
      if (protection !== 'show' && (kind === 'mismatch' || kind === 'bogus')) {
        await open(sites.url(kind, path));
        const shown = await warned();
        expect(shown.host).toBe(new URL(sites.url(kind)).host);
        expect(shown.title).toContain(PROTECTED[kind]);
        expect(shown.why).not.toBe('');
        expect(shown.proceed).toBe(protection === 'warn');
        if (holds) expect(sites.requested(kind, '/part') - before).toBe(0);
        return;
      }
      expect(await visit(browser, tab, sites.url(kind, path))).toMatchObject({ verdict: kind, loaded: true });
      expect(await tab.evaluate('return document.body.textContent')).toContain(SECRET);
      expect(await tab.url()).toBe(sites.url(kind, path));
    });
  });
});
