/** V53 and V67 to V78: what NSEC3 records prove, and what they do not, record by record. */
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { fromBase32Hex, toBase32Hex } from '../../../src/dns/encodings.ts';
import type { Name } from '../../../src/dns/name.ts';
import { encodeTypeBitmap } from '../../../src/dns/presentation.ts';
import { type Nsec3, parseNsec3 } from '../../../src/dns/rdata.ts';
import { WireWriter } from '../../../src/dns/wire.ts';
import { Budget, DEFAULT_LIMITS, type Limits } from '../../../src/dnssec/limits.ts';
import { Nsec3Proof, type Nsec3Record, nsec3Record } from '../../../src/dnssec/nsec3.ts';
import type { Proof } from '../../../src/dnssec/proof.ts';
import { nsec3Hash } from '../../world/denial.ts';
import { name, question, shuffled } from './judging.ts';

const SALT = 'aabb';
const ITERATIONS = 1;

/** Octets as one number, so that hashes can be put just before and after each other. */
function beside(hash: Uint8Array, by: bigint): Uint8Array {
  const number = (BigInt(`0x${Buffer.from(hash).toString('hex')}`) + by + (1n << 160n)) % (1n << 160n);
  return Uint8Array.from(Buffer.from(number.toString(16).padStart(40, '0'), 'hex'));
}

const hashOf = (owner: string) => Uint8Array.from(nsec3Hash(name(owner), SALT, ITERATIONS));

function made(ownerHash: Uint8Array, nextHash: Uint8Array, types: readonly number[], flags = 0): Nsec3Record {
  const rdata = new WireWriter().u8(1).u8(flags).u16(ITERATIONS).u8(2).bytes(Uint8Array.of(0xaa, 0xbb));
  rdata.u8(20).bytes(nextHash).bytes(encodeTypeBitmap(types));
  const owner = APEX.child(new TextEncoder().encode(toBase32Hex(ownerHash)));
  return nsec3Record(owner, APEX, parseNsec3(rdata.finish())!)!;
}

const APEX = name('example.');

/** A record that stands for the name. */
const at = (owner: string, ...types: (keyof typeof TYPE)[]) =>
  made(
    hashOf(owner),
    beside(hashOf(owner), 1n),
    types.map((type) => TYPE[type]),
  );

/** A record whose span holds just the name's hash. */
const over = (owner: string, optOut = false, ...types: (keyof typeof TYPE)[]) =>
  made(
    beside(hashOf(owner), -1n),
    beside(hashOf(owner), 1n),
    types.map((type) => TYPE[type]),
    optOut ? 1 : 0,
  );

function told(proof: Proof): string {
  switch (proof.proven) {
    case 'nothing':
      return `nothing: ${proof.missing}`;
    case 'nodata':
      return `nodata${proof.delegation ? ' of a delegation' : ''}${proof.optOut ? ' by opt-out' : ''}`;
    case 'nxdomain':
      return `nxdomain${proof.optOut ? ' by opt-out' : ''}`;
    case 'opt-out':
      return 'opt-out';
  }
}

function proofOf(records: readonly Nsec3Record[], budget = new Budget(), apex: Name = APEX): Nsec3Proof {
  return new Nsec3Proof({ apex, iterations: ITERATIONS, salt: Uint8Array.of(0xaa, 0xbb), records }, budget);
}

function prove(records: readonly Nsec3Record[], asked: string): string {
  const { name: owner, type } = question(asked);
  const first = told(proofOf(records).prove(owner, type));
  for (let seed = 0; seed < 3; seed++) {
    expect(told(proofOf(shuffled([...records, ...records], seed)).prove(owner, type))).toBe(first);
  }
  return first;
}

const apex = at('example.', 'NS', 'SOA', 'RRSIG', 'DNSKEY', 'NSEC3PARAM');

