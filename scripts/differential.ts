/**
 * `npm run differential`: random worlds judged by us and by real validators.
 *
 *   npm run differential -- --worlds 500 --seed S     that many worlds
 *   npm run differential -- --seed S --world 17       one of them again, with every answer; --world may be repeated
 *
 * Exit status: 0 no disagreement but listed ones, and each verdict often enough; 1 otherwise; 2 wrong usage.
 */
import { parseArgs } from 'node:util';
import { rcodeMnemonic, typeMnemonic } from '../src/dns/codes.ts';
import { type Judgement, runWorlds } from '../test/differential/batch.ts';
import {
  count,
  emptyTally,
  formatDisagreement,
  formatReply,
  formatTally,
  rareVerdicts,
} from '../test/differential/report.ts';

const WORLDS_PER_BATCH = 25;
/** With fewer the shares of the verdicts are chance. */
const ENOUGH_WORLDS = 100;
/** One question in so many goes to delv too, a process each. */
const DELV_ONE_IN = 10;

// The servers end with this process, but only where it ends by itself.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.error('usage: npm run differential -- [--seed S] [--worlds N [--from N] | --world N ...]');
    return 2;
  }
  const { seed, worlds, closely } = options;
  const tally = emptyTally();
  const start = Date.now();
  for (let at = 0; at < worlds.length; at += WORLDS_PER_BATCH) {
    const batch = worlds.slice(at, at + WORLDS_PER_BATCH);
    const before = tally.disagreements.length;
    const result = await runWorlds({ seed, worlds: batch, delvOneIn: closely ? 1 : DELV_ONE_IN });
    count(tally, result);
    for (const disagreement of tally.disagreements.slice(before)) console.log(`${formatDisagreement(disagreement)}\n`);
    for (const world of result.unserved) console.log(`not served: ${world}\n`);
    if (closely) for (const judgement of result.judgements) console.log(formatJudgement(judgement));
    const seconds = Math.round((Date.now() - start) / 1000);
    if (!closely)
      console.error(
        `${tally.worlds} of ${worlds.length} worlds, ${seconds} s, disagreements: ${tally.disagreements.length}`,
      );
  }
  console.log(`seed ${seed}, ${Math.round((Date.now() - start) / 1000)} s`);
  console.log(formatTally(tally));
  const rare = worlds.length < ENOUGH_WORLDS ? [] : rareVerdicts(tally);
  if (rare.length > 0) console.log(`too rare: ${rare.join(', ')}`);
  return tally.disagreements.length > 0 || rare.length > 0 ? 1 : 0;
}

interface Options {
  readonly seed: string;
  readonly worlds: readonly number[];
  /** Single worlds, shown in full. */
  readonly closely: boolean;
}

function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seed: { type: 'string', default: '1' },
        worlds: { type: 'string', default: '100' },
        from: { type: 'string', default: '0' },
        world: { type: 'string', multiple: true },
      },
    });
    const numbers = [values.worlds, values.from, ...(values.world ?? [])].map(Number);
    if (!numbers.every((number) => Number.isInteger(number) && number >= 0)) return undefined;
    const [amount, from, ...single] = numbers as [number, number, ...number[]];
    if (single.length > 0) return { seed: values.seed, worlds: single, closely: true };
    return { seed: values.seed, worlds: Array.from({ length: amount }, (_, i) => from + i), closely: false };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function formatJudgement({ question, ours, reply, unbound, delv }: Judgement): string {
  const lines = [
    `${question.name} ${typeMnemonic(question.type)}: ${ours.security} ${ours.rcode} ${JSON.stringify(ours.reason)}`,
    `  Unbound ${unbound.security} ${rcodeMnemonic(unbound.rcode)} ${unbound.explanation}; delv ${delv ?? 'not asked'}`,
    ...formatReply(reply).map((line) => `  > ${line}`),
  ];
  return lines.join('\n');
}
