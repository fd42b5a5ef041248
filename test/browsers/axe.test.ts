/**
 * axe-core finds nothing on any page of the extension, in either browser, in light and dark, and no page is wider than
 * its window. The pages are those of the build: a new one is looked at without being named here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoWorld, startDemoWorld } from '../world/demo.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure, visit } from './drivers/extension.ts';
import { stoppedPages } from './stopped.ts';
import { launchTarget, STOCK } from './targets.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const POPUP = 'popup/popup.html';
const DETAILS = 'details/details.html';
/** Seen in the place of another page only. */
const WARNING = 'warning/warning.html';
const VERDICTS = ['verified', 'mismatch', 'bogus', 'signed', 'insecure'] as const;
/** CSS pixels: of a popup, a window, a telephone. */
const WIDTHS = { popup: 380, page: 1000, narrow: 360 } as const;

interface Violation {
  readonly rule: string;
  readonly help: string;
  readonly places: readonly string[];
}

let world: DemoWorld;
beforeAll(async () => {
  world = await startDemoWorld();
});
afterAll(() => world.close());

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
  const choose = (choices: Parameters<typeof configure>[2] = {}) =>
    configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText }, choices);
  /** In light all rules, in dark those about colours. */
  const expectNone = async (tab: Tab, what: string, widths: readonly number[]) => {
    await settled(tab);
    // What is closed is looked at by nobody.
    await tab.evaluate(OPEN_ALL);
    await settled(tab);
    for (const width of widths) {
      for (const scheme of ['light', 'dark'] as const) {
        await tab.present({ width, height: 800, scheme });
        const wide = await tab.evaluate<number>('return document.documentElement.scrollWidth');
        expect(wide, `${what}, wider than ${width} pixels`).toBeLessThanOrEqual(width);
        const rules = scheme === 'light' ? null : ['color-contrast', 'link-in-text-block'];
        const found = await tab.evaluate<readonly Violation[]>(`${AXE}\n${RUN}`, rules);
        expect(found, `${what}, ${scheme}, ${width} pixels wide`).toEqual([]);
      }
    }
  };
  const built = builtPages(target.name);

  test.each(built.filter((path) => path !== WARNING))('%s, before anything is chosen', async (path) => {
    await own.open(`${browser.extensionOrigin}/${path}?tab=${page.id}`);
    await expectNone(own, path, [path === POPUP ? WIDTHS.popup : WIDTHS.page]);
  });

  test('the popup and the details, on each verdict', async () => {
    await choose();
    for (const verdict of VERDICTS) {
      await visit(browser, page, siteOf(`${verdict}.example`));
      await own.open(`${browser.extensionOrigin}/${POPUP}?tab=${page.id}`);
      await expectNone(own, `${POPUP} (${verdict})`, [WIDTHS.popup]);
    }
    await visit(browser, page, siteOf('verified.example'));
    await own.open(`${browser.extensionOrigin}/${DETAILS}?tab=${page.id}`);
    await expectNone(own, DETAILS, [WIDTHS.page, WIDTHS.narrow]);
  });

  test.each(built.filter((path) => path !== WARNING && path !== POPUP && path !== DETAILS))(
    '%s, with a resolver in use',
    async (path) => {
      await choose({ protection: 'warn' });
      await own.open(`${browser.extensionOrigin}/${path}?tab=${page.id}`);
      await expectNone(own, path, [WIDTHS.page, WIDTHS.narrow]);
    },
  );

  test('in the system’s own colours nothing drawn is lost, and at 200 % nothing is cut off', async () => {
    await choose();
    await visit(browser, page, siteOf('mismatch.example'));
    for (const path of [POPUP, DETAILS, 'options/options.html']) {
      await own.open(`${browser.extensionOrigin}/${path}?tab=${page.id}`);
      await settled(own);
      await own.present({ width: WIDTHS.page, height: 800, scheme: 'light', forcedColours: true });
      const { forced, shapes, lost } = await own.evaluate<{ forced: boolean; shapes: number; lost: string[] }>(LOST);
      expect({ forced, lost }, path).toEqual({ forced: true, lost: [] });
      if (path !== 'options/options.html') expect(shapes).toBeGreaterThan(10);
      await own.present({ width: WIDTHS.page, height: 800, scheme: 'light' });
      const widths = () => own.evaluate<[number, number]>('return [innerWidth, document.documentElement.scrollWidth]');
      await browser.inExtension('await chrome.tabs.setZoom(given, 2);', own.id);
      try {
        await expect.poll(async () => (await widths())[0]).toBe(WIDTHS.page / 2);
        expect((await widths())[1], path).toBeLessThanOrEqual(WIDTHS.page / 2);
      } finally {
        await browser.inExtension('await chrome.tabs.setZoom(given, 1);', own.id);
      }
    }
  });

  test('the inspector, with what it found and with a fault', async () => {
    await choose();
    const inspector = async (text: string) => {
      await own.open('about:blank');
      await own.open(`${browser.extensionOrigin}/inspector/inspector.html#${encodeURIComponent(text)}`);
      await own.click('#go');
    };
    for (const text of ['verified.example', siteOf('verified.example'), 'bogus.example']) {
      await inspector(text);
      const done = () =>
        own.evaluate("return document.querySelector('#findings:not(:empty)')?.getAttribute('aria-busy') === 'false'");
      await expect.poll(done, { timeout: 20_000 }).toBe(true);
      await expectNone(own, `inspector (${text})`, [WIDTHS.page, WIDTHS.narrow]);
    }
    await inspector('no,name');
    await expectNone(own, 'inspector (fault)', [WIDTHS.page]);
  });

  test.each(['warn', 'block'] as const)('the page in the place of a mismatch: %s', async (protection) => {
    await choose({ protection });
    const pages = stoppedPages(browser);
    await pages.open(page, siteOf('mismatch.example'));
    await pages.warned(page);
    await expectNone(page, WARNING, [WIDTHS.page, WIDTHS.narrow]);
  });
});

