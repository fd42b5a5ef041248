/** `danelaw srv` and `danelaw xmpp`: DANE for services found by SRV, one or those of an XMPP domain, or a batch. */
import { explainService } from '../explain.ts';
import type { Connect } from '../services/connection.ts';
import type { ServiceReport, XmppReport } from '../services/report.ts';
import { checkService, checkXmpp } from '../services/service.ts';
import { parseServiceTarget, type SrvInvocation } from './arguments/services.ts';
import { runBatch } from './batch.ts';
import { connectToPeer, type Opening } from './connect.ts';
import { type ExitStatus, statusOfService } from './exit-status.ts';
import { jsonLine } from './json.ts';
import type { Surroundings } from './program.ts';
import type { Speech } from './sentences.ts';
import { serviceText } from './service-text.ts';
import { openSession, type Terms } from './session.ts';
import { statsText } from './stats.ts';

/** How TLS begins, by service name (RFC 6120, XEP-0368, RFC 6186, RFC 8314). Others are not connected to. */
const OPENINGS: ReadonlyMap<string, Opening> = new Map<string, Opening>([
  ['xmpp-client', { kind: 'starttls', protocol: 'xmpp-client' }],
  ['xmpp-server', { kind: 'starttls', protocol: 'xmpp-server' }],
  ['xmpps-client', { kind: 'tls', alpn: 'xmpp-client' }],
  ['xmpps-server', { kind: 'tls', alpn: 'xmpp-server' }],
  ['submission', { kind: 'starttls', protocol: 'smtp' }],
  ['submissions', { kind: 'tls' }],
  ['imap', { kind: 'starttls', protocol: 'imap' }],
  ['imaps', { kind: 'tls' }],
  ['pop3', { kind: 'starttls', protocol: 'pop3' }],
  ['pop3s', { kind: 'tls' }],
  ...['ldaps', 'sips', 'caldavs', 'carddavs', 'https', 'matrix-fed'].map((service): [string, Opening] => [
    service,
    { kind: 'tls' },
  ]),
]);

export async function runService(invocation: SrvInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const session = await openSession(invocation, surroundings);
  const { command, timeoutMs, allowSha1, speculate, json } = invocation;
  const common = (terms: Terms) => ({ ...terms, options: { allowSha1, speculate }, verifier: session.verifier });
  const connecting = (name: string, terms: Terms): { connect?: Connect } => {
    if (!invocation.connect) return {};
    return { connect: (peer) => connectFor(name, peer, { roots: session.roots, timeoutMs, now: terms.now }) };
  };
  const one = (name: string, terms: Terms): Promise<ServiceReport> =>
    checkService({ name, ...common(terms), ...connecting(name, terms) });
  const perform = async (name: string, terms: Terms): Promise<ServiceReport | XmppReport> => {
    const report =
      command === 'srv'
        ? await one(name, terms)
        : await checkXmpp({ domain: name, ...common(terms) }, (service) => connecting(service, terms));
    for (const { work } of servicesOf(report)) session.stats?.add(work);
    return report;
  };
  try {
    if ('batchFile' in invocation) {
      const field = command === 'srv' ? 'name' : 'domain';
      const status = await runBatch(command, invocation.batchFile, surroundings, async (line) => {
        line.expectOnly(field, 'time', 'anchors', 'resolver');
        const name = parseServiceTarget(line.required(field), `"${field}"`, command);
        const report = await perform(name, session.termsOf(line));
        return { output: report, status: statusOfService(report.verdict) };
      });
      if (session.stats) surroundings.complain(statsText(session.stats.stats));
      return status;
    }
    const report = await perform(invocation.target.name, session.terms);
    const stats = session.stats?.stats;
    surroundings.write(json ? jsonLine({ ...report, ...(stats && { stats }) }) : textOf(report, surroundings.speech));
    if (stats && !json) surroundings.complain(statsText(stats));
    return statusOfService(report.verdict);
  } finally {
    await session.close();
  }
}

async function connectFor(
  name: string,
  peer: Parameters<Connect>[0],
  options: Pick<Parameters<typeof connectToPeer>[1], 'roots' | 'timeoutMs' | 'now'>,
): ReturnType<Connect> {
  const [, service = '', protocol, domain = ''] = /^_([^.]+)\._([^.]+)\.(.+)$/.exec(name.toLowerCase()) ?? [];
  const opening = protocol === 'tcp' ? OPENINGS.get(service) : undefined;
  if (opening !== undefined) return connectToPeer(peer, { ...options, opening, domain: domain.replace(/\.$/, '') });
  const { addresses, port } = peer;
  return addresses.map((address) => ({ address, port, fault: 'protocol unknown' }));
}

function servicesOf(report: ServiceReport | XmppReport): readonly ServiceReport[] {
  return 'services' in report ? report.services : [report];
}

function textOf(report: ServiceReport | XmppReport, speech: Speech): string {
  const { translate, options } = speech;
  const texts = servicesOf(report).map((service) =>
    serviceText(`${service.verdict}: ${service.name}`, service, explainService(service, translate, options), speech),
  );
  return texts.join('\n');
}
