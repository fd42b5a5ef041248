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
import { judgeIssuers } from './issuers.ts';
import { MAX_CHAIN } from './limits.ts';
import { namesReference } from './names.ts';
import type { CertificateView, DaneNote, DaneReason, TlsaOutcome, TlsaView } from './outcome.ts';
import { fitsCertificate, type TlsaRecord, type TlsaRules, USAGE, usableTlsa, viewTlsa } from './tlsa-record.ts';
import type { Certificate, CertificateFault, ParsedCertificate, Purpose } from './x509.ts';

export { parseTlsa, type TlsaRecord, type TlsaRules, type UsableTlsa, usableTlsa } from './tlsa-record.ts';

export interface JudgeInput extends TlsaRules {
  /** The rdata of the secure TLSA RRset. */
  readonly records: readonly Uint8Array[];
  readonly evidence: CertificateEvidence;
  /** The TLSA base domain (RFC 7671 section 7), and the host of the URL: the names a certificate may have. */
  readonly base: string;
  readonly host: string;
  /** Further names it may have: those that led to the host, where that is proven (RFC 7672 section 3.2.2). */
  readonly otherNames?: readonly string[];
  /** What the certificate is for; a TLS server where left out. */
  readonly purpose?: Purpose;
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

export async function judgeTlsa(input: JudgeInput): Promise<TlsaJudgement> {
  const { evidence } = input;
  const { usable, unusable, candidates, tlsa } = usableTlsa(input.records, input);
  if (usable.length === 0) {
    const records = input.records.length;
    // RFC 6698 section 4.1: without a usable record TLS goes on as if there were no TLSA.
    const reason: DaneReason = records === 0 ? { code: 'tlsa-absent' } : { code: 'tlsa-unusable', records };
    return { verdict: 'signed', reason, tlsa, chain: [], notes: [] };
  }
  const unread = (reason: DaneReason): TlsaJudgement => {
    return { verdict: 'unread', reason, tlsa, chain: [], notes: notesUnseen(tlsa, evidence) };
  };
  if (evidence.kind === 'none') return unread({ code: 'certificate-unread', why: evidence.why });
  const chain = readChain(evidence);
  if (chain === undefined) return unread({ code: 'certificate-unread', why: 'not shown by this browser' });
  if (!chain.leaf.ok) return unread({ code: 'certificate-malformed', depth: 0, fault: chain.leaf.fault });
  const leaf = chain.leaf.certificate;

  const issuerOutcomes = await judgeIssuers(usable.filter(speaksOfIssuer), {
    leaf,
    shown: chain.issuers.map(({ certificate }) => certificate),
    appended: chain.appended.map(({ certificate }) => certificate),
    fetched: chain.fetched.map(({ certificate }) => certificate),
    complete: evidence.kind === 'full chain' && chain.malformed === undefined && !chain.cut,
    pkix: evidence.pkix,
    references: [...new Set([input.base, input.host, ...(input.otherNames ?? [])])],
    now: input.now,
    ...(input.purpose && { purpose: input.purpose }),
  });
  const views = candidates.map((candidate) => {
    const { record, outcome } = candidate;
    if (record === undefined || outcome.code !== 'not-judged') return viewTlsa(candidate, outcome);
    const judged = speaksOfIssuer(record) ? issuerOutcomes.shift()! : judgeLeaf(record, leaf, evidence.pkix);
    return viewTlsa(candidate, judged);
  });
  const decision = decide(views, { usable: usable.length, unusable });
  const hidden = decision.reason.code === 'issuer-unread' ? chain.malformed : undefined;
  return {
    verdict: decision.verdict,
    reason: hidden === undefined ? decision.reason : { code: 'certificate-malformed', ...hidden },
    tlsa: views,
    chain: [
      viewCertificate(leaf, 0),
      ...chain.issuers.map(({ certificate, depth }) => viewCertificate(certificate, depth)),
      ...chain.appended.map(({ certificate, depth }) => ({
        ...viewCertificate(certificate, depth),
        appended: true as const,
      })),
      ...chain.fetched.map(({ certificate, url }, i) => ({ ...viewCertificate(certificate, i + 1), fetchedFrom: url })),
    ],
    notes: notesOn(views, leaf, input),
  };
}

interface PlacedCertificate {
  readonly certificate: Certificate;
  readonly depth: number;
}

interface ShownChain {
  readonly leaf: ParsedCertificate;
  readonly issuers: readonly PlacedCertificate[];
  readonly appended: readonly PlacedCertificate[];
  readonly fetched: readonly { readonly certificate: Certificate; readonly url: string }[];
  /** The first of the others that is no certificate. It spoils nothing, but nobody knows what it would have been. */
  readonly malformed?: { readonly depth: number; readonly fault: CertificateFault };
  readonly cut: boolean;
}

type ShownEvidence = Exclude<CertificateEvidence, { kind: 'none' }>;

function readChain({ certificates, appended = [], fetched = [] }: ShownEvidence): ShownChain | undefined {
  const [leaf, ...others] = certificates.slice(0, MAX_CHAIN).map(parseCertificate);
  if (leaf === undefined) return undefined;
  const bad = others.findIndex(({ ok }) => !ok);
  const fault = others[bad];
  return {
    leaf,
    issuers: placed(others, 1),
    appended: placed(appended.slice(0, MAX_CHAIN).map(parseCertificate), certificates.length),
    fetched: fetched.flatMap(({ certificate, url }) => {
      const parsed = parseCertificate(certificate);
      return parsed.ok ? [{ certificate: parsed.certificate, url }] : [];
    }),
    ...(fault !== undefined && !fault.ok && { malformed: { depth: bad + 1, fault: fault.fault } }),
    cut: certificates.length > MAX_CHAIN,
  };
}

function placed(parsed: readonly ParsedCertificate[], from: number): PlacedCertificate[] {
  return parsed.flatMap((result, i) => (result.ok ? [{ certificate: result.certificate, depth: from + i }] : []));
}

/** RFC 6698 section 2.1.1: usages 0 and 2 are about issuers, 1 and 3 about the leaf. */
function speaksOfIssuer({ usage }: TlsaRecord): boolean {
  return usage === USAGE.PKIX_TA || usage === USAGE.DANE_TA;
}

function judgeLeaf(record: TlsaRecord, leaf: Certificate, pkix: PkixStatus): TlsaOutcome {
  // RFC 7671 section 5.1: for usage 3 the leaf alone decides; its names and dates MUST be ignored.
  if (!fitsCertificate(record, leaf)) return { code: 'not-matched' };
  if (record.usage === USAGE.DANE_EE) return { code: 'matched', depth: 0 };
  // RFC 7671 section 5.3: for usage 1 PKIX succeeds as well, which only its own judge can say. A certificate that
  // the user let through by hand did not succeed.
  return pkix === 'valid' ? { code: 'matched', depth: 0 } : { code: 'pkix-failed', pkix };
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
    const fields = { usage: usage!, selector: selector!, matchingType: matchingType! };
    return { verdict: 'verified', reason: { ...outcome, ...fields } };
  }
  for (const { usage, outcome } of ordered) {
    if (outcome.code === 'pkix-failed' && outcome.pkix === 'unknown') {
      return { verdict: 'unread', reason: { code: 'pkix-unknown', usage: usage! } };
    }
    if (outcome.code === 'issuer-unread') return { verdict: 'unread', reason: { code: 'issuer-unread' } };
    // Where the work ran out, nobody knows what was left.
    if (outcome.code === 'path-failed' && outcome.fault.code === 'work-limit') {
      return { verdict: 'unread', reason: { code: 'path-failed', usage: usage!, fault: outcome.fault } };
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

/** Of a certificate that the browser refused nothing is seen, but DNS tells which one to expect. */
function notesUnseen(views: readonly TlsaView[], evidence: CertificateEvidence): DaneNote[] {
  if (evidence.kind !== 'none' || evidence.why !== 'certificate refused') return [];
  const notes: DaneNote[] = [];
  const demanding = new Set<number>();
  for (const { usage, selector, matchingType, data, outcome } of views) {
    if (usage === null || selector === null || matchingType === null || outcome.code !== 'not-judged') continue;
    if (usage === USAGE.PKIX_TA || usage === USAGE.PKIX_EE) demanding.add(usage);
    else notes.push({ code: 'accepted-by-dane', usage, selector, matchingType, data });
  }
  if (demanding.size > 0) notes.push({ code: 'refusal-stands', usages: [...demanding].sort((a, b) => a - b) });
  return notes;
}

/** What usage 3 leaves out of account is said all the same, as is an exception made by hand. */
function notesOn(views: readonly TlsaView[], leaf: Certificate, input: JudgeInput): DaneNote[] {
  const { evidence, host, otherNames = [], now, purpose = 'server' } = input;
  const notes: DaneNote[] = [];
  if (views.some(({ usage, outcome }) => usage === USAGE.DANE_EE && outcome.code === 'matched')) {
    if (![host, ...otherNames].some((name) => namesReference(leaf, name, purpose)))
      notes.push({ code: 'name-mismatch', host });
    if (now < leaf.notBefore || now > leaf.notAfter) {
      notes.push({ code: 'certificate-dates', notBefore: leaf.notBefore, notAfter: leaf.notAfter });
    }
  }
  if (evidence.kind === 'none') return notes;
  if (evidence.pkix === 'overridden') notes.push({ code: 'pkix-overridden' });
  if (evidence.newConnection === true) notes.push({ code: 'new-connection' });
  return notes;
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
