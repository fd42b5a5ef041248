/**
 * Whole chains as octets: the record streams of RFC 9102 section 2.3, of BIP-353 proofs, and of certificates that
 * carry one. Reads uncompressed records of class IN back to back, in any order, repeated or not, and nothing after
 * them; answers questions out of them, and so lets the validator judge them without a network.
 *
 * Walks ask for DS label by label, so a chain has to hold a denial of DS for a label that is no zone cut between two
 * zones.
 */
import type { Ask } from '../dns/ask.ts';
import { CLASS_IN, RCODE, TYPE } from '../dns/codes.ts';
import { readRdata } from '../dns/layout.ts';
import type { Message, Question, ResourceRecord } from '../dns/message.ts';
import { equalOctets, Name, NameError } from '../dns/name.ts';
import { parseNameRdata, parseRrsig } from '../dns/rdata.ts';
import { WireFault, type WireFaultCode, WireReader } from '../dns/wire.ts';
import { type LookupOutcome, lookup, type ValidatorInput } from './lookup.ts';

/** Octets of the longest chain that is read: an AuthenticationChain has a 16-bit length (RFC 9102 section 2.3). */
export const MAX_CHAIN_OCTETS = 0xffff;

/**
 * How the octets begin. `records`: at once with the first record (BIP-353, and RFC 9102 proofs in files).
 * `extension`: with the support lifetime of the TLS extension, with or without the length that its syntax names and
 * its examples lack. `certificate`: with port and support lifetime, as in certificates.
 */
export type ChainForm = 'records' | 'extension' | 'certificate';

export type ParsedChain =
  | {
      readonly ok: true;
      readonly form: ChainForm;
      readonly records: readonly ResourceRecord[];
      /** Only in a certificate. */
      readonly port?: number;
      /** Hours for which the server goes on to send chains; not in bare records. */
      readonly supportLifetimeHours?: number;
    }
  /** Where reading the octets as bare records failed. */
  | { readonly ok: false; readonly fault: WireFaultCode | 'no records' | 'class not IN'; readonly offset: number };

/** A chain in whichever form fits the octets exactly. */
export function parseChain(octets: Uint8Array): ParsedChain {
  if (octets.length > MAX_CHAIN_OCTETS + 4) {
    return { ok: false, fault: 'message too long', offset: MAX_CHAIN_OCTETS };
  }
  const bare = readRecords(octets, 0);
  const u16 = (offset: number) => octets[offset]! * 0x100 + octets[offset + 1]!;
  // The shortest record has eleven octets, so nothing this short is one.
  if (octets.length < 4)
    return { ok: false, fault: octets.length > 0 ? 'cut short' : 'no records', offset: octets.length };
  // With a length that is exactly right, four octets stand before the records.
  const sized = u16(2) === octets.length - 4 ? readRecords(octets, 4) : undefined;
  const inExtension = sized?.ok ? sized : readRecords(octets, 2);
  // A lifetime of 256 to 511 hours reads as one more label of the first owner too, and the other way round. The
  // right reading is the one in which that owner has more than one record, as every signed RRset has.
  const isExtension = inExtension.ok && (!bare.ok || (!hasCompany(bare.records) && hasCompany(inExtension.records)));
  if (isExtension) {
    return { ok: true, form: 'extension', records: inExtension.records, supportLifetimeHours: u16(0) };
  }
  // So does a port with a lifetime.
  const inCertificate = parseCertificateChain(octets);
  if (inCertificate.ok && (!bare.ok || (!hasCompany(bare.records) && hasCompany(inCertificate.records)))) {
    return inCertificate;
  }
  return bare.ok ? { ok: true, form: 'records', records: bare.records } : bare;
}

/** The form that certificates have, alone: port, support lifetime, records. */
export function parseCertificateChain(octets: Uint8Array): ParsedChain {
  if (octets.length > MAX_CHAIN_OCTETS + 4) return { ok: false, fault: 'message too long', offset: MAX_CHAIN_OCTETS };
  if (octets.length < 4) return { ok: false, fault: 'cut short', offset: octets.length };
  const read = readRecords(octets, 4);
  if (!read.ok) return read;
  const u16 = (offset: number) => octets[offset]! * 0x100 + octets[offset + 1]!;
  return { ok: true, form: 'certificate', records: read.records, port: u16(0), supportLifetimeHours: u16(2) };
}

/** Does the first record share its owner with another? */
function hasCompany([first, ...others]: readonly ResourceRecord[]): boolean {
  return first !== undefined && others.some(({ name }) => name.equals(first.name));
}

type ReadRecords =
  | { readonly ok: true; readonly records: readonly ResourceRecord[] }
  | Extract<ParsedChain, { ok: false }>;

function readRecords(octets: Uint8Array, from: number): ReadRecords {
  const reader = new WireReader(octets, from);
  const records: ResourceRecord[] = [];
  try {
    while (reader.remaining > 0) {
      const start = reader.offset;
      const record = readRecord(reader);
      if (record.class !== CLASS_IN) return { ok: false, fault: 'class not IN', offset: start };
      records.push(record);
    }
  } catch (error) {
    if (error instanceof WireFault) return { ok: false, fault: error.code, offset: error.offset };
    throw error;
  }
  return records.length > 0 ? { ok: true, records } : { ok: false, fault: 'no records', offset: from };
}

