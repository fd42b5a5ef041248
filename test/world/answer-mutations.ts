/**
 * Mutations of single answers: what a resolver, or somebody between it and us, can make of sound data without any
 * key. Each leaves every other question alone. Proofs that are none are in `forged-proofs.ts`.
 */
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import type { Message, Question, ResourceRecord } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { failure } from './answer.ts';
import { type Asked, negative, ofAnswer } from './answer-change.ts';
import type { Absence, ProofRole } from './denial.ts';
import type { Mutation, Target } from './mutation.ts';
import { recordsOf } from './signer.ts';

const isDnssec = ({ type }: ResourceRecord) => type === TYPE.RRSIG || type === TYPE.NSEC || type === TYPE.NSEC3;
const coversDenial = ({ type, rdata }: ResourceRecord) =>
  type === TYPE.RRSIG && [TYPE.NSEC, TYPE.NSEC3].some((denial) => rdata[0]! * 256 + rdata[1]! === denial);
const isDenial = (record: ResourceRecord) =>
  record.type === TYPE.NSEC || record.type === TYPE.NSEC3 || coversDenial(record);

/** What has to be proven for a question, its answer's aliases aside. */
function absenceOf({ question: { name }, zone }: Asked, message: Message): Absence | undefined {
  const finding = zone.find(name);
  if (finding.kind === 'no name') return { kind: 'no name', name, encloser: finding.encloser };
  if (finding.kind === 'wildcard') {
    const kind = message.answer.length > 0 ? 'wildcard answer' : 'wildcard no data';
    return { kind, name, encloser: finding.encloser };
  }
  return finding.kind === 'name' ? { kind: 'no data', name, encloser: name } : undefined;
}

/** One record of a proof is left out: the one that plays this role and no other. */
export function missingProof(target: Target, role: ProofRole): Mutation {
  const facts = {
    name: `missing proof: ${role}`,
    does: `The denial record in the role "${role}" is left out.`,
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, asked) => {
    const absence = absenceOf(asked, message);
    const parts = absence === undefined ? [] : (asked.zone.denial?.proof(absence) ?? []);
    const left = parts.filter((part) => part.role !== role).map(({ rrset }) => rrset);
    const out = parts.filter((part) => part.role === role && !left.includes(part.rrset)).map(({ rrset }) => rrset.name);
    const authority = message.authority.filter(
      (record) => !isDenial(record) || !out.some((name) => name.equals(record.name)),
    );
    return authority.length < message.authority.length ? { ...message, authority } : undefined;
  });
}

export function missingDenial(target: Target): Mutation {
  const facts = {
    name: 'missing denial',
    does: 'Every NSEC and NSEC3 record is left out, the rest stays.',
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message) => {
    const authority = message.authority.filter((record) => !isDenial(record));
    return authority.length < message.authority.length ? { ...message, authority } : undefined;
  });
}

export function emptyAnswer(target: Target): Mutation {
  const facts = { name: 'empty answer', does: 'NOERROR, and not one record.', breaks: 'bogus' } as const;
  return ofAnswer(target, facts, (message) => ({ ...message, rcode: RCODE.NOERROR, answer: [], authority: [] }));
}

/** DS and its signature gone, only a signed SOA left: what an unsigned zone would look like to the gullible. */
export function removedWithoutDenial(target: Target): Mutation {
  const facts = {
    name: 'removed without denial',
    does: 'The answer is gone; a signed SOA says NODATA, and nothing proves it.',
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, { zone }) => negative(message, RCODE.NOERROR, [[zone, zone.soa]]));
}

export function bareNameError(target: Target): Mutation {
  const facts = {
    name: 'NXDOMAIN without proof',
    does: 'RCODE NXDOMAIN, and not one record.',
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message) => ({ ...message, rcode: RCODE.NXDOMAIN, answer: [], authority: [] }));
}

export function servfail(target: Target): Mutation {
  const facts = { name: 'SERVFAIL', does: 'The resolver fails for this question.', breaks: 'indeterminate' } as const;
  return ofAnswer(target, facts, (message, { question }) => asFailure(message, question));
}

const NO_REACHABLE_AUTHORITY = 22;

function asFailure(message: Message, question: Question): Message {
  const { edns, checkingDisabled } = message;
  return failure(question, { dnssecOk: edns?.dnssecOk ?? false, checkingDisabled }, NO_REACHABLE_AUTHORITY);
}

/** For every name at or below `name`; what its parent says of it can still be had. */
export function resolverFails(name: Name): Mutation {
  return {
    name: 'resolver fails',
    does: 'The resolver answers SERVFAIL to every question about the zone.',
    breaks: 'indeterminate',
    message: (message, question) => {
      const parentSide = question.type === TYPE.DS && question.name.equals(name);
      return parentSide || !question.name.isAtOrBelow(name) ? message : asFailure(message, question);
    },
  };
}

export function strippedWithAd(target: Target): Mutation {
  const facts = {
    name: 'stripped, with AD set',
    does: 'Signatures and denial records are gone, and AD says all is well.',
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message) => ({
    ...message,
    authenticData: true,
    answer: message.answer.filter((record) => !isDnssec(record)),
    authority: message.authority.filter((record) => !isDnssec(record)),
  }));
}

/** An unsigned RRset in the company of a signed one for another name. */
export function unsignedBesideSigned(target: Target): Mutation {
  const facts = {
    name: 'unsigned beside signed',
    does: 'The RRset lost its signature; the signed SOA of the zone stands beside it.',
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, { zone }) => ({
    ...message,
    answer: [...message.answer.filter((record) => !isDnssec(record)), ...recordsOf(zone.sign(zone.soa), true)],
  }));
}

/** RFC 6672 section 5.3.1: the CNAME made from a DNAME is unsigned, and whoever reads it makes it anew. */
export function forgedSynthesis(target: Target, elsewhere: string): Mutation {
  const facts = {
    name: 'forged synthesized CNAME',
    does: `The CNAME beside a DNAME leads to ${elsewhere}, as does the rest of the answer.`,
    breaks: 'nothing',
  } as const;
  return ofAnswer(target, facts, (message, { world, question }) => {
    const at = message.answer.findIndex(({ type, name }) => type === TYPE.CNAME && name.equals(question.name));
    if (at < 0 || !message.answer.some(({ type }) => type === TYPE.DNAME)) return undefined;
    const name = Name.parse(elsewhere);
    const cname = { ...message.answer[at]!, rdata: name.wire };
    const rest = world.answer({ name, type: question.type });
    return {
      ...message,
      rcode: rest.rcode,
      answer: [...message.answer.slice(0, at), cname, ...rest.answer],
      authority: rest.authority,
    };
  });
}

/** RFC 9824 section 8: RCODE is unauthenticated, and proofs decide. */
export function wrongRcode(target: Target): Mutation {
  const facts = {
    name: 'wrong RCODE',
    does: 'NXDOMAIN in place of NOERROR or the other way round, the records as they were.',
    breaks: 'nothing',
  } as const;
  return ofAnswer(target, facts, (message) => ({
    ...message,
    rcode: message.rcode === RCODE.NOERROR ? RCODE.NXDOMAIN : RCODE.NOERROR,
  }));
}
