/** Two resolvers: the second answers where the first fails or hangs, and the report says who it was. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, visit } from './drivers/extension.ts';
import { type Sites, startSites } from './sites.ts';
import { launchTarget, STOCK } from './targets.ts';

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let page: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: sites.hosts, authorityPem: sites.authorityPem });
    page = await browser.openTab();
  });
  afterAll(() => browser?.close());

  const choose = (resolverUrl: string, secondResolverUrl: string) =>
    configure(browser, { resolverUrl, anchors: sites.anchorsText }, { secondResolverUrl });
  const askedUnder = (url: string) => sites.asked.filter(({ path }) => path === new URL(url).pathname).length;

  test.each(['hang', 'status-500', 'closed', 'html', 'servfail'] as const)('the first one: %s', async (fault) => {
    const broken = sites.faultUrl(fault);
    await choose(broken, sites.resolverUrl);
    for (const kind of ['verified', 'mismatch', 'signed'] as const) {
      const seen = await visit(browser, page, sites.url(kind, `/${fault}`));
      expect({ kind, verdict: seen.verdict }).toEqual({ kind, verdict: kind });
      expect(seen.report?.resolvers).toContain(sites.resolverUrl);
      if (fault !== 'servfail') expect(seen.report?.resolvers).not.toContain(broken);
    }
    expect(askedUnder(broken)).toBeGreaterThan(0);
  });

  test('the second one hears nothing while the first answers', async () => {
    const broken = sites.faultUrl('hang');
    await choose(sites.resolverUrl, broken);
    // How long the first one takes is known after a page: until then a slow moment might be taken for silence.
    await visit(browser, page, sites.url('signed', '/before'));
    const before = askedUnder(broken);
    const seen = await visit(browser, page, sites.url('verified', '/first'));
    expect(seen).toMatchObject({ verdict: 'verified', report: { resolvers: [sites.resolverUrl] } });
    expect(askedUnder(broken)).toBe(before);
  });
});
