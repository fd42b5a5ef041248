/** `danelaw openpgpkey`: the OpenPGP keys published for a mail address. */
import { explainOpenPgpKey } from '../explain/openpgp.ts';
import type { ReadOpenPgpKey } from '../people/openpgp-key.ts';
import { checkOpenPgpKey, type OpenPgpKeyReport } from '../people/openpgpkey.ts';
import type { OpenPgpKeyInvocation } from './arguments/people.ts';
import { EXIT, type ExitStatus, statusOfPublished } from './exit-status.ts';
import { findingsText, performFindings } from './findings.ts';
import { saveFile } from './outputs.ts';
import type { Surroundings } from './program.ts';

export async function runOpenPgpKey(invocation: OpenPgpKeyInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { saveFile: file } = invocation;
  const { translate, options } = surroundings.speech;
  return performFindings(invocation, surroundings, {
    perform: ({ address }, judging) => checkOpenPgpKey({ ...judging, address, readKey }),
    fields: ['address'],
    targetOf: (line) => ({ address: line.required('address') }),
    text: (report) =>
      findingsText(report, report.address, explainOpenPgpKey(report, translate, options), surroundings.speech),
    status: ({ verdict }) =>
      verdict === 'found' || verdict === 'unusable' ? STATUS[verdict] : statusOfPublished(verdict),
    finish: async (report) => {
      const armored = bestKey(report);
      if (file !== undefined && armored !== undefined) await saveFile('--save', file, armored, 'openpgpkey');
    },
  });
}

/** The library is large, and loaded only where there is a key to read. */
const readKey: ReadOpenPgpKey = async (octets, now) => {
  const { readOpenPgpKey } = await import('../people/openpgp-reader.ts');
  return readOpenPgpKey(octets, now);
};

const STATUS = { found: EXIT.good, unusable: EXIT.unprotected } as const;

/** The one that the verdict speaks of. Nothing else is saved: what is in no state to be used stays in DNS. */
function bestKey({ reason, records }: OpenPgpKeyReport): string | undefined {
  if (reason.code !== 'key-found') return undefined;
  for (const record of records) {
    if (record.outcome === 'key' && record.key.fingerprint === reason.fingerprint) return record.key.armored;
  }
  return undefined;
}
