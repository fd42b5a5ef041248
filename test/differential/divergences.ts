/**
 * Where we judge otherwise than Unbound and mean to: each with what tells it, the RFC's reason for our side, and a
 * world in which it shows. A listed divergence that no longer shows in its example is an error too.
 */
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import type { Message } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { parseNsec } from '../../src/dns/rdata.ts';
import { RRsets } from '../../src/dns/rrset.ts';
import type { Security, ValidationReason } from '../../src/dnssec/outcome.ts';
import type { Judgement, UnboundVerdict } from './batch.ts';
import { longestBelow } from './rare.ts';

/** RFC 6672 section 2.2. */
const YXDOMAIN = 6;

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
    example: { seed: '2026', world: 0, name: 'd._443.host.se\\;mi.wwwp.host._tcp.w0.', type: 'TYPE65280' },
  },
  {
    id: 'an opt-out span needs no denial of a wildcard',
    ours: ['insecure'],
    unbound: ['bogus'],
    when: ({ ours, reply }) =>
      isOptOut(ours.reason) && ours.rcode === 'NXDOMAIN' && reply.ok && reply.message.rcode === RCODE.NXDOMAIN,
    why: 'RFC 5155 sections 8.9 and 9.2: with the next closer name in an opt-out span the name may be or lie below an unsigned delegation, and no wildcard matters there. Unbound says the same of these records under NOERROR; the RCODE is signed by nobody.',
    example: { seed: '2026', world: 13, name: '\\000._tcp.www.w13.', type: 'CAA' },
  },
  {
    id: 'the SOA of a negative answer is no part of its proof',
    ours: ['secure', 'insecure'],
    unbound: ['bogus'],
    when: soaAloneIsBroken,
    why: 'RFC 4035 section 5.4 and RFC 5155 section 8 prove absence by NSEC and NSEC3 alone; the SOA tells how long to keep the answer (RFC 2308 section 5), and here it can only shorten what the signed records allow.',
    example: { seed: '2026', world: 175, name: 'd.www.w175.', type: 'TYPE65280' },
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
    example: { seed: '2026', world: 73, name: '_443.0e.w73.', type: 'HTTPS' },
  },
  {
    id: "the RCODE is nobody's witness",
    ours: ['secure', 'insecure'],
    unbound: ['bogus', 'secure', 'insecure'],
    when: ({ choices: { mutation } }) => mutation?.name === 'wrong RCODE',
    why: 'RFC 9824 section 8: the RCODE is not authenticated; what the signed records prove does not change with it.',
    example: { seed: '2026', world: 113, name: 'c.mail.w113.', type: 'SSHFP' },
  },
  {
    id: 'a proof that costs too many hashes is not looked into',
    ours: ['indeterminate'],
    unbound: ['bogus', 'secure', 'insecure'],
    when: ({ ours: { reason } }) => reason.code === 'work-limit' && reason.limit === 'NSEC3 hashes per proof',
    why: 'RFC 4035 section 5.4 wants the work for one answer bounded (CVE-2023-50868); what was not looked into is neither proven nor refuted, so the lookup is indeterminate.',
    example: { seed: '2026', world: 181, name: 'zzx.b.mail.*._tcp.0.hostc._443.b.www.w181.', type: 'A' },
  },
  {
    id: 'no NSEC3 is expanded from a wildcard',
    ours: ['bogus'],
    unbound: ['secure', 'insecure'],
    when: ({ ours: { reason }, choices: { mutation, target } }) =>
      (reason.code === 'denial-missing' ||
        reason.code === 'wildcard-unproven' ||
        reason.code === 'signature-malformed') &&
      target?.type === TYPE.NSEC3 &&
      (mutation?.name === 'no labels' || mutation?.name === 'one label fewer'),
    why: 'RFC 5155 section 3: the owner of an NSEC3 is a hash under the apex, one for each name; a record expanded from a wildcard could stand at any hash (RFC 4592 section 4.7 says as much of NSEC). delv agrees.',
    example: { seed: '31', world: 65, name: 'w65.', type: 'A' },
  },
  {
    id: 'a CNAME made from a DNAME is proven by it, whatever is asked for',
    ours: ['secure', 'insecure'],
    unbound: ['bogus'],
    when: ({ question, reply }) =>
      (question.type === TYPE.CNAME || question.type === TYPE.DNAME) &&
      reply.ok &&
      reply.message.answer.some(({ type, name }) => type === TYPE.DNAME && question.name.isBelow(name)),
    why: 'RFC 6672 section 5.3.1: the synthesized CNAME is proven by the signed DNAME, whatever type was asked for. Unbound wants a signature over it where CNAME or DNAME itself is the type, unless it made the CNAME from its cache.',
    example: { seed: '2026', world: 282, name: 'x1a.aq.c.-.w282.', type: 'CNAME' },
  },
  {
    id: 'the proof of a wildcard alias is none of what it leads to',
    ours: ['insecure'],
    unbound: ['bogus'],
    when: hasLeftOverProof,
    why: 'RFC 4035 section 5.3.4: the NSEC or NSEC3 beside an expanded CNAME shows that its owner has no record of its own, and no more. The target is in a zone that its parent proves unsigned (section 5.2), where nothing is denied with signatures; Unbound expects those records to deny the target.',
    example: { seed: '31', world: 252, name: 'c.a._443.w252.', type: 'DS' },
  },
  {
    id: 'a SHA-1 DS does not count beside a SHA-256 one',
    ours: ['bogus'],
    unbound: ['secure', 'insecure'],
    when: ({ ours: { reason }, choices: { mutation } }) =>
      reason.code === 'ds-mismatch' && mutation?.name === 'good SHA-1 beside wrong SHA-256',
    why: 'RFC 4509 section 3: a validator ignores SHA-1 DS records where there are SHA-256 ones, or whoever breaks SHA-1 breaks both. delv agrees.',
    example: { seed: '31', world: 469, name: '-.b.host.w469.', type: 'MX' },
  },
  {
    id: 'a DS denied from a cache lacks the denial of the wildcard',
    ours: ['bogus'],
    unbound: ['secure'],
    when: ({ question, ours: { reason }, reply }) =>
      question.type === TYPE.DS &&
      reason.code === 'denial-missing' &&
      reason.missing === 'no wildcard matches' &&
      reply.ok &&
      reply.message.rcode === RCODE.NOERROR,
    why: 'RFC 4035 section 5.4: for a name that does not exist the wildcard must be denied as well, and here there is one, with a CNAME. Unbound made NODATA of an NSEC in its cache that covers the name, where the zone itself answers with the alias. delv agrees.',
    example: { seed: '99', world: 360, name: '\\(x*.w360.', type: 'DS' },
  },
  {
    id: 'one signed NSEC3 with too many iterations is enough',
    ours: ['insecure'],
    unbound: ['bogus'],
    when: ({ ours: { reason }, choices: { target } }) =>
      reason.code === 'nsec3-iterations' && target?.type === TYPE.NSEC3,
    why: 'RFC 9276 section 3.2: the count of iterations is believed where the signature over an NSEC3 holds, and over one it does. Another whose signature does not hold changes nothing: whoever can break it can leave it out, and then the answer is insecure anyway.',
    example: { seed: '4242', world: 61, name: '\\255._443.hostn.d._443.w61.', type: 'AAAA' },
  },
  {
    id: 'a DS of a revoked key leads nowhere',
    ours: ['bogus'],
    unbound: ['secure', 'insecure'],
    when: ({ ours: { reason }, choices: { mutation } }) =>
      reason.code === 'ds-mismatch' && mutation?.name === 'DS of revoked keys',
    why: 'RFC 5011 section 2.1: a key with the REVOKE bit is used for nothing but the signature that revokes it, so it is no entry into a zone, whoever points to it. delv agrees.',
    example: { seed: '2026', world: 447, name: 'w447.', type: 'SOA' },
  },
  {
    id: 'a name that is not there has no NSEC',
    ours: ['secure'],
    unbound: ['bogus'],
    when: ({ question, ours, plan }) => plan.online && question.type === TYPE.NSEC && ours.result === 'nxdomain',
    why: 'RFC 9824 sections 2 and 3.1: NXNAME says that the name does not exist, so neither does an NSEC of it. RFC 4035 section 5.4: the NSEC bit, which every such record shows, is ignored; Unbound, which does not know NXNAME, takes it for a type that is there.',
    example: { seed: '2026', world: 236, name: longest('\0', 'mail.\\$v.*.wwwk.zzb.db.b.w236.'), type: 'NSEC' },
  },
  {
    id: 'what a DNAME makes too long is no name',
    ours: ['bogus'],
    unbound: ['insecure'],
    when: ({ ours: { reason }, reply }) =>
      reason.code === 'dname-too-long' && reply.ok && reply.message.rcode === YXDOMAIN,
    why: 'RFC 6672 section 2.2: a substitution of more than 255 octets is an error, and leaves no name whose data could be proven or denied. Insecure would need the proof of an unsigned delegation (RFC 4035 section 4.3); Unbound hands out whatever comes with YXDOMAIN without validation.',
    example: { seed: '2026', world: 16, name: longest('z', 'zz.w16.'), type: 'NSEC' },
  },
  {
    id: 'a SHA-1 DS does not count beside a SHA-384 one either',
    ours: ['bogus'],
    unbound: ['secure', 'insecure'],
    when: ({ ours: { reason }, choices: { mutation } }) =>
      reason.code === 'ds-mismatch' && mutation?.name === 'good SHA-1 beside wrong SHA-384',
    why: 'RFC 4509 section 3 has SHA-1 ignored beside SHA-256, or whoever breaks SHA-1 breaks both; the same is true beside SHA-384. delv agrees.',
    example: { seed: '2026', world: 97, name: 'w97.', type: 'SOA' },
  },
  {
    id: 'an NSEC3 has hashes of one length',
    ours: ['bogus'],
    unbound: ['secure', 'insecure'],
    when: ({ ours: { reason }, choices: { mutation } }) =>
      (reason.code === 'denial-missing' || reason.code === 'wildcard-unproven') &&
      (mutation?.name === 'next hash too short' || mutation?.name === 'next hash too long'),
    why: 'RFC 5155 sections 3.1.6 and 3.1.7: the next hash is a value of the hash algorithm, so of 20 octets. A record with another cannot be of a chain, and none of what it says is believed; Unbound still reads its bitmap. delv agrees.',
    example: { seed: '2026', world: 87, name: 'w87.', type: 'SRV' },
  },
  {
    id: 'only the apex ends an NSEC chain',
    ours: ['bogus'],
    unbound: ['secure', 'insecure'],
    when: ({ ours: { reason }, reply }) =>
      (reason.code === 'denial-missing' || reason.code === 'wildcard-unproven') &&
      reply.ok &&
      hasBackwardNsec(reply.message),
    why: 'RFC 4034 section 4.1.1: the next name of the last NSEC is the zone apex. One that leads back to any other name is no end of the chain, and its span is nothing; Unbound and delv take it to reach to the end of the zone.',
    example: { seed: '2026', world: 295, name: 'x1c.zz.wwwj.0.w295.', type: 'DS' },
  },
];

