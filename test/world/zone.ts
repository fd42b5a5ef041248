/**
 * One zone: a few readable lines turned into RRsets, signed when somebody first asks for them.
 *
 *     zone('example.', { sign: 13, denial: 'nsec3', records: `
 *       www   A 192.0.2.1
 *       *.w   TXT "expanded"
 *       alias CNAME www
 *     ` })
 *
 * SOA, NS and a name server's address are added where the text has none; DNSKEY and NSEC3PARAM come from the
 * options; NS, DS and glue of child zones from the world.
 */
import { TYPE } from '../../src/dns/codes.ts';
import type { ResourceRecord } from '../../src/dns/message.ts';
import { equalOctets, Name } from '../../src/dns/name.ts';
import { parseRecords } from '../../src/dns/presentation.ts';
import { parseSoa } from '../../src/dns/rdata.ts';
import { type Denial, type DenialKind, denialOf, nsec3Parameters } from './denial.ts';
import { type Algorithm, type KeyDescription, type ZoneKey, zoneKey } from './keys.ts';
import { type RRset, type SignedRRset, type SigningWindow, signatureOver } from './signer.ts';

export interface ZoneDescription {
  /** Master-file lines, names relative to the zone; the indentation they share is taken off. */
  readonly records?: string;
  /** An algorithm (a KSK and a ZSK of it), single keys, or no signing at all. ECDSA P-256 where left out. */
  readonly sign?: Algorithm | readonly KeyDescription[] | 'unsigned';
  /** NSEC where left out. */
  readonly denial?: DenialKind;
  /** Does the parent publish DS? `island`: signed, but the parent does not know. By default if there is a key. */
  readonly delegation?: 'signed' | 'island';
  /** DS digest types; SHA-256 where left out. */
  readonly digests?: readonly number[];
  /** Seconds, for records that name none; 300 where left out. */
  readonly ttl?: number;
  /** Signature lifetime in seconds from now; from an hour ago to a week ahead where left out. */
  readonly window?: { readonly from: number; readonly to: number };
  /** Address of the name server that is made up; 127.0.0.1 where left out. */
  readonly serverAddress?: string;
}

/** What stands at a name. Wildcards are not expanded here, aliases not followed. */
export type Finding =
  | { readonly kind: 'name'; readonly encloser: Name; readonly source: Name }
  /** `source` is the wildcard that answers for the name (RFC 4592 section 3.3.1). */
  | { readonly kind: 'wildcard'; readonly encloser: Name; readonly source: Name }
  | { readonly kind: 'dname'; readonly owner: Name }
  | { readonly kind: 'below cut'; readonly cut: Name }
  | { readonly kind: 'no name'; readonly encloser: Name };

export class Zone {
  readonly apex: Name;
  readonly description: ZoneDescription;
  readonly keys: readonly ZoneKey[];
  /** Epoch seconds: when it was signed. */
  readonly now: number;
  readonly window: SigningWindow;
  /** Undefined in an unsigned zone. */
  readonly denial: Denial | undefined;
  readonly #sets = new Map<string, Map<number, RRset>>();
  /** Names with data, authoritative or not, by key. */
  readonly #owners = new Map<string, Name>();
  /** Names that exist in the zone: owners not hidden below a cut or DNAME, and the empty ones above them. */
  readonly #existing = new Map<string, Name>();
  readonly #signed = new WeakMap<RRset, SignedRRset>();

  constructor(apex: Name, description: ZoneDescription, now: number, delegations: readonly ResourceRecord[] = []) {
    this.apex = apex;
    this.description = description;
    this.now = now;
    this.keys = zoneKeys(apex, description);
    const { from, to } = description.window ?? { from: -3600, to: 7 * 86_400 };
    this.window = { inception: now + from, expiration: now + to };
    this.#fill([...ownRecords(apex, description), ...delegations]);
    this.denial = this.signed ? denialOf(this, description.denial ?? 'nsec') : undefined;
  }

  get signed(): boolean {
    return this.keys.length > 0;
  }

  get soa(): RRset {
    return this.rrset(this.apex, TYPE.SOA)!;
  }

  /** Seconds: TTL of negative answers and denial records (RFC 2308 section 5, RFC 9077 section 3). */
  get negativeTtl(): number {
    return Math.min(this.soa.ttl, parseSoa(this.soa.rdatas[0]!)!.minimum);
  }

  rrset(name: Name, type: number): RRset | undefined {
    return this.#sets.get(name.key)?.get(type);
  }

