/** `danelaw check`: the DANE check of a site, or a batch of them, over a TLS connection of its own. */
import { checkSite } from '../check.ts';
import type { CertificateEvidence } from '../dane/evidence.ts';
import { explain, explainExpiry } from '../explain.ts';
import type { ExpiryWarning, Report } from '../report.ts';
import type { CheckInvocation } from './arguments/sites.ts';
import { parsePort, parseSite, type SiteTarget } from './arguments/targets.ts';
import { type BatchLine, runBatch } from './batch.ts';
import { EXIT, type ExitStatus, graverStatus, statusOfVerdict } from './exit-status.ts';
import { expiryWarnings } from './expiry.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import { adviceLines, chainLines, holdsLine, type Speech, workLine } from './sentences.ts';
import { openSession, type Terms } from './session.ts';
import { statsText } from './stats.ts';
import { joinLines } from './text.ts';
import { readSiteCertificate } from './tls.ts';

export async function runCheck(invocation: CheckInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const session = await openSession(invocation, surroundings);
  const { timeoutMs, allowSha1, speculate, json, expiryDays, certificateFirst, bindings } = invocation;
  const perform = async (site: SiteTarget, terms: Terms): Promise<Report> => {
    let read: Promise<CertificateEvidence> | undefined;
    const certificate = () => {
      read ??= readSiteCertificate(site, { roots: session.roots, timeoutMs, now: terms.now });
      return read;
    };
    const report = await checkSite({
      host: site.host,
      port: site.port,
      ...terms,
      advise: true,
      bindings,
      options: { allowSha1, speculate },
      verifier: session.verifier,
      certificate,
      chains: { when: certificateFirst ? 'first' : 'where nothing answers', certificate },
    });
    session.stats?.add(report.work);
    return report;
  };
  try {
    if ('batchFile' in invocation) {
      const status = await runBatch('check', invocation.batchFile, surroundings, async (line) => {
        const report = await perform(siteOf(line), session.termsOf(line));
        const warnings = expiryDays === undefined ? undefined : expiryWarnings(report, expiryDays);
        return { output: jsonReport(report, warnings), status: statusOfCheck(report, warnings) };
      });
      if (session.stats) surroundings.complain(statsText(session.stats.stats));
      return status;
    }
    const report = await perform(invocation.target, session.terms);
    const warnings = expiryDays === undefined ? undefined : expiryWarnings(report, expiryDays);
    const stats = session.stats?.stats;
    const output = { ...jsonReport(report, warnings), ...(stats && { stats }) };
    surroundings.write(json ? jsonLine(output) : reportText(report, surroundings.speech, warnings));
    if (stats && !json) surroundings.complain(statsText(stats));
    return statusOfCheck(report, warnings);
  } finally {
    await session.close();
  }
}

function siteOf(line: BatchLine): SiteTarget {
  line.expectOnly('host', 'port', 'connect', 'time', 'anchors', 'resolver');
  const port = line.number('port');
  const defaultPort = port === undefined ? undefined : parsePort(String(port), '"port"', 'check');
  return parseSite(line.required('host'), line.text('connect'), defaultPort);
}

type Warnings = readonly ExpiryWarning[] | undefined;

/** The report as it is; with `--expiry-days` its warnings beside it, even where there are none. */
function jsonReport(report: Report, warnings: Warnings): object {
  return warnings === undefined ? report : { ...report, warnings };
}

/** Who asked for warnings wants a status that tells of them, as of a failure that is near. */
function statusOfCheck({ verdict }: Report, warnings: Warnings): ExitStatus {
  const status = statusOfVerdict(verdict);
  return warnings !== undefined && warnings.length > 0 ? graverStatus(status, EXIT.bad) : status;
}

export function reportText(report: Report, speech: Speech, warnings: Warnings = []): string {
  const { translate, options } = speech;
  const { headline, why, chain, provenance, notes, advice } = explain(report, translate, options);
  return joinLines([
    `${report.verdict}: ${report.host}:${report.port}`,
    headline,
    why,
    ...notes,
    ...warnings.map((warning) =>
      translate('print_warning', explainExpiry(warning, report.checkedAt, translate, options)),
    ),
    '',
    ...chainLines(chain),
    ...(provenance === undefined ? [] : ['', provenance]),
    ...(advice.length === 0 ? [] : ['', ...adviceLines(advice, speech)]),
    '',
    holdsLine(report.validUntil, speech),
    workLine(report.work, report.resolvers, speech),
  ]);
}
