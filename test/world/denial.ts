/**
 * Denial of existence by chains: NSEC (RFC 4034 section 4), NSEC3 with and without opt-out (RFC 5155). Each gives
 * its chain, and the records that prove one absence. Denial made up on the fly is in `online-denial.ts`.
 */
import { createHash } from 'node:crypto';
import { TYPE } from '../../src/dns/codes.ts';
import { toBase32Hex } from '../../src/dns/encodings.ts';
import type { Name } from '../../src/dns/name.ts';
import { encodeTypeBitmap, parseRdata } from '../../src/dns/presentation.ts';
import { WireWriter } from '../../src/dns/wire.ts';
import { onlineDenial } from './online-denial.ts';
import type { RRset } from './signer.ts';
import type { Zone } from './zone.ts';

export interface Nsec3Options {
  /** Hexadecimal; none where left out. */
  readonly salt?: string;
  /** Additional ones; 0 where left out. */
  readonly iterations?: number;
  /** Unsigned delegations stay out of the chain, and every span has the Opt-Out flag. */
  readonly optOut?: boolean;
}

/**
 * Denial signed on the fly, so that nobody can walk the zone. `minimal`: each span holds no more than the name asked
 * for (RFC 4470, and the same with hashes). `compact`: the record stands at that name (RFC 9824).
 */
export interface OnlineOptions {
  readonly online: 'minimal nsec' | 'minimal nsec3' | 'compact nsec' | 'compact nsec3';
}

/** `compact` is compact NSEC. */
export type DenialKind = 'nsec' | 'nsec3' | 'compact' | Nsec3Options | OnlineOptions;

/** What there is to prove. `encloser` is the closest encloser: the name itself where it exists. */
export interface Absence {
  readonly kind: 'no data' | 'no name' | 'wildcard answer' | 'wildcard no data';
  readonly name: Name;
  readonly encloser: Name;
}

/**
 * What a record is in a proof for. `exact`: it stands at the name. `name`: it covers the name. `wildcard`: it covers
 * or, for wildcard NODATA, stands at the wildcard of the closest encloser.
 */
export type ProofRole = 'exact' | 'name' | 'wildcard' | 'closest encloser' | 'next closer';

export interface ProofPart {
  readonly role: ProofRole;
  readonly rrset: RRset;
}

export interface Denial {
  /** Made per question, so there is no chain to write down. */
  readonly online: boolean;
  /** At the name itself even if nothing is there, so that RCODE stays NOERROR (RFC 9824 section 3.1). */
  readonly compact: boolean;
  /** All records of the chain, in its order. */
  chain(): readonly RRset[];
  /** The records that prove `absence`; one may serve in two roles. */
  proof(absence: Absence): ProofPart[];
  /** The record at (NSEC) or for (NSEC3) a name; undefined if it has none of its own. */
  at(name: Name): RRset | undefined;
}

export function denialOf(zone: Zone, kind: DenialKind): Denial {
  if (kind === 'nsec') return nsecDenial(zone);
  if (kind === 'compact') return onlineDenial(zone, 'compact nsec');
  if (kind === 'nsec3') return nsec3Denial(zone, nsec3Options({}));
  return 'online' in kind ? onlineDenial(zone, kind.online) : nsec3Denial(zone, nsec3Options(kind));
}

const nsec3Options = (options: Nsec3Options): Required<Nsec3Options> => ({
  salt: '',
  iterations: 0,
  optOut: false,
  ...options,
});

/** NSEC3PARAM rdata (RFC 5155 section 4.2), undefined for kinds with NSEC. Its flags say nothing of opt-out. */
export function nsec3Parameters(kind: DenialKind): Uint8Array | undefined {
  if (kind === 'nsec' || kind === 'compact') return undefined;
  const hashed = kind === 'nsec3' || !('online' in kind) || kind.online.endsWith('nsec3');
  if (!hashed) return undefined;
  const { salt, iterations } = nsec3Options(kind === 'nsec3' || 'online' in kind ? {} : kind);
  return parseRdata(TYPE.NSEC3PARAM, `1 0 ${iterations} ${salt || '-'}`);
}

