/**
 * The hosts of every tab's page: what the browser tells of them goes through the reducer (`host-list.ts`), checks are
 * run (`host-checks.ts`), and all of it lies in `storage.session` under `hosts:ID`, beside the tab's own state.
 */
import type { Report } from '../../report.ts';
import type { Held } from '../certificates/source.ts';
import { storeEvidence } from '../certificates/stored.ts';
import type { Engine } from '../engine.ts';
import type { SessionStorage } from '../session-writer.ts';
import type { TabEvent, TabState, Visit } from '../tab-state.ts';
import { createStates } from '../tabs.ts';
import { needsCheck, RETRY_SECONDS } from '../verdict-life.ts';
import { createHostChecks } from './host-checks.ts';
import { claimsSomething, type HostReport, type HostsEvent, NO_HOSTS, stepHosts, type TabHosts } from './host-list.ts';
import { documentKey, type HostSighting, type HostSource, markOf, placeOf } from './host-sightings.ts';
import { hostsKey, isTabHosts } from './stored-hosts.ts';

export interface PageHosts {
  /** Resolves once the stored state is read; never rejects. */
  readonly ready: Promise<void>;
  get(tab: number): TabHosts;
  /** The verdict on a host, whether it is on a list or not; undefined where the settings changed meanwhile. */
  judge(tab: number, seen: Pick<HostSighting, 'host' | 'port' | 'evidence'>): Promise<HostReport | undefined>;
  /** The tab shows another document. `before`: the tab's state until then. */
  committed(tab: number, event: Extract<TabEvent, { kind: 'committed' }>, before: TabState): void;
  /** See the event of that name. */
  look(tab: number, how: { readonly all: boolean; readonly asked: boolean }): void;
  /** Settings changed; `enabled`: are hosts to be checked? */
  reset(enabled: boolean): void;
  removed(tab: number): void;
  /** The last private window is closed. */
  forgetPrivate(): void;
  /** When the next verdict runs out that is told without anybody looking, epoch seconds. */
  nextExpiry(now: number): number | undefined;
}

export interface PageHostsSurroundings {
  readonly storage: SessionStorage;
  readonly source: HostSource;
  readonly engine: (tab: number) => Promise<Engine>;
  readonly isPrivate: (tab: number) => Promise<boolean>;
  readonly enabled: Promise<boolean>;
  /** What the tab itself shows and loads. */
  readonly tab: (tab: number) => TabState;
  readonly tabsReady: Promise<void>;
  readonly newCheck: () => string;
  /** Epoch seconds. */
  readonly now: () => number;
  /** What is to become of a response; undefined: it may go on at once. */
  readonly hold: (sighting: HostSighting) => Promise<Held> | undefined;
  /** Is the tab loading a page? */
  readonly loads: (tab: number) => boolean;
  /** Something of the tab's hosts changed. */
  readonly changed: (tab: number) => void;
}

