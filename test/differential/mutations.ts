/**
 * Single changes to the signed data of a zone, beyond the catalogue of `test/world`: the finer points on which
 * validators have disagreed. Those "signed again" are what a wrong or lying signer makes; a validator has to see that
 * a valid signature alone proves nothing.
 */
import { TYPE } from '../../src/dns/codes.ts';
import type { Name } from '../../src/dns/name.ts';
import { typesOf, withNextName, withTypes } from '../world/denial-records.ts';
import { isTarget, type Mutation, type Target } from '../world/mutation.ts';
import { type SignatureClaims, type SignedRRset, signatureLabels, signatureOver } from '../world/signer.ts';
import type { Zone } from '../world/zone.ts';
import type { Random } from './random.ts';

type Change = (signed: SignedRRset, zone: Zone) => SignedRRset | undefined;

/** `breaks` is for servers that judge; here the validators themselves say what comes of it. */
function ofRRset(target: Target, name: string, does: string, change: Change): Mutation {
  return {
    name,
    does,
    breaks: 'bogus',
    rrset: (signed, zone) => (isTarget(target, signed) ? change(signed, zone) : signed),
  };
}

function ofClaims(
  target: Target,
  name: string,
  does: string,
  claims: (signed: SignedRRset, zone: Zone) => Partial<SignatureClaims>,
): Mutation {
  return ofRRset(target, name, does, (signed, zone) => ({
    ...signed,
    signatures: zone
      .signingKeys(signed.type)
      .map((key) => signatureOver(signed, key, zone.apex, zone.window, claims(signed, zone))),
  }));
}

/** Signature fields, each signed for what it claims. */
export const CLAIM_MUTATIONS: readonly ((target: Target) => Mutation)[] = [
  (target) =>
    ofClaims(target, 'one label fewer', 'The signatures make the RRset an expansion of a wildcard.', ({ name }) => ({
      labels: Math.max(0, signatureLabels(name) - 1),
    })),
  (target) => ofClaims(target, 'no labels', 'The signatures count no label at all.', () => ({ labels: 0 })),
  (target) =>
    ofClaims(target, 'another original TTL', 'The original TTL is half the one served.', ({ ttl }) => ({
      originalTtl: Math.ceil(ttl / 2),
    })),
  (target) =>
    ofClaims(target, 'ends before it begins', 'Inception an hour ahead, expiration an hour ago.', (_, { now }) => ({
      inception: now + 3600,
      expiration: now - 3600,
    })),
  (target) =>
    ofClaims(target, 'very long life', 'Valid from 60 years ago for 67 years: serial numbers wrap.', (_, { now }) => ({
      inception: now - 60 * 365 * 86_400,
      expiration: now + 7 * 365 * 86_400,
    })),
  (target) =>
    ofClaims(target, 'signed by itself', 'The signer is the name of the RRset.', ({ name }) => ({ signer: name })),
  (target) =>
    ofClaims(target, 'wrong algorithm number', 'The signatures claim an algorithm that no key has.', () => ({
      algorithm: 253,
    })),
  (target) =>
    ofRRset(
      target,
      'a good and an expired signature',
      'An expired signature stands beside each good one.',
      (signed, zone) => ({
        ...signed,
        signatures: zone.signingKeys(signed.type).flatMap((key) => {
          const past = { inception: zone.now - 7200, expiration: zone.now - 3600 };
          return [signatureOver(signed, key, zone.apex, past), signatureOver(signed, key, zone.apex, zone.window)];
        }),
      }),
    ),
  (target) =>
    ofRRset(
      target,
      'a signature by an unknown key beside',
      'A copy of each signature has another key tag.',
      (signed) => ({
        ...signed,
        signatures: signed.signatures.flatMap((signature) => [signature.with(17, signature[17]! ^ 0x55), signature]),
      }),
    ),
  (target) =>
    ofRRset(target, 'a record too many', 'One record more than was signed.', (signed) => ({
      ...signed,
      rdatas: [...signed.rdatas, flipLast(signed.rdatas[0]!)],
    })),
  (target) =>
    ofRRset(target, 'a record too few', 'One record of several is gone.', (signed) =>
      signed.rdatas.length > 1 ? { ...signed, rdatas: signed.rdatas.slice(1) } : signed,
    ),
  (target) =>
    ofRRset(target, 'short signature', 'The last octet of each signature is missing.', (signed) => ({
      ...signed,
      signatures: signed.signatures.map((signature) => signature.slice(0, -1)),
    })),
  (target) =>
    ofRRset(target, 'exactly now', 'The signatures end in this very second, which still counts.', (signed, zone) => {
      const window = { inception: zone.now - 3600, expiration: zone.now };
      return resigned(signed, zone, window);
    }),
  (target) =>
    ofRRset(target, 'a second ago', 'The signatures ended a second ago.', (signed, zone) => {
      const window = { inception: zone.now - 3600, expiration: zone.now - 1 };
      return resigned(signed, zone, window);
    }),
  (target) =>
    ofRRset(
      target,
      'from now on',
      'The signatures begin in this very second, which counts already.',
      (signed, zone) => {
        const window = { inception: zone.now, expiration: zone.now + 3600 };
        return resigned(signed, zone, window);
      },
    ),
];