  rrsets(name: Name): RRset[] {
    return [...(this.#sets.get(name.key)?.values() ?? [])];
  }

  /** Every name with data, glue and hidden ones included, in canonical order. */
  owners(): Name[] {
    return [...this.#owners.values()].sort((a, b) => a.compare(b));
  }

  /** Every name that exists, empty non-terminals included, in canonical order. */
  existingNames(): Name[] {
    return [...this.#existing.values()].sort((a, b) => a.compare(b));
  }

  exists(name: Name): boolean {
    return this.#existing.has(name.key);
  }

  isDelegation(name: Name): boolean {
    return !name.equals(this.apex) && this.rrset(name, TYPE.NS) !== undefined;
  }

  /** The delegation or DNAME nearest to the apex that hides `name`, which stands strictly below it. */
  #hiddenBy(name: Name): Name | undefined {
    for (let count = this.apex.labelCount; count < name.labelCount; count++) {
      const above = name.ancestor(count);
      if (this.isDelegation(above) || this.rrset(above, TYPE.DNAME) !== undefined) return above;
    }
    return undefined;
  }

  /** Which types stand at a name that exists, as NSEC and NSEC3 tell them, their own bits aside. */
  authoritativeTypes(name: Name): number[] {
    const types = this.rrsets(name).map(({ type }) => type);
    return this.isDelegation(name) ? types.filter((type) => type === TYPE.NS || type === TYPE.DS) : types;
  }

  find(name: Name): Finding {
    const hidden = this.#hiddenBy(name);
    if (hidden !== undefined) {
      return this.isDelegation(hidden) ? { kind: 'below cut', cut: hidden } : { kind: 'dname', owner: hidden };
    }
    if (this.exists(name)) return { kind: 'name', encloser: name, source: name };
    let encloser = name.parent();
    while (!this.exists(encloser)) encloser = encloser.parent();
    const source = wildcardUnder(encloser);
    if (source !== undefined && this.exists(source)) return { kind: 'wildcard', encloser, source };
    return { kind: 'no name', encloser };
  }

  /** The RRset with its signatures, none where the zone does not sign it: unsigned zone, delegation NS, glue. */
  sign(rrset: RRset): SignedRRset {
    let signed = this.#signed.get(rrset);
    if (signed === undefined) {
      signed = { ...rrset, signatures: this.#signaturesOver(rrset) };
      this.#signed.set(rrset, signed);
    }
    return signed;
  }

  #signaturesOver(rrset: RRset): Uint8Array[] {
    const glue = this.#hiddenBy(rrset.name) !== undefined;
    if (glue || (rrset.type === TYPE.NS && this.isDelegation(rrset.name))) return [];
    return this.signingKeys(rrset.type).map((key) => signatureOver(rrset, key, this.apex, this.window));
  }

  /** DNSKEY: by the active entry keys and by revoked ones (RFC 5011 section 2.1). All else: by the zone keys. */
  signingKeys(type: number): ZoneKey[] {
    const active = this.keys.filter(({ description }) => (description.state ?? 'active') === 'active');
    const inRole = (...roles: string[]) => active.filter(({ description }) => roles.includes(description.role));
    if (type === TYPE.DNSKEY) {
      const revoked = this.keys.filter(({ description }) => description.state === 'revoked');
      const entry = inRole('ksk', 'csk');
      return [...(entry.length > 0 ? entry : active), ...revoked];
    }
    const working = inRole('zsk', 'csk');
    return working.length > 0 ? working : active;
  }

  #fill(records: readonly ResourceRecord[]): void {
    for (const record of records) this.#add(record);
    if (this.signed) {
      const dnskeys = this.keys.map((key) => ({ ...apexRecord(this, TYPE.DNSKEY), rdata: key.rdata }));
      const parameters = nsec3Parameters(this.description.denial ?? 'nsec');
      for (const record of dnskeys) this.#add(record);
      if (parameters !== undefined) this.#add({ ...apexRecord(this, TYPE.NSEC3PARAM), ttl: 0, rdata: parameters });
    }
    for (const owner of this.#owners.values()) {
      if (this.#hiddenBy(owner) !== undefined) continue;
      for (let count = owner.labelCount; count >= this.apex.labelCount; count--) {
        const name = owner.ancestor(count);
        this.#existing.set(name.key, name);
      }
    }
  }

  #add({ name, type, ttl, rdata }: ResourceRecord): void {
    if (!name.isAtOrBelow(this.apex)) throw new RangeError(`${name} is not in ${this.apex}`);
    this.#owners.set(name.key, name);
    const sets = this.#sets.get(name.key) ?? new Map<number, RRset>();
    this.#sets.set(name.key, sets);
    const set = sets.get(type);
    if (set?.rdatas.some((known) => equalOctets(known, rdata))) return;
    sets.set(type, { name, type, ttl: set?.ttl ?? ttl, rdatas: [...(set?.rdatas ?? []), rdata] });
  }
}

/** `*.` + the name, or undefined where that is too long to be one. */
function wildcardUnder(encloser: Name): Name | undefined {
  return encloser.wire.length + 2 <= 255 ? encloser.wildcardChild() : undefined;
}

export function zoneKeys(apex: Name, { sign = 13 }: ZoneDescription): ZoneKey[] {
  if (sign === 'unsigned') return [];
  const descriptions: readonly KeyDescription[] =
    typeof sign === 'number'
      ? [
          { algorithm: sign, role: 'ksk' },
          { algorithm: sign, role: 'zsk' },
        ]
      : sign;
  const keys = descriptions.map((description) => zoneKey(apex, description));
  if (!areDistinct(keys)) throw new RangeError(`two keys of ${apex} are one: tell them apart by label`);
  return keys;
}

/** RSA keys come out of a stock, so that two of them may be one. */
export function areDistinct(keys: readonly ZoneKey[]): boolean {
  return new Set(keys.map(({ rdata }) => rdata.join())).size === keys.length;
}

/** The keys a DS in the parent speaks of. */
export function entryKeys(apex: Name, description: ZoneDescription): ZoneKey[] {
  if (description.delegation === 'island') return [];
  return zoneKeys(apex, description).filter(({ description: { role, state = 'active', ds } }) => {
    return ds ?? (state === 'active' && role !== 'zsk');
  });
}

const DEFAULT_TTL = 300;

function apexRecord(zone: Zone, type: number): Omit<ResourceRecord, 'rdata'> {
  return { name: zone.apex, type, class: 1, ttl: zone.description.ttl ?? DEFAULT_TTL };
}

/** The records of the text, and a SOA, NS and server address where it has none. */
function ownRecords(apex: Name, description: ZoneDescription): ResourceRecord[] {
  const { records = '', ttl = DEFAULT_TTL } = description;
  const read = (text: string) => parseRecords(text, { origin: apex, ttl });
  const written = read(dedent(records));
  const has = (type: number) => written.some((record) => record.type === type && record.name.equals(apex));
  return [
    ...(has(TYPE.SOA) ? [] : read('@ SOA ns hostmaster 1 7200 3600 1209600 300')),
    ...(has(TYPE.NS) ? [] : serverRecords(apex, description)),
    ...written,
  ];
}

/** NS `ns.<zone>` and its address: in the zone itself, and as delegation and glue in its parent. */
function serverRecords(apex: Name, { serverAddress = '127.0.0.1', ttl = DEFAULT_TTL }: ZoneDescription) {
  return parseRecords(`@ NS ns\nns A ${serverAddress}`, { origin: apex, ttl });
}

/** What the parent says of a child zone: NS, glue, and DS unless it is unsigned or an island. */
export function delegationRecords(child: Zone, digestOf: (key: ZoneKey, type: number) => Uint8Array): ResourceRecord[] {
  const servers = child.rrset(child.apex, TYPE.NS)!;
  const records: ResourceRecord[] = servers.rdatas.map((rdata) => ({ ...apexRecord(child, TYPE.NS), rdata }));
  for (const server of servers.rdatas.map((rdata) => nameOf(rdata))) {
    if (!server.isAtOrBelow(child.apex)) continue;
    for (const type of [TYPE.A, TYPE.AAAA]) {
      const address = child.rrset(server, type);
      for (const rdata of address?.rdatas ?? []) {
        records.push({ name: server, type, class: 1, ttl: address!.ttl, rdata });
      }
    }
  }
  for (const key of entryKeys(child.apex, child.description)) {
    for (const digest of child.description.digests ?? [2]) {
      records.push({ ...apexRecord(child, TYPE.DS), rdata: digestOf(key, digest) });
    }
  }
  return records;
}

function nameOf(rdata: Uint8Array): Name {
  const labels: Uint8Array[] = [];
  for (let at = 0; rdata[at]! > 0; at += 1 + rdata[at]!) labels.push(rdata.subarray(at + 1, at + 1 + rdata[at]!));
  return Name.fromLabels(labels);
}

/** Text without the indentation its lines share, so that zones can be written inside indented code. */
function dedent(text: string): string {
  const lines = text.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const shared = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => line.slice(shared)).join('\n');
}
