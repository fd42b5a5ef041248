/**
 * What a chain answers, read from the chain itself: the data it has beside keys, delegations and denials, under the
 * name at which its aliases begin. A chain that proves absence alone says nowhere of what; its reader has to know.
 */
import { TYPE } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import { parseNameRdata } from '../dns/rdata.ts';

export interface ChainSubject {
  readonly name: Name;
  readonly type: number;
}

/** Answers of one chain that are judged; each costs a walk, and a chain in use has one. */
export const MAX_SUBJECTS = 8;

const MEANS: ReadonlySet<number> = new Set([
  TYPE.RRSIG,
  TYPE.DNSKEY,
  TYPE.DS,
  TYPE.NSEC,
  TYPE.NSEC3,
  TYPE.NSEC3PARAM,
  TYPE.SOA,
  TYPE.CNAME,
  TYPE.DNAME,
]);

export function subjectsOf(records: readonly ResourceRecord[]): readonly ChainSubject[] {
  const aliases = new Map<string, { readonly owner: Name; readonly target: Name }>();
  const targets = new Set<string>();
  for (const { name, type, rdata } of records) {
    const target = type === TYPE.CNAME ? parseNameRdata(rdata) : undefined;
    if (target === undefined || aliases.has(name.key)) continue;
    aliases.set(name.key, { owner: name, target });
    targets.add(target.key);
  }
  const data = records.filter(({ type }) => !MEANS.has(type));
  const found = new Map<string, ChainSubject>();
  const add = (name: Name, type: number): void => {
    if (found.size < MAX_SUBJECTS) found.set(`${type} ${name.key}`, { name, type });
  };
  // A set that an alias leads to is asked for by the alias.
  for (const { name, type } of data) if (!targets.has(name.key)) add(name, type);
  for (const { owner } of aliases.values()) {
    if (targets.has(owner.key)) continue;
    const end = endOf(owner, aliases);
    const types = new Set(data.filter(({ name }) => name.equals(end)).map(({ type }) => type));
    // An alias to a name that has nothing: its own form tells what was asked for.
    if (types.size === 0 && isServiceName(owner)) types.add(TYPE.TLSA);
    for (const type of types) add(owner, type);
  }
  return [...found.values()];
}

function endOf(owner: Name, aliases: ReadonlyMap<string, { readonly target: Name }>): Name {
  const seen = new Set<string>();
  let name = owner;
  for (;;) {
    const alias = aliases.get(name.key);
    if (alias === undefined || seen.has(name.key)) return name;
    seen.add(name.key);
    name = alias.target;
  }
}

/** `_443._tcp.…` (RFC 6698 section 3). */
export function isServiceName(name: Name): boolean {
  return /^_\d+\._(tcp|udp|sctp|quic)\./.test(name.toString());
}
