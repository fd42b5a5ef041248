/** The whole DANE check of one site: DNS first, then, only where it decides anything, the certificate. */
import type { CertificateEvidence } from './dane/evidence.ts';
import type { Ask } from './dns/ask.ts';
import type { TrustAnchor } from './dnssec/anchors.ts';
import type { Report } from './report.ts';

export interface CheckInput {
  /** The host of the URL, as the URL parser gives it: A-labels, an address literal in brackets or not. */
  readonly host: string;
  readonly port: number;
  readonly ask: Ask;
  /** Epoch seconds. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  /** Called at most once, and only if there is a secure usable TLSA RRset. Never rejects. */
  readonly certificate: () => Promise<CertificateEvidence>;
}

export async function checkSite(_input: CheckInput): Promise<Report> {
  throw new Error('being written');
}
