/**
 * Advice for those who publish TLSA records (RFC 7671 sections 4, 8 and 10.1): what works today and may not tomorrow,
 * or works for some. It changes no verdict. What is known of the certificates decides how much can be said.
 */
import type { ZoneStep } from '../dnssec/outcome.ts';
import { isWeakKey } from './algorithm.ts';
import { parseCertificate } from './certificate.ts';
import type { CertificateEvidence } from './evidence.ts';
import type { TlsaOutcome, TlsaView } from './outcome.ts';
import { fitsCertificate, MATCHING, type TlsaCandidate, type TlsaRecord, USAGE, usableTlsa } from './tlsa-record.ts';
import { type Certificate, isSelfIssued } from './x509.ts';

export type Advice =
  /** No record of this usage, selector and matching type fits what is served (RFC 7671 section 8). */
  | {
      readonly code: 'unmatched-group';
      readonly usage: number;
      readonly selector: number;
      readonly matchingType: number;
      readonly records: number;
    }
  /** A record nobody can use. `record`: counted from 1, in the order of the report. */
  | {
      readonly code: 'unusable-record';
      readonly record: number;
      readonly why: Extract<TlsaOutcome, { code: 'unusable' }>['why'];
    }
  /** Matching type 0, not recommended, as it makes large records (RFC 7671 section 10.1.2). */
  | { readonly code: 'full-data'; readonly usage: number; readonly selector: number; readonly octets: number }
  /** Usages 0 and 1 rest on PKIX as well and give a client that knows all four usages nothing more (section 4). */
  | { readonly code: 'pkix-usage'; readonly usage: number }
  /** One usable record alone: a new key must wait for DNS before it can be served (section 8.1). */
  | { readonly code: 'no-spare-record' }
  /** Records stay in caches for longer than a day, and an emergency change as long. */
  | { readonly code: 'long-ttl'; readonly ttl: number }
  /** Issued by means of SHA-1 or worse, which a path may not use. `depth`: 0 the leaf. */
  | { readonly code: 'weak-signature'; readonly depth: number }
  /** An RSA key below 2048 bits. */
  | { readonly code: 'weak-key'; readonly depth: number }
  /** The parent vouches for the zone by SHA-1 alone (RFC 9905). */
  | { readonly code: 'sha1-ds'; readonly zone: string }
  /** Signed by algorithm 5 or 7 (RFC 9905 section 2). */
  | { readonly code: 'sha1-signatures'; readonly zone: string; readonly algorithm: number }
  /** Clients that look at the end of the alias chain and those that look at the host find other records (section 7). */
  | { readonly code: 'bases-disagree'; readonly base: string; readonly host: string };

export interface AdviceInput {
  /** The rdata of the TLSA RRset. */
  readonly records: readonly Uint8Array[];
  /** Seconds, as its owner published it. */
  readonly ttl: number;
  readonly evidence: CertificateEvidence;
  /** The report's view of the same records: their outcomes. */
  readonly tlsa: readonly TlsaView[];
}

/** A day: long enough for caches, short enough for a rollover that cannot wait. */
const LONGEST_TTL = 86_400;

export function adviseOnTlsa({ records, ttl, evidence, tlsa }: AdviceInput): Advice[] {
  const { candidates, usable } = usableTlsa(records);
  const served = readServed(evidence);
  const sound = candidates.flatMap(({ record, outcome }, i) =>
    record === undefined || outcome.code === 'unusable'
      ? []
      : [{ record, matched: tlsa[i]?.outcome.code === 'matched' }],
  );
  return [
    ...unusableRecords(candidates),
    ...(served === undefined ? [] : unmatchedGroups(sound, served)),
    ...sound
      .filter(({ record }) => record.matchingType === MATCHING.FULL)
      .map(
        ({ record: { usage, selector, data } }): Advice => ({
          code: 'full-data',
          usage,
          selector,
          octets: data.length,
        }),
      ),
    ...[USAGE.PKIX_TA, USAGE.PKIX_EE]
      .filter((usage) => sound.some(({ record }) => record.usage === usage))
      .map((usage): Advice => ({ code: 'pkix-usage', usage })),
    ...(usable.length === 1 ? [{ code: 'no-spare-record' } as const] : []),
    ...(ttl > LONGEST_TTL ? [{ code: 'long-ttl', ttl } as const] : []),
    ...(served === undefined ? [] : weakCertificates(served)),
  ];
}