describe('no data', () => {
  it.each([
    ['V71 the type is not in the bitmap', [at('www.example.', 'A', 'RRSIG')], 'www.example. MX', 'nodata'],
    ['V71 the type is there', [at('www.example.', 'A', 'RRSIG')], 'www.example. A', 'nothing: type does not exist'],
    ['V71 a CNAME is there', [at('www.example.', 'CNAME')], 'www.example. A', 'nothing: type does not exist'],
    ['V71 nothing at all: an empty non-terminal', [at('ent.example.')], 'ent.example. A', 'nodata'],
    [
      'V36 any type: there are some',
      [at('www.example.', 'A', 'RRSIG')],
      'www.example. ANY',
      'nothing: type does not exist',
    ],
    ['V36 any type: there are none', [at('ent.example.')], 'ent.example. ANY', 'nodata'],
    ['V71 the record of another name', [at('ftp.example.', 'A')], 'www.example. MX', 'nothing: closest encloser'],
    ['V71 no record', [], 'www.example. MX', 'nothing: closest encloser'],
    ['V71 the apex', [apex], 'example. MX', 'nodata'],
    ['V71 below nothing: the apex itself has no encloser', [], 'example. MX', 'nothing: closest encloser'],
    [
      'V60 a delegation says nothing of types',
      [at('sub.example.', 'NS')],
      'sub.example. A',
      'nothing: type does not exist',
    ],
    ['V78 NXNAME', [at('www.example.', 'NXNAME')], 'www.example. A', 'nxdomain'],
    ['V78 NXNAME, whatever the type', [at('www.example.', 'NXNAME')], 'www.example. DS', 'nxdomain'],
  ])('%s', (_, records, asked, proof) => {
    expect(prove(records, asked)).toBe(proof);
  });
});

describe('no such name', () => {
  it.each([
    [
      'V71 encloser, next closer and wildcard',
      [apex, over('no.example.'), over('*.example.')],
      'no.example. A',
      'nxdomain',
    ],
    ['V71 no encloser', [over('no.example.'), over('*.example.')], 'no.example. A', 'nothing: closest encloser'],
    ['V71 no next closer', [apex, over('*.example.')], 'no.example. A', 'nothing: next closer name'],
    ['V71 no wildcard', [apex, over('no.example.')], 'no.example. A', 'nothing: no wildcard matches'],
    [
      'V70 the next closer name counts, not the name',
      [apex, over('no.example.'), over('*.example.')],
      'a.b.no.example. A',
      'nxdomain',
    ],
    [
      'V70 covering the name itself is not enough',
      [apex, over('a.no.example.'), over('*.example.')],
      'a.no.example. A',
      'nothing: next closer name',
    ],
    [
      'V70 the longest encloser that is matched',
      [apex, at('w.example.', 'A'), over('x.w.example.'), over('*.w.example.')],
      'a.x.w.example. A',
      'nxdomain',
    ],
    [
      'V70 not a shorter one',
      [apex, at('w.example.', 'A'), over('x.w.example.'), over('*.example.')],
      'a.x.w.example. A',
      'nothing: no wildcard matches',
    ],
    [
      'V70 a delegation is no encloser',
      [apex, at('sub.example.', 'NS', 'DS'), over('x.sub.example.'), over('*.sub.example.')],
      'x.sub.example. A',
      'nothing: closest encloser',
    ],
    [
      'V70 nor is a DNAME',
      [apex, at('d.example.', 'DNAME', 'A'), over('x.d.example.'), over('*.d.example.')],
      'x.d.example. A',
      'nothing: closest encloser',
    ],
    [
      'V70 nor is a DNAME at the apex',
      [at('example.', 'NS', 'SOA', 'DNAME'), over('no.example.'), over('*.example.')],
      'no.example. A',
      'nothing: closest encloser',
    ],
    [
      'V72 an opt-out next closer',
      [apex, over('no.example.', true), over('*.example.')],
      'no.example. A',
      'nxdomain by opt-out',
    ],
    [
      'V72 the flag at the wildcard alone does not matter',
      [apex, over('no.example.'), over('*.example.', true)],
      'no.example. A',
      'nxdomain',
    ],
    [
      'V72 an opt-out next closer and no word on the wildcard',
      [apex, over('no.example.', true)],
      'no.example. A',
      'opt-out',
    ],
  ])('%s', (_, records, asked, proof) => {
    expect(prove(records, asked)).toBe(proof);
  });
});

