/**
 * DNS messages, RFC 1035 section 4 with EDNS (RFC 6891).
 *
 * Reads one whole message of at most 65,535 octets: the header, exactly the counted records, nothing after them,
 * at most one OPT, which stands at the root. Writes without name compression, which every reader must accept.
 */
import { CLASS_IN, EDNS_OPTION, TYPE } from './codes.ts';
import { readRdata } from './layout.ts';
import type { Name } from './name.ts';
import { WireFault, type WireFaultCode, WireReader, WireWriter } from './wire.ts';

/** Octets of the largest message (RFC 8484 section 6). */
export const MAX_MESSAGE_OCTETS = 65_535;

export interface Question {
  readonly name: Name;
  readonly type: number;
  /** IN where left out. */
  readonly class?: number;
}

export interface ResourceRecord {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
  /** Seconds, 0 to 2^31-1. */
  readonly ttl: number;
  /** Uncompressed wire form, with the sender's letter case. */
  readonly rdata: Uint8Array;
}

export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

export interface Edns {
  readonly udpPayloadSize: number;
  readonly version: number;
  /** The DO bit (RFC 3225). */
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

export interface Message {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** All twelve bits, the EDNS part included (RFC 6891 section 6.1.3). */
  readonly rcode: number;
  readonly question: readonly Question[];
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** Without the OPT record, which is `edns`. */
  readonly additional: readonly ResourceRecord[];
  readonly edns?: Edns;
}

export type DecodeResult =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly fault: WireFaultCode; readonly offset: number };

/** One extended DNS error (RFC 8914); `text` is the resolver's and only for display, escaped. */
export interface ExtendedError {
  readonly code: number;
  readonly text: string;
}

export function decodeMessage(octets: Uint8Array): DecodeResult {
  try {
    return { ok: true, message: readMessage(octets) };
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    return { ok: false, fault: error.code, offset: error.offset };
  }
}

function readMessage(octets: Uint8Array): Message {
  if (octets.length > MAX_MESSAGE_OCTETS) throw new WireFault('message too long', MAX_MESSAGE_OCTETS);
  const reader = new WireReader(octets);
  const id = reader.u16();
  const flags = reader.u16();
  const counts = [reader.u16(), reader.u16(), reader.u16(), reader.u16()] as const;
  const question = Array.from({ length: counts[0] }, () => ({
    name: reader.name('pointers'),
    type: reader.u16(),
    class: reader.u16(),
  }));
  const answer = readRecords(reader, counts[1]);
  const authority = readRecords(reader, counts[2]);
  const rest = readRecords(reader, counts[3]);
  reader.expectEnd();
  const isOpt = (record: ResourceRecord) => record.type === TYPE.OPT;
  if (answer.some(isOpt) || authority.some(isOpt)) throw reader.fault('more than one OPT');
  const opts = rest.filter(isOpt);
  // RFC 6891 section 6.1.1: two or more OPT are a format error.
  if (opts.length > 1) throw reader.fault('more than one OPT');
  const opt = opts[0];
  const edns = opt && readEdns(opt, reader);
  return {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >>> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: (flags & 0xf) + (edns?.extendedRcode ?? 0) * 0x10,
    question,
    answer,
    authority,
    additional: opt ? rest.filter((record) => record !== opt) : rest,
    ...(edns && { edns: edns.edns }),
  };
}

/** The reader may know of a count of 65,535: records are read one by one, so a short message fails at once. */
function readRecords(reader: WireReader, count: number): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (let i = 0; i < count; i++) {
    const name = reader.name('pointers');
    const type = reader.u16();
    const recordClass = reader.u16();
    const rawTtl = reader.u32();
    // RFC 2181 section 8: a TTL with the top bit set counts as 0. OPT keeps its bits (RFC 6891 section 6.1.3).
    const ttl = rawTtl > 0x7fffffff && type !== TYPE.OPT ? 0 : rawTtl;
    const length = reader.u16();
    records.push({ name, type, class: recordClass, ttl, rdata: readRdata(reader, type, length) });
  }
  return records;
}

function readEdns(opt: ResourceRecord, message: WireReader): { edns: Edns; extendedRcode: number } {
  if (!opt.name.isRoot()) throw message.fault('OPT not at the root');
  // Read where it stands in the message, so that a fault is told by its place there.
  const start = opt.rdata.byteOffset - message.octets.byteOffset;
  const reader = new WireReader(message.octets, start, start + opt.rdata.length);
  const options: EdnsOption[] = [];
  while (reader.remaining > 0) options.push({ code: reader.u16(), data: reader.take(reader.u16()) });
  return {
    extendedRcode: opt.ttl >>> 24,
    edns: {
      udpPayloadSize: opt.class,
      version: (opt.ttl >>> 16) & 0xff,
      dnssecOk: (opt.ttl & 0x8000) !== 0,
      options,
    },
  };
}

