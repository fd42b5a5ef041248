/** Verdicts run out with their evidence: wakes the background when the next one does. */
import type { Alarms } from 'webextension-polyfill';
import type { TabState } from './tab-state.ts';
import { RETRY_SECONDS } from './verdict-life.ts';

const ALARM = 'expiry';

export interface ExpirySurroundings {
  readonly ready: Promise<void>;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly tabs: { all(): Iterable<[number, TabState]> };
  /** When the next verdict of a page's other hosts runs out, epoch seconds. */
  readonly nextOfHosts: (now: number) => number | undefined;
  /** Some verdict has run out. */
  readonly expired: () => Promise<void>;
}

export interface Expiry {
  /** Looks up anew which verdict runs out next. */
  schedule(): void;
}

export function listenToExpiry(
  alarms: Pick<Alarms.Static, 'create' | 'onAlarm'>,
  { ready, now, tabs, nextOfHosts, expired }: ExpirySurroundings,
): Expiry {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let scheduled: number | undefined;
  const due = async (): Promise<void> => {
    scheduled = undefined;
    await ready;
    await expired();
    schedule();
  };
  const schedule = (): void => {
    const ends = [nextExpiry(tabs.all(), now()), nextOfHosts(now())].filter((end) => end !== undefined);
    const next = ends.length === 0 ? undefined : Math.min(...ends);
    if (next === undefined || next === scheduled) return;
    scheduled = next;
    // An alarm outlives the background but may come half a minute late (B15); the timer is for while it lives.
    alarms.create(ALARM, { when: next * 1000 });
    clearTimeout(timer);
    timer = setTimeout(due, Math.min((next - now()) * 1000, MAX_TIMER_MS));
  };
  alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) due();
  });
  return { schedule };
}

/** Timers count milliseconds in 32 bits with sign. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** When the next verdict stops being current, epoch seconds; undefined where none will. */
export function nextExpiry(tabs: Iterable<[number, TabState]>, now: number): number | undefined {
  let next: number | undefined;
  for (const [, { shown }] of tabs) {
    const report = shown?.report;
    if (report === undefined || report.verdict === 'off' || report.verdict === 'indeterminate') continue;
    // The first second in which it is over; never sooner than a new check is allowed.
    const over = Math.max(report.validUntil, report.checkedAt + RETRY_SECONDS) + 1;
    if (over > now && (next === undefined || over < next)) next = over;
  }
  return next;
}
