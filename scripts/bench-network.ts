/**
 * What checks cost on the way to the resolver, in page loads and in memory (`npm run bench:network`; `--help`).
 * Compare counts and ratios, not the milliseconds.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { LOAD_TARGETS, type LoadsRow, measureLoads, ROUND_TRIP_MS, STATES } from './bench/loads.ts';
import { DELAY_MS, measureRounds } from './bench/rounds.ts';
import { machineText, pagesRow, pagesText, roundsText } from './bench/text.ts';
import { browsersFound, build } from './demo/prepare.ts';

const USAGE = `npm run bench:network -- [options]

  --rounds     only the rounds to the resolver, ours and a peer's
  --pages      only the page loads with and without the extension, in every browser found
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
      browser: { type: 'string' },
      loads: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { browser, json } = values;
  const loads = Number(values.loads);
  const isBrowser = browser === undefined || browser === 'firefox' || browser === 'chromium';
  if (values.help || !isBrowser || !Number.isSafeInteger(loads) || loads < 1) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const all = !values.rounds && !values.pages;
  const say = (text: string) => (json ? undefined : console.log(text));
  const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? 'unknown', load: loadavg()[0]! };
  say(machineText(machine));
  const rounds = all || values.rounds ? await measureRounds() : undefined;
  if (rounds !== undefined) say(roundsText(rounds));
  let pages: LoadsRow[] | undefined;
  if (all || values.pages) {
    await build();
    const names = browsersFound(browser);
    if (names.length === 0) throw new Error('no browser on this machine: scripts/setup.sh --browsers installs one');
    say(pagesText(loads));
    pages = await measureLoads({
      targets: LOAD_TARGETS.filter(({ name }) => names.includes(name)),
      pages: ['verified', 'insecure'],
      states: STATES,
      loads,
      onRow: (row) => say(pagesRow(row)),
    });
  }
  if (!json) return;
  console.log(
    JSON.stringify({
      machine: { ...machine, loadAfter: loadavg()[0] },
      ...(rounds && { delayMs: DELAY_MS, rounds }),
      ...(pages && { roundTripMs: ROUND_TRIP_MS, pages }),
    }),
  );
}

await main();
