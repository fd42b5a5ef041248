/**
 * The background is ended in the middle of a check, at each await in turn: in Chromium the service worker, in Firefox
 * the event page. What is shown afterwards is right or says that nothing is known, and soon it is right.
 *
 * `npm run test:deaths` goes through all places where a check can be stopped, for each way it begins: each at one of the
 * sites that come by it, or at every one of them (`DANELAW_DEATHS_AT='every site'`). Without it a few of them are taken,
 * spread over all.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoSite, type DemoWorld, startDemoWorld } from '../world/demo.ts';
import { BEGINNINGS, type Beginning, type Death, type DeathStage, die, WAKINGS } from './deaths.ts';
import type { BrowserUnderTest } from './drivers/browser.ts';
import { configure, launchWithExtension, visit } from './drivers/extension.ts';
import { BUTTON } from './expectations.ts';
import { type StopPoints, startStopPoints } from './stop-points.ts';
import { STOCK } from './targets.ts';

/** `all`, or some of `BEGINNINGS` with commas between them. */
const WANTED = process.env['DANELAW_DEATHS'] ?? '';
const EVERYWHERE = WANTED !== '';
const AT_EVERY_SITE = process.env['DANELAW_DEATHS_AT'] === 'every site';
/** The order gives each page another verdict before it than its own. */
const HOSTS = ['verified.example', 'mismatch.example', 'insecure.example', 'signed.example', 'bogus.example'];
/** A check passes about so many places. */
const USUAL_PLACES = 150;
const DEATHS_OF_A_SAMPLE = 10;
/** Deaths; at every site the whole takes an hour. */
const PROGRESS_EVERY = 100;
const EVERYWHERE_LIMIT_MS = 3_600_000;

let world: DemoWorld;
let sites: readonly DemoSite[];
beforeAll(async () => {
  world = await startDemoWorld();
  sites = HOSTS.map((host) => world.sites.find((site) => site.host === host)!);
});
afterAll(() => world.close());

describe.each(STOCK)('$label', (target) => {
  let stops: StopPoints;
  let browser: BrowserUnderTest;
  let stage: DeathStage;
  beforeAll(async () => {
    const folder = target.name === 'firefox' ? 'firefox' : 'chrome';
    stops = await startStopPoints(fileURLToPath(new URL(`../../dist/${folder}`, import.meta.url)));
    browser = await launchWithExtension(target.name, {
      extensionFolder: stops.extensionFolder,
      hosts: world.hostMap,
      authorityPem: world.authority.rootPem,
      headless: true,
    });
    await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText });
    const other = await browser.openTab();
    stage = { browser, stops, sites: world.sites, tab: await browser.openTab(), other };
  });
  afterAll(async () => {
    await browser?.close();
    await stops?.close();
  });

  test('B13 a background started anew asks nothing that the one before was told', async () => {
    const { tab } = stage;
    for (const site of sites) await visit(browser, tab, site.url);
    const asked = world.log.length;
    expect(asked).toBeGreaterThan(sites.length);
    for (const { url, expected } of sites) {
      await browser.stopWorker();
      expect(await visit(browser, tab, url)).toMatchObject({ verdict: expected, badge: BUTTON[expected].badge });
    }
    console.log(`${target.label}: ${sites.length} new starts, ${world.log.length - asked} questions`);
    expect(world.log.length).toBe(asked);
  });

  test(
    'B13 ended at any await of a check: what is shown is right or pending, never wrong, and soon right',
    async () => {
      const deaths: Death[] = [];
      for await (const death of EVERYWHERE ? everyDeath(stage) : someDeaths(stage)) {
        deaths.push(death);
        if (deaths.length % PROGRESS_EVERY === 0) report(target.label, deaths);
      }
      report(target.label, deaths);
      expect(deaths.filter(({ shown }) => shown.some(({ about }) => about === 'wrong'))).toEqual([]);
      expect(deaths.filter(({ rightAfterMs }) => rightAfterMs === undefined)).toEqual([]);
      expect(deaths.filter(({ at }) => at !== undefined).length).toBeGreaterThan(deaths.length / 2);
    },
    EVERYWHERE ? EVERYWHERE_LIMIT_MS : undefined,
  );

  test('the same page with another certificate, ended before anything of it was stored', async () => {
    const [site] = sites as [DemoSite];
    await visit(browser, stage.tab, site.url);
    world.swap(site.host);
    try {
      const deaths: Death[] = [];
      for (const [i, place] of SWAPPED_PLACES.entries()) {
        if (i > 0) {
          world.restore(site.host);
          await visit(browser, stage.tab, site.url);
          world.swap(site.host);
        }
        deaths.push(
          await die(stage, { site, swapped: true, beginning: 'asleep and warm', waking: 'tab activated', place }),
        );
      }
      report(`${target.label}, certificate swapped`, deaths);
      expect(deaths.filter(({ shown }) => shown.some(({ about }) => about === 'wrong'))).toEqual([]);
      if (target.name === 'chromium')
        expect(deaths.filter(({ rightAfterMs }) => rightAfterMs === undefined)).toEqual([]);
    } finally {
      world.restore(site.host);
    }
  });
});

