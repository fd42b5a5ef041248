import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareOctets,
  equalOctets,
  escapeOctets,
  formatLabels,
  lowercaseOctet,
  MAX_LABEL_OCTETS,
  MAX_NAME_OCTETS,
  Name,
  NameError,
  parseLabels,
} from '../../../src/dns/name.ts';
import { labels, name, relatedName } from './arbitraries.ts';
import { ascii, hex, labelOf, wireName } from './octets.ts';

/** The reason a NameError gives; fails the test where none is thrown. */
function refusal(act: () => unknown): { reason: string; message: string } {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(NameError);
    const { reason, message, name } = error as NameError;
    expect(name).toBe('NameError');
    return { reason, message };
  }
  throw new Error('nothing was refused');
}

const parsed = (text: string) => Name.parse(text);

describe('the limits of names', () => {
  it('W2 are 63 octets a label and 255 a name', () => {
    expect([MAX_LABEL_OCTETS, MAX_NAME_OCTETS]).toEqual([63, 255]);
  });

  it('W2 a label has 1 to 63 octets', () => {
    expect(Name.fromLabels([labelOf(1)]).wire).toEqual(hex('01 61 00'));
    expect(Name.fromLabels([labelOf(63)]).wire).toHaveLength(65);
    expect(refusal(() => Name.fromLabels([labelOf(64)]))).toEqual({
      reason: 'label too long',
      message: 'label too long: 64 octets',
    });
    expect(refusal(() => Name.fromLabels([labelOf(1), labelOf(0)]))).toEqual({
      reason: 'empty label',
      message: 'empty label: ',
    });
  });

  it('W2 a name has at most 255 octets, length octets and root counted', () => {
    const longest = [labelOf(63), labelOf(63), labelOf(63), labelOf(61)];
    expect(Name.fromLabels(longest).wire).toHaveLength(255);
    const tooLong = [labelOf(63), labelOf(63), labelOf(63), labelOf(62)];
    expect(refusal(() => Name.fromLabels(tooLong))).toEqual({
      reason: 'name too long',
      message: 'name too long: 256 octets',
    });
  });

  it('W2 127 labels of one octet fit, 128 do not', () => {
    expect(Name.fromLabels(new Array(127).fill(labelOf(1))).labelCount).toBe(127);
    expect(refusal(() => Name.fromLabels(new Array(128).fill(labelOf(1)))).reason).toBe('name too long');
  });

  it('W2 hold for children, too', () => {
    const full = Name.fromLabels([labelOf(63), labelOf(63), labelOf(63), labelOf(59)]);
    expect(full.child(ascii('x')).wire).toHaveLength(255);
    expect(full.wildcardChild().wire).toHaveLength(255);
    expect(refusal(() => full.child(ascii('xy'))).reason).toBe('name too long');
    expect(refusal(() => full.child(ascii('x')).wildcardChild()).reason).toBe('name too long');
  });
});

describe('the canonical form of a name', () => {
  it('W15 has A to Z in lower case, and every other octet as it was', () => {
    const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    const lower = Array.from(all, (octet) => lowercaseOctet(octet));
    expect(lower.filter((octet, i) => octet !== i)).toEqual(Array.from({ length: 26 }, (_, i) => 0x61 + i));
    expect(lowercaseOctet(0x40)).toBe(0x40);
    expect(lowercaseOctet(0x41)).toBe(0x61);
    expect(lowercaseOctet(0x5a)).toBe(0x7a);
    expect(lowercaseOctet(0x5b)).toBe(0x5b);
    expect(lowercaseOctet(0xc1)).toBe(0xc1);
  });

  it('W15 is what a name holds from construction on', () => {
    expect(parsed('WwW.\\193EXAMPLE.').wire).toEqual(hex('03 777777 08 c1 6578616d706c65 00'));
    expect(parsed('WWW.example').key).toBe('\x03www\x07example\x00');
  });

  it('W8 makes names equal whatever their letter case', () => {
    expect(parsed('Example.ORG').equals(parsed('eXAMPLE.org.'))).toBe(true);
    expect(parsed('example.org').equals(parsed('example.orh'))).toBe(false);
    expect(parsed('\\193.org').equals(parsed('\\225.org'))).toBe(false);
  });

  it('does not write to the labels it was given', () => {
    const given = ascii('ABC');
    const made = Name.fromLabels([given]);
    expect(given).toEqual(ascii('ABC'));
    given[0] = 0;
    expect(made.toString()).toBe('abc.');
  });
});

