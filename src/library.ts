/**
 * Danelaw for Node projects: what `import … from 'danelaw'` gives. `docs/library.md` has an example of each. Readers of
 * keys and messages, which load large libraries, stand in `danelaw/openpgp` and `danelaw/message`.
 */
import type { PkixStatus } from './dane/evidence.ts';
import { judgeTlsa, type TlsaJudgement } from './dane/tlsa.ts';
import type { Ask } from './dns/ask.ts';
import { TYPE } from './dns/codes.ts';
import { PresentationError, parseRdata } from './dns/presentation.ts';
import { createCache } from './doh/cache.ts';
import { createDoh, type Fetch, type Method } from './doh/doh.ts';
import { translateBy } from './explain.ts';
import messages from './locales/en/messages.json' with { type: 'json' };

export { type ChainInput, type ChainReport, type ChainVerdict, checkChain } from './chains/check-chain.ts';
export { type CheckInput, checkSite } from './check.ts';
export type { CertificateEvidence } from './dane/evidence.ts';
export type { CertificateView, DaneReason, TlsaOutcome, TlsaView } from './dane/outcome.ts';
export type { TlsaJudgement } from './dane/tlsa.ts';
export type { Ask, Reply, TransportFailure } from './dns/ask.ts';
export { parseType, TYPE, typeMnemonic } from './dns/codes.ts';
export { type DecodedRecord, decodeRecord } from './dns/decoded.ts';
export type { Message, Question, ResourceRecord } from './dns/message.ts';
export { Name, NameError } from './dns/name.ts';
export { formatRdata, PresentationError, parseRdata, parseRecords } from './dns/presentation.ts';
export { type ParsedAnchors, parseAnchors, ROOT_ANCHORS, type TrustAnchor } from './dnssec/anchors.ts';
export { type ChainForm, chainAsk, type ParsedChain, parseChain, verifyChain } from './dnssec/chain.ts';
export { type LookupOutcome, lookup, type ValidationOptions, type ValidatorInput } from './dnssec/lookup.ts';
export type { Security, ValidationReason, ZoneStep } from './dnssec/outcome.ts';
export type { Fetch, Method } from './doh/doh.ts';
export { explainClient, explainSmimea } from './explain/associations.ts';
export { explainOpenPgpKey } from './explain/openpgp.ts';
export { explainPayment } from './explain/payment.ts';
export { explainChainReport } from './explain/proof.ts';
export { explain, explainLookup, explainReason, type Translate, translateBy } from './explain.ts';
export { type ParsedAddress, parseAddress } from './people/address.ts';
export { type ClientInput, type ClientReport, checkClient } from './people/client.ts';
export { checkOpenPgpKey, type OpenPgpKeyInput, type OpenPgpKeyReport } from './people/openpgpkey.ts';
export { checkPayment, type PaymentInput, type PaymentReport } from './people/payment.ts';
export { parsePaymentProof } from './people/payment-proof.ts';
export { checkSmimea, type SmimeaInput, type SmimeaReport } from './people/smimea.ts';
export type { Report, SiteVerdict } from './report.ts';

/** The English sentences, for `explain` and its like. */
export const english = translateBy(messages);

export interface AskOptions {
  /** An https URL, or an http one on a loopback address. */
  readonly url: string;
  /** For each question, in milliseconds; 5000 where left out. */
  readonly timeoutMs?: number;
  readonly method?: Method;
  /** Node's own where left out. It may follow no redirect. */
  readonly fetch?: Fetch;
}

/**
 * One DNS-over-HTTPS resolver, with a cache over it, as the `ask` of everything here. The resolver is not believed, but
 * it sees every name. Throws TypeError where `url` is no resolver's.
 */
export function createAsk({ url, timeoutMs, method, fetch = globalThis.fetch }: AskOptions): Ask {
  const limits = { ...(timeoutMs !== undefined && { timeoutMs }), ...(method !== undefined && { method }) };
  return createCache(createDoh({ url, fetch, ...limits }), { now: () => Date.now() / 1000 });
}

export interface MatchInput {
  /** TLSA records: `3 1 1 <hex>`, or rdata. They are taken as secure. */
  readonly records: readonly (string | Uint8Array)[];
  /** DER, the server's own certificate first. */
  readonly certificates: readonly Uint8Array[];
  /** The name the certificates must have, where names count. */
  readonly host: string;
  /** What the usual rules make of the certificates; usages 0 and 1 count where they are valid. */
  readonly pkix?: PkixStatus;
  /** Epoch seconds; now where left out. */
  readonly now?: number;
}

/** Compares a certificate chain with TLSA records, offline. Rejects with PresentationError on text that is no record. */
export async function matchTlsa(input: MatchInput): Promise<TlsaJudgement> {
  const { certificates, host, pkix = 'unknown', now = Math.floor(Date.now() / 1000) } = input;
  const records = input.records.map((record) => (typeof record === 'string' ? readRecord(record) : record));
  const evidence = { kind: 'full chain', source: 'file', pkix, certificates, obtainedAt: now } as const;
  return judgeTlsa({ records, evidence, base: host, host, now });
}

function readRecord(text: string): Uint8Array {
  try {
    return parseRdata(TYPE.TLSA, text);
  } catch (error) {
    if (!(error instanceof PresentationError)) throw error;
    throw new PresentationError(`${error.fault}: ${text.slice(0, 60)}`);
  }
}
