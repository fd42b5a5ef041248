/** The world the mutation tests mutate, and what they compare. */
import { TYPE } from '../../../src/dns/codes.ts';
import type { Message, ResourceRecord } from '../../../src/dns/message.ts';
import { formatRecord } from '../../../src/dns/presentation.ts';
import { parseRrsig, type Rrsig } from '../../../src/dns/rdata.ts';
import type { Mutation } from '../../world/mutation.ts';
import { buildWorld } from '../../world/world.ts';
import { ask, NOW, question } from './reading.ts';

const RECORDS = `
  www     A     192.0.2.1
  www     TXT   "here"
  *.wild  TXT   "expanded"
  own.wild TXT  "own"
  own.wild A    192.0.2.2
  alias   CNAME www
  moved   DNAME other.example.
`;

export const world = buildWorld(
  {
    '.': { sign: 8 },
    'example.': { denial: { optOut: true } },
    'zone.example.': { sign: 13, denial: 'nsec', records: RECORDS },
    'other.example.': { sign: 15, denial: 'nsec3', records: RECORDS },
    'rsa.example.': { sign: 8, records: 'www A 192.0.2.1' },
    'plain.example.': { sign: 'unsigned', records: 'www A 192.0.2.8' },
  },
  { now: NOW },
);

export const WWW = question('www.zone.example. A');

/** The questions whose answers a mutation may not touch unless they are meant. */
export const CONTROL = [
  'www.zone.example. A',
  'www.zone.example. TXT',
  'zone.example. DNSKEY',
  'zone.example. DS',
  'zone.example. SOA',
  'nothing.zone.example. A',
  'x.wild.zone.example. TXT',
  'alias.zone.example. A',
  'www.moved.zone.example. A',
  'www.other.example. A',
  'nothing.other.example. A',
  'plain.example. DS',
  'www.plain.example. A',
  'example. DNSKEY',
];

/** Control questions that get another answer with the mutation than without. */
export function touched(mutation: Mutation): string[] {
  const mutated = world.mutated(mutation);
  return CONTROL.filter((text) => lines(ask(mutated, text)) !== lines(ask(world, text)));
}

export function lines(message: Message): string {
  const { answer, authority, rcode, authenticData } = message;
  // ECDSA signatures differ each time they are made; the zone keeps what it made once.
  return [rcode, authenticData, ...[answer, ['--'], authority].flat().map(line)].join('\n');
}

export const line = (record: ResourceRecord | string) => (typeof record === 'string' ? record : formatRecord(record));

export function signatures(message: Message): Rrsig[] {
  return message.answer.filter(({ type }) => type === TYPE.RRSIG).map(({ rdata }) => parseRrsig(rdata)!);
}
