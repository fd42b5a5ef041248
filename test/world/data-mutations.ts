/**
 * Mutations of zone data: one RRset is changed wherever it is served, and in the master file too. Those that say
 * "signed again" are what somebody with the zone's keys could do; the others are changes on the way.
 */
import { TYPE } from '../../src/dns/codes.ts';
import { Name } from '../../src/dns/name.ts';
import { withIterations } from './denial-records.ts';
import { delegationSigner, FLAG, keyTag, type ZoneKey } from './keys.ts';
import { isTarget, type Mutation, type Target } from './mutation.ts';
import { type SignatureClaims, type SignedRRset, signatureLabels, signatureOver } from './signer.ts';
import type { World } from './world.ts';
import { entryKeys, type Zone } from './zone.ts';

const DAY = 86_400;

type Change = (signed: SignedRRset, zone: Zone, world: World) => SignedRRset | undefined;

/** A mutation of the one RRset that `target` names. DS is the parent's, all else that of the zone it stands in. */
function ofRRset(target: Target, facts: Pick<Mutation, 'name' | 'does' | 'breaks'>, change: Change): Mutation {
  return {
    ...facts,
    rrset: (signed, zone, world) => (isTarget(target, signed) ? change(signed, zone, world) : signed),
  };
}

/** A mutation of nothing but what the signatures of an RRset claim; they are right for what they claim. */
function ofClaims(
  target: Target,
  facts: Pick<Mutation, 'name' | 'does' | 'breaks'>,
  claims: (signed: SignedRRset, zone: Zone, key: ZoneKey) => Partial<SignatureClaims>,
): Mutation {
  return ofRRset(target, facts, (signed, zone) => ({
    ...signed,
    signatures: zone
      .signingKeys(signed.type)
      .map((key) => signatureOver(signed, key, zone.apex, zone.window, claims(signed, zone, key))),
  }));
}

/** `octets` with the lowest bit of the one at `index` the other way round; counted from the end if negative. */
function flipBit(octets: Uint8Array, index: number): Uint8Array {
  return octets.with(index, octets.at(index)! ^ 1);
}

export function expiredSignature(target: Target): Mutation {
  const facts = {
    name: 'expired signature',
    does: 'The signatures over the RRset ran out a day ago.',
    breaks: 'bogus',
  } as const;
  return ofClaims(target, facts, (_, { now }) => ({ inception: now - 8 * DAY, expiration: now - DAY }));
}

export function futureSignature(target: Target): Mutation {
  const facts = {
    name: 'signature not yet valid',
    does: 'The signatures over the RRset begin in a day.',
    breaks: 'bogus',
  } as const;
  return ofClaims(target, facts, (_, { now }) => ({ inception: now + DAY, expiration: now + 8 * DAY }));
}

export function wrongSignerName(target: Target): Mutation {
  const facts = {
    name: 'wrong signer name',
    does: "The zone's own key signs the RRset in the name of the zone above (of `example.` for the root).",
    breaks: 'bogus',
  } as const;
  return ofClaims(target, facts, (_, zone) => ({
    signer: zone.apex.isRoot() ? Name.parse('example.') : zone.apex.parent(),
  }));
}

export function tooManyLabels(target: Target): Mutation {
  const facts = {
    name: 'too many labels',
    does: 'The signatures count one label more than the owner name has (RFC 4034 section 3.1.3).',
    breaks: 'bogus',
  } as const;
  return ofClaims(target, facts, ({ name }) => ({ labels: signatureLabels(name) + 1 }));
}

export function wrongTypeCovered(target: Target): Mutation {
  const facts = {
    name: 'signature for another type',
    does: 'The signatures beside the RRset cover another type.',
    breaks: 'bogus',
  } as const;
  return ofClaims(target, facts, ({ type }) => ({ typeCovered: type === TYPE.TXT ? TYPE.A : TYPE.TXT }));
}

export function wrongKeyTag(target: Target): Mutation {
  const facts = {
    name: 'wrong key tag',
    does: 'The signatures name a key tag that no key of the zone has.',
    breaks: 'bogus',
  } as const;
  return ofClaims(target, facts, (_, zone, key) => {
    let tag = key.keyTag ^ 1;
    while (zone.keys.some((other) => other.keyTag === tag)) tag = (tag + 1) % 0x10000;
    return { keyTag: tag };
  });
}

