/**
 * Chromium: session rules of `declarativeNetRequest` that stop every further request to a host and port whose verdict
 * is a contradiction, as long as that verdict lasts. Verdicts of private windows stop requests of that tab alone.
 */
import type { Alarms } from 'webextension-polyfill';
import type { Report } from '../../report.ts';
import { createSessionWriter, type SessionStorage } from '../session-writer.ts';
import { isObject, isReport } from '../tabs.ts';
import type { Place } from './exceptions.ts';

export interface StopRules {
  /** Never rejects. */
  readonly ready: Promise<void>;
  stop(stopped: Stopped): Promise<void>;
  /** What pages load from there is stopped; a page of its own is judged for itself. */
  stopParts(place: Place, tab: number, until: number): Promise<void>;
  /**
   * The verdict that stops it in that tab. `failed`: nothing of it came, so that a verdict counts, too, whose rule has
   * gone since the request was stopped.
   */
  stopped(place: Place, tab: number, failed: boolean): Stopped | undefined;
  /** The person lets it through, or wants it judged anew. */
  lift(place: Place): Promise<void>;
  clear(): Promise<void>;
  removed(tab: number): Promise<void>;
}

export interface Stopped extends Place {
  readonly tab: number;
  readonly report: Report;
  /** As `certificateDigest` gives it. */
  readonly certificate: string;
}

/** One rule. `stopped`: of a page; left out: of what pages load. */
interface Entry extends Place {
  readonly rule: number;
  readonly tab: number;
  /** Epoch seconds: the verdict's last. */
  readonly until: number;
  readonly stopped?: Pick<Stopped, 'report' | 'certificate'>;
}

/** As much of `chrome.declarativeNetRequest` as is used here. */
export interface NetRequestRules {
  getSessionRules(): Promise<readonly { readonly id: number }[]>;
  updateSessionRules(change: { addRules?: StopRule[]; removeRuleIds?: number[] }): Promise<void>;
}

export interface StopRule {
  readonly id: number;
  readonly priority: 1;
  readonly action: { readonly type: 'block' };
  readonly condition: {
    readonly regexFilter: string;
    /** Each stands for the names below it, too. */
    readonly requestDomains?: readonly string[];
    readonly isUrlFilterCaseSensitive: false;
    readonly resourceTypes: readonly string[];
    /** The extension's own questions and fetches are no page's. */
    readonly excludedInitiatorDomains: readonly string[];
    readonly tabIds?: readonly number[];
  };
}

export interface StopRulesSurroundings {
  readonly rules: NetRequestRules;
  readonly storage: SessionStorage;
  readonly alarms: Pick<Alarms.Static, 'create' | 'onAlarm'>;
  /** The extension's own. */
  readonly id: string;
  /** Epoch seconds. */
  readonly now: () => number;
}

export const STOPS_KEY = 'stops';
/** The oldest goes for the newest; a browser allows 5000 session rules, and nobody meets so many such hosts. */
export const MAX_STOPS = 100;

const ALARM = 'stops';

/** So much later than its request the browser may tell that it was stopped. */
const JUST_SECONDS = 5;

const PARTS = [
  ...['sub_frame', 'stylesheet', 'script', 'image', 'font', 'object', 'xmlhttprequest', 'ping'],
  ...['csp_report', 'media', 'websocket', 'webtransport', 'webbundle', 'other'],
];

