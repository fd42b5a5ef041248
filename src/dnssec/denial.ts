/**
 * A message's denial of existence against one secure zone: its NSEC and NSEC3 RRsets are verified, then asked what
 * they prove. The RCODE is nobody's witness (RFC 9824 section 8).
 */
import { TYPE, typeMnemonic } from '../dns/codes.ts';
import { toHex } from '../dns/encodings.ts';
import type { Message } from '../dns/message.ts';
import { compareOctets, type Name } from '../dns/name.ts';
import { type Nsec3, parseNsec, parseNsec3, parseSoa } from '../dns/rdata.ts';
import type { RRset, RRsets } from '../dns/rrset.ts';
import { WorkLimitReached } from './limits.ts';
import { type NsecRecord, proveByNsec, proveWildcardByNsec, unsignedDelegation } from './nsec.ts';
import { Nsec3Proof, type Nsec3Record, type Nsec3Set, nsec3Record } from './nsec3.ts';
import type { BogusReason, InsecureReason, MissingProof, SignatureView, Verdict } from './outcome.ts';
import type { Proof, WildcardProof } from './proof.ts';
import { type SignatureContext, verifyRRset, type ZoneKey } from './signature.ts';

/** The zone a denial must come from. */
export interface DenyingZone {
  readonly name: Name;
  readonly keys: readonly ZoneKey[];
}

export interface DenialJudgement {
  readonly verdict: Exclude<Verdict, { security: 'indeterminate' }>;
  /** What is secure; 'none' where nothing is. */
  readonly result: 'nodata' | 'nxdomain' | 'none';
  /** The name is a delegation without DS. */
  readonly delegation: boolean;
  readonly kind: 'NSEC' | 'NSEC3';
  readonly signatures: readonly SignatureView[];
  /** Epoch seconds. */
  readonly validUntil: number;
}

/** The denial RRsets of `zone` in a message that could be verified. */
interface VerifiedDenial {
  readonly nsec: readonly NsecRecord[];
  /** By their parameters; a zone that changes them has two chains for a while. */
  readonly nsec3: readonly Nsec3Set[];
  readonly signatures: readonly SignatureView[];
  readonly validUntil: number;
  /** Why the first one that failed did. */
  readonly failure: BogusReason | undefined;
  /** There were more than are looked at. */
  readonly cut: boolean;
}

/**
 * Does `message` prove that `name` has no `type`, or, given `wildcard`, that `name` itself does not exist and the
 * wildcard was rightly expanded for it? Rejects with WorkLimitReached only.
 */
export async function judgeDenial(
  message: Message,
  zone: DenyingZone,
  name: Name,
  type: number,
  context: SignatureContext,
  wildcard?: Name,
): Promise<DenialJudgement> {
  const authority = context.checks.rrsetsOf(message.authority);
  const denial = await verifyDenial(authority, zone, context);
  const common = {
    kind: denial.nsec.length > 0 ? 'NSEC' : 'NSEC3',
    signatures: denial.signatures,
    validUntil: Math.min(denial.validUntil, negativeLife(authority, zone.name, context.now)),
    delegation: false,
    result: 'none',
  } as const;
  const zoneName = zone.name.toString();
  const insecure = (reason: InsecureReason): DenialJudgement => ({
    ...common,
    verdict: { security: 'insecure', reason },
  });
  const limit = context.budget.limits.nsec3Iterations;
  const nsec3 = denial.nsec3.filter(({ iterations }) => iterations <= limit);
  const tooMany = denial.nsec3.find(({ iterations }) => iterations > limit)?.iterations;
  const optOut = (): DenialJudgement =>
    insecure(
      type === TYPE.DS
        ? { code: 'insecure-delegation', zone: name.toString(), parent: zoneName, proof: 'opt-out' }
        : { code: 'opt-out', zone: zoneName, name: name.toString() },
    );
  const unproven = (missing: MissingProof): DenialJudgement => {
    // RFC 9276 section 3.2: their signatures have been verified, or they would not be here.
    if (tooMany !== undefined) {
      return insecure({ code: 'nsec3-iterations', zone: zoneName, iterations: tooMany, limit });
    }
    if (denial.cut) throw new WorkLimitReached('denial records', context.budget.limits.denialRecords);
    const facts = { zone: zoneName, name: name.toString(), type: typeMnemonic(type) };
    const reason: BogusReason =
      denial.failure ??
      (wildcard !== undefined
        ? { code: 'wildcard-unproven', ...facts, wildcard: wildcard.toString() }
        : { code: 'denial-missing', ...facts, missing });
    return { ...common, verdict: { security: 'bogus', reason } };
  };
  const secure = { security: 'secure', reason: { code: 'validated' } } as const;
  if (wildcard !== undefined) {
    const proof = proveWildcard(denial.nsec, nsec3, zone.name, name, wildcard, context);
    if (proof === 'missing') return unproven('wildcard expansion');
    return proof === 'opt-out' ? optOut() : { ...common, verdict: secure };
  }
  if (denial.nsec.length === 0 && nsec3.length === 0) return unproven('any denial record');
  const byNsec3 = nsec3.map((set) => new Nsec3Proof(set, context.budget));
  const proof = firstProof(proveByNsec(denial.nsec, zone.name, name, type), byNsec3, name, type);
  switch (proof.proven) {
    case 'nothing': {
      // The zone's servers may answer for names below an unsigned delegation with the denial of its DS.
      const cut =
        unsignedDelegation(denial.nsec, zone.name, name) ??
        byNsec3.map((set) => set.unsignedDelegation(name)).find((found) => found !== undefined);
      if (cut === undefined) return unproven(proof.missing);
      const { kind } = common;
      return insecure({ code: 'insecure-delegation', zone: cut.toString(), parent: zoneName, proof: kind });
    }
    case 'opt-out':
      return optOut();
    case 'nodata':
    case 'nxdomain':
      // RFC 5155 section 9.2: a name in an opt-out span may exist unsigned.
      if (proof.optOut) return optOut();
      return {
        ...common,
        verdict: secure,
        result: proof.proven,
        delegation: proof.proven === 'nodata' && proof.delegation,
      };
  }
}

