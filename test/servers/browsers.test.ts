/**
 * The extension in stock browsers over real servers: DNS signed by BIND, served by NSD, fetched through Unbound's
 * own DNS over HTTPS.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserUnderTest, Tab } from '../browsers/drivers/browser.ts';
import { visit } from '../browsers/drivers/extension.ts';
import { launchTarget, STOCK } from '../browsers/targets.ts';
import { type RealSites, startRealSites } from './sites.ts';

const LABELS = ['key.sites', 'wrong.sites', 'none.sites', 'www.plain', 'www.broken'];

let real: RealSites;
beforeAll(async () => {
  real = await startRealSites();
});
afterAll(async () => {
  await real?.stop();
});

describe.each(STOCK)('$label over Unbound', (target) => {
  let browser: BrowserUnderTest;
  let tab: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: real.sites.map(({ host }) => host),
      authorityPem: real.authorityPem,
      resolver: { resolverUrl: real.resolverUrl, anchors: real.anchorsText },
    });
    tab = await browser.openTab();
  });
  afterAll(() => browser?.close());

  it.each(LABELS)('%s.example has its verdict', async (label) => {
    const host = `${label}.example`;
    const { expected } = real.sites.find((site) => site.host === host)!;
    const seen = await visit(browser, tab, `https://${host}:${real.port}/`);
    expect(seen).toMatchObject({ loaded: true, verdict: expected });
    expect(seen.report).toMatchObject({ host, verdict: expected, resolvers: [real.resolverUrl] });
  });
});
