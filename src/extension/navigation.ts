/**
 * Which document a tab shows, told from the browser's events. The lookup starts at `onBeforeRequest`, before the
 * browser connects; the document takes the tab over at `webNavigation.onCommitted`.
 *
 * Only main-frame requests are listened to, so the extension's own questions never start a check.
 */
import type { Tabs as BrowserTabs, WebNavigation, WebRequest } from 'webextension-polyfill';
import { loadFailureOf } from './load-failure.ts';
import type { TabEvent } from './tab-state.ts';

/** As much of the browser as is used here. */
export interface NavigationBrowser {
  readonly webRequest: {
    readonly onBeforeRequest: Pick<WebRequest.Static['onBeforeRequest'], 'addListener'>;
    readonly onErrorOccurred: Pick<WebRequest.Static['onErrorOccurred'], 'addListener'>;
    readonly onCompleted: Pick<WebRequest.Static['onCompleted'], 'addListener'>;
  };
  readonly webNavigation: {
    readonly [event in
      | 'onCommitted'
      | 'onErrorOccurred'
      | 'onReferenceFragmentUpdated'
      | 'onHistoryStateUpdated']: Pick<WebNavigation.Static[event], 'addListener'>;
  };
  readonly tabs: {
    readonly [event in 'onActivated' | 'onUpdated' | 'onRemoved']: Pick<BrowserTabs.Static[event], 'addListener'>;
  } & {
    /** Firefox for Android has none. */
    readonly onReplaced?: Pick<BrowserTabs.Static['onReplaced'], 'addListener'>;
  };
}

export interface NavigationSink {
  readonly ready: Promise<void>;
  /** A new name for a run of the check. */
  readonly newCheck: () => string;
  dispatch(tab: number, event: TabEvent): void;
  /** The tab came to the front. */
  activated(tab: number): void;
  /** The tab has finished loading; some browsers have dropped its toolbar values by now. */
  completed(tab: number): void;
  removed(tab: number): void;
}

/**
 * What came completely and became no document of its own by then became a download, or a page of the browser's, such as
 * the source of it: Firefox tells nothing more of either.
 */
export const UNSHOWN_MS = 5000;

/** Registers every listener, synchronously. */
export function listenToNavigation(browser: NavigationBrowser, sink: NavigationSink): void {
  const { webRequest, webNavigation, tabs } = browser;
  const filter: WebRequest.RequestFilter = { urls: ['http://*/*', 'https://*/*'], types: ['main_frame'] };
  // Events of one browser come in order, and waiting for one and the same promise keeps that order.
  const dispatch = async (tab: number, event: TabEvent): Promise<void> => {
    if (tab < 0) return;
    await sink.ready;
    sink.dispatch(tab, event);
  };

  webRequest.onBeforeRequest.addListener((details) => {
    if (isActive(details) && !isPrefetch(details)) {
      const { tabId, requestId, url, timeStamp } = details;
      dispatch(tabId, { kind: 'request', requestId, url, check: sink.newCheck(), at: timeStamp });
    }
    return undefined;
  }, filter);

  webRequest.onErrorOccurred.addListener(({ tabId, requestId, error }) => {
    const why = loadFailureOf(error);
    // Chromium tells of a page that breaks off in the middle here, too; Firefox may be late with what led to a commit.
    const early = error.startsWith('net::');
    dispatch(
      tabId,
      why === 'aborted'
        ? { kind: 'aborted', requestId }
        : { kind: 'failed', requestId, why, ...(early ? {} : { late: sink.newCheck() }) },
    );
  }, filter);

  webRequest.onCompleted.addListener(({ tabId, requestId }) => {
    setTimeout(() => dispatch(tabId, { kind: 'aborted', requestId }), UNSHOWN_MS);
  }, filter);

  webNavigation.onCommitted.addListener((details) => {
    if (details.frameId !== 0 || !isActive(details)) return;
    const { tabId, url, documentId, transitionQualifiers, timeStamp } = details;
    dispatch(tabId, {
      kind: 'committed',
      url,
      ...(typeof documentId === 'string' ? { documentId } : {}),
      history: transitionQualifiers?.includes('forward_back') ?? false,
      check: sink.newCheck(),
      at: timeStamp,
    });
  });

  // Firefox tells here what failed, just before it commits its error page; what it calls aborted is a step on the way
  // to every document. Chromium tells here alone of error pages, downloads and answers without content.
  webNavigation.onErrorOccurred.addListener((details) => {
    const { frameId, tabId, url, timeStamp } = details;
    const { error, documentId } = details as { error?: unknown; documentId?: string };
    if (frameId !== 0 || !isActive(details) || typeof error !== 'string') return;
    const why = loadFailureOf(error);
    if (!error.startsWith('net::')) {
      if (why !== 'aborted') dispatch(tabId, { kind: 'failed', url, why, late: sink.newCheck() });
      return;
    }
    if (why === 'aborted') {
      dispatch(tabId, { kind: 'aborted', url });
      return;
    }
    dispatch(tabId, {
      kind: 'committed',
      url,
      ...(documentId === undefined ? {} : { documentId }),
      history: false,
      failed: why,
      check: sink.newCheck(),
      at: timeStamp,
    });
  });

  for (const event of ['onReferenceFragmentUpdated', 'onHistoryStateUpdated'] as const) {
    webNavigation[event].addListener((details) => {
      if (details.frameId !== 0 || !isActive(details)) return;
      const { tabId, url, timeStamp } = details;
      const { documentId } = details as { documentId?: string };
      dispatch(tabId, {
        kind: 'moved',
        url,
        ...(documentId === undefined ? {} : { documentId }),
        check: sink.newCheck(),
        at: timeStamp,
      });
    });
  }

  const tell = async (tell: () => void): Promise<void> => {
    await sink.ready;
    tell();
  };
  tabs.onActivated.addListener(({ tabId }) => tell(() => sink.activated(tabId)));
  tabs.onUpdated.addListener((tabId, { status }) => {
    if (status === 'complete') tell(() => sink.completed(tabId));
  });
  tabs.onRemoved.addListener((tabId) => tell(() => sink.removed(tabId)));
  tabs.onReplaced?.addListener((_added, removed) => tell(() => sink.removed(removed)));
}

/** A prerendered page is nobody's to see; when it is shown, it is committed once more, as active. */
function isActive(details: object): boolean {
  const { documentLifecycle } = details as { documentLifecycle?: string };
  return documentLifecycle === undefined || documentLifecycle === 'active';
}

/**
 * Chromium's speculative prefetch of a link looks like a main-frame request, except that it names the document that
 * asks for it. A navigation that is answered from it later is seen when it commits.
 */
function isPrefetch(details: object): boolean {
  return (details as { documentId?: string }).documentId !== undefined;
}