const SWAPPED_PLACES = EVERYWHERE ? Array.from({ length: 40 }, (_, i) => 1 + i) : [1, 12];

async function* someDeaths(stage: DeathStage): AsyncGenerator<Death> {
  for (let i = 0; i < DEATHS_OF_A_SAMPLE; i++) {
    yield await die(stage, {
      site: sites[i % sites.length]!,
      beginning: BEGINNINGS[i % BEGINNINGS.length]!,
      waking: WAKINGS[i % WAKINGS.length]!,
      place: 1 + Math.floor((i * USUAL_PLACES) / DEATHS_OF_A_SAMPLE),
    });
  }
}

const beginnings = BEGINNINGS.filter((one) => WANTED === 'all' || WANTED.split(',').includes(one));

/** An await is known by what is called and how many of these calls came before it. */
interface Await {
  readonly what: string;
  readonly nth: number;
  /** Those whose check comes by it. */
  readonly sites: readonly DemoSite[];
}

async function* everyDeath(stage: DeathStage): AsyncGenerator<Death> {
  for (const beginning of beginnings) {
    const awaits = await awaitsOf(stage, beginning);
    for (const [i, { what, nth, sites: there }] of awaits.entries()) {
      const waking = WAKINGS[i % WAKINGS.length]!;
      // Each site in its turn; which calls a check makes differs a little from run to run.
      const turns = there.map((_, turn) => there[(i + turn) % there.length]!);
      for (const site of turns) {
        const death = await die(stage, { site, beginning, waking, place: { what, nth } });
        yield death;
        if (death.at !== undefined && !AT_EVERY_SITE) break;
      }
    }
  }
}

/** What each site's check comes by where nothing stops it. */
async function awaitsOf(stage: DeathStage, beginning: Beginning): Promise<readonly Await[]> {
  const found = new Map<string, { what: string; nth: number; sites: DemoSite[] }>();
  for (const site of sites) {
    const { passed } = await die(stage, { site, beginning, waking: WAKINGS[0], place: Number.POSITIVE_INFINITY });
    const counts = new Map<string, number>();
    for (const what of passed) {
      const nth = (counts.get(what) ?? 0) + 1;
      counts.set(what, nth);
      const key = `${what} ${nth}`;
      const known = found.get(key) ?? { what, nth, sites: [] };
      known.sites.push(site);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

function report(label: string, all: readonly Death[]): void {
  const deaths = all.filter(({ at }) => at !== undefined);
  const shown = (about: string) => deaths.flatMap((death) => death.shown.filter((seen) => seen.about === about)).length;
  const times = deaths.flatMap(({ rightAfterMs }) => rightAfterMs ?? []).sort((a, b) => a - b);
  const kinds = new Map<string, number>();
  for (const { at } of deaths) kinds.set(at!, (kinds.get(at!) ?? 0) + 1);
  console.log(
    `${label}: ended at ${deaths.length} stop points (${all.length - deaths.length} times the check was over first), ` +
      `${kinds.size} kinds of await, ${deaths.filter(({ ended }) => !ended).length} refused by the browser; ` +
      `shown right ${shown('right')}, pending ${shown('pending')}, unseen ${shown('unseen')}, wrong ${shown('wrong')}; ` +
      `right again after ${times[times.length >> 1]} ms (median), ${times.at(-1)} ms (longest), never ${deaths.length - times.length}`,
  );
  if (EVERYWHERE) console.log([...kinds].map(([kind, count]) => `  ${count} ${kind}`).join('\n'));
  for (const death of all.filter(
    (one) => one.rightAfterMs === undefined || one.shown.some((s) => s.about === 'wrong'),
  )) {
    console.log(
      JSON.stringify({ ...death, passed: death.passed.length, plan: { ...death.plan, site: death.plan.site.host } }),
    );
  }
}