/** Names of the mutations that turn on the exact second; a judge with another clock cannot be asked. */
export const TO_THE_SECOND: readonly string[] = ['exactly now', 'a second ago', 'from now on'];

function resigned(signed: SignedRRset, zone: Zone, window: Zone['window']): SignedRRset {
  const keys = zone.signingKeys(signed.type);
  return { ...signed, signatures: keys.map((key) => signatureOver(signed, key, zone.apex, window)) };
}

function flipLast(octets: Uint8Array): Uint8Array {
  return octets.with(octets.length - 1, octets.at(-1)! ^ 1);
}

/** Types whose bit in a denial record decides what it proves. */
const TELLING_TYPES: readonly number[] = [
  TYPE.NS,
  TYPE.SOA,
  TYPE.DS,
  TYPE.CNAME,
  TYPE.DNAME,
  TYPE.A,
  TYPE.TXT,
  TYPE.MX,
  TYPE.NXNAME,
];

/** What an NSEC or NSEC3 says, signed again. `target` is the record. */
export function denialMutation(random: Random, target: Target, zone: Zone): Mutation {
  const telling = random.pick(TELLING_TYPES);
  const added = ofRRset(target, `type ${telling} added to a bitmap`, 'Signed again.', (signed, holder) =>
    holder.sign(withTypes(signed, [...new Set([...typesOf(signed), telling])])),
  );
  const removed = ofRRset(
    target,
    'types removed from a bitmap',
    'Only DNSSEC types are left. Signed again.',
    (signed, holder) =>
      holder.sign(
        withTypes(
          signed,
          typesOf(signed).filter((type) => type === TYPE.RRSIG || type === TYPE.NSEC),
        ),
      ),
  );
  const withoutNs = ofRRset(target, 'NS removed from a bitmap', 'Signed again.', (signed, holder) =>
    holder.sign(
      withTypes(
        signed,
        typesOf(signed).filter((type) => type !== TYPE.NS),
      ),
    ),
  );
  const gone = ofRRset(target, 'denial record gone', 'An NSEC or NSEC3 is missing.', () => undefined);
  const unsigned = ofRRset(target, 'denial record unsigned', 'An NSEC or NSEC3 has no signature.', (signed) => ({
    ...signed,
    signatures: [],
  }));
  if (target.type === TYPE.NSEC) {
    const names = zone.existingNames();
    const next = random.pick([...names, ...names, zone.apex.isRoot() ? zone.apex : zone.apex.parent()]);
    const redirected = ofRRset(target, `NSEC leads to ${next}`, 'Signed again.', (signed, holder) =>
      holder.sign(withNextName(signed, next)),
    );
    return random.pick([added, removed, withoutNs, gone, unsigned, redirected, redirected]);
  }
  const changed = (name: string, index: number, value: (octet: number) => number) =>
    ofRRset(target, name, 'Signed again.', (signed, holder) =>
      holder.sign({ ...signed, rdatas: signed.rdatas.map((rdata) => rdata.with(index, value(rdata[index]!))) }),
    );
  return random.pick([
    added,
    removed,
    withoutNs,
    gone,
    unsigned,
    changed('NSEC3 of an unknown hash algorithm', 0, () => 2),
    changed('NSEC3 with unknown flags', 1, (flags) => flags | 0x80),
    changed('NSEC3 with opt-out turned round', 1, (flags) => flags ^ 1),
    changed('NSEC3 with other iterations', 3, (iterations) => iterations ^ 1),
  ]);
}

/** Every RRset of the zone loses its signatures. */
export function strippedZone(apex: Name): Mutation {
  return {
    name: 'stripped zone',
    does: 'No signature in the zone at all.',
    breaks: 'bogus',
    rrset: (signed, zone) => (zone.apex.equals(apex) ? { ...signed, signatures: [] } : signed),
  };
}

