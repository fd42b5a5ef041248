/**
 * `npm run screenshots -- DIR [firefox|chromium] [LANGUAGE]`: every page of the extension as PNG, for each verdict, in
 * light and dark, narrow and wide, some in the colours of the system alone, from the real browsers.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MEANING_PAGE } from '../src/extension/meaning-page.ts';
import type { TabState } from '../src/extension/tab-state.ts';
import { WELCOME_PAGE } from '../src/extension/welcome-page.ts';
import { LANGUAGES } from '../src/locales/languages.ts';
import {
  activateTab,
  type BrowserName,
  type BrowserUnderTest,
  type Presentation,
  type Tab,
} from '../test/browsers/drivers/browser.ts';
import {
  configure,
  launchWithExtension,
  popupShown,
  visit,
  waitForVerdict,
} from '../test/browsers/drivers/extension.ts';
import { type DemoWorld, startDemoWorld } from '../test/world/demo.ts';
import { browsersFound, build, extensionFolder } from './demo/prepare.ts';

/** A popup is between these two widths. */
const POPUP_WIDTHS = [320, 420];
const DETAILS_WIDTHS = [360, 1000];
const DETAILED = new Set(['verified.example', 'mismatch.example', 'signed.example', 'bogus.example']);
/** What the inspector is shown with; of the demo's own names. */
const INSPECTED = { domain: 'verified.example', bogus: 'bogus.example', fault: 'verified,example' } as const;

/** Of the verdicts that a page is stopped upon. */
const STOPPED = ['mismatch.example', 'bogus.example'] as const;

/** What people look at who let their system choose the colours. */
const FORCED = new Set(['verified.example', 'mismatch.example']);

const SCHEMES = ['light', 'dark'] as const;

/** A telephone's, and a window's. */
const PAGE_WIDTHS = [360, 1000];

/** Of the longest page, its records and all. */
const MOST_HEIGHT = 12_000;

/** No browser has a tab of this number, so the background leaves alone what is stored for it. */
const NO_TAB = 2_000_000_000;

const [folder, ...words] = process.argv.slice(2);
const only = words.find((word) => word === 'firefox' || word === 'chromium');
const language = words.find((word) => LANGUAGES.includes(word));
if (folder === undefined || words.some((word) => word !== only && word !== language)) {
  console.error(`usage: npm run screenshots -- DIR [firefox|chromium] [${LANGUAGES.join('|')}]`);
  process.exitCode = 2;
} else {
  await shootAll(resolve(folder), browsersFound(only));
}

async function shootAll(folder: string, names: readonly BrowserName[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build();
  const world = await startDemoWorld();
  try {
    for (const name of names) {
      const browser = await launchWithExtension(name, {
        extensionFolder: extensionFolder(name),
        hosts: world.hostMap,
        authorityPem: world.authority.rootPem,
        headless: true,
        language,
      });
      try {
        await shootBrowser(browser, world, folder);
      } finally {
        await browser.close();
      }
    }
  } finally {
    await world.close();
  }
}

async function shootBrowser(browser: BrowserUnderTest, world: DemoWorld, folder: string): Promise<void> {
  const page = await browser.openTab();
  const popup = await browser.openTab();
  const inForcedColours = async (label: string, width: number): Promise<void> => {
    await presentWhole(popup, { width, height: 800, scheme: 'dark', forcedColours: true });
    await popup.screenshot(join(folder, `${browser.name}-${label}-${width}-forced.png`), 'html');
    await popup.present({ width, height: 800, scheme: 'light' });
  };
  const shoot = async (label: string, tab: number): Promise<void> => {
    await popup.open(`${browser.extensionOrigin}/popup/popup.html?tab=${tab}`);
    if (label !== 'pending') await popupShown(popup);
    await eachWay(browser, folder, popup, `popup-${label}`, POPUP_WIDTHS, 600);
    if (FORCED.has(label)) await inForcedColours(`popup-${label}`, 420);
    if (DETAILED.has(label)) {
      await popup.open(`${browser.extensionOrigin}/details/details.html?tab=${tab}`);
      await popup.evaluate(
        "while (document.body.dataset.ready !== 'true') await new Promise((resolve) => setTimeout(resolve, 25));",
      );
      await eachWay(browser, folder, popup, `details-${label}`, DETAILS_WIDTHS);
      if (FORCED.has(label)) await inForcedColours(`details-${label}`, 1000);
    }
    await popup.open('about:blank');
  };
  const shootPage = async (label: string, path: string): Promise<void> => {
    await popup.open(`${browser.extensionOrigin}/${path}`);
    // What it shows depends on what is stored, and is there when the status of the resolver or a section is.
    await popup.evaluate(
      `const isThere = () => document.querySelector('#form:not([hidden]), #outcome:not([hidden]), #resolver-state:not(:empty), #meanings > li');
      const deadline = Date.now() + 10_000;
      while (isThere() === null && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));`,
    );
    await eachWay(browser, folder, popup, label, PAGE_WIDTHS);
    await popup.open('about:blank');
  };
  /** What stands in the place of a stopped page, and the popup once that is let through. */
  const shootStopped = async (host: string): Promise<void> => {
    const { url } = world.sites.find((site) => site.host === host)!;
    await page.open(url).catch(() => undefined);
    // Its buttons wait until somebody sees them.
    await activateTab(browser, page);
    await untilThere(
      page,
      "document.documentElement.dataset.drawn === 'true' && !document.querySelector('#once').disabled",
    );
    await eachWay(browser, folder, page, `warning-${host}`, PAGE_WIDTHS);
    await page.present({ width: 1000, height: 800, scheme: 'light' });
    // What holds for one load alone is no exception that the popup could tell of.
    await page.click('#session');
    await untilThere(page, 'location.protocol === "https:"');
    await waitForVerdict(browser, page);
    await shoot(`let-through-${host}`, page.id);
  };
  await shootPage('first-run', WELCOME_PAGE);
  await shootPage('options-no-resolver', 'options/options.html');
  await visit(browser, page, world.sites[0]!.url);
  await shoot('no-resolver', page.id);
  await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText });
  await shootPage('first-run-started', WELCOME_PAGE);
  await shootPage('options', 'options/options.html');
  await shootPage('meaning', MEANING_PAGE);
  await shootInspector(browser, popup, folder);
  for (const { host, url } of world.sites) {
    await visit(browser, page, url);
    await shoot(host, page.id);
  }
  for (const [label, state] of Object.entries(await statesOutOfReach(browser, page, world))) {
    await browser.inExtension(`await chrome.storage.session.set({ 'tab:${NO_TAB}': given });`, state);
    await shoot(label, NO_TAB);
  }
  await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText }, { protection: 'warn' });
  await shootPage('options-warn', 'options/options.html');
  for (const host of STOPPED) await shootStopped(host);
}

