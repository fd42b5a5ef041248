/**
 * One death of the background in the middle of a check, and what is shown from then on: on the button, and by the
 * popup, which draws what is stored.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { displayBeside } from '../../src/extension/display.ts';
import type { ShownFrame } from '../../src/extension/missed.ts';
import { EMPTY_TAB } from '../../src/extension/tab-state.ts';
import { isTabState } from '../../src/extension/tabs.ts';
import type { SiteVerdict } from '../../src/report.ts';
import type { DemoSite } from '../world/demo.ts';
import type { BrowserUnderTest, Tab } from './drivers/browser.ts';
import { popupPath } from './drivers/extension.ts';
import { BUTTON } from './expectations.ts';
import type { Place, StopPoints } from './stop-points.ts';

/** How the check begins. */
export const BEGINNINGS = [
  /** The background sleeps, and nothing of the site is known: the navigation wakes it. */
  'asleep and cold',
  /** The background sleeps, and all answers of the site are stored. */
  'asleep and warm',
  /** The background is awake, and nothing of the site is known. */
  'awake and cold',
] as const;
export type Beginning = (typeof BEGINNINGS)[number];

/** What wakes the background after its death, unless the browser's own events have done so already. */
export const WAKINGS = ['another navigation', 'tab activated', 'popup opened'] as const;
export type Waking = (typeof WAKINGS)[number];

export interface DeathPlan {
  readonly site: DemoSite;
  /** The certificate changes before the page is loaded once more. */
  readonly swapped?: true;
  readonly beginning: Beginning;
  readonly waking: Waking;
  /** See `StopPoints.arm`. */
  readonly place: Place;
}

export interface Death {
  readonly plan: DeathPlan;
  /** Where it was stopped; undefined: the check was over before that place. */
  readonly at: string | undefined;
  /** The browser ended it. Firefox refuses to as long as a page waits for it. */
  readonly ended: boolean;
  /** What was passed until then, or until the check was over. */
  readonly passed: readonly string[];
  /** All that was shown of the site from the moment it stood still, in order. */
  readonly shown: readonly Shown[];
  /** From the waking until the right verdict was shown and stored; undefined: not within the limit. */
  readonly rightAfterMs: number | undefined;
}

export interface Shown {
  /**
   * `unseen`: the events were lost that told of the certificate, and the browser shows it at no other time; said so.
   * Firefox alone, since Chromium's debugger reads it anew.
   */
  readonly about: 'right' | 'pending' | 'unseen' | 'wrong';
  readonly badge: string;
  readonly title: string;
  /** By the popup. */
  readonly stored: string;
}

export interface DeathStage {
  readonly browser: BrowserUnderTest;
  readonly stops: StopPoints;
  readonly sites: readonly DemoSite[];
  /** In front. It shows a site with its verdict when a death is over, and had better when one begins. */
  readonly tab: Tab;
  /** For what wakes the background. */
  readonly other: Tab;
}

export const RIGHT_LIMIT_MS = 15_000;
const REACH_LIMIT_MS = 20_000;
const POLL_MS = 20;

export async function die(stage: DeathStage, plan: DeathPlan): Promise<Death> {
  const { browser, stops, tab } = stage;
  const { site, place, beginning } = plan;
  const expected = plan.swapped === true ? 'mismatch' : site.expected;
  await begin(stage, beginning);
  const before = (await lookAt(stage))?.frame.documentId;
  // The page before it keeps its own verdict for as long as it is there.
  const judge = (look: Look) =>
    judgeLook(stage, look, look.frame.documentId === before ? undefined : { site, verdict: expected });
  const stopped = stops.arm(place);
  // Not waited for: in Firefox a page may wait for a background that stands still.
  if (plan.swapped === true) await browser.inExtension('chrome.tabs.reload(given);', tab.id);
  else await browser.inExtension('chrome.tabs.update(given.tab, { url: given.url });', { tab: tab.id, url: site.url });
  let over = false;
  const finished = (async () => {
    const start = performance.now();
    // More than one look: the first may meet the page that was there before, at the same URL.
    for (let right = 0; !over && right < 5; ) {
      const look = await lookAt(stage);
      right = look !== undefined && judge(look).about === 'right' ? right + 1 : 0;
      if (performance.now() - start > REACH_LIMIT_MS)
        throw new Error(`neither stopped nor over: ${JSON.stringify(look)}`);
      await sleep(POLL_MS);
    }
    return undefined;
  })();
  const at = await Promise.race([stopped, finished]);
  over = true;
  await finished;
  const shown: Shown[] = [];
  const note = (look: Look | undefined): Shown | undefined => {
    if (look === undefined) return undefined;
    const seen = judge(look);
    if (JSON.stringify(seen) !== JSON.stringify(shown.at(-1))) shown.push(seen);
    return seen;
  };
  note(await lookAt(stage));
  if (at === undefined) return { plan, at, passed: stops.disarm(), shown, rightAfterMs: 0, ended: false };
  const ended = await browser.stopWorker();
  const passed = stops.disarm();
  note(await lookAt(stage));
  await wake(stage, plan.waking);
  const start = performance.now();
  for (;;) {
    const seen = note(await lookAt(stage));
    const ms = Math.round(performance.now() - start);
    if (seen?.about === 'right' || (seen?.about === 'unseen' && isOf(seen, site)))
      return { plan, at, ended, passed, shown, rightAfterMs: ms };
    if (ms > RIGHT_LIMIT_MS) return { plan, at, ended, passed, shown, rightAfterMs: undefined };
    await sleep(POLL_MS);
  }
}

