/**
 * What people have of a chain, from octets to records: a chain in whichever form RFC 9102 and BIP-353 give it, or a
 * certificate that carries one; as octets, hexadecimal text, base64 or PEM.
 */
import { parseCertificate } from '../dane/certificate.ts';
import { embeddedChain } from '../dane/embedded-chain.ts';
import { fromBase64, fromHex } from '../dns/encodings.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { type ChainForm, MAX_CHAIN_OCTETS, type ParsedChain } from '../dnssec/chain.ts';
import { parsePaymentProof } from '../people/payment-proof.ts';

/** Octets of text that are looked at: a chain of the greatest length in hexadecimal, with spaces, twice over. */
export const MAX_FILE_OCTETS = 8 * MAX_CHAIN_OCTETS;

export type ChainFileFault =
  | { readonly code: 'empty' }
  | { readonly code: 'too-large'; readonly limit: number }
  /** Where reading it as records failed. */
  | {
      readonly code: 'not-a-chain';
      readonly fault: Extract<ParsedChain, { ok: false }>['fault'];
      readonly offset: number;
    }
  | { readonly code: 'certificate-without-chain' }
  /** The certificate carries a proof of Handshake's tree, of whose roots nobody here knows (HIP-17). */
  | { readonly code: 'urkel-proof'; readonly proofs: number };

export type ChainFile =
  | {
      readonly ok: true;
      readonly records: readonly ResourceRecord[];
      readonly form: ChainForm;
      /** Of the chain itself, without what it came in. */
      readonly port?: number;
      readonly supportLifetimeHours?: number;
      /** `user@domain` of a PSBT: said there, proven by nothing. */
      readonly address?: string;
      /** DER, where the chain stands in a certificate. */
      readonly certificate?: Uint8Array;
    }
  | { readonly ok: false; readonly fault: ChainFileFault };

export function readChainFile(file: Uint8Array): ChainFile {
  if (file.length === 0) return { ok: false, fault: { code: 'empty' } };
  if (file.length > MAX_FILE_OCTETS) return { ok: false, fault: { code: 'too-large', limit: MAX_FILE_OCTETS } };
  const octets = decoded(file);
  const certificate = parseCertificate(octets);
  if (certificate.ok) {
    const embedded = embeddedChain(certificate.certificate);
    switch (embedded.kind) {
      case 'none':
        return { ok: false, fault: { code: 'certificate-without-chain' } };
      case 'urkel':
        return { ok: false, fault: { code: 'urkel-proof', proofs: embedded.proofs } };
      case 'malformed':
        return { ok: false, fault: { code: 'not-a-chain', fault: embedded.fault, offset: embedded.offset } };
      case 'chain': {
        const { kind: _, ...chain } = embedded;
        return { ok: true, form: 'certificate', ...chain, certificate: octets };
      }
    }
  }
  const proof = parsePaymentProof(octets);
  if (!proof.ok) return { ok: false, fault: { code: 'not-a-chain', fault: proof.fault, offset: proof.offset } };
  const { form, records, name, port, supportLifetimeHours } = proof;
  return {
    ok: true,
    form,
    records,
    ...(name !== undefined && { address: name }),
    ...(port !== undefined && { port }),
    ...(supportLifetimeHours !== undefined && { supportLifetimeHours }),
  };
}

/** Text is told by being nothing but text: the first record of a chain holds a zero octet, in its class if nowhere else. */
function decoded(file: Uint8Array): Uint8Array {
  if (!file.every((octet) => octet < 0x80 && octet !== 0)) return file;
  const text = new TextDecoder().decode(file);
  const [, pem] = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(text) ?? [];
  const bare = (pem ?? text).replace(/\s+/g, '');
  const hex = bare.replaceAll(':', '').replace(/^0x/i, '');
  return (pem === undefined ? fromHex(hex) : undefined) ?? fromBase64(bare) ?? file;
}
