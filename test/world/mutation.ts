/** What a mutation is; `mutations.ts` has the catalogue. */
import type { Message, Question } from '../../src/dns/message.ts';
import type { SignedRRset } from './signer.ts';
import type { World } from './world.ts';
import type { Zone } from './zone.ts';

/** One single change to a sound world. */
export interface Mutation {
  readonly name: string;
  /** What it does, in a sentence. */
  readonly does: string;
  /**
   * What a validator must make of an answer that rests on what was changed. `bogus` data is SERVFAIL for those who
   * ask with CD=0. `nothing`: the change must not matter to a validator.
   */
  readonly breaks: 'bogus' | 'insecure' | 'indeterminate' | 'nothing';
  /** Changes zone data: an RRset with its signatures, wherever it is served; undefined takes it away. */
  readonly rrset?: (signed: SignedRRset, zone: Zone, world: World) => SignedRRset | undefined;
  /** Changes one answer. Gives back the same object where it has nothing to change. */
  readonly message?: (message: Message, question: Question, world: World) => Message;
}
