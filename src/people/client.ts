/**
 * Certificates of TLS clients by the DANE draft for them (draft-ietf-dance-client-auth): TLSA records at a name of the
 * client's, `_service.client.example`, `device._device.example` or the bare name, without port and transport. Not a
 * standard yet.
 */
import { classifyHost, type HostFault } from '../dane/owner.ts';
import { TYPE } from '../dns/codes.ts';
import type { Name } from '../dns/name.ts';
import type { ValidationReason } from '../dnssec/outcome.ts';
import { toAscii } from './address.ts';
import {
  type Association,
  type AssociationReason,
  type AssociationVerdict,
  associate,
  NO_ASSOCIATION,
  type ShownCertificates,
} from './associated.ts';
import {
  type Findings,
  findingsOf,
  type Judging,
  lookUpPublished,
  noFindings,
  type UnansweredVerdict,
} from './published.ts';

export interface ClientInput extends Judging {
  /** The owner name exactly as the client says it. */
  readonly name: string;
  /** Left out: only what is published is told. */
  readonly shown?: ShownCertificates;
}

export type ClientVerdict = AssociationVerdict | UnansweredVerdict;

export type ClientReason =
  | AssociationReason
  | { readonly code: 'client-absent' }
  | { readonly code: 'client-name'; readonly name: string; readonly fault: HostFault | 'address' | 'single label' }
  /** `_443._tcp.…` is a server's name. */
  | { readonly code: 'client-server-name'; readonly name: string }
  | ValidationReason;

export interface ClientReport extends Findings, Pick<Association, 'tlsa' | 'published' | 'chain' | 'notes'> {
  readonly name: string;
  readonly owner: string | null;
  /** The name that a certificate must have where names count (usages 0, 1 and 2). */
  readonly identity: string | null;
  readonly verdict: ClientVerdict;
  readonly reason: ClientReason;
}

/** Never rejects. */
export async function checkClient(input: ClientInput): Promise<ClientReport> {
  const off = (reason: ClientReason): ClientReport => {
    const none = { owner: null, identity: null } as const;
    return { ...noFindings(input), ...NO_ASSOCIATION, ...none, name: input.name, verdict: 'off', reason };
  };
  const { name } = input;
  const host = classifyHost(toAscii(name.trim()));
  if (host.kind === 'bad-host') return off({ code: 'client-name', name, fault: host.fault });
  if (host.kind === 'address-literal') return off({ code: 'client-name', name, fault: 'address' });
  if (host.kind === 'single-label') return off({ code: 'client-name', name, fault: 'single label' });
  const owner = host.name;
  if (/^_\d+\._(tcp|udp|sctp)\./.test(owner.toString())) return off({ code: 'client-server-name', name });
  const identity = identityOf(owner).toString().replace(/\.$/, '');
  const answered = await lookUpPublished(input, owner, TYPE.TLSA);
  const facts = { ...findingsOf(answered.outcome, input), name, owner: owner.toString(), identity };
  if (!answered.found) {
    const { verdict } = answered;
    const reason = verdict === 'absent' ? ({ code: 'client-absent' } as const) : answered.reason;
    return { ...facts, ...NO_ASSOCIATION, verdict, reason };
  }
  const reference = { name: identity, purpose: 'client', now: input.now } as const;
  return { ...facts, ...(await associate(answered.rdatas, input.shown, reference)) };
}

/** The service's label is no part of the client's name; `_device` within it is. */
function identityOf(owner: Name): Name {
  const first = owner.label(0);
  return first[0] === 0x5f && owner.labelCount > 2 ? owner.parent() : owner;
}
