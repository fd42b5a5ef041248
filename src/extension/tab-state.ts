/**
 * What one tab shows and loads, and how each browser event changes it: a pure reducer. The shell around it
 * (`navigation.ts`, `checks.ts`, `toolbar.ts`) carries out the effects.
 *
 * The rule that keeps a verdict with its page: every run of a check has a name of its own (`check`), a tab holds the
 * names of at most two runs (the document shown, the navigation under way), and a result that names neither is
 * dropped. So a late report, a cancelled load or a second tab can never put a verdict on another page.
 */
import { isLoadFailure, type LoadFailure } from '../dane/evidence.ts';
import type { Report } from '../report.ts';
import type { StoredEvidence } from './certificates/stored.ts';
import { MAX_OVERTAKEN, ofOvertaken, withOvertaken } from './overtaken.ts';
import { evidenceOf, type PastDocument, sameDocumentUrl, sameOrigin, withPast } from './past-documents.ts';
import { needsCheck } from './verdict-life.ts';

export interface TabState {
  readonly version: 1;
  /** The document shown. */
  readonly shown?: Visit;
  /** A navigation that has sent its request and shows nothing yet. */
  readonly pending?: Visit;
  /** Navigations whose request was followed by another one, newest first. Nobody checks them. */
  readonly overtaken?: readonly Visit[];
  /** Documents that "back" may bring again without a connection, newest first. */
  readonly past: readonly PastDocument[];
}

/** One document, or one that is coming. */
export interface Visit {
  /** The run of the check whose result counts; none: nobody is checking. */
  readonly check?: string;
  readonly url: string;
  readonly requestId?: string;
  readonly documentId?: string;
  /** When the browser committed it, in its milliseconds. */
  readonly committedAt?: number;
  /** The certificate of this document's own connection, once seen or read. */
  readonly evidence?: StoredEvidence;
  readonly report?: Report;
  /** The person asked for the certificate to be read for this run. */
  readonly byHand?: true;
  /** The person asked for this check; others may not be made (`Settings.checking`). */
  readonly asked?: true;
}

export const EMPTY_TAB: TabState = { version: 1, past: [] };

export type TabEvent =
  /** A main-frame request is about to be sent, a redirect's included. `at`: when, as the browser says (ms). */
  | {
      readonly kind: 'request';
      readonly requestId: string;
      readonly url: string;
      readonly check: string;
      readonly at: number;
    }
  /** The certificate of that request's connection, on the way to that URL: a redirect keeps the number. */
  | {
      readonly kind: 'certificate';
      readonly requestId: string;
      readonly url: string;
      readonly evidence: StoredEvidence;
      readonly check: string;
    }
  /** The certificate of the document shown, read after the fact for this run. */
  | { readonly kind: 'read'; readonly check: string; readonly evidence: StoredEvidence }
  /** The tab shows another document from now on. */
  | {
      readonly kind: 'committed';
      readonly url: string;
      readonly documentId?: string;
      /** Came by going back or forward. */
      readonly history: boolean;
      /** It is the browser's error page. */
      readonly failed?: LoadFailure;
      readonly check: string;
      readonly at: number;
    }
  /**
   * The main-frame request failed, and no certificate will be seen. Should the tab show an error page, that commits.
   * `late`: the page it led to may be shown already; the name of the run to start in that case.
   */
  | ({ readonly kind: 'failed'; readonly why: LoadFailure; readonly late?: string } & (
      | { readonly requestId: string }
      | { readonly url: string }
    ))
  /** It came to nothing (stopped, replaced, a download, no content): the tab goes on showing what it showed. */
  | ({ readonly kind: 'aborted' } & ({ readonly requestId: string } | { readonly url: string }))
  /** The same document under another URL (fragment, history.pushState). */
  | {
      readonly kind: 'moved';
      readonly url: string;
      readonly documentId?: string;
      readonly check: string;
      readonly at: number;
    }
  | { readonly kind: 'report'; readonly check: string; readonly report: Report }
  /**
   * Somebody looks at the tab: check what has no verdict, or one that is over. `force`: the person asks for a check.
   * `byHand`: and to read the certificate, whatever was chosen for pages that come.
   */
  | {
      readonly kind: 'look';
      readonly url: string;
      readonly check: string;
      readonly now: number;
      readonly force: boolean;
      readonly byHand?: boolean;
    }
  /** Resolver or anchors changed: no verdict made before counts. */
  | { readonly kind: 'reset'; readonly check: string }
  /** The background was started anew: the runs it was in the middle of died with it. */
  | { readonly kind: 'resume' };