/** Registers its listener, synchronously. */
export function createStopRules({ rules, storage, alarms, id, now }: StopRulesSurroundings): StopRules {
  const writer = createSessionWriter(storage);
  /** The newest first. */
  let entries: readonly Entry[] = [];
  /** Those whose rules have just gone since their verdicts are over. */
  let justOver: readonly Entry[] = [];
  let overSince = 0;
  // One change at a time: each is made to what the one before has left.
  let last: Promise<void> = Promise.resolve();
  const change = (make: (before: readonly Entry[]) => readonly Entry[]): Promise<void> => {
    last = last.then(async () => {
      const after = make(entries);
      const removeRuleIds = entries.filter((one) => !after.includes(one)).map(({ rule }) => rule);
      const addRules = after.filter((one) => !entries.includes(one)).map((one) => ruleOf(one, id));
      if (removeRuleIds.length === 0 && addRules.length === 0) return;
      try {
        await rules.updateSessionRules({ removeRuleIds, addRules });
      } catch (error) {
        console.error('Danelaw: the browser did not take the rules', error);
        return;
      }
      entries = after;
      writer.put(STOPS_KEY, after);
      const ends = after.map(({ until }) => until + 1);
      if (ends.length > 0) alarms.create(ALARM, { when: Math.min(...ends) * 1000 });
    });
    return last;
  };
  const withoutOver = (list: readonly Entry[]): readonly Entry[] => {
    const over = list.filter(({ until }) => now() > until);
    if (over.length > 0) [justOver, overSince] = [over, now()];
    return list.filter((one) => !over.includes(one));
  };
  const withEntry = (before: readonly Entry[], entry: Omit<Entry, 'rule'>): readonly Entry[] => {
    const others = withoutOver(before).filter((one) => !isForSame(one, entry));
    const rule = Math.max(0, ...before.map((one) => one.rule)) + 1;
    return [{ ...entry, rule }, ...others].slice(0, MAX_STOPS);
  };
  const load = async (): Promise<void> => {
    try {
      const [stored, live] = await Promise.all([storage.get(null), rules.getSessionRules()]);
      const ids = new Set(live.map((rule) => rule.id));
      const known = readEntries(stored[STOPS_KEY]).filter(({ rule }) => ids.has(rule));
      const unknown = [...ids].filter((rule) => !known.some((one) => one.rule === rule));
      // A rule without a verdict stops for no reason that anybody could be told.
      if (unknown.length > 0) await rules.updateSessionRules({ removeRuleIds: unknown });
      entries = known;
    } catch (error) {
      console.error('Danelaw: rules could not be read', error);
    }
  };
  const ready = load();
  last = ready;
  change(withoutOver);
  alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) change(withoutOver);
  });

  return {
    ready,
    stop: ({ report, certificate, ...at }) =>
      change((before) => withEntry(before, { ...at, until: report.validUntil, stopped: { report, certificate } })),
    stopParts: (place, tab, until) =>
      change((before) => {
        const known = before.some((one) => isForSame(one, { ...place, tab }) && one.until >= until);
        return known ? before : withEntry(before, { ...place, tab, until });
      }),
    stopped: (place, tab, failed) => {
      const found = [...entries, ...(failed && now() - overSince <= JUST_SECONDS ? justOver : [])].find((one) =>
        isForSame(one, { ...place, tab }),
      );
      return found?.stopped && { ...place, tab: found.tab, ...found.stopped };
    },
    lift: (place) =>
      change((before) => {
        justOver = justOver.filter((one) => !isSamePlace(one, place));
        return before.filter((one) => !isSamePlace(one, place));
      }),
    clear: () =>
      change(() => {
        justOver = [];
        return [];
      }),
    removed: (tab) => change((before) => before.filter((one) => !one.private || one.tab !== tab)),
  };
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.host === b.host && a.port === b.port && a.private === b.private;
}

function isForSame(a: Place & { readonly tab: number }, b: Place & { readonly tab: number }): boolean {
  return isSamePlace(a, b) && (!a.private || a.tab === b.tab);
}

function ruleOf({ host, port, tab, rule, stopped, private: privately }: Entry, extension: string): StopRule {
  return {
    id: rule,
    priority: 1,
    action: { type: 'block' },
    condition: {
      ...originOf(host, port),
      isUrlFilterCaseSensitive: false,
      resourceTypes: stopped === undefined ? PARTS : ['main_frame', ...PARTS],
      excludedInitiatorDomains: [extension],
      ...(privately && { tabIds: [tab] }),
    },
  };
}

/** Characters of a host that can be spelled out: a browser allows a pattern 2 KB of memory, and 87 were seen to fit. */
const MAX_SPELLED = 80;

function originOf(host: string, port: number): Pick<StopRule['condition'], 'regexFilter' | 'requestDomains'> {
  const begin = '^(https|wss)://([^/@]*@)?';
  const end = `${port === 443 ? '(:443)?' : `:${port}`}/`;
  // Beside dots, and the brackets of addresses, hosts may hold what means something else in a pattern (`+`, `(`).
  const spelled = host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (host.length <= MAX_SPELLED) return { regexFilter: `${begin}${spelled}${end}` };
  // Of the names at and below it, the one with as many labels is the host itself.
  const dots = host.split('.').length - 1;
  return { requestDomains: [host], regexFilter: `${begin}([^.]+\\.){${dots}}[^./:]+${end}` };
}

function readEntries(stored: unknown): readonly Entry[] {
  return Array.isArray(stored) ? stored.slice(0, MAX_STOPS).filter(isEntry) : [];
}

function isEntry(value: unknown): value is Entry {
  return (
    isObject(value) &&
    typeof value['host'] === 'string' &&
    typeof value['private'] === 'boolean' &&
    ['port', 'tab', 'rule', 'until'].every((key) => Number.isSafeInteger(value[key])) &&
    (value['stopped'] === undefined || isStopped(value['stopped']))
  );
}

function isStopped(value: unknown): boolean {
  return isObject(value) && typeof value['certificate'] === 'string' && isReport(value['report']);
}
