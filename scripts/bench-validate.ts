/**
 * What a validation costs (`npm run bench:validate`): the recorded chain of cloudflare.com A, judged at its own
 * clock, ours cold and with zone keys cached, beside the floor (its six signature checks alone, keys imported each
 * time, in parallel) and beside two peers. Blocks after a warm-up, medians of rounds; compare the ratios, not the
 * milliseconds. It is bundled first, as what is shipped is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Ask } from '../src/dns/ask.ts';
import { TYPE } from '../src/dns/codes.ts';
import { fromBase64 } from '../src/dns/encodings.ts';
import { decodeMessage } from '../src/dns/message.ts';
import { Name } from '../src/dns/name.ts';
import type { Dnskey } from '../src/dns/rdata.ts';
import { SignatureVerifier } from '../src/dnssec/algorithms.ts';
import { ROOT_ANCHORS } from '../src/dnssec/anchors.ts';
import { lookup } from '../src/dnssec/lookup.ts';
import { ZoneCache } from '../src/dnssec/zone-cache.ts';
import { bnsChain } from './bench/bns.ts';
import type { RecordedReply } from './bench/recording.ts';
import { relaycorpChain } from './bench/relaycorp.ts';

const RECORDING = resolve('../shared/vectors/real/d3-cloudflare.com-A-20260421.jsonl');
const CLOCK = Date.parse('2026-04-21T16:00:32Z') / 1000;
const BLOCK = 200;
const WARM_UP = 50;
const ROUNDS = 3;

type Contender = () => Promise<void>;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  if (!existsSync(RECORDING)) {
    console.error('bench:validate needs the recorded chains in ../shared/vectors/real, which are not here.');
    process.exit(2);
  }
  const replies = readRecording();
  const contenders: Record<'coldMs' | 'cachedMs' | 'floorMs' | 'relaycorpMs' | 'bnsMs', Contender> = {
    coldMs: cold(replies),
    cachedMs: await cached(replies),
    floorMs: await floor(replies),
    relaycorpMs: await relaycorpChain(replies, CLOCK),
    bnsMs: await bnsChain(replies, CLOCK),
  };
  const rounds: Record<string, number[]> = {};
  for (const contender of Object.values(contenders)) await repeat(contender, WARM_UP);
  // Round by round, so that a slow moment of the machine falls on every contender.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      const times = await repeat(contender, BLOCK);
      rounds[name] = [...(rounds[name] ?? []), median(times)];
    }
  }
  const medians = Object.fromEntries(Object.entries(rounds).map(([name, times]) => [name, median(times)]));
  if (values.json) {
    console.log(JSON.stringify(medians));
    return;
  }
  const floorMs = medians['floorMs']!;
  console.log(`cloudflare.com A, recorded; medians of ${ROUNDS} rounds of ${BLOCK}, after ${WARM_UP} to warm up\n`);
  for (const [name, ms] of Object.entries(medians)) {
    console.log(
      `${name.replace('Ms', '').padEnd(10)} ${ms.toFixed(3).padStart(9)} ms  ${(ms / floorMs).toFixed(2).padStart(7)} x floor`,
    );
  }
}

function readRecording(): RecordedReply[] {
  return readFileSync(RECORDING, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.kind === 'response')
    .map((entry) => ({ qname: entry.qname, qtype: entry.qtype, octets: fromBase64(entry.wire_b64)! }));
}

/** Decodes on every question: reading the wire is part of the work. */
function askOf(replies: readonly RecordedReply[]): Ask {
  const octetsOf = new Map(replies.map((reply) => [`${reply.qtype} ${Name.parse(reply.qname).key}`, reply.octets]));
  return async ({ name, type }) => {
    const octets = octetsOf.get(`${type} ${name.key}`);
    const decoded = octets && decodeMessage(octets);
    if (!decoded?.ok) return { ok: false, failure: { code: 'not-recorded' } };
    return { ok: true, message: decoded.message, resolver: 'recording' };
  };
}

const QUESTION = { name: Name.parse('cloudflare.com.'), type: TYPE.A, now: CLOCK, anchors: ROOT_ANCHORS };

async function expectSecure(outcome: ReturnType<typeof lookup>): Promise<void> {
  const { security, reason } = await outcome;
  if (security !== 'secure') throw new Error(`not secure: ${JSON.stringify(reason)}`);
}

function cold(replies: readonly RecordedReply[]): Contender {
  const ask = askOf(replies);
  return () => expectSecure(lookup({ ...QUESTION, ask, verifier: new SignatureVerifier() }));
}

async function cached(replies: readonly RecordedReply[]): Promise<Contender> {
  const ask = askOf(replies);
  const shared = { ask, verifier: new SignatureVerifier(), zoneCache: new ZoneCache() };
  await expectSecure(lookup({ ...QUESTION, ...shared }));
  return () => expectSecure(lookup({ ...QUESTION, ...shared }));
}

/** The checks that a cold validation makes, alone. */
async function floor(replies: readonly RecordedReply[]): Promise<Contender> {
  const checks: { key: Dnskey; signature: Uint8Array; data: Uint8Array }[] = [];
  class Recorder extends SignatureVerifier {
    override verify(key: Dnskey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
      checks.push({ key, signature, data });
      return super.verify(key, signature, data);
    }
  }
  await expectSecure(lookup({ ...QUESTION, ask: askOf(replies), verifier: new Recorder() }));
  if (checks.length !== 6) throw new Error(`${checks.length} signature checks, not 6`);
  return async () => {
    const results = await Promise.all(
      checks.map(({ key, signature, data }) => new SignatureVerifier().verify(key, signature, data)),
    );
    if (!results.every(Boolean)) throw new Error('a signature of the recording fails');
  };
}

async function repeat(contender: Contender, times: number): Promise<number[]> {
  const measured: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await contender();
    measured.push(performance.now() - start);
  }
  return measured;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

await main();
