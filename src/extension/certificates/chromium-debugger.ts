/**
 * Stock Chromium: the debugger shows the whole chain of a document that is there, without a reload. `Network` must be
 * enabled before a response of that origin arrives, so the page's own origin is asked once more for its headers
 * alone; the browser's connection to it is used again where it is still open.
 *
 * While attached, the browser shows a bar in every window. So this lets go at once, whatever happens: the read is
 * over, nobody waits for it any more, the tab closes, crashes or goes elsewhere, the person presses "Cancel", or the
 * site does not answer. A background that was stopped in the middle lets go when it starts again: the browser keeps
 * its debugger attached meanwhile.
 */
import type { CertificateEvidence, CertificateMissing, PkixStatus } from '../../dane/evidence.ts';
import { fromBase64 } from '../../dns/encodings.ts';
import type { ShownDocument } from './source.ts';

/** As much of `chrome.debugger` and `chrome.scripting` as is used here. */
export interface DebuggerApi {
  readonly debugger: {
    attach(target: DebuggerTarget, version: string): Promise<void>;
    detach(target: DebuggerTarget): Promise<void>;
    sendCommand(target: DebuggerTarget, method: string, parameters?: object): Promise<unknown>;
    getTargets(): Promise<readonly { readonly tabId?: number; readonly attached: boolean }[]>;
    readonly onEvent: EventOf<EventListener>;
    readonly onDetach: EventOf<DetachListener>;
  };
  readonly scripting: {
    executeScript(injection: {
      target: { tabId: number; documentIds?: string[] };
      func: (url: string) => Promise<string>;
      args: [string];
      injectImmediately: boolean;
    }): Promise<readonly { readonly result?: unknown }[]>;
  };
}

interface DebuggerTarget {
  tabId: number;
}

interface EventOf<Listener> {
  addListener(listener: Listener): void;
  removeListener(listener: Listener): void;
}

type EventListener = (source: { tabId?: number }, method: string, parameters?: object) => void;
type DetachListener = (source: { tabId?: number }, reason: string) => void;

export interface DebuggerReader {
  /** Never rejects. */
  read(document: ShownDocument, signal: AbortSignal): Promise<CertificateEvidence>;
}

/** The whole reading; a server that never answers must not keep the debugger attached. */
const LIMIT_MS = 4000;
const EVENT_DELAY_MS = 100;

export function chromiumDebugger(api: DebuggerApi, now: () => number): DebuggerReader {
  /** One reading a tab at a time: a second attach would fail on the first. */
  const reading = new Map<number, Promise<unknown>>();
  const tidied = detachLeftovers(api);
  return {
    read: async (document, signal) => {
      if (!document.url.startsWith('https:')) return { kind: 'none', why: 'no connection seen' };
      const earlier = reading.get(document.tab);
      const mine = (async () => {
        await tidied;
        await earlier;
        return readAttached(api, document, now, signal);
      })();
      reading.set(document.tab, mine);
      try {
        return await mine;
      } finally {
        if (reading.get(document.tab) === mine) reading.delete(document.tab);
      }
    },
  };
}

/** What a background that was stopped in the middle of a read has left attached. Others' debuggers are out of reach. */
async function detachLeftovers(api: DebuggerApi): Promise<void> {
  try {
    const targets = await api.debugger.getTargets();
    const tabs = targets.flatMap(({ tabId, attached }) => (attached && tabId !== undefined ? [tabId] : []));
    await Promise.all(tabs.map((tabId) => detach(api, tabId)));
  } catch (error) {
    console.error('Danelaw: it could not be seen whether a debugger was left attached', error);
  }
}

/** Resolves to false where there was nothing of ours to detach. */
async function detach(api: DebuggerApi, tabId: number): Promise<boolean> {
  try {
    await api.debugger.detach({ tabId });
    return true;
  } catch (error) {
    // The browser detaches by itself when the tab closes, goes to a page of its own, or "Cancel" is pressed.
    console.debug('Danelaw: no debugger to detach', error);
    return false;
  }
}

