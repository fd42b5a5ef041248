/**
 * What checks cost on the way to the resolver, in page loads and in memory (`npm run bench:network`; `--help`).
 * Compare counts and ratios, not the milliseconds.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { BrowserName } from '../test/browsers/drivers/browser.ts';
import { type LoadsRow, measureLoads, ROUND_TRIP_MS, STATES } from './bench/loads.ts';
import { type MemoryRow, measureMemory } from './bench/memory.ts';
import { DELAY_MS, measureRounds } from './bench/rounds.ts';
import { machineText, memoryRow, memoryText, pagesRow, pagesText, roundsText } from './bench/text.ts';
import { browsersFound, build } from './demo/prepare.ts';

const USAGE = `npm run bench:network -- [options]

  --rounds     only the rounds to the resolver, ours and a peer's
  --pages      only the page loads with and without the extension, in every browser found
  --memory     only what the background takes, and the processor time of a check
  --browser B  firefox or chromium alone
  --loads N    loads of each kind in each browser, 30 unless told otherwise
  --json       one object instead of tables

The servers, the browsers and this script share the machine. Where other work goes on, run it ahead of that:
  sudo chrt --rr 1 npm run bench:network`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'boolean', default: false },
      pages: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      browser: { type: 'string' },
      loads: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { browser, json } = values;
  const loads = Number(values.loads);
  if (values.help || !isBrowser(browser) || !Number.isSafeInteger(loads) || loads < 1) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const all = !values.rounds && !values.pages && !values.memory;
  const say = (text: string) => (json ? undefined : console.log(text));
  const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? 'unknown', load: loadavg()[0]! };
  say(machineText(machine));
  const rounds = all || values.rounds ? await measureRounds() : undefined;
  if (rounds !== undefined) say(roundsText(rounds));
  const browsers = all || values.pages || values.memory ? await prepareBrowsers(browser) : [];
  let pages: LoadsRow[] | undefined;
  if (all || values.pages) {
    say(pagesText(loads));
    const onRow = (row: LoadsRow) => say(pagesRow(row));
    pages = await measureLoads({ browsers, pages: ['verified', 'insecure'], states: STATES, loads, onRow });
  }
  let memory: MemoryRow[] | undefined;
  if (all || values.memory) {
    say(memoryText());
    memory = [];
    for (const name of browsers) {
      const row = await measureMemory(name);
      memory.push(row);
      say(memoryRow(row));
    }
  }
  if (!json) return;
  console.log(
    JSON.stringify({
      machine: { ...machine, loadAfter: loadavg()[0] },
      ...(rounds && { delayMs: DELAY_MS, rounds }),
      ...(pages && { roundTripMs: ROUND_TRIP_MS, pages }),
      ...(memory && { memory }),
    }),
  );
}

function isBrowser(name: string | undefined): name is BrowserName | undefined {
  return name === undefined || name === 'firefox' || name === 'chromium';
}

/** What is measured is what would be shipped now. */
async function prepareBrowsers(wanted: BrowserName | undefined): Promise<BrowserName[]> {
  await build();
  const found = browsersFound(wanted);
  if (found.length === 0) throw new Error('no browser on this machine: scripts/setup.sh --browsers installs one');
  return found;
}

await main();
