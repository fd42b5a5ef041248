/** Mutations of every answer that must not matter to anybody: order, repetition, letter case. */
import type { Message, ResourceRecord } from '../../src/dns/message.ts';
import type { Mutation } from './mutation.ts';

/** Every section in another order, and some records twice. */
export function shuffledAndRepeated(seed: number): Mutation {
  const next = generator(seed);
  const disorder = (records: readonly ResourceRecord[]) => {
    const all = records.flatMap((record) => (next() % 3 === 0 ? [record, record] : [record]));
    return all
      .map((record) => ({ record, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ record }) => record);
  };
  return {
    name: 'shuffled and repeated',
    does: 'Records come in another order, and about every third comes twice.',
    breaks: 'nothing',
    message: (message: Message) => ({
      ...message,
      answer: disorder(message.answer),
      authority: disorder(message.authority),
    }),
  };
}

/**
 * Owner names in mixed case (RFC 4343). The octets are walked as our own encoder writes them, without compression;
 * the question stays as it is, and so does rdata, which signatures cover.
 */
export function mixedCase(seed: number): Mutation {
  const next = generator(seed);
  return {
    name: 'mixed case',
    does: 'About every second letter of the owner names is a capital.',
    breaks: 'nothing',
    octets: (octets) => {
      const changed = octets.slice();
      const view = new DataView(changed.buffer);
      const skipName = (from: number): number => {
        let at = from;
        while (changed[at] !== 0) at += 1 + changed[at]!;
        return at + 1;
      };
      let at = 12;
      for (let i = view.getUint16(4); i > 0; i--) at = skipName(at) + 4;
      for (let i = view.getUint16(6) + view.getUint16(8) + view.getUint16(10); i > 0; i--) {
        const end = skipName(at);
        for (let length = at; length < end - 1; length += 1 + changed[length]!) {
          for (let letter = length + 1; letter <= length + changed[length]!; letter++) {
            const octet = changed[letter]!;
            if (octet >= 0x61 && octet <= 0x7a && next() % 2 === 0) changed[letter] = octet - 0x20;
          }
        }
        at = end + 10 + view.getUint16(end + 8);
      }
      return changed;
    },
  };
}

/** Numbers of 31 bits that depend on nothing but the seed (a linear congruential generator). */
export function generator(seed: number): () => number {
  let state = (seed ^ 0x2545f491) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 1;
  };
}
