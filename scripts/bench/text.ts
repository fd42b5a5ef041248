/** What the bench found, as tables for a person, the aims beside the figures. */
import { type LoadsRow, ROUND_TRIP_MS } from './loads.ts';
import type { MemoryRow } from './memory.ts';
import { RESOURCES } from './page-world.ts';
import { DELAY_MS, type RoundsRow } from './rounds.ts';
import type { Spread } from './spread.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  /** Processes that wanted a core, the average of the minute before. */
  readonly load: number;
}

export function machineText({ cores, processor, load }: Machine): string {
  return `${cores} cores (${processor}), load before: ${load.toFixed(1)}`;
}

export function roundsText(rounds: readonly RoundsRow[]): string {
  const lines = rounds.map(
    ({ case: name, questions, rounds: count, ms }) =>
      `${name.padEnd(40)} ${String(questions).padStart(9)} ${String(count).padStart(7)} ${ms.toFixed(1).padStart(9)} ${(ms / DELAY_MS).toFixed(2).padStart(8)}`,
  );
  return `
Rounds to a resolver that holds each answer back for ${DELAY_MS} ms, counted by its server

${''.padEnd(40)} questions  rounds        ms  x delay
${lines.join('\n')}`;
}

const AIMS = { warm: 0.02, cold: 0.05, headersHeldMs: 100 } as const;

/** What stands above the rows. */
export function pagesText(loads: number): string {
  return `
${loads} loads each of a page with ${RESOURCES} resources from three hosts, until its load event

  Simulated: links with ${ROUND_TRIP_MS} ms there and back to the sites and to the resolver alike, connecting, TLS and
  requests included; no limit of bandwidth, and no time for the browser's own lookup of addresses. All is HTTP/2.
  Connections to the sites are new in each load, nothing comes from the browser's cache.
  Cold: the extension knows nothing, root keys included. Warm: it was on the page before.
  idle: the same of an extension that listens to the same events and does nothing. asking: of one that besides sends
  the same questions and throws the answers away. noise: of two browsers without.
  held: ms from the page's first octet until its first line runs, less the same without.

${'browser'.padEnd(20)} ${'page'.padEnd(9)} ${'extension knows'.padEnd(29)} without  with      overhead         idle          asking        noise      aim         held  aim  asked
${''.padEnd(60)}   ms    ms   median    p90   median   p90  median    p90  median   p90            median   p90`;
}

export function pagesRow(row: LoadsRow): string {
  const aim = row.state === 'warm' ? AIMS.warm : AIMS.cold;
  const isMet = row.overhead.median <= aim && row.headersHeld.median <= AIMS.headersHeldMs;
  return [
    `${row.browser.padEnd(20)} ${row.page.padEnd(9)} ${row.state.padEnd(29)}`,
    row.without.median.toFixed(0).padStart(5),
    row.with.median.toFixed(0).padStart(5),
    ` ${percents(row.overhead)}`,
    ` ${percents(row.idleOverhead)}`,
    percents(row.askingOverhead),
    `${percents(row.noise)}`,
    `<= ${(aim * 100).toFixed(0)} %`,
    ` ${row.headersHeld.median.toFixed(0).padStart(5)} ${row.headersHeld.p90.toFixed(0).padStart(5)}`,
    `${AIMS.headersHeldMs}`,
    `${String(row.questions).padStart(5)}`,
    isMet ? 'met' : 'missed',
  ].join(' ');
}

export function memoryText(): string {
  return `
What the extension takes, before any check and after checks of as many different sites, all with TLSA that fits

  background: the page (Firefox) or worker (Chromium) alone, after a collection: about:memory's sum of its window;
    V8's heap and its buffers. process: that of the extension's pages, what it shares with others left out.
  ms of a check: processor time of that process since the row before, by the number of checks; whatever goes with one
    included (events, storage, toolbar), the browser's own processes not.

${'browser'.padEnd(12)} checks  background     process  ms of a check`;
}

export function memoryRow({ browser, after }: MemoryRow): string {
  const mebibytes = (octets: number) => `${(octets / 2 ** 20).toFixed(1)} MiB`.padStart(11);
  return after
    .map(({ checks, heapOctets, processOctets, msPerCheck }) =>
      [
        browser.padEnd(12),
        String(checks).padStart(6),
        mebibytes(heapOctets),
        mebibytes(processOctets),
        msPerCheck === undefined ? '' : msPerCheck.toFixed(0).padStart(14),
      ].join(' '),
    )
    .join('\n');
}

function percents({ median, p90 }: Spread): string {
  return [median, p90].map((share) => `${(share * 100).toFixed(1)} %`.padStart(7)).join(' ');
}
