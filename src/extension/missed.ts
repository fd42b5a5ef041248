/**
 * What a background did not live to see. One that ends in the middle of its work takes the events with it that it was
 * told of and has stored nothing about yet, so the next one asks the browser what the tabs show before it believes
 * what is stored of them. A verdict would otherwise stand beside a document that it is not about.
 */
import type { Tabs, WebNavigation } from 'webextension-polyfill';
import { sameDocumentUrl } from './past-documents.ts';
import type { TabEvent, TabState } from './tab-state.ts';

/** As much of the browser as is used here. */
export interface ShowingBrowser {
  readonly tabs: Pick<Tabs.Static, 'query'>;
  readonly webNavigation: Pick<WebNavigation.Static, 'getFrame'>;
}

/** The document in a tab's outermost frame. */
export interface ShownFrame {
  readonly url: string;
  /** Firefox gives documents no names. */
  readonly documentId?: string;
}

export type Missed =
  /** The tab is gone. */
  { readonly kind: 'removed' } | Extract<TabEvent, { kind: 'committed' | 'moved' }>;

/** Of all tabs something is stored of. Never rejects. */
export async function missedEvents(
  browser: ShowingBrowser,
  stored: Iterable<[number, TabState]>,
  newCheck: () => string,
): Promise<[number, Missed][]> {
  try {
    const open = new Set((await browser.tabs.query({})).map(({ id }) => id));
    const missed = [...stored].map(async ([tab, state]): Promise<[number, Missed][]> => {
      if (!open.has(tab)) return [[tab, { kind: 'removed' }]];
      const frame = await frameOf(browser, tab);
      const event = frame && missedOf(state, frame, newCheck);
      return event === undefined ? [] : [[tab, event]];
    });
    return (await Promise.all(missed)).flat();
  } catch (error) {
    console.error('Danelaw: it could not be seen what the tabs show', error);
    return [];
  }
}

/** Undefined where nobody knows: the tab has just gone, or has no document yet. */
export async function frameOf({ webNavigation }: ShowingBrowser, tabId: number): Promise<ShownFrame | undefined> {
  try {
    const frame: (ShownFrame & object) | null = await webNavigation.getFrame({ tabId, frameId: 0 });
    return frame !== null && frame.url !== '' ? frame : undefined;
  } catch (error) {
    console.debug('Danelaw: no frame to look at', error);
    return undefined;
  }
}

/** Is that what is stored of the tab? Where documents have names these decide, else the URL has to. */
export function isAbout(shown: ShownFrame, frame: ShownFrame): boolean {
  if (shown.documentId === undefined || frame.documentId === undefined) return sameDocumentUrl(shown.url, frame.url);
  return shown.documentId === frame.documentId;
}

/** Exported for its tests. */
export function missedOf(
  { shown }: TabState,
  { url, documentId }: ShownFrame,
  newCheck: () => string,
): Exclude<Missed, { kind: 'removed' }> | undefined {
  const frame = { url, ...(documentId !== undefined && { documentId }) };
  // A tab that has shown nothing so far is looked at when somebody looks.
  if (shown === undefined && !/^https?:/.test(url)) return undefined;
  if (shown === undefined || !isAbout(shown, frame)) {
    return { kind: 'committed', ...frame, history: false, check: newCheck(), at: afterAllSoFar() };
  }
  // The browser gives its error pages a URL of their own, in the place of the one that failed.
  return sameDocumentUrl(shown.url, url) || !/^https?:/.test(url)
    ? undefined
    : { kind: 'moved', ...frame, check: newCheck(), at: afterAllSoFar() };
}

/** Milliseconds, as the browser's events count them: later than any that has happened, fractions included. */
function afterAllSoFar(): number {
  return Date.now() + 1;
}

/**
 * No document leaves its origin by a move within itself, but Firefox tells of some pages of its own (`about:addons`)
 * nothing but such a move.
 */
export function asTold({ shown }: TabState, event: TabEvent): TabEvent {
  if (event.kind !== 'moved' || shown === undefined || isSameOrigin(shown.url, event.url)) return event;
  return { ...event, kind: 'committed', history: false };
}

function isSameOrigin(a: string, b: string): boolean {
  if (!URL.canParse(a) || !URL.canParse(b)) return a === b;
  const [one, other] = [new URL(a), new URL(b)];
  return one.protocol === other.protocol && one.host === other.host;
}