interface Served {
  readonly leaf: Certificate;
  /** Each with its place in the chain. */
  readonly issuers: readonly { readonly certificate: Certificate; readonly depth: number }[];
  /** What only PKIX knows of. */
  readonly appended: readonly Certificate[];
  /** Is that all there is? */
  readonly complete: boolean;
}

function readServed(evidence: CertificateEvidence): Served | undefined {
  if (evidence.kind === 'none') return undefined;
  const [leaf, ...others] = evidence.certificates.map(parseCertificate);
  if (!leaf?.ok) return undefined;
  return {
    leaf: leaf.certificate,
    issuers: others.flatMap((parsed, i) => (parsed.ok ? [{ certificate: parsed.certificate, depth: i + 1 }] : [])),
    appended: (evidence.appended ?? [])
      .map(parseCertificate)
      .flatMap((parsed) => (parsed.ok ? [parsed.certificate] : [])),
    complete: evidence.kind === 'full chain',
  };
}

function unusableRecords(candidates: readonly TlsaCandidate[]): Advice[] {
  return candidates.flatMap(({ outcome }, i): Advice[] =>
    outcome.code === 'unusable' ? [{ code: 'unusable-record', record: i + 1, why: outcome.why }] : [],
  );
}

/**
 * RFC 7671 section 8: clients may know one combination only, so each that is published needs a record for what is
 * served now. Records beside it for the next key or the last one are as they should be.
 */
function unmatchedGroups(
  sound: readonly { readonly record: TlsaRecord; readonly matched: boolean }[],
  served: Served,
): Advice[] {
  const kinds = new Map(sound.map(({ record }) => [kindOf(record), record]));
  return [...kinds].flatMap(([kind, { usage, selector, matchingType }]): Advice[] => {
    // Who did not see the issuers cannot say that none of them fits.
    if (speaksOfIssuer(usage) && !served.complete) return [];
    const group = sound.filter(({ record }) => kindOf(record) === kind);
    if (group.some(({ record, matched }) => matched || fitsServed(record, served))) return [];
    return [{ code: 'unmatched-group', usage, selector, matchingType, records: group.length }];
  });
}

function kindOf({ usage, selector, matchingType }: TlsaRecord): string {
  return `${usage} ${selector} ${matchingType}`;
}

function speaksOfIssuer(usage: number): boolean {
  return usage === USAGE.PKIX_TA || usage === USAGE.DANE_TA;
}

/** By the data alone: a superseded record has no outcome of its own, and other clients may go by it. */
function fitsServed(record: TlsaRecord, { leaf, issuers, appended }: Served): boolean {
  if (!speaksOfIssuer(record.usage)) return fitsCertificate(record, leaf);
  const others = issuers.map(({ certificate }) => certificate);
  const known = record.usage === USAGE.PKIX_TA ? [...others, ...appended] : others;
  return known.some((certificate) => fitsCertificate(record, certificate));
}

function weakCertificates({ leaf, issuers }: Served): Advice[] {
  return [{ certificate: leaf, depth: 0 }, ...issuers].flatMap(({ certificate, depth }): Advice[] => [
    // The signature of a root over itself binds nobody.
    ...(certificate.signatureAlgorithm.kind === 'weak' && !isSelfIssued(certificate)
      ? [{ code: 'weak-signature', depth } as const]
      : []),
    ...(isWeakKey(certificate.spki) ? [{ code: 'weak-key', depth } as const] : []),
  ]);
}

const SHA1_DIGEST = 1;
/** RSASHA1 and RSASHA1-NSEC3-SHA1. */
const SHA1_ALGORITHMS: readonly number[] = [5, 7];

/** What of the zones on the way rests on SHA-1. */
export function adviseOnZones(zones: readonly ZoneStep[]): Advice[] {
  return zones.flatMap(({ zone, ds, anchored, signatures }): Advice[] => {
    const sha1 = signatures.find(({ algorithm, valid }) => valid && SHA1_ALGORITHMS.includes(algorithm));
    const digests = ds.map(({ digestType }) => digestType);
    return [
      ...(!anchored && digests.length > 0 && digests.every((type) => type === SHA1_DIGEST)
        ? [{ code: 'sha1-ds', zone } as const]
        : []),
      ...(sha1 === undefined ? [] : [{ code: 'sha1-signatures', zone, algorithm: sha1.algorithm } as const]),
    ];
  });
}
