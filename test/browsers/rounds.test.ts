/** A hundred rounds of fast navigation between five sites in two tabs: no page is ever shown another's verdict. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteVerdict } from '../../src/report.ts';
import { Random } from '../differential/random.ts';
import { type DemoSite, type DemoWorld, startDemoWorld } from '../world/demo.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { configure } from './drivers/extension.ts';
import { BUTTON } from './expectations.ts';
import { type Reading, type Readings, type Round, runRounds } from './rounds.ts';
import { ALL, launchTarget } from './targets.ts';

const HOSTS = ['verified.example', 'mismatch.example', 'signed.example', 'insecure.example', 'bogus.example'];
const ROUNDS = 100;
/** Between changes of the settings, which empty the cache of answers: after that, verdicts come late again. */
const ROUNDS_A_TIME = 10;
/** Of a DNS answer. Long enough for a page to be there and gone before its verdict. */
const ANSWER_MS = 20;
const LONGEST_STAY_MS = 150;
/** In each block of five rounds one is waited for, so that each site's own verdict is shown in four rounds or more. */
const LEAST_FINAL_ROUNDS = 3;

let world: DemoWorld;
let sites: readonly DemoSite[];
beforeAll(async () => {
  world = await startDemoWorld({ delayMs: ANSWER_MS });
  sites = HOSTS.map((host) => world.sites.find((site) => site.host === host)!);
});
afterAll(() => world.close());

describe.each(ALL)('$label', (target) => {
  let browser: BrowserUnderTest;
  let tabs: readonly Tab[];
  beforeAll(async () => {
    browser = await launchTarget(target, { hosts: world.hostMap, authorityPem: world.authority.rootPem });
    tabs = [await browser.openTab(), await browser.openTab()];
  });
  afterAll(() => browser?.close());

  // Never run again: a verdict on the wrong page once is once too often.
  test('a hundred rounds: whatever the button shows is about the URL that the tab shows', { retry: 0 }, async () => {
    const rounds = plan(tabs, new Random('a hundred rounds'));
    const all: Readings[] = [];
    for (let from = 0; from < rounds.length; from += ROUNDS_A_TIME) {
      const choices = { fetchIssuers: (from / ROUNDS_A_TIME) % 2 === 0 };
      await configure(browser, { resolverUrl: world.resolverUrl, anchors: world.anchorsText }, choices);
      all.push(await runRounds(browser, rounds.slice(from, from + ROUNDS_A_TIME), from));
    }
    const readings = all.flatMap(({ compared }) => compared);
    const torn = all.reduce((sum, part) => sum + part.torn, 0);
    console.log(`${target.label}: ${summary(readings)}, ${torn} torn`);
    expect(readings.filter((reading) => aboutOf(reading) === 'wrong')).toEqual([]);
    for (const { expected } of sites) {
      const final = readings.filter((reading) => aboutOf(reading) === expected);
      expect(new Set(final.flatMap((reading) => reading.rounds)).size).toBeGreaterThanOrEqual(LEAST_FINAL_ROUNDS);
    }
  });
});

/** All five sites in each block of five rounds; no URL twice, so that one read twice is one document. */
function plan(tabs: readonly Tab[], random: Random): Round[] {
  return Array.from({ length: ROUNDS }, (_, i): Round => {
    const site = sites[(i + Math.floor(i / sites.length)) % sites.length]!;
    const final = i % sites.length === 0;
    return {
      tab: random.pick(tabs),
      url: `${site.url}?round=${i}`,
      front: final || random.chance(0.5),
      stay: final ? 'final' : random.between(0, LONGEST_STAY_MS),
    };
  });
}

/** What a reading tells, if it is about the page whose URL the tab shows: nobody else's verdict, in badge or title. */
function aboutOf({ url, badge, title }: Reading): SiteVerdict | 'nothing yet' | 'no site' | 'wrong' {
  const site = sites.find(({ host }) => URL.canParse(url) && new URL(url).hostname === host);
  const right = site === undefined ? undefined : BUTTON[site.expected];
  const badgeIsRight = badge === right?.badge;
  const titleIsRight = right?.title.test(title) === true && title.startsWith(`${site?.host}: `);
  if (site !== undefined && badgeIsRight && titleIsRight) return site.expected;
  const badgeIsEarly = badge === '' || badge === '…';
  const titleIsEarly = !title.includes('.example') || title.endsWith(': being checked…');
  if (!(badgeIsRight || badgeIsEarly) || !(titleIsRight || titleIsEarly)) return 'wrong';
  return site === undefined ? 'no site' : 'nothing yet';
}

function summary(readings: readonly Reading[]): string {
  const counts = new Map<string, number>();
  for (const reading of readings) {
    const about = aboutOf(reading);
    counts.set(about, (counts.get(about) ?? 0) + reading.times);
  }
  const total = readings.reduce((sum, { times }) => sum + times, 0);
  return `${total} readings compared: ${[...counts].map(([about, count]) => `${count} ${about}`).join(', ')}`;
}
