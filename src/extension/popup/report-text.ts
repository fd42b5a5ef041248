/** The report as text, as JSON, and as the name of a file. */
import type { Report } from '../../report.ts';
import type { Language } from '../language.ts';

/** The report in words, as the command line prints it. */
export function reportText(report: Report, language: Language): string {
  const { headline, why, notes, chain, provenance } = language.explain(report);
  const { translate, date, number } = language;
  return [
    `${report.host}:${report.port}: ${report.verdict}`,
    headline,
    why,
    ...notes,
    '',
    ...chain.flatMap(({ kind, state, title, details }) => [
      `${title}: ${translate(`link_${kind}_${state}`)}`,
      ...details.map((detail) => `    ${detail}`),
    ]),
    '',
    ...(provenance === undefined ? [] : [provenance]),
    `${translate('factResolver')}: ${report.resolvers.join(', ') || translate('factResolverNone')}`,
    `${translate('factChecked')}: ${date(report.checkedAt)}`,
    `${translate('factHolds')}: ${date(report.validUntil)}`,
    `${translate('factQuestions')}: ${number(report.work.queries)}`,
    '',
  ].join('\n');
}

export function reportJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** A host may hold what a file's name may not. */
export function fileNameOf({ host, port }: Pick<Report, 'host' | 'port'>): string {
  return `${host.replace(/[^a-z0-9.-]/gi, '_')}-${port}.rfc9102`;
}
