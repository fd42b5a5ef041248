/**
 * What the types at one name prove, the same by NSEC and by NSEC3 (RFC 4035 section 5.4, RFC 5155 sections 8.5 to
 * 8.7, both as RFC 6840 section 4 corrects them, RFC 9824 for compact denial).
 */
import { TYPE } from '../dns/codes.ts';
import type { Name } from '../dns/name.ts';
import type { TypeBitmap } from '../dns/rdata.ts';
import type { Proof } from './proof.ts';

/** Does the record at `name` itself, by the `types` it lists, deny `type`? */
export function proveByTypes(types: TypeBitmap, name: Name, type: number): Proof {
  if (saysNoName(types)) return { proven: 'nxdomain', optOut: false };
  const delegation = types.has(TYPE.NS) && !types.has(TYPE.SOA);
  const missing = {
    proven: 'nothing',
    missing: type === TYPE.DS ? 'no delegation signer' : 'type does not exist',
  } as const;
  if (hasAnswer(types, type)) return missing;
  if (type === TYPE.DS) {
    // RFC 4035 section 5.2: only the parent speaks of DS, and SOA marks the child's own record. The root has no parent.
    if (types.has(TYPE.SOA) && !name.isRoot()) return missing;
  } else if (delegation) {
    // RFC 6840 section 4.1: the parent's record at a delegation says nothing of the child's types.
    return missing;
  }
  return { proven: 'nodata', delegation, optOut: false };
}

/** NS there, neither SOA nor DS (RFC 4035 section 5.2, RFC 6840 section 4.4). */
export function isUnsignedDelegation(types: TypeBitmap): boolean {
  return types.has(TYPE.NS) && !types.has(TYPE.SOA) && !types.has(TYPE.DS);
}

/**
 * Was an answer due by the bitmap? By the type itself, by a CNAME to follow (RFC 6840 section 4.3), or, where any type
 * was asked for, by whatever there is but the records of the denial itself.
 */
function hasAnswer(types: TypeBitmap, type: number): boolean {
  if (type === TYPE.ANY) return types.types().some((other) => other !== TYPE.RRSIG && other !== TYPE.NSEC);
  return types.has(type) || types.has(TYPE.CNAME);
}

/** Types that every denial record may show, of a name that does not exist too. */
const OF_THE_DENIAL: readonly number[] = [TYPE.RRSIG, TYPE.NSEC, TYPE.NXNAME];

/**
 * RFC 9824 sections 3.1 and 4: the pseudo-type says that the name does not exist at all. Beside types that do exist
 * it contradicts them and says nothing: a type the bitmap shows is not denied.
 */
function saysNoName(types: TypeBitmap): boolean {
  return types.has(TYPE.NXNAME) && types.types().every((type) => OF_THE_DENIAL.includes(type));
}

/**
 * RFC 6840 section 4.1, RFC 5155 section 8.3: below a delegation (NS without SOA) or a DNAME, nothing is the zone's to
 * deny.
 */
export function endsTheZone(types: TypeBitmap): boolean {
  return types.has(TYPE.DNAME) || (types.has(TYPE.NS) && !types.has(TYPE.SOA));
}
