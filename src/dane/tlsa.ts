/**
 * The TLSA RRset of a site judged against the certificates of one connection (RFC 6698, RFC 7671).
 *
 * One match anywhere is success (RFC 7671 section 8). Where nothing matches and a record could not be judged, the
 * verdict is `unread`: a mismatch is claimed only when every record that counts was compared and none fits.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../dns/encodings.ts';
import { parseCertificate } from './certificate.ts';
import type { CertificateEvidence, PkixStatus } from './evidence.ts';
import { namesHost } from './names.ts';
import type { CertificateView, DaneNote, DaneReason, TlsaOutcome, TlsaView } from './outcome.ts';
import { fitsCertificate, type TlsaRecord, USAGE, usableTlsa, viewTlsa } from './tlsa-record.ts';
import type { Certificate } from './x509.ts';

export { parseTlsa, type TlsaRecord, type UsableTlsa, usableTlsa } from './tlsa-record.ts';

export interface JudgeInput {
  /** The rdata of the secure TLSA RRset. */
  readonly records: readonly Uint8Array[];
  readonly evidence: CertificateEvidence;
  /** The TLSA base domain (RFC 7671 section 7), and the host of the URL: the names a certificate may have. */
  readonly base: string;
  readonly host: string;
  /** Epoch seconds. */
  readonly now: number;
}

export interface TlsaJudgement {
  /** `signed`: not one record can be used, so DANE says nothing of the certificate. */
  readonly verdict: 'verified' | 'mismatch' | 'signed' | 'unread';
  readonly reason: DaneReason;
  /** One each record, in the order given. */
  readonly tlsa: readonly TlsaView[];
  /** The certificates shown, leaf first, as far as they are certificates. */
  readonly chain: readonly CertificateView[];
  readonly notes: readonly DaneNote[];
}

/** Certificates of a chain that are looked at. Real chains have two to five (policy). */
const MAX_CHAIN = 16;

export async function judgeTlsa(input: JudgeInput): Promise<TlsaJudgement> {
  const { evidence } = input;
  const { usable, unusable, candidates, tlsa } = usableTlsa(input.records);
  if (usable.length === 0) {
    const records = input.records.length;
    // RFC 6698 section 4.1: without a usable record TLS goes on as if there were no TLSA.
    const reason: DaneReason = records === 0 ? { code: 'tlsa-absent' } : { code: 'tlsa-unusable', records };
    return { verdict: 'signed', reason, tlsa, chain: [], notes: [] };
  }
  const unread = (reason: DaneReason): TlsaJudgement => ({ verdict: 'unread', reason, tlsa, chain: [], notes: [] });
  if (evidence.kind === 'none') return unread({ code: 'certificate-unread', why: evidence.why });
  const [leafOctets, ...issuerOctets] = evidence.certificates.slice(0, MAX_CHAIN);
  if (leafOctets === undefined) return unread({ code: 'certificate-unread', why: 'not shown by this browser' });
  const parsed = parseCertificate(leafOctets);
  if (!parsed.ok) return unread({ code: 'certificate-malformed', depth: 0, fault: parsed.fault });
  const leaf = parsed.certificate;
  const chain = viewChain(leaf, issuerOctets);

  const judged = candidates.map((candidate) => {
    const { record, outcome } = candidate;
    const decides = record !== undefined && outcome.code === 'not-judged';
    return { candidate, outcome: decides ? judgeRecord(record, leaf, evidence.pkix) : outcome };
  });
  const views = judged.map(({ candidate, outcome }) => viewTlsa(candidate, outcome));
  return {
    ...decide(views, { usable: usable.length, unusable }),
    tlsa: views,
    chain,
    notes: notesOn(views, leaf, input),
  };
}

