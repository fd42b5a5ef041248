/**
 * What is wrong in a rare world (`rare.ts`), beyond what may be wrong in any: keys of one tag, DS of revoked keys and
 * of mixed strength, letter case where nobody looks, bitmaps and hashes that end oddly, records twice or of strangers.
 */
import { TYPE } from '../../src/dns/codes.ts';
import type { Message, Question } from '../../src/dns/message.ts';
import { Name } from '../../src/dns/name.ts';
import { WireReader } from '../../src/dns/wire.ts';
import { keysOfOneTag } from '../world/data-mutations.ts';
import { delegationSigner, keyTag } from '../world/keys.ts';
import type { Mutation, Target } from '../world/mutation.ts';
import { type SignedRRset, signatureOver } from '../world/signer.ts';
import type { World } from '../world/world.ts';
import { entryKeys, type Zone } from '../world/zone.ts';
import type { Random } from './random.ts';
import { below } from './rare.ts';

export interface RareMutation {
  readonly mutation: Mutation;
  readonly target: Target;
  readonly questions: readonly Question[];
}

/** `online`: nothing is written to a zone file, which leaves room for what none can hold. */
export function rareMutation(random: Random, zone: Zone, world: World, online: boolean): RareMutation {
  const { apex } = zone;
  const keys = { name: apex, type: TYPE.DNSKEY };
  const ds = { name: apex, type: TYPE.DS };
  const of = (target: Target, mutation: Mutation, ...questions: Question[]): RareMutation => ({
    target,
    mutation,
    questions: [target, { name: apex, type: TYPE.SOA }, ...questions],
  });
  const data = random.pick(zone.rrsets(random.pick(zone.owners().filter((owner) => zone.find(owner).kind === 'name'))));
  const missing = [apex, below(apex, 'none'), below(below(apex, 'none'), 'at-all')].flatMap((name) => [
    { name, type: TYPE.SRV },
    { name, type: TYPE.A },
  ]);
  const isTop = world.parentOf(zone) === undefined;
  return random.pick<() => RareMutation>([
    () => of(keys, otherKeysOfOneTag(apex)),
    () => of(keys, brokenBesideGood(keys)),
    () => of(data, brokenBesideGood(data)),
    () => of(data, signerInCapitals(apex)),
    () => of(data, nextNameInCapitals(apex), ...missing),
    ...(isTop
      ? []
      : [
          () => of(ds, dsOfRevokedKeys(apex)),
          () => of(ds, goodSha1Beside(apex, 4)),
          () => of(ds, goodSha1Beside(apex, 3)),
          () => of(ds, neitherKnown(apex)),
        ]),
    ...(online
      ? [
          () => of(data, recordsTwice(apex)),
          () => of(data, differentTtls(apex)),
          () => of(data, emptyOctetInBitmaps(apex), ...missing),
          () => of(data, nextHashes(apex, 'short'), ...missing),
          () => of(data, nextHashes(apex, 'long'), ...missing),
          () => of(data, foreignRecords(apex), ...missing),
        ]
      : []),
  ])();
}

type Rewrite = (signed: SignedRRset, holder: Zone, world: World) => SignedRRset;

function rewriting(name: string, does: string, rrset: Rewrite): Mutation {
  return { name, does, breaks: 'bogus', rrset };
}

/** KeyTrap in small (V30): each tag is of two keys, and both have to be tried. */
function otherKeysOfOneTag(apex: Name): Mutation {
  return rewriting(
    'two keys of each tag',
    'Beside each key stands one of the same tag. Signed again.',
    (signed, zone) =>
      signed.type === TYPE.DNSKEY && signed.name.equals(apex)
        ? zone.sign({ ...signed, rdatas: zone.keys.flatMap((key) => [...keysOfOneTag(key, 1), key.rdata]) })
        : signed,
  );
}