async function eachWay(
  browser: BrowserUnderTest,
  folder: string,
  tab: Tab,
  label: string,
  widths: readonly number[],
  height = 800,
): Promise<void> {
  for (const width of widths) {
    for (const scheme of SCHEMES) {
      await presentWhole(tab, { width, height, scheme });
      await tab.screenshot(join(folder, `${browser.name}-${label}-${width}-${scheme}.png`), 'html');
    }
  }
}

/** Firefox takes a picture of no more of a page than its window shows. */
async function presentWhole(tab: Tab, presentation: Presentation): Promise<void> {
  await tab.present(presentation);
  const high = await tab.evaluate<number>('return document.documentElement.scrollHeight');
  if (high > presentation.height) await tab.present({ ...presentation, height: Math.min(high, MOST_HEIGHT) });
}

/** Waits for a page that comes by itself, in the place of the one that was asked for. */
async function untilThere(tab: Tab, condition: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  // Between two pages there is none to ask.
  while (!(await tab.evaluate<boolean>(`return ${condition};`).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not so within 15 seconds: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function shootInspector(browser: BrowserUnderTest, tab: Tab, folder: string): Promise<void> {
  for (const [label, text] of [['empty', ''], ...Object.entries(INSPECTED)] as const) {
    // Another address than before, so that the page is loaded anew.
    await tab.open(`${browser.extensionOrigin}/inspector/inspector.html?${label}#${encodeURIComponent(text)}`);
    if (text !== '') {
      await tab.click('#go');
      await tab.evaluate(
        `const findings = document.querySelector('#findings');
        const isDone = () => !document.querySelector('#fault').hidden
          || (findings.childElementCount > 0 && findings.getAttribute('aria-busy') === 'false');
        const deadline = Date.now() + 20_000;
        while (!isDone() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));`,
      );
    }
    await eachWay(browser, folder, tab, `inspector-${label}`, PAGE_WIDTHS);
  }
  await tab.open('about:blank');
}

/** What does not stand still long enough to be looked at, or not in every browser. */
async function statesOutOfReach(
  browser: BrowserUnderTest,
  page: Tab,
  world: DemoWorld,
): Promise<Readonly<Record<string, TabState>>> {
  const { url } = world.sites[0]!;
  const { report } = await visit(browser, page, url);
  if (report === undefined) throw new Error(`no report of ${url}`);
  const why = 'reading switched off';
  const unread = {
    ...report,
    verdict: 'unread',
    reason: { code: 'certificate-unread', why },
    certificate: { kind: 'none', why },
    tlsa: report.tlsa.map((record) => ({ ...record, outcome: { code: 'not-judged' } as const })),
  } as const;
  return {
    pending: { version: 1, past: [], shown: { url, check: 'under way' } },
    unchecked: { version: 1, past: [], shown: { url } },
    unread: { version: 1, past: [], shown: { url, report: unread } },
  };
}
