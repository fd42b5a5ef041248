/**
 * Rounds of fast navigation, run inside the browser: a page of the extension's sends two tabs from site to site, and
 * reads what the button shows for the tab in front as often as it can.
 */
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';

export interface Round {
  readonly tab: Tab;
  readonly url: string;
  /** Bring the tab to the front, if it is not. */
  readonly front: boolean;
  /** Milliseconds until the next round; `final`: until the button has made up its mind on the tab in front. */
  readonly stay: number | 'final';
}

/** One thing the button was seen to show while the tab in front showed that URL, before and after the reading. */
export interface Reading {
  readonly url: string;
  readonly badge: string;
  readonly title: string;
  /** How often, and in which rounds. */
  readonly times: number;
  readonly rounds: readonly number[];
}

export interface Readings {
  readonly compared: readonly Reading[];
  /** Readings during which the tab went elsewhere, so that nobody can say to which page they belong. */
  readonly torn: number;
}

/** Firefox may drop a navigation that follows another one too fast; then nothing is there to wait for. */
const FINAL_LIMIT_MS = 2500;

/** `firstRound`: the number of the first of these rounds. */
export function runRounds(browser: BrowserUnderTest, rounds: readonly Round[], firstRound: number): Promise<Readings> {
  return browser.inExtension<Readings>(SCRIPT, {
    firstRound,
    limitMs: FINAL_LIMIT_MS,
    rounds: rounds.map(({ tab, ...round }) => ({ ...round, tab: tab.id })),
  });
}

/** No timers: those of a page in the background are slow. Waiting for the browser's answers is pause enough. */
const SCRIPT = `
  const seen = new Map();
  let torn = 0;
  // While Firefox moves a tab to another process, the tab tells no URL; what it shows then, its main frame tells.
  const shownIn = async ({ id: tabId, url }) =>
    url || (await chrome.webNavigation.getFrame({ tabId, frameId: 0 }))?.url || '';
  const read = async (round) => {
    const [front] = await chrome.tabs.query({ active: true, currentWindow: true });
    const url = await shownIn(front);
    const [badge, title] = await Promise.all([
      chrome.action.getBadgeText({ tabId: front.id }),
      chrome.action.getTitle({ tabId: front.id }),
    ]);
    if (url !== (await shownIn(await chrome.tabs.get(front.id)))) {
      torn += 1;
      return '';
    }
    const reading = { url, badge, title };
    const key = JSON.stringify(reading);
    const known = seen.get(key) ?? { ...reading, times: 0, rounds: [] };
    known.times += 1;
    if (known.rounds.at(-1) !== round) known.rounds.push(round);
    seen.set(key, known);
    return url === given.rounds[round - given.firstRound].url ? badge : '';
  };
  for (const [i, { tab, url, front, stay }] of given.rounds.entries()) {
    // Not waited for: whatever comes of it shows in what is read.
    chrome.tabs.update(tab, front ? { url, active: true } : { url }).catch((error) => console.warn(error));
    const end = performance.now() + (stay === 'final' ? given.limitMs : stay);
    let badge;
    do {
      badge = await read(given.firstRound + i);
    } while (performance.now() < end && !(stay === 'final' && badge !== '' && badge !== '…'));
  }
  return { compared: [...seen.values()], torn };`;