function brokenBesideGood(target: Target): Mutation {
  const broken = (signature: Uint8Array, i: number) =>
    signature.with(-1 - i + signature.length, signature.at(-1 - i)! ^ 1);
  return rewriting('three broken signatures beside', 'Of the same key, before and behind the good one.', (signed) => {
    const [good] = signed.signatures;
    return good !== undefined && signed.type === target.type && signed.name.equals(target.name)
      ? { ...signed, signatures: [broken(good, 0), broken(good, 1), good, broken(good, 2)] }
      : signed;
  });
}

/** Letters of names on the way that canonical form lowers (RFC 4034 section 6.2). */
function signerInCapitals(apex: Name): Mutation {
  const does = 'The signer of each signature has capitals; it was signed in small letters.';
  return rewriting('signer in capitals', does, (signed, zone) =>
    zone.apex.equals(apex)
      ? { ...signed, signatures: signed.signatures.map((signature) => capitals(signature, 18)) }
      : signed,
  );
}

/** RFC 6840 section 5.1: the next name is signed in the letters it has. */
function nextNameInCapitals(apex: Name): Mutation {
  const does = 'The next name of each NSEC has capitals, and is signed so.';
  return rewriting('next name in capitals', does, (signed, zone) =>
    zone.apex.equals(apex) && signed.type === TYPE.NSEC
      ? zone.sign({ ...signed, rdatas: signed.rdatas.map((rdata) => capitals(rdata, 0)) })
      : signed,
  );
}

function capitals(rdata: Uint8Array, start: number): Uint8Array {
  const reader = new WireReader(rdata, start);
  reader.labels('no pointers');
  return rdata.map((octet, i) =>
    i >= start && i < reader.offset && octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet,
  );
}

/** RFC 5011 section 2.1: a revoked key is good for nothing but to say so. */
function dsOfRevokedKeys(apex: Name): Mutation {
  const does = 'The entry keys are revoked, and the DS are of the revoked form. Signed again, by these too.';
  const revoked = (rdata: Uint8Array) => rdata.with(1, rdata[1]! | 0x80);
  return rewriting('DS of revoked keys', does, (signed, holder, world) => {
    if (!signed.name.equals(apex)) return signed;
    const zone = world.zone(apex.toString());
    const entries = entryKeys(apex, { ...zone.description, delegation: 'signed' });
    const isEntry = (rdata: Uint8Array) => entries.some((key) => key.rdata === rdata);
    if (signed.type === TYPE.DS) {
      return holder.sign({ ...signed, rdatas: entries.map((key) => delegationSigner(apex, revoked(key.rdata), 2)) });
    }
    if (signed.type !== TYPE.DNSKEY) return signed;
    const changed = { ...signed, rdatas: signed.rdatas.map((rdata) => (isEntry(rdata) ? revoked(rdata) : rdata)) };
    const signatures = zone
      .signingKeys(TYPE.DNSKEY)
      .map((key) =>
        signatureOver(
          changed,
          key,
          apex,
          zone.window,
          isEntry(key.rdata) ? { keyTag: keyTag(revoked(key.rdata)) } : {},
        ),
      );
    return { ...changed, signatures };
  });
}

function ofDs(apex: Name, name: string, does: string, rdatas: (zone: Zone) => readonly Uint8Array[]): Mutation {
  return rewriting(name, does, (signed, holder, world) =>
    signed.type === TYPE.DS && signed.name.equals(apex)
      ? holder.sign({ ...signed, rdatas: rdatas(world.zone(apex.toString())) })
      : signed,
  );
}

/** RFC 4509 section 3 speaks of SHA-256 alone; 3 is GOST, which nobody knows. */
function goodSha1Beside(apex: Name, digestType: 3 | 4): Mutation {
  const other = digestType === 4 ? 'SHA-384' : 'GOST';
  return ofDs(apex, `good SHA-1 beside wrong ${other}`, 'Signed again.', (zone) =>
    entryKeys(apex, zone.description).flatMap(({ rdata }) => {
      const good = delegationSigner(apex, rdata, 1);
      const digest = new Uint8Array(digestType === 4 ? 48 : 32).fill(0x5a);
      return [good, Uint8Array.of(...good.subarray(0, 3), digestType, ...digest)];
    }),
  );
}

