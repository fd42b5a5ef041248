/**
 * Page loads with and without the extension, in browsers of their own that stand side by side and load in turn, so that
 * a slow moment of the machine meets all of them. Two of them are without it: what lies between those two is noise. A
 * fourth has an extension that listens and does nothing, a fifth one that sends the same questions besides.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import type { BrowserName, BrowserUnderTest, Tab } from '../../test/browsers/drivers/browser.ts';
import { type Choices, configure, launchWithExtension, waitForVerdict } from '../../test/browsers/drivers/extension.ts';
import { launchBrowser } from '../../test/browsers/drivers/launch.ts';
import { extensionFolder } from '../demo/prepare.ts';
import { idleExtension, letAsk } from './idle-extension.ts';
import { type PageKind, type PageWorld, RESOURCES, startPageWorld } from './page-world.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Of every link, from end to end and back. */
export const ROUND_TRIP_MS = 40;

/** What is known of the page's hosts, and how the resolver is reached, before a load. */
export const STATES = ['warm', 'cold', 'cold, resolver not connected'] as const;

export type LoadState = (typeof STATES)[number];

/** A way of having the extension. */
export interface Way {
  readonly label: string;
  readonly choices: Choices;
}

/**
 * Each as it comes; Firefox with enforcement on, where no page is shown before its verdict; Chromium without its
 * debugger's bar on each load.
 */
export const WAYS: Readonly<Record<BrowserName, readonly Way[]>> = {
  firefox: [
    { label: 'Firefox, blocking', choices: { protection: 'block' } },
    { label: 'Firefox', choices: {} },
  ],
  chromium: [
    { label: 'Chromium', choices: {} },
    { label: 'Chromium, once/host', choices: { certificateReading: 'once-per-host' } },
  ],
};

export interface LoadsRow {
  readonly browser: string;
  readonly version: string;
  readonly page: PageKind;
  readonly state: LoadState;
  readonly loads: number;
  /** Milliseconds from the start of the navigation to the load event. */
  readonly without: Spread;
  readonly with: Spread;
  /** With over without, less 1. */
  readonly overhead: Spread;
  /** The same of an extension that does nothing (`idle-extension.ts`). */
  readonly idleOverhead: Spread;
  /** The same of one that does nothing but send as many questions, the same ones: the floor of a cold load. */
  readonly askingOverhead: Spread;
  /** The same of two browsers without any. */
  readonly noise: Spread;
  /** Milliseconds from the page's first octet until its first line runs, less the median of the same without. */
  readonly headersHeld: Spread;
  /** The most that one load asked. */
  readonly questions: number;
}

export interface LoadsPlan {
  readonly browsers: readonly BrowserName[];
  readonly pages: readonly PageKind[];
  readonly states: readonly LoadState[];
  readonly loads: number;
  readonly onRow: (row: LoadsRow) => void;
}

interface Load {
  readonly loadMs: number;
  /** From the first octet of the page until its first line runs. */
  readonly heldMs: number;
}

/** One of the browsers side by side, and what it took. */
interface Side {
  /** Danelaw in some way, or another extension that does nothing, or next to nothing, or none at all. */
  readonly has: Way | 'idle' | 'asking' | 'nothing';
  readonly browser: BrowserUnderTest;
  readonly tab: Tab;
  readonly loads: Load[];
  /** The most that one load asked. */
  questions: number;
}

/** Loads before those that count: the first ones meet code that has never run. */
const WARM_UP = 3;
/** What goes on in a browser after its load is over before the next one begins. */
const PAUSE_MS = 150;

export async function measureLoads(plan: LoadsPlan): Promise<LoadsRow[]> {
  const rows: LoadsRow[] = [];
  for (const name of plan.browsers) {
    const world = await startPageWorld(ROUND_TRIP_MS);
    const sides: Side[] = [];
    try {
      for (const has of [...WAYS[name], 'nothing', 'idle', 'asking', 'nothing'] as const) {
        sides.push(await openSide(name, has, world));
      }
      for (const page of plan.pages) {
        for (const state of plan.states) {
          const measured = await measureCase(world, sides, { page, state, loads: plan.loads });
          rows.push(...measured);
          measured.forEach(plan.onRow);
        }
      }
    } finally {
      for (const { browser } of sides) await browser.close();
      await world.close();
    }
  }
  return rows;
}

async function openSide(name: BrowserName, has: Side['has'], world: PageWorld): Promise<Side> {
  const { hosts, ports, authorityPem } = world;
  const options = { hosts, ports, authorityPem, headless: true };
  const ours = extensionFolder(name);
  const browser =
    has === 'nothing'
      ? await launchBrowser(name, options)
      : await launchWithExtension(name, {
          ...options,
          extensionFolder: typeof has === 'string' ? idleExtension(ours) : ours,
        });
  return { has, browser, tab: await browser.openTab(), loads: [], questions: 0 };
}