export function flippedSignature(target: Target): Mutation {
  const facts = {
    name: 'flipped bit in a signature',
    does: 'One bit of every signature over the RRset is flipped.',
    breaks: 'bogus',
  } as const;
  return ofRRset(target, facts, (signed) => ({
    ...signed,
    signatures: signed.signatures.map((signature) => flipBit(signature, -1)),
  }));
}

export function flippedRdata(target: Target): Mutation {
  const facts = {
    name: 'flipped bit in rdata',
    does: 'The last bit of each record is flipped: of the key in DNSKEY, of the digest in DS.',
    breaks: 'bogus',
  } as const;
  return ofRRset(target, facts, (signed) => ({ ...signed, rdatas: signed.rdatas.map((rdata) => flipBit(rdata, -1)) }));
}

export function missingSignature(target: Target): Mutation {
  const facts = { name: 'missing signature', does: 'The RRset comes without signatures.', breaks: 'bogus' } as const;
  return ofRRset(target, facts, (signed) => (signed.signatures.length > 0 ? { ...signed, signatures: [] } : signed));
}

export function missingRRset(target: Target): Mutation {
  const facts = {
    name: 'missing RRset',
    does: 'The RRset is left out with its signatures, and nothing comes in its place.',
    breaks: 'bogus',
  } as const;
  return ofRRset(target, facts, () => undefined);
}

/** For the DNSKEY or DS set above all. */
export function signedByAnotherZone(target: Target, other: string): Mutation {
  const facts = {
    name: 'signed by another zone',
    does: `The RRset is signed by the keys of ${other} in its own name, and by nobody else.`,
    breaks: 'bogus',
  } as const;
  return ofRRset(target, facts, (signed, _, world) => {
    const signer = world.zone(other);
    const keys = signer.signingKeys(TYPE.SOA);
    return { ...signed, signatures: keys.map((key) => signatureOver(signed, key, signer.apex, signer.window)) };
  });
}

/** A DS of another zone in place of the zone's own, signed again by the parent. */
export function swappedDs(zone: Name, other: string): Mutation {
  const facts = {
    name: 'swapped DS',
    does: `The parent publishes, signed, the DS of ${other} in place of the zone's own.`,
    breaks: 'bogus',
  } as const;
  return ofRRset({ name: zone, type: TYPE.DS }, facts, (signed, parent, world) => {
    const stranger = world.zone(other);
    const keys = entryKeys(stranger.apex, { ...stranger.description, delegation: 'signed' });
    return parent.sign({ ...signed, rdatas: keys.map((key) => delegationSigner(zone, key.rdata, 2)) });
  });
}

/** Each DS names an algorithm or digest that nobody can check: the zone counts as unsigned (RFC 4035 section 5.2). */
export function unsupportedDs(zone: Name, what: 'algorithm' | 'digest'): Mutation {
  const facts = {
    name: `DS of an unknown ${what}`,
    does: `Every DS of the zone is for ${what === 'algorithm' ? 'algorithm 200' : 'digest type 200'}, signed again.`,
    breaks: 'insecure',
  } as const;
  return ofRRset({ name: zone, type: TYPE.DS }, facts, (signed, parent) =>
    parent.sign({ ...signed, rdatas: signed.rdatas.map((rdata) => rdata.with(what === 'algorithm' ? 2 : 3, 200)) }),
  );
}

/** One DS more that fits no key: any one that works is enough (RFC 6840 section 5.11). */
export function extraDs(zone: Name): Mutation {
  const facts = {
    name: 'one DS too many',
    does: 'Beside the right DS stands one that fits no key, signed again.',
    breaks: 'nothing',
  } as const;
  return ofRRset({ name: zone, type: TYPE.DS }, facts, (signed, parent) =>
    parent.sign({ ...signed, rdatas: [flipBit(signed.rdatas[0]!, -1), ...signed.rdatas] }),
  );
}

