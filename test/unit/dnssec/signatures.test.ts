/** One RRset against the keys of its zone: every check of RFC 4035 section 5.3, each with what fails without it. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import { parseDnskey, parseRrsig } from '../../../src/dns/rdata.ts';
import { RRsets } from '../../../src/dns/rrset.ts';
import { keyTag } from '../../../src/dnssec/key-tag.ts';
import type { BogusReason } from '../../../src/dnssec/outcome.ts';
import { type RRsetVerification, verifyRRset, type ZoneKey } from '../../../src/dnssec/signature.ts';
import { signedData } from '../../../src/dnssec/signature-checks.ts';
import { type ZoneKey as SigningKey, zoneKey } from '../../world/keys.ts';
import { type RRset, recordsOf, type SignatureClaims, type SignedRRset, signatureOver } from '../../world/signer.ts';
import { contextAt, NOW, name, rdata, received, shuffled } from './judging.ts';

const ZONE = name('example.');
const WINDOW = { inception: NOW - 3600, expiration: NOW + 3600 };
const ZSK = zoneKey(ZONE, { algorithm: 13, role: 'zsk' });
const OTHER = zoneKey(ZONE, { algorithm: 13, role: 'zsk', label: 'other' });

function verifying(key: SigningKey, change: (rdata: Uint8Array) => Uint8Array = (same) => same): ZoneKey {
  const octets = change(key.rdata);
  return { ...parseDnskey(octets)!, tag: keyTag(octets) };
}

const A: RRset = { name: name('www.example.'), type: TYPE.A, ttl: 300, rdatas: [rdata('A', '192.0.2.1')] };

function signed(claims: Partial<SignatureClaims> = {}, key = ZSK, rrset = A): SignedRRset {
  return { ...rrset, signatures: [signatureOver(rrset, key, ZONE, WINDOW, claims)] };
}

function verify(
  rrset: SignedRRset,
  {
    zone = ZONE,
    keys = [verifying(ZSK)],
    now = NOW,
    ...circumstances
  }: { zone?: Name; keys?: ZoneKey[]; now?: number } & Parameters<typeof contextAt>[1] = {},
): Promise<RRsetVerification> {
  return verifyRRset(received(rrset), zone, keys, contextAt(now, circumstances));
}

async function fault(...args: Parameters<typeof verify>): Promise<BogusReason> {
  const verified = await verify(...args);
  if (verified.valid) throw new Error('it verified');
  return verified.reason;
}

const FACTS = {
  zone: 'example.',
  owner: 'www.example.',
  type: 'A',
  keyTag: ZSK.keyTag,
  algorithm: 13,
  inception: NOW - 3600,
  expiration: NOW + 3600,
};

describe('a sound RRset', () => {
  it('verifies, with the facts of its signature and no wildcard', async () => {
    expect(await verify(signed())).toEqual({
      valid: true,
      rrsig: expect.objectContaining({ keyTag: ZSK.keyTag, labels: 2 }),
      view: { ...FACTS, valid: true },
      validUntil: NOW + 300,
    });
  });
});

describe('V24 owner, class and type covered are those of the RRset', () => {
  it('V24 a signature under another owner name is none of its', async () => {
    const elsewhere = { ...signed(), name: name('ftp.example.') };
    const records = [...recordsOf({ ...A, signatures: [] }, true), ...recordsOf({ ...elsewhere, rdatas: [] }, true)];
    const set = new RRsets(records).get(A.name, TYPE.A)!;
    expect(await verifyRRset(set, ZONE, [verifying(ZSK)], contextAt(NOW))).toEqual({
      valid: false,
      reason: { code: 'signature-missing', zone: 'example.', owner: 'www.example.', type: 'A' },
    });
  });

  it('V24 data moved to another owner name does not verify', async () => {
    expect(await fault({ ...signed(), name: name('ftp.example.') })).toEqual({
      code: 'signature-invalid',
      ...FACTS,
      owner: 'ftp.example.',
    });
  });

  it('V24 a signature that covers another type is none of its', async () => {
    expect(await fault(signed({ typeCovered: TYPE.AAAA }))).toEqual({
      code: 'signature-missing',
      zone: 'example.',
      owner: 'www.example.',
      type: 'A',
    });
  });

  it('V24 records of another class are not part of the RRset, and signatures of another class not of its', async () => {
    const records = recordsOf(signed(), true);
    const chaos = { ...records[0]!, class: 3, rdata: rdata('A', '192.0.2.66') };
    const set = new RRsets([...records, chaos]).get(A.name, TYPE.A)!;
    expect(set.rdatas.length).toBe(1);
    expect((await verifyRRset(set, ZONE, [verifying(ZSK)], contextAt(NOW))).valid).toBe(true);
    const foreign = records.map((record) => (record.type === TYPE.RRSIG ? { ...record, class: 3 } : record));
    expect(new RRsets(foreign).get(A.name, TYPE.A)!.signatures).toEqual([]);
  });
});

describe('V25 the signer is the zone', () => {
  it.each(['com.', 'sub.example.', '.', 'www.example.', 'xample.', 'notexample.'])('V25 not %s', async (signer) => {
    expect(await fault(signed({ signer: name(signer) }))).toEqual({
      code: 'wrong-signer',
      zone: 'example.',
      owner: 'www.example.',
      type: 'A',
      signer,
    });
  });

  it('V25 its letter case does not matter', async () => {
    // Written in capitals by the sender, hashed in small letters (RFC 4034 section 3.1.7).
    const one = signed();
    const capitals = one.signatures[0]!.slice();
    expect(String.fromCharCode(...capitals.subarray(19, 26))).toBe('example');
    for (let i = 19; i < 26; i++) capitals[i] = capitals[i]! - 0x20;
    expect((await verify({ ...one, signatures: [capitals] })).valid).toBe(true);
  });
});

describe('V26 the labels field', () => {
  it.each([3, 4, 255])('V26 %i labels are more than www.example. has', async (labels) => {
    expect(await fault(signed({ labels }))).toEqual({ code: 'signature-malformed', ...FACTS });
  });

  it('V26 fewer labels than the zone has would be a wildcard outside it', async () => {
    expect(await fault(signed({ labels: 0 }))).toEqual({ code: 'signature-malformed', ...FACTS });
  });

  it('V26 a leading asterisk is not counted', async () => {
    const wildcard = { ...A, name: name('*.w.example.') };
    const sound = signed({}, ZSK, wildcard);
    expect(parseRrsig(sound.signatures[0]!)!.labels).toBe(2);
    const verified = await verify(sound);
    expect(verified.valid && verified.wildcard).toBe(undefined);
    expect((await fault(signed({ labels: 3 }, ZSK, wildcard))).code).toBe('signature-malformed');
  });

  it('V26 the root is not counted', async () => {
    const root = zoneKey(Name.root, { algorithm: 13, role: 'zsk' });
    const soa = { name: Name.root, type: TYPE.NS, ttl: 60, rdatas: [name('ns.example.').wire] };
    const sound = { ...soa, signatures: [signatureOver(soa, root, Name.root, WINDOW)] };
    expect(parseRrsig(sound.signatures[0]!)!.labels).toBe(0);
    expect(await verify(sound, { zone: Name.root, keys: [verifying(root)] })).toMatchObject({ valid: true });
    const more = { ...soa, signatures: [signatureOver(soa, root, Name.root, WINDOW, { labels: 1 })] };
    expect((await fault(more, { zone: Name.root, keys: [verifying(root)] })).code).toBe('signature-malformed');
  });

  it('V26 signatures that disagree about labels make the set malformed', async () => {
    const literal = signed();
    const expanded = signed({ labels: 1 });
    const both = { ...A, signatures: [...literal.signatures, ...expanded.signatures] };
    expect(await fault(both)).toEqual({ code: 'signature-malformed', ...FACTS });
  });
});

describe('V26 signatures that disagree about labels, and keys that are not there', () => {
  const absent = ZSK.keyTag ^ 1;

  it('V26 the one that has a key is told of', async () => {
    const signatures = [...signed({ labels: 1, keyTag: absent }).signatures, ...signed().signatures];
    expect(await fault({ ...A, signatures })).toEqual({ code: 'signature-malformed', ...FACTS });
  });

  it('V26 or else any', async () => {
    const signatures = [1, 2].flatMap((labels) => signed({ labels, keyTag: absent }).signatures);
    expect(await fault({ ...A, signatures })).toEqual({ code: 'signature-malformed', ...FACTS, keyTag: absent });
  });
});

describe('V27 the time of validity', () => {
  it('V27 both ends belong to it', async () => {
    expect((await verify(signed(), { now: NOW - 3600 })).valid).toBe(true);
    expect((await verify(signed(), { now: NOW + 3600 })).valid).toBe(true);
  });

  it('V27 a second after is too late', async () => {
    expect(await fault(signed(), { now: NOW + 3601 })).toEqual({
      code: 'signature-expired',
      now: NOW + 3601,
      ...FACTS,
    });
  });

  it('V27 a second before is too early', async () => {
    expect(await fault(signed(), { now: NOW - 3601 })).toEqual({
      code: 'signature-not-yet-valid',
      now: NOW - 3601,
      ...FACTS,
    });
  });

  it('V27 a life that ends before it begins is none, whatever the tolerance', async () => {
    const backwards = signed({ inception: NOW + 10, expiration: NOW - 10 });
    expect(await fault(backwards, { tolerance: 60 })).toEqual({
      code: 'signature-malformed',
      ...FACTS,
      inception: NOW + 10,
      expiration: NOW - 10,
    });
    expect((await verify(signed({ inception: NOW, expiration: NOW }))).valid).toBe(true);
  });

  it('V27 serial numbers wrap: an expiration in 2106 may be a small number', async () => {
    const late = 2 ** 32 - 100;
    const wrapping = signed({ inception: late - 50, expiration: 2 ** 32 + 200 });
    expect(parseRrsig(wrapping.signatures[0]!)!.expiration).toBe(200);
    expect((await verify(wrapping, { now: late })).valid).toBe(true);
    expect((await verify(wrapping, { now: 2 ** 32 + 199 })).valid).toBe(true);
    expect(await fault(wrapping, { now: 2 ** 32 + 201 })).toMatchObject({
      code: 'signature-expired',
      inception: late - 50,
      expiration: 2 ** 32 + 200,
    });
    expect((await fault(wrapping, { now: late - 51 })).code).toBe('signature-not-yet-valid');
  });

  it('V27 a distance of exactly 2^31 seconds is undefined, and no time of validity', async () => {
    expect((await fault(signed({ inception: NOW - 10, expiration: NOW + 2 ** 31 }))).code).toBe('signature-expired');
    expect((await verify(signed({ inception: NOW - 10, expiration: NOW - 10 + 2 ** 31 - 1 }))).valid).toBe(true);
    expect((await fault(signed({ inception: NOW - 2 ** 31, expiration: NOW + 10 }))).code).toBe(
      'signature-not-yet-valid',
    );
  });
});

describe('V28 the clock may be off by a tolerance', () => {
  it('V28 at either end, to the second', async () => {
    const tolerance = 60;
    expect((await verify(signed(), { now: NOW + 3660, tolerance })).valid).toBe(true);
    expect((await fault(signed(), { now: NOW + 3661, tolerance })).code).toBe('signature-expired');
    expect((await verify(signed(), { now: NOW - 3660, tolerance })).valid).toBe(true);
    expect((await fault(signed(), { now: NOW - 3661, tolerance })).code).toBe('signature-not-yet-valid');
  });

  it('V28 what is relied on by tolerance alone lasts no longer', async () => {
    const verified = await verify(signed(), { now: NOW + 3630, tolerance: 60 });
    expect(verified.valid && verified.validUntil).toBe(NOW + 3630);
  });
});

describe('V29 which keys count', () => {
  const missing = {
    code: 'key-missing',
    zone: 'example.',
    owner: 'www.example.',
    type: 'A',
  };

  it('V29 another key tag', async () => {
    expect(await fault(signed({ keyTag: ZSK.keyTag ^ 1 }))).toEqual({ ...missing, keyTags: [ZSK.keyTag ^ 1] });
  });

  it('V29 another algorithm, with key octets and tag that fit', async () => {
    const tag = ZSK.keyTag;
    expect(await fault(signed({ algorithm: 15 }))).toEqual({ ...missing, keyTags: [tag] });
    // The key turned into one of another algorithm, its tag claimed by the signature.
    const disguised = verifying(ZSK, (octets) => octets.with(3, 15));
    expect(await fault(signed({ keyTag: disguised.tag }), { keys: [disguised] })).toEqual({
      ...missing,
      keyTags: [disguised.tag],
    });
  });

  it('V29 a key of another zone with the same tag does not verify', async () => {
    expect(await fault(signed({ keyTag: OTHER.keyTag }), { keys: [verifying(OTHER)] })).toEqual({
      code: 'signature-invalid',
      ...FACTS,
      keyTag: OTHER.keyTag,
    });
  });

  it('V29 no key at all', async () => {
    expect(await fault(signed(), { keys: [] })).toEqual({ ...missing, keyTags: [ZSK.keyTag] });
  });
});

describe('V30 colliding key tags', () => {
  it('V30 each key of the tag is tried', async () => {
    const impostor: ZoneKey = { ...verifying(OTHER), tag: ZSK.keyTag };
    expect((await verify(signed(), { keys: [impostor, verifying(ZSK)] })).valid).toBe(true);
    expect((await verify(signed(), { keys: [verifying(ZSK), impostor] })).valid).toBe(true);
    expect(await fault(signed(), { keys: [impostor] })).toEqual({ code: 'signature-invalid', ...FACTS });
  });

  it('V30 V92 up to two, and no more', async () => {
    const impostor = (label: string): ZoneKey => ({
      ...verifying(zoneKey(ZONE, { algorithm: 13, role: 'zsk', label })),
      tag: ZSK.keyTag,
    });
    await expect(verify(signed(), { keys: [impostor('a'), impostor('b'), verifying(ZSK)] })).rejects.toMatchObject({
      limit: 'keys per key tag',
      allowed: 2,
    });
  });
});

describe('V31 what is signed', () => {
  it('V31 the TTL is the original one, not the one received', async () => {
    expect((await verify({ ...signed(), ttl: 86_400 })).valid).toBe(true);
    expect(await fault({ ...A, signatures: [signed({ originalTtl: 301 }).signatures[0]!.with(7, 44)] })).toEqual({
      code: 'signature-invalid',
      ...FACTS,
    });
  });

  it('V31 each field of the RRSIG is covered', async () => {
    const one = signed().signatures[0]!;
    // Original TTL, expiration and inception, by one bit that leaves the time valid.
    for (const place of [7, 11, 15]) {
      expect(await fault({ ...A, signatures: [one.with(place, one[place]! ^ 1)] })).toMatchObject({
        code: 'signature-invalid',
      });
    }
  });

  it('V31 records in any order, and each once', async () => {
    const rdatas = ['192.0.2.9', '192.0.2.1', '192.0.2.5'].map((text) => rdata('A', text));
    const set = signed({}, ZSK, { ...A, rdatas });
    for (let seed = 0; seed < 5; seed++) {
      expect((await verify({ ...set, rdatas: shuffled([...rdatas, rdatas[0]!], seed) })).valid).toBe(true);
    }
    expect(await fault({ ...set, rdatas: rdatas.slice(1) })).toMatchObject({ code: 'signature-invalid' });
    expect(await fault({ ...set, rdatas: [...rdatas, rdata('A', '192.0.2.66')] })).toMatchObject({
      code: 'signature-invalid',
    });
  });

  it('V31 names in rdata are hashed in small letters, and those that differ in case alone once', async () => {
    const ns = { name: ZONE, type: TYPE.NS, ttl: 300, rdatas: [name('ns.example.').wire] };
    const set = signed({}, ZSK, ns);
    const capitals = Uint8Array.of(2, 0x4e, 0x53, ...name('example.').wire);
    expect((await verify({ ...set, rdatas: [capitals] })).valid).toBe(true);
    expect((await verify({ ...set, rdatas: [capitals, ...set.rdatas] })).valid).toBe(true);
  });

  it('V31 an RRset signed in one order comes out in canonical order', () => {
    const rdatas = ['192.0.2.200', '192.0.2.3'].map((text) => rdata('A', text));
    const octets = signedData(received(signed({}, ZSK, { ...A, rdatas })), received(signed()).signatures[0]!);
    const record = (last: number) => [...A.name.wire, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, last];
    expect([...octets]).toEqual([
      ...signed().signatures[0]!.subarray(0, 18),
      ...ZONE.wire,
      ...record(3),
      ...record(200),
    ]);
  });
});

describe('V32 wildcards', () => {
  const wildcard = { ...A, name: name('*.w.example.') };

  it.each(['a.w.example.', 'b.a.w.example.', '*.a.w.example.'])('V32 %s may come from *.w.example.', async (owner) => {
    const expanded = { ...signed({}, ZSK, wildcard), name: name(owner) };
    const verified = await verify(expanded);
    expect(verified.valid && verified.wildcard?.toString()).toBe('*.w.example.');
  });

  it('V32 a name above or beside the wildcard may not', async () => {
    expect(await fault({ ...signed({}, ZSK, wildcard), name: name('w.example.') })).toMatchObject({
      code: 'signature-invalid',
    });
    expect(await fault({ ...signed({}, ZSK, wildcard), name: name('a.v.example.') })).toMatchObject({
      code: 'signature-invalid',
    });
    // One label less than counted cannot be at all.
    expect(await fault({ ...signed({}, ZSK, wildcard), name: name('example.') })).toMatchObject({
      code: 'signature-malformed',
    });
  });
});

describe('V33 one good signature is enough', () => {
  const broken = signed().signatures[0]!.with(-1, 0).with(-2, 0);
  const expired = signed({ inception: NOW - 20, expiration: NOW - 10 }).signatures[0]!;
  const good = signed().signatures[0]!;

  it('V33 in any place', async () => {
    for (let seed = 0; seed < 4; seed++) {
      expect((await verify({ ...A, signatures: shuffled([broken, expired, good], seed) })).valid).toBe(true);
    }
  });

  it('V33 of several failures the one nearest to success is told', async () => {
    const strange = signed({ signer: name('com.') }).signatures[0]!;
    const future = signed({ inception: NOW + 10, expiration: NOW + 20 }).signatures[0]!;
    const long = signed({ labels: 9 }).signatures[0]!;
    const told = async (...signatures: Uint8Array[]) => (await fault({ ...A, signatures })).code;
    expect(await told(strange, long, future, expired, broken)).toBe('signature-invalid');
    expect(await told(strange, long, future, expired)).toBe('signature-expired');
    expect(await told(strange, long, future)).toBe('signature-not-yet-valid');
    expect(await told(strange, long)).toBe('signature-malformed');
    expect(await told(strange)).toBe('wrong-signer');
  });

  it('V33 V92 at most four are tried', async () => {
    // In whatever order they are looked at, these come first.
    const bad = [1, 2, 3, 4].map((octet) => Uint8Array.of(...good.subarray(0, -64), ...new Uint8Array(63), octet));
    expect((await verify({ ...A, signatures: [...bad.slice(1), good] })).valid).toBe(true);
    await expect(verify({ ...A, signatures: [...bad, good] })).rejects.toMatchObject({
      limit: 'signatures per RRset',
      allowed: 4,
    });
    // Expired ones cost nothing and are not counted.
    const old = [1, 2, 3, 4, 5].map(
      (i) => signed({ inception: NOW - 100 - i, expiration: NOW - 50 - i }).signatures[0]!,
    );
    expect((await verify({ ...A, signatures: [...old, good] })).valid).toBe(true);
  });
});

describe('V34 signatures nobody here can check are skipped', () => {
  const good = signed().signatures[0]!;

  it('V34 of a key that is not there, of an unknown algorithm, and of SHA-1', async () => {
    const absent = signed({ keyTag: ZSK.keyTag ^ 1 }).signatures[0]!;
    const unknown = signed({ algorithm: 200 }).signatures[0]!;
    const sha1 = signed({ algorithm: 5 }).signatures[0]!;
    expect((await verify({ ...A, signatures: [absent, unknown, sha1, good] })).valid).toBe(true);
    const { keyTags, ...missing } = (await fault({ ...A, signatures: [absent, unknown, sha1] })) as Extract<
      BogusReason,
      { code: 'key-missing' }
    >;
    expect({ ...missing, keyTags: [...keyTags].sort((a, b) => a - b) }).toEqual({
      code: 'key-missing',
      zone: 'example.',
      owner: 'www.example.',
      type: 'A',
      keyTags: [ZSK.keyTag, ZSK.keyTag ^ 1].sort((a, b) => a - b),
    });
  });

  it('V34 an expired one of an unknown algorithm is not called expired', async () => {
    const old = signed({ algorithm: 200, inception: NOW - 20, expiration: NOW - 10 }).signatures[0]!;
    expect((await fault({ ...A, signatures: [old] })).code).toBe('key-missing');
  });

  it('V34 octets that are no RRSIG are passed over', async () => {
    expect((await verify({ ...A, signatures: [good.subarray(0, 17), good] })).valid).toBe(true);
    expect((await fault({ ...A, signatures: [good.subarray(0, 17)] })).code).toBe('signature-missing');
  });

  it('V34 a signature of no octets, or of too many, is invalid', async () => {
    const head = good.length - 64;
    expect((await fault({ ...A, signatures: [good.subarray(0, head)] })).code).toBe('signature-invalid');
    expect((await fault({ ...A, signatures: [Uint8Array.of(...good, 0)] })).code).toBe('signature-invalid');
    expect((await fault({ ...A, signatures: [good.subarray(0, good.length - 1)] })).code).toBe('signature-invalid');
  });
});

describe('V94 what is verified lasts as long as its shortest-lived part', () => {
  it.each([
    ['the TTL received', { ttl: 20 }, {}, 20],
    ['the original TTL', { ttl: 4000 }, { originalTtl: 30 }, 30],
    ['what is left of the signature', { ttl: 4000 }, { originalTtl: 4000, expiration: NOW + 40 }, 40],
    ['a TTL of zero', { ttl: 0 }, {}, 0],
  ] as const)('V94 %s', async (_, { ttl }, claims, seconds) => {
    const verified = await verify({ ...signed(claims), ttl });
    expect(verified.valid && verified.validUntil - NOW).toBe(seconds);
  });

  it("V94 the RRSIG's own TTL", async () => {
    const records = recordsOf(signed(), true).map((record) =>
      record.type === TYPE.RRSIG ? { ...record, ttl: 7 } : record,
    );
    const set = new RRsets(records).get(A.name, TYPE.A)!;
    const verified = await verifyRRset(set, ZONE, [verifying(ZSK)], contextAt(NOW));
    expect(verified.valid && verified.validUntil).toBe(NOW + 7);
  });
});

describe('V92 records per RRset', () => {
  const of = (count: number) =>
    signed({}, ZSK, { ...A, rdatas: Array.from({ length: count }, (_, i) => Uint8Array.of(10, 0, 0, i)) });

  it('V92 a hundred are judged, one more is not', async () => {
    expect((await verify(of(100))).valid).toBe(true);
    await expect(verify(of(101))).rejects.toMatchObject({ limit: 'records per RRset', allowed: 100 });
  });
});
