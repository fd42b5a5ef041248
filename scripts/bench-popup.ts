/** From the click on the button to the verdict in the popup, and what moves after that (`npm run bench:popup`). */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { BrowserName } from '../test/browsers/drivers/browser.ts';
import { measurePopup, type PopupRow } from './bench/popup.ts';
import { machineText } from './bench/text.ts';
import { browsersFound, build } from './demo/prepare.ts';

const USAGE = `npm run bench:popup -- [options]

  --browser B   firefox or chromium alone
  --openings N  openings of each kind in each browser, 20 unless told otherwise
  --json        one object instead of a table`;

/** Of the median. */
const AIM_MS = 50;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      browser: { type: 'string' },
      openings: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { browser, json } = values;
  const openings = Number(values.openings);
  if (values.help || !isBrowser(browser) || !Number.isSafeInteger(openings) || openings < 1) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const say = (text: string) => (json ? undefined : console.log(text));
  const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? 'unknown', load: loadavg()[0]! };
  say(machineText(machine));
  // What is measured is what would be shipped now.
  await build();
  say(headText(openings));
  const rows: PopupRow[] = [];
  for (const name of browsersFound(browser)) {
    rows.push(...(await measurePopup(name, { openings, onRow: (row) => say(rowText(row)) })));
  }
  if (rows.length === 0) throw new Error('no browser on this machine: scripts/setup.sh --browsers installs one');
  if (json) console.log(JSON.stringify({ machine: { ...machine, loadAfter: loadavg()[0] }, aimMs: AIM_MS, rows }));
}

function headText(openings: number): string {
  return `
${openings} openings each, by the browser's own button: from the start of the popup's page to its first paint with the
verdict in it, by the browser's clock

  floor: a page of the extension's with one word in it, opened by the same button. asleep: the background had ended.
  shifts: the sum of Chromium's layout-shift over all openings. moved: openings after whose first paint anything of the
  popup came to stand elsewhere within a second.

${'browser'.padEnd(24)} ${'popup'.padEnd(17)} background  median     p90  aim         shifts  moved`;
}

function rowText({ browser, popup, background, firstPaintMs, layoutShift, moved, moves }: PopupRow): string {
  const { median, p90 } = firstPaintMs;
  const aim = popup === 'floor' ? '' : `${AIM_MS} ${median <= AIM_MS ? 'met' : 'missed'}`;
  return [
    `${browser.padEnd(24)} ${popup.padEnd(17)} ${background.padEnd(10)}`,
    `${median.toFixed(1).padStart(7)} ${p90.toFixed(1).padStart(7)}`,
    ` ${aim.padEnd(10)}`,
    (layoutShift === undefined ? '-' : layoutShift.toFixed(3)).padStart(7),
    String(moved).padStart(6),
    ...moves.map((move) => `\n  ${move}`),
  ].join(' ');
}

function isBrowser(name: string | undefined): name is BrowserName | undefined {
  return name === undefined || name === 'firefox' || name === 'chromium';
}

await main();
