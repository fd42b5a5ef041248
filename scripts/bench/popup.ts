/**
 * From the click to a painted popup: the button is pressed in the real browser, the popup's own window is asked when
 * it first painted anything, and what moved after that. Beside it an extension page with one word in it, opened the
 * same way in the same browser: nothing can be faster.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { activateTab, type BrowserName, type BrowserUnderTest } from '../../test/browsers/drivers/browser.ts';
import { configure, launchWithExtension, visit } from '../../test/browsers/drivers/extension.ts';
import { removeFolder, temporaryFolder } from '../../test/browsers/drivers/processes.ts';
import { type DemoWorld, startDemoWorld } from '../../test/world/demo.ts';
import { extensionFolder } from '../demo/prepare.ts';
import { type Spread, spreadOf } from './spread.ts';

/** The page in front, or the floor; and whether the background is at rest, as it mostly is when somebody clicks. */
export interface PopupCase {
  readonly popup: 'verified.example' | 'bogus.example' | 'floor';
  readonly background: 'awake' | 'asleep';
}

export const CASES: readonly PopupCase[] = [
  { popup: 'verified.example', background: 'awake' },
  { popup: 'verified.example', background: 'asleep' },
  { popup: 'bogus.example', background: 'awake' },
  { popup: 'floor', background: 'awake' },
];

export interface PopupRow extends PopupCase {
  readonly browser: string;
  readonly openings: number;
  /** From the start of the page's loading to its first contentful paint. */
  readonly firstPaintMs: Spread;
  /** The sum of Chromium's own `layout-shift` entries over all openings; undefined where a browser has none. */
  readonly layoutShift: number | undefined;
  /** Openings in which a main part stood elsewhere a second after the first paint. */
  readonly moved: number;
  /** Which parts these were, and by how much. */
  readonly moves: readonly string[];
}

/** What one opening shows of itself. */
interface Opening {
  readonly firstPaintMs: number;
  readonly sentence: string;
  readonly layoutShift: number | null;
  readonly moves: readonly string[];
}

const FLOOR = 'floor/floor.html';
const POPUP = 'popup/popup.html';
const LIMIT_MS = 15_000;
/** Time in which whatever comes late would come. */
const SETTLE_MS = 1000;

export async function measurePopup(
  name: BrowserName,
  { openings, onRow }: { readonly openings: number; readonly onRow: (row: PopupRow) => void },
): Promise<PopupRow[]> {
  const folder = withFloor(extensionFolder(name));
  const world = await startDemoWorld();
  try {
    const browser = await launchWithExtension(name, {
      extensionFolder: folder,
      hosts: world.hostMap,
      authorityPem: world.authority.rootPem,
      headless: true,
    });
    try {
      await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText });
      return await measureIn(browser, world, openings, onRow);
    } finally {
      await browser.close();
    }
  } finally {
    await world.close();
    removeFolder(folder);
  }
}

async function measureIn(
  browser: BrowserUnderTest,
  world: DemoWorld,
  openings: number,
  onRow: (row: PopupRow) => void,
): Promise<PopupRow[]> {
  const page = await browser.openTab();
  const rows: PopupRow[] = [];
  let shown = '';
  for (const one of CASES) {
    const host = one.popup === 'floor' ? 'verified.example' : one.popup;
    if (host !== shown) await visit(browser, page, world.sites.find((site) => site.host === host)!.url);
    shown = host;
    await activateTab(browser, page);
    const path = one.popup === 'floor' ? FLOOR : POPUP;
    await browser.inExtension('await chrome.action.setPopup({ popup: given });', path);
    const seen: Opening[] = [];
    // The first one fills the browser's own caches, of scripts among them.
    for (let i = -1; i < openings; i++) {
      if (one.background === 'asleep') await browser.stopWorker();
      const opening = await browser.inExtension<Opening>(OPEN, { path, LIMIT_MS, SETTLE_MS });
      if (one.popup !== 'floor' && !opening.sentence.includes(host)) {
        throw new Error(`the popup's first paint says nothing of ${host}: “${opening.sentence}”`);
      }
      if (i >= 0) seen.push(opening);
    }
    const row = rowOf(`${browser.name} ${browser.version}`, one, seen);
    rows.push(row);
    onRow(row);
  }
  return rows;
}

function rowOf(browser: string, one: PopupCase, seen: readonly Opening[]): PopupRow {
  const shifts = seen.flatMap(({ layoutShift }) => (layoutShift === null ? [] : [layoutShift]));
  return {
    ...one,
    browser,
    openings: seen.length,
    firstPaintMs: spreadOf(seen.map(({ firstPaintMs }) => firstPaintMs)),
    layoutShift: shifts.length === 0 ? undefined : shifts.reduce((sum, shift) => sum + shift, 0),
    moved: seen.filter(({ moves }) => moves.length > 0).length,
    moves: [...new Set(seen.flatMap(({ moves }) => moves))],
  };
}

/** A copy of the build with one page more. */
function withFloor(folder: string): string {
  const copy = temporaryFolder('floor');
  cpSync(folder, copy, { recursive: true });
  mkdirSync(join(copy, 'floor'));
  writeFileSync(
    join(copy, FLOOR),
    '<!doctype html><meta charset="utf-8"><title>floor</title><main><h1>Floor</h1></main>',
  );
  return copy;
}

/**
 * Runs in a page of the extension's. The popup shows nothing at all before it has its verdict, so the first contentful
 * paint, by the browser's own clock, is the one with the verdict in it.
 */
const OPEN = `
  const { path, LIMIT_MS, SETTLE_MS } = given;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = async (what, look) => {
    const deadline = Date.now() + LIMIT_MS;
    for (;;) {
      const found = look();
      if (found) return found;
      if (Date.now() > deadline) throw new Error('the popup: no ' + what);
      await pause(4);
    }
  };
  const views = () => chrome.extension.getViews({ type: 'popup' });
  await until('end of the one before', () => views().length === 0);
  await chrome.action.openPopup();
  const view = await until('window', () => views().find((one) => one.location.pathname === '/' + path));
  const paint = await until('first paint', () => view.performance.getEntriesByName('first-contentful-paint')[0]);
  const parts = () => new Map([...view.document.querySelectorAll('main > *, h1, #host, #chain > li, footer button')]
    .filter((part) => part.checkVisibility())
    .map((part, i) => {
      const { left, top, width, height } = part.getBoundingClientRect();
      return [part.id || part.tagName + i, [left, top, width, height].map(Math.round).join(' ')];
    }));
  const first = parts();
  const sentence = view.document.querySelector('h1').textContent;
  let layoutShift = null;
  if (view.PerformanceObserver.supportedEntryTypes.includes('layout-shift')) {
    layoutShift = 0;
    const add = (entries) => { for (const { value } of entries) layoutShift += value; };
    new view.PerformanceObserver((list) => add(list.getEntries())).observe({ type: 'layout-shift', buffered: true });
  }
  await pause(SETTLE_MS);
  const last = parts();
  const moves = [...new Set([...first.keys(), ...last.keys()])]
    .filter((part) => first.get(part) !== last.get(part))
    .map((part) => part + ': ' + (first.get(part) ?? 'not there') + ' -> ' + (last.get(part) ?? 'not there'));
  view.close();
  return { firstPaintMs: paint.startTime, sentence, layoutShift, moves };`;
