/** The demo world in each browser: every verdict, as the browser's own toolbar shows it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CertificateSource } from '../../src/dane/evidence.ts';
import { SITE_VERDICTS, type SiteVerdict } from '../../src/report.ts';
import { type DemoSite, type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { DEMO_SITES } from '../world/demo-sites.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, visit } from './drivers/extension.ts';
import { ALL, launchTarget, type Target } from './targets.ts';

/** Written down here once more on purpose: what a person sees is a promise. */
const BADGE: Readonly<Record<SiteVerdict, string>> = {
  verified: '✓',
  mismatch: '✗',
  bogus: '!',
  signed: '–',
  insecure: '·',
  indeterminate: '?',
  unread: 'i',
  off: '',
};

const SOURCE = (target: Target): CertificateSource => {
  if (target.name === 'firefox') return 'firefox-security-info';
  return target.securityInfoFeature === true ? 'chromium-security-info' : 'chromium-debugger';
};

let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(() => world.close());

test('each verdict has a badge of its own', () => {
  expect(new Set(SITE_VERDICTS.map((verdict) => BADGE[verdict])).size).toBe(SITE_VERDICTS.length);
});

describe.each(ALL)('$label', (target) => {
  let browser: BrowserUnderTest;
  let tab: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: world.hostMap,
      authorityPem: world.authority.rootPem,
      resolver: { resolverUrl: world.resolverUrl, anchors: world.anchorsText },
    });
    tab = await browser.openTab();
  });
  afterAll(() => browser?.close());

  test('the button is on the toolbar', async () => {
    const settings = await browser.inExtension<{ isOnToolbar: boolean }>('return chrome.action.getUserSettings();');
    expect(settings.isOnToolbar).toBe(true);
  });

  test.each(DEMO_SITES.map(({ host, expected }) => ({ host, expected })))(
    '$host is $expected, on the button and in the report',
    async ({ host, expected }) => {
      const site = siteAt(host);
      const seen = await visit(browser, tab, site.url);
      expect(seen.loaded).toBe(true);
      expect(seen).toMatchObject({ verdict: expected, badge: BADGE[expected] });
      expect(seen.title).toContain(host);
      expect(seen.report).toMatchObject({ host, verdict: expected });
      // The certificate is read only where it decides: for a secure, usable TLSA RRset.
      if (expected === 'verified' || expected === 'mismatch') {
        expect(seen.report?.certificate).toMatchObject({
          source: SOURCE(target),
          kind: target.securityInfoFeature === true ? 'leaf only' : 'full chain',
        });
      } else {
        expect(seen.report?.certificate).toMatchObject({ kind: 'none' });
      }
    },
  );

  test('the resolver may be one over HTTPS', async () => {
    await configure(browser, { resolverUrl: world.secureResolverUrl, anchors: world.anchorsText });
    const seen = await visit(browser, tab, siteAt('verified.example').url);
    expect(seen).toMatchObject({ verdict: 'verified', badge: BADGE.verified });
    expect(seen.report?.resolvers).toEqual([world.secureResolverUrl]);
    expect(world.log.at(-1)).toMatchObject({ httpVersion: '2.0', dnssecOk: true });
  });

  test('a certificate swapped while running turns verified into mismatch on the next visit, and back', async () => {
    const site = siteAt('verified.example');
    expect(await visit(browser, tab, site.url)).toMatchObject({ verdict: 'verified', badge: BADGE.verified });
    world.swap(site.host);
    try {
      expect(await visit(browser, tab, site.url)).toMatchObject({ verdict: 'mismatch', badge: BADGE.mismatch });
    } finally {
      world.restore(site.host);
    }
    expect(await visit(browser, tab, site.url)).toMatchObject({ verdict: 'verified', badge: BADGE.verified });
  });
});

function siteAt(host: string): DemoSite {
  const site = world.sites.find((candidate) => candidate.host === host);
  if (site === undefined) throw new Error(`no demo site ${host}`);
  return site;
}
