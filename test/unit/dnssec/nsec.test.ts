/** V56 to V66 and V76 to V77: what NSEC records prove, and what they do not, record by record. */
import { describe, expect, it } from 'vitest';
import { parseNsec } from '../../../src/dns/rdata.ts';
import { type NsecRecord, proveByNsec, proveWildcardByNsec, unsignedDelegation } from '../../../src/dnssec/nsec.ts';
import type { Proof } from '../../../src/dnssec/proof.ts';
import { isUnsignedDelegation } from '../../../src/dnssec/type-proof.ts';
import { name, records as parse, question, shuffled } from './judging.ts';

/** `a.example. c.example. A NS`: owner, next name, types. */
function nsec(line: string): NsecRecord {
  const [owner, ...rest] = line.split(' ');
  const [record] = parse(`${owner} 300 IN NSEC ${rest.join(' ')}`);
  return { owner: record!.name, ...parseNsec(record!.rdata)! };
}

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

/** The proof, the same in whatever order the records come and however often. */
function prove(lines: readonly string[], asked: string, apex = 'example.'): string {
  const found = lines.map(nsec);
  const { name: owner, type } = question(asked);
  const first = told(proveByNsec(found, name(apex), owner, type));
  for (let seed = 0; seed < 3; seed++) {
    expect(told(proveByNsec(shuffled([...found, ...found], seed), name(apex), owner, type))).toBe(first);
  }
  return first;
}

const APEX = 'example. a.example. NS SOA RRSIG NSEC DNSKEY';

describe('no data at a name that exists', () => {
  const www = 'www.example. z.example. A TXT RRSIG NSEC';

  it.each([
    ['V56 the type is not in the bitmap', [www], 'www.example. MX', 'nodata'],
    ['V56 the type is there', [www], 'www.example. TXT', 'nothing: type does not exist'],
    ['V56 letter case aside', ['WWW.Example. Z.example. A'], 'www.EXAMPLE. MX', 'nodata'],
    [
      'V56 a CNAME is there',
      ['www.example. z.example. CNAME RRSIG NSEC'],
      'www.example. A',
      'nothing: type does not exist',
    ],
    [
      'V56 the CNAME itself is asked for',
      ['www.example. z.example. CNAME'],
      'www.example. CNAME',
      'nothing: type does not exist',
    ],
    ['V56 the record of another name', [www], 'ftp.example. MX', 'nothing: name does not exist'],
    ['V56 no record', [], 'www.example. MX', 'nothing: name does not exist'],
    [
      'V56 a type of another window',
      ['www.example. z.example. A CAA'],
      'www.example. CAA',
      'nothing: type does not exist',
    ],
    ['V56 a type beside it in its window', ['www.example. z.example. A CAA'], 'www.example. URI', 'nodata'],
    [
      'V63 NSEC and RRSIG bits say nothing of other types',
      ['www.example. z.example. RRSIG NSEC'],
      'www.example. A',
      'nodata',
    ],
    ['V36 any type: there are some', [www], 'www.example. ANY', 'nothing: type does not exist'],
    ['V36 any type: there are none', ['www.example. \\000.www.example. RRSIG NSEC'], 'www.example. ANY', 'nodata'],
    [
      'V36 any type at a delegation',
      ['www.example. z.example. NS RRSIG NSEC'],
      'www.example. ANY',
      'nothing: type does not exist',
    ],
  ])('%s', (_, lines, asked, proof) => {
    expect(prove(lines, asked)).toBe(proof);
  });
});