async function readAttached(
  api: DebuggerApi,
  document: ShownDocument,
  now: () => number,
  signal: AbortSignal,
): Promise<CertificateEvidence> {
  if (signal.aborted) return { kind: 'none', why: 'went elsewhere' };
  try {
    await attach(api, document.tab);
  } catch (error) {
    return { kind: 'none', why: missingBecause(error) };
  }
  const watch = watchTab(api, document, signal);
  try {
    return await Promise.race([watch.interrupted, readChain(api, document, now, watch)]);
  } catch (error) {
    // Of a crash or a closed tab the browser's event may come just after the failures it causes, and says more.
    const later = new Promise<undefined>((resolve) => setTimeout(resolve, EVENT_DELAY_MS));
    return (await Promise.race([watch.interrupted, later])) ?? { kind: 'none', why: missingBecause(error) };
  } finally {
    watch.stop();
    await detach(api, document.tab);
  }
}

async function attach(api: DebuggerApi, tabId: number): Promise<void> {
  try {
    await api.debugger.attach({ tabId }, '1.3');
  } catch (error) {
    // Other extensions may be attached beside this one, so what is in the way is most likely our own.
    if (!/already attached/i.test(String(error)) || !(await detach(api, tabId))) throw error;
    await api.debugger.attach({ tabId }, '1.3');
  }
}

/** As much of a response (`Network.Response`) as is looked at. */
interface NetworkResponse {
  readonly url?: string;
  readonly securityState?: string;
  /** Did it come by a connection that was there already? */
  readonly connectionReused?: boolean;
}

interface Watch {
  /** Resolves as soon as the read can come to nothing any more. */
  readonly interrupted: Promise<CertificateEvidence>;
  /** What the browser says of the origin's certificate, as far as responses have come. */
  readonly pkix: () => PkixStatus;
  /** Did all of them come by connections that were made for them, so that none that the page had is known? */
  readonly isNewConnection: () => boolean;
  readonly stop: () => void;
}