interface Case {
  readonly page: PageKind;
  readonly state: LoadState;
  readonly loads: number;
}

/** A row for each way of having the extension. */
async function measureCase(world: PageWorld, sides: readonly Side[], situation: Case): Promise<LoadsRow[]> {
  const { page, state, loads } = situation;
  for (const side of sides) {
    side.loads.length = 0;
    side.questions = 0;
    await forget(side, world, []);
  }
  /** What Danelaw asked for the load before. */
  let asked: readonly Question[] = [];
  for (let round = -WARM_UP; round < loads; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      // Each of them is the first in its turn.
      const side = sides[(turn + round + WARM_UP) % sides.length]!;
      if (state !== 'warm') await forget(side, world, asked);
      world.siteLink.cut();
      if (state === 'cold, resolver not connected') world.resolverLink.cut();
      await sleep(PAUSE_MS);
      const before = world.questions.length;
      const load = await loadPage(side.tab, world.url(page, round));
      await mustSay(side, page);
      // What is shown would be checked anew as soon as the settings change.
      await side.tab.open('about:blank');
      const questions = world.questions.slice(before);
      if (typeof side.has !== 'string') asked = questions.map(({ name, type }) => ({ name: Name.parse(name), type }));
      if (round < 0) continue;
      side.loads.push(load);
      side.questions = Math.max(side.questions, questions.length);
    }
  }
  return sides.flatMap((side) => (typeof side.has === 'string' ? [] : [rowOf(side, side.has, sides, situation)]));
}

function rowOf(side: Side, way: Way, sides: readonly Side[], situation: Case): LoadsRow {
  if (situation.state === 'warm' && side.questions > 0)
    throw new Error(`a warm load asked ${side.questions} questions`);
  const timesOf = (one: Side) => spreadOf(one.loads.map(({ loadMs }) => loadMs));
  const [plain, control] = sides.filter(({ has }) => has === 'nothing') as [Side, Side];
  const idle = sides.find(({ has }) => has === 'idle')!;
  const asking = sides.find(({ has }) => has === 'asking')!;
  if (asking.questions < side.questions / 2) {
    throw new Error(`${side.questions} questions are compared with ${asking.questions}`);
  }
  const without = timesOf(plain);
  const over = (one: Side): Spread => {
    const { median, p90 } = timesOf(one);
    return { median: median / without.median - 1, p90: p90 / without.p90 - 1 };
  };
  const heldWithout = spreadOf(plain.loads.map(({ heldMs }) => heldMs)).median;
  return {
    browser: way.label,
    version: side.browser.version,
    ...situation,
    without,
    with: timesOf(side),
    overhead: over(side),
    idleOverhead: over(idle),
    askingOverhead: over(asking),
    noise: over(control),
    headersHeld: spreadOf(side.loads.map(({ heldMs }) => heldMs - heldWithout)),
    questions: side.questions,
  };
}

/** Of settings that differ in nothing but a name nobody asks about. */
let changes = 0;

/** New settings make a new engine, which knows nothing. */
async function forget({ has, browser }: Side, world: PageWorld, asked: readonly Question[]): Promise<void> {
  if (has === 'asking') await letAsk(browser, world.resolver.resolverUrl, asked);
  if (typeof has === 'string') return;
  await configure(browser, world.resolver, { ...has.choices, exclusions: [`change-${changes++}.test`] });
}

/** Waits for the load event. */
async function loadPage(tab: Tab, url: string): Promise<Load> {
  const outcome = await tab.open(url);
  if (!outcome.loaded) throw new Error(`${url}: ${outcome.error}`);
  const { resources, ...load } = await tab.evaluate<Load & { resources: number }>(`
    const [{ loadEventStart, responseStart }] = performance.getEntriesByType('navigation');
    const firstLineAt = performance.getEntriesByName('first line')[0].startTime;
    const resources = performance.getEntriesByType('resource').length;
    return { loadMs: loadEventStart, heldMs: firstLineAt - responseStart, resources };`);
  if (resources !== RESOURCES) throw new Error(`${url}: ${resources} of ${RESOURCES} resources were loaded`);
  return load;
}

/** The page was checked, and what was found out is right. */
async function mustSay({ has, browser, tab }: Side, page: PageKind): Promise<void> {
  if (typeof has === 'string') return;
  const { verdict, badge } = await waitForVerdict(browser, tab);
  if (verdict !== page) throw new Error(`${has.label}, ${page}: the extension says ${verdict} (${badge})`);
}
