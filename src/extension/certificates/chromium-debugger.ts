/**
 * Stock Chromium: the debugger shows the whole chain of a document that is there, without a reload. `Network` must be
 * enabled before a response of that origin arrives, so the page's own origin is asked once more for its headers
 * alone; the browser's connection to it is used again where it is still open.
 *
 * While attached, the browser shows a bar in every window. So this runs only for a host whose secure TLSA records
 * make the certificate decide, and it detaches at once, whatever happened.
 */
import type { CertificateEvidence, CertificateMissing, PkixStatus } from '../../dane/evidence.ts';
import { fromBase64 } from '../../dns/encodings.ts';
import type { ActiveSource, ShownDocument } from './source.ts';

/** As much of `chrome.debugger` and `chrome.scripting` as is used here. */
export interface DebuggerApi {
  readonly debugger: {
    attach(target: { tabId: number }, version: string): Promise<void>;
    detach(target: { tabId: number }): Promise<void>;
    sendCommand(target: { tabId: number }, method: string, parameters?: object): Promise<unknown>;
    readonly onEvent: {
      addListener(listener: DebuggerListener): void;
      removeListener(listener: DebuggerListener): void;
    };
  };
  readonly scripting: {
    executeScript(injection: {
      target: { tabId: number; documentIds?: string[] };
      func: (url: string) => Promise<void>;
      args: [string];
      injectImmediately: boolean;
    }): Promise<unknown>;
  };
}

type DebuggerListener = (source: { tabId?: number }, method: string, parameters?: object) => void;

/** The whole reading; a server that never answers must not keep the debugger attached. */
const LIMIT_MS = 6000;

export function chromiumDebugger(api: DebuggerApi, now: () => number): ActiveSource {
  /** One reading a tab at a time: a second attach would fail on the first. */
  const reading = new Map<number, Promise<unknown>>();
  return {
    read: async (document) => {
      if (!document.url.startsWith('https:')) return { kind: 'none', why: 'no connection seen' };
      const earlier = reading.get(document.tab);
      const mine = (async () => {
        await earlier;
        return readAttached(api, document, now);
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

async function readAttached(
  api: DebuggerApi,
  document: ShownDocument,
  now: () => number,
): Promise<CertificateEvidence> {
  const target = { tabId: document.tab };
  try {
    await api.debugger.attach(target, '1.3');
  } catch (error) {
    return { kind: 'none', why: missingBecause(error) };
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<CertificateEvidence>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'none', why: 'no connection seen' }), LIMIT_MS);
  });
  try {
    return await Promise.race([limit, readChain(api, document, now)]);
  } catch (error) {
    return { kind: 'none', why: missingBecause(error) };
  } finally {
    clearTimeout(timer);
    try {
      await api.debugger.detach(target);
    } catch (error) {
      // The tab closed, or the person pressed "Cancel" on the bar: it is detached already.
      console.info('Danelaw: the debugger was detached already', error);
    }
  }
}

async function readChain(api: DebuggerApi, document: ShownDocument, now: () => number): Promise<CertificateEvidence> {
  const target = { tabId: document.tab };
  const { origin } = new URL(document.url);
  let pkix: PkixStatus = 'unknown';
  const listener: DebuggerListener = (source, method, parameters) => {
    if (source.tabId !== document.tab || method !== 'Network.responseReceived') return;
    const { response } = parameters as { response?: { url?: string; securityState?: string } };
    if (response?.url === undefined || new URL(response.url).origin !== origin) return;
    pkix = pkixOf(response.securityState);
  };
  api.debugger.onEvent.addListener(listener);
  try {
    await api.debugger.sendCommand(target, 'Network.enable');
    // The site's own service worker must not answer from its cache: no connection, no certificate.
    await api.debugger.sendCommand(target, 'Network.setBypassServiceWorker', { bypass: true });
    // In the extension's own world of the document: neither the page's content security policy nor its own idea of
    // `fetch` stands in the way, and a document that has left meanwhile is refused.
    await api.scripting.executeScript({
      target: {
        tabId: document.tab,
        ...(document.documentId === undefined ? {} : { documentIds: [document.documentId] }),
      },
      func: askForHeaders,
      args: [`${origin}/`],
      injectImmediately: true,
    });
    const answer = await api.debugger.sendCommand(target, 'Network.getCertificate', { origin });
    const certificates = certificatesOf(answer);
    if (certificates.length === 0) return { kind: 'none', why: 'no connection seen' };
    return { kind: 'full chain', source: 'chromium-debugger', pkix, certificates, obtainedAt: now() };
  } finally {
    api.debugger.onEvent.removeListener(listener);
  }
}

/** Runs in the page's document, so it must stand alone. */
async function askForHeaders(url: string): Promise<void> {
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

/** The API tells its failures apart by their text alone. */
function missingBecause(error: unknown): CertificateMissing {
  const text = error instanceof Error ? error.message : String(error);
  if (/another debugger|already attached/i.test(text)) return 'debugger busy';
  if (
    /no tab with|tab was closed|target closed|no document with|no frame with|detached|frame .* was removed/i.test(text)
  ) {
    return 'tab gone';
  }
  console.warn('Danelaw: the debugger gave no certificate', error);
  return 'not shown by this browser';
}
