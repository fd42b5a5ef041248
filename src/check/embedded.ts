/**
 * The DNSSEC chain that a site's own certificate may carry: does it answer for that certificate, at this host and port,
 * by itself? Only a match does. Whatever else a chain says (that there is no record, that the zone is unsigned, that
 * another certificate is meant) anybody may have put there who could have a certificate made: DNS is asked then, and
 * decides alone. A chain never makes a verdict worse, and nothing of it is kept for other names.
 */
import { parseCertificate } from '../dane/certificate.ts';
import { embeddedChain } from '../dane/embedded-chain.ts';
import type { CertificateEvidence } from '../dane/evidence.ts';
import { tlsaOwner } from '../dane/owner.ts';
import { judgeTlsa, type TlsaJudgement } from '../dane/tlsa.ts';
import { TYPE } from '../dns/codes.ts';
import type { Name } from '../dns/name.ts';
import { type RRset, sameRdatas } from '../dns/rrset.ts';
import type { SignatureVerifier } from '../dnssec/algorithms.ts';
import type { TrustAnchor } from '../dnssec/anchors.ts';
import { verifyChain } from '../dnssec/chain.ts';
import type { LookupOutcome, ValidationOptions } from '../dnssec/lookup.ts';
import type { ChainNote } from '../report.ts';

export interface EmbeddedInput {
  readonly evidence: CertificateEvidence;
  readonly host: Name;
  readonly port: number;
  /** Epoch seconds. */
  readonly now: number;
  readonly anchors: readonly TrustAnchor[];
  readonly options?: ValidationOptions;
  /** Keys imported by earlier checks. Zones proven by them are not handed in, nor are those of a chain handed on. */
  readonly verifier?: SignatureVerifier;
}

export type EmbeddedAnswer =
  | {
      readonly answers: true;
      readonly lookup: LookupOutcome;
      readonly rrset: RRset;
      readonly judgement: TlsaJudgement;
    }
  | { readonly answers: false; readonly notes: readonly ChainNote[] };

/** Never rejects. Asks nobody. */
export async function answerOfCertificate(input: EmbeddedInput): Promise<EmbeddedAnswer> {
  const { evidence, host, port } = input;
  const leaf = evidence.kind === 'none' ? undefined : evidence.certificates[0];
  const owner = tlsaOwner(host, port);
  const parsed = leaf && parseCertificate(leaf);
  if (parsed?.ok !== true || owner === undefined) return setAside();
  const embedded = embeddedChain(parsed.certificate);
  switch (embedded.kind) {
    case 'none':
      return setAside();
    case 'urkel':
      return setAside({ code: 'urkel-proof' });
    case 'malformed':
      return setAside({ code: 'chain-set-aside', why: { kind: 'malformed' } });
    case 'chain':
      return judgeChain(embedded.records, owner, input);
  }
}

async function judgeChain(
  records: Parameters<typeof verifyChain>[0]['records'],
  owner: Name,
  { evidence, host, now, anchors, options, verifier }: EmbeddedInput,
): Promise<EmbeddedAnswer> {
  const terms = { now, anchors, ...(options && { options }), ...(verifier && { verifier }) };
  const lookup = await verifyChain({ ...terms, records, name: owner, type: TYPE.TLSA });
  const { security, reason, rrset } = lookup;
  // RFC 9102 section 5: one that ran out is a failure like any other, and its reason says when.
  if (security === 'bogus') return setAside({ code: 'chain-set-aside', why: { kind: 'bogus', reason } });
  // It lacks something, or is of another name altogether.
  if (security === 'indeterminate') return setAside({ code: 'chain-set-aside', why: { kind: 'incomplete' } });
  if (security === 'insecure') return setAside({ code: 'chain-set-aside', why: { kind: 'unsigned' } });
  if (rrset === undefined) return setAside({ code: 'chain-set-aside', why: { kind: 'absent' } });
  // Section 3: the name that was asked for, with no alias of it followed.
  const text = host.toString().replace(/\.$/, '');
  const judgement = await judgeTlsa({ records: rrset.rdatas, evidence, base: text, host: text, now });
  if (judgement.verdict === 'verified') return { answers: true, lookup, rrset, judgement };
  return setAside({ code: 'chain-set-aside', why: { kind: 'not matched' } });
}

function setAside(...notes: ChainNote[]): EmbeddedAnswer {
  return { answers: false, notes };
}

/** Does the certificate, asked by itself, say what DNS has just said? */
export async function certificateAgrees(input: EmbeddedInput, records: readonly Uint8Array[]): Promise<boolean> {
  const answer = await answerOfCertificate(input);
  return answer.answers && sameRdatas(answer.rrset.rdatas, records);
}

/** An Urkel proof is worth a word wherever the certificate was looked at. */
export function carriesUrkelProof(evidence: CertificateEvidence): boolean {
  const leaf = evidence.kind === 'none' ? undefined : evidence.certificates[0];
  const parsed = leaf && parseCertificate(leaf);
  return parsed?.ok === true && parsed.certificate.urkelProof !== undefined;
}
