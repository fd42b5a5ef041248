/**
 * Firefox: `webRequest.getSecurityInfo`, callable only inside a blocking `onHeadersReceived` (B1). The listener
 * returns at once, so no page waits for it, unless it is to be held until its verdict is there.
 */
import type { WebRequest } from 'webextension-polyfill';
import type { CertificateEvidence, PkixStatus } from '../../dane/evidence.ts';
import type { CertificateSources, Held } from './source.ts';

/** As much of `browser.webRequest` as is used here. */
export type FirefoxWebRequest = Pick<WebRequest.Static, 'getSecurityInfo' | 'onHeadersReceived'>;

/** What Firefox says beside the fields its typings know (deprecated there in favour of `overridableErrorCategory`). */
type SecurityInfo = WebRequest.SecurityInfo & {
  readonly isUntrusted?: boolean;
  readonly isDomainMismatch?: boolean;
  readonly isNotValidAtThisTime?: boolean;
};

export function firefoxSources(webRequest: FirefoxWebRequest, now: () => number): CertificateSources {
  return {
    passive: [
      {
        listen: (deliver) =>
          webRequest.onHeadersReceived.addListener(
            ({ tabId, requestId, url }) => {
              if (!url.startsWith('https:')) return undefined;
              const evidence = readEvidence(webRequest, requestId, now);
              return responseFor(deliver({ tab: tabId, requestId, url, evidence }));
            },
            { urls: ['https://*/*'], types: ['main_frame'] },
            ['blocking'],
          ),
      },
    ],
    // A document that no request brought (back/forward cache, service worker) has no connection to ask about. Others
    // may be told of before their request and its certificate, which are waited for.
    active: {
      read: async (_document, _wish, signal) => {
        await pause(LATE_MS, signal);
        return { kind: 'none', why: 'no connection seen' };
      },
    },
  };
}

/** What a blocking listener answers: nothing, or in time whether the response goes on. */
export function responseFor(held: Promise<Held> | undefined): Promise<WebRequest.BlockingResponse> | undefined {
  return held?.then((decided) => (decided === 'stop' ? { cancel: true } : {}));
}

/** How much later than its document a request is told of, on a machine that is busy. */
const LATE_MS = 400;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** To be called within the listener of that request. */
export async function readEvidence(
  webRequest: FirefoxWebRequest,
  requestId: string,
  now: () => number,
): Promise<CertificateEvidence> {
  try {
    const [withChain, alone] = await Promise.all([
      webRequest.getSecurityInfo(requestId, { certificateChain: true, rawDER: true }),
      // For a certificate the user accepted by hand the chain comes empty, and only this gives the leaf.
      webRequest.getSecurityInfo(requestId, { certificateChain: false, rawDER: true }),
    ]);
    return evidenceOf(withChain, alone, now());
  } catch (error) {
    // The request was gone before the answer came.
    console.warn('Danelaw: no security information', error);
    return { kind: 'none', why: 'no connection seen' };
  }
}

/** `withChain` and `alone`: what the two calls answered. Exported for its tests. */
export function evidenceOf(withChain: SecurityInfo, alone: SecurityInfo, obtainedAt: number): CertificateEvidence {
  const chain = certificatesOf(withChain);
  const certificates = chain.length > 0 ? chain : certificatesOf(alone);
  if (certificates.length === 0) return { kind: 'none', why: 'no connection seen' };
  return {
    kind: chain.length > 0 ? 'full chain' : 'leaf only',
    source: 'firefox-security-info',
    pkix: pkixOf(chain.length > 0 ? withChain : alone),
    certificates,
    obtainedAt,
  };
}

function certificatesOf(info: SecurityInfo): Uint8Array[] {
  return (info.certificates ?? []).flatMap(({ rawDER }) => (rawDER === undefined ? [] : [Uint8Array.from(rawDER)]));
}

function pkixOf(info: SecurityInfo): PkixStatus {
  // The page came, so an error there was can only have been accepted by hand (B3).
  const accepted =
    info.overridableErrorCategory !== undefined ||
    info.isUntrusted === true ||
    info.isDomainMismatch === true ||
    info.isNotValidAtThisTime === true;
  if (accepted) return 'overridden';
  if (info.state === 'secure') return 'valid';
  // `weak`: an old cipher, which says nothing of the certificate (B4).
  return info.state === 'weak' ? 'valid' : info.state === 'broken' ? 'invalid' : 'unknown';
}
