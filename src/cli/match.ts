/** `danelaw match`: a chain against TLSA records, both in files. Asks nobody, and takes the records as secure. */
import type { TlsaOutcome } from '../dane/outcome.ts';
import { judgeTlsa, type TlsaJudgement } from '../dane/tlsa.ts';
import { explainReason } from '../explain.ts';
import type { MatchInvocation } from './arguments/sites.ts';
import { type ExitStatus, statusOfVerdict } from './exit-status.ts';
import { readCertificates, readTlsa } from './inputs.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import type { Speech } from './sentences.ts';
import { alignColumns, joinLines } from './text.ts';

export async function runMatch(invocation: MatchInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { host, chainFile, tlsaFile, pkixValid, json } = invocation;
  const [certificates, records] = await Promise.all([
    readCertificates('--chain', chainFile, 'match'),
    readTlsa(tlsaFile),
  ]);
  const now = invocation.time ?? Math.floor(surroundings.now());
  const judgement = await judgeTlsa({
    records,
    evidence: {
      kind: 'full chain',
      source: 'file',
      // Without the option nobody has said anything about PKIX.
      pkix: pkixValid ? 'valid' : 'unknown',
      certificates,
      obtainedAt: now,
    },
    base: host,
    host,
    now,
  });
  surroundings.write(json ? jsonLine(matchJson(judgement)) : matchText(judgement, tlsaFile, surroundings.speech));
  return statusOfVerdict(judgement.verdict);
}

/** What `--json` prints. */
function matchJson({ reason }: TlsaJudgement): object {
  const matched = reason.code === 'matched' ? reason : undefined;
  return { match: matched !== undefined, usage: matched?.usage ?? null, depth: matched?.depth ?? null, reason };
}

function matchText(judgement: TlsaJudgement, tlsaFile: string, { translate, options }: Speech): string {
  const { reason, tlsa, chain, verdict } = judgement;
  const records = tlsa.map(({ usage, selector, matchingType, data, outcome }) => [
    [usage ?? '?', selector ?? '?', matchingType ?? '?'].join(' '),
    data.length > 24 ? `${data.slice(0, 24)}…` : data,
    outcomeText(outcome),
  ]);
  return joinLines([
    translate(verdict === 'verified' ? 'print_match' : 'print_no_match'),
    // There is no zone here that could prove anything.
    reason.code === 'tlsa-absent' ? translate('print_no_records', tlsaFile) : explainReason(reason, translate, options),
    ...(records.length > 0 ? ['', ...alignColumns(records)] : []),
    ...(chain.length > 0 ? ['', ...chain.map(({ depth, subject }) => `${depth}  ${subject}`)] : []),
  ]);
}

function outcomeText(outcome: TlsaOutcome): string {
  const { code, ...facts } = outcome;
  const values = Object.values(facts).map((fact) => (typeof fact === 'string' ? fact : JSON.stringify(fact)));
  return [code, ...values].join(': ');
}
