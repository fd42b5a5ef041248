/** What is told of the check itself: where the certificate came from, who was asked, when, and how much. */
import type { Report } from '../../report.ts';
import { byId, element, foreign } from '../dom.ts';
import type { Language } from '../language.ts';

const place = {
  section: byId('about', HTMLElement),
  count: byId('about-count', HTMLElement),
  facts: byId('facts', HTMLDListElement),
};

/** Undefined: there is no check to tell of. */
export function renderAbout(report: Report | undefined, provenance: string | undefined, language: Language): void {
  place.section.hidden = report === undefined;
  if (report === undefined) return;
  const { queries } = report.work;
  const when = language.time(report.checkedAt);
  place.count.textContent = language.plural('aboutCount', queries, language.number(queries), when);
  place.facts.replaceChildren(...factsOf(report, provenance, language));
}

function factsOf(report: Report, provenance: string | undefined, language: Language): HTMLElement[] {
  const { translate, date, number } = language;
  const { checkedAt, validUntil, resolvers, work } = report;
  const listed = resolvers.flatMap((url, i) => [...(i === 0 ? [] : [translate('list_separator')]), foreign(url)]);
  const rows: [string, readonly (Node | string)[]][] = [
    ...(provenance === undefined ? [] : [['factCertificate', [provenance]] as [string, string[]]]),
    ['factResolver', resolvers.length === 0 ? [translate('factResolverNone')] : listed],
    ['factChecked', [date(checkedAt)]],
    ['factHolds', [date(validUntil)]],
    ['factQuestions', [number(work.queries)]],
    ['factRounds', [number(work.roundTrips)]],
  ];
  return rows.flatMap(([label, value]) => [element('dt', {}, translate(label)), element('dd', {}, ...value)]);
}