describe('DS', () => {
  it.each([
    ['V53 a delegation without DS', [at('sub.example.', 'NS')], 'sub.example. DS', 'nodata of a delegation'],
    ['V53 with DS', [at('sub.example.', 'NS', 'DS', 'RRSIG')], 'sub.example. DS', 'nothing: no delegation signer'],
    ['V54 without NS there is no delegation', [at('www.example.', 'A')], 'www.example. DS', 'nodata'],
    [
      "V62 the child's own record",
      [at('sub.example.', 'NS', 'SOA', 'DNSKEY')],
      'sub.example. DS',
      'nothing: no delegation signer',
    ],
    ['V71 a CNAME', [at('sub.example.', 'CNAME')], 'sub.example. DS', 'nothing: no delegation signer'],
    [
      'V53 an opt-out span, the wildcard denied too',
      [apex, over('sub.example.', true), over('*.example.')],
      'sub.example. DS',
      'opt-out',
    ],
    ['V53 an opt-out span', [apex, over('sub.example.', true)], 'sub.example. DS', 'opt-out'],
    [
      'V53 a span without opt-out is none',
      [apex, over('sub.example.')],
      'sub.example. DS',
      'nothing: no wildcard matches',
    ],
    [
      'V53 an opt-out span without encloser',
      [over('sub.example.', true)],
      'sub.example. DS',
      'nothing: closest encloser',
    ],
    ['V53 an encloser without span', [apex], 'sub.example. DS', 'nothing: next closer name'],
    ['V53 no such name at all', [apex, over('sub.example.'), over('*.example.')], 'sub.example. DS', 'nxdomain'],
    [
      'V54 a wildcard with NS is no delegation of the name',
      [apex, over('sub.example.'), at('*.example.', 'NS')],
      'sub.example. DS',
      'nodata',
    ],
  ])('%s', (_, records, asked, proof) => {
    expect(prove(records, asked)).toBe(proof);
  });

  it('V62 of the root comes from the root', () => {
    const root = name('.');
    const rootHash = Uint8Array.from(nsec3Hash(root, SALT, ITERATIONS));
    const record = made(rootHash, beside(rootHash, 1n), [TYPE.NS, TYPE.SOA]);
    expect(told(proofOf([record], new Budget(), root).prove(root, TYPE.DS))).toBe('nodata');
  });
});

