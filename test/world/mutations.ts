/** Named single mutations of a sound world, each for one RRset or one question. */
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import type { Question } from '../../src/dns/message.ts';
import type { Name } from '../../src/dns/name.ts';
import { failure } from './answer.ts';
import type { Mutation } from './mutation.ts';
import type { RRset } from './signer.ts';

/** Which RRset is meant. */
export interface Target {
  readonly name: Name;
  readonly type: number;
}

const isTarget = (target: Target, { name, type }: RRset | Question) => type === target.type && name.equals(target.name);

/** `octets` with the lowest bit of the one at `index` the other way round; counted from the end if negative. */
function flipBit(octets: Uint8Array, index: number): Uint8Array {
  return octets.with(index, octets.at(index)! ^ 1);
}

export function flippedSignature(target: Target): Mutation {
  return {
    name: 'flipped bit in a signature',
    does: 'One bit of every signature over the RRset is flipped.',
    breaks: 'bogus',
    rrset: (signed) =>
      isTarget(target, signed)
        ? { ...signed, signatures: signed.signatures.map((signature) => flipBit(signature, -1)) }
        : signed,
  };
}

/** For every name at or below `name`; what its parent says of it can still be had. */
export function resolverFails(name: Name): Mutation {
  return {
    name: 'resolver fails',
    does: 'The resolver answers SERVFAIL to every question about the zone.',
    breaks: 'indeterminate',
    message: (message, question) => {
      const parentSide = question.type === TYPE.DS && question.name.equals(name);
      if (parentSide || !question.name.isAtOrBelow(name) || message.rcode === RCODE.SERVFAIL) return message;
      return failure(
        question,
        { dnssecOk: message.edns?.dnssecOk ?? false, checkingDisabled: message.checkingDisabled },
        22,
      );
    },
  };
}
