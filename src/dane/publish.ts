/**
 * The TLSA records an operator may publish for a certificate, the most advisable first (RFC 7671 sections 5.1, 5.2.1):
 * `3 1 1` for a site's certificate, since it survives renewal with the same key and needs no name or date; for an
 * authority's certificate `2 0 1`, which binds the whole of it, constraints included.
 */
import { parseCertificate } from './certificate.ts';
import { associationData, MATCHING, SELECTOR, type TlsaRecord, USAGE } from './tlsa-record.ts';
import type { Certificate, CertificateFault } from './x509.ts';

export type PublishableTlsa =
  | { readonly ok: true; readonly records: readonly TlsaRecord[]; readonly certificate: Certificate }
  | { readonly ok: false; readonly fault: CertificateFault };

type Kind = readonly [usage: number, selector: number, matchingType: number];

const { DANE_TA, DANE_EE } = USAGE;
const { CERTIFICATE, SPKI } = SELECTOR;
const { SHA2_256, SHA2_512 } = MATCHING;

/** Full(0) is left out: not recommended, as it makes large records (RFC 7671 section 10.1.2). */
const LEAF_KINDS: readonly Kind[] = [
  [DANE_EE, SPKI, SHA2_256],
  [DANE_EE, SPKI, SHA2_512],
  [DANE_EE, CERTIFICATE, SHA2_256],
];

const AUTHORITY_KINDS: readonly Kind[] = [
  [DANE_TA, CERTIFICATE, SHA2_256],
  [DANE_TA, CERTIFICATE, SHA2_512],
  [DANE_TA, SPKI, SHA2_256],
];

/**
 * `der`: one certificate. `shownBy` a `server`: it is the site's own, even if it calls itself an authority's, as
 * `openssl req -x509` makes them.
 */
export function tlsaRecordsFor(der: Uint8Array, shownBy?: 'server'): PublishableTlsa {
  const parsed = parseCertificate(der);
  if (!parsed.ok) return parsed;
  const { certificate } = parsed;
  const kinds = certificate.basicConstraints?.ca && shownBy !== 'server' ? AUTHORITY_KINDS : LEAF_KINDS;
  return { ok: true, certificate, records: kinds.map((kind) => recordOf(certificate, kind)) };
}

function recordOf(certificate: Certificate, [usage, selector, matchingType]: Kind): TlsaRecord {
  const selected = selector === CERTIFICATE ? certificate.der : certificate.spki;
  return { usage, selector, matchingType, data: associationData(selected, matchingType) };
}
