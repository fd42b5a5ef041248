/** What is Danelaw's own about driving a browser: its settings, its verdict per tab, its start. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../../src/extension/settings.ts';
import type { TabState } from '../../../src/extension/tab-state.ts';
import type { Report, SiteVerdict } from '../../../src/report.ts';
import type { BrowserName, BrowserUnderTest, LaunchOptions, PageOutcome, Tab, Toolbar } from './browser.ts';
import { launchBrowser } from './launch.ts';

/** What a person sees of a tab's verdict, from the browser's own mouth, and what the extension has stored for it. */
export interface Seen {
  /** Undefined: the extension has stored none within the limit. */
  readonly verdict: SiteVerdict | undefined;
  readonly badge: string;
  readonly title: string;
  readonly report: Report | undefined;
  /** From the call until the toolbar stood still. */
  readonly ms: number;
}

export interface DemoResolver {
  readonly resolverUrl: string;
  /** Master-file lines. */
  readonly anchors: string;
}

/** What may be left out of the settings. */
export type Choices = Partial<Omit<Settings, 'version' | 'resolverUrl' | 'consent' | 'anchors'>>;

const VERDICT_LIMIT_MS = 15_000;
const POLL_MS = 25;
/** What the button shows while a check is under way. */
const PENDING_BADGE = '…';

