/** The details page: the records, the lives and the walk of a report, and what it says when there is none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoWorld, startDemoWorld } from '../world/demo.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { visit } from './drivers/extension.ts';
import { launchTarget, STOCK } from './targets.ts';

let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(() => world.close());

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let page: Tab;
  let details: Tab;
  beforeAll(async () => {
    const resolver = { resolverUrl: world.resolverUrl, anchors: world.anchorsText };
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem: world.authority.rootPem, resolver });
    page = await browser.openTab();
    details = await browser.openTab();
  });
  afterAll(() => browser?.close());

  test('shows every record with its fields and octets, each life on one scale with its words, and the walk; no question more', async () => {
    await visit(browser, page, world.sites.find(({ host }) => host === 'verified.example')!.url);
    const asked = world.log.length;
    await details.open(`${browser.extensionOrigin}/details/details.html?tab=${page.id}`);
    await expect.poll(() => details.evaluate('return document.body.dataset.ready'), { timeout: 15_000 }).toBe('true');
    expect(world.log.length).toBe(asked);
    const shown = await details.evaluate<{
      types: string[];
      first: string;
      lives: string[];
      drawn: number;
      now: number[];
      trace: string;
      wide: boolean;
    }>(
      `const rows = [...document.querySelectorAll('#records tbody tr')];
      return { types: rows.map((row) => row.cells[1].textContent), first: rows[0].textContent,
        lives: [...document.querySelectorAll('#lives > li')].map((line) => line.innerText.replace(/\\s+/g, ' ').trim()),
        drawn: document.querySelectorAll('#lives > li svg.track[aria-hidden="true"] .bar').length,
        now: [...document.querySelectorAll('#lives .now')].map((line) => Math.round(line.getBoundingClientRect().left)), trace: document.querySelector('#trace').textContent,
        wide: document.documentElement.scrollWidth > innerWidth };`,
    );
    expect(shown.types[0]).toBe('TLSA');
    expect(shown.types).toEqual(expect.arrayContaining(['RRSIG', 'DNSKEY', 'DS']));
    expect(shown.first).toMatch(/usage 3.*selector 1.*matching type 1.*030101[0-9a-f]{64}$/);
    expect(shown.lives.length).toBeGreaterThan(5);
    expect(shown.drawn).toBe(shown.lives.length);
    expect(shown.lives[0]).toMatch(/^DNSKEY records of the root zone signed by the root zone, key \d+ .*left.* – /);
    expect(shown.lives.at(-3)).toMatch(/^Certificate of verified\.example/);
    // The moment of the check is one line down all of them.
    expect(new Set(shown.now).size).toBe(1);
    expect(shown.trace).toContain('Zone verified.example: ');
    expect(shown.trace).toContain('Zone . (root): ');
    expect(shown.wide).toBe(false);
  });

  test('fits a narrow window and paper', async () => {
    for (const print of [false, true]) {
      await details.present({ width: 360, height: 800, scheme: 'light', print });
      expect(await details.evaluate('return document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    }
    await details.present({ width: 1000, height: 800, scheme: 'light' });
  });

  test('is drawn again when the site is found otherwise, and keeps to that site when the tab goes elsewhere', async () => {
    const headline = () => details.evaluate<string>("return document.querySelector('#sentence').textContent");
    const site = (host: string) => world.sites.find((one) => one.host === host)!.url;
    await visit(browser, page, site('verified.example'));
    await details.open(`${browser.extensionOrigin}/details/details.html?tab=${page.id}`);
    await expect.poll(headline).toContain('verified.example');
    const before = await headline();
    world.swap('verified.example');
    try {
      expect((await visit(browser, page, site('verified.example'))).verdict).toBe('mismatch');
      await expect.poll(headline, { timeout: 10_000 }).not.toBe(before);
      expect(await headline()).toContain('verified.example');
      const found = await headline();
      await visit(browser, page, site('insecure.example'));
      expect(await headline()).toBe(found);
    } finally {
      world.restore('verified.example');
    }
  });

  test('says so where there is no report any more', async () => {
    await details.open(`${browser.extensionOrigin}/details/details.html?tab=2000000000`);
    await expect
      .poll(() => details.evaluate("return document.querySelector('#sentence').textContent"))
      .toBe('There is no report any more');
    expect(await details.evaluate("return document.querySelector('#content').hidden")).toBe(true);
  });
});
