/**
 * Proofs of payment instructions in files (BIP-353): bare records as in RFC 9102, unsorted, and in a PSBT
 * (PSBT_OUT_DNSSEC_PROOF) the name before them behind a length octet.
 */
import type { ResourceRecord } from '../dns/message.ts';
import { type ChainForm, type ParsedChain, parseChain } from '../dnssec/chain.ts';

export type PaymentProof =
  | {
      readonly ok: true;
      readonly form: ChainForm;
      readonly records: readonly ResourceRecord[];
      readonly port?: number;
      readonly supportLifetimeHours?: number;
      /** `user@domain`, only in the form of a PSBT: said there, and proven by nothing. */
      readonly name?: string;
    }
  | Extract<ParsedChain, { ok: false }>;

export function parsePaymentProof(octets: Uint8Array): PaymentProof {
  // The name with its length reads as one more label of the first owner: so it is looked for first.
  const length = octets[0] ?? 0;
  const name = String.fromCharCode(...octets.subarray(1, 1 + length));
  if (/^[!-?A-~]+@[!-?A-~]+$/.test(name)) {
    const behind = parseChain(octets.subarray(1 + length));
    if (behind.ok && behind.form === 'records') return { ...behind, name };
  }
  return parseChain(octets);
}