export type Effect =
  /** Start this run. */
  | { readonly kind: 'check'; readonly visit: Visit & { readonly check: string } }
  /** Tell this run which certificate its document came with; none: nobody saw one. */
  | { readonly kind: 'settle'; readonly check: string; readonly visit: Visit }
  /** Nobody waits for this run any more. */
  | { readonly kind: 'abandon'; readonly check: string };

export interface Step {
  readonly state: TabState;
  readonly effects: readonly Effect[];
}

export function stepTab(state: TabState, event: TabEvent): Step {
  switch (event.kind) {
    case 'request':
      return onRequest(state, event);
    case 'certificate':
      return onCertificate(state, event);
    case 'read':
      return onShown(state, event.check, (visit) => ({ ...visit, evidence: event.evidence }));
    case 'committed':
      return onCommitted(state, event);
    case 'failed':
      return onFailed(state, event);
    case 'aborted':
      return onAborted(state, event);
    case 'moved':
      if (state.shown === undefined) return { state, effects: [] };
      return { state: { ...state, shown: { ...state.shown, url: event.url } }, effects: [] };
    case 'report': {
      const { report } = event;
      if (state.pending?.check === event.check) {
        return { state: { ...state, pending: { ...state.pending, report } }, effects: [] };
      }
      return onShown(state, event.check, (visit) => ({ ...visit, report }));
    }
    case 'look':
      return onLook(state, event);
    case 'reset':
      return onReset(state, event.check);
    case 'resume':
      return { state, effects: [...resume(state.shown, true), ...resume(state.pending, false)] };
  }
}

function onShown(state: TabState, check: string, change: (visit: Visit) => Visit): Step {
  if (state.shown?.check !== check) return { state, effects: [] };
  return { state: { ...state, shown: change(state.shown) }, effects: [] };
}

function onRequest(state: TabState, { requestId, url, check, at }: Extract<TabEvent, { kind: 'request' }>): Step {
  const { shown } = state;
  // Firefox may tell of a request only after the commit it led to; its clock shows which came first.
  if (
    shown?.committedAt !== undefined &&
    shown.requestId === undefined &&
    at <= shown.committedAt &&
    sameDocumentUrl(shown.url, url)
  ) {
    // Of a request that was led on, its first steps are told only now, too.
    const { pending, ...rest } = state;
    const isStep = pending?.requestId === requestId;
    return {
      state: { ...(isStep ? rest : state), shown: { ...shown, requestId } },
      effects: isStep ? abandon(pending) : [],
    };
  }
  // A redirect keeps the request's number and may lead to another host: it is a new visit in any case.
  const visit = { check, url, requestId };
  const { pending, ...rest } = state;
  const earlier = [...(pending === undefined ? [] : [withoutCheck(pending)]), ...(state.overtaken ?? [])];
  const overtaken = earlier.filter((other) => other.requestId !== requestId).slice(0, MAX_OVERTAKEN);
  return {
    state: withOvertaken({ ...rest, pending: visit }, overtaken),
    effects: [...abandon(pending), { kind: 'check', visit }],
  };
}

function onAborted(state: TabState, event: Extract<TabEvent, { kind: 'aborted' }>): Step {
  const { pending, overtaken = [] } = state;
  const isIt = (visit: Visit) => ('requestId' in event ? visit.requestId === event.requestId : visit.url === event.url);
  if (pending !== undefined && isIt(pending)) {
    const { pending: _pending, ...rest } = state;
    return { state: rest, effects: abandon(pending) };
  }
  return {
    state: overtaken.some(isIt)
      ? withOvertaken(
          state,
          overtaken.filter((visit) => !isIt(visit)),
        )
      : state,
    effects: [],
  };
}

