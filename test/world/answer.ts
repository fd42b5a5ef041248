/**
 * Answers as a validating recursive resolver gives them: from the right zone, aliases followed across zones, with
 * DO the signatures and exactly the denial records that RFC 4035 section 3.1.3 and RFC 5155 section 7.2 ask for.
 */
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import type { Message, Question } from '../../src/dns/message.ts';
import { Name, NameError } from '../../src/dns/name.ts';
import { parseNameRdata } from '../../src/dns/rdata.ts';
import type { Absence } from './denial.ts';
import { extendedError } from './messages.ts';
import type { Mutation } from './mutation.ts';
import { type RRset, recordsOf, type SignedRRset } from './signer.ts';
import type { World } from './world.ts';
import type { Finding, Zone } from './zone.ts';

export interface QueryFlags {
  /** DO: with DNSSEC records. */
  readonly dnssecOk: boolean;
  /** CD: bogus data is given out. */
  readonly checkingDisabled: boolean;
}

/** As in Unbound and BIND: no more aliases than this in one answer. */
const MAX_ALIASES = 11;
/** RFC 6672 section 2.2: a DNAME's substitution does not fit. */
const YXDOMAIN = 6;
/** RFC 8914 section 4. */
const EDE = { BOGUS: 6, NO_REACHABLE_AUTHORITY: 22, INVALID_QUERY_TYPE: 30 } as const;

/** What an answer is put together from. */
interface Draft {
  readonly answer: SignedRRset[];
  readonly authority: SignedRRset[];
  readonly zones: Set<Zone>;
  /** Mutations that changed something in it. */
  readonly touchedBy: Set<Mutation>;
  rcode: number;
  ede?: number;
}

export function answerQuestion(world: World, question: Question, flags: QueryFlags): Message {
  const draft: Draft = { answer: [], authority: [], zones: new Set(), touchedBy: new Set(), rcode: RCODE.NOERROR };
  if (question.type === TYPE.NXNAME) {
    // RFC 9824 section 3.5: never to be asked for.
    Object.assign(draft, { rcode: RCODE.FORMERR, ede: EDE.INVALID_QUERY_TYPE });
  } else resolve(world, question, draft);
  const sound = draftMessage(question, draft, flags, world);
  const message = world.mutations.reduce((current, mutation) => {
    const changed = mutation.message?.(current, question, world) ?? current;
    if (changed !== current) draft.touchedBy.add(mutation);
    return changed;
  }, sound);
  const broken = !flags.checkingDisabled && isBroken(world, draft);
  return broken ? failure(question, flags, EDE.BOGUS) : message;
}

function draftMessage(question: Question, draft: Draft, flags: QueryFlags, world: World): Message {
  if (draft.rcode === RCODE.SERVFAIL) return failure(question, flags, draft.ede);
  const secure = [...draft.zones].every((zone) => world.isSecure(zone));
  const records = (sets: readonly SignedRRset[]) =>
    sets.filter((set) => flags.dnssecOk || mayAppear(set, question)).flatMap((set) => recordsOf(set, flags.dnssecOk));
  return {
    ...emptyMessage(question, flags, draft.ede),
    authenticData: secure && !flags.checkingDisabled && flags.dnssecOk,
    rcode: draft.rcode,
    answer: records(draft.answer),
    authority: records(draft.authority),
  };
}

/** Without DO, DNSSEC records come only if they were asked for (RFC 3225 section 3, RFC 4035 section 3.2.1). */
function mayAppear({ type }: SignedRRset, question: Question): boolean {
  const dnssec = type === TYPE.NSEC || type === TYPE.NSEC3 || type === TYPE.RRSIG;
  return !dnssec || question.type === type || question.type === TYPE.ANY;
}

function emptyMessage(question: Question, { dnssecOk, checkingDisabled }: QueryFlags, ede?: number): Message {
  return {
    id: 0,
    response: true,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: true,
    authenticData: false,
    checkingDisabled,
    rcode: RCODE.NOERROR,
    question: [question],
    answer: [],
    authority: [],
    additional: [],
    edns: {
      udpPayloadSize: 1232,
      version: 0,
      dnssecOk,
      options: ede === undefined ? [] : [extendedError(ede, '')],
    },
  };
}

export function failure(question: Question, flags: QueryFlags, ede?: number): Message {
  return { ...emptyMessage(question, flags, ede), rcode: RCODE.SERVFAIL };
}

/** Would a validator between us and the data have refused it? True if a mutation broke the answer or its chain. */
function isBroken(world: World, draft: Draft): boolean {
  for (const zone of draft.zones) {
    for (let at: Zone | undefined = zone; at !== undefined; at = world.parentOf(at)) {
      serve(world, at, at.rrset(at.apex, TYPE.DNSKEY), draft);
      const parent = world.parentOf(at);
      if (parent !== undefined) serve(world, parent, parent.rrset(at.apex, TYPE.DS), draft);
    }
  }
  return [...draft.touchedBy].some(({ breaks }) => breaks === 'bogus' || breaks === 'indeterminate');
}

/** The RRset as it goes out: signed, and as the mutations leave it; undefined where there is none (any more). */
function serve(world: World, zone: Zone, rrset: RRset | undefined, draft: Draft): SignedRRset | undefined {
  return rrset && world.served(zone, rrset, (mutation) => draft.touchedBy.add(mutation));
}