function readRecord(reader: WireReader): ResourceRecord {
  const name = reader.name('no pointers');
  const type = reader.u16();
  const recordClass = reader.u16();
  const rawTtl = reader.u32();
  const length = reader.u16();
  const rdata = reader.take(length);
  const start = reader.offset - length;
  // Decompression changes exactly what was compressed, and nothing may be (RFC 9102 section 2.3).
  if (!equalOctets(readRdata(new WireReader(reader.octets, start, reader.offset), type, length), rdata)) {
    throw new WireFault('pointer not allowed here', start);
  }
  // RFC 2181 section 8.
  return { name, type, class: recordClass, ttl: rawTtl > 0x7fffffff ? 0 : rawTtl, rdata };
}

/** What the answers of `chainAsk` name as their resolver. */
export const CHAIN_SOURCE = 'chain';

/** Signatures go with what they cover. */
function roleOf(record: ResourceRecord): number {
  return record.type === TYPE.RRSIG ? (parseRrsig(record.rdata)?.typeCovered ?? TYPE.RRSIG) : record.type;
}

const DENIALS: readonly number[] = [TYPE.NSEC, TYPE.NSEC3, TYPE.SOA];

/**
 * Answers every question out of `records`: what stands at the name, else the alias there or the DNAME above, with
 * every denial in the chain beside it for the validator to choose from. A question they say nothing to is
 * `not-recorded`, so that what a chain lacks is never taken for a proof.
 */
export function chainAsk(records: readonly ResourceRecord[]): Ask {
  const byName = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const group = byName.get(record.name.key);
    if (group) group.push(record);
    else byName.set(record.name.key, [record]);
  }
  const at = (name: Name, type: number) =>
    (byName.get(name.key) ?? []).filter((record) => type === TYPE.ANY || roleOf(record) === type);
  const authority = records.filter((record) => DENIALS.includes(roleOf(record)));
  return async ({ name, type }) => {
    const answer = answerFor(at, name, type);
    // The SOA alone denies nothing; it comes along for its TTL.
    const denies = authority.some((record) => roleOf(record) !== TYPE.SOA && mayConcern(record, name));
    if (answer.length === 0 && !denies) return { ok: false, failure: { code: 'not-recorded' } };
    return { ok: true, resolver: CHAIN_SOURCE, message: reply({ name, type }, answer, authority) };
  };
}

/** Is the denial's zone, which is at most one label above an NSEC3's owner, one that `name` can be in? */
function mayConcern(record: ResourceRecord, name: Name): boolean {
  const signer = record.type === TYPE.RRSIG ? parseRrsig(record.rdata)?.signer : undefined;
  return signer !== undefined && name.isAtOrBelow(signer);
}

type RecordsAt = (name: Name, type: number) => ResourceRecord[];

/** The records of the question's type, at the end of as long an alias chain as there is. */
function answerFor(at: RecordsAt, name: Name, type: number): ResourceRecord[] {
  const answer: ResourceRecord[] = [];
  const seen = new Set<string>();
  let owner: Name | undefined = name;
  while (owner !== undefined && !seen.has(owner.key)) {
    seen.add(owner.key);
    const found = at(owner, type);
    if (found.length > 0) return [...answer, ...found];
    const { records, target } = aliasAt(at, owner);
    answer.push(...records);
    // RFC 9102 section 2.3: DS and DNSKEY are of the name itself, whatever it is an alias of.
    owner = type === TYPE.DS || type === TYPE.DNSKEY ? undefined : target;
  }
  return answer;
}

function aliasAt(at: RecordsAt, owner: Name): { records: ResourceRecord[]; target: Name | undefined } {
  const cname = at(owner, TYPE.CNAME);
  const signed = cname.some((record) => record.type === TYPE.RRSIG);
  for (let count = owner.labelCount - 1; !signed && count >= 0; count--) {
    const dname = at(owner.ancestor(count), TYPE.DNAME);
    const substitute = targetIn(dname, TYPE.DNAME);
    if (dname.length > 0) return { records: dname, target: substitute && substituted(owner, count, substitute) };
  }
  return { records: cname, target: targetIn(cname, TYPE.CNAME) };
}

function targetIn(records: readonly ResourceRecord[], type: number): Name | undefined {
  const record = records.find((candidate) => candidate.type === type);
  return record && parseNameRdata(record.rdata);
}

/** RFC 6672 section 2.2; undefined where it gets too long. */
function substituted(owner: Name, dnameLabels: number, target: Name): Name | undefined {
  try {
    return Name.fromLabels([...owner.labels().slice(0, owner.labelCount - dnameLabels), ...target.labels()]);
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

function reply(question: Question, answer: readonly ResourceRecord[], authority: readonly ResourceRecord[]): Message {
  return {
    id: 0,
    response: true,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: true,
    rcode: RCODE.NOERROR,
    question: [question],
    answer,
    authority,
    additional: [],
  };
}

/** Validates what a chain says of `name` and `type`, offline. Never rejects. */
export function verifyChain(
  input: Omit<ValidatorInput, 'ask'> & {
    readonly records: readonly ResourceRecord[];
    readonly name: Name;
    readonly type: number;
  },
): Promise<LookupOutcome> {
  const { records, ...rest } = input;
  // All is here already, so nothing is to be asked ahead.
  return lookup({ ...rest, ask: chainAsk(records), options: { ...rest.options, speculate: false } });
}
