/** Certificates of people and clients against secure TLSA-like records: SMIMEA (RFC 8162) and TLSA of clients. */
import { parseCertificate } from '../dane/certificate.ts';
import type { PkixStatus } from '../dane/evidence.ts';
import type { CertificateView, DaneNote, DaneReason, TlsaView } from '../dane/outcome.ts';
import { judgeTlsa, usableTlsa, viewCertificate } from '../dane/tlsa.ts';
import { MATCHING, parseTlsa, SELECTOR } from '../dane/tlsa-record.ts';
import type { Purpose } from '../dane/x509.ts';

/** Certificates that somebody shows, leaf first. */
export interface ShownCertificates {
  /** DER; at least one. */
  readonly certificates: readonly Uint8Array[];
  /** What the caller knows of it by the usual rules; records of usage 0 and 1 count only where it is valid. */
  readonly pkix: PkixStatus;
}

/**
 * `verified` the certificate shown is one of those published · `mismatch` it is none of them · `unread` it cannot be
 * told · `published` secure usable records, and nothing was shown to compare · `unusable` none of the records can be used.
 */
export type AssociationVerdict = 'verified' | 'mismatch' | 'unread' | 'published' | 'unusable';

export type AssociationReason =
  | DaneReason
  | { readonly code: 'published'; readonly usable: number; readonly unusable: number };

export interface Association {
  readonly verdict: AssociationVerdict;
  readonly reason: AssociationReason;
  /** One each record. */
  readonly tlsa: readonly TlsaView[];
  /** Whole certificates among the records, by their place in `tlsa`, with their DER in `tlsa`'s data. */
  readonly published: readonly { readonly record: number; readonly certificate: CertificateView }[];
  /** What was shown, leaf first. */
  readonly chain: readonly CertificateView[];
  readonly notes: readonly DaneNote[];
}

export const NO_ASSOCIATION: Pick<Association, 'tlsa' | 'published' | 'chain' | 'notes'> = {
  tlsa: [],
  published: [],
  chain: [],
  notes: [],
};

export async function associate(
  records: readonly Uint8Array[],
  shown: ShownCertificates | undefined,
  reference: { readonly name: string; readonly purpose: Purpose; readonly now: number },
): Promise<Association> {
  const { usable, unusable, tlsa } = usableTlsa(records);
  const published = wholeCertificates(records);
  if (usable.length === 0) {
    const reason = { code: 'tlsa-unusable', records: records.length } as const;
    return { ...NO_ASSOCIATION, verdict: 'unusable', reason, tlsa, published };
  }
  if (shown === undefined) {
    const reason = { code: 'published', usable: usable.length, unusable } as const;
    return { ...NO_ASSOCIATION, verdict: 'published', reason, tlsa, published };
  }
  const { name, purpose, now } = reference;
  const { certificates, pkix } = shown;
  // Of a certificate alone nobody knows what would be sent above it.
  const kind = certificates.length > 1 ? 'full chain' : 'leaf only';
  const evidence = { kind, source: 'file', pkix, certificates, obtainedAt: now } as const;
  const judgement = await judgeTlsa({ records, evidence, base: name, host: name, purpose, now });
  // The first case: no record can be used, and it is dealt with above.
  const verdict = judgement.verdict === 'signed' ? 'unusable' : judgement.verdict;
  return { ...judgement, verdict, published };
}

/** RFC 8162 section 2: with matching type 0 and selector 0 the record holds the certificate itself. */
function wholeCertificates(records: readonly Uint8Array[]): Association['published'] {
  return records.flatMap((rdata, record) => {
    const parsed = parseTlsa(rdata);
    if (!parsed.ok) return [];
    const { selector, matchingType, data } = parsed.record;
    if (selector !== SELECTOR.CERTIFICATE || matchingType !== MATCHING.FULL) return [];
    const certificate = parseCertificate(data);
    return certificate.ok ? [{ record, certificate: viewCertificate(certificate.certificate, 0) }] : [];
  });
}