/** One signature more that does not verify: one that does is enough (RFC 6840 section 5.4). */
export function extraSignature(target: Target): Mutation {
  const facts = {
    name: 'one signature too many',
    does: 'Before each good signature stands a copy of it that does not verify.',
    breaks: 'nothing',
  } as const;
  return ofRRset(target, facts, (signed) => ({
    ...signed,
    signatures: signed.signatures.flatMap((signature) => [flipBit(signature, -1), signature]),
  }));
}

/** The keys that the parent's DS speaks of are gone from the DNSKEY RRset, which the others sign. */
export function missingEntryKeys(zone: Name): Mutation {
  const facts = {
    name: 'DNSKEY without the KSK',
    does: 'The DNSKEY RRset lacks every key with the SEP bit, and is signed by the rest.',
    breaks: 'bogus',
  } as const;
  return ofRRset({ name: zone, type: TYPE.DNSKEY }, facts, (signed, { keys, apex, window }) => {
    const rest = keys.filter(({ flags }) => (flags & FLAG.SEP) === 0);
    const stripped = { ...signed, rdatas: rest.map(({ rdata }) => rdata) };
    return { ...stripped, signatures: rest.map((key) => signatureOver(stripped, key, apex, window)) };
  });
}

/** The TTL is not covered by the signature, its original value is (RFC 4034 section 6.2): a validator cuts it down. */
export function raisedTtl(target: Target): Mutation {
  const facts = {
    name: 'raised TTL',
    does: 'The TTL of the RRset is ten times what was signed.',
    breaks: 'nothing',
  } as const;
  return ofRRset(target, facts, (signed) => ({ ...signed, ttl: signed.ttl * 10 }));
}

/** An NSEC3 bomb (CVE-2023-50868) for a validator that starts to count: the record is signed as it stands. */
export function hugeIterations(zone: Name, iterations = 65_535): Mutation {
  return {
    name: 'huge NSEC3 iterations',
    does: `Every NSEC3 record of the zone claims ${iterations} iterations, signed again.`,
    breaks: 'insecure',
    rrset: (signed, holder) =>
      signed.type === TYPE.NSEC3 && holder.apex.equals(zone) ? holder.sign(withIterations(signed, iterations)) : signed,
  };
}

/** KeyTrap (CVE-2023-50387): many keys of one tag times many signatures that fit none of them. */
export function keyTrap(target: Target, { keys, signatures }: { keys: number; signatures: number }): Mutation {
  return {
    name: 'KeyTrap',
    does: `The zone has ${keys} more keys with the tag of its own, and the RRset ${signatures} signatures that verify with none.`,
    // Whoever counts its work gives up.
    breaks: 'indeterminate',
    rrset: (signed, zone, world) => {
      const holdsTarget = zone === world.zoneFor(target.name, target.type);
      if (holdsTarget && signed.type === TYPE.DNSKEY && !isTarget(target, signed)) {
        const like = zone.signingKeys(target.type)[0]!;
        return zone.sign({ ...signed, rdatas: [...signed.rdatas, ...keysOfOneTag(like, keys)] });
      }
      if (!isTarget(target, signed)) return signed;
      const broken = Array.from({ length: signatures }, (_, i) => {
        const signature = signed.signatures[0]!.slice();
        new DataView(signature.buffer).setUint32(signature.length - 4, i + 1);
        return signature;
      });
      return { ...signed, signatures: broken };
    },
  };
}

/** DNSKEY rdata that differs from `like` only in octets that leave the key tag as it is. */
export function keysOfOneTag(like: ZoneKey, count: number): Uint8Array[] {
  const made: Uint8Array[] = [];
  for (let difference = 1; made.length < count && difference < 0x10000; difference++) {
    const rdata = like.rdata.slice();
    const view = new DataView(rdata.buffer);
    // Two 16-bit pairs near the end: what one gains the other loses.
    const [from, to] = [rdata.length - 4 - (rdata.length % 2), rdata.length - 6 - (rdata.length % 2)];
    const gain = view.getUint16(from) + difference;
    const loss = view.getUint16(to) - difference;
    if (gain > 0xffff || loss < 0) continue;
    view.setUint16(from, gain);
    view.setUint16(to, loss);
    if (keyTag(rdata) === like.keyTag) made.push(rdata);
  }
  if (made.length < count) throw new RangeError(`only ${made.length} keys have the tag of ${like.keyTag}`);
  return made;
}
