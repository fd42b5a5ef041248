/** A resolver that fails, in each way there is: the page loads all the same, and the button says that nothing is known. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TransportFailure } from '../../src/dns/ask.ts';
import type { Report } from '../../src/report.ts';
import { type DemoSite, type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { FAULTS, type Fault } from '../world/doh-server.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, popupPath, popupShown, visit } from './drivers/extension.ts';
import { launchTarget, STOCK } from './targets.ts';

/** What each fault must be called. A resolver's own SERVFAIL is an answer, if not a useful one. */
const REASONS: Readonly<Record<Fault, TransportFailure['code'] | 'resolver-error'>> = {
  'status-500': 'http-status',
  'status-429': 'http-status',
  html: 'content-type',
  'content-type': 'content-type',
  redirect: 'redirected',
  empty: 'empty',
  closed: 'unreachable',
  zeros: 'too-large',
  'cut-short': 'malformed',
  truncated: 'truncated',
  'other-question': 'wrong-question',
  echo: 'not-a-response',
  hang: 'timeout',
  servfail: 'resolver-error',
};
/** The page must not wait for the resolver: far less than the limit for one answer. */
const PAGE_LIMIT_MS = 3000;
const VERDICT_LIMIT_MS = 12_000;

let world: DemoWorld;
let site: DemoSite;
beforeAll(async () => {
  world = await startDemoWorld();
  site = world.sites.find(({ expected }) => expected === 'verified')!;
});
afterAll(() => world.close());

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let tab: Tab;
  let popup: Tab;
  const sentences = new Map<string, Fault>();
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem: world.authority.rootPem });
    popup = await browser.openTab();
    tab = await browser.openTab();
  });
  afterAll(() => browser?.close());

  test.each(FAULTS)('%s: indeterminate, with a reason of its own, and the page is there', async (fault) => {
    await tab.open('about:blank');
    await configure(browser, { resolverUrl: world.faultUrl(fault), anchors: world.anchorsText });
    const seen = await visit(browser, tab, site.url);
    expect(seen.loaded).toBe(true);
    expect(seen.pageMs).toBeLessThan(PAGE_LIMIT_MS);
    expect(await tab.evaluate("return document.querySelector('h1').textContent")).toBe(site.title);
    expect(seen).toMatchObject({ verdict: 'indeterminate', badge: '?' });
    expect(seen.ms).toBeLessThan(VERDICT_LIMIT_MS);
    expect(reasonOf(seen.report)).toBe(REASONS[fault]);

    await popup.open(`${browser.extensionOrigin}/${popupPath(tab)}`);
    const { why } = await popupShown(popup);
    expect(why).not.toBe('');
    // Two faults that come to the same for the person (500 and 429, two wrong content types) still name their facts.
    expect(sentences.get(why)).toBeUndefined();
    sentences.set(why, fault);
  });

  test('and once the resolver is well again, the next visit is verified', async () => {
    await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText });
    expect(await visit(browser, tab, site.url)).toMatchObject({ verdict: 'verified', badge: '✓' });
  });
});

function reasonOf(report: Report | undefined): string | undefined {
  if (report?.reason.code === 'no-answer') return report.reason.failure.code;
  return report?.reason.code;
}
