/**
 * TLSA records (RFC 6698 section 2.1): usage, selector and matching type, an octet each, then data of at least one.
 * Here stands which of them count: usability (RFC 6698 section 4.1) and digest agility (RFC 7671 section 9). Nothing
 * here needs a certificate to compare with, so a site check asks this file before it asks the browser.
 */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { toHex } from '../dns/encodings.ts';
import { equalOctets } from '../dns/name.ts';
import { isSubjectPublicKeyInfo, parseCertificate } from './certificate.ts';
import type { TlsaOutcome, TlsaView } from './outcome.ts';
import type { Certificate } from './x509.ts';

/** Registered numbers (RFC 7218 section 2). */
export const USAGE = { PKIX_TA: 0, PKIX_EE: 1, DANE_TA: 2, DANE_EE: 3 } as const;
export const SELECTOR = { CERTIFICATE: 0, SPKI: 1 } as const;
export const MATCHING = { FULL: 0, SHA2_256: 1, SHA2_512: 2 } as const;

export interface TlsaRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  /** Certificate association data. */
  readonly data: Uint8Array;
}

export type ParsedTlsa =
  | { readonly ok: true; readonly record: TlsaRecord }
  | { readonly ok: false; readonly fault: 'malformed' };

/** Under four octets there is no data to compare, so the record is malformed (RFC 6698 section 2.1). */
export function parseTlsa(rdata: Uint8Array): ParsedTlsa {
  const [usage, selector, matchingType] = rdata;
  if (usage === undefined || selector === undefined || matchingType === undefined || rdata.length < 4) {
    return { ok: false, fault: 'malformed' };
  }
  return { ok: true, record: { usage, selector, matchingType, data: rdata.slice(3) } };
}

export type UnusableWhy = Extract<TlsaOutcome, { code: 'unusable' }>['why'];

/** One record of the RRset and what is known of it without a certificate. */
export interface TlsaCandidate {
  readonly rdata: Uint8Array;
  readonly record?: TlsaRecord;
  readonly outcome: Extract<TlsaOutcome, { code: 'unusable' | 'superseded' | 'not-judged' }>;
}

export interface UsableTlsa {
  /** The records that decide: usable, and not superseded by a stronger digest. */
  readonly usable: readonly TlsaRecord[];
  /** How many cannot be used at all. */
  readonly unusable: number;
  readonly candidates: readonly TlsaCandidate[];
  /** Every record in its place, for a report without a certificate. */
  readonly tlsa: readonly TlsaView[];
}

export interface TlsaRules {
  /** Do usages 0 and 1 count? Not for SMTP (RFC 7672 section 3.1.3). Default true. */
  readonly pkixUsages?: boolean;
}

/**
 * Sorts the rdata of one TLSA RRset into records that decide and those that do not. RFC 7671 section 9: unusable
 * records are dropped first; then of each usage and selector only Full(0) and the strongest digest stay.
 */
export function usableTlsa(rdatas: readonly Uint8Array[], { pkixUsages = true }: TlsaRules = {}): UsableTlsa {
  const parsed = rdatas.map((rdata) => {
    const result = parseTlsa(rdata);
    const record = result.ok ? result.record : undefined;
    return { rdata, record, why: record === undefined ? ('malformed' as const) : whyUnusable(record, pkixUsages) };
  });
  const strongest = new Map<string, number>();
  for (const { record, why } of parsed) {
    if (record === undefined || why !== undefined) continue;
    const group = groupOf(record);
    strongest.set(group, Math.max(strongest.get(group) ?? 0, record.matchingType));
  }
  const candidates = parsed.map(({ rdata, record, why }): TlsaCandidate => {
    if (record === undefined) return { rdata, outcome: { code: 'unusable', why: 'malformed' } };
    if (why !== undefined) return { rdata, record, outcome: { code: 'unusable', why } };
    const superseded = record.matchingType !== MATCHING.FULL && record.matchingType < strongest.get(groupOf(record))!;
    return { rdata, record, outcome: { code: superseded ? 'superseded' : 'not-judged' } };
  });
  return {
    usable: candidates.flatMap(({ record, outcome }) => (record && outcome.code === 'not-judged' ? [record] : [])),
    unusable: candidates.filter(({ outcome }) => outcome.code === 'unusable').length,
    candidates,
    tlsa: candidates.map((candidate) => viewTlsa(candidate, candidate.outcome)),
  };
}

/** The SHA-2 matching types are numbered in order of strength; agility compares within usage and selector. */
function groupOf({ usage, selector }: TlsaRecord): string {
  return `${usage} ${selector}`;
}

function whyUnusable(record: TlsaRecord, pkixUsages: boolean): UnusableWhy | undefined {
  const { usage, selector, matchingType, data } = record;
  if (usage > USAGE.DANE_EE) return 'unknown usage';
  if (!pkixUsages && (usage === USAGE.PKIX_TA || usage === USAGE.PKIX_EE)) return 'PKIX usage';
  if (selector > SELECTOR.SPKI) return 'unknown selector';
  switch (matchingType) {
    case MATCHING.FULL: {
      // RFC 6698 section 4.1: data that cannot be what the selector says is malformed.
      const fits = selector === SELECTOR.CERTIFICATE ? parseCertificate(data).ok : isSubjectPublicKeyInfo(data);
      return fits ? undefined : 'not DER';
    }
    case MATCHING.SHA2_256:
      return data.length === 32 ? undefined : 'digest length';
    case MATCHING.SHA2_512:
      return data.length === 64 ? undefined : 'digest length';
    default:
      return 'unknown matching type';
  }
}

export function viewTlsa({ rdata, record }: TlsaCandidate, outcome: TlsaOutcome): TlsaView {
  if (record === undefined) {
    return { usage: null, selector: null, matchingType: null, data: toHex(rdata), outcome };
  }
  const { usage, selector, matchingType, data } = record;
  return { usage, selector, matchingType, data: toHex(data), outcome };
}

/**
 * Does the record's data fit this certificate? RFC 6698 section 2.1.2: selector 0 is the whole certificate, selector
 * 1 its SubjectPublicKeyInfo with the algorithm, both in the very octets the server sent, for Full as for digests.
 */
export function fitsCertificate(record: TlsaRecord, certificate: Pick<Certificate, 'der' | 'spki'>): boolean {
  const selected = record.selector === SELECTOR.CERTIFICATE ? certificate.der : certificate.spki;
  return equalOctets(associationData(selected, record.matchingType), record.data);
}

/** What a record of this matching type holds for the selected octets. */
export function associationData(selected: Uint8Array, matchingType: number): Uint8Array {
  switch (matchingType) {
    case MATCHING.FULL:
      return selected;
    case MATCHING.SHA2_256:
      return sha256(selected);
    case MATCHING.SHA2_512:
      return sha512(selected);
    default:
      throw new RangeError(`no matching type: ${matchingType}`);
  }
}
