import { describe, expect, it } from 'vitest';
import { DEFAULT_EXCLUSIONS, isExcluded, MAX_EXCLUSIONS, parseExclusions } from '../../../src/extension/exclusions.ts';

const read = (text: string) => {
  const result = parseExclusions(text);
  return result.ok ? result.exclusions : `line ${result.line}: ${result.fault}`;
};

describe('a list of domains never asked about', () => {
  it('one a line, as browsers write hosts, each once', () => {
    expect(read('Local\n\n  home.arpa. \r\n*.corp.example\n.lan\nlocal\n')).toEqual([
      'local',
      'home.arpa',
      'corp.example',
      'lan',
    ]);
    expect(read('bücher.example')).toEqual(['xn--bcher-kva.example']);
    expect(read('_tcp.a-b.example')).toEqual(['_tcp.a-b.example']);
    expect(read(' \n\n')).toEqual([]);
  });

  it.each([
    'https://example.com',
    'example.com/path',
    'a b',
    'user@example.com',
    'example.com:443',
    '192.0.2.1',
    '[::1]',
    '*',
    '.',
    'a..b',
    '-a.example',
    'a%2eb',
    'a*b.example',
    `${'a'.repeat(64)}.\u0000`,
  ])('%j is none', (line) => {
    expect(read(`local\n${line}`)).toBe('line 2: not a domain');
  });

  it('is bounded', () => {
    const lines = Array.from({ length: MAX_EXCLUSIONS }, (_, i) => `n${i}.example`);
    expect(read(lines.join('\n'))).toHaveLength(MAX_EXCLUSIONS);
    expect(read([...lines, 'n0.example', 'more.example'].join('\n'))).toBe(`line ${MAX_EXCLUSIONS + 2}: too many`);
  });

  it('the default one reads as it is', () => {
    expect(read(DEFAULT_EXCLUSIONS.join('\n'))).toEqual(DEFAULT_EXCLUSIONS);
  });

  it.each([
    ['printer.local', true],
    ['local', true],
    ['LOCAL.', true],
    ['a.b.home.arpa', true],
    ['wiki.intranet', true],
    ['router.localdomain', true],
    ['nas.private', true],
    ['arpa', false],
    ['notlocal', false],
    ['local.example', false],
    ['example.com', false],
  ])('by default %s is excluded: %s', (host, expected) => {
    expect(isExcluded(host, DEFAULT_EXCLUSIONS)).toBe(expected);
  });

  it('an empty one excludes nothing', () => {
    expect(isExcluded('printer.local', [])).toBe(false);
  });
});
