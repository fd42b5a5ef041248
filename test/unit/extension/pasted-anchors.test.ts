/** What is pasted into the field for trust anchors: taken whole, or refused with the line and the reason. */
import { describe, expect, test } from 'vitest';
import { formatAnchor, parseAnchors, ROOT_ANCHORS, type TrustAnchor } from '../../../src/dnssec/anchors.ts';
import { readPasted } from '../../../src/extension/options/anchors.ts';
import { MAX_ANCHORS_CHARACTERS } from '../../../src/extension/settings.ts';

const ds = (name: string, tag = 1, algorithm = 13) => `${name} IN DS ${tag} ${algorithm} 2 ${'ab'.repeat(32)}`;

function anchorsIn(text: string): readonly TrustAnchor[] {
  const parsed = parseAnchors(text);
  return parsed.ok ? parsed.anchors : [];
}

describe('pasted anchors', () => {
  test('one or more, for the root and for islands', () => {
    const pasted = readPasted(`${ds('.')}\n; a comment\n${ds('corp.example.')}\n`, []);
    expect(pasted.ok && pasted.anchors.map(formatAnchor)).toEqual([ds('.'), ds('corp.example.')]);
  });

  test.each([
    ['nothing at all', '  \n', 0, 'nothing'],
    ['a comment alone', '; later', 0, 'nothing'],
    ['no hexadecimal', '. IN DS 1 8 2 zz', 1, 'hexadecimal'],
    ['no base64', `${ds('a.')}\n. IN DNSKEY 257 3 8 ?`, 2, 'base64'],
    ['an unknown digest', '. DS 1 8 9 00', 1, 'digest-type'],
    ['a digest cut short', '. DS 1 8 2 ab', 1, 'digest-length'],
    ['no key for zones', '. DNSKEY 1 3 8 AwEAAQ==', 1, 'no-zone-key'],
    ['a revoked key', '. DNSKEY 385 3 8 AwEAAQ==', 1, 'revoked'],
    ['another class', '. CH DS 1 8 2 ab', 1, 'class'],
    ['another type', `${ds('a.')}\n\na. A 192.0.2.1`, 3, 'other-type'],
    ['an algorithm nobody can check', ds('a.', 1, 12), 1, 'algorithm'],
    ['one that is there', `${ds('new.')}\n${ds('there.')}`, 2, 'there-already'],
    ['one that is there, in other letters', ds('THERE.'), 1, 'there-already'],
    ['one twice', `${ds('a.')}\n${ds('b.')}\n${ds('a.')}`, 3, 'twice'],
    ['a built-in one', formatAnchor(ROOT_ANCHORS[1]!), 1, 'built-in'],
  ])('%s is refused', (_, text, line, code) => {
    expect(readPasted(text, anchorsIn(ds('there.')))).toEqual({ ok: false, fault: { line, code } });
  });

  test('no more than settings may hold, alone or together', () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ds('a.', from + i)).join('\n');
    const each = ds('a.', 10_000).length + 1;
    const half = Math.floor(MAX_ANCHORS_CHARACTERS / each / 2) + 1;
    const first = readPasted(many(10_000, half), []);
    expect(first.ok).toBe(true);
    const tooMany = { ok: false, fault: { line: 0, code: 'too-many' } };
    expect(readPasted(many(20_000, half), first.ok ? first.anchors : [])).toEqual(tooMany);
    expect(readPasted(many(20_000, half - 3), first.ok ? first.anchors : [])).toMatchObject({ ok: true });
    expect(readPasted(' '.repeat(MAX_ANCHORS_CHARACTERS + 1), [])).toEqual(tooMany);
  });
});
