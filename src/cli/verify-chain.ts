/** `danelaw verify-chain`: a chain in a file, judged at a given time. Asks nobody. */
import { MAX_FILE_OCTETS } from '../chains/chain-file.ts';
import { type ChainReport, type ChainVerdict, checkChain } from '../chains/check-chain.ts';
import { joinOctets } from '../doh/body.ts';
import { explainChainReport } from '../explain/proof.ts';
import type { VerifyChainInvocation } from './arguments/chains.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { findingsText } from './findings.ts';
import { readAnchors, readCertificates, readFileOctets } from './inputs.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import type { Speech } from './sentences.ts';

export async function runVerifyChain(
  invocation: VerifyChainInvocation,
  surroundings: Surroundings,
): Promise<ExitStatus> {
  const { subject, certificateFile, pkixValid, allowSha1, json } = invocation;
  const [file, anchors, certificates] = await Promise.all([
    invocation.file === '-' ? readInput(surroundings) : readFileOctets('FILE', invocation.file, 'verify-chain'),
    readAnchors(invocation.anchorsFile, 'verify-chain'),
    certificateFile === undefined ? undefined : readCertificates('--cert', certificateFile, 'verify-chain'),
  ]);
  const report = await checkChain({
    file,
    now: invocation.time ?? Math.floor(surroundings.now()),
    anchors,
    options: { allowSha1 },
    ...(subject && { subject }),
    // Without the option nobody has said anything about PKIX.
    ...(certificates && { shown: { certificates, pkix: pkixValid ? ('valid' as const) : ('unknown' as const) } }),
  });
  surroundings.write(json ? jsonLine(report) : reportText(report, invocation.file, surroundings.speech));
  return STATUS[report.verdict];
}

/** As much as a chain can be long, and a little more, so that more is told as too much. */
async function readInput({ input }: Surroundings): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of input) {
    const octets = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    parts.push(octets);
    length += octets.length;
    if (length > MAX_FILE_OCTETS) break;
  }
  return joinOctets(parts);
}

const STATUS: Readonly<Record<ChainVerdict, ExitStatus>> = {
  verified: EXIT.good,
  secure: EXIT.good,
  mismatch: EXIT.bad,
  bogus: EXIT.bad,
  absent: EXIT.unprotected,
  insecure: EXIT.unprotected,
  unusable: EXIT.unprotected,
  unread: EXIT.unknown,
  indeterminate: EXIT.unknown,
  // What is given is no chain, or does not say what it is of.
  off: EXIT.usage,
};

function reportText(report: ChainReport, file: string, speech: Speech): string {
  const { translate, options } = speech;
  const subject = file === '-' ? translate('print_standard_input') : file;
  return findingsText(report, subject, explainChainReport(report, translate, options), speech);
}
