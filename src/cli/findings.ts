/** What the commands about people, payments and clients have in common: a session, one check, its report printed. */
import type { FindingsExplanation } from '../explain/people.ts';
import type { Findings, Judging } from '../people/published.ts';
import type { OneOrBatch, ResolverOptions } from './arguments/options.ts';
import type { CommandName } from './arguments/usage.ts';
import { type BatchLine, runBatch } from './batch.ts';
import type { ExitStatus } from './exit-status.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import { chainLines, holdsLine, MARKS, type Speech, workLine } from './sentences.ts';
import { openSession, type Terms } from './session.ts';
import { statsText } from './stats.ts';
import { joinLines } from './text.ts';

interface Command<Target, Report extends Findings> {
  readonly perform: (target: Target, judging: Judging) => Promise<Report>;
  /** A line of a batch; the fields that `session.ts` reads of every line aside. */
  readonly fields: readonly string[];
  readonly targetOf: (line: BatchLine) => Target;
  readonly text: (report: Report) => string;
  /** What `--json` prints: the report as it is, where left out. */
  readonly json?: (report: Report) => object;
  readonly status: (report: Report) => ExitStatus;
  /** After the report of one target is printed: files to write. */
  readonly finish?: (report: Report) => Promise<void>;
}

export async function performFindings<Target, Report extends Findings>(
  invocation: ResolverOptions & OneOrBatch<Target> & { readonly command: CommandName },
  surroundings: Surroundings,
  { perform, fields, targetOf, text, json: jsonOf = (report) => report, status, finish }: Command<Target, Report>,
): Promise<ExitStatus> {
  const session = await openSession(invocation, surroundings);
  const { command, allowSha1, speculate, json } = invocation;
  const { verifier } = session;
  const performOne = async (target: Target, terms: Terms): Promise<Report> => {
    const report = await perform(target, { ...terms, options: { allowSha1, speculate }, verifier });
    session.stats?.add(report.work);
    return report;
  };
  try {
    if ('batchFile' in invocation) {
      const worst = await runBatch(command, invocation.batchFile, surroundings, async (line) => {
        line.expectOnly(...fields, 'time', 'anchors', 'resolver');
        const report = await performOne(targetOf(line), session.termsOf(line));
        return { output: jsonOf(report), status: status(report) };
      });
      if (session.stats) surroundings.complain(statsText(session.stats.stats));
      return worst;
    }
    const report = await performOne(invocation.target, session.terms);
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