/** The text of a name as `rareQuestions` makes it. */
function longest(character: string, end: string): string {
  return longestBelow(Name.parse(end), character).toString();
}

/** An NSEC whose next name is neither behind its owner nor the apex of its signer. */
function hasBackwardNsec({ authority }: Message): boolean {
  return new RRsets(authority).ofType(TYPE.NSEC).some(({ name, rdatas, signatures }) => {
    const next = rdatas[0] && parseNsec(rdatas[0])?.next;
    return next !== undefined && next.compare(name) <= 0 && !signatures.some(({ signer }) => signer.equals(next));
  });
}

/** A negative answer after an alias: an unsigned SOA at its end, and denial records of another zone. */
function hasLeftOverProof({ ours, reply }: Judgement): boolean {
  if (ours.aliases.length === 0 || !reply.ok) return false;
  const authority = new RRsets(reply.message.authority);
  const soa = authority.ofType(TYPE.SOA).find(({ name }) => ours.canonicalName.isAtOrBelow(name));
  const denials = [...authority.ofType(TYPE.NSEC), ...authority.ofType(TYPE.NSEC3)];
  return (
    soa !== undefined &&
    soa.signatures.length === 0 &&
    denials.some(({ signatures }) => signatures.some(({ signer }) => !signer.equals(soa.name)))
  );
}

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