export function createPageHosts(surroundings: PageHostsSurroundings): PageHosts {
  const {
    storage,
    source,
    engine,
    isPrivate,
    enabled,
    tab: stateOf,
    tabsReady,
    newCheck,
    now,
    hold,
    loads,
    changed,
  } = surroundings;
  const states = createStates(storage, { key: hostsKey, empty: NO_HOSTS, isState: isTabHosts });
  let isEnabled = false;

  const dispatch = (tab: number, event: HostsEvent): void => {
    const before = states.get(tab);
    const { state, effects } = stepHosts(before, event);
    // Each list is its own document's, so an old one passes for no other.
    states.set(tab, state, loads(tab));
    for (const effect of effects) {
      if (effect.kind === 'abandon') checks.abandon(effect.check);
      else checks.start(tab, effect, pageHostOf(stateOf(tab)));
    }
    if (state !== before) changed(tab);
  };
  const checks = createHostChecks({ engine, isPrivate, dispatch, now });
  const onSighting = async ({ tab, document, origin, host, port, evidence }: HostSighting): Promise<void> => {
    const [key, seen] = await Promise.all([document, evidence, ready, tabsReady]);
    if (!isEnabled || key === undefined) return;
    const stored = storeEvidence(seen);
    const certificate = stored.kind === 'none' ? undefined : stored.certificates[0];
    if (isPagesOwn(stateOf(tab), { key, host, port, certificate })) return;
    dispatch(tab, {
      kind: 'seen',
      document: key,
      ...(origin !== undefined && { origin }),
      host,
      port,
      mark: await markOf(seen),
      evidence: stored,
      check: newCheck(),
      now: now(),
    });
  };
  const deliver = (sighting: HostSighting): Promise<Held> | undefined => {
    onSighting(sighting);
    return hold(sighting);
  };
  /** The browser takes time to hand out a certificate, while it loads the page. */
  const decides = (tab: number, host: string, port: number): boolean =>
    checks.needsCertificate(host, port) && !isOfPageWithoutRecords(stateOf(tab), { host, port }, now());
  const setEnabled = (on: boolean): void => {
    isEnabled = on;
    if (on) {
      source.listen(deliver, decides);
      return;
    }
    source.stop();
    for (const [tab] of [...states.all()]) {
      dispatch(tab, { kind: 'reset' });
      states.remove(tab);
    }
  };
  // Before anything is known of the settings: what can wake the background has to be registered at once.
  source.listen(deliver, decides);
  const ready = (async () => {
    await states.ready;
    setEnabled(await enabled);
    for (const [tab] of [...states.all()]) dispatch(tab, { kind: 'resume' });
  })();

  return {
    ready,
    get: (tab) => states.get(tab),
    judge: async (tab, { host, port, evidence }) => {
      const seen = await evidence;
      const run = { host, port, mark: await markOf(seen), evidence: storeEvidence(seen) };
      return checks.judge(tab, run, pageHostOf(stateOf(tab)));
    },
    committed: (tab, event, { pending }) => {
      if (!isEnabled) return;
      const isWeb = /^https?:/.test(event.url);
      // A document that "back" brings again without a request is watched only if it was before.
      const watched = !event.history || pending?.url === event.url;
      const document = isWeb
        ? { document: documentKey(event), origin: new URL(event.url).origin }
        : { document: undefined };
      dispatch(tab, { kind: 'committed', ...document, watched });
    },
    look: (tab, how) => {
      if (isEnabled) dispatch(tab, { kind: 'look', check: newCheck(), now: now(), ...how });
    },
    reset: (on) => {
      checks.forget();
      if (on && isEnabled) for (const [tab] of [...states.all()]) dispatch(tab, { kind: 'reset' });
      setEnabled(on);
    },
    removed: (tab) => {
      dispatch(tab, { kind: 'reset' });
      states.remove(tab);
    },
    forgetPrivate: checks.forgetPrivate,
    nextExpiry: (now) =>
      nextHostExpiry(
        [...states.all()].map(([, state]) => state),
        now,
      ),
  };
}

function pageHostOf({ shown, pending }: TabState): string | undefined {
  const url = (shown ?? pending)?.url ?? '';
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

interface Seen {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  /** Base64. */
  readonly certificate: string | undefined;
}

/** The page's own host is checked as such: only where it shows another certificate beside, it is one more of its hosts. */
function isPagesOwn({ shown, pending }: TabState, { key, host, port, certificate }: Seen): boolean {
  const isIt = (visit: Visit | undefined): visit is Visit => {
    const place = visit && placeOf(visit.url);
    if (visit === undefined || place?.host !== host || place.port !== port) return false;
    return visit.documentId === undefined || documentKey(visit as { documentId: string; url: string }) === key;
  };
  const visit = [shown, pending].find(isIt);
  if (visit === undefined) return false;
  const { evidence } = visit;
  if (certificate === undefined || evidence === undefined || evidence.kind === 'none') return true;
  return evidence.certificates[0] === certificate;
}

/** The page's own host: what was found out of the page holds for it, too. */
function isOfPageWithoutRecords(
  { shown, pending }: TabState,
  { host, port }: { readonly host: string; readonly port: number },
  now: number,
): boolean {
  return [shown, pending].some((visit) => {
    const report = visit?.report;
    if (report?.verdict !== 'signed' && report?.verdict !== 'insecure') return false;
    return report.host === host && report.port === port && !needsCheck(report, now);
  });
}

/** Exported for its tests. */
export function nextHostExpiry(states: readonly TabHosts[], now: number): number | undefined {
  let next: number | undefined;
  for (const { shown, documents } of states) {
    const hosts = documents.find(({ key }) => key === shown)?.hosts ?? [];
    for (const { report } of hosts.flatMap(({ certificates }) => certificates)) {
      if (report === undefined || !claimsSomething(report.verdict)) continue;
      const over = endOf(report);
      if (over > now && (next === undefined || over < next)) next = over;
    }
  }
  return next;
}

/** The first second in which it is over; never sooner than a new check is allowed. */
function endOf({ validUntil, checkedAt }: Pick<Report, 'validUntil' | 'checkedAt'>): number {
  return Math.max(validUntil, checkedAt + RETRY_SECONDS) + 1;
}
