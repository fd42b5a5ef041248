/**
 * Protection: pages whose verdict is a contradiction give way to a page of ours. Where the browser lets a response be
 * held (Firefox), nothing of the page is shown before its verdict is there, each redirect's included; elsewhere the tab
 * is taken to our page as soon as the verdict is there. What is decided, `decision.ts` decides.
 */
import type { Browser } from 'webextension-polyfill';
import { isLoadFailure } from '../../dane/evidence.ts';
import type { Report } from '../../report.ts';
import type { Held, Sighting } from '../certificates/source.ts';
import type { StoredEvidence } from '../certificates/stored.ts';
import type { HostReport, TabHosts } from '../hosts/host-list.ts';
import type { HostSighting } from '../hosts/host-sightings.ts';
import { sameDocumentUrl } from '../past-documents.ts';
import type { SessionStorage } from '../session-writer.ts';
import { DEFAULT_PROTECTION, DEFAULT_WAIT_LIMIT_MS, protectsHosts, type Settings } from '../settings.ts';
import { targetOf } from '../site.ts';
import { isSameDocument, type TabEvent, type TabState, type Visit } from '../tab-state.ts';
import { createStates } from '../tabs.ts';
import { isCurrent } from '../verdict-life.ts';
import { boundOf, type DecidedOn, type Decision, decide } from './decision.ts';
import { createExceptionStore } from './exception-store.ts';
import { certificateDigest, type Place } from './exceptions.ts';
import { createHolding, isStop, placeOf } from './holding.ts';
import type { Proceeding, ProtectionRequest, StoppedView } from './messages.ts';
import type { StopRules } from './stop-rules.ts';
import { isTabProtection, NO_PROTECTION, onCommitted, onRequest, type Stop, withStop } from './tab-protection.ts';
import { createVerdicts } from './verdicts.ts';

export interface Protection {
  /** Resolves once the stored state is read; never rejects. */
  readonly ready: Promise<void>;
  /** To be called within the event of a response: undefined where it may go on at once. */
  hold(sighting: Sighting): Promise<Held> | undefined;
  /** The same for what a page loads. */
  holdPart(sighting: HostSighting): Promise<Held> | undefined;
  /** Something is known anew of what the tab's page loads. */
  tookParts(tab: number, hosts: TabHosts): void;
  /** The tab's state has just taken in that event. */
  took(tab: number, event: TabEvent, before: TabState): void;
  /** Nobody waits any more for that run of a check. */
  abandoned(check: string): void;
  reset(settings: Settings): void;
  removed(tab: number): void;
  /** The last private window is closed. */
  forgetPrivate(): void;
  answer(request: ProtectionRequest, tab: number | undefined): Promise<StoppedView | Proceeding | { done: true }>;
}

export interface ProtectionSurroundings {
  readonly browser: Pick<Browser, 'tabs' | 'runtime'>;
  readonly storage: SessionStorage;
  readonly settings: Promise<Settings>;
  readonly isPrivate: (tab: number) => Promise<boolean>;
  readonly tab: (tab: number) => TabState;
  readonly tabsReady: Promise<void>;
  /** Resolves when the browser's events that woke the background have been taken in. */
  readonly told: () => Promise<void>;
  /** A check beside those of the tabs. */
  readonly judge: (tab: number, url: string, evidence: StoredEvidence) => Promise<Report>;
  readonly judgePart: (tab: number, sighting: HostSighting) => Promise<HostReport | undefined>;
  /** Only where responses cannot be held. */
  readonly rules?: StopRules;
  readonly newId: () => string;
  /** Epoch seconds. */
  readonly now: () => number;
}

const WARNING_PATH = 'warning/warning.html';

