/** What the commands about people, payments and clients have in common: a session, one check, its report printed. */
import type { FindingsExplanation } from '../explain/people.ts';
import type { Findings, Judging } from '../people/published.ts';
import type { ResolverOptions } from './arguments/options.ts';
import type { CommandName } from './arguments/usage.ts';
import type { ExitStatus } from './exit-status.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import { chainLines, holdsLine, MARKS, type Speech, workLine } from './sentences.ts';
import { openSession } from './session.ts';
import { statsText } from './stats.ts';
import { joinLines } from './text.ts';

interface Command<Report extends Findings> {
  readonly perform: (judging: Judging) => Promise<Report>;
  readonly text: (report: Report) => string;
  /** What `--json` prints: the report as it is, where left out. */
  readonly json?: (report: Report) => object;
  readonly status: (report: Report) => ExitStatus;
  /** After the report is printed: files to write. */
  readonly finish?: (report: Report) => Promise<void>;
}

export async function performFindings<Report extends Findings>(
  invocation: ResolverOptions & { readonly command: CommandName },
  surroundings: Surroundings,
  { perform, text, json: jsonOf = (report) => report, status, finish }: Command<Report>,
): Promise<ExitStatus> {
  const session = await openSession(invocation, surroundings);
  const { allowSha1, speculate, json } = invocation;
  try {
    const report = await perform({ ...session.terms, options: { allowSha1, speculate }, verifier: session.verifier });
    session.stats?.add(report.work);
    const stats = session.stats?.stats;
    surroundings.write(json ? jsonLine({ ...jsonOf(report), ...(stats && { stats }) }) : text(report));
    if (stats && !json) surroundings.complain(statsText(stats));
    await finish?.(report);
    return status(report);
  } finally {
    await session.close();
  }
}

/** The verdict first, then what was found, then the chain of trust. */
export function findingsText(
  report: Findings & { readonly verdict: string },
  subject: string,
  { headline, why, items, notes, chain }: FindingsExplanation,
  speech: Speech,
  more: readonly string[] = [],
): string {
  return joinLines([
    `${report.verdict}: ${subject}`,
    headline,
    why,
    ...notes,
    ...items.flatMap(({ state, title, details }) => [
      '',
      `${MARKS[state]}  ${title}`,
      ...details.map((detail) => `      ${detail}`),
    ]),
    ...more,
    ...(chain.length > 0 ? ['', ...chainLines(chain)] : []),
    ...(report.lookups.length > 0
      ? ['', holdsLine(report.validUntil, speech), workLine(report.work, report.resolvers, speech)]
      : []),
  ]);
}
