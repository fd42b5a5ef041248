/**
 * `npm test`: everything, in the order in which a fault is cheapest to find. All stages run even if an early one
 * fails, except after a failed set-up. Nothing is skipped in silence: a stage that cannot run has failed, and so has
 * a test that was not run. The closing line counts tests; a failed stage without tests counts as one.
 *
 *   npm test                      all stages
 *   npm test -- unit browsers     these only
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Stage {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly limitSeconds: number;
  /** Runs tests, and counts them. */
  readonly tests?: true;
  /** The rest makes no sense without it. */
  readonly vital?: true;
}

interface Outcome {
  readonly stage: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly remark: string;
}

const OVER_LIMIT = 'ended after';
/** Characters of a fault in the summary. */
const MOST_WORDS = 200;
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const REPORTS = mkdtempSync(join(tmpdir(), 'danelaw-test-'));
process.on('exit', () => rmSync(REPORTS, { recursive: true, force: true }));
const vitest = (name: string, limitSeconds: number, ...projects: readonly string[]): Stage => ({
  name,
  command: [
    'npx',
    ...['vitest', 'run', ...[name, ...projects].flatMap((project) => ['--project', project])],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath(name)}`],
  ],
  limitSeconds,
  tests: true,
});

const STAGES: readonly Stage[] = [
  { name: 'setup', command: ['bash', 'scripts/setup.sh'], limitSeconds: 600, vital: true },
  { name: 'types', command: ['npx', 'tsc', '--noEmit'], limitSeconds: 120 },
  { name: 'style', command: ['npx', 'biome', 'check', '.'], limitSeconds: 60 },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'], limitSeconds: 120 },
  {
    name: 'extension',
    command: ['npx', 'web-ext', 'lint', '--source-dir', 'dist/firefox', '--no-config-discovery'],
    limitSeconds: 120,
  },
  vitest('unit', 600),
  vitest('recorded', 120),
  vitest('servers', 600),
  vitest('browsers', 2100, 'browsers-alone'),
];

process.exitCode = await main(process.argv.slice(2));

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(`no such stage: ${unknown.join(', ')}. There are: ${STAGES.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const stages = STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const outcomes: Outcome[] = [];
  for (const stage of stages) {
    console.log(`\n== ${stage.name}: ${stage.command.join(' ')}`);
    const outcome = await runStage(stage);
    outcomes.push(outcome);
    if (stage.vital && !outcome.ok) break;
  }
  return summarize(stages, outcomes);
}

async function runStage(stage: Stage): Promise<Outcome> {
  const start = Date.now();
  let { status, remark } = await run(stage);
  if (stage.tests === true && remark.startsWith(OVER_LIMIT)) {
    // A worker of the test runner that never starts would else be taken for a fault of ours. Once, and said so.
    console.log(`${stage.name}: ${remark}; once more`);
    const again = await run(stage);
    status = again.status;
    remark = [`${remark}, once more`, again.remark].filter((text) => text !== '').join(': ');
  }
  const seconds = (Date.now() - start) / 1000;
  const base = { stage: stage.name, seconds };
  if (stage.tests !== true) {
    return { ...base, ok: status === 0, passed: 0, failed: status === 0 ? 0 : 1, remark };
  }
  const counted = countTests(reportPath(stage.name));
  if (counted === undefined) return { ...base, ok: false, passed: 0, failed: 1, remark: remark || 'no report' };
  // An error outside any test (an unhandled rejection) ends vitest with a status and no failed test.
  const failed = counted.failed === 0 && status !== 0 ? 1 : counted.failed;
  const skipped = counted.notRun > 0 ? `${counted.notRun} not run` : '';
  const { secondTime } = counted;
  const repeated = secondTime.length > 0 ? `passed only when run again: ${secondTime.join('; ')}` : '';
  return {
    ...base,
    ok: failed === 0 && counted.passed > 0,
    passed: counted.passed,
    failed: failed === 0 && counted.passed === 0 ? 1 : failed,
    remark: [remark, skipped, repeated].filter((text) => text !== '').join(', '),
  };
}

/** Its own process group, so that a stage that takes too long ends with all its children. */
function run({ command: [program, ...rest], limitSeconds }: Stage): Promise<{ status: number; remark: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    const endGroup = (signal: NodeJS.Signals) => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
    };
    let remark = '';
    const timers = [
      setTimeout(() => {
        remark = `${OVER_LIMIT} ${limitSeconds} s`;
        endGroup('SIGTERM');
      }, limitSeconds * 1000),
      setTimeout(() => endGroup('SIGKILL'), (limitSeconds + 10) * 1000),
    ];
    const interrupted = (signal: NodeJS.Signals) => {
      endGroup(signal);
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    const settle = (status: number, text: string) => {
      for (const timer of timers) clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      resolve({ status, remark: text });
    };
    child.once('error', (error) => settle(1, String(error)));
    child.once('exit', (status, signal) =>
      settle(status ?? 1, remark || (signal === null ? '' : `ended by ${signal}`)),
    );
  });
}

interface JsonReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      /** Of every run of the test, so that one that passed in the end may have some. */
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** A test that was skipped, by mark or because its set-up failed, was not passed: it counts as failed. */
function countTests(
  path: string,
): { passed: number; failed: number; notRun: number; secondTime: readonly string[] } | undefined {
  let report: JsonReport;
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as JsonReport;
  } catch (error) {
    console.error(`no report of the tests: ${String(error)}`);
    return undefined;
  }
  let passed = 0;
  let failed = 0;
  let notRun = 0;
  const secondTime: string[] = [];
  for (const { status, assertionResults } of report.testResults) {
    const before = failed + notRun;
    for (const test of assertionResults) {
      if (test.status === 'passed') {
        passed += 1;
        const [why] = test.failureMessages;
        if (why !== undefined) secondTime.push(`${test.fullName} (${firstLine(why)})`);
      } else if (test.status === 'failed') failed += 1;
      else notRun += 1;
    }
    // The file itself: it could not be loaded, or a hook failed after its tests.
    if (status === 'failed' && failed + notRun === before) failed += 1;
  }
  return { passed, failed: failed + notRun, notRun, secondTime };
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, MOST_WORDS);
}

function summarize(stages: readonly Stage[], outcomes: readonly Outcome[]): number {
  console.log('\n== summary');
  for (const { name, tests } of stages) {
    const outcome = outcomes.find(({ stage }) => stage === name);
    if (outcome === undefined) {
      console.log(`${name.padEnd(10)} NOT RUN`);
      continue;
    }
    const counts = tests === true ? `  ${outcome.passed} passed, ${outcome.failed} failed` : '';
    const remark = outcome.remark === '' ? '' : `  (${outcome.remark})`;
    console.log(
      `${name.padEnd(10)} ${outcome.ok ? 'ok    ' : 'FAILED'} ${outcome.seconds.toFixed(1).padStart(6)} s${counts}${remark}`,
    );
  }
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const failed = sum((outcome) => outcome.failed) + (stages.length - outcomes.length);
  console.log(`in all ${sum(({ seconds }) => seconds).toFixed(1)} s`);
  console.log(`${sum((outcome) => outcome.passed)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function reportPath(project: string): string {
  return join(REPORTS, `${project}.json`);
}
