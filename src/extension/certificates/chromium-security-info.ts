/**
 * Chromium 144 and later with the feature `WebRequestSecurityInfo` on: the leaf, in an event listener's details (B10).
 *
 * With the feature off, `addListener` does not throw: the listener is silently dropped, or hears of responses without
 * their security information (B11). So a second, plain listener on the same event watches: a response that came to it
 * alone, or without that information, shows that the feature is off. With the feature on, the debugger is not used
 * unasked.
 */
import type { CertificateEvidence } from '../../dane/evidence.ts';
import type { PassiveSource } from './source.ts';

/** As much of an event's details as is used here. */
export interface HeadersDetails {
  readonly tabId: number;
  readonly requestId: string;
  readonly url: string;
  readonly documentLifecycle?: string;
  /** Of the document that asks, where one fetches ahead what may be wanted next: a prefetch, or a prerendered page. */
  readonly documentId?: string;
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

/** `unknown` until the first https page came in. */
export type SecurityInfoFeature = 'unknown' | 'on' | 'off';

/** Where the finding lies in `storage.session`: it holds until the browser ends, as the flag does. */
export const FEATURE_KEY = 'security-info-feature';

const FILTER: { urls: string[]; types: ['main_frame'] } = { urls: ['https://*/*'], types: ['main_frame'] };

/** `found` is told whether the feature is on, whenever that is known anew. */
export function chromiumSecurityInfo(
  onHeadersReceived: HeadersEvent,
  now: () => number,
  found: (feature: 'on' | 'off') => void,
): PassiveSource {
  let feature: SecurityInfoFeature = 'unknown';
  let informedOf: string | undefined;
  // A flag changes with a new start of the browser only, so what was seen once stands against a response without.
  const find = (state: 'on' | 'off'): void => {
    if (feature === state || feature === 'on') return;
    feature = state;
    found(state);
  };
  return {
    listen: (deliver) => {
      try {
        onHeadersReceived.addListener(
          (details) => {
            if (details.securityInfo !== undefined) {
              informedOf = details.requestId;
              find('on');
            }
            // What nobody went to is nobody's page: the resolver does not hear of it, and no tab is taken away for it.
            if (details.documentLifecycle === 'prerender' || details.documentId !== undefined) return undefined;
            const evidence = evidenceOf(details, now());
            if (evidence) {
              const { tabId, requestId, url } = details;
              deliver({ tab: tabId, requestId, url, evidence: Promise.resolve(evidence) });
            }
            return undefined;
          },
          FILTER,
          ['securityInfo', 'securityInfoRawDer'],
        );
      } catch (error) {
        // Before Chromium 144 the two extras are no valid values (B11).
        if (!(error instanceof TypeError)) throw error;
        find('off');
        return;
      }
      // Registered later, so called later: what the first listener heard, it has heard by now.
      onHeadersReceived.addListener(({ requestId }) => {
        if (informedOf !== requestId) find('off');
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