export function createProtection(surroundings: ProtectionSurroundings): Protection {
  const {
    browser,
    storage,
    isPrivate,
    tab: stateOf,
    tabsReady,
    told,
    judge,
    judgePart,
    rules,
    newId,
    now,
  } = surroundings;
  const root = browser.runtime.getURL('');
  const warningUrl = browser.runtime.getURL(WARNING_PATH);
  const isWarning = (url: string | undefined) => url?.startsWith(warningUrl) === true;
  const states = createStates(storage, { key: protectionKey, empty: NO_PROTECTION, isState: isTabProtection });
  const exceptions = createExceptionStore(storage, now);
  const verdicts = createVerdicts();
  let settings: Settings | undefined;
  const ready = Promise.all([
    surroundings.settings.then((loaded) => {
      settings ??= loaded;
    }),
    states.ready,
    exceptions.ready,
    rules?.ready,
    tabsReady,
  ]).then(() => {});

  const isOff = () => settings !== undefined && (settings.protection ?? DEFAULT_PROTECTION) === 'show';
  const decideOn = (
    tab: number,
    place: Place,
    report: DecidedOn | undefined,
    certificate: string | undefined,
    late = false,
  ): Decision => {
    const { once } = states.get(tab);
    return decide(
      { place, report, certificate, late },
      {
        protection: settings?.protection ?? DEFAULT_PROTECTION,
        whenLate: settings?.whenLate ?? 'show',
        letThrough: [...exceptions.all(), ...(once === undefined ? [] : [once])],
      },
    );
  };
  /** The verdict on a response that is being held. */
  const reportOf = async (tab: number, requestId: string, url: string, evidence: StoredEvidence): Promise<Report> => {
    const { pending } = stateOf(tab);
    if (pending?.requestId === requestId && sameDocumentUrl(pending.url, url)) {
      const report = pending.report ?? (pending.check === undefined ? undefined : await verdicts.of(pending.check));
      if (report !== undefined) return report;
    }
    return judge(tab, url, evidence);
  };
  const protectsParts = () => settings !== undefined && protectsHosts(settings, root);
  const { holdPage, holdPart } = createHolding({
    ready,
    isPrivate,
    isOff,
    protectsParts,
    limitMs: () => settings?.waitLimitMs ?? DEFAULT_WAIT_LIMIT_MS,
    decideOn,
    reportOf,
    judgePart,
    stop: (tab, matter) => stop(tab, matter),
  });
  /** Where responses cannot be held: what was found out stops what comes after it. */
  const considerParts = async (tab: number, { shown, documents }: TabHosts): Promise<void> => {
    await ready;
    if (rules === undefined || !protectsParts()) return;
    const privately = await isPrivate(tab);
    const hosts = documents.find(({ key }) => key === shown)?.hosts ?? [];
    for (const { host, port, certificates } of hosts) {
      for (const { report, evidence } of certificates) {
        if (report === undefined || !isCurrent(report, now())) continue;
        const place = { host, port, private: privately };
        const decision = decideOn(tab, place, report, certificateDigest(evidence));
        if (isStop(decision)) await rules.stopParts(place, tab, report.validUntil);
      }
    }
  };

  const stop = async (
    tab: number,
    { url, place, report, certificate, check }: Omit<Matter, 'certificate'> & { readonly certificate: string },
  ): Promise<void> => {
    const bound = { ...boundOf(place, report), certificate };
    const made: Stop = { id: newId(), url, bound, report };
    const { back } = states.get(tab);
    if (back) states.set(tab, { ...states.get(tab), ...(check !== undefined && { stopped: check }) });
    else states.set(tab, withStop(states.get(tab), made, check));
    await rules?.stop({ ...place, tab, report, certificate });
    if (back) {
      await skipBack(tab);
      return;
    }
    const shown = stateOf(tab).shown?.url;
    // The page to be taken away, or ours about another one, is not to be found again by going back.
    const instead = isWarning(shown) || (shown !== undefined && sameDocumentUrl(shown, url));
    try {
      await browser.tabs.update(tab, {
        url: `${warningUrl}?${made.id}`,
        ...(rules === undefined && instead && { loadReplace: true }),
      });
    } catch (error) {
      console.info('Danelaw: the tab has gone', error);
    }
  };

  interface Matter {
    readonly url: string;
    readonly place: Place;
    readonly report: Report;
    readonly certificate: string | undefined;
    readonly check?: string | undefined;
  }
  const stopIfNeeded = async (tab: number, matter: Matter): Promise<Decision> => {
    const { place, report, certificate, check } = matter;
    const decision = decideOn(tab, place, report, certificate);
    if (!isStop(decision)) return decision;
    if (check === undefined || states.get(tab).stopped !== check) {
      await stop(tab, { ...matter, certificate: certificate ?? '' });
    }
    return decision;
  };
  /** Looks at what the tab shows and loads, if there is a verdict on it that nobody has heeded yet. */
  const consider = async (tab: number): Promise<void> => {
    await told();
    if (isOff()) return;
    const privately = await isPrivate(tab);
    const { shown, pending } = stateOf(tab);
    // What is held is decided on where it is held.
    // From our page the browser may just be going back to it, which only its document will tell.
    if (rules !== undefined && pending?.report !== undefined && !isWarning(shown?.url)) {
      const matter = matterOf(pending, privately, undefined);
      if (matter !== undefined && isStop(await stopIfNeeded(tab, matter))) return;
    }
    if (shown?.report === undefined || states.get(tab).decided) return;
    const matter = matterOf(shown, privately, '');
    if (matter === undefined) return;
    if (isSettled(matter.report)) states.set(tab, { ...states.get(tab), decided: true }, true);
    await stopIfNeeded(tab, matter);
  };
  /** A redirect leads on from there, and the check of it would end with nobody to hear it. */
  const considerHop = async (tab: number, { url, evidence, requestId }: Visit): Promise<void> => {
    await ready;
    if (isOff() || requestId === undefined) return;
    const place = placeOf(url, await isPrivate(tab));
    if (place === undefined) return;
    const report = await judge(tab, url, evidence ?? { kind: 'none', why: 'no connection seen' });
    const { shown, pending } = stateOf(tab);
    if (pending?.requestId !== requestId && shown?.requestId !== requestId) return;
    await stopIfNeeded(tab, {
      url,
      place,
      report,
      certificate: certificateDigest(evidence),
      check: `hop ${requestId}`,
    });
  };
  /** Where responses cannot be held: a stopped site came again, as the browser's error page or out of its memory. */
  const considerStopped = async (tab: number, url: string): Promise<void> => {
    // A document that was found there may have come by a step back, which is told only then.
    await told();
    if (isOff() || rules === undefined) return;
    const place = placeOf(url, await isPrivate(tab));
    const evidence = stateOf(tab).shown?.evidence;
    const failed = evidence?.kind === 'none' && isLoadFailure(evidence.why);
    const stopped = place && rules.stopped(place, tab, failed);
    if (place === undefined || stopped === undefined) return;
    const { report, certificate } = stopped;
    await stopIfNeeded(tab, { url, place, report, certificate, check: stateOf(tab).shown?.check });
  };
  /** A new run for the same document, since more is known of it: what was stopped is not stopped once more. */
  const carryStop = (tab: number, event: TabEvent, { shown }: TabState): void => {
    const check = stateOf(tab).shown?.check;
    const { stopped } = states.get(tab);
    if (stopped === undefined || check === undefined || stopped !== shown?.check || check === stopped) return;
    const isSame = event.kind === 'committed' ? isSameDocument(shown, event) : NEWS.has(event.kind);
    if (isSame) states.set(tab, { ...states.get(tab), stopped: check });
  };
  /** Back from our page leads to the page it took the place of: one step more. */
  const skipBack = async (tab: number): Promise<void> => {
    const { leaving } = states.get(tab);
    try {
      await browser.tabs.goBack(tab);
    } catch (error) {
      console.info('Danelaw: there is nothing to go back to', error);
      if (leaving) await close(tab);
      else await browser.tabs.goForward(tab);
    }
  };
  const close = async (tab: number): Promise<void> => {
    const { index, windowId } = await browser.tabs.get(tab);
    await browser.tabs.create({ index: index + 1, ...(windowId !== undefined && { windowId }) });
    await browser.tabs.remove(tab);
  };

  const answerWarning = async (
    request: Exclude<ProtectionRequest, { kind: 'leave' | 'remove-exception' }>,
    tab: number,
  ): Promise<StoppedView | Proceeding> => {
    const found = states.get(tab).stops.find(({ id }) => id === request.stop);
    if (found === undefined) return { kind: 'nothing' };
    const protection = settings?.protection ?? DEFAULT_PROTECTION;
    const { id, url, bound, report } = found;
    if (request.kind === 'stopped') {
      return {
        kind: 'stopped',
        stop: id,
        url,
        report,
        certificate: bound.certificate,
        mayProceed: protection !== 'block',
      };
    }
    if (request.how !== 'again') {
      if (protection === 'block') return { kind: 'nothing' };
      if (request.how === 'session') exceptions.add(bound, newId());
      else states.set(tab, { ...states.get(tab), once: bound });
    }
    await rules?.lift(bound);
    return { kind: 'proceed', url };
  };

  return {
    ready,
    hold: (sighting) => (isOff() || sighting.tab < 0 ? undefined : holdPage(sighting)),
    holdPart: (sighting) => {
      const isKnown = settings !== undefined;
      return rules !== undefined || (isKnown && !protectsParts()) ? undefined : holdPart(sighting);
    },
    tookParts: (tab, hosts) => void considerParts(tab, hosts),
    took: (tab, event, before) => {
      const change = (next: ReturnType<typeof onCommitted>) => states.set(tab, next);
      switch (event.kind) {
        case 'request': {
          const { host, port } = targetOf(event.url);
          change(onRequest(states.get(tab), event.requestId, { host, port }));
          const { pending } = before;
          if (rules !== undefined && pending?.requestId === event.requestId) considerHop(tab, pending);
          break;
        }
        case 'committed': {
          const state = states.get(tab);
          const { shown } = before;
          const { url, history } = event;
          // A stopped page stays in the history there alone.
          const isAfter = rules !== undefined && isWarning(shown?.url);
          const about = isAfter ? state.stops.find(({ id }) => shown?.url === `${warningUrl}?${id}`) : undefined;
          change(
            onCommitted(state, {
              ...{ url, history },
              failed: event.failed !== undefined,
              warning: isWarning(url),
              afterWarning: isAfter ? (about?.url ?? '') : undefined,
              known: shown !== undefined && isSameDocument(shown, event),
            }),
          );
          considerStopped(tab, url);
          break;
        }
        case 'report':
          verdicts.over(event.check, event.report);
          break;
      }
      carryStop(tab, event, before);
      if (CONSIDERED.has(event.kind)) consider(tab);
    },
    abandoned: (check) => verdicts.over(check),
    reset: (changed) => {
      settings = changed;
      // What one resolver said must not pass for another's word.
      rules?.clear();
    },
    removed: (tab) => {
      states.remove(tab);
      rules?.removed(tab);
    },
    forgetPrivate: () => exceptions.forgetPrivate(),
    answer: async (request, tab) => {
      await ready;
      if (request.kind === 'remove-exception') {
        exceptions.remove(request.id);
        return { done: true };
      }
      if (tab === undefined) return { kind: 'nothing' };
      if (request.kind !== 'leave') return answerWarning(request, tab);
      states.set(tab, { ...states.get(tab), leaving: true });
      try {
        if (request.alone) await close(tab);
        else await browser.tabs.goBack(tab);
      } catch (error) {
        console.info('Danelaw: there is nothing to go back to', error);
        await close(tab);
      }
      return { done: true };
    },
  };

  function matterOf(visit: Visit, privately: boolean, unseen: '' | undefined): Matter | undefined {
    const { url, report, evidence, check } = visit;
    const place = placeOf(url, privately);
    if (place === undefined || report === undefined) return undefined;
    return { url, place, report, certificate: evidence === undefined ? unseen : certificateDigest(evidence), check };
  }
}

function protectionKey(tab: number): string {
  return `protection:${tab}`;
}

/** The events after which there may be something new to decide. */
const CONSIDERED: ReadonlySet<TabEvent['kind']> = new Set(['report', 'committed', 'certificate', 'read']);

/** What may come to be known of a document that is shown already. */
const NEWS: ReadonlySet<TabEvent['kind']> = new Set(['certificate', 'failed']);

/** Nothing that another check would find out is to take the page away: it came, and that was said of it. */
function isSettled({ verdict }: Report): boolean {
  return verdict !== 'indeterminate' && verdict !== 'unread' && verdict !== 'off';
}
