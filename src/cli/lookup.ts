/** `danelaw lookup`: one validated lookup, or a batch of them. */
import { typeMnemonic } from '../dns/codes.ts';
import { decodeRecord } from '../dns/decoded.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { formatRdata } from '../dns/presentation.ts';
import { extendedErrorCode } from '../dnssec/extended-error.ts';
import type { LookupOutcome } from '../dnssec/lookup.ts';
import { lookupTwice } from '../dnssec/second-look.ts';
import { explainRecords } from '../explain/records.ts';
import { explainLookup } from '../explain.ts';
import type { LookupInvocation } from './arguments/sites.ts';
import { type LookupTarget, parseName, parseQueryType } from './arguments/targets.ts';
import { runBatch } from './batch.ts';
import { type ExitStatus, statusOfSecurity } from './exit-status.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import { chainLines, holdsLine, type Speech, workLine } from './sentences.ts';
import { openSession, type Terms } from './session.ts';
import { statsText } from './stats.ts';
import { alignColumns, joinLines } from './text.ts';
import { traceLines } from './trace.ts';

export async function runLookup(invocation: LookupInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const session = await openSession(invocation, surroundings);
  const { allowSha1, speculate, trace, json } = invocation;
  const perform = async ({ name, type }: LookupTarget, terms: Terms): Promise<TimedLookup> => {
    const started = performance.now();
    const input = { name, type, ...terms, options: { allowSha1, speculate }, verifier: session.verifier };
    const outcome = await lookupTwice(input, terms.secondLook);
    session.stats?.add(outcome.work);
    return { outcome, ms: Math.round(performance.now() - started) };
  };
  try {
    if ('batchFile' in invocation) {
      const status = await runBatch('lookup', invocation.batchFile, surroundings, async (line) => {
        line.expectOnly('name', 'type', 'time', 'anchors', 'resolver');
        const name = parseName(line.required('name'), '"name"');
        const type = parseQueryType(line.required('type'), '"type"');
        const done = await perform({ name, type }, session.termsOf(line));
        return { output: lookupJson(done, trace), status: statusOfSecurity(done.outcome.security) };
      });
      if (session.stats) surroundings.complain(statsText(session.stats.stats));
      return status;
    }
    const done = await perform(invocation.target, session.terms);
    const stats = session.stats?.stats;
    surroundings.write(
      json
        ? jsonLine({ ...lookupJson(done, trace), ...(stats && { stats }) })
        : lookupText(done, trace, surroundings.speech),
    );
    if (stats && !json) surroundings.complain(statsText(stats));
    return statusOfSecurity(done.outcome.security);
  } finally {
    await session.close();
  }
}

export interface TimedLookup {
  readonly outcome: LookupOutcome;
  readonly ms: number;
}

/** What `--json` prints. Fields are added, never changed. */
function lookupJson({ outcome, ms }: TimedLookup, trace: boolean): object {
  const { name, type, security, result, rcode, reason, zones, signatures, validUntil, work, resolvers } = outcome;
  return {
    name: name.toString(),
    type: typeMnemonic(type),
    security,
    rcode,
    result,
    answers: outcome.answers.map((record) => ({
      name: record.name.toString(),
      type: typeMnemonic(record.type),
      ttl: record.ttl,
      data: formatRdata(record.type, record.rdata),
      ...decodedField(record),
    })),
    reason,
    // The INFO-CODE of RFC 8914 that says the same, where one does.
    extendedError: extendedErrorCode(reason) ?? null,
    aliases: outcome.aliases.map(({ owner, target, ...alias }) => ({
      ...alias,
      owner: owner.toString(),
      target: target.toString(),
    })),
    zones,
    signatures,
    validUntil,
    resolvers,
    ...work,
    ms,
    ...(trace && { trace: outcome.trace }),
  };
}

/** The fields by name, of types that `lookup` also puts in words. */
function decodedField({ type, rdata }: ResourceRecord): object {
  const decoded = decodeRecord(type, rdata);
  if (decoded === undefined) return {};
  const { type: _, ...fields } = decoded;
  return { decoded: fields };
}

function lookupText({ outcome, ms }: TimedLookup, trace: boolean, speech: Speech): string {
  const { translate, options } = speech;
  const { name, type, security, answers, validUntil, work, resolvers } = outcome;
  const described = { ...outcome, name: name.toString(), type: typeMnemonic(type) };
  const { headline, why, chain } = explainLookup(described, translate, options);
  const rows = answers.map((record) => [
    record.name.toString(),
    String(record.ttl),
    typeMnemonic(record.type),
    formatRdata(record.type, record.rdata),
  ]);
  const inWords = explainRecords(outcome, translate, options);
  return joinLines([
    `${security}: ${name} ${typeMnemonic(type)}`,
    headline,
    why,
    ...(rows.length > 0 ? ['', ...alignColumns(rows)] : []),
    ...(inWords.length > 0 ? ['', ...inWords] : []),
    '',
    ...chainLines(chain),
    ...(trace ? ['', ...traceLines(outcome.trace)] : []),
    '',
    ...(validUntil > 0 && (security === 'secure' || security === 'insecure') ? [holdsLine(validUntil, speech)] : []),
    workLine(work, resolvers, speech, ms),
  ]);
}
