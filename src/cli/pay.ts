/** `danelaw pay`: the payment instructions of `user@domain`, in words, as text and as a QR code. Opens nothing. */
import { chainAsk } from '../dnssec/chain.ts';
import { explainPayment } from '../explain/payment.ts';
import { checkPayment, type PaymentReport } from '../people/payment.ts';
import { parsePaymentProof } from '../people/payment-proof.ts';
import type { Judging } from '../people/published.ts';
import type { PayInvocation } from './arguments/people.ts';
import { UsageError } from './arguments/usage.ts';
import { EXIT, type ExitStatus, statusOfPublished } from './exit-status.ts';
import { findingsText, performFindings } from './findings.ts';
import { readOctets } from './inputs.ts';
import type { Surroundings } from './program.ts';

export async function runPay(invocation: PayInvocation, surroundings: Surroundings): Promise<ExitStatus> {
  const { pmtaType, proofFile } = invocation;
  const proof = proofFile === undefined ? undefined : await readProof(proofFile);
  const { translate, options } = surroundings.speech;
  return performFindings(invocation, surroundings, {
    perform: async ({ address }, judging) => {
      const { qrLines } = await import('./qr.ts');
      const report = await checkPayment({
        ...(proof === undefined ? judging : offline(judging, proof)),
        address,
        ...(pmtaType !== undefined && { pmtaType }),
      });
      const [uri] = payableUris(report);
      return { ...report, qr: uri === undefined ? undefined : qrLines(uri) };
    },
    fields: ['address'],
    targetOf: (line) => ({ address: line.required('address') }),
    text: ({ qr, ...report }) =>
      findingsText(
        report,
        report.address,
        explainPayment(report, translate, options),
        surroundings.speech,
        codeLines(report, qr),
      ),
    json: ({ qr: _, ...report }) => report,
    status: ({ verdict }) => {
      if (verdict === 'payable') return EXIT.good;
      return verdict === 'refused' ? EXIT.bad : statusOfPublished(verdict);
    },
  });
}

async function readProof(file: string) {
  const octets = await readOctets('--proof', file, 'pay');
  const proof = parsePaymentProof(octets);
  if (!proof.ok)
    throw new UsageError(`--proof ${file}: no chain of records (${proof.fault} at octet ${proof.offset})`, 'pay');
  return proof.records;
}

/** All is in the file: nobody is asked, not even a second time. */
function offline({ secondLook: _, ...judging }: Judging, records: Parameters<typeof chainAsk>[0]): Judging {
  return { ...judging, ask: chainAsk(records), options: { ...judging.options, speculate: false } };
}

function payableUris({ verdict, records }: PaymentReport): string[] {
  if (verdict !== 'payable') return [];
  return records.flatMap((record) => (record.kind === 'instructions' ? [record.text] : []));
}

/** The whole text, for a wallet to take, and the code under it. */
function codeLines(report: PaymentReport, qr: readonly string[] | undefined): string[] {
  return payableUris(report).flatMap((uri) => ['', uri, ...(qr === undefined ? [] : ['', ...qr])]);
}
