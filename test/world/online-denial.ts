/**
 * Denial of existence made up per question by a server that holds the keys: minimally covering NSEC (RFC 4470) and
 * its like with hashes (RFC 7129 appendix B), and compact denial in both forms (RFC 9824).
 */
import { TYPE } from '../../src/dns/codes.ts';
import type { Name } from '../../src/dns/name.ts';
import {
  type Absence,
  type Denial,
  nsec3Hash,
  nsec3Record,
  nsec3Types,
  nsecRdata,
  type OnlineOptions,
  type ProofPart,
  part,
} from './denial.ts';
import type { RRset } from './signer.ts';
import type { Zone } from './zone.ts';

export function onlineDenial(zone: Zone, kind: OnlineOptions['online']): Denial {
  const hashed = kind.endsWith('nsec3');
  const records = hashed ? hashedRecords(zone) : plainRecords(zone);
  const compact = kind.startsWith('compact');
  return {
    online: true,
    compact,
    chain: () => [],
    at: (name) => (zone.exists(name) ? records.at(name, zone.authoritativeTypes(name)) : undefined),
    proof: (absence) => {
      if (compact) return compactProof(zone, records, absence);
      return hashed ? minimalHashedProof(zone, records, absence) : minimalProof(zone, records, absence);
    },
  };
}

interface Records {
  /** The record at (or for) a name, whose span is empty. */
  at(name: Name, types: readonly number[]): RRset;
  /** A record whose span holds the name, all below it, and no name that exists. */
  around(name: Name): RRset;
}

function plainRecords(zone: Zone): Records {
  const record = (name: Name, next: Name, types: readonly number[]): RRset => ({
    name,
    type: TYPE.NSEC,
    ttl: zone.negativeTtl,
    rdatas: [nsecRdata(next, types)],
  });
  return {
    at: (name, types) => record(name, emptySpanEnd(name, zone), types),
    around: (name) => record(nameBefore(name), nextSibling(name, zone.apex), []),
  };
}

function hashedRecords(zone: Zone): Records {
  const record = (hash: Uint8Array, next: Uint8Array, types: readonly number[]) =>
    nsec3Record(zone, { salt: '', iterations: 0, optOut: false }, hash, next, types);
  return {
    at: (name, types) => {
      const hash = nsec3Hash(name, '', 0);
      // RFC 9824 section 4: of a name that is not there, the bitmap holds NXNAME and nothing else.
      const madeUp = types.includes(TYPE.NXNAME) ? types : [...types, TYPE.RRSIG];
      const shown = zone.exists(name) ? nsec3Types(zone, name) : madeUp;
      return record(hash, shifted(hash, 1), shown);
    },
    around: (name) => {
      const hash = nsec3Hash(name, '', 0);
      return record(shifted(hash, -1), shifted(hash, 1), []);
    },
  };
}

/** RFC 9824 section 3: whatever is missing, the record at the name asked for says so. */
function compactProof(zone: Zone, records: Records, { kind, name, encloser }: Absence): ProofPart[] {
  if (kind === 'wildcard answer') return [];
  if (kind === 'no name') return part('exact', records.at(name, [TYPE.NXNAME]));
  const source = kind === 'no data' ? name : encloser.wildcardChild();
  return part('exact', records.at(name, zone.authoritativeTypes(source)));
}

/** RFC 4470 section 3. What is denied is the next closer name, and with it all below it. */
function minimalProof(zone: Zone, records: Records, { kind, name, encloser }: Absence): ProofPart[] {
  const own = (owner: Name) => records.at(owner, zone.authoritativeTypes(owner));
  if (kind === 'no data') return part('exact', own(name));
  const covering = part('name', records.around(name.ancestor(encloser.labelCount + 1)));
  if (kind === 'wildcard answer') return covering;
  const wildcard = encloser.wildcardChild();
  return [...covering, ...part('wildcard', kind === 'no name' ? records.around(wildcard) : own(wildcard))];
}

/** RFC 5155 section 7.2, each span as small as can be. */
function minimalHashedProof(zone: Zone, records: Records, { kind, name, encloser }: Absence): ProofPart[] {
  const own = (owner: Name) => records.at(owner, zone.authoritativeTypes(owner));
  if (kind === 'no data') return part('exact', own(name));
  const nextCloser = part('next closer', records.around(name.ancestor(encloser.labelCount + 1)));
  if (kind === 'wildcard answer') return nextCloser;
  const wildcard = encloser.wildcardChild();
  return [
    ...part('closest encloser', own(encloser)),
    ...nextCloser,
    ...part('wildcard', kind === 'no name' ? records.around(wildcard) : own(wildcard)),
  ];
}

/** RFC 9824 sections 3.1 and 3.4: `\000.name`, at a delegation the first label with `\000` at its end. */
function emptySpanEnd(name: Name, zone: Zone): Name {
  const fits = name.wire.length + 2 <= 255;
  return !zone.isDelegation(name) && fits ? name.child(Uint8Array.of(0)) : nextSibling(name, zone.apex);
}

/** The first name after all that is at or below this one; the apex where there is none. */
function nextSibling(name: Name, apex: Name): Name {
  if (name.equals(apex)) return apex;
  const label = name.label(0);
  if (label.length < 63 && name.wire.length < 255) return name.parent().child(Uint8Array.of(...label, 0));
  const last = label.findLastIndex((octet) => octet < 255);
  if (last < 0) return nextSibling(name.parent(), apex);
  return name.parent().child(label.slice(0, last + 1).with(last, label[last]! + 1));
}

/** A name a little before this one: nothing but names nobody has lies between them. */
function nameBefore(name: Name): Name {
  const label = name.label(0);
  const parent = name.parent();
  const room = Math.min(63, 255 - parent.wire.length - 1);
  const last = label.length - 1;
  // Small letters and capitals are one, so the octet before `[` is `@`.
  const before = label[last] === 0x5b ? 0x40 : label[last]! - 1;
  if (before < 0) return last === 0 ? parent : parent.child(label.slice(0, last));
  const padded = new Uint8Array(room).fill(0xff);
  padded.set(label.with(last, before));
  return parent.child(padded);
}

/** A hash one more or one less, as a number. */
function shifted(hash: Uint8Array, by: 1 | -1): Uint8Array {
  const changed = Uint8Array.from(hash);
  for (let i = changed.length - 1; i >= 0; i--) {
    changed[i] = changed[i]! + by;
    if (changed[i] !== (by === 1 ? 0 : 255)) break;
  }
  return changed;
}
