/** Documents that "back" may bring again without a connection: their certificates are kept for that. */
import type { Report } from '../report.ts';
import type { StoredEvidence } from './certificates/stored.ts';

export interface PastDocument {
  readonly url: string;
  readonly documentId?: string;
  readonly evidence: StoredEvidence;
}

/** Certificates of so many left documents are kept per tab (storage.session holds 10 MB, B14). */
export const MAX_PAST_DOCUMENTS = 6;

/** As much of a document that is being left as is looked at. */
export interface LeftDocument {
  readonly url: string;
  readonly documentId?: string;
  readonly evidence?: StoredEvidence;
  readonly report?: Report;
}

/** Is it the same document, fragment and user information aside? */
export function sameDocumentUrl(a: string, b: string): boolean {
  return a === b || withoutFragment(a) === withoutFragment(b);
}

function withoutFragment(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  url.hash = '';
  url.username = '';
  url.password = '';
  return url.href;
}

/** `past` with the certificate of a document that is being left, if one was worth reading. */
export function withPast(past: readonly PastDocument[], left: LeftDocument): readonly PastDocument[] {
  if (left.evidence === undefined || left.evidence.kind === 'none') return past;
  if (left.report !== undefined && left.report.certificate.kind === 'none') return past;
  const document: PastDocument = {
    url: left.url,
    ...(left.documentId === undefined ? {} : { documentId: left.documentId }),
    evidence: left.evidence,
  };
  const others = past.filter((other) => other.documentId === undefined || other.documentId !== left.documentId);
  return [document, ...others].slice(0, MAX_PAST_DOCUMENTS);
}

/** The certificate of the very document that comes back, where the browser names documents; else none. */
export function evidenceOf(
  past: readonly PastDocument[],
  event: { readonly url: string; readonly documentId?: string; readonly history: boolean },
): StoredEvidence | undefined {
  if (event.documentId !== undefined) {
    return past.find((document) => document.documentId === event.documentId && sameOrigin(document.url, event.url))
      ?.evidence;
  }
  if (!event.history) return undefined;
  // Without document names the URL must do; two loads with different certificates leave it open which comes back.
  const loads = past.filter((document) => sameDocumentUrl(document.url, event.url));
  const keys = new Set(loads.map(({ evidence }) => (evidence.kind === 'none' ? '' : evidence.certificates.join())));
  return keys.size === 1 ? loads[0]!.evidence : undefined;
}

export function sameOrigin(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}
