/**
 * Chromium 144 and later with the feature `WebRequestSecurityInfo` on: the leaf, in an event listener's details (B10).
 *
 * With the feature off, `addListener` does not throw: the listener is silently dropped (B11). So a second, plain
 * listener on the same event watches: a response that only the plain one heard of shows that the feature is off.
 * Nothing hangs on that finding but what the person is told; a document without a sighting is read by the active
 * source in any case.
 */
import type { CertificateEvidence } from '../../dane/evidence.ts';
import type { PassiveSource } from './source.ts';

/** As much of an event's details as is used here. */
export interface HeadersDetails {
  readonly tabId: number;
  readonly requestId: string;
  readonly url: string;
  readonly documentLifecycle?: string;
  readonly securityInfo?: {
    readonly state: string;
    readonly certificates?: readonly { readonly rawDER?: ArrayBuffer | readonly number[] }[];
  };
}

/** As much of `chrome.webRequest.onHeadersReceived` as is used here; the typings do not know the two extras yet. */
export interface HeadersEvent {
  addListener(
    listener: (details: HeadersDetails) => undefined,
    filter: { urls: string[]; types: ['main_frame'] },
    extraInfoSpec?: string[],
  ): void;
}

export interface SecurityInfoSource extends PassiveSource {
  /** `unknown` until the first https page came in. */
  feature(): 'unknown' | 'on' | 'off';
}

const FILTER: { urls: string[]; types: ['main_frame'] } = { urls: ['https://*/*'], types: ['main_frame'] };

export function chromiumSecurityInfo(onHeadersReceived: HeadersEvent, now: () => number): SecurityInfoSource {
  let feature: 'unknown' | 'on' | 'off' = 'unknown';
  let heardOf: string | undefined;
  return {
    feature: () => feature,
    listen: (deliver) => {
      try {
        onHeadersReceived.addListener(
          (details) => {
            heardOf = details.requestId;
            feature = 'on';
            if (details.documentLifecycle === 'prerender') return undefined;
            const evidence = evidenceOf(details, now());
            if (evidence) {
              deliver({ tab: details.tabId, requestId: details.requestId, evidence: Promise.resolve(evidence) });
            }
            return undefined;
          },
          FILTER,
          ['securityInfo', 'securityInfoRawDer'],
        );
      } catch (error) {
        // Before Chromium 144 the two extras are no valid values (B11).
        if (!(error instanceof TypeError)) throw error;
        feature = 'off';
        return;
      }
      // Registered later, so called later: what the first listener heard, it has heard by now.
      onHeadersReceived.addListener(({ requestId }) => {
        if (heardOf !== requestId) feature = 'off';
        return undefined;
      }, FILTER);
    },
  };
}

/** Exported for its tests. */
export function evidenceOf({ securityInfo }: HeadersDetails, obtainedAt: number): CertificateEvidence | undefined {
  const certificates = (securityInfo?.certificates ?? []).flatMap(({ rawDER }) =>
    rawDER === undefined ? [] : [new Uint8Array(rawDER)],
  );
  if (securityInfo === undefined || certificates.length === 0) return undefined;
  const { state } = securityInfo;
  return {
    // One certificate only, whatever the server sent (B10).
    kind: 'leaf only',
    source: 'chromium-security-info',
    // A page that came although its certificate is invalid was let through by hand.
    pkix: state === 'secure' || state === 'weak' ? 'valid' : state === 'broken' ? 'overridden' : 'unknown',
    certificates,
    obtainedAt,
  };
}
