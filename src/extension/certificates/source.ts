/**
 * Where the certificate of a page comes from. Each browser has its sources; all speak this language, and what they
 * give is `CertificateEvidence`, which says itself how it was obtained and how much it proves.
 */
import type { CertificateEvidence } from '../../dane/evidence.ts';

/** A source that sees certificates pass by as main-frame requests are answered. */
export interface PassiveSource {
  /**
   * Registers its listeners, synchronously. `deliver` is called within the browser's own event, before the document
   * is shown; the promise never rejects. What it gives back says whether the response may go on, where the browser
   * lets a response wait for that; undefined: at once.
   */
  listen(deliver: (sighting: Sighting) => Promise<Held> | undefined): void;
}

/** Never rejects, or a page would never come. */
export type Held = 'go' | 'stop';

export interface Sighting {
  readonly tab: number;
  readonly requestId: string;
  readonly url: string;
  readonly evidence: Promise<CertificateEvidence>;
}

/** A source that reads the certificate of a document already shown. */
export interface ActiveSource {
  /**
   * Asked only where a secure, usable TLSA RRset makes the certificate decide. Never rejects. Where `signal` fires,
   * nobody waits for the answer any more: the source lets go of the tab at once.
   */
  read(document: ShownDocument, wish: ReadWish, signal: AbortSignal): Promise<CertificateEvidence>;
  /** What a check made of a certificate that `read` has just given: is it the one published? */
  judged?(document: ShownDocument, evidence: CertificateEvidence, confirmed: boolean): Promise<void>;
}

/**
 * `automatic`: a page came. `anew`: it came, and what was kept of an earlier read will not do. `by hand`: the person
 * asked for it now.
 */
export type ReadWish = 'automatic' | 'anew' | 'by hand';

export interface ShownDocument {
  readonly tab: number;
  readonly url: string;
  readonly documentId?: string;
}

export interface CertificateSources {
  readonly passive: readonly PassiveSource[];
  readonly active: ActiveSource;
}
