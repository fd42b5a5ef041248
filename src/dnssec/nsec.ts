/** Proofs by NSEC (RFC 4035 section 5.4 as RFC 6840 section 4 corrects it, RFC 9824 for compact ones). */
import type { Name } from '../dns/name.ts';
import type { TypeBitmap } from '../dns/rdata.ts';
import type { Proof, WildcardProof } from './proof.ts';
import { endsTheZone, isUnsignedDelegation, proveByTypes } from './type-proof.ts';

/** A verified NSEC of one zone, not expanded from a wildcard. */
export interface NsecRecord {
  readonly owner: Name;
  readonly next: Name;
  readonly types: TypeBitmap;
}

/**
 * Does any set of `records`, all of the zone at `apex`, deny `type` at `name`? `name` is at or below `apex`, and
 * strictly below for DS.
 */
export function proveByNsec(records: readonly NsecRecord[], apex: Name, name: Name, type: number): Proof {
  const usable = records.filter((record) => staysInZone(record, apex));
  const match = usable.find((record) => record.owner.equals(name));
  if (match !== undefined) return proveByTypes(match.types, name, type);
  const [first, ...others] = usable.filter((record) => covers(record, apex, name) && mayDenyBelow(record, name));
  if (first === undefined) return { proven: 'nothing', missing: 'name does not exist' };
  // Of several the one that shows the closest encloser; the others contradict it.
  const cover = others.reduce(
    (closest, record) => (closestEncloserOf(record, name).isBelow(closestEncloserOf(closest, name)) ? record : closest),
    first,
  );
  // RFC 4035 section 3.1.3.2, RFC 9824 section 3.2: the next name is below this one, so this one exists without records.
  if (cover.next.isBelow(name)) return { proven: 'nodata', delegation: false, optOut: false };
  const closestEncloser = closestEncloserOf(cover, name);
  const wildcard = closestEncloser.wildcardChild();
  const atWildcard = usable.find((record) => record.owner.equals(wildcard));
  if (atWildcard !== undefined) {
    const proof = proveByTypes(atWildcard.types, wildcard, type);
    // The wildcard's bitmap speaks for its expansions; a delegation it is not.
    return proof.proven === 'nodata' ? { ...proof, delegation: false } : proof;
  }
  // A span over the closest encloser denies a name that exists, and what else it says is no better.
  const overWildcard = usable.find(
    (record) =>
      covers(record, apex, wildcard) && mayDenyBelow(record, wildcard) && !denies(record, apex, closestEncloser),
  );
  if (overWildcard === undefined) return { proven: 'nothing', missing: 'no wildcard matches' };
  // The wildcard exists as an empty non-terminal and expands to nothing.
  if (overWildcard.next.isBelow(wildcard)) return { proven: 'nodata', delegation: false, optOut: false };
  return { proven: 'nxdomain', optOut: false };
}

/** Is `name` shown not to exist, so that `wildcard` was rightly expanded for it (RFC 4035 section 5.3.4)? */
export function proveWildcardByNsec(
  records: readonly NsecRecord[],
  apex: Name,
  name: Name,
  wildcard: Name,
): WildcardProof {
  const proven = records.some(
    (record) =>
      staysInZone(record, apex) &&
      denies(record, apex, name) &&
      mayDenyBelow(record, name) &&
      // No closer encloser exists than the one the wildcard hangs from (RFC 4592 section 3.3.1).
      closestEncloserOf(record, name).equals(wildcard.parent()),
  );
  return proven ? 'proven' : 'missing';
}

/** The name at or above `name` that the records show to be delegated without DS (RFC 4035 section 5.2). */
export function unsignedDelegation(records: readonly NsecRecord[], apex: Name, name: Name): Name | undefined {
  return records.find(
    ({ owner, types }) => owner.isBelow(apex) && name.isAtOrBelow(owner) && isUnsignedDelegation(types),
  )?.owner;
}

/** A next name outside the zone could deny names of others. */
function staysInZone(record: NsecRecord, apex: Name): boolean {
  return record.owner.isAtOrBelow(apex) && record.next.isAtOrBelow(apex);
}

/** Strictly between owner and next name; the last NSEC of a zone leads back to its apex (RFC 4034 section 4.1.1). */
function covers(record: NsecRecord, apex: Name, name: Name): boolean {
  if (record.owner.compare(name) >= 0) return false;
  return record.next.equals(apex) || name.compare(record.next) < 0;
}

/** Covered, and nothing below it exists either. */
function denies(record: NsecRecord, apex: Name, name: Name): boolean {
  return covers(record, apex, name) && !record.next.isBelow(name);
}

function mayDenyBelow(record: NsecRecord, name: Name): boolean {
  return !name.isBelow(record.owner) || !endsTheZone(record.types);
}

/** The longest existing ancestor of a covered name: both ends of the span exist, and so do their ancestors. */
function closestEncloserOf(record: NsecRecord, name: Name): Name {
  return name.ancestor(Math.max(name.commonLabels(record.owner), name.commonLabels(record.next)));
}
