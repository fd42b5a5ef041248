import { afterAll, describe, expect, it } from 'vitest';
import { takeLanguage } from '../../../src/cli/arguments/language.ts';
import { LANGUAGES } from '../../../src/locales/languages.ts';
import { createFiles, danelaw } from './danelaw.ts';

const files = createFiles();
afterAll(files.remove);

const SPOKEN = ['en', 'de', 'cs'];
const languageOf = (args: readonly string[], environment: Record<string, string> = {}) =>
  takeLanguage(args, environment, SPOKEN).language;

describe('the language', () => {
  it.each<[string[], string[]]>([
    [
      ['--lang', 'de', 'check', 'a.example'],
      ['check', 'a.example'],
    ],
    [
      ['check', '--lang=de', 'a.example'],
      ['check', 'a.example'],
    ],
    [
      ['check', 'a.example', '--lang', 'DE-at'],
      ['check', 'a.example'],
    ],
    [
      ['check', '--lang', 'cs', '--json', '--lang', 'de_AT.UTF-8@euro'],
      ['check', '--json'],
    ],
  ])('is taken out of %j', (args, rest) => {
    expect(takeLanguage(args, { LC_ALL: 'cs_CZ.UTF-8' }, SPOKEN)).toEqual({ language: 'de', args: rest });
  });

  it('is no option behind two hyphens', () => {
    const args = ['check', '--', '--lang', 'de'];
    expect(takeLanguage(args, {}, SPOKEN)).toEqual({ language: 'en', args });
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'en'],
    [{ LANG: 'de_DE.UTF-8' }, 'de'],
    [{ LANG: 'cs' }, 'cs'],
    [{ LC_MESSAGES: 'cs_CZ', LANG: 'de_DE' }, 'cs'],
    [{ LC_ALL: 'C', LC_MESSAGES: 'cs_CZ', LANG: 'de_DE' }, 'en'],
    [{ LC_ALL: 'C.UTF-8', LANG: 'de_DE' }, 'en'],
    [{ LC_ALL: 'POSIX', LANG: 'de_DE' }, 'en'],
    [{ LC_ALL: '', LANG: 'de_DE' }, 'de'],
    // No mistake of whoever runs it, and no reason to look further.
    [{ LC_ALL: 'pt_BR.UTF-8', LANG: 'de_DE' }, 'en'],
    [{ LANG: 'den' }, 'en'],
    [{ LANG: '../../de' }, 'en'],
    [{ LC_CTYPE: 'de_DE' }, 'en'],
  ])('of the environment %j is %s', (environment, language) => {
    expect(languageOf([], environment)).toBe(language);
  });

  it.each([
    [['check', 'a.example', '--lang', 'xx'], /^danelaw: --lang xx: one of en/],
    [['check', 'a.example', '--lang', ''], /^danelaw: --lang is empty: one of /],
    [['--lang'], /^danelaw: --lang is empty: one of /],
    [['--lang=constructor', 'check'], /^danelaw: --lang constructor: one of /],
  ])('that there is none of is a mistake: %j', async (args, line) => {
    const { status, stderr } = await danelaw(args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(line)]);
  });
});

describe('in each language', () => {
  const certificate = files.write('chain.pem', '');
  it.each(LANGUAGES)('what is said of a wrong usage is in English: %s', async (language) => {
    const { status, stderr } = await danelaw([
      'match',
      '--host',
      'a.example',
      '--chain',
      certificate,
      '--lang',
      language,
    ]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('--tlsa is missing')]);
  });
});