function watchTab(api: DebuggerApi, { tab, url }: ShownDocument, signal: AbortSignal): Watch {
  const { origin } = new URL(url);
  let pkix: PkixStatus = 'unknown';
  let connections: 'unknown' | 'new' | 'old' = 'unknown';
  let interrupt: (why: CertificateMissing) => void = () => {};
  const interrupted = new Promise<CertificateEvidence>((resolve) => {
    interrupt = (why) => resolve({ kind: 'none', why });
  });
  const onEvent: EventListener = (source, method, parameters) => {
    if (source.tabId !== tab) return;
    // After a crash the page's own commands are never answered.
    if (method === 'Inspector.targetCrashed') interrupt('tab crashed');
    if (method !== 'Network.responseReceived') return;
    const { response } = parameters as { response?: NetworkResponse };
    if (response?.url === undefined || originOf(response.url) !== origin) return;
    pkix = pkixOf(response.securityState);
    if (response.connectionReused === true) connections = 'old';
    else if (response.connectionReused === false && connections === 'unknown') connections = 'new';
  };
  const onDetach: DetachListener = (source, reason) => {
    if (source.tabId !== tab) return;
    if (reason === 'canceled_by_user') interrupt('debugger cancelled');
    // `target_closed`: the tab closed, or shows something now that no extension may debug, such as the PDF viewer.
    else isOpen(api, tab).then((open) => interrupt(open ? 'debugger refused' : 'tab closed'));
  };
  const onAbort = () => interrupt('went elsewhere');
  const timer = setTimeout(() => interrupt('no answer'), LIMIT_MS);
  api.debugger.onEvent.addListener(onEvent);
  api.debugger.onDetach.addListener(onDetach);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return {
    interrupted,
    pkix: () => pkix,
    isNewConnection: () => connections === 'new',
    stop: () => {
      clearTimeout(timer);
      api.debugger.onEvent.removeListener(onEvent);
      api.debugger.onDetach.removeListener(onDetach);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

async function isOpen(api: DebuggerApi, tab: number): Promise<boolean> {
  try {
    return (await api.debugger.getTargets()).some(({ tabId }) => tabId === tab);
  } catch (error) {
    console.debug('Danelaw: the tabs could not be looked through', error);
    return false;
  }
}

async function readChain(
  api: DebuggerApi,
  document: ShownDocument,
  now: () => number,
  watch: Watch,
): Promise<CertificateEvidence> {
  const target = { tabId: document.tab };
  const { origin } = new URL(document.url);
  await api.debugger.sendCommand(target, 'Network.enable');
  // The site's own service worker must not answer from its cache: no connection, no certificate.
  await api.debugger.sendCommand(target, 'Network.setBypassServiceWorker', { bypass: true });
  // In the extension's own world of the document: neither the page's content security policy nor its own idea of
  // `fetch` stands in the way, and a document that has left meanwhile is refused.
  const [ran] = await api.scripting.executeScript({
    target: {
      tabId: document.tab,
      ...(document.documentId === undefined ? {} : { documentIds: [document.documentId] }),
    },
    func: askForHeaders,
    args: [`${origin}/`],
    injectImmediately: true,
  });
  // A document without a name may have been followed by another one.
  if (ran?.result !== origin) return { kind: 'none', why: 'went elsewhere' };
  const answer = await api.debugger.sendCommand(target, 'Network.getCertificate', { origin });
  const certificates = certificatesOf(answer);
  if (certificates.length === 0) return { kind: 'none', why: 'no answer' };
  return {
    kind: 'full chain',
    source: 'chromium-debugger',
    pkix: watch.pkix(),
    certificates,
    obtainedAt: now(),
    ...(watch.isNewConnection() && { newConnection: true }),
  };
}

/** Runs in the page's document, so it must stand alone. Returns where it ran. */
async function askForHeaders(url: string): Promise<string> {
  // Another page must not be made to ask this site.
  if (location.origin !== new URL(url).origin) return location.origin;
  const request: RequestInit = { method: 'HEAD', cache: 'no-store' };
  try {
    // With the page's credentials, since requests without them use connections of their own.
    await fetch(url, { ...request, credentials: 'same-origin', redirect: 'manual' });
  } catch {
    try {
      // A sandboxed document is a stranger to its own site, and may read no answer; one unread will do as well.
      await fetch(url, { ...request, credentials: 'include', mode: 'no-cors' });
    } catch {
      // No answer at all: the debugger has seen whatever there was.
    }
  }
  return location.origin;
}

/** Exported for its tests. */
export function certificatesOf(answer: unknown): Uint8Array[] {
  if (typeof answer !== 'object' || answer === null || !('tableNames' in answer)) return [];
  const { tableNames } = answer;
  if (!Array.isArray(tableNames)) return [];
  const certificates = tableNames.map((text) => (typeof text === 'string' ? fromBase64(text) : undefined));
  // Half a chain would put every certificate after the gap at a wrong depth.
  return certificates.every((octets) => octets !== undefined) ? certificates : [];
}

/** Chromium's word for how a response came: `insecure` over https means that a warning was clicked away. */
function pkixOf(securityState: string | undefined): PkixStatus {
  if (securityState === 'secure') return 'valid';
  return securityState === 'insecure' || securityState === 'insecure-broken' ? 'overridden' : 'unknown';
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** The API tells its failures apart by their text alone. */
const FAILURES: readonly (readonly [RegExp, CertificateMissing])[] = [
  [/another debugger|already attached/i, 'debugger busy'],
  [/no tab with|tab was closed|target closed/i, 'tab closed'],
  [/no document with|no frame with|frame .* was removed|detached while/i, 'went elsewhere'],
  [/crashed|error page/i, 'tab crashed'],
  [/cannot access|cannot attach|not allowed|not attached/i, 'debugger refused'],
];

function missingBecause(error: unknown): CertificateMissing {
  const text = error instanceof Error ? error.message : String(error);
  const known = FAILURES.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  console.warn('Danelaw: the debugger gave no certificate', error);
  return 'not shown by this browser';
}
