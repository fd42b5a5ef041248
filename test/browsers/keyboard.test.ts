/**
 * The main ways through the extension with the keyboard alone: every key is a key event of the browser's, nothing is
 * clicked or focused from outside, and wherever the focus comes to stand it can be seen.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { activateTab, type BrowserUnderTest, type Tab } from './drivers/browser.ts';
import { configure, popupPath, popupShown, visit, waitForVerdict } from './drivers/extension.ts';
import { stoppedPages } from './stopped.ts';
import { launchTarget, STOCK } from './targets.ts';

let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(() => world.close());

/** More than any of our pages has places for the focus. */
const MOST_STEPS = 80;

/** Where the focus is. */
interface Place {
  /** Its id, or its tag and text. */
  readonly name: string;
  readonly visible: boolean;
  readonly outlined: boolean;
}

describe.each(STOCK)('$label', (target) => {
  let browser: BrowserUnderTest;
  let page: Tab;
  let own: Tab;
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem: world.authority.rootPem });
    page = await browser.openTab();
    own = await browser.openTab();
  });
  afterAll(() => browser?.close());

  const siteOf = (host: string) => world.sites.find((site) => site.host === host)!.url;
  const openOwn = (path: string) => own.open(`${browser.extensionOrigin}/${path}`);
  const settings = () =>
    browser.inExtension<Record<string, unknown>>("return (await chrome.storage.local.get('settings')).settings;");
  /** By `Tab` to what the selector names; what was passed on the way, each place seen to be marked. */
  const reach = async (tab: Tab, selector: string): Promise<string[]> => {
    const passed: string[] = [];
    for (let step = 0; step < MOST_STEPS; step++) {
      await tab.press('Tab');
      const { name, visible, outlined, isIt } = await tab.evaluate<Place & { isIt: boolean }>(FOCUS, selector);
      expect({ name, visible, outlined }).toEqual({ name, visible: true, outlined: true });
      if (isIt) return passed;
      passed.push(name);
    }
    throw new Error(`${selector} was not reached by Tab, but ${passed.join(', ')}`);
  };
  /** Through a group of radio buttons, until the wanted one is picked. */
  const pick = async (tab: Tab, key: 'ArrowUp' | 'ArrowDown', selector: string): Promise<void> => {
    for (let step = 0; step < MOST_STEPS; step++) {
      await tab.press(key);
      if (await tab.evaluate<boolean>('return document.querySelector(given).checked', selector)) return;
    }
    throw new Error(`${selector} was not picked by ${key}`);
  };
  const text = (tab: Tab, selector: string) =>
    tab.evaluate<string>("return document.querySelector(given)?.textContent ?? ''", selector);

  test('first run: a resolver of one’s own, when to check, and the consent', async () => {
    // Trust anchors alone: nobody is chosen.
    await browser.inExtension(
      "await chrome.storage.local.set({ settings: { version: 1, resolverUrl: '', consent: false, anchors: given } });",
      world.anchorsText,
    );
    await openOwn('welcome/welcome.html');
    await expect.poll(() => own.evaluate("return document.querySelector('#form').hidden")).toBe(false);
    await reach(own, '#resolvers input[type="radio"]');
    await pick(own, 'ArrowUp', '#resolvers input[value="own"]');
    // Going through the list does not lead out of it.
    expect(await own.evaluate('return document.activeElement.value')).toBe('own');
    await reach(own, '#resolver');
    await own.write(world.resolverUrl);
    await reach(own, 'input[name="checking"]');
    await own.press('Space');
    await pick(own, 'ArrowDown', '#checking-on-click');
    await pick(own, 'ArrowUp', '#checking-each-page');
    await reach(own, '#start');
    await own.press('Enter');
    await expect.poll(settings).toMatchObject({ resolverUrl: world.resolverUrl, consent: true });
    expect(await settings()).not.toMatchObject({ checking: 'on-click' });
    await expect.poll(() => own.evaluate('return document.activeElement.id')).toBe('outcome-title');
  });

  test('popup: in the order it is read, each part opens and closes, and all that can be done is done', async () => {
    await visit(browser, page, siteOf('verified.example'));
    await openOwn(popupPath(page));
    await popupShown(own);
    const passed = await reach(own, '#save');
    const ids = passed.map((name) => name.replace(/^BUTTON .*/, 'part').replace(/^SUMMARY .*/, 'summary'));
    const parts = ids.filter((id) => id === 'part').length;
    expect(parts).toBeGreaterThan(3);
    const rest = ids.filter((id) => id !== 'part' && id !== 'summary');
    expect(ids.slice(0, parts).every((id) => id === 'part')).toBe(true);
    expect(rest).toEqual(['again', 'details', 'options', 'inspect', 'copy', 'copy-json']);
    await own.press('Shift+Tab');
    await own.press('Shift+Tab');
    await own.press('Enter');
    await expect.poll(() => text(own, '#done')).toBe('Copied.');
    await openOwn(popupPath(page));
    await popupShown(own);
    await reach(own, '#chain .part');
    for (const [key, expanded] of [
      ['Enter', 'true'],
      ['Space', 'false'],
      ['Space', 'true'],
    ] as const) {
      await own.press(key);
      expect(await own.evaluate("return document.activeElement.getAttribute('aria-expanded')")).toBe(expanded);
    }
    const before = (await waitForVerdict(browser, page)).report!;
    const asked = await checkOf(browser, page);
    await reach(own, '#again');
    await own.press('Enter');
    await expect.poll(() => checkOf(browser, page)).not.toBe(asked);
    expect((await waitForVerdict(browser, page, { after: asked })).verdict).toBe(before.verdict);
    expect(await own.evaluate('return document.activeElement.id')).toBe('again');
  });

  test('popup: the details open in a tab', async () => {
    own = await browser.openTab();
    await openOwn(popupPath(page));
    await popupShown(own);
    await reach(own, '#details');
    const opened = () =>
      browser.inExtension<number>(
        "return (await chrome.tabs.query({ url: chrome.runtime.getURL('details/details.html*') })).length;",
      );
    expect(await opened()).toBe(0);
    // The popup closes upon the key, in Chromium before the key is up again.
    await own.press('Enter').catch((error: Error) => expect(error.message).toContain('has been closed'));
    await expect.poll(opened).toBe(1);
  });

  test('popup: the inspector opens with the host of the page, and looks it up', async () => {
    own = await browser.openTab();
    await openOwn(popupPath(page));
    await popupShown(own);
    const { host } = new URL(await page.url());
    await reach(own, '#inspect');
    await own.press('Enter').catch((error: Error) => expect(error.message).toContain('has been closed'));
    const opened = () =>
      browser.inExtension<readonly string[]>(
        `const views = chrome.extension.getViews({ type: 'tab' });
        const view = views.find(({ location }) => location.pathname === '/inspector/inspector.html');
        const findings = view?.document.querySelector('#findings');
        if (findings?.getAttribute('aria-busy') !== 'false') return [];
        return [view.document.querySelector('#query').value, ...[...findings.children].map(({ dataset }) => dataset.kind)];`,
      );
    await expect.poll(opened, { timeout: 20_000 }).toEqual([host, 'site']);
  });

  test('options: another resolver, and how much is protected', async () => {
    const other = `${world.resolverUrl}?other`;
    own = await browser.openTab();
    await openOwn('options/options.html');
    await expect.poll(() => text(own, '#resolver-state')).toContain(world.resolverUrl);
    await reach(own, '#resolver-change summary');
    await own.press('Enter');
    await reach(own, '#resolvers input[type="radio"]');
    await pick(own, 'ArrowUp', '#resolvers input[value="own"]');
    await reach(own, '#resolver');
    // What comes by Tab is marked as a whole, and typing replaces it.
    await own.write(other);
    await reach(own, '#resolver-use');
    await own.press('Enter');
    await expect.poll(settings).toMatchObject({ resolverUrl: other, consent: true });
    await reach(own, 'input[name="protection"]');
    await pick(own, 'ArrowDown', '#protection-warn');
    await expect.poll(settings).toMatchObject({ protection: 'warn' });
    await pick(own, 'ArrowUp', '#protection-show');
    await expect.poll(async () => (await settings())['protection'] ?? 'show').toBe('show');
  });

  test('the page in the place of another: “Go back” has the focus, and both ways on can be taken', async () => {
    await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText }, { protection: 'warn' });
    const pages = stoppedPages(browser);
    const [sound, stopped] = [siteOf('signed.example'), siteOf('mismatch.example')];
    await visit(browser, page, sound);
    // Nothing is marked as in focus in a tab that nobody sees.
    await activateTab(browser, page);
    await pages.open(page, stopped);
    await pages.warned(page);
    expect(await page.evaluate<Place>(FOCUS, '#back')).toEqual({
      name: 'back',
      visible: true,
      outlined: true,
      isIt: true,
    });
    await page.press('Enter');
    await pages.at(page, sound);
    await pages.open(page, stopped);
    await pages.warned(page);
    await expect.poll(() => page.evaluate("return document.querySelector('#once').disabled")).toBe(false);
    expect(await reach(page, '#once')).toEqual(['again']);
    await page.press('Enter');
    await pages.at(page, stopped);
  });
});

function checkOf(browser: BrowserUnderTest, tab: Tab): Promise<string | undefined> {
  return browser.inExtension(
    "const key = 'tab:' + given; return (await chrome.storage.session.get(key))[key]?.shown?.check;",
    tab.id,
  );
}

const FOCUS = `
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  return {
    name: at.id || at.tagName + ' ' + at.textContent.replace(/\\s+/g, ' ').trim().slice(0, 40),
    visible: at !== document.body && at.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }),
    outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0,
    isIt: at.matches(given),
  };`;