function builtPages(name: 'firefox' | 'chromium'): string[] {
  const folder = fileURLToPath(new URL(`../../dist/${name === 'firefox' ? 'firefox' : 'chrome'}`, import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html'))
    .sort();
}

/** What a page says depends on what is stored and asked: it is there once its text has stood still. */
async function settled(tab: Tab): Promise<void> {
  let last = '';
  await expect
    .poll(
      async () => {
        const text = await tab.evaluate<string>("return document.title + (document.body?.innerText ?? '')");
        const still = text === last && text.trim() !== '';
        last = text;
        return still;
      },
      { timeout: 15_000, interval: 150 },
    )
    .toBe(true);
}

/** What is drawn in the colour of what lies below it. The arrows of the timeline are cut out of its lines. */
const LOST = `
  const probe = document.createElement('div');
  probe.style.backgroundColor = 'Canvas';
  document.body.append(probe);
  const ground = getComputedStyle(probe).backgroundColor;
  probe.remove();
  const drawn = [...document.querySelectorAll('svg :is(path, rect, line, text):not(.before, .after)')]
    .filter((shape) => shape.checkVisibility());
  const isLost = (shape) => {
    const { fill, stroke } = getComputedStyle(shape);
    return [fill, stroke].every((colour) => colour === 'none' || colour === ground);
  };
  const name = (shape) => [shape.parentNode.getAttribute('class'), shape.tagName, shape.getAttribute('class')].join(' ');
  return { forced: matchMedia('(forced-colors: active)').matches, shapes: drawn.length,
    lost: drawn.filter(isLost).map(name) };`;

const OPEN_ALL = `
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const button of document.querySelectorAll('[aria-expanded="false"]')) button.click();`;

const RUN = `
  const only = given === null ? {} : { runOnly: { type: 'rule', values: given } };
  const { violations } = await window.axe.run(document, { ...only, resultTypes: ['violations'] });
  return violations.map(({ id, help, nodes }) => ({ rule: id, help,
    places: nodes.map(({ target, failureSummary }) => target.join(' ') + ': ' + failureSummary) }));`;
