/** Proofs by NSEC3 (RFC 5155 section 8, RFC 6840 section 4, RFC 9276, RFC 9824 section 4). */
import { TYPE } from '../dns/codes.ts';
import { fromBase32Hex, toCharacters } from '../dns/encodings.ts';
import { compareOctets, equalOctets, type Name } from '../dns/name.ts';
import type { Nsec3, TypeBitmap } from '../dns/rdata.ts';
import { nsec3Hash } from './algorithms.ts';
import { type Budget, WorkLimitReached } from './limits.ts';
import type { Proof, WildcardProof } from './proof.ts';
import { endsTheZone, isUnsignedDelegation, proveByTypes } from './type-proof.ts';

/** A verified NSEC3 with its owner's hash. */
export interface Nsec3Record {
  readonly ownerHash: Uint8Array;
  readonly nextHash: Uint8Array;
  readonly optOut: boolean;
  readonly types: TypeBitmap;
}

/** The NSEC3 records of one zone in one message, which share hash algorithm, iterations and salt (RFC 5155 section 8.2). */
export interface Nsec3Set {
  readonly apex: Name;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly records: readonly Nsec3Record[];
}

const SHA1_HASH = 1;
const SHA1_OCTETS = 20;
const OPT_OUT_FLAG = 1;

/** The record's place among its zone's hashes; undefined for one that proves nothing (RFC 5155 sections 8.1 and 8.2). */
export function nsec3Record(owner: Name, apex: Name, nsec3: Nsec3): Nsec3Record | undefined {
  if (nsec3.hashAlgorithm !== SHA1_HASH || nsec3.flags > OPT_OUT_FLAG) return undefined;
  // The hash hangs directly under the apex, unpadded base32hex.
  if (owner.labelCount !== apex.labelCount + 1 || !owner.isBelow(apex)) return undefined;
  const ownerHash = fromBase32Hex(toCharacters(owner.label(0)));
  if (ownerHash?.length !== SHA1_OCTETS || nsec3.nextHash.length !== SHA1_OCTETS) return undefined;
  return { ownerHash, nextHash: nsec3.nextHash, optOut: (nsec3.flags & OPT_OUT_FLAG) !== 0, types: nsec3.types };
}

/** One set of records against one name, hashing each name once. */
export class Nsec3Proof {
  readonly #set: Nsec3Set;
  readonly #budget: Budget;
  readonly #hashes = new Map<string, Uint8Array>();

  constructor(set: Nsec3Set, budget: Budget) {
    this.#set = set;
    this.#budget = budget;
  }

  /** Does the set deny `type` at `name`? `name` is at or below the apex, strictly below for DS. */
  prove(name: Name, type: number): Proof {
    const match = this.#matching(name);
    if (match !== undefined) return proveByTypes(match.types, name, type);
    const encloser = this.#closestEncloser(name);
    if (encloser === undefined) return { proven: 'nothing', missing: 'closest encloser' };
    const { nextCloserCover } = encloser;
    if (nextCloserCover === undefined) return { proven: 'nothing', missing: 'next closer name' };
    const { optOut } = nextCloserCover;
    // RFC 5155 section 8.6: an opt-out span may hold an unsigned delegation at this very name.
    if (type === TYPE.DS && optOut) return { proven: 'opt-out' };
    const wildcard = encloser.name.wildcardChild();
    const atWildcard = this.#matching(wildcard);
    if (atWildcard !== undefined) {
      const proof = proveByTypes(atWildcard.types, wildcard, type);
      // What the wildcard says of the name rests on the span that denies the name.
      if (proof.proven === 'nodata') return { ...proof, delegation: false, optOut };
      return proof.proven === 'nxdomain' ? { ...proof, optOut } : proof;
    }
    if (this.#covering(wildcard) !== undefined) return { proven: 'nxdomain', optOut };
    // An empty non-terminal above nothing but unsigned delegations has no NSEC3 of its own in an opt-out zone.
    return optOut ? { proven: 'opt-out' } : { proven: 'nothing', missing: 'no wildcard matches' };
  }

  /** Is `name` shown not to exist below the encloser that `wildcard` hangs from (RFC 5155 section 8.8)? */
  proveWildcard(name: Name, wildcard: Name): WildcardProof {
    const nextCloser = name.ancestor(wildcard.labelCount);
    const cover = this.#covering(nextCloser);
    if (cover === undefined) return 'missing';
    return cover.optOut ? 'opt-out' : 'proven';
  }

  /** The name at or above `name` that the records show to be delegated without DS (RFC 5155 section 8.9). */
  unsignedDelegation(name: Name): Name | undefined {
    const depth = Math.min(name.labelCount - this.#set.apex.labelCount, this.#budget.limits.nsec3HashesPerProof);
    for (let above = 0; above < depth; above++) {
      const candidate = name.ancestor(name.labelCount - above);
      const match = this.#matching(candidate);
      if (match !== undefined && isUnsignedDelegation(match.types)) return candidate;
    }
    return undefined;
  }

  #hash(name: Name): Uint8Array {
    const known = this.#hashes.get(name.key);
    if (known !== undefined) return known;
    this.#budget.spendNsec3Hash();
    const hash = nsec3Hash(name.wire, this.#set.salt, this.#set.iterations);
    this.#hashes.set(name.key, hash);
    return hash;
  }

  #matching(name: Name): Nsec3Record | undefined {
    const hash = this.#hash(name);
    return this.#set.records.find((record) => equalOctets(record.ownerHash, hash));
  }

  /** Strictly between owner and next hash; the last record wraps around (RFC 5155 section 3.1.7). */
  #covering(name: Name): Nsec3Record | undefined {
    const hash = this.#hash(name);
    return this.#set.records.find(({ ownerHash, nextHash }) => {
      const afterOwner = compareOctets(ownerHash, hash) < 0;
      const beforeNext = compareOctets(hash, nextHash) < 0;
      return compareOctets(ownerHash, nextHash) < 0 ? afterOwner && beforeNext : afterOwner || beforeNext;
    });
  }

  /** RFC 5155 section 8.3: the longest ancestor that is matched, if it may stand as a closest encloser. */
  #closestEncloser(name: Name): { name: Name; nextCloserCover: Nsec3Record | undefined } | undefined {
    const { nsec3HashesPerProof } = this.#budget.limits;
    for (let count = name.labelCount - 1; count >= this.#set.apex.labelCount; count--) {
      // CVE-2023-50868: a long name times many iterations is work the sender gets for nothing.
      if (name.labelCount - count > nsec3HashesPerProof) {
        throw new WorkLimitReached('NSEC3 hashes per proof', nsec3HashesPerProof);
      }
      const candidate = name.ancestor(count);
      const match = this.#matching(candidate);
      if (match === undefined) continue;
      if (endsTheZone(match.types)) return undefined;
      return { name: candidate, nextCloserCover: this.#covering(name.ancestor(count + 1)) };
    }
    return undefined;
  }
}
