/** A finding as text, in the order in which the command line prints it. */
import type { LinkState } from '../../explain.ts';
import type { Language } from '../language.ts';
import type { Finding } from './finding.ts';

/** What a state looks like in text, where nothing else can show it. */
const MARKS: Readonly<Record<LinkState, string>> = { good: 'ok', open: '--', broken: '!!', unknown: '??' };

export function findingText(
  label: string,
  subject: string,
  finding: Finding,
  { translate, date, number }: Language,
): string {
  const { verdict, headline, why, notes, items, lines, advice, uri, facts } = finding;
  const parts = lines.flat().map(({ kind, state, title, facts: found }) => {
    const details = found.flatMap((one) => [...(one.title === undefined ? [] : [one.title]), ...one.details]);
    return [`${title}: ${translate(`link_${kind}_${state}`)}`, ...details.map((detail) => `    ${detail}`)];
  });
  return [
    `${label}: ${subject}: ${translate(`inspectorVerdict_${verdict}`)}`,
    headline,
    ...(why === '' ? [] : [why]),
    ...notes,
    ...items.flatMap(({ state, title, details }) => [
      '',
      `${MARKS[state]}  ${title}`,
      ...details.map((detail) => `      ${detail}`),
    ]),
    ...(uri === undefined ? [] : ['', uri]),
    ...(advice.length === 0 ? [] : ['', ...advice]),
    ...(parts.length === 0 ? [] : ['', ...new Set(parts.map((part) => part.join('\n')))]),
    ...(facts === undefined
      ? []
      : [
          '',
          `${translate('factResolver')}: ${facts.resolvers.join(', ') || translate('factResolverNone')}`,
          `${translate('factChecked')}: ${date(facts.checkedAt)}`,
          `${translate('factHolds')}: ${date(facts.validUntil)}`,
          `${translate('factQuestions')}: ${number(facts.work.queries)}`,
        ]),
    '',
  ].join('\n');
}