function resolve(world: World, question: Question, draft: Draft): void {
  const { type } = question;
  let { name } = question;
  const seen = new Set<string>();
  while (!seen.has(name.key)) {
    seen.add(name.key);
    const zone = world.zoneFor(name, type);
    draft.zones.add(zone);
    const finding = zone.find(name);
    if (finding.kind === 'below cut' || (finding.kind === 'name' && isLame(zone, name, type))) {
      // A delegation to nowhere: there is no such zone in this world.
      Object.assign(draft, { rcode: RCODE.SERVFAIL, ede: EDE.NO_REACHABLE_AUTHORITY });
      return;
    }
    const target = answerFrom(world, zone, finding, name, type, draft);
    if (target === undefined) return;
    if (seen.size > MAX_ALIASES) Object.assign(draft, { rcode: RCODE.SERVFAIL });
    name = target;
  }
}

function isLame(zone: Zone, name: Name, type: number): boolean {
  return zone.isDelegation(name) && type !== TYPE.DS && type !== TYPE.NSEC;
}

/** Adds what `zone` says to the draft. Gives the name to go on with after an alias. */
function answerFrom(
  world: World,
  zone: Zone,
  finding: Exclude<Finding, { kind: 'below cut' }>,
  name: Name,
  type: number,
  draft: Draft,
): Name | undefined {
  switch (finding.kind) {
    case 'dname':
      return followDname(world, zone, finding.owner, name, draft);
    case 'no name':
      // RFC 9824 section 3.1: compact denial leaves RCODE at NOERROR.
      draft.rcode = zone.denial?.compact ? RCODE.NOERROR : RCODE.NXDOMAIN;
      addNegative(world, zone, { kind: 'no name', name, encloser: finding.encloser }, draft);
      return undefined;
    case 'name':
    case 'wildcard': {
      const expanded = finding.kind === 'wildcard';
      const wanted = rrsetsOf(zone, finding.source, type);
      const alias = wanted.length === 0 ? zone.rrset(finding.source, TYPE.CNAME) : undefined;
      const found = alias === undefined ? wanted : [alias];
      for (const rrset of found) {
        const served = expanded ? serveExpanded(world, zone, rrset, name, draft) : serve(world, zone, rrset, draft);
        if (served !== undefined) draft.answer.push(type === TYPE.RRSIG ? onlySignatures(served) : served);
      }
      const absence = { name, encloser: finding.encloser };
      if (found.length === 0) {
        addNegative(world, zone, { ...absence, kind: expanded ? 'wildcard no data' : 'no data' }, draft);
      } else if (expanded) {
        addProof(world, zone, { ...absence, kind: 'wildcard answer' }, draft);
      }
      return alias && aliasTarget(alias);
    }
  }
}

/** What answers a question of `type` at a name of the zone. */
function rrsetsOf(zone: Zone, name: Name, type: number): RRset[] {
  const nsec = zone.denial?.at(name);
  const all = [...zone.rrsets(name), ...(nsec?.type === TYPE.NSEC ? [nsec] : [])];
  if (type === TYPE.ANY || type === TYPE.RRSIG) return all;
  return all.filter((rrset) => rrset.type === type);
}

function onlySignatures({ name, ttl, signatures }: SignedRRset): SignedRRset {
  return { name, ttl, type: TYPE.RRSIG, rdatas: signatures, signatures: [] };
}

function aliasTarget(alias: RRset): Name | undefined {
  return parseNameRdata(alias.rdatas[0]!);
}

/** RFC 4035 section 3.1.3.3: a wildcard's RRset keeps its signature under the name asked for. */
function serveExpanded(world: World, zone: Zone, rrset: RRset, name: Name, draft: Draft): SignedRRset | undefined {
  // RFC 9824 section 3.3: compact denial goes with signatures for the name itself.
  if (zone.denial?.compact) return serve(world, zone, { ...rrset, name }, draft);
  const served = serve(world, zone, rrset, draft);
  return served && { ...served, name };
}

/** RFC 6672 section 3.1: the DNAME, and a CNAME made from it, which nobody signed. */
function followDname(world: World, zone: Zone, owner: Name, name: Name, draft: Draft): Name | undefined {
  const dname = zone.rrset(owner, TYPE.DNAME)!;
  const served = serve(world, zone, dname, draft);
  if (served !== undefined) draft.answer.push(served);
  const above = name.labels().slice(0, name.labelCount - owner.labelCount);
  let target: Name;
  try {
    target = Name.fromLabels([...above, ...aliasTarget(dname)!.labels()]);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    draft.rcode = YXDOMAIN;
    return undefined;
  }
  draft.answer.push({ name, type: TYPE.CNAME, ttl: dname.ttl, rdatas: [target.wire], signatures: [] });
  return target;
}

/** SOA and proof. The SOA's TTL is that of the negative answer (RFC 2308 section 3). */
function addNegative(world: World, zone: Zone, absence: Absence, draft: Draft): void {
  const soa = serve(world, zone, zone.soa, draft);
  if (soa !== undefined) draft.authority.push({ ...soa, ttl: zone.negativeTtl });
  addProof(world, zone, absence, draft);
}

function addProof(world: World, zone: Zone, absence: Absence, draft: Draft): void {
  for (const { rrset } of zone.denial?.proof(absence) ?? []) {
    const served = serve(world, zone, rrset, draft);
    // One record may prove two things, and come for two steps of an alias chain.
    const known = draft.authority.some(({ name, type }) => type === rrset.type && name.equals(rrset.name));
    if (served !== undefined && !known) draft.authority.push(served);
  }
}
