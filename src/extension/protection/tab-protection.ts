/** What protection knows of one tab, and how the browser's events change it: pure. The shell is `protection.ts`. */
import type { Report } from '../../report.ts';
import { sameDocumentUrl } from '../past-documents.ts';
import { isObject, isReport } from '../tabs.ts';
import { type Bound, isBound, type Place } from './exceptions.ts';

export interface TabProtection {
  readonly version: 1;
  /** What was stopped in this tab, newest first: each page of ours in its history speaks of one of them. */
  readonly stops: readonly Stop[];
  /** What the person lets through for one load. */
  readonly once?: Once;
  /** The document shown has been decided on: what a later check finds out does not take it away. */
  readonly decided?: true;
  /** The run of a check that had its page stopped: it is not stopped twice. */
  readonly stopped?: string;
  /** Going back or forward led from our page to the document shown. Kept only where a stopped page stays in the history. */
  readonly back?: true;
  /** What our page, which was there before it, was about. Kept where `back` is, of which the browser may tell later. */
  readonly afterWarning?: string;
  /** The person asked to be taken back. */
  readonly leaving?: true;
}

export interface Stop {
  /** Chance made it: it names the stop in the address of our page, and nothing else stands there. */
  readonly id: string;
  readonly url: string;
  readonly bound: Bound;
  readonly report: Report;
}

export interface Once extends Bound {
  /** The load that uses it; left out: the next one. */
  readonly load?: string;
}

export const NO_PROTECTION: TabProtection = { version: 1, stops: [] };

/** Back leads through so many pages of ours before one of them has nothing left to say. */
const MAX_STOPS = 6;

export function withStop(state: TabProtection, stop: Stop, check: string | undefined): TabProtection {
  const { once: _once, leaving: _leaving, ...rest } = state;
  const stops = [stop, ...state.stops].slice(0, MAX_STOPS);
  return { ...rest, stops, ...(check !== undefined && { stopped: check }) };
}

/** A request of the page itself: it uses up what was let through once, or shows that the person went elsewhere. */
export function onRequest(state: TabProtection, requestId: string, place: Omit<Place, 'private'>): TabProtection {
  const { once, ...rest } = state;
  if (once === undefined || once.load === requestId) return state;
  const isIts = once.load === undefined && once.host === place.host && once.port === place.port;
  return isIts ? { ...rest, once: { ...once, load: requestId } } : rest;
}

/** Another document is shown. */
export interface Committed {
  readonly url: string;
  /** Came by a step back or forward. */
  readonly history: boolean;
  /** It is the browser's error page, of which the browser does not say whether a step back led there. */
  readonly failed: boolean;
  /** It is ours. */
  readonly warning: boolean;
  /** It comes after ours: what that was about. Left out where a stopped page stays in no history. */
  readonly afterWarning?: string | undefined;
  /** It is the one that was found there before the browser told of it. */
  readonly known: boolean;
}

export function onCommitted(state: TabProtection, event: Committed): TabProtection {
  const { decided, leaving, back: known, afterWarning: _afterWarning, once, ...rest } = state;
  const after = event.known ? state.afterWarning : event.afterWarning;
  // Whatever came, and if no request brought it: this was the load.
  const used = once && (event.warning ? once : { ...once, load: once.load ?? '' });
  const back =
    after !== undefined &&
    (event.history || (event.failed && sameDocumentUrl(after, event.url)) || (event.known && known === true));
  const next: TabProtection = {
    ...rest,
    ...(used && { once: used }),
    ...(event.known && decided && { decided }),
    ...(after !== undefined && { afterWarning: after, ...(leaving && { leaving }) }),
    ...(back && { back: true as const }),
  };
  return isEqual(state, next) ? state : next;
}

/** Most documents change nothing, and what has not changed is not stored. */
function isEqual(a: TabProtection, b: TabProtection): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof TabProtection>;
  return [...keys].every((key) => a[key] === b[key]);
}

/** Is it a state this version wrote? Against other versions and broken storage, as `isTabState` is. */
export function isTabProtection(value: unknown): value is TabProtection {
  if (!isObject(value) || value['version'] !== 1) return false;
  const { stops, once } = value;
  return Array.isArray(stops) && stops.every(isStop) && (once === undefined || isBound(once));
}

function isStop(value: unknown): value is Stop {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['url'] === 'string' &&
    isBound(value['bound']) &&
    isReport(value['report'])
  );
}