describe('canonical name order', () => {
  /** RFC 4034 section 6.1. */
  const ordered = [
    'example',
    'a.example',
    'yljkjljk.a.example',
    'Z.a.example',
    'zABC.a.EXAMPLE',
    'z.example',
    '\\001.z.example',
    '*.z.example',
    '\\200.z.example',
  ];

  it('W21 is that of the nine names of RFC 4034 section 6.1', () => {
    const names = ordered.map(parsed);
    const shuffled = [6, 2, 8, 0, 4, 1, 7, 3, 5].map((i) => names[i]!);
    expect(shuffled.sort((a, b) => a.compare(b)).map(String)).toEqual(names.map(String));
    for (const [i, a] of names.entries()) {
      for (const [j, b] of names.entries()) expect(Math.sign(a.compare(b)), `${a} ${b}`).toBe(Math.sign(i - j));
    }
  });

  it('W21 compares labels from the right, a missing one or a missing octet first', () => {
    expect(parsed('.').compare(parsed('a'))).toBe(-1);
    expect(parsed('a.b').compare(parsed('b'))).toBe(1);
    expect(parsed('z.a').compare(parsed('a.b'))).toBeLessThan(0);
    expect(parsed('a').compare(parsed('ab'))).toBeLessThan(0);
    expect(parsed('b').compare(parsed('ab'))).toBeGreaterThan(0);
    expect(parsed('\\255').compare(parsed('a'))).toBeGreaterThan(0);
    expect(parsed('A').compare(parsed('a'))).toBe(0);
    // Lower case first: `_` stands between `Z` and `a`.
    expect(parsed('_').compare(parsed('Z'))).toBeLessThan(0);
  });

  it('W21 compares by label, not by the text with its dots', () => {
    expect(parsed('a\\.b').compare(parsed('a.b'))).toBeLessThan(0);
    expect(parsed('a\\000').compare(parsed('a'))).toBe(1);
  });

  it('W21 is a total order, and that of label lists turned round', () => {
    const reference = (one: Name) =>
      one
        .labels()
        .reverse()
        .map((octets) => Array.from(octets, (octet) => String.fromCharCode(octet + 1)).join(''))
        .map((text) => `${text}\u0000`)
        .join('');
    const sign = (a: Name, b: Name) => Math.sign(a.compare(b));
    const expected = (a: Name, b: Name) => {
      const [left, right] = [reference(a), reference(b)];
      return left < right ? -1 : left > right ? 1 : 0;
    };
    fc.assert(
      fc.property(fc.oneof(name, relatedName), fc.oneof(name, relatedName), relatedName, (a, b, c) => {
        expect(sign(a, b)).toBe(expected(a, b));
        expect(sign(b, a)).toBe(0 - sign(a, b));
        expect(sign(a, b) === 0).toBe(a.equals(b));
        const [first, second, third] = [a, b, c].sort((one, other) => one.compare(other));
        expect(first!.compare(third!)).toBeLessThanOrEqual(0);
        expect(first!.compare(second!)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('unsigned octet strings', () => {
  it('W22 are in order octet by octet, unsigned, a prefix first', () => {
    expect(compareOctets(hex('01'), hex('02'))).toBe(-1);
    expect(compareOctets(hex('80'), hex('7f'))).toBe(1);
    expect(compareOctets(hex('0102'), hex('01'))).toBe(1);
    expect(compareOctets(hex(''), hex('00'))).toBe(-1);
    expect(compareOctets(hex('0100ff'), hex('0101'))).toBe(-1);
    expect(compareOctets(hex('ab'), hex('ab'))).toBe(0);
  });

  it('are equal only in length and every octet', () => {
    expect(equalOctets(hex('0102'), hex('0102'))).toBe(true);
    expect(equalOctets(hex('0102'), hex('0103'))).toBe(false);
    expect(equalOctets(hex('0102'), hex('010200'))).toBe(false);
    expect(equalOctets(hex(''), hex(''))).toBe(true);
  });
});

describe('the parts of a name', () => {
  const name = parsed('a.bc.def.');

  it('are its labels from the left', () => {
    expect(name.labelCount).toBe(3);
    expect(name.labels()).toEqual([ascii('a'), ascii('bc'), ascii('def')]);
    expect(name.label(0)).toEqual(ascii('a'));
    expect(name.label(2)).toEqual(ascii('def'));
    expect(() => name.label(3)).toThrow(new RangeError('no label 3'));
    expect(() => name.label(-1)).toThrow(new RangeError('no label -1'));
    expect(() => Name.root.label(0)).toThrow(RangeError);
  });

  it('are its ancestors, itself first and the root last', () => {
    expect(name.ancestor(3)).toBe(name);
    expect(name.ancestor(2)).toEqual(parsed('bc.def'));
    expect(name.ancestor(2).labels()).toEqual([ascii('bc'), ascii('def')]);
    expect(name.ancestor(1).wire).toEqual(wireName('def'));
    expect(name.ancestor(0)).toEqual(Name.root);
    expect(name.parent().toString()).toBe('bc.def.');
    expect(name.ancestor(2).parent().toString()).toBe('def.');
    expect(() => name.ancestor(4)).toThrow(new RangeError('no ancestor of 4 labels'));
    expect(() => name.ancestor(-1)).toThrow(new RangeError('no ancestor of -1 labels'));
    expect(() => Name.root.parent()).toThrow(RangeError);
  });

  it('are its children', () => {
    expect(name.child(ascii('X')).toString()).toBe('x.a.bc.def.');
    expect(name.wildcardChild().toString()).toBe('*.a.bc.def.');
    expect(Name.root.wildcardChild().wire).toEqual(hex('01 2a 00'));
  });

  it('tell root and wildcard', () => {
    expect(Name.root.isRoot()).toBe(true);
    expect(Name.root.wire).toEqual(hex('00'));
    expect(Name.root.labelCount).toBe(0);
    expect(name.isRoot()).toBe(false);
    expect(parsed('*.a').isWildcard()).toBe(true);
    expect(parsed('*').isWildcard()).toBe(true);
    expect(parsed('a.*').isWildcard()).toBe(false);
    expect(parsed('**.a').isWildcard()).toBe(false);
    expect(parsed('a').isWildcard()).toBe(false);
    expect(Name.root.isWildcard()).toBe(false);
  });
});

describe('at or below', () => {
  it('goes by label, never by the end of the text', () => {
    expect(parsed('www.example').isAtOrBelow(parsed('example'))).toBe(true);
    expect(parsed('example').isAtOrBelow(parsed('example'))).toBe(true);
    expect(parsed('badexample').isAtOrBelow(parsed('example'))).toBe(false);
    expect(parsed('example').isAtOrBelow(parsed('www.example'))).toBe(false);
    expect(parsed('www\\.example').isAtOrBelow(parsed('example'))).toBe(false);
    expect(parsed('www.example').isAtOrBelow(parsed('example.www'))).toBe(false);
    expect(parsed('a').isAtOrBelow(Name.root)).toBe(true);
    expect(Name.root.isAtOrBelow(Name.root)).toBe(true);
  });

  it('is not fooled by a label that holds the wire form of the ancestor', () => {
    // One label of the octets 1 'x' 7 'example' ends as `example.` does.
    const label = Uint8Array.of(1, 0x78, 7, ...ascii('example'));
    expect(Name.fromLabels([label]).isAtOrBelow(parsed('example'))).toBe(false);
    expect(Name.fromLabels([label, ascii('org')]).isAtOrBelow(parsed('example.org'))).toBe(false);
  });

  it('is below only where there are more labels', () => {
    expect(parsed('www.example').isBelow(parsed('example'))).toBe(true);
    expect(parsed('example').isBelow(parsed('example'))).toBe(false);
    expect(parsed('www.example').isBelow(parsed('sample'))).toBe(false);
    expect(parsed('a').isBelow(Name.root)).toBe(true);
    expect(Name.root.isBelow(Name.root)).toBe(false);
  });

  it('agrees with the labels two names have in common', () => {
    expect(parsed('a.b.c').commonLabels(parsed('x.b.c'))).toBe(2);
    expect(parsed('a.b.c').commonLabels(parsed('b.c'))).toBe(2);
    expect(parsed('a.b.c').commonLabels(parsed('a.b.d'))).toBe(0);
    expect(parsed('a.b').commonLabels(parsed('A.B'))).toBe(2);
    expect(parsed('a.b').commonLabels(Name.root)).toBe(0);
    fc.assert(
      fc.property(relatedName, relatedName, (a, b) => {
        const common = a.commonLabels(b);
        expect(a.ancestor(common)).toEqual(b.ancestor(common));
        expect(b.commonLabels(a)).toBe(common);
        expect(a.isAtOrBelow(b)).toBe(common === b.labelCount);
        const more = common + 1;
        if (more <= Math.min(a.labelCount, b.labelCount)) {
          expect(a.ancestor(more).equals(b.ancestor(more))).toBe(false);
        }
      }),
    );
  });
});

describe('names as text', () => {
  it.each([
    ['.', []],
    ['a', ['a']],
    ['a.', ['a']],
    ['WWW.Example.', ['WWW', 'Example']],
    ['a\\.b.c', ['a.b', 'c']],
    ['a\\\\.b', ['a\\', 'b']],
    ['\\000\\255', ['\x00\xff']],
    ['\\0651', ['A1']],
    ['a b', ['a b']],
    ['\\ ', [' ']],
    ['\\@.\\$', ['@', '$']],
    ['~', ['~']],
  ])('%s is read as labels', (text, expected) => {
    expect(parseLabels(text)).toEqual(expected.map(ascii));
  });

  it.each([
    ['', 'empty label'],
    ['..', 'empty label'],
    ['.a', 'empty label'],
    ['a..b', 'empty label'],
    ['a..', 'empty label'],
    ['\\', 'bad escape'],
    ['a\\', 'bad escape'],
    ['\\1', 'bad escape'],
    ['\\25', 'bad escape'],
    ['\\25a', 'bad escape'],
    ['\\256', 'bad escape'],
    ['\\999', 'bad escape'],
    ['b\u00fccher', 'not ASCII'],
    ['\u20ac', 'not ASCII'],
    ['\\\u00fc', 'not ASCII'],
    ['\\\u20ac', 'not ASCII'],
    ['\\\n', 'not ASCII'],
    ['a\tb', 'not ASCII'],
    ['a\u007f', 'not ASCII'],
    ['a\u001f', 'not ASCII'],
  ] as const)('%j is refused: %s', (text, reason) => {
    expect(refusal(() => parseLabels(text))).toEqual({ reason, message: `${reason}: ${text}` });
    expect(refusal(() => Name.parse(text)).reason).toBe(reason);
  });

  it('are written with a closing dot and escapes', () => {
    expect(formatLabels([])).toBe('.');
    expect(parsed('Www.example').toString()).toBe('www.example.');
    expect(formatLabels([ascii('Www')])).toBe('Www.');
    expect(formatLabels([ascii('."\\();@$')])).toBe('\\.\\"\\\\\\(\\)\\;\\@\\$.');
    expect(formatLabels([hex('00 20 21 7e 7f ff')])).toBe('\\000\\032!~\\127\\255.');
  });

  it('keep any octets on the way there and back', () => {
    fc.assert(
      fc.property(labels, (all) => {
        expect(parseLabels(formatLabels(all))).toEqual(all);
        const made = Name.fromLabels(all);
        expect(Name.parse(made.toString()).key).toBe(made.key);
        expect(Name.fromLabels(made.labels()).wire).toEqual(made.wire);
      }),
      { numRuns: 300 },
    );
  });

  it('escape what is special where it is, and no more', () => {
    expect(escapeOctets(ascii('a,b'), ',')).toBe('a\\,b');
    expect(escapeOctets(ascii('a,b'), '')).toBe('a,b');
    expect(escapeOctets(hex('09 7e 7f'), '')).toBe('\\009~\\127');
  });
});

describe('names as bytes', () => {
  it('have a key that only equal names share', () => {
    fc.assert(
      fc.property(labels, labels, (one, other) => {
        const lower = (all: Uint8Array[]) => JSON.stringify(all.map((label) => [...label.map(lowercaseOctet)]));
        expect(Name.fromLabels(one).key === Name.fromLabels(other).key).toBe(lower(one) === lower(other));
      }),
    );
  });
});
