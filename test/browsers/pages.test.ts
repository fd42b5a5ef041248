/** The extension's own pages, used as a person uses them: by typing, clicking and reading. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatAnchor, parseAnchors } from '../../src/dnssec/anchors.ts';
import { type DemoSite, type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { activateTab, type BrowserUnderTest, type Tab } from './drivers/browser.ts';
import { popupPath, popupShown, pressButton, visit, waitForVerdict } from './drivers/extension.ts';
import { launchTarget, STOCK } from './targets.ts';

let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(() => world.close());

/** Tests of one browser build on one another: first nobody is chosen, then somebody is typed in. */
describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let options: Tab;
  let page: Tab;
  let popup: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem: world.authority.rootPem });
    options = await browser.openTab();
    popup = await browser.openTab();
    page = await browser.openTab();
  });
  afterAll(() => browser?.close());

  const text = (selector: string) =>
    options.evaluate<string>('return document.querySelector(given).textContent.trim()', selector);
  const testResult = () =>
    options.evaluate<string>("return document.querySelector('#test-result').dataset.result ?? ''");
  const openPopup = async () => {
    await popup.open(`${browser.extensionOrigin}/${popupPath(page)}`);
    return popupShown(popup);
  };

  test('before a resolver is chosen nothing is asked, and button and popup say so', async () => {
    const asked = world.log.length;
    const seen = await visit(browser, page, siteAt('verified.example').url);
    expect(seen).toMatchObject({ verdict: 'indeterminate', badge: '?' });
    expect(seen.report?.reason).toMatchObject({ code: 'no-answer', failure: { code: 'no-resolver' } });
    expect((await openPopup()).options).not.toBe('');
    expect(world.log.length).toBe(asked);
  });

  test('options: a URL that is no resolver is refused beside its field, and not saved', async () => {
    await options.open(`${browser.extensionOrigin}/options/options.html`);
    await options.click('#resolvers input[value="own"]');
    await options.type('#resolver', 'http://resolver.example/dns-query');
    await expect.poll(() => text('#resolver-fault')).not.toBe('');
    expect(await options.evaluate("return document.querySelector('#resolver').getAttribute('aria-invalid')")).toBe(
      'true',
    );
    await options.click('#resolver-use');
    expect(await options.evaluate('return document.activeElement.id')).toBe('resolver');
    expect(await storedSettings(browser)).toBeNull();
  });

  test('options: trust anchors that are none are refused with their line', async () => {
    await options.type('#anchors', '. IN DS 1 8 2 zz');
    await expect.poll(() => text('#anchors-fault')).toContain('line 1');
  });

  test('options: resolver and anchors typed in and tested, and taken only by the button that says so', async () => {
    const parsed = parseAnchors(world.anchorsText);
    const anchors = parsed.ok ? parsed.anchors.map(formatAnchor).join('\n') : 'none';
    await options.type('#resolver', world.resolverUrl);
    await options.type('#anchors', world.anchorsText.trim());
    await expect.poll(() => text('#resolver-fault')).toBe('');
    await expect.poll(() => text('#anchors-fault')).toBe('');
    await options.click('#anchors-add');
    await options.click('#test');
    // Public names are not in the demo's own root.
    await expect.poll(() => testResult(), { timeout: 15_000 }).toBe('doubt');
    await expect.poll(() => storedSettings(browser)).toMatchObject({ anchors });
    expect(await storedSettings(browser)).toMatchObject({ resolverUrl: '', consent: false });
    await options.click('#resolver-use');
    await expect
      .poll(() => storedSettings(browser))
      .toMatchObject({ resolverUrl: world.resolverUrl, consent: true, anchors });
    expect(await text('#resolver-state')).toContain(world.resolverUrl);
  });

  test('options: the test button tells a resolver that fails', async () => {
    await options.click('#resolver-change > summary');
    await options.type('#resolver', world.faultUrl('status-500'));
    await options.click('#test');
    await expect.poll(() => testResult(), { timeout: 15_000 }).toBe('bad');
    expect(await text('#test-steps')).toContain('500');
    expect(await storedSettings(browser)).toMatchObject({ resolverUrl: world.resolverUrl });
  });

  test('options: reading certificates is a choice where there is a debugger to read them with', async () => {
    const hidden = await options.evaluate("return document.querySelector('#reading').hidden");
    expect(hidden).toBe(target.name === 'firefox');
  });

  test('options: what was typed is there when the page is opened again', async () => {
    await options.reload();
    await expect
      .poll(() => options.evaluate("return document.querySelector('#resolver').value"))
      .toBe(world.resolverUrl);
  });

  test('what was typed counts: a site is verified, and the popup shows the sentence and the chain link by link', async () => {
    const seen = await visit(browser, page, siteAt('verified.example').url);
    expect(seen).toMatchObject({ verdict: 'verified', badge: '✓' });
    const shown = await openPopup();
    expect(shown.sentence).toContain('verified.example');
    expect(shown.why).not.toBe('');
    expect(shown.look).toBe('verified');
    const links = shown.chain.map((link) => link.toLowerCase());
    // Root, top-level domain, zone, record, certificate, from the top down.
    const order = ['root', 'example', 'verified.example', 'tlsa', 'certificate'];
    let from = 0;
    for (const word of order) {
      const at = links.findIndex((link, i) => i >= from && link.includes(word));
      expect(at, `${word} in ${JSON.stringify(links)}`).toBeGreaterThanOrEqual(from);
      from = at;
    }
  });

  test.each(['mismatch.example', 'bogus.example', 'signed.example', 'insecure.example', 'unreachable.example'])(
    'popup: %s in words of its own',
    async (host) => {
      const site = siteAt(host);
      expect(await visit(browser, page, site.url)).toMatchObject({ verdict: site.expected });
      const shown = await openPopup();
      expect(shown.look).toBe(site.expected);
      expect(shown.sentence).toContain(host);
      expect(shown.why).not.toBe('');
      expect(shown.why).not.toContain('{');
    },
  );

  test('popup: opened by the button, it speaks of the tab in front', async () => {
    const other = await browser.openTab();
    try {
      await visit(browser, page, siteAt('verified.example').url);
      await visit(browser, other, siteAt('mismatch.example').url);
      for (const [front, host, look] of [
        [page, 'verified.example', 'verified'],
        [other, 'mismatch.example', 'mismatch'],
      ] as const) {
        await activateTab(browser, front);
        const shown = await pressButton(browser);
        expect(shown.look).toBe(look);
        expect(shown.sentence).toContain(host);
      }
    } finally {
      await other.close();
    }
  });

  test('popup: "check again" makes a new report', async () => {
    await visit(browser, page, siteAt('verified.example').url);
    await openPopup();
    const before = (await waitForVerdict(browser, page)).report;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await popup.click('#again');
    await expect
      .poll(async () => (await waitForVerdict(browser, page)).report?.checkedAt ?? 0)
      .toBeGreaterThan(before?.checkedAt ?? Number.POSITIVE_INFINITY);
    expect(await waitForVerdict(browser, page)).toMatchObject({ verdict: 'verified', badge: '✓' });
  });
});

function storedSettings(browser: BrowserUnderTest): Promise<unknown> {
  return browser.inExtension("return (await chrome.storage.local.get('settings')).settings ?? null;");
}

function siteAt(host: string): DemoSite {
  const site = world.sites.find((candidate) => candidate.host === host);
  if (site === undefined) throw new Error(`no demo site ${host}`);
  return site;
}
