/** RRsets out of a message's sections, each with the signatures that name it. */
import { CLASS_IN, TYPE } from './codes.ts';
import type { ResourceRecord } from './message.ts';
import { compareOctets, equalOctets, type Name } from './name.ts';
import { parseRrsig, type Rrsig } from './rdata.ts';

export interface RRset {
  readonly name: Name;
  readonly type: number;
  /** The lowest of its records (RFC 2181 section 5.2), seconds. */
  readonly ttl: number;
  /** As received, exact duplicates once (RFC 4034 section 6.3). */
  readonly rdatas: readonly Uint8Array[];
  /** RRSIGs at this name that cover this type and are well formed, each once. */
  readonly signatures: readonly Rrsig[];
  /** The RRSIGs' own lowest TTL; infinite without any. */
  readonly signatureTtl: number;
}

/** A section's RRsets of class IN by name and type. Records of other classes are none of ours (RFC 5452 section 9.1). */
export class RRsets {
  readonly #sets = new Map<string, RRset>();
  readonly #byName = new Map<string, RRset[]>();

  constructor(section: readonly ResourceRecord[]) {
    const groups = new Map<string, ResourceRecord[]>();
    const signatures = new Map<string, { found: SignatureRecord[]; ttl: number }>();
    for (const record of section) {
      if (record.class !== CLASS_IN) continue;
      if (record.type === TYPE.RRSIG) {
        const rrsig = parseRrsig(record.rdata);
        if (rrsig === undefined) continue;
        const key = setKey(record.name, rrsig.typeCovered);
        const group = signatures.get(key) ?? { found: [], ttl: Number.POSITIVE_INFINITY };
        group.found.push({ rdata: record.rdata, rrsig });
        group.ttl = Math.min(group.ttl, record.ttl);
        signatures.set(key, group);
      } else {
        const key = setKey(record.name, record.type);
        const group = groups.get(key);
        if (group) group.push(record);
        else groups.set(key, [record]);
      }
    }
    for (const [key, records] of groups) {
      const first = records[0]!;
      const group = signatures.get(key);
      const set: RRset = {
        name: first.name,
        type: first.type,
        ttl: Math.min(...records.map((record) => record.ttl)),
        rdatas: withoutDuplicates(records).map(({ rdata }) => rdata),
        signatures: group ? withoutDuplicates(group.found).map(({ rrsig }) => rrsig) : [],
        signatureTtl: group?.ttl ?? Number.POSITIVE_INFINITY,
      };
      this.#sets.set(key, set);
      const atName = this.#byName.get(first.name.key);
      if (atName) atName.push(set);
      else this.#byName.set(first.name.key, [set]);
    }
  }

  get(name: Name, type: number): RRset | undefined {
    return this.#sets.get(setKey(name, type));
  }

  all(): readonly RRset[] {
    return [...this.#sets.values()];
  }

  at(name: Name): readonly RRset[] {
    return this.#byName.get(name.key) ?? [];
  }

  ofType(type: number): RRset[] {
    return [...this.#sets.values()].filter((set) => set.type === type);
  }
}

/** Of two RRsets, which have no order and hold each record once. */
export function sameRdatas(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((rdata) => b.some((other) => equalOctets(rdata, other)));
}

function setKey(name: Name, type: number): string {
  return `${type} ${name.key}`;
}

interface SignatureRecord {
  readonly rdata: Uint8Array;
  readonly rrsig: Rrsig;
}

/** Each rdata once, in canonical order. Sorted and not one against all: a message has room for thousands. */
function withoutDuplicates<T extends { readonly rdata: Uint8Array }>(records: readonly T[]): readonly T[] {
  if (records.length === 1) return records;
  const sorted = [...records].sort((a, b) => compareOctets(a.rdata, b.rdata));
  return sorted.filter(({ rdata }, i) => i === 0 || compareOctets(rdata, sorted[i - 1]!.rdata) !== 0);
}
