/** `danelaw smimea`: the S/MIME certificates published for a mail address, and one of a file or message beside them. */
import { fromHex, toBase64 } from '../dns/encodings.ts';
import { explainSmimea } from '../explain/associations.ts';
import type { ReadSignedMessage } from '../people/signed-message.ts';
import { checkSmimea, type SmimeaReport } from '../people/smimea.ts';
import { type SmimeaInvocation, smimeaTarget } from './arguments/people.ts';
import type { ExitStatus } from './exit-status.ts';
import { statusOfAssociation } from './exit-status.ts';
import { findingsText, performFindings } from './findings.ts';
import { readCertificates, readFileOctets } from './inputs.ts';
import { saveFile } from './outputs.ts';
import type { Surroundings } from './program.ts';

export async function runSmimea(invocation: SmimeaInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { pkixValid, saveFile: file } = invocation;
  // Without the option nobody has said anything about PKIX.
  const pkix = pkixValid ? 'valid' : 'unknown';
  const { translate, options } = surroundings.speech;
  return performFindings(invocation, surroundings, {
    perform: async ({ address, certificateFile, messageFile }, judging) => {
      const [certificates, octets] = await Promise.all([
        certificateFile === undefined ? undefined : readCertificates('--cert', certificateFile, 'smimea'),
        messageFile === undefined ? undefined : readFileOctets('--message', messageFile, 'smimea'),
      ]);
      return checkSmimea({
        ...judging,
        address,
        ...(certificates && { shown: { certificates, pkix } }),
        ...(octets && { message: { octets, read, pkix } }),
      });
    },
    fields: ['address', 'cert', 'message'],
    targetOf: (line) => smimeaTarget(line.required('address'), line.text('cert'), line.text('message')),
    text: (report) =>
      findingsText(report, report.address, explainSmimea(report, translate, options), surroundings.speech),
    status: ({ verdict }) => statusOfAssociation(verdict),
    finish: async (report) => {
      const pem = publishedPem(report);
      if (file !== undefined && pem !== '') await saveFile('--save', file, pem, 'smimea');
    },
  });
}

/** The libraries for messages are loaded only where there is one. */
const read: ReadSignedMessage = async (octets) => {
  const { readSignedMessage } = await import('../people/signed-message-reader.ts');
  return readSignedMessage(octets);
};

/** The certificates that stand in the records as a whole. */
function publishedPem({ published, tlsa }: SmimeaReport): string {
  return published
    .map(({ record }) => {
      const lines = toBase64(fromHex(tlsa[record]!.data)!).match(/.{1,64}/g)!;
      return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    })
    .join('');
}
