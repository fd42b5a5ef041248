/**
 * What popup and details page ask for beyond the report: the signed records it rests on, and the records to publish
 * for the certificate. Both are made when somebody asks, out of what the background has.
 */
import { tlsaOwner } from '../../dane/owner.ts';
import { tlsaRecordsFor } from '../../dane/publish.ts';
import { parseType } from '../../dns/codes.ts';
import { toBase64, toHex } from '../../dns/encodings.ts';
import { Name, NameError } from '../../dns/name.ts';
import type { TraceStep } from '../../dnssec/outcome.ts';
import { proveLookups } from '../../dnssec/prove.ts';
import type { Report } from '../../report.ts';
import { restoreEvidence, type StoredEvidence } from '../certificates/stored.ts';
import type { Engine } from '../engine.ts';

export type EvidenceAnswer =
  | {
      readonly kind: 'evidence';
      readonly records: readonly EvidenceRecord[];
      /** Base64 of a chain in the form of RFC 9102; empty where there is none. */
      readonly chain: string;
      /** Does the chain alone lead to the same? */
      readonly holds: boolean;
      readonly trace: readonly TraceStep[];
    }
  | { readonly kind: 'none' };

export interface EvidenceRecord {
  readonly name: string;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  /** Base64. */
  readonly rdata: string;
}

export type PublishableAnswer =
  | {
      readonly kind: 'records';
      readonly owner: string;
      readonly records: readonly PublishableRecord[];
    }
  /** The certificate has not been seen, or is none. */
  | { readonly kind: 'unseen' };

export interface PublishableRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  /** Hex. */
  readonly data: string;
}

type Looked = Pick<Report['lookups'][number], 'name' | 'type'>;

/** The report's lookups once more, out of the cache as far as that goes. Never rejects. */
export async function gatherEvidence(
  report: (Pick<Report, 'host' | 'verdict'> & { readonly lookups: readonly Looked[] }) | undefined,
  engine: Engine,
  now: number,
): Promise<EvidenceAnswer> {
  if (report === undefined || report.verdict === 'off') return { kind: 'none' };
  // Somebody asked for it; whether the name may be asked about at all is another matter.
  if (engine.refuses(report.host, true) !== undefined) return { kind: 'none' };
  const lookups = report.lookups.flatMap(({ name, type }) => {
    const code = parseType(type);
    const parsed = nameOf(name);
    return code === undefined || parsed === undefined ? [] : [{ name: parsed, type: code }];
  });
  if (lookups.length === 0) return { kind: 'none' };
  const { ask, anchors, options, verifier } = engine;
  const { records, chain, holds, trace } = await proveLookups({ ask, anchors, options, verifier, now, lookups });
  if (records.length === 0) return { kind: 'none' };
  return {
    kind: 'evidence',
    records: records.map(({ name, type, ttl, rdata }) => ({
      name: name.toString(),
      type,
      ttl,
      rdata: toBase64(rdata),
    })),
    chain: toBase64(chain),
    holds,
    trace,
  };
}

/** For the certificate that came with the document. */
export function publishableFor(report: Report | undefined, evidence: StoredEvidence | undefined): PublishableAnswer {
  const seen = evidence && restoreEvidence(evidence);
  const leaf = seen === undefined || seen.kind === 'none' ? undefined : seen.certificates[0];
  const host = report && nameOf(report.host);
  const owner = report && host && tlsaOwner(host, report.port);
  if (leaf === undefined || owner === undefined) return { kind: 'unseen' };
  const published = tlsaRecordsFor(leaf, 'server');
  if (!published.ok) return { kind: 'unseen' };
  return {
    kind: 'records',
    owner: owner.toString(),
    records: published.records.map((record) => ({ ...record, data: toHex(record.data) })),
  };
}

/** Undefined for what is no name: stored state may be of another version. */
function nameOf(text: string): Name | undefined {
  try {
    return Name.parse(text);
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}
