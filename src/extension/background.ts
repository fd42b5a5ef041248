/**
 * The background of the extension. Everything that can be woken by the browser is registered synchronously while
 * this runs; each handler waits for one promise before it reads any state, since the background dies whenever it is
 * idle (B13).
 */
import type { Browser } from 'webextension-polyfill';
import { createAccess, withinReach } from './access.ts';
import type { CertificateSources, Sighting } from './certificates/source.ts';
import { storeEvidence } from './certificates/stored.ts';
import { createChecks } from './checks.ts';
import { displayOf } from './display.ts';
import type { Surroundings } from './engine.ts';
import { createEngines } from './engines.ts';
import { gatherEvidence, publishableFor } from './evidence/gather.ts';
import { listenToExpiry } from './expiry.ts';
import type { HostSource } from './hosts/host-sightings.ts';
import { viewHosts } from './hosts/host-view.ts';
import { createPageHosts } from './hosts/page-hosts.ts';
import { createInspector } from './inspector/looking.ts';
import { parseInspectorRequest } from './inspector/messages.ts';
import { listenToOmnibox } from './inspector/omnibox.ts';
import { languageOf } from './language.ts';
import { createLoading } from './loading.ts';
import { loadEffective } from './managed.ts';
import { type Answers, isOwnPage, parseRequest, type Request, type Sender } from './messages.ts';
import { asTold, missedEvents } from './missed.ts';
import { listenToNavigation } from './navigation.ts';
import { isLeaving } from './overtaken.ts';
import { createPrivacy, whenPrivateWindowsEnd } from './private-windows.ts';
import { parseProtectionRequest } from './protection/messages.ts';
import { createProtection } from './protection/protection.ts';
import type { StopRules } from './protection/stop-rules.ts';
import { listenToTrials } from './resolver-trial.ts';
import { createSessionWriter, type SessionStorage } from './session-writer.ts';
import { checksHosts, mayAsk, SETTINGS_KEY, type Settings } from './settings.ts';
import { isStillShown, lookByFrame } from './still-shown.ts';
import { type Effect, stepTab, type TabEvent, visitOf } from './tab-state.ts';
import { createTabs } from './tabs.ts';
import { type Again, BADGES, createToolbar, type ToolbarAction } from './toolbar.ts';
import { WELCOME_PAGE } from './welcome-page.ts';

/** As the manifest names it. */
const CHECK_COMMAND = 'check-page';

export interface BackgroundSurroundings extends Surroundings {
  readonly browser: Browser;
  /** Left out: the browser's own. */
  readonly action?: ToolbarAction;
  readonly sources: CertificateSources;
  /** Tells of the other hosts of pages. */
  readonly hosts: HostSource;
  /** Left out where responses can be held until their verdict is there. */
  readonly stopRules?: StopRules;
}

/** For a certificate that somebody waits for, looking at the popup. */
const READING_LIMIT_MS = 20_000;

