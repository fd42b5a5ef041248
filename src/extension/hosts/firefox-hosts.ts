/**
 * Firefox: `getSecurityInfo` inside a blocking `onHeadersReceived`, as for pages (B1). No request waits for an answer,
 * unless what pages load is to be held until its verdict is there, too.
 */
import type { WebNavigation, WebRequest } from 'webextension-polyfill';
import type { CertificateEvidence } from '../../dane/evidence.ts';
import { evidenceOf, type FirefoxWebRequest, readEvidence, responseFor } from '../certificates/firefox.ts';
import { documentOf, type GetFrame, type HostSource, placeOf, type SubresourceDetails } from './host-sightings.ts';

/** All that a page loads; what is fetched on a guess (`speculative`) is not the page's. */
const TYPES: WebRequest.ResourceType[] = [
  'sub_frame',
  'stylesheet',
  'script',
  'image',
  'imageset',
  'font',
  'media',
  'object',
  'xmlhttprequest',
  'websocket',
  'beacon',
  'ping',
  'csp_report',
  'xslt',
  'xml_dtd',
  'web_manifest',
  'other',
];
const FILTER: WebRequest.RequestFilter = { urls: ['https://*/*', 'wss://*/*'], types: TYPES };
/** Responses of one host and page of which the whole chain is read; after them the leaf tells whether it changed. */
const WHOLE_CHAINS = 2;
/** Hosts of pages that are counted. */
const MAX_COUNTED = 2000;

export function firefoxHosts(
  webRequest: FirefoxWebRequest,
  webNavigation: Pick<WebNavigation.Static, 'getFrame'>,
  now: () => number,
): HostSource {
  const getFrame = ((frame) => webNavigation.getFrame(frame)) as GetFrame;
  const counts = new Map<string, number>();
  let listener: ((details: WebRequest.OnHeadersReceivedDetailsType) => ReturnType<typeof responseFor>) | undefined;
  const isNew = (key: string): boolean => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.delete(key);
    counts.set(key, count);
    for (const oldest of counts.keys()) {
      if (counts.size <= MAX_COUNTED) break;
      counts.delete(oldest);
    }
    return count <= WHOLE_CHAINS;
  };
  return {
    listen: (deliver, decides) => {
      if (listener !== undefined) return;
      listener = (details) => {
        const place = placeOf(details.url);
        if (details.tabId < 0 || place === undefined) return undefined;
        const subresource = details as unknown as SubresourceDetails;
        const around = subresource.parentDocumentId ?? subresource.documentId ?? subresource.documentUrl ?? '';
        const needed = decides(details.tabId, place.host, place.port);
        const whole = needed && isNew(`${details.tabId} ${around} ${place.host}:${place.port}`);
        const read = !needed ? async () => NOT_NEEDED : whole ? readEvidence : readLeaf;
        return responseFor(
          deliver({
            tab: details.tabId,
            document: documentOf(subresource, getFrame),
            ...place,
            evidence: read(webRequest, details.requestId, now),
          }),
        );
      };
      webRequest.onHeadersReceived.addListener(listener, FILTER, ['blocking']);
    },
    stop: () => {
      if (listener !== undefined) webRequest.onHeadersReceived.removeListener(listener);
      listener = undefined;
    },
  };
}

const NOT_NEEDED: CertificateEvidence = { kind: 'none', why: 'not needed' };

async function readLeaf(
  webRequest: FirefoxWebRequest,
  requestId: string,
  now: () => number,
): Promise<CertificateEvidence> {
  try {
    const alone = await webRequest.getSecurityInfo(requestId, { certificateChain: false, rawDER: true });
    return evidenceOf({ ...alone, certificates: [] }, alone, now());
  } catch (error) {
    // The request was gone before the answer came.
    console.info('Danelaw: no security information', error);
    return { kind: 'none', why: 'no connection seen' };
  }
}
