/** Messages a resolver could send, for the tests of this room. */
import { CLASS_IN, TYPE } from '../../../src/dns/codes.ts';
import { encodeMessage, type Message, type Question, type ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { WireWriter } from '../../../src/dns/wire.ts';

export const QUESTION: Question = { name: Name.parse('www.example.com'), type: TYPE.A };

export function addressRecord(ttl: number, name = QUESTION.name): ResourceRecord {
  return { name, type: TYPE.A, class: CLASS_IN, ttl, rdata: Uint8Array.of(192, 0, 2, 1) };
}

export function soaRecord(ttl: number, minimum: number): ResourceRecord {
  const writer = new WireWriter().u8(0).u8(0).u32(1).u32(2).u32(3).u32(4).u32(minimum);
  return { name: Name.parse('example.com'), type: TYPE.SOA, class: CLASS_IN, ttl, rdata: writer.finish() };
}

export function response(changes: Partial<Message> = {}): Message {
  return {
    id: 0,
    response: true,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: true,
    authenticData: false,
    checkingDisabled: true,
    rcode: 0,
    question: [QUESTION],
    answer: [addressRecord(300)],
    authority: [],
    additional: [],
    ...changes,
  };
}

export function responseOctets(changes: Partial<Message> = {}): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encodeMessage(response(changes)));
}
