/**
 * Chromium: with the feature `WebRequestSecurityInfo` on, the leaf of each response. Stock, nothing but the debugger
 * shows certificates, and it shows those of hosts that are asked anew while it is attached: the page's own host is one
 * thing, a request to each host of it another. So their hosts are listed, and DNS alone is told.
 */
import type { CertificateEvidence } from '../../dane/evidence.ts';
import { evidenceOf, type HeadersDetails } from '../certificates/chromium-security-info.ts';
import { documentOf, type GetFrame, type HostSource, placeOf, type SubresourceDetails } from './host-sightings.ts';

/** As much of `chrome.webRequest.onHeadersReceived` as is used here; the typings do not know the two extras yet. */
export interface SubresourceEvent {
  addListener(listener: Listener, filter: { urls: string[]; types: string[] }, extraInfoSpec?: string[]): void;
  removeListener(listener: Listener): void;
}

type Details = SubresourceDetails & HeadersDetails;
type Listener = (details: Details) => undefined;

const FILTER = {
  urls: ['https://*/*', 'wss://*/*'],
  types: [
    'sub_frame',
    'stylesheet',
    'script',
    'image',
    'font',
    'object',
    'xmlhttprequest',
    'ping',
    'csp_report',
    'media',
    'websocket',
    'other',
  ],
};

export function chromiumHosts(onHeadersReceived: SubresourceEvent, getFrame: GetFrame, now: () => number): HostSource {
  let registered: Listener[] = [];
  return {
    listen: (deliver) => {
      if (registered.length > 0) return;
      const report = (details: Details, evidence: CertificateEvidence): void => {
        const place = placeOf(details.url);
        if (details.tabId < 0 || place === undefined) return;
        const { frameId, initiator } = details;
        const own = frameId === 0 && initiator !== undefined && initiator !== 'null';
        deliver({
          tab: details.tabId,
          document: documentOf(details, getFrame),
          ...(own && { origin: initiator }),
          ...place,
          evidence: Promise.resolve(evidence),
        });
      };
      let heardOf: string | undefined;
      const withCertificate: Listener = (details) => {
        heardOf = details.requestId;
        report(details, evidenceOf(details, now()) ?? { kind: 'none', why: 'no connection seen' });
        return undefined;
      };
      const plain: Listener = (details) => {
        // What the first listener heard, it has heard by now: they are called in this order.
        if (heardOf !== details.requestId) report(details, { kind: 'none', why: 'not shown by this browser' });
        return undefined;
      };
      try {
        onHeadersReceived.addListener(withCertificate, FILTER, ['securityInfo', 'securityInfoRawDer']);
        registered.push(withCertificate);
      } catch (error) {
        // Before Chromium 144 the two extras are no valid values (B11).
        if (!(error instanceof TypeError)) throw error;
      }
      onHeadersReceived.addListener(plain, FILTER);
      registered.push(plain);
    },
    stop: () => {
      for (const listener of registered) onHeadersReceived.removeListener(listener);
      registered = [];
    },
  };
}
