/**
 * Responses from other hosts, as the browser's `webRequest` tells of them, and whose document they belong to. The two
 * browsers differ in how a certificate is come by: `firefox-hosts.ts`, `chromium-hosts.ts`.
 */
import type { CertificateEvidence } from '../../dane/evidence.ts';
import type { Held } from '../certificates/source.ts';

export interface HostSighting {
  readonly tab: number;
  /** As `documentKey` of the page around it; undefined where it has gone already. */
  readonly document: Promise<string | undefined>;
  /** The origin of the page that asked, where it asked itself and the browser tells. */
  readonly origin?: string;
  readonly host: string;
  readonly port: number;
  readonly evidence: Promise<CertificateEvidence>;
}

export interface HostSource {
  /**
   * Registers its listeners, synchronously. `deliver` is called within the browser's own event; what it gives back says
   * whether the response may go on, where the browser lets one wait for that; undefined: at once. `decides`: may a
   * certificate of that host decide anything there? Else it is not read.
   */
  listen(
    deliver: (sighting: HostSighting) => Promise<Held> | undefined,
    decides: (tab: number, host: string, port: number) => boolean,
  ): void;
  /** Takes them back: nothing is heard, and no request wakes the background for it. */
  stop(): void;
}

/** As much of a request's details as is used here; not every version of either browser fills in the last four. */
export interface SubresourceDetails {
  readonly tabId: number;
  readonly requestId: string;
  readonly url: string;
  readonly frameId: number;
  readonly parentFrameId: number;
  readonly documentId?: string;
  readonly parentDocumentId?: string;
  /** Chromium: the origin of the document that asks; `null` where that is opaque. */
  readonly initiator?: string;
  /** Firefox: the URL of the document that asks. */
  readonly documentUrl?: string;
  /** Firefox: the frames around it, the outermost last. */
  readonly frameAncestors?: readonly { readonly url: string; readonly frameId: number }[];
}

/** As much of `webNavigation.getFrame` as is used here. */
export type GetFrame = (frame: { tabId: number; frameId: number }) => Promise<FrameDetails | null | undefined>;

interface FrameDetails {
  readonly parentFrameId: number;
  readonly documentId?: string;
  readonly parentDocumentId?: string;
}

export function documentKey({ documentId, url }: { readonly documentId?: string; readonly url: string }): string {
  return documentId === undefined ? `url ${withoutFragment(url)}` : `id ${documentId}`;
}

/** Frames in frames that are followed; a page may nest them as it likes. */
const MAX_DEPTH = 16;

/** The key of the page that the request is for: the document in the tab's outermost frame. */
export async function documentOf(details: SubresourceDetails, getFrame: GetFrame): Promise<string | undefined> {
  const { tabId, frameId, documentId, parentFrameId } = details;
  if (frameId === 0) return documentId === undefined ? keyByUrl(details) : documentKey({ documentId, url: '' });
  let parent = details.parentDocumentId;
  if (parent === undefined) return keyByUrl(details);
  let at = parentFrameId;
  for (let depth = 0; at !== 0; depth++) {
    if (depth === MAX_DEPTH) return undefined;
    const frame = await getFrame({ tabId, frameId: at });
    // Gone, or the frame shows another document by now.
    if (frame?.documentId !== parent || frame.parentDocumentId === undefined) return undefined;
    parent = frame.parentDocumentId;
    at = frame.parentFrameId;
  }
  return documentKey({ documentId: parent, url: '' });
}

function keyByUrl({ documentUrl, frameAncestors }: SubresourceDetails): string | undefined {
  const url = frameAncestors?.at(-1)?.url ?? documentUrl;
  return url !== undefined && /^https?:/.test(url) ? documentKey({ url }) : undefined;
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}

/** Host and port of a connection with a certificate; undefined for any other URL. */
export function placeOf(text: string): { host: string; port: number } | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  if ((protocol !== 'https:' && protocol !== 'wss:') || hostname === '') return undefined;
  return { host: hostname, port: port === '' ? 443 : Number(port) };
}

/** Tells one certificate, and what the browser thinks of it, from another; empty where none was shown. */
export async function markOf(evidence: CertificateEvidence): Promise<string> {
  const leaf = evidence.kind === 'none' ? undefined : evidence.certificates[0];
  if (evidence.kind === 'none' || leaf === undefined) return '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(leaf)));
  return `${Array.from(digest.subarray(0, 16), (octet) => octet.toString(16).padStart(2, '0')).join('')} ${evidence.pkix}`;
}