describe('no such name', () => {
  const span = 'b.example. k.example. A RRSIG NSEC';
  const noWildcard = APEX;

  it.each([
    ['V57 covered, and so is the wildcard', [span, noWildcard], 'd.example. A', 'nxdomain'],
    ['V57 one record does both', ['example. k.example. NS SOA'], 'd.example. A', 'nxdomain'],
    ['V57 no word on the wildcard', [span], 'd.example. A', 'nothing: no wildcard matches'],
    ['V57 no word on the name', [noWildcard], 'd.example. A', 'nothing: name does not exist'],
    [
      'V57 the wildcard at the closest encloser, not above',
      ['a.w.example. z.w.example. A', noWildcard],
      'd.w.example. A',
      'nothing: no wildcard matches',
    ],
    ['V57 the wildcard below the encloser the span shows', ['w.example. z.w.example. A'], 'd.w.example. A', 'nxdomain'],
    ['V57 every type', [span, noWildcard], 'd.example. DS', 'nxdomain'],
    ['V57 deep below', [span, noWildcard], 'x.y.d.example. A', 'nxdomain'],
    [
      'V58 the owner itself is not covered',
      ['b.example. k.example. A', noWildcard],
      'b.example. A',
      'nothing: type does not exist',
    ],
    ['V58 the next name is not covered', [span, noWildcard], 'k.example. A', 'nothing: name does not exist'],
    ['V58 just before the next name', [span, noWildcard], 'jzzz.example. A', 'nxdomain'],
    ['V58 just after the owner', [span, noWildcard], '\\000.b.example. A', 'nxdomain'],
    [
      'V58 the last record leads to the apex and covers all behind it',
      ['x.example. example. A', noWildcard],
      'z.example. A',
      'nxdomain',
    ],
    [
      'V58 but nothing before it',
      ['x.example. example. A', noWildcard],
      'w.example. A',
      'nothing: name does not exist',
    ],
    ['V58 a zone of one name', ['example. example. NS SOA'], 'z.example. A', 'nxdomain'],
    [
      'V58 a next name before the owner, and not the apex, covers nothing',
      ['x.example. b.example. A', noWildcard],
      'z.example. A',
      'nothing: name does not exist',
    ],
    ['V58 odd octets in order', ['\\001.example. \\200.example. A', noWildcard], '\\127.example. A', 'nxdomain'],
    [
      'V58 odd octets out of order',
      ['\\001.example. \\200.example. A', noWildcard],
      '\\201.example. A',
      'nothing: name does not exist',
    ],
  ])('%s', (_, lines, asked, proof) => {
    expect(prove(lines, asked)).toBe(proof);
  });
});

describe('names without records of their own', () => {
  it.each([
    ['V59 a next name below shows that the name exists', ['b.example. x.d.example. A'], 'd.example. A', 'nodata'],
    ['V59 whatever the type', ['b.example. x.d.example. A'], 'd.example. ANY', 'nodata'],
    ['V59 DS too: there is no delegation', ['b.example. x.d.example. A'], 'd.example. DS', 'nodata'],
    ['V59 two levels below', ['b.example. x.y.d.example. A'], 'd.example. A', 'nodata'],
    ['V59 not so for its neighbour', ['b.example. x.d.example. A', APEX], 'c.example. A', 'nxdomain'],
    [
      'V59 the wildcard exists without records',
      ['b.example. k.example. A', 'example. x.*.example. SOA'],
      'd.example. A',
      'nodata',
    ],
  ])('%s', (_, lines, asked, proof) => {
    expect(prove(lines, asked)).toBe(proof);
  });
});

describe('at and below delegations', () => {
  const cut = 'sub.example. t.example. NS RRSIG NSEC';
  const signedCut = 'sub.example. t.example. NS DS RRSIG NSEC';
  const childApex = 'sub.example. a.sub.example. NS SOA RRSIG NSEC DNSKEY';

  it.each([
    ['V60 the parent says nothing of the types there', [cut], 'sub.example. A', 'nothing: type does not exist'],
    ['V60 nor of names below', [cut, APEX], 'www.sub.example. A', 'nothing: name does not exist'],
    ['V60 nor of DS below', [signedCut, APEX], 'www.sub.example. DS', 'nothing: name does not exist'],
    ['V60 its own successor it may deny', [cut, APEX], 'subb.example. A', 'nxdomain'],
    ['V52 it says that there is no DS', [cut], 'sub.example. DS', 'nodata of a delegation'],
    ['V52 but not where there is one', [signedCut], 'sub.example. DS', 'nothing: no delegation signer'],
    ['V54 without NS there is no delegation', ['sub.example. t.example. A RRSIG NSEC'], 'sub.example. DS', 'nodata'],
    ["V62 the child's own record says nothing of DS", [childApex], 'sub.example. DS', 'nothing: no delegation signer'],
    [
      'V62 a CNAME where DS was asked for',
      ['sub.example. t.example. CNAME'],
      'sub.example. DS',
      'nothing: no delegation signer',
    ],
  ])('%s', (_, lines, asked, proof) => {
    expect(prove(lines, asked)).toBe(proof);
  });

  it('V62 the child, of everything else at its apex', () => {
    expect(prove([childApex], 'sub.example. A', 'sub.example.')).toBe('nodata');
    expect(prove([childApex], 'sub.example. DNSKEY', 'sub.example.')).toBe('nothing: type does not exist');
  });

  it('V62 the root has no parent, so its own record speaks of DS', () => {
    expect(prove(['. com. NS SOA RRSIG NSEC DNSKEY'], '. DS', '.')).toBe('nodata');
    expect(prove(['. com. NS SOA DS'], '. DS', '.')).toBe('nothing: no delegation signer');
  });

  it.each([
    [
      'V61 a DNAME: names below are not denied',
      ['d.example. t.example. DNAME', APEX],
      'x.d.example. A',
      'nothing: name does not exist',
    ],
    ['V61 V86 the owner itself is', ['d.example. t.example. DNAME'], 'd.example. A', 'nodata'],
    ['V61 and so are names beside it', ['d.example. t.example. DNAME', APEX], 'dd.example. A', 'nxdomain'],
    [
      'V61 V87 nor by the wildcard below it',
      ['d.example. t.example. DNAME', APEX],
      '*.d.example. A',
      'nothing: name does not exist',
    ],
    [
      'V61 a DNAME at the apex denies nothing at all below',
      ['example. a.example. SOA NS DNAME'],
      'x.example. A',
      'nothing: name does not exist',
    ],
    ['V60 the apex, NS and SOA, denies what is below', ['example. k.example. SOA NS'], 'd.example. A', 'nxdomain'],
  ])('%s', (_, lines, asked, proof) => {
    expect(prove(lines, asked)).toBe(proof);
  });
});

