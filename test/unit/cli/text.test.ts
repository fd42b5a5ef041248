import { describe, expect, it } from 'vitest';
import { jsonLine } from '../../../src/cli/json.ts';
import { alignColumns, escapeForTerminal, formatTime, joinLines } from '../../../src/cli/text.ts';

const HOSTILE = [
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\u007f',
  '\u009b2J',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2028',
  '\ud800',
];

describe('text for a terminal', () => {
  it.each(HOSTILE)('B29 spells out %j', (text) => {
    const shown = escapeForTerminal(`a${text}b`);
    expect(shown).toMatch(/^a\\u\{[0-9a-f]+\}.*b$/);
    expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  it('leaves what is plain as it is', () => {
    expect(escapeForTerminal('a b\\c "d" ü 日本')).toBe('a b\\c "d" ü 日本');
  });

  it('leaves one empty line where a part between two has none', () => {
    expect(joinLines(['one', '', '', 'two', '', 'three'])).toBe('one\n\ntwo\n\nthree\n');
  });

  it('lets no text of the other side begin a line', () => {
    expect(joinLines(['one\ntwo', 'three'])).toBe('one\\u{a}two\nthree\n');
  });

  it('keeps columns in line', () => {
    expect(
      alignColumns([
        ['a', 'bb', 'c'],
        ['aaa', 'b', 'ccc'],
      ]),
    ).toEqual(['a    bb  c', 'aaa  b   ccc']);
  });

  it('shows a time as people read it, and one that is none as its number', () => {
    expect(formatTime(0)).toBe('1970-01-01T00:00:00Z');
    expect(formatTime(1e15)).toBe('1000000000000000');
  });
});

describe('JSON for a terminal', () => {
  it.each(HOSTILE)('is ASCII, and reads back as it was: %j', (text) => {
    const line = jsonLine({ text });
    expect(line).toMatch(/^[\x20-\x7e]*\n$/);
    expect(JSON.parse(line)).toEqual({ text });
  });
});
