/**
 * The issuers of a certificate that came alone, from where it says they are (`caIssuers`, RFC 5280 section 4.2.2.1).
 * Who fetches is the caller's matter; here stands what is asked for, and what of the answer is believed: a certificate
 * whose key made the signature in question, and nothing else.
 */

import { parseCertificate, verifySignature } from './certificate.ts';
import { certificatesIn } from './certificate-bag.ts';
import type { FetchedIssuer } from './evidence.ts';
import { MAX_CERTIFICATE_OCTETS, MAX_ISSUER_FETCHES } from './limits.ts';
import { isLocalHost } from './local-address.ts';
import { type Certificate, isSelfIssued, sameName } from './x509.ts';

/** The octets at a URL, without credentials; undefined where none came, or too many. Never rejects. */
export type FetchIssuer = (url: string) => Promise<Uint8Array | undefined>;

/** From the leaf upwards, until a root, or until nobody tells of an issuer. `host`: of the page. */
export async function fetchIssuers(
  leafOctets: Uint8Array,
  host: string,
  fetchIssuer: FetchIssuer,
): Promise<FetchedIssuer[]> {
  const leaf = parseCertificate(leafOctets);
  const found: FetchedIssuer[] = [];
  const asked = new Set<string>();
  let certificate = leaf.ok ? leaf.certificate : undefined;
  while (certificate !== undefined && !isSelfIssued(certificate)) {
    const urls: string[] = certificate.caIssuers.filter((url) => mayFetch(url, host));
    let issuer: Certificate | undefined;
    for (const url of urls) {
      if (asked.has(url)) continue;
      if (asked.size >= MAX_ISSUER_FETCHES) return found;
      asked.add(url);
      const octets = await fetchIssuer(url);
      if (octets === undefined || octets.length > MAX_CERTIFICATE_OCTETS) continue;
      issuer = await findIssuer(certificate, certificatesIn(octets));
      if (issuer === undefined) continue;
      found.push({ url, certificate: issuer.der });
      break;
    }
    certificate = issuer;
  }
  return found;
}

/** No scheme but these two, no credentials; local hosts only for a page that is local itself. */
export function mayFetch(text: string, pageHost: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  if (url.username !== '' || url.password !== '') return false;
  return !isLocalHost(url.hostname) || isLocalHost(pageHost);
}

async function findIssuer(
  certificate: Certificate,
  candidates: readonly Uint8Array[],
): Promise<Certificate | undefined> {
  for (const octets of candidates) {
    const parsed = parseCertificate(octets);
    if (!parsed.ok || !sameName(certificate.issuer, parsed.certificate.subject)) continue;
    if ((await verifySignature(certificate, parsed.certificate.spki)).ok) return parsed.certificate;
  }
  return undefined;
}
