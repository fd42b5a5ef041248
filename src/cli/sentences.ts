/** What lookups and checks print alike: sentences from the English catalogue, the chain of trust, the work done. */
import type { WorkDone } from '../dnssec/lookup.ts';
import { type ChainLink, type LinkState, translateBy } from '../explain.ts';
import messages from '../locales/en/messages.json' with { type: 'json' };

export const translate = translateBy(messages);

/** What a line's state looks like before it. */
export const MARKS: Readonly<Record<LinkState, string>> = { good: 'ok', open: '--', broken: '!!', unknown: '??' };

/** A link a line, its details indented under it. */
export function chainLines(chain: readonly ChainLink[]): string[] {
  return chain.flatMap(({ state, title, details }) => [
    `${MARKS[state]}  ${title}`,
    ...details.map((detail) => `      ${detail}`),
  ]);
}

export function workLine(work: WorkDone, resolvers: readonly string[], ms?: number): string {
  const counts = [
    `${count(work.queries, 'question')} in ${count(work.roundTrips, 'round')}`,
    `${count(work.signatureChecks, 'signature')} checked`,
    ...(ms === undefined ? [] : [`${ms} ms`]),
  ];
  return `${counts.join(', ')}${resolvers.length > 0 ? `, by ${resolvers.join(', ')}` : ''}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
