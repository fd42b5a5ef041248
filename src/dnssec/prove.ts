/**
 * From lookups to a proof that stands by itself: the records they rest on, as one chain in the form of RFC 9102
 * section 2.3, and the same chain judged once more by nothing but what is in it.
 */
import type { Ask } from '../dns/ask.ts';
import { CLASS_IN, TYPE } from '../dns/codes.ts';
import { toCharacters } from '../dns/encodings.ts';
import { type Message, type ResourceRecord, writeRecord } from '../dns/message.ts';
import { compareOctets, type Name } from '../dns/name.ts';
import { parseRrsig } from '../dns/rdata.ts';
import { WireWriter } from '../dns/wire.ts';
import { MAX_CHAIN_OCTETS, parseChain, verifyChain } from './chain.ts';
import { type LookupOutcome, Validator, type ValidatorInput } from './lookup.ts';
import type { TraceStep } from './outcome.ts';

export interface ProveInput extends Omit<ValidatorInput, 'zoneCache'> {
  /** What was looked up, in that order. */
  readonly lookups: readonly { readonly name: Name; readonly type: number }[];
}

export interface Proven {
  readonly lookups: readonly LookupOutcome[];
  /** What they rest on, each record once: from what was asked for to the keys of the root. */
  readonly records: readonly ResourceRecord[];
  /** The signed ones of them as octets; empty where nothing is signed, or more than a chain can hold. */
  readonly chain: Uint8Array;
  /** Does the chain alone lead to the same as the lookups did? */
  readonly holds: boolean;
  /** The whole walk, from the trusted keys on. */
  readonly trace: readonly TraceStep[];
}

/** Never rejects. */
export async function proveLookups(input: ProveInput): Promise<Proven> {
  const messages: Message[] = [];
  const ask: Ask = async (question) => {
    const reply = await input.ask(question);
    if (reply.ok) messages.push(reply.message);
    return reply;
  };
  // Nothing ahead of need, and nothing taken for proven: all that is asked for belongs to the proof.
  const options = { ...input.options, speculate: false };
  const validator = new Validator({ ...input, ask, options });
  const lookups: LookupOutcome[] = [];
  for (const { name, type } of input.lookups) lookups.push(await validator.lookup(name, type));
  const evidence = inOrder(relevantRecords(messages));
  const records = evidence.map(({ record }) => record);
  const chain = encodeChain(signedOf(evidence));
  const trace = lookups.at(-1)?.trace ?? [];
  return { lookups, records, chain, holds: await stands(chain, lookups, input), trace };
}

/** A record, and the type it speaks of: a signature goes with what it covers. */
interface Evidence {
  readonly record: ResourceRecord;
  readonly subject: number;
}

const DENIALS: readonly number[] = [TYPE.NSEC, TYPE.NSEC3, TYPE.SOA];

/**
 * The answers, and of the rest what denies, each record once: a resolver may send name servers and their addresses
 * along, which prove nothing.
 */
function relevantRecords(messages: readonly Message[]): Evidence[] {
  const found = new Map<string, Evidence>();
  const add = (record: ResourceRecord, only?: readonly number[]): void => {
    const subject = record.type === TYPE.RRSIG ? (parseRrsig(record.rdata)?.typeCovered ?? TYPE.RRSIG) : record.type;
    if (record.class !== CLASS_IN || only?.includes(subject) === false) return;
    const key = `${record.type} ${record.name.key} ${toCharacters(record.rdata)}`;
    if (!found.has(key)) found.set(key, { record, subject });
  };
  for (const { answer, authority } of messages) {
    for (const record of answer) add(record);
    for (const record of authority) add(record, DENIALS);
  }
  return [...found.values()];
}

/** RFC 9102 section 2.3: the set asked for first, the root's keys last; each set before its signatures. */
function inOrder(evidence: readonly Evidence[]): Evidence[] {
  const keys = ({ subject }: Evidence) => subject === TYPE.DNSKEY || subject === TYPE.DS;
  const rank = (one: Evidence) => (one.subject === TYPE.TLSA ? 0 : keys(one) ? 2 : 1);
  return [...evidence].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      // From the leaf up: a zone's keys, then the DS in its parent that vouches for them.
      (keys(a) ? b.record.name.labelCount - a.record.name.labelCount : 0) ||
      compareOctets(a.record.name.wire, b.record.name.wire) ||
      b.subject - a.subject ||
      Number(a.record.type === TYPE.RRSIG) - Number(b.record.type === TYPE.RRSIG),
  );
}

/** Without what no signature covers: anybody could have put it there. */
function signedOf(evidence: readonly Evidence[]): ResourceRecord[] {
  const setOf = ({ record, subject }: Evidence) => `${subject} ${record.name.key}`;
  const covered = new Set(evidence.filter(({ record }) => record.type === TYPE.RRSIG).map(setOf));
  return evidence.filter((one) => covered.has(setOf(one))).map(({ record }) => record);
}

function encodeChain(records: readonly ResourceRecord[]): Uint8Array {
  const writer = new WireWriter();
  for (const record of records) writeRecord(writer, record);
  const octets = writer.finish();
  return octets.length > MAX_CHAIN_OCTETS ? new Uint8Array() : octets;
}

/** The chain as whoever gets it reads it, without a network. */
async function stands(chain: Uint8Array, lookups: readonly LookupOutcome[], input: ProveInput): Promise<boolean> {
  const parsed = parseChain(chain);
  if (!parsed.ok || lookups.length === 0) return false;
  for (const { name, type, security, result } of lookups) {
    const again = await verifyChain({ ...input, records: parsed.records, name, type });
    if (again.security !== security) return false;
    // What an unsigned zone answers is no part of a proof.
    if (security === 'secure' && again.result !== result) return false;
  }
  return true;
}
