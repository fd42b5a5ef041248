/** `danelaw client`: what is published for a TLS client, and its certificate beside it. */
import { explainClient } from '../explain/associations.ts';
import { checkClient } from '../people/client.ts';
import { type ClientInvocation, clientTarget } from './arguments/people.ts';
import { type ExitStatus, statusOfAssociation } from './exit-status.ts';
import { findingsText, performFindings } from './findings.ts';
import { readCertificates } from './inputs.ts';
import type { Surroundings } from './program.ts';

export async function runClient(invocation: ClientInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { translate, options } = surroundings.speech;
  return performFindings(invocation, surroundings, {
    perform: async ({ name, chainFile }, judging) => {
      const certificates = chainFile === undefined ? undefined : await readCertificates('--chain', chainFile, 'client');
      const pkix = invocation.pkixValid ? 'valid' : 'unknown';
      return checkClient({ ...judging, name, ...(certificates && { shown: { certificates, pkix } }) });
    },
    fields: ['name', 'chain'],
    targetOf: (line) => clientTarget(line.required('name'), line.text('chain')),
    text: (report) => findingsText(report, report.name, explainClient(report, translate, options), surroundings.speech),
    status: ({ verdict }) => statusOfAssociation(verdict),
  });
}
