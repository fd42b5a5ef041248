/** The S/MIME certificates published for a mail address (RFC 8162), and one that is shown compared with them. */
import { TYPE } from '../dns/codes.ts';
import type { ValidationReason } from '../dnssec/outcome.ts';
import { type MailAddress, parseAddress } from './address.ts';
import {
  type Association,
  type AssociationReason,
  type AssociationVerdict,
  associate,
  NO_ASSOCIATION,
  type ShownCertificates,
} from './associated.ts';
import { smimeaOwner } from './owner.ts';
import {
  type Findings,
  findingsOf,
  type InputReason,
  type Judging,
  lookUpPublished,
  noFindings,
  type UnansweredVerdict,
} from './published.ts';
import type { MessageFault, ReadSignedMessage, SignerFacts } from './signed-message.ts';

export interface SmimeaInput extends Judging {
  readonly address: string;
  /** The certificate to compare: given, or out of a signed message. */
  readonly shown?: ShownCertificates;
  readonly message?: {
    readonly octets: Uint8Array;
    /** Never rejects. */
    readonly read: ReadSignedMessage;
    readonly pkix: ShownCertificates['pkix'];
  };
}

export type SmimeaVerdict = AssociationVerdict | UnansweredVerdict;

export type SmimeaReason =
  | AssociationReason
  | { readonly code: 'smimea-absent' }
  /** The message's signature is none that could be compared; what is published stands in the report. */
  | { readonly code: 'message'; readonly fault: MessageFault }
  | InputReason
  | ValidationReason;

export interface SmimeaReport extends Findings, Pick<Association, 'tlsa' | 'published' | 'chain' | 'notes'> {
  readonly address: string;
  readonly owner: string | null;
  readonly verdict: SmimeaVerdict;
  readonly reason: SmimeaReason;
  /** Of a message whose signature is true. */
  readonly signer?: SignerFacts & {
    /** Does the message say that it is from the address? */
    readonly fromAddress: boolean;
  };
}

/** Never rejects. */
export async function checkSmimea(input: SmimeaInput): Promise<SmimeaReport> {
  const off = (address: string, reason: InputReason): SmimeaReport => {
    return { ...noFindings(input), ...NO_ASSOCIATION, address, owner: null, verdict: 'off', reason };
  };
  const parsed = parseAddress(input.address);
  if (!parsed.ok) return off(input.address, { code: 'address', fault: parsed.fault });
  const { address } = parsed;
  const owner = smimeaOwner(address);
  if (owner === undefined) return off(address.text, { code: 'owner-too-long', address: address.text });
  const answered = await lookUpPublished(input, owner, TYPE.SMIMEA);
  const facts = { ...findingsOf(answered.outcome, input), address: address.text, owner: owner.toString() };
  if (!answered.found) {
    const { verdict } = answered;
    const reason = verdict === 'absent' ? ({ code: 'smimea-absent' } as const) : answered.reason;
    return { ...facts, ...NO_ASSOCIATION, verdict, reason };
  }
  const { rdatas } = answered;
  const reference = { name: address.text, purpose: 'email', now: input.now } as const;
  const { message } = input;
  if (message === undefined) return { ...facts, ...(await associate(rdatas, input.shown, reference)) };
  const read = await message.read(message.octets);
  if (!read.ok) {
    const found = await associate(rdatas, undefined, reference);
    return { ...facts, ...found, verdict: 'mismatch', reason: { code: 'message', fault: read.fault } };
  }
  const { certificates, signer } = read;
  const found = await associate(rdatas, { certificates, pkix: message.pkix }, reference);
  return { ...facts, ...found, signer: { ...signer, fromAddress: signer.from.some((from) => isSame(from, address)) } };
}

function isSame(text: string, { localPart, domain }: MailAddress): boolean {
  const parsed = parseAddress(text);
  return parsed.ok && parsed.address.localPart === localPart && parsed.address.domain.equals(domain);
}