export function startBackground({
  browser,
  action,
  sources,
  hosts,
  stopRules,
  ...outside
}: BackgroundSurroundings): void {
  const access = createAccess(browser.permissions, () => accessChanged());
  const surroundings = { ...outside, fetch: withinReach(outside.fetch, access) };
  const { now } = surroundings;
  const { translate, plural, title } = languageOf(browser.i18n);
  const newCheck = () => crypto.randomUUID();
  const tabs = createTabs(browser.storage.session as SessionStorage);
  const loading = createLoading(createSessionWriter(browser.storage.session as SessionStorage));
  const toolbar = createToolbar(action ?? browser.action, {
    translate,
    plural,
    title,
    isStillShown: (tab, url) =>
      isStillShown(lookByFrame(browser), { tab, url, isLeaving: () => isLeaving(tabs.get(tab)) }),
  });
  /** Certificates that the browser is just handing out, by request: a commit may overtake them. */
  const coming = new Map<string, Sighting>();
  const settings = loadSettings(browser);
  const checksHostsWith = (settings: Settings) => checksHosts(settings, browser.runtime.getURL(''));
  const { isPrivate, forget: forgetPrivacy } = createPrivacy(browser);
  const storage = browser.storage.session as SessionStorage;
  const engines = createEngines({ ...surroundings, storage, isPrivate, settings });
  const inspector = createInspector({ engine: engines.of, now });
  const pageHosts = createPageHosts({
    storage,
    source: hosts,
    engine: engines.of,
    isPrivate,
    enabled: settings.then(checksHostsWith),
    tab: tabs.get,
    tabsReady: tabs.ready,
    newCheck,
    now,
    hold: (sighting) => protection.holdPart(sighting),
    changed: (tab) => {
      protection.tookParts(tab, pageHosts.get(tab));
      paint(tab, 'if changed');
      expiry.schedule();
    },
    loads: (tab) => loading.has(tab),
  });
  const protection = createProtection({
    browser,
    storage,
    settings,
    isPrivate,
    tab: tabs.get,
    tabsReady: tabs.ready,
    told: () => told,
    judge: (tab, url, evidence) => checks.judge(tab, url, evidence),
    judgePart: (tab, sighting) => pageHosts.judge(tab, sighting),
    ...(stopRules && { rules: stopRules }),
    newId: newCheck,
    now,
  });
  // No event is handled, and nothing shown, before it is known that what is stored is of what the tabs show.
  const ready = Promise.all([tabs.ready, pageHosts.ready, protection.ready]).then(async () => {
    for (const [tab, missed] of await missedEvents(browser, [...tabs.all()], newCheck)) {
      if (missed.kind === 'removed') removed(tab);
      else dispatch(tab, missed);
    }
  });
  /** What woke the background, and waited for it, has been told. */
  const told = ready.then(() => new Promise<void>((resolve) => setTimeout(resolve)));

  const dispatch = (tab: number, told: TabEvent): void => {
    const before = tabs.get(tab);
    const event = asTold(before, told);
    const { state, effects } = stepTab(before, event);
    loading.note(tab, event);
    tabs.set(tab, state, loading.mayWait(tab, event));
    for (const effect of effects) carryOut(tab, effect);
    if (event.kind === 'committed') pageHosts.committed(tab, event, before);
    protection.took(tab, event, before);
    paint(tab, event.kind === 'committed' ? 'anew' : 'if changed');
    expiry.schedule();
  };
  const evidenceOf = (tab: number, check: string) => visitOf(tabs.get(tab), check)?.evidence;
  const checks = createChecks({
    engine: engines.of,
    sources,
    coming,
    evidenceOf,
    dispatch,
    reaches: access.reaches,
    now,
  });
  const carryOut = (tab: number, effect: Effect): void => {
    switch (effect.kind) {
      case 'check':
        checks.start(tab, effect.visit);
        break;
      case 'settle':
        checks.settle(effect.check, effect.visit);
        break;
      case 'abandon':
        checks.abandon(effect.check);
        protection.abandoned(effect.check);
        break;
    }
  };
  const paint = (tab: number, again: Again): void => {
    const counts = viewHosts(pageHosts.get(tab), now())?.counts;
    toolbar.paint(tab, displayOf(tabs.get(tab), now(), counts), again);
  };
  const removed = (tab: number): void => {
    const { shown, pending } = tabs.get(tab);
    for (const visit of [shown, pending]) if (visit?.check !== undefined) checks.abandon(visit.check);
    tabs.remove(tab);
    loading.over(tab);
    pageHosts.removed(tab);
    protection.removed(tab);
    forgetPrivacy(tab);
    toolbar.forget(tab);
  };
  const look = async (tab: number, { force = false, byHand = false, atList = false } = {}): Promise<void> => {
    let url: string | undefined;
    try {
      url = (await browser.tabs.get(tab)).url;
    } catch (error) {
      console.info('Danelaw: the tab has gone', error);
      return;
    }
    // Without a host permission for it, the browser keeps the URL to itself.
    if (url === undefined) return;
    dispatch(tab, { kind: 'look', url, check: newCheck(), now: now(), force, byHand });
    pageHosts.look(tab, { all: atList, asked: force });
  };
  /** The person asks for a check of what the tab shows. */
  const checkByHand = async (tab: number, byHand: boolean): Promise<void> => {
    (await engines.of(tab)).forgetFailures();
    await look(tab, { force: true, byHand, atList: true });
  };
  const lookAtActiveTabs = async (): Promise<void> => {
    const active = await browser.tabs.query({ active: true });
    await Promise.all(active.map(({ id }) => (id === undefined ? undefined : look(id))));
  };
  const expiry = listenToExpiry(browser.alarms, {
    ready,
    now,
    tabs,
    nextOfHosts: pageHosts.nextExpiry,
    expired: async () => {
      for (const [tab] of tabs.all()) paint(tab, 'if changed');
      await lookAtActiveTabs();
    },
  });

  listenToNavigation(browser, {
    ready,
    newCheck,
    dispatch,
    activated: (tab) => {
      paint(tab, 'if lost');
      look(tab);
    },
    completed: (tab) => {
      loading.over(tab);
      paint(tab, 'if lost');
    },
    removed,
  });

  // Firefox for Android has no keyboard commands.
  browser.commands?.onCommand.addListener(async (command) => {
    if (command !== CHECK_COMMAND) return;
    await ready;
    const [active] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
    if (active?.id !== undefined) await checkByHand(active.id, false);
  });

  whenPrivateWindowsEnd(browser, () => {
    engines.forgetPrivate();
    pageHosts.forgetPrivate();
    protection.forgetPrivate();
  });

  for (const source of sources.passive) {
    source.listen((sighting) => {
      const { tab, requestId, url } = sighting;
      if (tab < 0) return undefined;
      coming.set(requestId, sighting);
      Promise.all([sighting.evidence, ready]).then(([seen]) => {
        dispatch(tab, { kind: 'certificate', requestId, url, evidence: storeEvidence(seen), check: newCheck() });
        if (coming.get(requestId) === sighting) coming.delete(requestId);
      });
      return protection.hold(sighting);
    });
  }

  /** Other settings, or other sites to be seen: no verdict reached before counts. */
  const startAnew = async (): Promise<void> => {
    // What one resolver said must not pass for another's word.
    const changed = loadSettings(browser);
    engines.renew(changed);
    await ready;
    protection.reset(await changed);
    pageHosts.reset(checksHostsWith(await changed));
    for (const [tab] of tabs.all()) dispatch(tab, { kind: 'reset', check: newCheck() });
    await lookAtActiveTabs();
  };
  // Of this area alone: what the background itself stores in the other would be told to it, old and new, with each page.
  browser.storage.local.onChanged.addListener(async (changes) => {
    if (SETTINGS_KEY in changes) await startAnew();
  });
  const accessChanged = async (): Promise<void> => {
    await sayAccess();
    await startAnew();
  };
  /** On the button of every tab that has none of its own: where access is missing, the browser may tell of no page. */
  const sayAccess = async (): Promise<void> => {
    const complete = await access.isComplete();
    await Promise.all([
      browser.action.setBadgeText({ text: complete ? '' : BADGES.indeterminate.text }),
      browser.action.setBadgeBackgroundColor({ color: BADGES.indeterminate.colour }),
      browser.action.setTitle({ title: translate(complete ? 'extensionName' : 'toolbarNoAccess') }),
    ]);
  };
  // Chromium takes new policies in while it runs. Firefox for Android knows none at all.
  browser.storage.managed?.onChanged.addListener(startAnew);

  const answer = async (request: Request): Promise<Answers[Request['kind']]> => {
    switch (request.kind) {
      case 'look':
        await ready;
        await look(request.tab, { atList: true });
        return { done: true };
      case 'check-again':
      case 'read-certificate':
        await ready;
        await checkByHand(request.tab, request.kind === 'read-certificate');
        return { done: true };
      case 'evidence':
        await ready;
        return gatherEvidence(tabs.get(request.tab).shown?.report, await engines.of(request.tab), now());
      case 'cache':
        return engines.size();
      case 'clear-cache':
        await engines.clear();
        return { done: true };
      case 'publishable': {
        await ready;
        const { report, evidence } = tabs.get(request.tab).shown ?? {};
        return publishableFor(report, evidence);
      }
      case 'publishable-read': {
        await ready;
        const { report, url = '', documentId } = tabs.get(request.tab).shown ?? {};
        const document = { tab: request.tab, url, ...(documentId !== undefined && { documentId }) };
        const signal = AbortSignal.timeout(READING_LIMIT_MS);
        return publishableFor(report, storeEvidence(await sources.active.read(document, 'by hand', signal)));
      }
    }
  };
  browser.runtime.onMessage.addListener((message: unknown, sender: Sender): Promise<unknown> | undefined => {
    const request = parseRequest(message);
    const toProtection = parseProtectionRequest(message);
    const toInspector = parseInspectorRequest(message);
    const extension = { id: browser.runtime.id, root: browser.runtime.getURL('') };
    if (!isOwnPage(sender, extension)) return undefined;
    // It draws what is stored.
    loading.flush();
    if (toProtection !== undefined) return protection.answer(toProtection, sender.tab?.id);
    if (toInspector !== undefined) return inspector.answer(toInspector, sender.tab?.id);
    return request && answer(request);
  });
  listenToTrials(browser.runtime, surroundings);
  listenToOmnibox(browser, translate('omniboxSuggestion'));

  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    // Nothing is asked before the person has chosen whom to ask, so the choice comes first.
    if (reason !== 'install' || mayAsk(await loadSettings(browser))) return;
    await browser.tabs.create({ url: browser.runtime.getURL(WELCOME_PAGE), active: true });
  });

  sayAccess();
  ready.then(async () => {
    for (const [tab] of tabs.all()) dispatch(tab, { kind: 'resume' });
    await lookAtActiveTabs();
  });
}

async function loadSettings(browser: Browser): Promise<Settings> {
  const { settings, faults } = await loadEffective(browser.storage);
  if (faults.length > 0) console.warn('Danelaw: stored settings that cannot be used were dropped:', faults.join(', '));
  return settings;
}
