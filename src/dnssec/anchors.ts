/**
 * Trust anchors: where validation starts. The root's are built in and change with a release of this program
 * (RFC 9102 section 8 names software updates); RFC 5011 is not run, since a sleeping extension cannot keep its
 * 30 days of continuous sightings.
 */
import { TYPE, typeMnemonic } from '../dns/codes.ts';
import { toHex } from '../dns/encodings.ts';
import { equalOctets, Name } from '../dns/name.ts';
import { PresentationError, parseNumberedRecords } from '../dns/presentation.ts';
import type { PresentationCode } from '../dns/presentation-fields.ts';
import { DNSKEY_FLAG, parseDnskey, parseDs } from '../dns/rdata.ts';
import { DIGEST, digest, digestLength, isSupportedDigest } from './algorithms.ts';
import { keyTag } from './key-tag.ts';

/** One delegation signer record that is trusted without proof, for the root or any other name. */
export interface TrustAnchor {
  readonly name: Name;
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
  /** Epoch seconds (RFC 9718 section 2.2). Left out: open-ended. */
  readonly validFrom?: number;
  readonly validUntil?: number;
}

const octets = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));

/** KSK-2017 (Klajeyz) and KSK-2024 (Kmyv6jo), RFC 9718 section 2.3. */
export const ROOT_ANCHORS: readonly TrustAnchor[] = [
  {
    name: Name.root,
    keyTag: 20326,
    algorithm: 8,
    digestType: 2,
    digest: octets('E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D'),
    validFrom: Date.UTC(2017, 1, 2) / 1000,
  },
  {
    name: Name.root,
    keyTag: 38696,
    algorithm: 8,
    digestType: 2,
    digest: octets('683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16'),
    validFrom: Date.UTC(2024, 6, 18) / 1000,
  },
];

/** Why a line is no anchor; the codes of the reader of master files for what is no record at all. */
export type AnchorCode =
  | PresentationCode
  | 'nothing'
  /** Neither DS nor DNSKEY. */
  | 'other-type'
  | 'digest-type'
  | 'digest-length'
  /** Octets that are no DS or DNSKEY. */
  | 'rdata'
  | 'no-zone-key'
  | 'revoked';

export type ParsedAnchors =
  | {
      readonly ok: true;
      readonly anchors: readonly TrustAnchor[];
      /** Where each of them begins, counted from 1. */
      readonly lines: readonly number[];
    }
  | { readonly ok: false; readonly line: number; readonly code: AnchorCode; readonly fault: string };

/**
 * Anchors from master-file lines of DS and DNSKEY, for any owner name; a DNSKEY becomes the SHA-256 DS it has.
 * `line` counts from 1, and is 0 where the text has none at all.
 */
export function parseAnchors(text: string): ParsedAnchors {
  const anchors: TrustAnchor[] = [];
  const lines: number[] = [];
  try {
    for (const { line, record } of parseNumberedRecords(text)) {
      const anchor = record.type === TYPE.DS ? fromDs(record.name, record.rdata) : fromDnskey(record);
      if ('fault' in anchor) return { ok: false, line, ...anchor };
      anchors.push(anchor);
      lines.push(line);
    }
  } catch (error) {
    if (!(error instanceof PresentationError)) throw error;
    return { ok: false, line: error.line, code: error.code, fault: error.fault };
  }
  if (anchors.length === 0) return { ok: false, line: 0, ...refuse('nothing', 'no DS or DNSKEY line') };
  return { ok: true, anchors, lines };
}

/** A line that `parseAnchors` reads as this anchor. */
export function formatAnchor({ name, keyTag: tag, algorithm, digestType, digest: octets }: TrustAnchor): string {
  return `${name} IN DS ${tag} ${algorithm} ${digestType} ${toHex(octets)}`;
}

/** Do they vouch for the same key in the same way? */
export function isSameAnchor(a: TrustAnchor, b: TrustAnchor): boolean {
  return (
    a.name.equals(b.name) &&
    a.keyTag === b.keyTag &&
    a.algorithm === b.algorithm &&
    a.digestType === b.digestType &&
    equalOctets(a.digest, b.digest)
  );
}

/**
 * Somebody's own anchors beside the built-in ones. Of the root, own ones take the place of those: two roots would mean
 * that either could speak for all names. Of any other zone they are islands of trust (RFC 4033 section 2).
 */
export function besideBuiltIn(own: readonly TrustAnchor[]): readonly TrustAnchor[] {
  return own.some(({ name }) => name.isRoot()) ? own : [...ROOT_ANCHORS, ...own];
}

interface Refusal {
  readonly code: AnchorCode;
  readonly fault: string;
}

function refuse(code: AnchorCode, fault: string): Refusal {
  return { code, fault };
}

function fromDs(name: Name, rdata: Uint8Array): TrustAnchor | Refusal {
  const ds = parseDs(rdata);
  if (ds === undefined) return refuse('rdata', 'not a DS record');
  if (!isSupportedDigest(ds.digestType)) {
    return refuse('digest-type', `digest type ${ds.digestType} is not supported`);
  }
  if (ds.digest.length !== digestLength(ds.digestType)) {
    const expected = digestLength(ds.digestType);
    return refuse('digest-length', `the digest has ${ds.digest.length} octets, not ${expected}`);
  }
  return { name, ...ds };
}

function fromDnskey({ name, type, rdata }: { name: Name; type: number; rdata: Uint8Array }): TrustAnchor | Refusal {
  if (type !== TYPE.DNSKEY) return refuse('other-type', `${typeMnemonic(type)} is neither DS nor DNSKEY`);
  const key = parseDnskey(rdata);
  if (key === undefined) return refuse('rdata', 'not a DNSKEY record');
  if ((key.flags & DNSKEY_FLAG.ZONE) === 0) return refuse('no-zone-key', 'the key has no Zone Key flag');
  if ((key.flags & DNSKEY_FLAG.REVOKE) !== 0) return refuse('revoked', 'the key is revoked');
  return {
    name,
    keyTag: keyTag(rdata),
    algorithm: key.algorithm,
    digestType: DIGEST.SHA256,
    digest: digest(DIGEST.SHA256, Uint8Array.of(...name.wire, ...rdata))!,
  };
}
