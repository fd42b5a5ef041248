/** The demo without a window: each site in each browser, what the toolbar shows, and the swapped certificate. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteVerdict } from '../../src/report.ts';
import type { BrowserName, BrowserUnderTest, Tab } from '../../test/browsers/drivers/browser.ts';
import {
  configure,
  launchWithExtension,
  popupPath,
  popupShown,
  type Seen,
  visit,
} from '../../test/browsers/drivers/extension.ts';
import type { DemoSite, DemoWorld } from '../../test/world/demo.ts';
import type { Closing } from './closing.ts';
import { extensionFolder } from './prepare.ts';
import type { SiteResult } from './result.ts';

export interface HeadlessRun {
  readonly world: DemoWorld;
  readonly closing: Closing;
  readonly screenshots?: string;
  readonly onBrowser: (name: BrowserName, version: string) => void;
  readonly onResult: (result: SiteResult) => void;
}

/** Every site once, then one of them again with another certificate. */
export async function showHeadless(name: BrowserName, run: HeadlessRun): Promise<readonly SiteResult[]> {
  const { world, closing } = run;
  const browser = await launchWithExtension(name, {
    extensionFolder: extensionFolder(name),
    hosts: world.hostMap,
    authorityPem: world.authority.rootPem,
    headless: true,
  });
  closing.add(browser.close);
  run.onBrowser(name, browser.version);
  await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText });
  const tab = await browser.openTab();
  const results: SiteResult[] = [];
  const note = (site: DemoSite, expected: SiteVerdict, seen: Seen) => {
    const { verdict = 'none', badge, title, ms } = seen;
    const result: SiteResult = { browser: name, site: site.url, expected, verdict, badge, title, ms };
    results.push(result);
    run.onResult(result);
  };
  for (const site of world.sites) {
    note(site, site.expected, await visit(browser, tab, site.url));
    if (run.screenshots !== undefined) await shoot(browser, tab, run.screenshots, site.host);
  }
  const swapped = world.sites.find(({ expected }) => expected === 'verified');
  if (swapped !== undefined) {
    world.swap(swapped.host);
    try {
      note(swapped, 'mismatch', await visit(browser, tab, swapped.url));
      if (run.screenshots !== undefined) await shoot(browser, tab, run.screenshots, `${swapped.host}-swapped`);
    } finally {
      world.restore(swapped.host);
    }
  }
  await browser.close();
  return results;
}

/** The page, the window with its toolbar where the browser shows it, and the popup of its tab in a tab of its own: the same document that the toolbar button opens. */
async function shoot(browser: BrowserUnderTest, tab: Tab, folder: string, label: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await tab.screenshot(join(folder, `${browser.name}-${label}-page.png`));
  await browser.windowScreenshot(join(folder, `${browser.name}-${label}-window.png`));
  const popup = await browser.openTab();
  try {
    await popup.open(`${browser.extensionOrigin}/${popupPath(tab)}`);
    await popupShown(popup);
    await popup.screenshot(join(folder, `${browser.name}-${label}-popup.png`), 'body');
  } finally {
    await popup.close();
  }
}