/** Launches, and closes the first-run page that the extension shows when installed. */
export async function launchWithExtension(name: BrowserName, options: LaunchOptions): Promise<BrowserUnderTest> {
  const browser = await launchBrowser(name, options);
  try {
    await closeWelcome(browser);
    return browser;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Chooses a resolver and trust anchors, and what else there is to choose, as the options page would. */
export async function configure(
  browser: BrowserUnderTest,
  { resolverUrl, anchors }: DemoResolver,
  choices: Choices = {},
): Promise<void> {
  const settings: Settings = { version: 1, resolverUrl, consent: true, anchors, ...choices };
  await browser.inExtension('await chrome.storage.local.set({ settings: given });', settings);
}

/**
 * Waits until the page in the tab has a verdict and its button has been painted, which is when two looks at the
 * button agree and it is no longer at work. `after` names the run of the check that is over, if the same page is
 * shown anew. Whatever it shows when the time is over is returned: judging is the caller's.
 */
export async function waitForVerdict(
  browser: BrowserUnderTest,
  tab: Tab,
  { limitMs = VERDICT_LIMIT_MS, after }: { readonly limitMs?: number; readonly after?: string | undefined } = {},
): Promise<Seen> {
  const start = performance.now();
  let last = '';
  for (;;) {
    const { url, state, toolbar, bareTitle } = await lookAt(browser, tab);
    const { badge, title } = toolbar;
    const shown = state?.pending === undefined ? state?.shown : undefined;
    // The background may not have heard yet that the tab has gone elsewhere.
    const report = isPage(url, shown?.url) && shown?.check !== after ? shown?.report : undefined;
    const look = JSON.stringify([report?.verdict, badge, title]);
    const isPainted = badge !== PENDING_BADGE && title !== bareTitle;
    const still = report !== undefined && isPainted && look === last;
    const ms = Math.round(performance.now() - start);
    if (still || ms > limitMs) return { verdict: report?.verdict, badge, title, report, ms };
    last = look;
    await sleep(POLL_MS);
  }
}

/** Opens the page and waits for its verdict; `ms` counts from the start of the navigation. */
export function visit(browser: BrowserUnderTest, tab: Tab, url: string): Promise<Visited> {
  return navigate(browser, tab, () => tab.open(url));
}

export function reload(browser: BrowserUnderTest, tab: Tab): Promise<Visited> {
  return navigate(browser, tab, () => tab.reload());
}

export type Visited = Seen & {
  readonly loaded: boolean;
  /** Until the page was there, whatever the verdict waits for. */
  readonly pageMs: number;
};

async function navigate(browser: BrowserUnderTest, tab: Tab, go: () => Promise<PageOutcome>): Promise<Visited> {
  const after = (await lookAt(browser, tab)).state?.shown?.check;
  const start = performance.now();
  const { loaded } = await go();
  const pageMs = Math.round(performance.now() - start);
  const seen = await waitForVerdict(browser, tab, { after });
  return { ...seen, loaded, pageMs, ms: Math.round(performance.now() - start) };
}

interface Look {
  /** Null where the browser keeps it from the extension, which is to say: no web page. */
  readonly url: string | null;
  /** What the extension keeps for the tab in `storage.session`. */
  readonly state: TabState | null;
  readonly toolbar: Toolbar;
  /** Of a button that nobody has painted since the tab came to this page. */
  readonly bareTitle: string;
}

/** One look at everything at once, so that the parts belong together. */
function lookAt(browser: BrowserUnderTest, tab: Tab): Promise<Look> {
  return browser.inExtension<Look>(
    `const key = 'tab:' + given;
    const [tab, stored, badge, title] = await Promise.all([
      chrome.tabs.get(given),
      chrome.storage.session.get(key),
      chrome.action.getBadgeText({ tabId: given }),
      chrome.action.getTitle({ tabId: given }),
    ]);
    const bareTitle = chrome.runtime.getManifest().action.default_title;
    return { url: tab.url ?? null, state: stored[key] ?? null, toolbar: { badge, title }, bareTitle };`,
    tab.id,
  );
}

function isPage(url: string | null, shown: string | undefined): boolean {
  if (shown === undefined) return false;
  if (url === null || !/^https?:/.test(url)) return !/^https?:/.test(shown);
  return withoutFragment(url) === withoutFragment(shown);
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}

/** The popup's document, made to speak of this tab instead of the one in front. */
export function popupPath(tab: Tab): string {
  return `popup/popup.html?tab=${tab.id}`;
}

/** What the popup's document says. */
export interface PopupShown {
  /** Verdict or state, as its style tells. */
  readonly look: string;
  readonly sentence: string;
  readonly why: string;
  /** The text of each link of the chain, from the top down. */
  readonly chain: readonly string[];
  readonly options: string;
}

/** Waits until a popup's document is no longer at work, and reads it. */
export function popupShown(popup: Tab): Promise<PopupShown> {
  return popup.evaluate<PopupShown>(
    `const deadline = Date.now() + given;
    const at = (selector) => document.querySelector(selector);
    const isAtWork = () => at('#sentence').textContent === '' || at('#verdict').dataset.look === 'pending';
    while (isAtWork() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
    // Time to draw what was just set.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const text = (node) => node.textContent.replace(/\\s+/g, ' ').trim();
    return {
      look: at('#verdict').dataset.look,
      sentence: text(at('#sentence')),
      why: text(at('#why')),
      chain: [...at('#chain').children].map(text),
      options: text(at('#options')),
    };`,
    VERDICT_LIMIT_MS,
  );
}

/** Opens the popup as the toolbar button does, for the tab in front; what it says once it is no longer at work. */
export function pressButton(browser: BrowserUnderTest): Promise<{ readonly look: string; readonly sentence: string }> {
  return browser.inExtension(
    `await chrome.action.openPopup();
    const deadline = Date.now() + given;
    const popup = () => chrome.extension.getViews({ type: 'popup' })[0];
    const shown = () => {
      const view = popup()?.document;
      const look = view?.querySelector('#verdict')?.dataset.look;
      const sentence = view?.querySelector('#sentence')?.textContent ?? '';
      return look === undefined || look === 'pending' || sentence === '' ? undefined : { look, sentence };
    };
    while (shown() === undefined && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
    const result = shown() ?? { look: 'none', sentence: '' };
    popup()?.close();
    return result;`,
    VERDICT_LIMIT_MS,
  );
}

/** The desk stays as the only tab. */
async function closeWelcome(browser: BrowserUnderTest): Promise<void> {
  await browser.inExtension(
    `const own = await chrome.tabs.getCurrent();
    const others = (await chrome.tabs.query({})).filter(({ id }) => id !== own.id);
    await chrome.tabs.remove(others.map(({ id }) => id));`,
  );
}
