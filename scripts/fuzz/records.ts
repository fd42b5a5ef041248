/** Replies changed record by record: what somebody on the way who knows DNS, but no key, would try. */
import { TYPE } from '../../src/dns/codes.ts';
import { decodeMessage, encodeMessage, type Message, type ResourceRecord } from '../../src/dns/message.ts';
import type { Name } from '../../src/dns/name.ts';
import type { Random } from './random.ts';

/** What there is to put into a reply. */
export interface Material {
  /** Replies of this chain and of others. */
  readonly octets: () => Uint8Array;
  readonly names: readonly Name[];
}

type Section = 'answer' | 'authority';
type Edit = (message: Message, random: Random, material: Material) => Message;

const sectionOf = (random: Random): Section => random.pick(['answer', 'authority']);

function withSection(message: Message, section: Section, records: readonly ResourceRecord[]): Message {
  return { ...message, [section]: records };
}

/** Changes one record of a section, into none, one or several. */
function onOne(change: (record: ResourceRecord, random: Random, material: Material) => ResourceRecord[]): Edit {
  return (message, random, material) => {
    const section = sectionOf(random);
    const records = message[section];
    if (records.length === 0) return message;
    const at = random.below(records.length);
    return withSection(
      message,
      section,
      records.flatMap((record, i) => (i === at ? change(record, random, material) : [record])),
    );
  };
}

function recordsFrom(octets: Uint8Array): readonly ResourceRecord[] {
  const decoded = decodeMessage(octets);
  return decoded.ok ? [...decoded.message.answer, ...decoded.message.authority] : [];
}

function without(message: Message, leaves: (record: ResourceRecord) => boolean): Message {
  return { ...message, answer: message.answer.filter(leaves), authority: message.authority.filter(leaves) };
}

const setIn = (rdata: Uint8Array, at: number, value: number) => (at < rdata.length ? rdata.with(at, value) : rdata);

const EDITS: readonly Edit[] = [
  onOne(() => []),
  onOne((record) => [record, record]),
  onOne((record, random) => [
    record,
    { ...record, rdata: setIn(record.rdata, random.below(record.rdata.length), random.below(256)) },
  ]),
  onOne((record, random, { names }) => [{ ...record, name: random.pick(names) }]),
  onOne((record, random, { names }) => [record, { ...record, name: random.pick(names) }]),
  onOne((record, random) => [{ ...record, ttl: random.pick([0, 1, 0x7fffffff]) }]),
  onOne((record, random) => [{ ...record, type: random.pick(Object.values(TYPE)) }]),
  onOne((record, random) => [{ ...record, class: random.pick([1, 3, 255]) }]),
  onOne((record, random, { names }) => [{ ...record, rdata: random.pick(names).wire }]),
  // The fields of an RRSIG before its signer's name: type covered, algorithm, labels, times, key tag.
  onOne((record, random) => [
    record.type === TYPE.RRSIG
      ? { ...record, rdata: setIn(record.rdata, random.below(18), random.below(256)) }
      : record,
  ]),
  // A wildcard's records under the name asked for, and the other way round.
  onOne((record) => [record.name.isRoot() ? record : { ...record, name: record.name.parent().wildcardChild() }]),
  (message, random, { octets }) => {
    const more = recordsFrom(octets());
    if (more.length === 0) return message;
    const section = sectionOf(random);
    const some = random.oneIn(2) ? more : [random.pick(more)];
    return withSection(
      message,
      section,
      random.oneIn(2) ? [...some, ...message[section]] : [...message[section], ...some],
    );
  },
  (message) => ({ ...message, answer: message.authority, authority: message.answer }),
  (message) => ({ ...message, answer: [...message.answer, ...message.authority], authority: [] }),
  (message) => ({ ...message, answer: [] }),
  (message) => ({ ...message, answer: [], authority: [] }),
  (message) => without(message, ({ type }) => type !== TYPE.RRSIG),
  (message) => without(message, ({ type }) => type !== TYPE.NSEC && type !== TYPE.NSEC3),
  (message) => without(message, ({ type }) => type !== TYPE.SOA),
  (message, random) => ({ ...message, rcode: random.pick([0, 0, 2, 3, 3, 5, 6]) }),
  (message) => ({ ...message, authenticData: !message.authenticData }),
];

/** Octets of the reply with one to four changes; the reply of another question in its place, now and then. */
export function mutatedRecords(octets: Uint8Array, random: Random, material: Material): Uint8Array {
  const decoded = decodeMessage(random.oneIn(12) ? material.octets() : octets);
  if (!decoded.ok) return octets;
  let { message } = decoded;
  for (let edits = 1 + random.below(4); edits > 0; edits--) message = random.pick(EDITS)(message, random, material);
  return encodeMessage(message);
}