describe('wildcards without the type', () => {
  const cover = 'b.example. k.example. A';

  it.each([
    ['V84 the wildcard has other types', [cover, '*.example. a.example. TXT'], 'd.example. A', 'nodata'],
    [
      'V84 the wildcard has the type',
      [cover, '*.example. a.example. A'],
      'd.example. A',
      'nothing: type does not exist',
    ],
    [
      'V84 the wildcard has a CNAME',
      [cover, '*.example. a.example. CNAME'],
      'd.example. A',
      'nothing: type does not exist',
    ],
    [
      'V84 a wildcard further down than the name',
      [cover, '*.w.example. a.w.example. TXT'],
      'd.example. A',
      'nothing: no wildcard matches',
    ],
    [
      'V84 a wildcard that is not at the closest encloser',
      ['a.w.example. z.w.example. A', '*.example. a.example. TXT'],
      'd.w.example. A',
      'nothing: no wildcard matches',
    ],
    [
      'V84 the wildcard alone, the name may exist',
      ['*.example. a.example. TXT'],
      'd.example. A',
      'nothing: name does not exist',
    ],
    [
      'V54 what a wildcard has is no delegation of the name',
      [cover, '*.example. a.example. NS'],
      'd.example. DS',
      'nodata',
    ],
    [
      'V60 a wildcard that is delegated says nothing of types',
      [cover, '*.example. a.example. NS'],
      'd.example. A',
      'nothing: type does not exist',
    ],
  ])('%s', (_, lines, asked, proof) => {
    expect(prove(lines, asked)).toBe(proof);
  });
});

describe('records that leave the zone', () => {
  it.each([
    ['V65 a next name outside', ['b.example. k.other.', APEX], 'd.example. A', 'nothing: name does not exist'],
    ['V65 a next name above', ['b.example. .', APEX], 'd.example. A', 'nothing: name does not exist'],
    ['V65 an owner outside', ['b.other. k.example.', APEX], 'd.example. A', 'nothing: name does not exist'],
    [
      'V65 an owner outside that would be the wildcard',
      ['b.example. k.example. A', '*.other. a.other. A'],
      'd.example. A',
      'nothing: no wildcard matches',
    ],
    [
      'V65 a name that only ends alike',
      ['b.example. k.notexample.', APEX],
      'd.example. A',
      'nothing: name does not exist',
    ],
    [
      'V65 a match whose next name is outside',
      ['d.example. k.other. TXT'],
      'd.example. A',
      'nothing: name does not exist',
    ],
  ])('%s', (_, lines, asked, proof) => {
    expect(prove(lines, asked)).toBe(proof);
  });
});