function isOf({ stored }: Shown, { host }: DemoSite): boolean {
  return stored.startsWith(`${host}:`);
}

async function begin({ browser, stops, other }: DeathStage, beginning: Beginning): Promise<void> {
  // Whoever wakes from now on has its gates, and keeps them until the check begins.
  void stops.arm(Number.POSITIVE_INFINITY);
  await browser.stopWorker();
  if (beginning !== 'asleep and warm') {
    await browser.inExtension(`
      const keys = Object.keys(await chrome.storage.session.get(null));
      await chrome.storage.session.remove(keys.filter((key) => key.startsWith('dns:')));`);
  }
  if (beginning !== 'awake and cold') return;
  await browser.inExtension("await chrome.runtime.sendMessage({ kind: 'look', tab: given });", other.id);
  // A gate between its look at the tab and the button would let it paint the page before on the one that comes.
  await stops.atRest();
}

async function wake({ browser, tab, other }: DeathStage, waking: Waking): Promise<void> {
  switch (waking) {
    case 'another navigation':
      await browser.inExtension('await chrome.tabs.update(given.tab, { url: given.url });', {
        tab: other.id,
        url: 'http://127.0.0.1:9/',
      });
      break;
    case 'tab activated':
      await browser.inExtension('await chrome.tabs.update(given, { active: true });', other.id);
      await browser.inExtension('await chrome.tabs.update(given, { active: true });', tab.id);
      break;
    case 'popup opened':
      await other.open(`${browser.extensionOrigin}/${popupPath(tab)}`);
      break;
  }
}

interface Look {
  readonly frame: ShownFrame;
  readonly state: unknown;
  readonly badge: string;
  readonly title: string;
}

/** Everything at once; undefined where the tab went elsewhere meanwhile. */
async function lookAt({ browser, tab }: DeathStage): Promise<Look | undefined> {
  const look = await browser.inExtension<Look & { readonly after: ShownFrame }>(
    `const frameOf = async () => {
      const { url, documentId } = await chrome.webNavigation.getFrame({ tabId: given, frameId: 0 });
      return documentId === undefined ? { url } : { url, documentId };
    };
    const key = 'tab:' + given;
    const frame = await frameOf();
    const [stored, badge, title] = await Promise.all([
      chrome.storage.session.get(key),
      chrome.action.getBadgeText({ tabId: given }),
      chrome.action.getTitle({ tabId: given }),
    ]);
    return { frame, after: await frameOf(), state: stored[key], badge, title };`,
    tab.id,
  );
  return JSON.stringify(look.frame) === JSON.stringify(look.after) ? look : undefined;
}

/** `coming`: what the document shown is to get; left out where the page before is still there. */
function judgeLook(
  { browser, sites }: DeathStage,
  look: Look,
  coming: { readonly site: DemoSite; readonly verdict: SiteVerdict } | undefined,
): Shown {
  const { frame, state, badge, title } = look;
  const shownHost = new URL(frame.url).hostname;
  const current = sites.find(({ host }) => host === shownHost);
  const verdict = coming !== undefined && coming.site === current ? coming.verdict : current?.expected;
  const display = displayBeside(isTabState(state) ? state : EMPTY_TAB, frame, Date.now() / 1000);
  const stored = display.kind === 'report' ? `${display.report.host}: ${display.report.verdict}` : display.kind;
  const isRightlyStored = stored === `${shownHost}: ${verdict}`;
  const own = verdict === undefined ? undefined : BUTTON[verdict];
  const isRightTitle = own?.title.test(title) === true && title.startsWith(`${shownHost}:`);
  const isWrongTitle = !isRightTitle && !WITHOUT_VERDICT.some((pattern) => pattern.test(title));
  // Badge and title are two calls; between them one of them still says that nothing is known.
  const isWrongBadge = badge !== own?.badge && badge !== '' && badge !== PENDING_BADGE;
  const needsCertificate = verdict === 'verified' || verdict === 'mismatch';
  const mayBeUnseen = browser.name === 'firefox' && needsCertificate && stored === `${shownHost}: unread`;
  const isWrong = isWrongBadge || isWrongTitle || (display.kind === 'report' && !isRightlyStored && !mayBeUnseen);
  const isUnseen = mayBeUnseen && badge === BUTTON.unread.badge && title.startsWith(`${shownHost}:`);
  if (isUnseen) return { about: coming === undefined ? 'pending' : 'unseen', badge, title, stored };
  const isRight =
    coming?.site === current && current !== undefined && badge === own?.badge && isRightTitle && isRightlyStored;
  return { about: isWrong ? 'wrong' : isRight ? 'right' : 'pending', badge, title, stored };
}

const PENDING_BADGE = '…';
/** Nobody has painted it yet, the check is under way, or none was made. */
const WITHOUT_VERDICT = [/^Danelaw$/, /: being checked…$/, /^Danelaw: not checked yet$/];
