/** Every sentence in every language: all there, none too many, the same facts in it, and room for it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from '../../../src/explain.ts';
import { translateBy } from '../../../src/explain.ts';
import { languageOf } from '../../../src/extension/language.ts';
import { CATALOGUES, LANGUAGES } from '../../../src/locales/languages.ts';
import { besideOf, faultsIn, PLACES, pathOf, readCatalogue } from './catalogues.ts';
import { type Beside, faultsOf, keysIn } from './faults.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe.each(LANGUAGES.filter((language) => language !== 'en'))('the language %s', (language) => {
  test.each(PLACES)(`${language}: %s is complete, and sound beside English`, (place) => {
    expect(faultsIn(language)[place]).toEqual([]);
  });

  test(`${language}: the command line loads the sentences of that file`, async () => {
    expect(await CATALOGUES[language]!()).toEqual(readCatalogue('src/locales', language));
  });

  test(`${language}: dates, numbers and plurals are its own`, () => {
    const translate = translateBy({
      ...readCatalogue('src/locales', language),
      ...readCatalogue('src/extension/locales', language),
    });
    const { locale, number, plural, date } = languageOf({ getMessage: (key, facts = []) => translate(key, ...facts) });
    expect(locale).toBe(language);
    expect(Intl.DateTimeFormat.supportedLocalesOf(language)).toEqual([language]);
    expect(number(1234.5)).toBe(new Intl.NumberFormat(language).format(1234.5));
    expect(date(1_800_000_000)).toContain('2027');
    for (const count of [0, 1, 2, 5, 21]) expect(plural('aboutCount', count, number(count), 'x')).toContain(`${count}`);
  });
});

describe('the list of languages', () => {
  test.each(PLACES)('is what there is in %s', (place) => {
    expect(
      readdirSync(ROOT + place, { withFileTypes: true })
        .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
        .toSorted(),
    ).toEqual(LANGUAGES.toSorted());
    for (const language of LANGUAGES) expect(existsSync(pathOf(place, language))).toBe(true);
  });

  test('begins nowhere but in English', async () => {
    expect(LANGUAGES).toContain('en');
    expect(await CATALOGUES['en']!()).toEqual(readCatalogue('src/locales', 'en'));
    expect(readCatalogue('src/extension/locales', 'en')['catalogueLanguage']!.message).toBe('en');
  });

  test('the command line alone asks for what begins with print_, all of it', () => {
    const folder = `${ROOT}src/cli/`;
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const text = sources.map((file) => readFileSync(folder + file, 'utf8')).join('\n');
    const asked = new Set([...text.matchAll(/'(print_\w+)'/g)].map(([, key]) => key!));
    const there = Object.keys(readCatalogue('src/locales', 'en')).filter((key) => key.startsWith('print_'));
    expect(asked.size).toBeGreaterThan(5);
    const bases = new Set(there.map((key) => (asked.has(key) ? key : key.replace(/_(one|other)$/, ''))));
    expect([...bases].toSorted()).toEqual([...asked].toSorted());
  });
});

describe('the pages', () => {
  const folder = `${ROOT}src/extension/`;
  const styles = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));

  test.each(styles)('%s knows start and end, not left and right', (file) => {
    const text = readFileSync(folder + file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    expect(text).not.toMatch(
      /^\s*(?:(?:margin|padding|border|scroll-margin|scroll-padding)-)?(?:left|right)(?:-\w+)*\s*:/m,
    );
    expect(text).not.toMatch(/(?:text-align|float|clear)\s*:\s*(?:left|right)/);
    expect(text).not.toMatch(/border-(?:top|bottom)-(?:left|right)-radius/);
  });
});

describe('what is found', () => {
  const english: Catalogue = {
    label: { message: 'Undo' },
    sentence: { message: 'The zone $1 has 2 keys (DNSKEY), says https://a.example/x.', description: '$1 zone' },
    host_one: { message: 'one host' },
    host_other: { message: '$1 hosts' },
    joint: { message: ', ' },
    name: { message: 'Danelaw' },
    advice: { message: 'Press “Undo”.' },
    extensionDescription: {
      message: 'Is this the certificate of the owner, or is it that of somebody else, who stands between?',
    },
  };
  const beside: Beside = { language: 'cs', english, same: new Set(), buttons: new Set(['label']) };
  const czech = (changes: Record<string, string | undefined>) => {
    const sound: Record<string, string | undefined> = {
      label: 'Zpět',
      sentence: 'Zóna $1 má 2 klíče (DNSKEY), říká https://a.example/x.',
      host_one: 'jeden hostitel',
      host_few: '$1 hostitelé',
      host_other: '$1 hostitelů',
      joint: ', ',
      name: 'Danelaw',
      advice: 'Stiskněte „Zpět“.',
      extensionDescription: 'Je to certifikát vlastníka?',
      ...changes,
    };
    return Object.fromEntries(
      Object.entries(sound).flatMap(([key, message]) => (message === undefined ? [] : [[key, { message }]])),
    );
  };

  test('nothing in a sound catalogue', () => {
    expect(faultsOf(czech({}), beside)).toEqual([]);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['a missing key', { label: undefined }, 'label: is missing'],
    ['a missing plural form', { host_few: undefined }, 'host_few: is missing'],
    ['a key too many', { other: 'x' }, 'other: is no key in English'],
    ['a plural form too many', { host_many: '$1 hostitele' }, 'host_many: is no key in English'],
    ['an empty message', { label: ' ' }, 'label: is empty'],
    ['a lost placeholder', { sentence: 'Zóna má 2 klíče (DNSKEY), říká https://a.example/x.' }, 'has the placeholders'],
    ['a placeholder too many', { label: 'Zpět $1' }, 'label: has the placeholders $1, and English (none)'],
    ['a stray dollar sign', { label: 'Zpět $' }, 'label: has a dollar sign'],
    ['markup', { label: '<b>Zpět</b>' }, 'label: has markup'],
    ['an entity', { label: 'Zpět&nbsp;!' }, 'label: has markup'],
    ['straight quotes', { label: '"Zpět"' }, 'label: has straight quotes'],
    ['two spaces', { label: 'Zpět  a' }, 'label: has a control character or two spaces'],
    ['white space at the end', { label: 'Zpět ' }, 'label: begins or ends with other white space'],
    ['a lost space between items', { joint: ',' }, 'joint: begins or ends with other white space'],
    ['a full stop too many', { label: 'Zpět.' }, 'label: ends with “.”, and English with “”'],
    ['a lost name', { sentence: 'Zóna $1 má 2 klíče, říká https://a.example/x.' }, 'sentence: lacks DNSKEY'],
    [
      'a changed address',
      { sentence: 'Zóna $1 má 2 klíče (DNSKEY), říká https://b.example/x.' },
      'lacks https://a.example/x',
    ],
    [
      'a lost number',
      { sentence: 'Zóna $1 má klíče (DNSKEY), říká https://a.example/x.' },
      'sentence: lacks the number 2',
    ],
    ['a button by another name', { advice: 'Stiskněte „Vrátit“.' }, 'advice: speaks of “Undo”, which is called Zpět'],
    ['English', { label: 'Undo' }, 'label: is the same as in English'],
    ['a text that is too long', { label: 'Zpět '.repeat(8).trim() }, 'label: is more than twice as long'],
    ['a long button', { label: 'Zpět o jeden krok zpátky' }, 'label: is too long for a button'],
    [
      'what the stores do not take',
      { extensionDescription: 'Certifikát '.repeat(14).trim().concat('?') },
      'longer than 132',
    ],
  ])('%s', (_, changes, fault) => {
    expect(faultsOf(czech(changes), beside).join('\n')).toContain(fault);
  });

  test('words told to translators, in a translation', () => {
    const catalogue = { ...czech({}), label: { message: 'Zpět', description: 'Undo' } };
    expect(faultsOf(catalogue, beside).join()).toContain('label: has more than a message');
  });

  test('what is listed as the same: no fault while it is, and one when it is no more', () => {
    const same = { ...beside, same: new Set(['label']) };
    expect(faultsOf(czech({ label: 'Undo', advice: 'Stiskněte „Undo“.' }), same)).toEqual([]);
    expect(faultsOf(czech({}), same)).toEqual(['label: is listed as the same as in English, and is not']);
  });

  test('plural forms by language: two in German, three in Czech, and from two on where nothing else is asked for', () => {
    const counted: Catalogue = { ...english, picture_records_other: { message: '$1 published records' } };
    const forms = (language: string) =>
      [...keysIn(language, counted).keys()].filter((key) => /^(host|picture)_/.test(key)).toSorted();
    expect(forms('de')).toEqual(['host_one', 'host_other', 'picture_records_other']);
    expect(forms('fr')).toEqual(['host_one', 'host_other', 'picture_records_other']);
    expect(forms('cs')).toEqual(['host_few', 'host_one', 'host_other', 'picture_records_few', 'picture_records_other']);
  });

  test('buttons by their place in the pages', () => {
    const { buttons } = besideOf('src/extension/locales', 'en');
    for (const key of ['popupCheckAgain', 'welcomeStart', 'trialStart', 'warningBack']) expect(buttons).toContain(key);
    expect(buttons).not.toContain('optionsResolverWhat');
  });
});
