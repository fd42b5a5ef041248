/** What the commands print in the person's language: its sentences, the chain of trust, how long it holds, the work. */
import type { WorkDone } from '../dnssec/lookup.ts';
import { createWords } from '../explain/words.ts';
import { type ChainLink, type LinkState, type Translate, translateBy } from '../explain.ts';
import english from '../locales/en/messages.json' with { type: 'json' };
import { CATALOGUES } from '../locales/languages.ts';
import { formatTime } from './text.ts';

/** For `explain` and its like. */
export interface Speech {
  readonly translate: Translate;
  readonly options: { readonly locale: string };
}

/** `language`: one of `LANGUAGES`. What it lacks is said in English. */
export async function speechIn(language: string): Promise<Speech> {
  const catalogue = language === 'en' ? english : { ...english, ...(await CATALOGUES[language]!()) };
  return { translate: translateBy(catalogue), options: { locale: language } };
}

/** What a line's state looks like before it. */
export const MARKS: Readonly<Record<LinkState, string>> = { good: 'ok', open: '--', broken: '!!', unknown: '??' };

/** A link a line, its details indented under it. */
export function chainLines(chain: readonly ChainLink[]): string[] {
  return chain.flatMap(({ state, title, details }) => [
    `${MARKS[state]}  ${title}`,
    ...details.map((detail) => `      ${detail}`),
  ]);
}

/** The time as programs write it, in every language. */
export function holdsLine(validUntil: number, { translate }: Speech): string {
  return translate('print_holds_until', formatTime(validUntil));
}

export function adviceLines(advice: readonly string[], { translate }: Speech): string[] {
  return advice.length === 0 ? [] : [translate('print_advice'), ...advice.map((line) => `- ${line}`)];
}

export function workLine(
  work: WorkDone,
  resolvers: readonly string[],
  { translate, options }: Speech,
  ms?: number,
): string {
  const words = createWords(translate, options.locale);
  const count = (key: string, number: number) => words.sayPlural(key, number, words.number(number));
  const facts = [
    count('print_questions', work.queries),
    count('print_rounds', work.roundTrips),
    count('print_signatures', work.signatureChecks),
  ];
  const done = ms === undefined ? words.say('print_work', ...facts) : words.say('print_work_ms', ...facts, ms);
  // Somebody who was asked and did not answer: the next step is the person's.
  if (resolvers.length === 0) return work.queries > 0 ? words.say('print_nobody_answered', done).text : done.text;
  return words.say('print_work_by', done, { text: resolvers.join(words.say('list_separator').text) }).text;
}
