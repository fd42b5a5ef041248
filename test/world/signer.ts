/** RRsets and the signatures over them (RFC 4034 sections 3 and 6, RFC 4035 section 5.3.2), from the signer's side. */
import { CLASS_IN, TYPE } from '../../src/dns/codes.ts';
import { canonicalRdata } from '../../src/dns/layout.ts';
import type { ResourceRecord } from '../../src/dns/message.ts';
import { compareOctets, type Name } from '../../src/dns/name.ts';
import { WireWriter } from '../../src/dns/wire.ts';
import type { ZoneKey } from './keys.ts';

export interface RRset {
  readonly name: Name;
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
}

/** An RRset and the rdata of the RRSIG records over it. */
export interface SignedRRset extends RRset {
  readonly signatures: readonly Uint8Array[];
}

/** Epoch seconds, both ends inclusive. */
export interface SigningWindow {
  readonly inception: number;
  readonly expiration: number;
}

/** The fields of an RRSIG that say what it claims, apart from the signature itself. */
export interface SignatureClaims extends SigningWindow {
  readonly typeCovered: number;
  readonly algorithm: number;
  readonly labels: number;
  readonly originalTtl: number;
  readonly keyTag: number;
  readonly signer: Name;
}

/** RRSIG rdata over `rrset` by `key` in the name of `signer`; `claims` overrules what would be honest to say. */
export function signatureOver(
  rrset: RRset,
  key: ZoneKey,
  signer: Name,
  window: SigningWindow,
  claims: Partial<SignatureClaims> = {},
): Uint8Array {
  const fields: SignatureClaims = {
    typeCovered: rrset.type,
    algorithm: key.algorithm,
    labels: signatureLabels(rrset.name),
    originalTtl: rrset.ttl,
    keyTag: key.keyTag,
    signer,
    ...window,
    ...claims,
  };
  const head = new WireWriter()
    .u16(fields.typeCovered)
    .u8(fields.algorithm)
    .u8(fields.labels)
    .u32(fields.originalTtl)
    .u32(fields.expiration % 0x1_0000_0000)
    .u32(fields.inception % 0x1_0000_0000)
    .u16(fields.keyTag)
    .bytes(fields.signer.wire)
    .finish();
  const signature = key.sign(signedOctets(head, rrset, fields));
  return new WireWriter().bytes(head).bytes(signature).finish();
}

/** RFC 4034 section 3.1.3: neither the root nor a leading asterisk is counted. */
export function signatureLabels(name: Name): number {
  return name.isWildcard() ? name.labelCount - 1 : name.labelCount;
}

/** RFC 4034 section 3.1.8.1: RRSIG rdata without the signature, then the RRset in canonical form and order. */
function signedOctets(head: Uint8Array, rrset: RRset, claims: SignatureClaims): Uint8Array {
  const owner =
    claims.labels < signatureLabels(rrset.name) ? rrset.name.ancestor(claims.labels).wildcardChild() : rrset.name;
  const writer = new WireWriter().bytes(head);
  for (const rdata of canonicalOrder(rrset.type, rrset.rdatas)) {
    writer.bytes(owner.wire).u16(rrset.type).u16(CLASS_IN).u32(claims.originalTtl).u16(rdata.length).bytes(rdata);
  }
  return writer.finish();
}

/** Canonical rdata in order (RFC 4034 section 6.3), each once. */
function canonicalOrder(type: number, rdatas: readonly Uint8Array[]): Uint8Array[] {
  const sorted = rdatas.map((rdata) => canonicalRdata(type, rdata)).sort(compareOctets);
  return sorted.filter((rdata, i) => i === 0 || compareOctets(rdata, sorted[i - 1]!) !== 0);
}

/** The records of an RRset, and with DO the RRSIG records after them. */
export function recordsOf(rrset: SignedRRset, withSignatures: boolean): ResourceRecord[] {
  const record = (type: number, rdata: Uint8Array): ResourceRecord => ({
    name: rrset.name,
    type,
    class: CLASS_IN,
    ttl: rrset.ttl,
    rdata,
  });
  return [
    ...rrset.rdatas.map((rdata) => record(rrset.type, rdata)),
    ...(withSignatures ? rrset.signatures.map((rdata) => record(TYPE.RRSIG, rdata)) : []),
  ];
}