describe('wildcards', () => {
  it.each([
    ['V71 without the type', [apex, over('no.example.'), at('*.example.', 'TXT')], 'no.example. A', 'nodata'],
    [
      'V71 with the type',
      [apex, over('no.example.'), at('*.example.', 'A')],
      'no.example. A',
      'nothing: type does not exist',
    ],
    [
      'V71 with a CNAME',
      [apex, over('no.example.'), at('*.example.', 'CNAME')],
      'no.example. A',
      'nothing: type does not exist',
    ],
    ['V71 the name may exist', [apex, at('*.example.', 'TXT')], 'no.example. A', 'nothing: next closer name'],
    [
      'V72 by opt-out',
      [apex, over('no.example.', true), at('*.example.', 'TXT')],
      'no.example. A',
      'nodata by opt-out',
    ],
    [
      'V72 V78 with NXNAME, by opt-out',
      [apex, over('no.example.', true), at('*.example.', 'NXNAME')],
      'no.example. A',
      'nxdomain by opt-out',
    ],
    ['V78 with NXNAME', [apex, over('no.example.'), at('*.example.', 'NXNAME')], 'no.example. A', 'nxdomain'],
  ])('%s', (_, records, asked, proof) => {
    expect(prove(records, asked)).toBe(proof);
  });

  it.each([
    ['V71 V81 the next closer name is covered', [over('no.example.')], 'no.example.', '*.example.', 'proven'],
    ['V81 for a name further down', [over('no.example.')], 'a.no.example.', '*.example.', 'proven'],
    ['V81 covering the name is not enough', [over('a.no.example.')], 'a.no.example.', '*.example.', 'missing'],
    ['V81 the name exists', [at('no.example.', 'A')], 'no.example.', '*.example.', 'missing'],
    ['V81 no record', [], 'no.example.', '*.example.', 'missing'],
    ['V72 an opt-out span', [over('no.example.', true)], 'no.example.', '*.example.', 'opt-out'],
  ])('%s', (_, records, owner, wildcard, proof) => {
    expect(proofOf(records).proveWildcard(name(owner), name(wildcard))).toBe(proof);
  });
});

describe('spans', () => {
  const target = hashOf('no.example.');
  const low = new Uint8Array(20);
  const high = new Uint8Array(20).fill(0xff);
  const covers = (owner: Uint8Array, next: Uint8Array) =>
    proofOf([made(owner, next, [])]).proveWildcard(name('no.example.'), name('*.example.')) === 'proven';

  it('V73 run from owner to next hash, both ends out of them', () => {
    expect(covers(beside(target, -1n), beside(target, 1n))).toBe(true);
    expect(covers(low, high)).toBe(true);
    expect(covers(target, high)).toBe(false);
    expect(covers(low, target)).toBe(false);
    expect(covers(beside(target, 1n), beside(target, 2n))).toBe(false);
    expect(covers(beside(target, -2n), beside(target, -1n))).toBe(false);
  });

  it('V73 the last one wraps around', () => {
    expect(covers(beside(target, -1n), low)).toBe(true);
    expect(covers(high, beside(target, 1n))).toBe(true);
    expect(covers(beside(target, 2n), beside(target, 1n))).toBe(true);
    expect(covers(beside(target, -1n), beside(target, -2n))).toBe(true);
    expect(covers(beside(target, 1n), beside(target, -1n))).toBe(false);
    expect(covers(beside(target, 1n), target)).toBe(false);
    expect(covers(target, beside(target, -1n))).toBe(false);
  });

  it('V73 the only record of a zone covers all but itself', () => {
    expect(covers(low, low)).toBe(true);
    expect(covers(target, target)).toBe(false);
  });
});

describe('records that prove nothing', () => {
  const owner = APEX.child(new TextEncoder().encode(toBase32Hex(hashOf('www.example.'))));
  const sound: Nsec3 = parseNsec3(
    new WireWriter().u8(1).u8(0).u16(0).u8(0).u8(20).bytes(new Uint8Array(20).fill(7)).finish(),
  )!;

  it('V73 one that is sound', () => {
    const record = nsec3Record(owner, APEX, sound);
    expect(record).toEqual({
      ownerHash: hashOf('www.example.'),
      nextHash: new Uint8Array(20).fill(7),
      optOut: false,
      types: sound.types,
    });
    expect(nsec3Record(owner, APEX, { ...sound, flags: 1 })?.optOut).toBe(true);
    // Letter case of the hash does not matter (RFC 4648 section 7).
    expect(fromBase32Hex(toBase32Hex(hashOf('a.')).toUpperCase())).toEqual(hashOf('a.'));
  });

  it.each([2, 3, 0x80, 0xff])('V68 flags %i are unknown', (flags) => {
    expect(nsec3Record(owner, APEX, { ...sound, flags })).toBe(undefined);
  });

  it.each([0, 2, 255])('V68 hash algorithm %i is unknown', (hashAlgorithm) => {
    expect(nsec3Record(owner, APEX, { ...sound, hashAlgorithm })).toBe(undefined);
  });

  it('V73 the hash stands directly under the apex', () => {
    expect(nsec3Record(owner, name('other.'), sound)).toBe(undefined);
    expect(nsec3Record(owner, name('.'), sound)).toBe(undefined);
    expect(nsec3Record(owner, owner, sound)).toBe(undefined);
    expect(nsec3Record(owner, name('a.example.'), sound)).toBe(undefined);
    expect(nsec3Record(name('www.example.'), APEX, sound)).toBe(undefined);
  });

  it('V73 hashes are of 20 octets', () => {
    const short = APEX.child(new TextEncoder().encode(toBase32Hex(hashOf('www.example.').subarray(0, 15))));
    expect(nsec3Record(short, APEX, sound)).toBe(undefined);
    expect(nsec3Record(owner, APEX, { ...sound, nextHash: new Uint8Array(19) })).toBe(undefined);
    expect(nsec3Record(owner, APEX, { ...sound, nextHash: new Uint8Array(0) })).toBe(undefined);
  });
});

