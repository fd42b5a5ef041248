/**
 * `npm run fuzz`: mutated messages through decoding, mutated chains through validation, mutated certificates and TLSA
 * rdata through DANE, and whole checks through resolvers that fail or lie.
 *
 *   npm run fuzz -- [--seed S] [--messages N] [--chains N] [--certificates N] [--checks N] [--from I]
 *
 * A case is told by seed and index: `--seed S --messages 0 --chains 1 --certificates 0 --checks 0 --from I` runs that
 * one again.
 * Certificates are new in each run, so their cases show their octets. Exit status 1 where a case went wrong.
 */
import { parseArgs } from 'node:util';
import { fuzzCertificates } from './fuzz/certificates.ts';
import { fuzzChains } from './fuzz/chains.ts';
import { fuzzMessages } from './fuzz/messages.ts';
import { fuzzResolvers } from './fuzz/resolvers.ts';
import { loadSeeds } from './fuzz/seeds.ts';
import type { Tally } from './fuzz/tally.ts';
import { startWatchdog } from './fuzz/watchdog.ts';

/** A case that has not ended after this long never will. */
const HANG_MS = 30_000;
const FAULTS_SHOWN = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    messages: { type: 'string', default: '1000000' },
    chains: { type: 'string', default: '20000' },
    certificates: { type: 'string', default: '200000' },
    checks: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
  },
});

function count(option: keyof typeof values): number {
  const number = Number(values[option]);
  if (!Number.isSafeInteger(number) || number < 0) {
    console.error(`fuzz: --${option} takes a number, not ${values[option]}`);
    process.exit(2);
  }
  return number;
}

function report(what: string, cases: number, started: number, tally: Tally): void {
  const seconds = (performance.now() - started) / 1000;
  console.log(`${what}: ${cases} cases in ${seconds.toFixed(1)} s, ${tally.faults.length} went wrong`);
  for (const line of tally.lines()) console.log(line);
  for (const { index, what: fault } of tally.faults.slice(0, FAULTS_SHOWN)) console.log(`case ${index}: ${fault}`);
  if (tally.faults.length > FAULTS_SHOWN) console.log(`and ${tally.faults.length - FAULTS_SHOWN} more`);
}

const [seed, messages, chains, from] = [count('seed'), count('messages'), count('chains'), count('from')];
const [certificates, checks] = [count('certificates'), count('checks')];
const seeds = await loadSeeds({ required: process.env['CI'] === 'true' });
if (seeds.remark !== undefined) console.log(seeds.remark);
const secure = seeds.chains.filter(({ security }) => security === 'secure').length;
console.log(
  `seed ${seed}: ${seeds.messages.length} messages and ${seeds.chains.length} chains (${secure} secure) to start from`,
);
const watchdog = startWatchdog(HANG_MS);
let started = performance.now();
const ofMessages = fuzzMessages({ seeds: seeds.messages, seed, cases: messages, from, progress: watchdog.beat });
report('messages', messages, started, ofMessages);
started = performance.now();
const ofChains = await fuzzChains({ chains: seeds.chains, seed, cases: chains, from, progress: watchdog.beat });
report('chains', chains, started, ofChains);
started = performance.now();
const ofCertificates = await fuzzCertificates({ seed, cases: certificates, from, progress: watchdog.beat });
report('certificates', certificates, started, ofCertificates);
started = performance.now();
const ofChecks = await fuzzResolvers({ seed, cases: checks, from, progress: watchdog.beat });
report('checks', checks, started, ofChecks);
console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB resident at the end`);
await watchdog.stop();
process.exitCode = [ofMessages, ofChains, ofCertificates, ofChecks].some(({ faults }) => faults.length > 0) ? 1 : 0;
