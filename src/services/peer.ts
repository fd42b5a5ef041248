/**
 * One server that MX or SRV records lead to: its addresses first, then its TLSA records, and what a client that
 * follows DANE makes of them (RFC 7672 section 2.2, RFC 7673 section 3.2).
 */
import { hostText } from '../check.ts';
import { type TransportProtocol, tlsaOwner } from '../dane/owner.ts';
import { usableTlsa } from '../dane/tlsa.ts';
import { formatIpv4, formatIpv6 } from '../dns/address.ts';
import { TYPE } from '../dns/codes.ts';
import type { Question } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import type { RRset } from '../dns/rrset.ts';
import type { LookupOutcome, Validator } from '../dnssec/lookup.ts';
import type { Security } from '../dnssec/outcome.ts';
import { MAX_ADDRESSES } from './limits.ts';
import type { PeerReason, Treatment } from './report.ts';

/** How mail and other services differ. */
export interface PeerRules {
  readonly protocol: TransportProtocol;
  /** TLSA stands at the end of a secure alias chain first, then at the host itself (RFC 7672 section 2.2.3). */
  readonly expandAliases: boolean;
  /** Why DANE is left out before anything is asked for (RFC 7673 section 3.1): no signed list led to the server. */
  readonly without?: 'list-unsigned' | 'list-absent';
  /** Do usages 0 and 1 count? */
  readonly pkixUsages: boolean;
  /** What a client does where records are published of which it can use none. */
  readonly unusable: Treatment;
  /** What it does where nothing is published. */
  readonly unpublished: Treatment;
}

/** RFC 7672. By section 2.2.1 a host that unsigned MX records name may have records, too; the verdict is told apart. */
export const MAIL_RULES: PeerRules = {
  protocol: 'tcp',
  expandAliases: true,
  pkixUsages: false,
  unusable: 'encrypt',
  unpublished: 'opportunistic',
};

/** RFC 7673: without a usable record the usual rules of TLS are left (section 4.1). */
export function serviceRules(protocol: TransportProtocol, without?: PeerRules['without']): PeerRules {
  return {
    protocol,
    expandAliases: false,
    ...(without && { without }),
    pkixUsages: true,
    unusable: 'usual rules',
    unpublished: 'usual rules',
  };
}

export interface FoundPeer {
  readonly treatment: Treatment;
  readonly reason: PeerReason;
  readonly base: Name;
  /** The TLSA RRset, where it is secure. */
  readonly rrset: RRset | undefined;
  readonly addresses: readonly string[];
  readonly addressSecurity: Security;
  readonly alias: Name | undefined;
  readonly lookups: readonly LookupOutcome[];
}

/** What `findPeer` will ask, to be asked for at once with what other hosts take. */
export function peerQuestions(host: Name, port: number, rules: PeerRules): Question[] {
  const owner = rules.expandAliases ? tlsaOwner(host, port, rules.protocol) : undefined;
  return [
    { name: host, type: TYPE.A },
    { name: host, type: TYPE.AAAA },
    // RFC 7673 section 3.2: where SRV led here, no question for TLSA before the addresses are known to be secure.
    ...(owner ? [{ name: owner, type: TYPE.TLSA }] : []),
  ];
}

export async function findPeer(validator: Validator, host: Name, port: number, rules: PeerRules): Promise<FoundPeer> {
  const lookups: LookupOutcome[] = [];
  const lookup = async (name: Name, type: number, endOfAliases?: (end: Name) => void) => {
    const outcome = await validator.lookup(name, type, endOfAliases);
    lookups.push(outcome);
    return outcome;
  };
  const ipv4 = await lookup(host, TYPE.A, (end) => {
    if (rules.expandAliases) validator.prefetch(peerQuestions(end, port, rules));
  });
  const ipv6 = await lookup(host, TYPE.AAAA);
  const worse = worst(ipv4, ipv6);
  const facts = {
    base: host,
    rrset: undefined,
    addresses: [...addressesIn(ipv4, formatIpv4), ...addressesIn(ipv6, formatIpv6)],
    addressSecurity: worse.security,
    alias: ipv4.aliases.length > 0 ? ipv4.canonicalName : undefined,
    lookups,
  };
  // RFC 7672 section 2.1.1: a server whose addresses cannot be had, or had truly, is out of reach.
  if (worse.security === 'bogus' || worse.security === 'indeterminate') {
    return { ...facts, treatment: 'skip', reason: worse.reason };
  }
  if (facts.addresses.length === 0) return { ...facts, treatment: 'skip', reason: { code: 'no-address' } };
  if (rules.without !== undefined) return { ...facts, treatment: rules.unpublished, reason: { code: rules.without } };
  const bases = basesOf(host, ipv4, worse.security, rules);
  // RFC 7672 section 2.2.2, RFC 7673 section 3.2: where the addresses are unsigned, nothing is asked for TLSA.
  if (bases.length === 0) return { ...facts, treatment: rules.unpublished, reason: worse.reason };

  let absent: PeerReason = { code: 'name-too-long' };
  for (const base of bases) {
    const owner = tlsaOwner(base, port, rules.protocol);
    if (owner === undefined) continue;
    const { security, reason, rrset } = await lookup(owner, TYPE.TLSA);
    // RFC 7672 section 2.2: no answer, or a false one, is never taken for "no records".
    if (security === 'bogus' || security === 'indeterminate') return { ...facts, treatment: 'skip', reason, base };
    if (security === 'insecure') absent = reason;
    else if (rrset === undefined) absent = { code: 'tlsa-absent' };
    else return { ...facts, base, rrset, ...treatmentOf(rrset, rules) };
  }
  return { ...facts, treatment: rules.unpublished, reason: absent };
}

/**
 * RFC 7672 section 2.2.2: signed all along, the end of the alias chain comes first, then the host itself. Where the
 * chain leaves signed zones, a signed first alias still lets the host itself have records.
 */
function basesOf(host: Name, ipv4: LookupOutcome, security: Security, { expandAliases }: PeerRules): Name[] {
  const { aliases, canonicalName } = ipv4;
  if (security === 'secure') return expandAliases && aliases.length > 0 ? [canonicalName, host] : [host];
  return expandAliases && aliases[0]?.security === 'secure' ? [host] : [];
}

function treatmentOf(rrset: RRset, rules: PeerRules): Pick<FoundPeer, 'treatment' | 'reason'> {
  const { usable, unusable, candidates } = usableTlsa(rrset.rdatas, rules);
  const records = candidates.length;
  if (usable.length === 0) return { treatment: rules.unusable, reason: { code: 'tlsa-unusable', records } };
  return { treatment: 'verify', reason: { code: 'tlsa-published', usable: usable.length, unusable } };
}

const SEVERITY: Readonly<Record<Security, number>> = { secure: 0, insecure: 1, indeterminate: 2, bogus: 3 };

function worst(one: LookupOutcome, other: LookupOutcome): LookupOutcome {
  return SEVERITY[other.security] > SEVERITY[one.security] ? other : one;
}

const ADDRESS_OCTETS: Readonly<Record<number, number>> = { [TYPE.A]: 4, [TYPE.AAAA]: 16 };

/** Half of those that are looked at, so that each family has its share. */
function addressesIn({ rrset, type }: LookupOutcome, format: (octets: Uint8Array) => string): string[] {
  const sound = (rrset?.rdatas ?? []).filter((rdata) => rdata.length === ADDRESS_OCTETS[type]);
  return sound.slice(0, MAX_ADDRESSES / 2).map(format);
}

/** Without its closing dot. */
export function textOf(name: Name): string {
  return hostText(name);
}
