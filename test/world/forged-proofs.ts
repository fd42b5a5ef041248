/**
 * Proofs of nonexistence that are none: true records in the wrong place, and records that only a zone's own keys
 * could sign. Each is one of the holes that validators have had.
 */
import { RCODE, TYPE } from '../../src/dns/codes.ts';
import type { Name } from '../../src/dns/name.ts';
import { type Asked, nameError, negative, nodata, ofAnswer } from './answer-change.ts';
import { typesOf, withNextName, withTypes } from './denial-records.ts';
import type { Mutation, Target } from './mutation.ts';
import { recordsOf, type SignedRRset } from './signer.ts';

/** A child's own apex record, which never has the DS bit, sold as the parent's proof (RFC 4035 section 5.2, V50). */
export function childDeniesDs(zone: Name): Mutation {
  const facts = {
    name: 'child denies its own DS',
    does: "The DS answer is NODATA, proven by the child's own NSEC or NSEC3.",
    breaks: 'bogus',
  } as const;
  return ofAnswer({ name: zone, type: TYPE.DS }, facts, (message, { world }) => {
    const child = world.zoneFor(zone, TYPE.SOA);
    return nodata(message, child, child.denial?.at(zone));
  });
}

/** A record without NS proves no delegation (RFC 6840 section 4.4), so nothing unsigned can lie below it. */
export function dsDeniedWithoutNs(zone: Name): Mutation {
  const facts = {
    name: 'DS denied without NS',
    does: 'The parent denies the DS with a record that has no NS bit, signed by its keys.',
    breaks: 'bogus',
  } as const;
  return ofAnswer({ name: zone, type: TYPE.DS }, facts, (message, { zone: parent }) => {
    const record = parent.denial?.at(zone);
    const types = record === undefined ? [] : typesOf(record).filter((type) => type !== TYPE.NS && type !== TYPE.DS);
    return record && nodata(message, parent, withTypes(record, types));
  });
}

/** RFC 4035 section 5.4: the bitmap says the opposite. For a name with a CNAME, too (RFC 6840 section 4.3). */
export function deniedAgainstBitmap(target: Target): Mutation {
  const facts = {
    name: 'NODATA against the bitmap',
    does: 'NODATA, with the very record that says the type or a CNAME is there.',
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, { zone, question }) =>
    nodata(message, zone, zone.denial?.at(question.name)),
  );
}

/** RFC 6840 section 4.1: a delegation's record in the parent says nothing of the child's data. */
export function parentDenial(target: Target): Mutation {
  const facts = {
    name: 'denied by the parent',
    does: "NODATA in the child, proven by the parent's record of the delegation.",
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, { world, zone }) => {
    const parent = world.parentOf(zone);
    return parent && nodata(message, parent, parent.denial?.at(zone.apex));
  });
}

/** RFC 6672 section 5.3.4.1: where a DNAME is, names below it are not denied but renamed. */
export function deniedUnderDname(target: Target, owner: Name): Mutation {
  const facts = {
    name: 'denied under a DNAME',
    does: "NXDOMAIN for a name below a DNAME, proven by the owner's own record.",
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, { zone, question: { name } }) => {
    const parts = zone.denial?.proof({ kind: 'no name', name, encloser: owner });
    return (
      parts &&
      nameError(
        message,
        zone,
        parts.map(({ rrset }) => rrset),
      )
    );
  });
}

/** RFC 5155 section 9.2: an opt-out span says nothing of unsigned delegations in it. */
export function optOutAsNameError(target: Target): Mutation {
  const facts = {
    name: 'opt-out span sold as NXDOMAIN',
    does: 'An unsigned delegation in an opt-out span is answered as a proven NXDOMAIN.',
    breaks: 'insecure',
  } as const;
  return ofAnswer(target, facts, (message, { world, zone }) => {
    const parent = world.parentOf(zone);
    if (parent?.denial === undefined || parent.denial.at(zone.apex) !== undefined) return undefined;
    const parts = parent.denial.proof({ kind: 'no name', name: target.name, encloser: parent.apex });
    return nameError(
      message,
      parent,
      parts.map(({ rrset }) => rrset),
    );
  });
}

/** The wildcard that would answer for a name if the name were not there. */
function wildcardBeside({ question: { name }, zone }: Asked): Name | undefined {
  for (let encloser = name; !encloser.equals(zone.apex); ) {
    encloser = encloser.parent();
    if (zone.exists(encloser.wildcardChild())) return encloser.wildcardChild();
  }
  return undefined;
}

/** RFC 4035 section 5.3.4: without proof that the name is not there, the wildcard's data is not its own. */
export function wildcardReplay(target: Target): Mutation {
  const facts = {
    name: 'wildcard over an existing name',
    does: "A wildcard's data and signature in answer for a name that exists, with that name's own denial record.",
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, asked) => {
    const { zone, question } = asked;
    const wildcard = wildcardBeside(asked);
    const rrset = wildcard && zone.rrset(wildcard, question.type);
    if (rrset === undefined || !zone.exists(question.name)) return undefined;
    const record = zone.denial?.at(question.name);
    const expanded: SignedRRset = { ...zone.sign(rrset), name: question.name };
    return {
      ...message,
      rcode: RCODE.NOERROR,
      answer: recordsOf(expanded, true),
      authority: record === undefined ? [] : recordsOf(zone.sign(record), true),
    };
  });
}

/** RFC 4592 section 4.7: an NSEC under another name than it was signed for proves nothing. */
export function expandedNsec(target: Target): Mutation {
  const facts = {
    name: 'wildcard-expanded NSEC as proof',
    does: "NODATA, proven by the wildcard's NSEC under the name asked for.",
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, asked) => {
    const { zone, question } = asked;
    const wildcard = wildcardBeside(asked);
    const record = wildcard && zone.denial?.at(wildcard);
    if (record?.type !== TYPE.NSEC) return undefined;
    const expanded: SignedRRset = { ...zone.sign(record), name: question.name };
    return {
      ...negative(message, RCODE.NOERROR, [[zone, zone.soa]]),
      authority: [...recordsOf(zone.sign(zone.soa), true), ...recordsOf(expanded, true)],
    };
  });
}

/** A zone's span cannot reach past its own names. */
export function nsecBeyondZone(target: Target): Mutation {
  const facts = {
    name: 'NSEC beyond its zone',
    does: "NXDOMAIN by an NSEC from the apex to a name outside the zone, signed by the zone's keys.",
    breaks: 'bogus',
  } as const;
  return ofAnswer(target, facts, (message, { zone }) => {
    const record = zone.denial?.at(zone.apex);
    if (record?.type !== TYPE.NSEC || zone.apex.isRoot()) return undefined;
    const outside = zone.apex.parent().child(Uint8Array.of(...zone.apex.label(0), 0xff));
    return nameError(message, zone, [withNextName(record, outside)]);
  });
}