function onCertificate(state: TabState, event: Extract<TabEvent, { kind: 'certificate' }>): Step {
  const { requestId, url, evidence } = event;
  for (const place of ['pending', 'shown'] as const) {
    const visit = state[place];
    if (visit?.requestId !== requestId) continue;
    // What a step before it showed comes late here: it was another connection. What is shown may have moved since.
    if (place === 'pending' ? !sameDocumentUrl(visit.url, url) : !sameOrigin(visit.url, url)) continue;
    const seen = { ...visit, evidence };
    const next = { ...state, [place]: seen };
    // The check was over before the certificate came, and had to do without.
    if (place === 'shown' && seen.report?.certificate.kind === 'none' && seen.report.certificate.why !== 'not needed') {
      return start(next, seen, event.check, askedAs(seen));
    }
    return {
      state: next,
      effects: seen.check === undefined ? [] : [{ kind: 'settle', check: seen.check, visit: seen }],
    };
  }
  const isIt = (visit: Visit) => visit.requestId === requestId && sameDocumentUrl(visit.url, url);
  return { state: ofOvertaken(state, isIt, evidence), effects: [] };
}

function onCommitted(state: TabState, event: Extract<TabEvent, { kind: 'committed' }>): Step {
  const { pending, shown } = state;
  const document = {
    url: event.url,
    committedAt: event.at,
    ...(event.documentId === undefined ? {} : { documentId: event.documentId }),
  };
  const isPending = pending !== undefined && sameDocumentUrl(pending.url, event.url);
  const isKnown = shown !== undefined && isSameDocument(shown, event);
  // The background looked before it was told (`missed.ts`); what the document came with may still be to be told.
  if (isKnown && (!isPending || shown.requestId === pending.requestId)) {
    return event.failed === undefined ? { state, effects: [] } : withFailure(state, event.failed, event.check);
  }
  const past = shown === undefined || isKnown ? state.past : withPast(state.past, shown);
  const isBack = event.documentId !== undefined && past.some(({ documentId }) => documentId === event.documentId);
  if (isPending && !isBack) {
    const visit: Visit = { ...pending, ...document, ...failedOf(event, pending.evidence) };
    return {
      state: { version: 1, shown: visit, past },
      effects: [
        ...abandon(shown),
        ...(visit.check === undefined ? [] : [{ kind: 'settle', check: visit.check, visit } as const]),
      ],
    };
  }
  // An overtaken request led here, or none of ours: back/forward cache, a service worker, about:blank, a prerendered page. A request
  // under way is not this document's, and goes on.
  const overtaken = isBack ? undefined : state.overtaken?.find(({ url }) => sameDocumentUrl(url, event.url));
  const evidence = evidenceOf(past, event);
  const known: Partial<Visit> = overtaken ?? (evidence === undefined ? {} : { evidence });
  const visit = { ...known, check: event.check, ...document, ...failedOf(event, known.evidence) };
  return {
    state: { version: 1, shown: visit, past, ...(pending === undefined ? {} : { pending }) },
    effects: [...abandon(shown), { kind: 'check', visit }, { kind: 'settle', check: event.check, visit }],
  };
}

/** Is the document that the event tells of known to be shown already? */
export function isSameDocument(
  shown: Visit,
  { url, documentId, at }: Extract<TabEvent, { kind: 'committed' }>,
): boolean {
  if (!sameDocumentUrl(shown.url, url)) return false;
  if (shown.documentId !== undefined && documentId !== undefined) return shown.documentId === documentId;
  return shown.committedAt !== undefined && at < shown.committedAt;
}

function onFailed(state: TabState, event: Extract<TabEvent, { kind: 'failed' }>): Step {
  const isIt = (visit: Visit) =>
    'requestId' in event ? visit.requestId === event.requestId : sameDocumentUrl(visit.url, event.url);
  const { pending, shown } = state;
  if (pending !== undefined && isIt(pending)) {
    // What DNS says of the site is still worth telling; the check waits for the error page.
    const why = moreTelling(pending.evidence, event.why);
    return { state: { ...state, pending: { ...pending, evidence: { kind: 'none', why } } }, effects: [] };
  }
  if (state.overtaken?.some(isIt) === true) {
    return { state: ofOvertaken(state, isIt, { kind: 'none', why: event.why }), effects: [] };
  }
  // Of a page that came by https the browser has shown a certificate before it breaks off.
  if (event.late === undefined || shown === undefined || !shown.url.startsWith('https:') || !isIt(shown)) {
    return { state, effects: [] };
  }
  return withFailure(state, event.why, event.late);
}