/** The extended errors a message carries (RFC 8914 section 2). A closing NUL is not part of the text. */
export function extendedErrors(message: Message): ExtendedError[] {
  const errors: ExtendedError[] = [];
  for (const { code, data } of message.edns?.options ?? []) {
    if (code !== EDNS_OPTION.EXTENDED_ERROR || data.length < 2) continue;
    const text = new TextDecoder().decode(data.subarray(2)).replace(/\0+$/, '');
    errors.push({ code: data[0]! * 0x100 + data[1]!, text });
  }
  return errors;
}

/**
 * Does a resolver say by this code that its answer is its own policy and not what the zone holds? Blocked, Censored and
 * Filtered (RFC 8914 sections 4.16 to 4.18).
 */
export function isFilterNotice(code: number): boolean {
  return code >= 15 && code <= 17;
}

export function filterNotices(message: Message): ExtendedError[] {
  return extendedErrors(message).filter(({ code }) => isFilterNotice(code));
}

export function encodeMessage(message: Message): Uint8Array {
  const writer = new WireWriter();
  const bit = (set: boolean, value: number) => (set ? value : 0);
  writer.u16(message.id);
  writer.u16(
    bit(message.response, 0x8000) |
      (message.opcode << 11) |
      bit(message.authoritative, 0x0400) |
      bit(message.truncated, 0x0200) |
      bit(message.recursionDesired, 0x0100) |
      bit(message.recursionAvailable, 0x0080) |
      bit(message.authenticData, 0x0020) |
      bit(message.checkingDisabled, 0x0010) |
      (message.rcode & 0xf),
  );
  writer.u16(message.question.length).u16(message.answer.length).u16(message.authority.length);
  writer.u16(message.additional.length + (message.edns ? 1 : 0));
  for (const question of message.question) {
    writer
      .bytes(question.name.wire)
      .u16(question.type)
      .u16(question.class ?? CLASS_IN);
  }
  for (const section of [message.answer, message.authority, message.additional]) {
    for (const record of section) writeRecord(writer, record);
  }
  if (message.edns) writeEdns(writer, message.edns, message.rcode >>> 4);
  return writer.finish();
}

/** One record in uncompressed wire form. */
export function writeRecord(writer: WireWriter, record: ResourceRecord): void {
  writer.bytes(record.name.wire).u16(record.type).u16(record.class).u32(record.ttl);
  writer.u16(record.rdata.length).bytes(record.rdata);
}

function writeEdns(writer: WireWriter, edns: Edns, extendedRcode: number): void {
  const options = new WireWriter();
  for (const { code, data } of edns.options) options.u16(code).u16(data.length).bytes(data);
  const rdata = options.finish();
  writer.u8(0).u16(TYPE.OPT).u16(edns.udpPayloadSize);
  writer
    .u8(extendedRcode)
    .u8(edns.version)
    .u16(edns.dnssecOk ? 0x8000 : 0);
  writer.u16(rdata.length).bytes(rdata);
}

/** Octets an OPT record takes without options, and an option's code and length. */
const OPT_OCTETS = 11;
const OPTION_HEADER_OCTETS = 4;

/**
 * A query as the product sends it: id 0 (RFC 8484 section 4.1), RD, DO=1, CD=1 so that bogus data comes back for
 * our own validation (RFC 6840 section 5.9), padded to a multiple of `padTo` octets (RFC 8467 section 4.1).
 */
export function encodeQuery(question: Question, options: { padTo?: number; udpPayloadSize?: number } = {}): Uint8Array {
  const { padTo = 128, udpPayloadSize = 4096 } = options;
  const bare = 12 + question.name.wire.length + 4 + OPT_OCTETS + OPTION_HEADER_OCTETS;
  const padding = padTo > 0 ? (padTo - (bare % padTo)) % padTo : 0;
  return encodeMessage({
    id: 0,
    response: false,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: true,
    rcode: 0,
    question: [question],
    answer: [],
    authority: [],
    additional: [],
    edns: {
      udpPayloadSize,
      version: 0,
      dnssecOk: true,
      options: padTo > 0 ? [{ code: EDNS_OPTION.PADDING, data: new Uint8Array(padding) }] : [],
    },
  });
}
