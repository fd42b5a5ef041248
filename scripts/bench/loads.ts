/**
 * Page loads with and without the extension, in browsers of their own that stand side by side and load in turn, so that
 * a slow moment of the machine meets all of them. Two of them are without it: what lies between those two is noise. A
 * fourth has an extension that listens and does nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserUnderTest, Tab } from '../../test/browsers/drivers/browser.ts';
import { type Choices, configure, launchWithExtension, waitForVerdict } from '../../test/browsers/drivers/extension.ts';
import { launchBrowser } from '../../test/browsers/drivers/launch.ts';
import { extensionFolder } from '../demo/prepare.ts';
import { idleExtension } from './idle-extension.ts';
import { type PageKind, type PageWorld, RESOURCES, startPageWorld } from './page-world.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Of every link, from end to end and back. */
export const ROUND_TRIP_MS = 40;

/** What is known of the page's hosts, and how the resolver is reached, before a load. */
export const STATES = ['warm', 'cold', 'cold, resolver not connected'] as const;

export type LoadState = (typeof STATES)[number];

export interface LoadTarget {
  readonly label: string;
  readonly name: 'firefox' | 'chromium';
  readonly choices: Choices;
}

export const LOAD_TARGETS: readonly LoadTarget[] = [
  { label: 'Firefox', name: 'firefox', choices: {} },
  { label: 'Chromium', name: 'chromium', choices: {} },
];

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
  /** The same of two browsers without any. */
  readonly noise: Spread;
  /** Milliseconds from the page's first octet until its first line runs, less the median of the same without. */
  readonly headersHeld: Spread;
  /** The most that one load asked. */
  readonly questions: number;
}

export interface LoadsPlan {
  readonly targets: readonly LoadTarget[];
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

/** The browsers side by side, by what they have. */
const SIDES = ['danelaw', 'plain', 'idle', 'control'] as const;

type SideName = (typeof SIDES)[number];

interface Side {
  readonly name: SideName;
  readonly browser: BrowserUnderTest;
  readonly tab: Tab;
}

/** Loads before those that count: the first ones meet code that has never run. */
const WARM_UP = 3;
/** What goes on in a browser after its load is over before the next one begins. */
const PAUSE_MS = 150;

export async function measureLoads(plan: LoadsPlan): Promise<LoadsRow[]> {
  const rows: LoadsRow[] = [];
  for (const target of plan.targets) {
    const world = await startPageWorld(ROUND_TRIP_MS);
    const sides: Side[] = [];
    try {
      for (const name of SIDES) sides.push(await openSide(name, target, world));
      for (const page of plan.pages) {
        for (const state of plan.states) {
          const row = await measureRow(target, world, sides, { page, state, loads: plan.loads });
          rows.push(row);
          plan.onRow(row);
        }
      }
    } finally {
      for (const { browser } of sides) await browser.close();
      await world.close();
    }
  }
  return rows;
}

async function openSide(name: SideName, target: LoadTarget, world: PageWorld): Promise<Side> {
  const { hosts, ports, authorityPem } = world;
  const options = { hosts, ports, authorityPem, headless: true };
  const ours = extensionFolder(target.name);
  const folder = { danelaw: ours, idle: name === 'idle' ? idleExtension(ours) : '', plain: '', control: '' }[name];
  const browser =
    folder === ''
      ? await launchBrowser(target.name, options)
      : await launchWithExtension(target.name, { ...options, extensionFolder: folder });
  return { name, browser, tab: await browser.openTab() };
}

interface Case {
  readonly page: PageKind;
  readonly state: LoadState;
  readonly loads: number;
}

async function measureRow(
  target: LoadTarget,
  world: PageWorld,
  sides: readonly Side[],
  { page, state, loads }: Case,
): Promise<LoadsRow> {
  const measured: Record<SideName, Load[]> = { danelaw: [], plain: [], idle: [], control: [] };
  const danelaw = sides.find(({ name }) => name === 'danelaw')!;
  let questions = 0;
  await forget(target, world, danelaw);
  for (let round = -WARM_UP; round < loads; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      // Each of them is the first in its turn.
      const side = sides[(turn + round + WARM_UP) % sides.length]!;
      if (side === danelaw && state !== 'warm') await forget(target, world, danelaw);
      world.siteLink.cut();
      if (state === 'cold, resolver not connected') world.resolverLink.cut();
      await sleep(PAUSE_MS);
      const before = world.questions.length;
      const load = await loadPage(side.tab, world.url(page, round));
      if (side === danelaw) await mustSay(side, page);
      // What is shown would be checked anew as soon as the settings change.
      await side.tab.open('about:blank');
      if (round < 0) continue;
      measured[side.name].push(load);
      if (side === danelaw) questions = Math.max(questions, world.questions.length - before);
    }
  }
  if (state === 'warm' && questions > 0) throw new Error(`a warm load asked ${questions} questions`);
  const timesOf = (name: SideName) => spreadOf(measured[name].map(({ loadMs }) => loadMs));
  const without = timesOf('plain');
  const over = ({ median, p90 }: Spread): Spread => ({
    median: median / without.median - 1,
    p90: p90 / without.p90 - 1,
  });
  const heldWithout = spreadOf(measured.plain.map(({ heldMs }) => heldMs)).median;
  return {
    browser: target.label,
    version: danelaw.browser.version,
    page,
    state,
    loads,
    without,
    with: timesOf('danelaw'),
    overhead: over(timesOf('danelaw')),
    idleOverhead: over(timesOf('idle')),
    noise: over(timesOf('control')),
    headersHeld: spreadOf(measured.danelaw.map(({ heldMs }) => heldMs - heldWithout)),
    questions,
  };
}

/** Of settings that differ in nothing but a name nobody asks about. */
let changes = 0;

/** New settings make a new engine, which knows nothing. */
async function forget({ choices }: LoadTarget, world: PageWorld, { browser }: Side): Promise<void> {
  await configure(browser, world.resolver, { ...choices, exclusions: [`change-${changes++}.test`] });
}

/** Waits for the load event. */
export async function loadPage(tab: Tab, url: string): Promise<Load> {
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
async function mustSay({ browser, tab }: Side, page: PageKind): Promise<void> {
  const { verdict, badge } = await waitForVerdict(browser, tab);
  if (verdict !== page) throw new Error(`${page}: the extension says ${verdict} (${badge})`);
}
