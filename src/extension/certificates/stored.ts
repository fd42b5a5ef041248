/** Certificate evidence as it lies in `storage.session`: JSON, certificates in base64. */
import { CERTIFICATE_SOURCES, type CertificateEvidence } from '../../dane/evidence.ts';
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

/**
 * Is it what `storeEvidence` wrote? Only the extension can write here, so this guards against other versions and broken
 * storage, not against an attacker.
 */
export function isStoredEvidence(value: unknown): value is StoredEvidence {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, why, source, obtainedAt, certificates } = value as Readonly<Record<string, unknown>>;
  if (kind === 'none') return typeof why === 'string';
  return (
    (kind === 'full chain' || kind === 'leaf only') &&
    typeof source === 'string' &&
    Object.hasOwn(CERTIFICATE_SOURCES, source) &&
    typeof obtainedAt === 'number' &&
    Array.isArray(certificates) &&
    certificates.every((text) => typeof text === 'string' && fromBase64(text) !== undefined)
  );
}