describe('minimal and compact records', () => {
  it.each([
    // RFC 4470 section 3's example.
    [
      'V66 names at both ends that do not exist',
      ['exampld.com. example-.com. RRSIG NSEC', '\\).com. +.com. RRSIG NSEC'],
      'example.com. A',
      'nxdomain',
      'com.',
    ],
    [
      'V66 without the one for the wildcard',
      ['exampld.com. example-.com. RRSIG NSEC'],
      'example.com. A',
      'nothing: no wildcard matches',
      'com.',
    ],
    // RFC 4470 section 4's: the next name is below, and so the name passes for an empty non-terminal.
    [
      'V66 a next name below the name',
      [
        'fon\\255.example.com. \\000.foo.example.com. NSEC RRSIG',
        '\\)\\255.example.com. \\000.*.example.com. NSEC RRSIG',
      ],
      'foo.example.com. A',
      'nodata',
      'example.com.',
    ],
    [
      'V76 NXNAME at the very name',
      ['d.example. \\000.d.example. RRSIG NSEC NXNAME'],
      'd.example. A',
      'nxdomain',
      'example.',
    ],
    [
      'V76 whatever the type',
      ['d.example. \\000.d.example. RRSIG NSEC NXNAME'],
      'd.example. DS',
      'nxdomain',
      'example.',
    ],
    [
      'V76 V80 says nothing of names below or beside',
      ['d.example. \\000.d.example. RRSIG NSEC NXNAME'],
      'x.d.example. A',
      'nothing: name does not exist',
      'example.',
    ],
    ['V77 without NXNAME: no data', ['d.example. \\000.d.example. RRSIG NSEC'], 'd.example. A', 'nodata', 'example.'],
    [
      'V78 an unsigned referral',
      ['sub.example. sub\\000.example. NS RRSIG NSEC'],
      'sub.example. DS',
      'nodata of a delegation',
      'example.',
    ],
    [
      'V76 the wildcard as one that does not exist',
      ['b.example. k.example. A', '*.example. \\000.*.example. NXNAME'],
      'd.example. A',
      'nxdomain',
      'example.',
    ],
  ])('%s', (_, lines, asked, proof, apex) => {
    expect(prove(lines, asked, apex)).toBe(proof);
  });
});

describe('wildcard answers', () => {
  const proven = (lines: readonly string[], owner: string, wildcard: string, apex = 'example.') =>
    proveWildcardByNsec(lines.map(nsec), name(apex), name(owner), name(wildcard));

  it.each([
    ['V81 the name is covered', ['b.example. k.example. A'], 'd.example.', '*.example.', 'proven'],
    ['V81 the name exists', ['d.example. k.example. A'], 'd.example.', '*.example.', 'missing'],
    ['V81 no record', [], 'd.example.', '*.example.', 'missing'],
    ['V81 another name is covered', ['b.example. c.example. A'], 'd.example.', '*.example.', 'missing'],
    ['V81 two labels below the wildcard', ['b.example. k.example. A'], 'x.d.example.', '*.example.', 'proven'],
    [
      'V81 a closer encloser exists than the wildcard hangs from',
      ['b.d.example. k.d.example. A'],
      'c.d.example.',
      '*.example.',
      'missing',
    ],
    [
      'V81 a closer encloser exists as the next name shows',
      ['b.example. z.d.example. A'],
      'c.d.example.',
      '*.example.',
      'missing',
    ],
    [
      'V81 the wildcard hangs deeper than the encloser',
      ['b.example. k.example. A'],
      'x.d.example.',
      '*.d.example.',
      'missing',
    ],
    ['V81 V59 the name is an empty non-terminal', ['b.example. x.d.example. A'], 'd.example.', '*.example.', 'missing'],
    ['V60 below a delegation', ['sub.example. t.example. NS'], 'x.sub.example.', '*.sub.example.', 'missing'],
    ['V61 below a DNAME', ['d.example. t.example. DNAME'], 'x.d.example.', '*.d.example.', 'missing'],
    ['V65 by a record that leaves the zone', ['b.example. k.other. A'], 'd.example.', '*.example.', 'missing'],
    ['V81 by the last record', ['b.example. example. A'], 'd.example.', '*.example.', 'proven'],
  ])('%s', (_, lines, owner, wildcard, proof) => {
    expect(proven(lines, owner, wildcard)).toBe(proof);
  });
});

describe('unsigned delegations on the way', () => {
  const types = (line: string) => nsec(`x.example. y.example. ${line}`).types;

  it('V52 NS, and neither SOA nor DS', () => {
    expect(isUnsignedDelegation(types('NS RRSIG NSEC'))).toBe(true);
    for (const line of ['NS DS', 'NS SOA', 'A', 'DS', '']) expect(isUnsignedDelegation(types(line))).toBe(false);
  });

  it.each([
    ['at the name', ['sub.example. t.example. NS'], 'sub.example.', 'sub.example.'],
    ['above the name', ['sub.example. t.example. NS'], 'a.b.sub.example.', 'sub.example.'],
    ['beside the name', ['sub.example. t.example. NS'], 'a.subb.example.', undefined],
    ['below the name', ['a.sub.example. t.example. NS'], 'sub.example.', undefined],
    ['with DS', ['sub.example. t.example. NS DS'], 'a.sub.example.', undefined],
    ['the apex is none', ['example. t.example. NS'], 'a.example.', undefined],
    ['outside the zone', ['other. t.example. NS'], 'a.other.', undefined],
  ])('V52 V54 %s', (_, lines, owner, cut) => {
    expect(unsignedDelegation(lines.map(nsec), name('example.'), name(owner))?.toString()).toBe(cut);
  });
});
