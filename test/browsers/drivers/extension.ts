/** What is Danelaw's own about driving a browser: its settings, its verdict per tab, its start. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../../src/extension/settings.ts';
import type { TabState } from '../../../src/extension/tab-state.ts';
import type { Report, SiteVerdict } from '../../../src/report.ts';
import { type BrowserName, type BrowserUnderTest, type LaunchOptions, readToolbar, type Tab } from './browser.ts';
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

const OPTIONS_LIMIT_MS = 5000;
const VERDICT_LIMIT_MS = 15_000;
const POLL_MS = 25;

/** Launches, lets the extension open its options page as it does when installed, and closes all tabs. */
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

/** Chooses a resolver and trust anchors as the options page would. */
export async function configure(browser: BrowserUnderTest, { resolverUrl, anchors }: DemoResolver): Promise<void> {
  const settings: Settings = { version: 1, resolverUrl, consent: true, anchors };
  await browser.inExtension('await chrome.storage.local.set({ settings: given });', settings);
}

/** The state the extension keeps for a tab in `storage.session`. */
export async function storedState(browser: BrowserUnderTest, tab: Tab): Promise<TabState | undefined> {
  const state = await browser.inExtension<TabState | null>(
    "const key = 'tab:' + given; return (await chrome.storage.session.get(key))[key] ?? null;",
    tab.id,
  );
  return state ?? undefined;
}

/**
 * Waits until the page in the tab has a verdict and its button has been painted, which is when two looks at the
 * button agree and it is no longer at work. Whatever it shows when the time is over is returned: judging is the
 * caller's.
 */
export async function waitForVerdict(
  browser: BrowserUnderTest,
  tab: Tab,
  { limitMs = VERDICT_LIMIT_MS, pendingBadge = '…' } = {},
): Promise<Seen> {
  const start = performance.now();
  let last = '';
  for (;;) {
    const state = await storedState(browser, tab);
    const { badge, title } = await readToolbar(browser, tab);
    const report = state?.pending === undefined ? state?.shown?.report : undefined;
    const look = JSON.stringify([report?.verdict, badge, title]);
    const still = report !== undefined && badge !== pendingBadge && look === last;
    const ms = Math.round(performance.now() - start);
    if (still || ms > limitMs) return { verdict: report?.verdict, badge, title, report, ms };
    last = look;
    await sleep(POLL_MS);
  }
}

/** Opens the page and waits for its verdict; `ms` counts from the start of the navigation. */
export async function visit(
  browser: BrowserUnderTest,
  tab: Tab,
  url: string,
): Promise<Seen & { readonly loaded: boolean }> {
  const start = performance.now();
  const { loaded } = await tab.open(url);
  const seen = await waitForVerdict(browser, tab);
  return { ...seen, loaded, ms: Math.round(performance.now() - start) };
}

/** The popup's document, made to speak of this tab instead of the one in front. */
export function popupPath(tab: Tab): string {
  return `popup/popup.html?tab=${tab.id}`;
}

/** The desk stays as the only tab: Firefox opens the options page in the blank tab it started with. */
async function closeWelcome(browser: BrowserUnderTest): Promise<void> {
  const opened = await browser.inExtension<boolean>(
    `const deadline = Date.now() + given;
    const isThere = () => chrome.extension.getViews({ type: 'tab' }).some((view) =>
      view.location.pathname.startsWith('/options/') && view.document.readyState === 'complete');
    while (!isThere()) {
      if (Date.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const own = await chrome.tabs.getCurrent();
    const others = (await chrome.tabs.query({})).filter(({ id }) => id !== own.id);
    await chrome.tabs.remove(others.map(({ id }) => id));
    return true;`,
    OPTIONS_LIMIT_MS,
  );
  if (!opened) throw new Error('the extension did not open its options page when it was installed');
}
