/** The frame of mutations that change single answers, and negative answers put together by hand. */
import { RCODE } from '../../src/dns/codes.ts';
import type { Message, Question } from '../../src/dns/message.ts';
import { isTarget, type Mutation, type Target } from './mutation.ts';
import { type RRset, recordsOf } from './signer.ts';
import type { World } from './world.ts';
import type { Zone } from './zone.ts';

export type Facts = Pick<Mutation, 'name' | 'does' | 'breaks'>;

export interface Asked {
  readonly question: Question;
  readonly world: World;
  /** The zone that answers. */
  readonly zone: Zone;
}

/** A mutation of the answer to one question; `change` gives undefined where there is nothing to change. */
export function ofAnswer(
  target: Target,
  facts: Facts,
  change: (message: Message, asked: Asked) => Message | undefined,
): Mutation {
  return {
    ...facts,
    message: (message, question, world) => {
      if (!isTarget(target, question)) return message;
      return change(message, { question, world, zone: world.zoneFor(question.name, question.type) }) ?? message;
    },
  };
}

/** A negative answer out of given records, each signed by the zone it comes with. */
export function negative(
  message: Message,
  rcode: number,
  parts: readonly (readonly [Zone, RRset | undefined])[],
): Message {
  const records = parts.flatMap(([zone, rrset]) => (rrset === undefined ? [] : recordsOf(zone.sign(rrset), true)));
  return { ...message, rcode, answer: [], authority: records };
}

export function nodata(message: Message, zone: Zone, ...proof: (RRset | undefined)[]): Message | undefined {
  if (proof.every((rrset) => rrset === undefined)) return undefined;
  return negative(message, RCODE.NOERROR, [[zone, zone.soa], ...proof.map((rrset) => [zone, rrset] as const)]);
}

export function nameError(message: Message, zone: Zone, proof: readonly RRset[]): Message {
  return negative(message, RCODE.NXDOMAIN, [
    [zone, zone.soa],
    ...[...new Set(proof)].map((rrset) => [zone, rrset] as const),
  ]);
}