function judgeRecord(record: TlsaRecord, leaf: Certificate, pkix: PkixStatus): TlsaOutcome {
  switch (record.usage) {
    // RFC 7671 section 5.1: the leaf alone decides; its names and dates MUST be ignored.
    case USAGE.DANE_EE:
      return fitsCertificate(record, leaf) ? { code: 'matched', depth: 0 } : { code: 'not-matched' };
    // RFC 7671 section 5.3: the leaf fits and PKIX succeeds, which only its own judge can say. A certificate the
    // user let through by hand did not succeed.
    case USAGE.PKIX_EE:
      if (!fitsCertificate(record, leaf)) return { code: 'not-matched' };
      return pkix === 'valid' ? { code: 'matched', depth: 0 } : { code: 'pkix-failed', pkix };
    default:
      return { code: 'not-judged' };
  }
}

/** The DANE usages first, as they rest on nothing but DNSSEC; within each, the record that comes first. */
const USAGE_ORDER: readonly number[] = [USAGE.DANE_EE, USAGE.DANE_TA, USAGE.PKIX_EE, USAGE.PKIX_TA];

function decide(
  views: readonly TlsaView[],
  counts: { readonly usable: number; readonly unusable: number },
): Pick<TlsaJudgement, 'verdict' | 'reason'> {
  const ordered = [...views].sort((a, b) => USAGE_ORDER.indexOf(a.usage ?? -1) - USAGE_ORDER.indexOf(b.usage ?? -1));
  for (const { usage, selector, matchingType, outcome } of ordered) {
    if (outcome.code !== 'matched') continue;
    const { depth } = outcome;
    const fields = { usage: usage!, selector: selector!, matchingType: matchingType!, depth };
    return { verdict: 'verified', reason: { code: 'matched', ...fields } };
  }
  for (const { usage, outcome } of ordered) {
    if (outcome.code === 'pkix-failed' && outcome.pkix === 'unknown') {
      return { verdict: 'unread', reason: { code: 'pkix-unknown', usage: usage! } };
    }
    if (outcome.code === 'issuer-unread' || outcome.code === 'not-judged') {
      return { verdict: 'unread', reason: { code: 'issuer-unread' } };
    }
  }
  // Nothing fits. Of the ways to miss, the nearest miss helps the site's owner most.
  for (const { usage, outcome } of ordered) {
    if (outcome.code === 'path-failed') {
      return { verdict: 'mismatch', reason: { code: 'path-failed', usage: usage!, fault: outcome.fault } };
    }
    if (outcome.code === 'pkix-failed') {
      return { verdict: 'mismatch', reason: { code: 'pkix-failed', usage: usage!, pkix: outcome.pkix } };
    }
  }
  return { verdict: 'mismatch', reason: { code: 'no-match', ...counts } };
}

/** What usage 3 leaves out of account is said all the same, as is an exception made by hand. */
function notesOn(views: readonly TlsaView[], leaf: Certificate, { evidence, host, now }: JudgeInput): DaneNote[] {
  const notes: DaneNote[] = [];
  const matched = views.filter(({ outcome }) => outcome.code === 'matched');
  if (matched.length > 0 && !namesHost(leaf, host)) notes.push({ code: 'name-mismatch', host });
  if (matched.length > 0 && (now < leaf.notBefore || now > leaf.notAfter)) {
    notes.push({ code: 'certificate-dates', notBefore: leaf.notBefore, notAfter: leaf.notAfter });
  }
  if (evidence.kind !== 'none' && evidence.pkix === 'overridden') notes.push({ code: 'pkix-overridden' });
  return notes;
}

function viewChain(leaf: Certificate, issuers: readonly Uint8Array[]): CertificateView[] {
  const views = [viewCertificate(leaf, 0)];
  for (const [i, octets] of issuers.entries()) {
    const parsed = parseCertificate(octets);
    if (parsed.ok) views.push(viewCertificate(parsed.certificate, i + 1));
  }
  return views;
}

export function viewCertificate(certificate: Certificate, depth: number): CertificateView {
  return {
    depth,
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    names: certificate.dnsNames,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    sha256: toHex(sha256(certificate.der)),
    spkiSha256: toHex(sha256(certificate.spki)),
  };
}
