/**
 * Where we judge otherwise than Unbound and mean to: each with what tells it, the RFC's reason for our side, and a
 * world in which it shows. A listed divergence that no longer shows in its example is an error too.
 */
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import type { Security, ValidationReason } from '../../src/dnssec/outcome.ts';
import type { Judgement, UnboundVerdict } from './batch.ts';

export interface Divergence {
  readonly id: string;
  /** Any of these. */
  readonly ours: readonly Security[];
  readonly unbound: readonly UnboundVerdict['security'][];
  /** What else must hold for a disagreement to be this one. */
  readonly when: (judgement: Judgement) => boolean;
  /** Why we are right, by the RFCs. */
  readonly why: string;
  /** Where it can be seen: the world's seed and number, and the question in presentation form. */
  readonly example: { readonly seed: string; readonly world: number; readonly name: string; readonly type: string };
}

export const DIVERGENCES: readonly Divergence[] = [
  {
    id: 'a compact NXDOMAIN is one, whatever the RCODE',
    ours: ['secure'],
    unbound: ['secure'],
    when: ({ ours, unbound, plan }) => plan.online && ours.result === 'nxdomain' && unbound.rcode === RCODE.NOERROR,
    why: 'RFC 9824 sections 2 and 3.1: NXNAME says that the name does not exist, while the RCODE stays NOERROR; section 8: the proof decides, not the RCODE.',
    example: { seed: '1', world: 24, name: 'a.*.mailw.a.bb.a.wwwx.w24.', type: 'A' },
  },
  {
    id: 'an opt-out span needs no denial of a wildcard',
    ours: ['insecure'],
    unbound: ['bogus'],
    when: ({ ours, reply }) =>
      isOptOut(ours.reason) && ours.rcode === 'NXDOMAIN' && reply.ok && reply.message.rcode === RCODE.NXDOMAIN,
    why: 'RFC 5155 sections 8.9 and 9.2: with the next closer name in an opt-out span the name may be or lie below an unsigned delegation, and no wildcard matters there. Unbound says the same of these records under NOERROR; the RCODE is signed by nobody.',
    example: { seed: '1', world: 25, name: 'b.-.0.www.b.0.w25.', type: 'SRV' },
  },
  {
    id: 'the SOA of a negative answer is no part of its proof',
    ours: ['secure', 'insecure'],
    unbound: ['bogus'],
    when: soaAloneIsBroken,
    why: 'RFC 4035 section 5.4 and RFC 5155 section 8 prove absence by NSEC and NSEC3 alone; the SOA tells how long to keep the answer (RFC 2308 section 5), and here it can only shorten what the signed records allow.',
    example: { seed: '2', world: 17, name: 'www.-.w17.', type: 'MX' },
  },
  {
    id: 'no wildcard stands for the keys of a zone',
    ours: ['bogus'],
    unbound: ['secure', 'insecure'],
    when: ({ ours: { reason }, choices: { mutation, target } }) =>
      (reason.code === 'signature-malformed' || reason.code === 'wildcard-unproven') &&
      (reason.type === 'DNSKEY' || reason.type === 'DS') &&
      (target?.type === TYPE.DNSKEY || target?.type === TYPE.DS) &&
      (mutation?.name === 'no labels' || mutation?.name === 'one label fewer'),
    why: 'RFC 4035 section 5.3.2: fewer labels than the owner has mean that a wildcard was expanded, and section 5.3.4: then the name must be shown not to exist. A zone is no such name (RFC 4592 sections 3.3.1 and 4.2). delv agrees.',
    example: { seed: '2', world: 129, name: 'w129.', type: 'HTTPS' },
  },
  {
    id: "the RCODE is nobody's witness",
    ours: ['secure', 'insecure'],
    unbound: ['bogus', 'secure', 'insecure'],
    when: ({ choices: { mutation } }) => mutation?.name === 'wrong RCODE',
    why: 'RFC 9824 section 8: the RCODE is not authenticated; what the signed records prove does not change with it.',
    example: { seed: '7', world: 79, name: 'w79.', type: 'ANY' },
  },
  {
    id: 'a proof that costs too many hashes is not looked into',
    ours: ['indeterminate'],
    unbound: ['bogus', 'secure', 'insecure'],
    when: ({ ours: { reason } }) => reason.code === 'work-limit' && reason.limit === 'NSEC3 hashes per proof',
    why: 'RFC 4035 section 5.4 wants the work for one answer bounded (CVE-2023-50868); what was not looked into is neither proven nor refuted, so the lookup is indeterminate.',
    example: { seed: '7', world: 123, name: '[._443f.-.zzu.x1._443.sp\\032ace.-.0.x1k.w123.', type: 'DS' },
  },
  {
    id: 'Unbound answers for DS from what it knows of the name above',
    ours: ['secure'],
    unbound: ['secure'],
    when: ({ question, ours, unbound, reply }) =>
      question.type === TYPE.DS &&
      ours.result === 'nxdomain' &&
      unbound.rcode === RCODE.NOERROR &&
      reply.ok &&
      reply.message.rcode === RCODE.NXDOMAIN,
    why: 'RFC 4035 section 5.4: the NSEC records cover the name and its wildcard, so the name does not exist; with CD=1 Unbound says so itself. Without it, its cache of NSEC records makes a NODATA of them.',
    example: { seed: '8', world: 83, name: 'c._tcpc._tcp.-f.w83.', type: 'DS' },
  },
];

function isOptOut(reason: ValidationReason): boolean {
  return reason.code === 'opt-out' || (reason.code === 'insecure-delegation' && reason.proof === 'opt-out');
}

/** A SOA whose signature was meddled with, in an answer that denies something. */
function soaAloneIsBroken({ choices: { target }, ours, reply }: Judgement): boolean {
  const denied = ours.result === 'nodata' || ours.result === 'nxdomain';
  const authority = reply.ok ? reply.message.authority : [];
  return (
    denied &&
    target?.type === TYPE.SOA &&
    authority.some(({ type, name }) => type === TYPE.SOA && name.equals(target.name))
  );
}