describe('unsigned delegations on the way', () => {
  it.each([
    ['at the name', [at('sub.example.', 'NS')], 'sub.example.', 'sub.example.'],
    ['above the name', [at('sub.example.', 'NS')], 'a.b.sub.example.', 'sub.example.'],
    ['with DS', [at('sub.example.', 'NS', 'DS')], 'a.sub.example.', undefined],
    ['without NS', [at('sub.example.', 'A')], 'a.sub.example.', undefined],
    ['the apex is none', [at('example.', 'NS')], 'a.example.', undefined],
    ['none', [], 'a.example.', undefined],
  ])('V53 V54 %s', (_, records, owner, cut) => {
    expect(proofOf(records).unsignedDelegation(name(owner))?.toString()).toBe(cut);
  });
});

describe('work', () => {
  const limits = (changes: Partial<Limits>): Budget => new Budget({ ...DEFAULT_LIMITS, ...changes });
  const deep = (labels: number) => `${'x.'.repeat(labels)}example.`;

  it('V92 each name is hashed once', () => {
    const budget = new Budget();
    const proof = proofOf([apex, over('no.example.'), over('*.example.')], budget);
    expect(told(proof.prove(name('no.example.'), TYPE.A))).toBe('nxdomain');
    expect(budget.nsec3Hashes).toBe(3);
    proof.prove(name('no.example.'), TYPE.AAAA);
    expect(budget.nsec3Hashes).toBe(3);
  });

  it('V92 an encloser up to eight labels above is looked for, one more is not', () => {
    const records = [apex, over('x.example.'), over('*.example.')];
    expect(prove(records, `${deep(8)} A`)).toBe('nxdomain');
    expect(() => prove(records, `${deep(9)} A`)).toThrow('NSEC3 hashes per proof');
  });

  it('V92 a limit of its own on all hashes', () => {
    const records = [apex, over('no.example.'), over('*.example.')];
    const owner = name('no.example.');
    expect(told(proofOf(records, limits({ nsec3Hashes: 3 })).prove(owner, TYPE.A))).toBe('nxdomain');
    expect(() => proofOf(records, limits({ nsec3Hashes: 2 })).prove(owner, TYPE.A)).toThrow('NSEC3 hashes: 2');
  });

  it('V92 no more than eight candidates for an unsigned delegation', () => {
    const budget = new Budget();
    expect(proofOf([at('x.example.', 'NS')], budget).unsignedDelegation(name(deep(9)))).toBe(undefined);
    expect(budget.nsec3Hashes).toBe(8);
    expect(
      proofOf([at('x.example.', 'NS')])
        .unsignedDelegation(name(deep(8)))
        ?.toString(),
    ).toBe('x.example.');
  });
});