/** The whole zone was signed for another time. */
export function staleZone(apex: Name, shift: number): Mutation {
  return {
    name: shift < 0 ? 'expired zone' : 'zone of the future',
    does: `Every signature is made for ${Math.abs(shift)} seconds ${shift < 0 ? 'ago' : 'ahead'}.`,
    breaks: 'bogus',
    rrset: (signed, zone) => {
      if (!zone.apex.equals(apex) || signed.signatures.length === 0) return signed;
      return resigned(signed, zone, { inception: zone.now + shift - 600, expiration: zone.now + shift + 600 });
    },
  };
}

/** DNSKEY with flags, protocol or key octets that are not what they should be, signed again. */
export function dnskeyMutation(random: Random, apex: Name): Mutation {
  const target = { name: apex, type: TYPE.DNSKEY };
  const rewritten = (name: string, does: string, change: (rdata: Uint8Array) => Uint8Array) =>
    ofRRset(target, name, does, (signed, zone) => zone.sign({ ...signed, rdatas: signed.rdatas.map(change) }));
  return random.pick([
    rewritten('keys that are no zone keys', 'The Zone flag is clear in every DNSKEY. Signed again.', (rdata) =>
      rdata.with(0, rdata[0]! & 0xfe),
    ),
    rewritten(
      'zone signing keys that are none',
      'The Zone flag is clear in keys without SEP. Signed again.',
      (rdata) => ((rdata[1]! & 1) === 0 ? rdata.with(0, rdata[0]! & 0xfe) : rdata),
    ),
    rewritten('protocol 4', 'Every DNSKEY has protocol 4. Signed again.', (rdata) => rdata.with(2, 4)),
    rewritten('revoked keys', 'Every DNSKEY is revoked. Signed again.', (rdata) => rdata.with(1, rdata[1]! | 0x80)),
    rewritten('reserved flags', 'Every DNSKEY without SEP has a reserved flag set. Signed again.', (rdata) =>
      (rdata[1]! & 1) === 0 ? rdata.with(0, rdata[0]! | 0x02) : rdata,
    ),
    ofRRset(target, 'signed by the zone key alone', 'Only keys without SEP sign the DNSKEY RRset.', (signed, zone) => ({
      ...signed,
      signatures: zone.signingKeys(TYPE.SOA).map((key) => signatureOver(signed, key, zone.apex, zone.window)),
    })),
    ofRRset(target, 'a key too many', 'A key that nobody has is in the DNSKEY RRset. Signed again.', (signed, zone) =>
      zone.sign({ ...signed, rdatas: [flipLast(signed.rdatas[0]!), ...signed.rdatas] }),
    ),
    ofRRset(
      target,
      'a key of an unknown algorithm',
      'Algorithm 253 is in the DNSKEY RRset. Signed again.',
      (signed, zone) => zone.sign({ ...signed, rdatas: [signed.rdatas[0]!.with(3, 253), ...signed.rdatas] }),
    ),
  ]);
}

/** The DS RRset of a zone, signed again by its parent. `anyForm`: its server takes a DS of any length. */
export function dsMutation(random: Random, apex: Name, anyForm: boolean): Mutation {
  const target = { name: apex, type: TYPE.DS };
  const rewritten = (name: string, does: string, change: (rdatas: readonly Uint8Array[]) => readonly Uint8Array[]) =>
    ofRRset(target, name, does, (signed, parent) => parent.sign({ ...signed, rdatas: change(signed.rdatas) }));
  const short = rewritten('DS too short', 'The digest of each DS lacks its last octet. Signed again.', (all) =>
    all.map((rdata) => rdata.slice(0, -1)),
  );
  return random.pick([
    rewritten('DS that fits no key', 'The digest of each DS is another. Signed again.', (all) => all.map(flipLast)),
    rewritten('DS with another tag', 'The key tag of each DS is another. Signed again.', (all) =>
      all.map((rdata) => rdata.with(1, rdata[1]! ^ 1)),
    ),
    rewritten('DS with another algorithm', 'Each DS names another supported algorithm. Signed again.', (all) =>
      all.map((rdata) => rdata.with(2, rdata[2] === 13 ? 8 : 13)),
    ),
    rewritten('DS of an unknown algorithm beside', 'A DS of algorithm 253 stands beside. Signed again.', (all) => [
      all[0]!.with(2, 253),
      ...all,
    ]),
    ...(anyForm ? [short] : []),
    rewritten('DS of GOST alone', 'Every DS has digest type 3. Signed again.', (all) =>
      all.map((rdata) => Uint8Array.of(...rdata.subarray(0, 3), 3, ...new Uint8Array(32).fill(7))),
    ),
    rewritten(
      'good SHA-1 beside wrong SHA-256',
      'RFC 4509 section 3: SHA-1 does not count then. Signed again.',
      (all) => [...all.filter((rdata) => rdata[3] === 1), ...all.filter((rdata) => rdata[3] !== 1).map(flipLast)],
    ),
  ]);
}
