/**
 * What checks cost on the way to the resolver (`npm run bench:network`, `--json`). Compare counts and ratios, not the
 * milliseconds.
 */
import { parseArgs } from 'node:util';
import { DELAY_MS, measureRounds } from './bench/rounds.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const rounds = await measureRounds();
  if (values.json) {
    console.log(JSON.stringify({ delayMs: DELAY_MS, rounds }));
    return;
  }
  console.log(`Rounds to a resolver that holds each answer back for ${DELAY_MS} ms, counted by its server\n`);
  console.log(`${''.padEnd(40)} questions  rounds        ms  x delay`);
  for (const { case: name, questions, rounds: count, ms } of rounds) {
    console.log(
      `${name.padEnd(40)} ${String(questions).padStart(9)} ${String(count).padStart(7)} ${ms.toFixed(1).padStart(9)} ${(ms / DELAY_MS).toFixed(2).padStart(8)}`,
    );
  }
}

await main();
