/**
 * Does a certificate name a host? RFC 6125 section 6.4 on DNS names: compared label by label, ASCII letter case
 * aside, IDN as A-labels. A wildcard is a leftmost label that is one asterisk, stands for exactly one label, and
 * has at least two labels to its right. Address entries are no names for DANE, whose hosts are all domain names.
 */
import type { Certificate, Purpose } from './x509.ts';

/** The tags of GeneralNames that are identifiers of a service too: otherName (SRV) and URI. */
const SERVICE_IDENTIFIERS = [0, 6];

/**
 * The DNS names a certificate presents: those of the subjectAltName; where that has no identifier of a service at
 * all, the common names, as a last resort (RFC 6125 section 6.4.4).
 */
export function presentedNames(certificate: Certificate): readonly string[] {
  const { dnsNames, otherNameKinds, subject } = certificate;
  if (dnsNames.length > 0 || otherNameKinds.some((tag) => SERVICE_IDENTIFIERS.includes(tag))) return dnsNames;
  return subject.commonNames.filter((name) => labelsOf(name, 'pattern') !== undefined);
}

/** Is one of the certificate's names the host? `host`: A-labels, the closing dot there or not. */
export function namesHost(certificate: Certificate, host: string): boolean {
  return presentedNames(certificate).some((pattern) => matchesName(pattern, host));
}

/** Is one of the certificate's names the reference: a host, or for mail an address in which letter case counts? */
export function namesReference(certificate: Certificate, reference: string, purpose: Purpose): boolean {
  if (purpose !== 'email') return namesHost(certificate, reference);
  const wanted = mailboxOf(reference);
  return wanted !== undefined && presentedMailboxes(certificate).some((text) => mailboxOf(text) === wanted);
}

/** The names of the kind that count for the purpose. */
export function presentedReferences(certificate: Certificate, purpose: Purpose): readonly string[] {
  return purpose === 'email' ? presentedMailboxes(certificate) : presentedNames(certificate);
}

/** RFC 8550 section 3: the subjectAltName, and where that has none, the subject of old certificates. */
function presentedMailboxes({ emailAddresses, subject }: Certificate): readonly string[] {
  return emailAddresses.length > 0 ? emailAddresses : subject.emailAddresses;
}

/** RFC 5280 section 7.5: the local part as it is, the host in any letter case. */
function mailboxOf(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  return at < 1 ? undefined : text.slice(0, at + 1) + text.slice(at + 1).toLowerCase();
}

export function matchesName(pattern: string, host: string): boolean {
  const presented = labelsOf(pattern, 'pattern');
  const reference = labelsOf(host.replace(/\.$/, ''), 'host');
  if (presented === undefined || reference === undefined || presented.length !== reference.length) return false;
  return presented.every((label, i) => label === reference[i] || (i === 0 && label === '*'));
}

/**
 * Lower-case labels of a name in the letters, digits, hyphens and underscores that hosts have; undefined for any
 * other text. So neither a NUL in a name nor a U-label ever fits anything.
 */
function labelsOf(text: string, kind: 'pattern' | 'host'): string[] | undefined {
  if (text.length > 253) return undefined;
  const labels = text.split('.').map((label) => label.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
  const fits = labels.every((label, i) => {
    if (label === '*') return kind === 'pattern' && i === 0 && labels.length >= 3;
    return /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label);
  });
  return fits ? labels : undefined;
}