/** NSEC's word, and where it proves nothing that of the first NSEC3 chain that does. */
function firstProof(byNsec: Proof, byNsec3: readonly Nsec3Proof[], name: Name, type: number): Proof {
  let proof = byNsec;
  for (const [i, set] of byNsec3.entries()) {
    if (proof.proven !== 'nothing') return proof;
    const next = set.prove(name, type);
    // What the first NSEC3 chain lacks is told rather than what NSEC does.
    if (next.proven !== 'nothing' || i === 0) proof = next;
  }
  return proof;
}

function proveWildcard(
  nsec: readonly NsecRecord[],
  nsec3: readonly Nsec3Set[],
  apex: Name,
  name: Name,
  wildcard: Name,
  context: SignatureContext,
): WildcardProof {
  let proof = proveWildcardByNsec(nsec, apex, name, wildcard);
  for (const set of nsec3) {
    if (proof !== 'missing') return proof;
    proof = new Nsec3Proof(set, context.budget).proveWildcard(name, wildcard);
  }
  return proof;
}

async function verifyDenial(authority: RRsets, zone: DenyingZone, context: SignatureContext): Promise<VerifiedDenial> {
  const { denialRecords } = context.budget.limits;
  // All of one zone: a record signed by any other proves nothing here (RFC 6840 section 4.1).
  const ours = [...authority.ofType(TYPE.NSEC), ...authority.ofType(TYPE.NSEC3)].filter((rrset) =>
    rrset.signatures.some((rrsig) => rrsig.signer.equals(zone.name)),
  );
  const nsec: NsecRecord[] = [];
  const nsec3: { owner: Name; nsec3: Nsec3 }[] = [];
  const signatures: SignatureView[] = [];
  let validUntil = Number.POSITIVE_INFINITY;
  let failure: BogusReason | undefined;
  const looked = ours.slice(0, denialRecords);
  const verifications = await Promise.all(looked.map((rrset) => verifyRRset(rrset, zone.name, zone.keys, context)));
  looked.forEach((rrset, i) => {
    const verified = verifications[i]!;
    if (!verified.valid) {
      failure ??= verified.reason;
      return;
    }
    // A denial record expanded from a wildcard is no evidence (RFC 4592 section 4.7), nor is a set of several.
    const [rdata] = rrset.rdatas;
    if (verified.wildcard !== undefined || rrset.rdatas.length !== 1 || rdata === undefined) return;
    const parsedNsec = rrset.type === TYPE.NSEC ? parseNsec(rdata) : undefined;
    const parsedNsec3 = rrset.type === TYPE.NSEC3 ? parseNsec3(rdata) : undefined;
    if (parsedNsec !== undefined) nsec.push({ owner: rrset.name, ...parsedNsec });
    else if (parsedNsec3 !== undefined) nsec3.push({ owner: rrset.name, nsec3: parsedNsec3 });
    else return;
    signatures.push(verified.view);
    validUntil = Math.min(validUntil, verified.validUntil);
  });
  return {
    nsec,
    nsec3: chains(nsec3, zone.name),
    signatures,
    validUntil: Number.isFinite(validUntil) ? validUntil : context.now,
    failure,
    cut: looked.length < ours.length,
  };
}

/** RFC 5155 section 8.2: records of other parameters belong to another chain. In an order of their own, not the message's. */
function chains(found: readonly { owner: Name; nsec3: Nsec3 }[], apex: Name): Nsec3Set[] {
  const sets = new Map<string, { iterations: number; salt: Uint8Array; records: Nsec3Record[] }>();
  for (const { owner, nsec3 } of found) {
    const record = nsec3Record(owner, apex, nsec3);
    if (record === undefined) continue;
    const { iterations, salt } = nsec3;
    const key = `${iterations} ${toHex(salt)}`;
    const set = sets.get(key) ?? { iterations, salt, records: [] };
    set.records.push(record);
    sets.set(key, set);
  }
  return [...sets.values()]
    .sort((a, b) => a.iterations - b.iterations || compareOctets(a.salt, b.salt))
    .map((set) => ({ apex, ...set }));
}

/** RFC 2308 section 5: until when a negative answer lasts by its SOA, which can only shorten what is signed. */
function negativeLife(authority: RRsets, apex: Name, now: number): number {
  const soaSet: RRset | undefined = authority.get(apex, TYPE.SOA);
  const soa = soaSet?.rdatas[0] && parseSoa(soaSet.rdatas[0]);
  return soaSet && soa ? now + Math.min(soaSet.ttl, soa.minimum) : Number.POSITIVE_INFINITY;
}
