/** Every requirement has a test whose title starts with its number, or a written reason why it has none. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COUNTS, REQUIREMENTS } from '../requirements/requirements.ts';
import { numbersInTitles } from '../requirements/titles.ts';
import { WITHOUT_TEST } from '../requirements/without-test.ts';

const folder = fileURLToPath(new URL('../', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts'));
const tested = new Map<string, string[]>();
for (const file of files) {
  // The examples further down are no tests.
  if (file.endsWith('requirements.test.ts')) continue;
  for (const number of numbersInTitles(readFileSync(folder + file, 'utf8'))) {
    tested.set(number, [...(tested.get(number) ?? []), file]);
  }
}
const numbers = Object.entries(COUNTS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
);

describe('the list of requirements', () => {
  it('has every number, and words for each', () => {
    expect(Object.keys(REQUIREMENTS)).toEqual(expect.arrayContaining(numbers));
    expect(Object.keys(REQUIREMENTS)).toHaveLength(numbers.length);
    for (const [number, words] of Object.entries(REQUIREMENTS)) {
      expect([number, words.length >= 3 && words.length <= 60]).toEqual([number, true]);
    }
  });

  it('is held by tests, or says why not', () => {
    expect(numbers.filter((number) => !tested.has(number) && !Object.hasOwn(WITHOUT_TEST, number))).toEqual([]);
  });

  it('gives no reason for what has a test by now', () => {
    expect(Object.keys(WITHOUT_TEST).filter((number) => tested.has(number))).toEqual([]);
  });

  it('gives reasons for its own numbers only, in words', () => {
    expect(Object.keys(WITHOUT_TEST).filter((number) => !Object.hasOwn(REQUIREMENTS, number))).toEqual([]);
    for (const [number, reason] of Object.entries(WITHOUT_TEST)) {
      expect([number, reason.split(' ').length >= 3]).toEqual([number, true]);
    }
  });

  it('knows every number that a title names', () => {
    const strange = [...tested].filter(([number]) => !Object.hasOwn(REQUIREMENTS, number));
    expect(strange).toEqual([]);
  });

  it('W and V: only a few of them have no test', () => {
    const core = Object.keys(WITHOUT_TEST).filter((number) => /^[WV]/.test(number));
    expect(core.filter((number) => number.startsWith('W'))).toEqual([]);
    expect(core.length).toBeLessThanOrEqual(12);
  });
});

describe('the reader of titles', () => {
  it('finds the numbers at the start of titles, and no others', () => {
    const source = `
      describe('W1 a header', () => {
        it('W2 W3 labels', () => {});
        test.each([1, 2])('H1: %i by GET', () => {});
        it.each([
          ['a', 'b'],
        ] as const)(
          "V100 over lines",
          () => {},
        );
        it(\`D5 in a template\`, () => {});
        it('holds W4', () => {});
        it('W5', () => {});
        it('W6x is none', () => {});
        // it('W7 in a comment', () => {});
        const table = [['W8 no title', 1]];
      });`;
    expect(numbersInTitles(source)).toEqual(['W1', 'W2', 'W3', 'H1', 'V100', 'D5']);
  });

  it('takes the rows of a table whose first column is the title', () => {
    const source = `it.each([
      ['V56 V57 a row', 1],
      ['another', 'V58 no title'],
    ])('%s', () => {});`;
    expect(numbersInTitles(source)).toEqual(['V56', 'V57']);
  });
});
