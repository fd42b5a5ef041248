/** The pages in other languages: every word from the catalogue, in the language's own forms, and room for it at 320 px. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain, translateBy } from '../../src/explain.ts';
import { readCatalogue } from '../unit/locales/catalogues.ts';
import { type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { type BrowserUnderTest, readToolbar, type Tab } from './drivers/browser.ts';
import { popupPath, popupShown, visit } from './drivers/extension.ts';
import { CHROMIUM, FIREFOX, launchTarget } from './targets.ts';

const NARROW = { width: 320, height: 700, scheme: 'light' } as const;

let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(() => world.close());

describe.each([
  ['Firefox', FIREFOX, 'cs'],
  ['Chromium', CHROMIUM, 'de'],
] as const)('%s', (_, target, language) => {
  const catalogue = { ...readCatalogue('src/locales', language), ...readCatalogue('src/extension/locales', language) };
  const translate = translateBy(catalogue);
  let browser: BrowserUnderTest;
  let page: Tab;
  let shown: Tab;
  beforeAll(async () => {
    const resolver = { resolverUrl: world.resolverUrl, anchors: world.anchorsText };
    const authorityPem = world.authority.rootPem;
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem, resolver, language });
    page = await browser.openTab();
    shown = await browser.openTab();
  });
  afterAll(() => browser?.close());

  const look = async () => {
    await shown.present(NARROW);
    return shown.evaluate<Look>(
      LOOK,
      Object.fromEntries(Object.entries(catalogue).map(([key, one]) => [key, one.message])),
    );
  };
  const sound = { lang: language, dir: 'ltr', width: NARROW.width, otherwise: [], outside: [], empty: [] };

  test.each(['verified.example', 'mismatch.example', 'bogus.example', 'signed.example'])(
    `${language}: popup, details and button of %s`,
    async (host) => {
      const { report } = await visit(browser, page, world.sites.find((site) => site.host === host)!.url);
      const { headline, why, title } = explain(report!, translate, { locale: language });
      expect((await readToolbar(browser, page)).title).toContain(title);
      await shown.open(`${browser.extensionOrigin}/${popupPath(page)}`);
      expect(await popupShown(shown)).toMatchObject({ sentence: headline, why });
      expect(await look()).toEqual(sound);
      await shown.open(`${browser.extensionOrigin}/details/details.html?tab=${page.id}`);
      await expect.poll(() => shown.evaluate('return document.body.dataset.ready'), { timeout: 20_000 }).toBe('true');
      expect(await look()).toEqual(sound);
    },
  );

  test.each(pagesOf(target.name))(`${language}: %s by itself`, async (path) => {
    // A number that no tab has: the popup as the toolbar opens it has a width of its own.
    await shown.open(`${browser.extensionOrigin}/${path}?tab=2000000000`);
    await expect.poll(() => shown.evaluate('return document.documentElement.lang')).toBe(language);
    expect(await look()).toEqual(sound);
  });
});

interface Look {
  readonly lang: string;
  readonly dir: string;
  /** Of all there is on the page. */
  readonly width: number;
  /** Elements that say something else than their message. */
  readonly otherwise: readonly string[];
  /** Buttons and labels whose words do not fit into them. */
  readonly outside: readonly string[];
  /** What is read out without words. */
  readonly empty: readonly string[];
}

/** Given: the message of each key. */
const LOOK = `
  const all = [...document.querySelectorAll('[data-message]')];
  const name = (element) => element.id || element.dataset.message || element.tagName + ' ' + element.textContent.slice(0, 40);
  const seen = (element) => element.getClientRects().length > 0;
  // What stands in a line of text has no width of its own, and what is for screen readers alone has none to see.
  const isTight = (element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1
    && getComputedStyle(element).overflowX === 'visible';
  return {
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
    width: Math.max(document.documentElement.scrollWidth, innerWidth),
    otherwise: all.filter((element) => element.textContent !== given[element.dataset.message]).map(name),
    outside: [...document.querySelectorAll('button, h1, h2, legend, label, select')].filter(seen).filter(isTight).map(name),
    empty: [...document.querySelectorAll('button, h1, h2, legend, summary')].filter(seen)
      .filter((element) => element.textContent.trim() === '' && !element.hasAttribute('aria-label')).map(name),
  };`;

/** Each folder with a page of its own name. */
function pagesOf(browser: 'firefox' | 'chromium'): string[] {
  const folder = fileURLToPath(new URL(`../../dist/${browser === 'firefox' ? 'firefox' : 'chrome'}/`, import.meta.url));
  if (!existsSync(folder)) throw new Error('no dist/: run `npm run build` first');
  return readdirSync(folder)
    .map((name) => `${name}/${name}.html`)
    .filter((path) => existsSync(folder + path));
}
