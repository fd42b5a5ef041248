/**
 * Is this page still the one that the tab shows? The browser tells of a new document some time after it shows it, and
 * takes what is set for a tab meanwhile as said of the new one. So before a verdict is set, the tab is looked at; and
 * while another page is on its way, nothing new is said of the one that goes: between the start of a navigation and
 * its document there is time enough, between a look and the setting there is not.
 */
import type { Tabs } from 'webextension-polyfill';
import { frameOf, type ShowingBrowser } from './missed.ts';
import { sameDocumentUrl } from './past-documents.ts';

/** What the browser says of a tab. */
export interface TabLook {
  get(tab: number): Promise<Pick<Tabs.Tab, 'url' | 'pendingUrl'>>;
}

/** Firefox tells of its own pages (`about:config`) by their frame alone, and fires no event for them. */
export function lookByFrame(browser: ShowingBrowser & { readonly tabs: Pick<Tabs.Static, 'get'> }): TabLook {
  return {
    get: async (tab) => {
      const [{ url, pendingUrl }, frame] = await Promise.all([browser.tabs.get(tab), frameOf(browser, tab)]);
      const shown = url ?? frame?.url;
      return { ...(shown !== undefined && { url: shown }), ...(pendingUrl !== undefined && { pendingUrl }) };
    },
  };
}

/** A look that took longer is an old one by now, and taken once more. */
const FRESH_MS = 10;
/** On a machine that is busy for long, the last look has to do. */
const MAX_LOOKS = 4;

/**
 * Chromium names the page to come before its request is seen, and Firefox keeps the URL of a tab to itself while it
 * moves it to another process. Both are over soon, unless the navigation waits for the person to say whether they want
 * to leave, or the tab shows a page of a kind that the browser does not tell of.
 */
const WAIT_MS = 200;
const MAX_WAITS = 10;

/** `isLeaving`: has the tab sent a request for another page? Rejects if the tab has gone. */
export async function isStillShown(
  tabs: TabLook,
  { tab, url, isLeaving }: { readonly tab: number; readonly url: string; readonly isLeaving: () => boolean },
): Promise<boolean> {
  let looks = 0;
  let waits = 0;
  for (;;) {
    const start = performance.now();
    const { url: shown, pendingUrl } = await tabs.get(tab);
    if (isLeaving() || isOtherPage(shown, url)) return false;
    const isHidden = isWebUrl(url) && (shown === undefined || !isWebUrl(withoutView(shown)));
    if ((pendingUrl !== undefined || isHidden) && waits < MAX_WAITS) {
      waits += 1;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      continue;
    }
    looks += 1;
    if (performance.now() - start <= FRESH_MS || looks === MAX_LOOKS) return shown === undefined || !isHidden;
  }
}

function withoutView(url: string): string {
  return url.replace(/^view-source:/, '');
}

/** A page of the browser's own may be there for a moment only. */
function isOtherPage(shown: string | undefined, url: string): boolean {
  return shown !== undefined && isWebUrl(shown) && !sameDocumentUrl(shown, url);
}

function isWebUrl(url: string): boolean {
  return /^https?:/.test(url);
}
