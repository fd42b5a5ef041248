/** Whether the popup offers to read the certificate of the page shown now. */
import type { CertificateMissing } from '../../dane/evidence.ts';
import type { Report } from '../../report.ts';

/** Another read may end otherwise; where the person switched reading off, or no page came, none would. */
const WORTH_READING: ReadonlySet<CertificateMissing> = new Set([
  'no connection seen',
  'earlier one does not fit',
  'on click only',
  'debugger busy',
  'debugger cancelled',
  'tab crashed',
  'went elsewhere',
  'no answer',
]);

export function offersReading({ verdict, certificate }: Report): boolean {
  // What was read on an earlier connection can be read of this one.
  if (certificate.kind !== 'none') return certificate.readAt !== undefined;
  return verdict === 'unread' && WORTH_READING.has(certificate.why);
}
