/** A whole private DNS, from its own root down: zones, trust anchors, and whoever asks gets an answer. */
import type { Ask } from '../../src/dns/ask.ts';
import { TYPE } from '../../src/dns/codes.ts';
import { decodeMessage, encodeMessage, encodeQuery, type Message, type Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { formatRecord } from '../../src/dns/presentation.ts';
import { answerQuestion, type QueryFlags } from './answer.ts';
import { delegationSigner } from './keys.ts';
import type { Mutation } from './mutation.ts';
import type { RRset, SignedRRset } from './signer.ts';
import { delegationRecords, entryKeys, Zone, type ZoneDescription } from './zone.ts';

/** Zones by name. A root zone is made up where none is given; every zone is delegated from the nearest above it. */
export type WorldDescription = Readonly<Record<string, ZoneDescription>>;

export interface WorldOptions {
  /** Epoch seconds: the time the signatures are made for. */
  readonly now: number;
}

export interface Asked {
  readonly name: string;
  readonly type: number;
}

export class World {
  readonly now: number;
  readonly zones: readonly Zone[];
  readonly mutations: readonly Mutation[];
  /** What came through `ask`, in order. */
  readonly log: Asked[] = [];
  readonly #byApex: ReadonlyMap<string, Zone>;

  constructor(now: number, zones: readonly Zone[], mutations: readonly Mutation[] = []) {
    this.now = now;
    this.zones = zones;
    this.mutations = mutations;
    this.#byApex = new Map(zones.map((zone) => [zone.apex.key, zone]));
  }

  /** The same world with one more thing wrong in it. This one stays as it is. */
  mutated(...mutations: Mutation[]): World {
    return new World(this.now, this.zones, [...this.mutations, ...mutations]);
  }

  zone(apex: string): Zone {
    const zone = this.#byApex.get(Name.parse(apex).key);
    if (zone === undefined) throw new RangeError(`no zone ${apex}`);
    return zone;
  }

  /** The zone that answers for a name; for DS the one above the cut (RFC 4035 section 3.1.4.1). */
  zoneFor(name: Name, type: number): Zone {
    for (let count = name.labelCount; count > 0; count--) {
      const zone = this.#byApex.get(name.ancestor(count).key);
      if (zone !== undefined && !(type === TYPE.DS && count === name.labelCount)) return zone;
    }
    return this.#byApex.get(Name.root.key)!;
  }

  parentOf(zone: Zone): Zone | undefined {
    return zone.apex.isRoot() ? undefined : this.zoneFor(zone.apex.parent(), TYPE.NS);
  }

  /** Is there an unbroken chain of DS from the root, mutations aside? */
  isSecure(zone: Zone): boolean {
    const parent = this.parentOf(zone);
    if (parent === undefined) return zone.signed;
    return zone.signed && parent.rrset(zone.apex, TYPE.DS) !== undefined && this.isSecure(parent);
  }

  /** An RRset of a zone, signed, as the mutations leave it. */
  served(zone: Zone, rrset: RRset, onChange: (mutation: Mutation) => void = () => {}): SignedRRset | undefined {
    let current: SignedRRset | undefined = zone.sign(rrset);
    for (const mutation of this.mutations) {
      if (current === undefined || mutation.rrset === undefined) continue;
      const before: SignedRRset = current;
      current = mutation.rrset(before, zone, this);
      if (current !== before) onChange(mutation);
    }
    return current;
  }

  /** Master-file lines that make a validator trust `apex`: DS of its entry keys, or with `DNSKEY` the keys themselves. */
  anchors(apex = '.', form: 'DS' | 'DNSKEY' = 'DS'): string {
    const zone = this.zone(apex);
    const keys = entryKeys(zone.apex, { ...zone.description, delegation: 'signed' });
    const lines = keys.map((key) => {
      const rdata = form === 'DS' ? delegationSigner(zone.apex, key.rdata, 2) : key.rdata;
      return formatRecord({ name: zone.apex, type: TYPE[form], class: 1, ttl: 3600, rdata });
    });
    return `${lines.join('\n')}\n`;
  }

  answer(question: Question, flags: QueryFlags = { dnssecOk: true, checkingDisabled: true }): Message {
    return answerQuestion(this, question, flags);
  }

  /** Octets in, octets out: what a server does with a message. Undefined for octets that are no query. */
  respond(octets: Uint8Array): Uint8Array | undefined {
    const decoded = decodeMessage(octets);
    if (!decoded.ok || decoded.message.response || decoded.message.question.length !== 1) return undefined;
    const { id, edns, checkingDisabled, recursionDesired, question } = decoded.message;
    const flags = { dnssecOk: edns?.dnssecOk ?? false, checkingDisabled };
    const message = this.answer(question[0]!, flags);
    const { edns: answered, ...plain } = { ...message, id, recursionDesired };
    // A query without EDNS gets an answer without it (RFC 6891 section 7), and no room for extended RCODEs.
    const encoded = encodeMessage(edns === undefined || answered === undefined ? plain : { ...plain, edns: answered });
    return this.mutations.reduce((current, mutation) => mutation.octets?.(current) ?? current, encoded);
  }

  /** The world as the core's own door to the network, over real octets but no network. */
  readonly ask: Ask = async (question) => {
    this.log.push({ name: question.name.toString(), type: question.type });
    const resolver = 'https://world.example/dns-query';
    const decoded = decodeMessage(this.respond(encodeQuery(question))!);
    if (decoded.ok) return { ok: true, resolver, message: decoded.message };
    const { fault, offset } = decoded;
    return { ok: false, failure: { code: 'malformed', resolver, fault, offset } };
  };
}

export function buildWorld(description: WorldDescription, { now }: WorldOptions): World {
  const described = new Map(Object.entries(description).map(([apex, zone]) => [Name.parse(apex).key, zone]));
  const apexes = Object.keys(description).map((apex) => Name.parse(apex));
  if (!described.has(Name.root.key)) apexes.push(Name.root);
  // Children first: what a parent publishes is taken from them.
  apexes.sort((a, b) => b.labelCount - a.labelCount);
  const built: Zone[] = [];
  for (const apex of apexes) {
    const isDelegatedHere = (child: Zone) =>
      child.apex.isBelow(apex) && !apexes.some((between) => between.isBelow(apex) && child.apex.isBelow(between));
    const delegations = built
      .filter(isDelegatedHere)
      .flatMap((child) => delegationRecords(child, (key, digest) => delegationSigner(child.apex, key.rdata, digest)));
    built.push(new Zone(apex, described.get(apex.key) ?? {}, now, delegations));
  }
  return new World(now, built.reverse());
}