/** RFC 4035 section 5.2: each half that is known stands beside one that is not. */
function neitherKnown(apex: Name): Mutation {
  const does = 'One DS of an unknown algorithm, one of an unknown digest type, none of known ones. Signed again.';
  return ofDs(apex, 'no DS known in both', does, (zone) =>
    entryKeys(apex, zone.description).flatMap(({ rdata }) => {
      const good = delegationSigner(apex, rdata, 2);
      return [good.with(2, 253), good.with(3, 200)];
    }),
  );
}

/** Of every answer from the zone. */
function ofMessages(apex: Name, name: string, does: string, change: (message: Message) => Message): Mutation {
  return {
    name,
    does,
    breaks: 'nothing',
    message: (message, question) => (question.name.isAtOrBelow(apex) ? change(message) : message),
  };
}

/** RFC 4034 section 6.3. */
function recordsTwice(apex: Name): Mutation {
  return ofMessages(apex, 'records twice', 'Each record comes twice, backwards.', (message) => ({
    ...message,
    answer: [...message.answer, ...message.answer].reverse(),
    authority: [...message.authority, ...message.authority].reverse(),
  }));
}

/** RFC 2181 section 5.2. */
function differentTtls(apex: Name): Mutation {
  return ofMessages(apex, 'different TTLs', 'Records of one RRset differ in TTL.', (message) => ({
    ...message,
    answer: message.answer.map((record, i) => ({ ...record, ttl: Math.max(1, record.ttl - i) })),
  }));
}

/** RFC 4034 section 4.1.2: trailing octets of zero are left out. */
function emptyOctetInBitmaps(apex: Name): Mutation {
  const does = 'The last window of each bitmap has an octet of zero at its end. Signed again.';
  return rewriting('bitmap with an empty octet', does, (signed, zone) => {
    if (!zone.apex.equals(apex) || signed.type !== TYPE.NSEC) return signed;
    return zone.sign({
      ...signed,
      rdatas: signed.rdatas.map((rdata) => {
        const reader = new WireReader(rdata);
        reader.labels('no pointers');
        let length = reader.offset + 1;
        while (length + 1 + rdata[length]! < rdata.length) length += 2 + rdata[length]!;
        return Uint8Array.of(...rdata.with(length, rdata[length]! + 1), 0);
      }),
    });
  });
}

/** RFC 5155 section 3.1.7: as long as the hash algorithm makes them. */
function nextHashes(apex: Name, length: 'short' | 'long'): Mutation {
  const does = `The next hash of each NSEC3 is too ${length} by an octet. Signed again.`;
  return rewriting(`next hash too ${length}`, does, (signed, zone) => {
    if (!zone.apex.equals(apex) || signed.type !== TYPE.NSEC3) return signed;
    return zone.sign({
      ...signed,
      rdatas: signed.rdatas.map((rdata) => {
        const at = 5 + rdata[4]!;
        const end = at + 1 + rdata[at]!;
        return length === 'short'
          ? Uint8Array.of(
              ...rdata.subarray(0, at),
              rdata[at]! - 1,
              ...rdata.subarray(at + 1, end - 1),
              ...rdata.subarray(end),
            )
          : Uint8Array.of(
              ...rdata.subarray(0, at),
              rdata[at]! + 1,
              ...rdata.subarray(at + 1, end),
              0xff,
              ...rdata.subarray(end),
            );
      }),
    });
  });
}

/** Signed records of the zone's own in the company of others nobody asked for: they must not matter. */
function foreignRecords(apex: Name): Mutation {
  const record = (name: Name, type: number, rdata: Uint8Array) => ({ name, type, class: 1, ttl: 60, rdata });
  const stranger = Name.parse('stranger.invalid.');
  return ofMessages(apex, 'strangers beside', 'Unsigned records of names nobody asked for.', (message) => ({
    ...message,
    answer: [...message.answer, record(stranger, TYPE.A, Uint8Array.of(192, 0, 2, 66))],
    authority: [...message.authority, record(stranger, TYPE.NS, stranger.wire)],
  }));
}
