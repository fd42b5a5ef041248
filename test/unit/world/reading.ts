/** What world tests look at: questions by text, and answers as lines of `owner type`. */
import { parseType, TYPE, typeMnemonic } from '../../../src/dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../../../src/dns/message.ts';
import { Name } from '../../../src/dns/name.ts';
import { formatRdata } from '../../../src/dns/presentation.ts';
import type { QueryFlags } from '../../world/answer.ts';
import type { World } from '../../world/world.ts';

/** Signature times are made for this moment: 2026-11-22 12:00 UTC. */
export const NOW = 1_795_348_800;

/** `www.example. A` */
export function question(text: string): Question {
  const [name, type] = text.split(' ');
  return { name: Name.parse(name!), type: parseType(type!)! };
}

export function ask(world: World, text: string, flags: Partial<QueryFlags> = {}): Message {
  return world.answer(question(text), { dnssecOk: true, checkingDisabled: true, ...flags });
}

/** `owner TYPE rdata` of each record that is no signature. */
export function records(section: readonly ResourceRecord[]): string[] {
  return section
    .filter(({ type }) => type !== TYPE.RRSIG)
    .map(({ name, type, rdata }) => `${name} ${typeMnemonic(type)} ${formatRdata(type, rdata)}`);
}

/** `owner TYPE` of each RRset, signatures aside. */
export function rrsets(section: readonly ResourceRecord[]): string[] {
  const plain = section.filter(({ type }) => type !== TYPE.RRSIG);
  return [...new Set(plain.map(({ name, type }) => `${name} ${typeMnemonic(type)}`))];
}

/** Owners of the NSEC or NSEC3 records of an answer, sorted. */
export function denials(message: Message): string[] {
  return message.authority
    .filter(({ type }) => type === TYPE.NSEC || type === TYPE.NSEC3)
    .map(({ name }) => name.toString())
    .sort();
}

/** `owner TYPE` of each signed RRset: what the RRSIG records say they cover. */
export function signed(section: readonly ResourceRecord[]): string[] {
  const covered = section
    .filter(({ type }) => type === TYPE.RRSIG)
    .map(({ name, rdata }) => `${name} ${typeMnemonic(rdata[0]! * 256 + rdata[1]!)}`);
  return [...new Set(covered)];
}
