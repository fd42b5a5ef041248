/** From a tab's state to what is shown for it. */
import { isLoadFailure, type LoadFailure } from '../dane/evidence.ts';
import type { Report } from '../report.ts';
import type { HostCounts } from './hosts/host-view.ts';
import { isAbout, type ShownFrame } from './missed.ts';
import type { TabState } from './tab-state.ts';
import { isCurrent } from './verdict-life.ts';

/** What is to be shown for a tab, popup and toolbar alike. */
export type Display =
  | {
      readonly kind: 'report';
      readonly url: string;
      readonly report: Report;
      /** The tab shows the browser's error page, for this reason. */
      readonly failure?: LoadFailure;
      /** Of the page's other hosts. */
      readonly hosts?: HostCounts;
    }
  /** A check runs, or waits for the page's first answer. */
  | { readonly kind: 'pending'; readonly url: string }
  /** Nothing is known: never checked, or the verdict ran out while nobody looked. */
  | { readonly kind: 'unchecked'; readonly url: string };

/**
 * What is stored may be of the page before: the background has not heard of this one yet, or never will (it died, or
 * this is a page of the browser's own). `frame`: what the tab shows, where that is known.
 */
export function displayBeside(state: TabState, frame: ShownFrame | undefined, now: number): Display {
  if (frame === undefined || isStoredOf(state, frame)) return displayOf(state, now);
  return { kind: /^https?:/.test(frame.url) ? 'pending' : 'unchecked', url: frame.url };
}

export function isStoredOf({ shown }: TabState, frame: ShownFrame | undefined): boolean {
  return frame === undefined || shown === undefined || isAbout(shown, frame);
}

export function displayOf(state: TabState, now: number, hosts?: HostCounts): Display {
  const { shown, pending } = state;
  // The document shown counts, not the one that may come.
  if (shown === undefined) {
    return pending === undefined ? { kind: 'unchecked', url: '' } : { kind: 'pending', url: pending.url };
  }
  const { report, url, evidence } = shown;
  if (report === undefined) return { kind: shown.check === undefined ? 'unchecked' : 'pending', url };
  if (!isCurrent(report, now)) return { kind: 'unchecked', url };
  const failure = evidence?.kind === 'none' && isLoadFailure(evidence.why) ? evidence.why : undefined;
  return { kind: 'report', url, report, ...(failure && { failure }), ...(hosts && { hosts }) };
}