/** One record in a role, or nothing where there is none to play it. */
export function part(role: ProofRole, rrset: RRset | undefined): ProofPart[] {
  return rrset === undefined ? [] : [{ role, rrset }];
}

/** The index of the last element of an ordered chain that is not after the one looked for; -1 before the first. */
function lastNotAfter(length: number, compareAt: (index: number) => number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAt(middle) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function nsecRdata(next: Name, types: readonly number[]): Uint8Array {
  return new WireWriter()
    .bytes(next.wire)
    .bytes(encodeTypeBitmap([...types, TYPE.RRSIG, TYPE.NSEC]))
    .finish();
}

function nsecDenial(zone: Zone): Denial {
  let owners: Name[] | undefined;
  const records = new Map<number, RRset>();
  const names = () => {
    owners ??= zone.existingNames().filter((name) => zone.rrsets(name).length > 0);
    return owners;
  };
  const record = (index: number): RRset => {
    let rrset = records.get(index);
    if (rrset === undefined) {
      const name = names()[index]!;
      const next = names()[index + 1] ?? zone.apex;
      const rdata = nsecRdata(next, zone.authoritativeTypes(name));
      rrset = { name, type: TYPE.NSEC, ttl: zone.negativeTtl, rdatas: [rdata] };
      records.set(index, rrset);
    }
    return rrset;
  };
  /** The record that matches the name or, where nothing stands at it, covers it. */
  const spanning = (name: Name) => record(lastNotAfter(names().length, (i) => names()[i]!.compare(name)));
  return {
    online: false,
    compact: false,
    chain: () => names().map((_, index) => record(index)),
    at: (name) => {
      const rrset = spanning(name);
      return rrset.name.equals(name) ? rrset : undefined;
    },
    // RFC 4035 section 3.1.3. At an empty non-terminal the covering record shows it by its next name.
    proof: ({ kind, name, encloser }) => {
      if (kind === 'no data') return part('exact', spanning(name));
      if (kind === 'wildcard answer') return part('name', spanning(name));
      return [...part('name', spanning(name)), ...part('wildcard', spanning(encloser.wildcardChild()))];
    },
  };
}

/** RFC 5155 section 5: SHA-1 of name and salt, and as often again as `iterations` says. */
export function nsec3Hash(name: Name, saltHex: string, iterations: number): Buffer {
  const salt = Buffer.from(saltHex, 'hex');
  let hash: Uint8Array = name.wire;
  for (let i = 0; i <= iterations; i++) hash = createHash('sha1').update(hash).update(salt).digest();
  return Buffer.from(hash);
}

export function nsec3Record(
  zone: Zone,
  { salt, iterations, optOut }: Required<Nsec3Options>,
  hash: Uint8Array,
  nextHash: Uint8Array,
  types: readonly number[],
): RRset {
  const rdata = new WireWriter()
    .u8(1)
    .u8(optOut ? 1 : 0)
    .u16(iterations);
  rdata.u8(salt.length / 2).bytes(Buffer.from(salt, 'hex'));
  rdata.u8(nextHash.length).bytes(nextHash).bytes(encodeTypeBitmap(types));
  const name = zone.apex.child(Buffer.from(toBase32Hex(hash)));
  return { name, type: TYPE.NSEC3, ttl: zone.negativeTtl, rdatas: [rdata.finish()] };
}

interface HashedName {
  readonly name: Name;
  readonly hash: Buffer;
}

function nsec3Denial(zone: Zone, { salt, iterations, optOut }: Required<Nsec3Options>): Denial {
  let hashed: HashedName[] | undefined;
  const records = new Map<number, RRset>();
  const names = () => {
    hashed ??= nsec3Owners(zone, optOut)
      .map((name) => ({ name, hash: nsec3Hash(name, salt, iterations) }))
      .sort((a, b) => Buffer.compare(a.hash, b.hash));
    return hashed;
  };
  const record = (index: number): RRset => {
    let rrset = records.get(index);
    if (rrset === undefined) {
      const { name, hash } = names()[index]!;
      const next = names()[(index + 1) % names().length]!.hash;
      const rdata = new WireWriter()
        .u8(1)
        .u8(optOut ? 1 : 0)
        .u16(iterations);
      rdata.u8(salt.length / 2).bytes(Buffer.from(salt, 'hex'));
      rdata
        .u8(next.length)
        .bytes(next)
        .bytes(encodeTypeBitmap(nsec3Types(zone, name)));
      const owner = zone.apex.child(Buffer.from(toBase32Hex(hash)));
      rrset = { name: owner, type: TYPE.NSEC3, ttl: zone.negativeTtl, rdatas: [rdata.finish()] };
      records.set(index, rrset);
    }
    return rrset;
  };
  const indexFor = (name: Name): { index: number; matches: boolean } => {
    const hash = nsec3Hash(name, salt, iterations);
    const index = lastNotAfter(names().length, (i) => Buffer.compare(names()[i]!.hash, hash));
    // Before the first hash the last record's span reaches round.
    return index < 0
      ? { index: names().length - 1, matches: false }
      : { index, matches: names()[index]!.hash.equals(hash) };
  };
  const matching = (name: Name): RRset | undefined => {
    const { index, matches } = indexFor(name);
    return matches ? record(index) : undefined;
  };
  const covering = (name: Name): RRset | undefined => {
    const { index, matches } = indexFor(name);
    return matches ? undefined : record(index);
  };
  /** RFC 5155 section 7.2.1: with opt-out, names that exist may have no record, and the proof starts above them. */
  const closestProvableEncloser = (name: Name): Name => {
    let encloser = name.parent();
    while (matching(encloser) === undefined) encloser = encloser.parent();
    return encloser;
  };
  const nextCloser = (name: Name, encloser: Name) =>
    part('next closer', covering(name.ancestor(encloser.labelCount + 1)));
  const encloserProof = (name: Name, encloser: Name) => [
    ...part('closest encloser', matching(encloser)),
    ...nextCloser(name, encloser),
  ];
  return {
    online: false,
    compact: false,
    chain: () => names().map((_, index) => record(index)),
    at: matching,
    // RFC 5155 section 7.2.
    proof: ({ kind, name, encloser }) => {
      switch (kind) {
        case 'no data': {
          const match = matching(name);
          return match !== undefined ? part('exact', match) : encloserProof(name, closestProvableEncloser(name));
        }
        case 'no name': {
          const provable = closestProvableEncloser(name);
          return [...encloserProof(name, provable), ...part('wildcard', covering(provable.wildcardChild()))];
        }
        case 'wildcard answer':
          return nextCloser(name, encloser);
        case 'wildcard no data':
          return [...encloserProof(name, encloser), ...part('wildcard', matching(encloser.wildcardChild()))];
      }
    },
  };
}

/** RFC 5155 section 7.1: with opt-out, unsigned delegations and names that exist only for them have no record. */
function nsec3Owners(zone: Zone, optOut: boolean): Name[] {
  const names = zone.existingNames();
  if (!optOut) return names;
  const kept = new Map<string, Name>();
  for (const name of names) {
    const unsignedDelegation = zone.isDelegation(name) && zone.rrset(name, TYPE.DS) === undefined;
    if (unsignedDelegation || zone.rrsets(name).length === 0) continue;
    for (let count = name.labelCount; count >= zone.apex.labelCount; count--) {
      kept.set(name.ancestor(count).key, name.ancestor(count));
    }
  }
  return [...kept.values()];
}

/** An unsigned delegation has no signature at its name, an empty non-terminal nothing at all. */
export function nsec3Types(zone: Zone, name: Name): number[] {
  const types = zone.authoritativeTypes(name);
  const signedHere = types.some((type) => type !== TYPE.NS || !zone.isDelegation(name));
  return signedHere ? [...types, TYPE.RRSIG] : types;
}