/** The page shown turns out to be an error page, unless its certificate was seen. */
function withFailure(state: TabState, why: LoadFailure, check: string): Step {
  const { shown } = state;
  const known = shown?.evidence;
  if (shown === undefined) return { state, effects: [] };
  if (known !== undefined && (known.kind !== 'none' || !isLoadFailure(known.why))) return { state, effects: [] };
  const told = moreTelling(known, why);
  if (known?.why === told) return { state, effects: [] };
  const visit: Visit = { ...shown, evidence: { kind: 'none', why: told } };
  return start({ ...state, shown: visit }, visit, check, askedAs(shown));
}

/** What an error page came with, which is no certificate. */
function failedOf(
  { failed }: Extract<TabEvent, { kind: 'committed' }>,
  known: StoredEvidence | undefined,
): Pick<Visit, 'evidence'> {
  return failed === undefined ? {} : { evidence: { kind: 'none', why: moreTelling(known, failed) } };
}

/** Two events tell of one failure, in either order; one of them may know no more than that it failed. */
function moreTelling(known: StoredEvidence | undefined, why: LoadFailure): LoadFailure {
  if (known?.kind !== 'none' || !isLoadFailure(known.why)) return why;
  return why === 'handshake failed' || why === 'connection failed' ? known.why : why;
}

function onLook(state: TabState, event: Extract<TabEvent, { kind: 'look' }>): Step {
  const wishes = {
    ...(event.byHand === true && ({ byHand: true } as const)),
    ...(event.force && ({ asked: true } as const)),
  };
  const { shown } = state;
  if (shown === undefined) {
    // A tab from before the extension ran; one that is loading is being checked already.
    if (state.pending !== undefined && !event.force) return { state, effects: [] };
    return start(state, { url: event.url }, event.check, wishes);
  }
  const { report } = shown;
  const due = event.force || (report === undefined ? shown.check === undefined : needsCheck(report, event.now));
  return due ? start(state, shown, event.check, wishes) : { state, effects: [] };
}

function onReset(state: TabState, check: string): Step {
  const effects: Effect[] = [...abandon(state.shown)];
  let { shown, pending } = state;
  if (shown !== undefined) shown = withoutCheck(shown);
  if (pending !== undefined) {
    effects.push(...abandon(pending));
    const visit = { ...withoutCheck(pending), check };
    pending = visit;
    effects.push({ kind: 'check', visit });
    if (visit.evidence !== undefined) effects.push({ kind: 'settle', check, visit });
  }
  return {
    state: {
      version: 1,
      past: state.past,
      ...(state.overtaken === undefined ? {} : { overtaken: state.overtaken }),
      ...(shown === undefined ? {} : { shown }),
      ...(pending === undefined ? {} : { pending }),
    },
    effects,
  };
}

function resume(visit: Visit | undefined, isShown: boolean): Effect[] {
  if (visit?.check === undefined || visit.report !== undefined) return [];
  const { check } = visit;
  const settled = isShown || visit.evidence !== undefined;
  return [
    { kind: 'check', visit: { ...visit, check } },
    ...(settled ? [{ kind: 'settle', check, visit } as const] : []),
  ];
}

/** A new run for the document shown, with the certificate it came with. */
function start(state: TabState, document: Visit, check: string, more: Pick<Visit, 'byHand' | 'asked'> = {}): Step {
  const visit = { ...withoutCheck(document), check, ...more };
  return {
    state: { ...state, shown: visit },
    effects: [...abandon(state.shown), { kind: 'check', visit }, { kind: 'settle', check, visit }],
  };
}

function withoutCheck({ check: _check, report: _report, byHand: _byHand, asked: _asked, ...document }: Visit): Visit {
  return document;
}

/** A run that takes the place of another, for what has come to light since, is asked for as that one was. */
function askedAs({ asked }: Visit): Pick<Visit, 'asked'> {
  return asked === undefined ? {} : { asked };
}

function abandon(visit: Visit | undefined): Effect[] {
  return visit?.check === undefined ? [] : [{ kind: 'abandon', check: visit.check }];
}

/** The document or navigation that waits for that run. */
export function visitOf({ shown, pending }: TabState, check: string): Visit | undefined {
  return [shown, pending].find((visit) => visit?.check === check);
}
