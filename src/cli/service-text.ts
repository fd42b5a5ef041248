/** What `mail` and the commands for other services print: the verdict, each server, what stands beside, the zones. */
import type { ServiceExplanation } from '../explain.ts';
import type { MailReport, ServiceReport } from '../services/report.ts';
import { adviceLines, chainLines, holdsLine, MARKS, type Speech, workLine } from './sentences.ts';
import { joinLines } from './text.ts';

export function serviceText(
  title: string,
  report: MailReport | ServiceReport,
  explained: ServiceExplanation,
  speech: Speech,
): string {
  const { headline, why, peers, policies, advice, chain } = explained;
  const section = (lines: readonly string[]) => (lines.length === 0 ? [] : ['', ...lines]);
  return joinLines([
    title,
    headline,
    why,
    ...section(
      peers.flatMap(({ state, title, details }) => [
        `${MARKS[state]}  ${title}`,
        ...details.map((detail) => `      ${detail}`),
      ]),
    ),
    ...section(policies),
    ...section(adviceLines(advice, speech)),
    ...section(chainLines(chain)),
    '',
    holdsLine(report.validUntil, speech),
    workLine(report.work, report.resolvers, speech),
  ]);
}
