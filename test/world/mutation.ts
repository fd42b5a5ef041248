/** What a mutation is. Those of zone data are in `data-mutations.ts`, those of single answers in `answer-mutations.ts`. */
import type { Message, Question } from '../../src/dns/message.ts';
import type { Name } from '../../src/dns/name.ts';
import type { SignedRRset } from './signer.ts';
import type { World } from './world.ts';
import type { Zone } from './zone.ts';

/** One single change to a sound world. */
export interface Mutation {
  readonly name: string;
  /** What it does, in a sentence. */
  readonly does: string;
  /**
   * What a validator must make of an answer that rests on what was changed. `bogus` and `indeterminate` data is
   * SERVFAIL for those who ask with CD=0. `nothing`: the change must not matter to a validator.
   */
  readonly breaks: 'bogus' | 'insecure' | 'indeterminate' | 'nothing';
  /** Changes zone data: an RRset with its signatures, wherever it is served; undefined takes it away. */
  readonly rrset?: (signed: SignedRRset, zone: Zone, world: World) => SignedRRset | undefined;
  /** Changes one answer. Gives back the same object where it has nothing to change. */
  readonly message?: (message: Message, question: Question, world: World) => Message;
  /** Changes the octets of every answer on their way out. */
  readonly octets?: (octets: Uint8Array) => Uint8Array;
}

/** Which RRset or question is meant. */
export interface Target {
  readonly name: Name;
  readonly type: number;
}

export function isTarget(target: Target, { name, type }: Target): boolean {
  return type === target.type && name.equals(target.name);
}
