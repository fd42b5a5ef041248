/** Mutated messages through `decodeMessage`, and what decodes through all that reads a message's parts. */
import { decodeMessage, encodeMessage, extendedErrors, type Message } from '../../src/dns/message.ts';
import { formatRecord, parseRdata } from '../../src/dns/presentation.ts';
import { parseDnskey, parseDs, parseNameRdata, parseNsec, parseNsec3, parseSoa } from '../../src/dns/rdata.ts';
import { RRsets } from '../../src/dns/rrset.ts';
import { mutatedOctets } from './octets.ts';
import { type Random, randomFor } from './random.ts';
import { Tally } from './tally.ts';

/** A message of at most 64 KiB takes some milliseconds; this long is a fault. */
const CASE_LIMIT_MS = 1000;

export interface MessageRun {
  readonly seeds: readonly Uint8Array[];
  readonly seed: number;
  readonly cases: number;
  /** Index of the first. */
  readonly from?: number;
  /** Called before each case. */
  readonly progress?: (index: number) => void;
}

/** Counts by outcome: `decoded`, or the fault. */
export function fuzzMessages({ seeds, seed, cases, from = 0, progress = () => {} }: MessageRun): Tally {
  const tally = new Tally();
  for (let index = from; index < from + cases; index++) {
    progress(index);
    const random = randomFor(seed, index);
    const octets = mutatedOctets(random.pick(seeds), random.pick(seeds), random);
    const started = performance.now();
    try {
      tally.count(readAll(octets, random));
    } catch (error) {
      tally.fault(index, `exception: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const took = performance.now() - started;
    if (took > CASE_LIMIT_MS) tally.fault(index, `took ${Math.round(took)} ms`);
  }
  return tally;
}

/** Throws where something does that should not, or where what was read does not come back. */
function readAll(octets: Uint8Array, random: Random): string {
  const before = octets.slice();
  const decoded = decodeMessage(octets);
  if (Buffer.compare(before, octets) !== 0) throw new Error('decodeMessage wrote to its input');
  if (!decoded.ok) {
    if (!(decoded.offset >= 0 && decoded.offset <= octets.length)) throw new Error(`a fault at ${decoded.offset}`);
    return decoded.fault;
  }
  extendedErrors(decoded.message);
  // The rest costs more than decoding does, and is worth less each time.
  if (random.oneIn(8)) readParts(decoded.message);
  return 'decoded';
}

const PARSERS = [parseDnskey, parseDs, parseNameRdata, parseNsec, parseNsec3, parseSoa];

function readParts(message: Message): void {
  const octets = encodeMessage(message);
  const again = decodeMessage(octets);
  // Decompression may make a message longer than one may be.
  if (!again.ok) {
    if (again.fault !== 'message too long')
      throw new Error(`written and read again: ${again.fault} at ${again.offset}`);
  } else if (Buffer.compare(encodeMessage(again.message), octets) !== 0) {
    throw new Error('written, read and written again: not the same');
  }
  for (const section of [message.answer, message.authority, message.additional]) {
    new RRsets(section);
    for (const record of section) {
      for (const parse of PARSERS) parse(record.rdata);
      const text = formatRecord(record);
      const rdata = text.slice(text.indexOf(' IN ') + 4).replace(/^\S+ ?/, '');
      if (Buffer.compare(parseRdata(record.type, rdata), record.rdata) !== 0) throw new Error(`not the same: ${text}`);
    }
  }
}
