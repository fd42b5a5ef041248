/** `danelaw probe`: what can be had from a resolver. */
import { explainProbe } from '../explain.ts';
import { type ProbeReport, probeResolver } from '../probe.ts';
import type { ProbeInvocation } from './arguments/sites.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import { MARKS, type Speech } from './sentences.ts';
import { openSession } from './session.ts';
import { joinLines } from './text.ts';

export async function runProbe(invocation: ProbeInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const session = await openSession(invocation, surroundings);
  const { resolver, names, allowSha1, json } = invocation;
  try {
    const { now, anchors } = session.terms;
    const report = await probeResolver({
      ask: session.askDirectly(resolver),
      now,
      anchors,
      names,
      clock: () => performance.now(),
      options: { allowSha1 },
      verifier: session.verifier,
    });
    surroundings.write(json ? jsonLine({ resolver, ...report }) : probeText(resolver, report, surroundings.speech));
    return statusOf(report);
  } finally {
    await session.close();
  }
}

function probeText(resolver: string, report: ProbeReport, { translate, options }: Speech): string {
  const { headline, steps, latency } = explainProbe(report, translate, options.locale);
  return joinLines([
    `${report.result}: ${resolver}`,
    headline,
    '',
    ...steps.flatMap(({ state, text, detail }) => [
      `${MARKS[state]}  ${text}`,
      ...(detail === undefined ? [] : [`      ${detail}`]),
    ]),
    ...(latency === undefined ? [] : ['', latency]),
  ]);
}

function statusOf({ result }: ProbeReport): ExitStatus {
  switch (result) {
    case 'full':
      return EXIT.good;
    case 'enough':
    case 'lacking':
      return EXIT.bad;
    case 'unclear':
    case 'silent':
      return EXIT.unknown;
  }
}
