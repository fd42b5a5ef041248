/** Certificate evidence as it lies in `storage.session`: JSON, certificates in base64. */
import type { CertificateEvidence } from '../../dane/evidence.ts';
import { fromBase64, toBase64 } from '../../dns/encodings.ts';

type Seen = Exclude<CertificateEvidence, { kind: 'none' }>;

export type StoredEvidence =
  | (Omit<Seen, 'certificates'> & { readonly certificates: readonly string[] })
  | Extract<CertificateEvidence, { kind: 'none' }>;

export function storeEvidence(evidence: CertificateEvidence): StoredEvidence {
  if (evidence.kind === 'none') return evidence;
  return { ...evidence, certificates: evidence.certificates.map(toBase64) };
}

/** Throws TypeError on text that `storeEvidence` did not write. */
export function restoreEvidence(stored: StoredEvidence): CertificateEvidence {
  if (stored.kind === 'none') return stored;
  return {
    ...stored,
    certificates: stored.certificates.map((text) => {
      const octets = fromBase64(text);
      if (octets === undefined) throw new TypeError('stored certificate is not base64');
      return octets;
    }),
  };
}
