/** `danelaw mail`: DANE for a domain's mail, or for a batch of them; with `--connect` by the servers' own certificates. */
import { explainMail } from '../explain.ts';
import { checkMail } from '../services/mail.ts';
import type { MailReport } from '../services/report.ts';
import { type MailInvocation, type MailTarget, parseDomain } from './arguments/services.ts';
import { parsePort } from './arguments/targets.ts';
import { type BatchLine, runBatch } from './batch.ts';
import { connectToPeer } from './connect.ts';
import { type ExitStatus, statusOfService } from './exit-status.ts';
import { createHttpClient } from './fetch.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import { serviceText } from './service-text.ts';
import { openSession, type Terms } from './session.ts';
import { statsText } from './stats.ts';
import { fetchStsPolicy } from './sts.ts';

export async function runMail(invocation: MailInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const session = await openSession(invocation, surroundings);
  const { timeoutMs, allowSha1, speculate, json, connect, sts } = invocation;
  const { roots } = session;
  const client = sts ? createHttpClient(roots === undefined ? {} : { ca: roots }) : undefined;
  const perform = async ({ domain, port }: MailTarget, terms: Terms): Promise<MailReport> => {
    const opening = { kind: 'starttls', protocol: 'smtp' } as const;
    const report = await checkMail({
      domain,
      port,
      ...terms,
      options: { allowSha1, speculate },
      verifier: session.verifier,
      ...(connect && {
        connect: (peer) => connectToPeer(peer, { roots, timeoutMs, now: terms.now, opening, domain }),
      }),
      ...(client && { fetchPolicy: (url) => fetchStsPolicy(url, client, timeoutMs) }),
    });
    session.stats?.add(report.work);
    return report;
  };
  try {
    if ('batchFile' in invocation) {
      const status = await runBatch('mail', invocation.batchFile, surroundings, async (line) => {
        const report = await perform(targetOf(line, invocation.port), session.termsOf(line));
        return { output: report, status: statusOfService(report.verdict) };
      });
      if (session.stats) surroundings.complain(statsText(session.stats.stats));
      return status;
    }
    const report = await perform(invocation.target, session.terms);
    const stats = session.stats?.stats;
    const { translate, options } = surroundings.speech;
    const text = () => {
      const title = `${report.verdict}: ${report.domain}`;
      return serviceText(title, report, explainMail(report, translate, options), surroundings.speech);
    };
    surroundings.write(json ? jsonLine({ ...report, ...(stats && { stats }) }) : text());
    if (stats && !json) surroundings.complain(statsText(stats));
    return statusOfService(report.verdict);
  } finally {
    client?.close();
    await session.close();
  }
}

function targetOf(line: BatchLine, defaultPort: number): MailTarget {
  line.expectOnly('domain', 'port', 'time', 'anchors', 'resolver');
  const port = line.number('port');
  return {
    domain: parseDomain(line.required('domain'), '"domain"', 'mail'),
    port: port === undefined ? defaultPort : parsePort(String(port), '"port"', 'mail'),
  };
}
