/** Settings taken from a file, and taken back, as a person does it on the options page. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SITE_VERDICTS } from '../../src/report.ts';
import { activateTab, type BrowserUnderTest, type Tab } from './drivers/browser.ts';
import { popupPath, popupShown, visit, waitForVerdict } from './drivers/extension.ts';
import { type Sites, startSites } from './sites.ts';
import { launchTarget, STOCK } from './targets.ts';

const OTHER = 'https://dns.example/dns-query';

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.close());

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let options: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, {
      hosts: sites.hosts,
      authorityPem: sites.authorityPem,
      resolver: { resolverUrl: sites.resolverUrl, anchors: sites.anchorsText },
    });
    options = await browser.openTab();
    await options.open(`${browser.extensionOrigin}/options/options.html`);
  });
  afterAll(() => browser?.close());

  const stored = () =>
    browser.inExtension<Record<string, unknown>>("return (await chrome.storage.local.get('settings')).settings;");
  const text = (place: string) => options.evaluate<string>('return document.querySelector(given).textContent', place);
  const isHidden = (place: string) => options.evaluate<boolean>('return document.querySelector(given).hidden', place);
  const choose = (content: string) =>
    options.evaluate(
      `const files = new DataTransfer();
       files.items.add(new File([given], 'settings.json'));
       const input = document.querySelector('#settings-file');
       input.files = files.files;
       input.dispatchEvent(new Event('change'));`,
      content,
    );
  const fileOf = (settings: object) => JSON.stringify({ kind: 'danelaw-settings', version: 1, settings });

  test('a file that is no good changes nothing, and says why beside the field', async () => {
    const before = await stored();
    for (const [content, words] of [
      ['no JSON', 'not JSON'],
      ['{}', 'no settings'],
      [fileOf({ surprise: 1 }), '“surprise”'],
      [fileOf({ resolverUrl: 'http://dns.example/' }), '“resolverUrl”'],
    ] as const) {
      await choose(content);
      await expect.poll(() => text('#settings-file-fault')).toContain(words);
      expect(await isHidden('#settings-found')).toBe(true);
    }
    expect(await stored()).toEqual(before);
  });

  test('a sound file says whom it would ask, changes all upon the click, and can be undone', async () => {
    const before = await stored();
    const second = {
      secondResolverUrl: 'https://second.example/dns-query',
      anchors: `x. DS 1 13 2 ${'ab'.repeat(32)}`,
    };
    await choose(fileOf({ resolverUrl: OTHER, consent: true, ...second }));
    await expect.poll(() => text('#settings-found-what')).toContain(`${OTHER}, https://second.example/`);
    expect(await isHidden('#settings-found-anchors')).toBe(false);
    await choose(fileOf({ resolverUrl: OTHER, consent: true, anchors: '', allowSha1: true }));
    await expect.poll(() => text('#settings-found-what')).toContain(`go to ${OTHER}.`);
    expect(await isHidden('#settings-found-anchors')).toBe(true);
    expect(await stored()).toEqual(before);
    await options.click('#settings-take');
    await expect.poll(stored).toMatchObject({ resolverUrl: OTHER, consent: true, allowSha1: true });
    await expect.poll(() => options.evaluate("return document.querySelector('#sha1').checked")).toBe(true);
    await options.click('#undo');
    await expect.poll(stored).toEqual(before);
    await expect.poll(() => options.evaluate("return document.querySelector('#sha1').checked")).toBe(false);
    expect(await isHidden('#undo')).toBe(true);
  });

  test('each change is undone by itself, the latest first', async () => {
    const before = await stored();
    await options.click('#sha1');
    await expect.poll(stored).toMatchObject({ allowSha1: true });
    await options.click('#ahead');
    await expect.poll(stored).toMatchObject({ allowSha1: true, speculate: false });
    await options.click('#undo');
    await expect.poll(stored).toEqual({ ...before, allowSha1: true });
    await options.click('#undo');
    await expect.poll(stored).toEqual(before);
  });

  describe('trust anchors', () => {
    const ISLAND = `island.example. IN DS 4711 13 2 ${'ab'.repeat(32)}`;
    const items = (list: string) =>
      options.evaluate<string[]>('return [...document.querySelectorAll(given)].map((item) => item.textContent)', list);

    test('C1 C2 the built-in ones stand there with tag, date and digest, and whether they count', async () => {
      const [first, second, ...more] = await items('#built-in-anchors > li');
      expect(more).toEqual([]);
      for (const words of ['20326', 'RSA/SHA-256 (8)', 'SHA-256 (2)', 'February 2, 2017', 'E06D44B80B8F1D39A95C']) {
        expect(first).toContain(words);
      }
      for (const words of ['38696', 'July 18, 2024', '683D2D0ACB8C9B712A19']) expect(second).toContain(words);
      // The demo's root is the person's own here.
      expect(await text('#built-in-use')).toMatch(/^Not in use/);
      expect(await items('#own-anchors > li')).toHaveLength(1);
    });

    test('one is added, refused the second time, and removed, all by the keyboard', async () => {
      const before = (await stored())['anchors'];
      await options.type('#anchors', `${ISLAND.replace(' DS ', ' A ')}`);
      await expect.poll(() => text('#anchors-fault')).toMatch(/^Line 1 /);
      await options.type('#anchors', ISLAND);
      await expect.poll(() => text('#anchors-fault')).toBe('');
      await options.press('Tab');
      await options.press('Enter');
      await expect.poll(() => text('#anchors-said')).toBe('1 anchor added.');
      expect((await stored())['anchors']).toContain(`\n${ISLAND}`);
      expect(await items('#own-anchors > li')).toHaveLength(2);
      await options.type('#anchors', ISLAND);
      await options.press('Tab');
      await options.press('Enter');
      await expect.poll(() => text('#anchors-fault')).toContain('already');
      expect(await options.evaluate('return document.activeElement.id')).toBe('anchors');
      await options.press('Shift+Tab');
      await options.press('Space');
      await expect.poll(() => text('#anchors-said')).toContain('island.example');
      expect(await items('#own-anchors > li')).toHaveLength(1);
      // The next one's button has the keyboard.
      expect(await options.evaluate("return document.activeElement.closest('#own-anchors') !== null")).toBe(true);
      await options.click('#undo');
      await expect.poll(async () => (await stored())['anchors']).toContain(ISLAND);
      await options.click('#undo');
      await expect.poll(async () => (await stored())['anchors']).toBe(before);
    });

    test('an anchor of the root says what it means before it is added; without one the built-in ones count', async () => {
      const before = await stored();
      await options.click('#own-anchors button');
      await expect.poll(() => text('#built-in-use')).toMatch(/^In use/);
      expect(await isHidden('#own-anchors-none')).toBe(false);
      await options.type('#anchors', `. IN DS 1 13 2 ${'cd'.repeat(32)}`);
      await expect.poll(() => isHidden('#anchors-root')).toBe(false);
      await options.type('#anchors', '; nothing');
      await expect.poll(() => isHidden('#anchors-root')).toBe(true);
      await options.click('#undo');
      await expect.poll(stored).toMatchObject({ anchors: expect.stringMatching(/ DS /) });
      expect({ ...(await stored()), anchors: '' }).toEqual({ ...before, anchors: '' });
      await expect.poll(() => text('#built-in-use')).toMatch(/^Not in use/);
    });
  });

  test('a self-test tells of each part, and asks nobody', async () => {
    const asked = sites.asked.length;
    await options.click('#self-test-run');
    await expect
      .poll(() => text('#self-test-result'), { timeout: 15_000 })
      .toMatch(/^All 25 parts passed, in [\d,]+ milliseconds\.$/);
    const parts = await options.evaluate<string[]>(
      "return [...document.querySelectorAll('#self-test-parts > li')].map((part) => part.dataset.state)",
    );
    expect(parts).toEqual(Array.from({ length: 25 }, () => 'good'));
    expect(sites.asked.length).toBe(asked);
  });

  test('V100 answers kept are counted, outlive a change of protection, and are thrown away by the button', async () => {
    const page = await browser.openTab();
    await visit(browser, page, sites.url('verified', '/kept'));
    await expect.poll(() => text('#cache-size'), { timeout: 10_000 }).toMatch(/^\d+ answers, [\d.]+ (kilo)?bytes?\./);
    const asked = sites.asked.length;
    const checkedAt = async () => (await waitForVerdict(browser, page)).report?.checkedAt ?? 0;
    const before = await checkedAt();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await options.click('#protection-warn');
    await activateTab(browser, page);
    await expect.poll(checkedAt, { timeout: 10_000 }).toBeGreaterThan(before);
    expect(sites.asked.length).toBe(asked);
    await options.click('#cache-clear');
    await expect.poll(() => text('#cache-said')).toMatch(/^Thrown away/);
    expect(await text('#cache-size')).toBe('Nothing is kept.');
    expect(
      await browser.inExtension(
        "return Object.keys(await chrome.storage.session.get(null)).filter((key) => key.startsWith('dns:'));",
      ),
    ).toEqual([]);
    await page.reload();
    await expect.poll(() => sites.asked.length, { timeout: 10_000 }).toBeGreaterThan(asked);
    await page.close();
  });

  test('V15 what was let through is named in the popup, until when, and taken back there', async () => {
    const page = await browser.openTab();
    const popup = await browser.openTab();
    await activateTab(browser, page);
    // The warning page comes in its place.
    await page.open(sites.url('mismatch', '/through')).catch(() => undefined);
    const isWarned = async () => (await page.url()).includes('/warning/');
    await expect.poll(isWarned, { timeout: 10_000 }).toBe(true);
    await expect
      .poll(() => page.evaluate("return document.querySelector('#session').disabled").catch(() => true), {
        timeout: 10_000,
      })
      .toBe(false);
    await page.click('#session');
    await expect.poll(() => page.url(), { timeout: 10_000 }).toBe(sites.url('mismatch', '/through'));
    await waitForVerdict(browser, page);
    await popup.open(`${browser.extensionOrigin}/${popupPath(page)}`);
    await popupShown(popup);
    const inPopup = (body: string) => popup.evaluate<string>(`return ${body}`);
    await expect.poll(() => inPopup("document.querySelector('#exception').hidden")).toBe(false);
    expect(await inPopup("document.querySelector('#exception-words').textContent")).toMatch(
      /^You let this page through/,
    );
    await popup.click('#exception-remove');
    await expect.poll(() => inPopup("document.querySelector('#exception').hidden")).toBe(true);
    expect(await inPopup("document.querySelector('#done').textContent")).toMatch(/^Taken back/);
    expect(await browser.inExtension("return (await chrome.storage.session.get('exceptions')).exceptions;")).toEqual(
      [],
    );
    await activateTab(browser, page);
    await page.open(sites.url('mismatch', '/again')).catch(() => undefined);
    await expect.poll(isWarned, { timeout: 10_000 }).toBe(true);
    await page.close();
    await popup.close();
  });

  test('the page about the colours has a picture and words for each verdict, and options and popup lead to it', async () => {
    const leads = (place: string) =>
      options.evaluate<string>(
        'return document.querySelector(\'a[href$="meaning/meaning.html"]\')?.href ?? given',
        place,
      );
    const address = `${browser.extensionOrigin}/meaning/meaning.html`;
    expect(await leads('nowhere')).toBe(address);
    await options.open(`${browser.extensionOrigin}/popup/popup.html?tab=2000000000`);
    expect(await leads('nowhere')).toBe(address);
    await options.open(`${browser.extensionOrigin}/welcome/welcome.html`);
    expect(await leads('nowhere')).toBe(address);
    await options.open(address);
    const meanings = () =>
      options.evaluate<{ id: string; drawn: boolean; words: number }[]>(
        `return [...document.querySelectorAll('#meanings > li')].map((item) => ({
          id: item.id,
          drawn: item.querySelector('img').naturalWidth > 0,
          words: [...item.querySelectorAll('h2, p')].filter((part) => part.textContent !== '').length,
        }))`,
      );
    const looks = [...SITE_VERDICTS, 'pending'];
    await expect.poll(meanings).toEqual(looks.map((id) => ({ id, drawn: true, words: 3 })));
  });

  test('contents stand beside the options where there is room, and what a link leads to is not below the header', async () => {
    await options.open(`${browser.extensionOrigin}/options/options.html`);
    await expect.poll(() => text('#contents')).toContain('Self-test');
    const isShown = () =>
      options.evaluate("return document.querySelector('#contents').checkVisibility({ checkVisibilityCSS: true })");
    await options.present({ width: 700, height: 500, scheme: 'light' });
    expect(await isShown()).toBe(false);
    await options.present({ width: 1200, height: 500, scheme: 'light' });
    expect(await isShown()).toBe(true);
    await options.click('#contents a[href="#anchors-title"]');
    const below = () =>
      options.evaluate<boolean>(
        `const bottom = document.querySelector('header').getBoundingClientRect().bottom;
        const { top } = document.querySelector('#anchors-title').getBoundingClientRect();
        return top >= bottom && top < bottom + 100;`,
      );
    await expect.poll(below).toBe(true);
  });
});
