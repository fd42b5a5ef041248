/** What can be wrong with a catalogue, beside the English one, without knowing the language. */
import type { Catalogue } from '../../../src/explain.ts';

export interface Beside {
  /** BCP 47. */
  readonly language: string;
  readonly english: Catalogue;
  /** Keys whose words are the same in both languages. */
  readonly same: ReadonlySet<string>;
  /** Keys of buttons, which have little room. */
  readonly buttons: ReadonlySet<string>;
}

/** A line each, with the key before it. */
export function faultsOf(catalogue: Catalogue, beside: Beside): string[] {
  const wanted = keysIn(beside.language, beside.english);
  const missing = [...wanted].filter(([key]) => !Object.hasOwn(catalogue, key)).map(([key]) => `${key}: is missing`);
  const entries = Object.entries(catalogue).flatMap(([key, entry]) => {
    const forms = wanted.get(key);
    if (forms === undefined) return [`${key}: is no key in English, or no plural form of this language`];
    const faults = [...faultsOfEntry(key, entry, forms, beside), ...misquoted(entry, forms[0]!, catalogue, beside)];
    return faults.map((fault) => `${key}: ${fault}`);
  });
  const stale = [...beside.same].filter(
    (key) => Object.hasOwn(beside.english, key) && catalogue[key]?.message !== beside.english[key]!.message,
  );
  return [...missing, ...entries, ...stale.map((key) => `${key}: is listed as the same as in English, and is not`)];
}

/** Plural forms that are only ever asked for from two on. */
const FROM_TWO: readonly string[] = ['picture_records'];

/**
 * The keys a language must have, each with the English messages it may follow. Of what is counted it has a key for each
 * form that a whole number below a thousand takes in it, whatever forms English has.
 */
export function keysIn(language: string, english: Catalogue): Map<string, readonly string[]> {
  const wanted = new Map<string, readonly string[]>();
  for (const key of Object.keys(english)) {
    const [, base = key, form] = /^(.+)_(one|other)$/.exec(key) ?? [];
    const counted = Object.hasOwn(english, `${base}_one`) || FROM_TWO.includes(base);
    if (form === undefined || !counted || !Object.hasOwn(english, `${base}_other`)) {
      wanted.set(key, [english[key]!.message]);
      continue;
    }
    const other = english[`${base}_other`]!.message;
    for (const category of categories(language, FROM_TWO.includes(base) ? 2 : 0)) {
      const alike = english[`${base}_${category}`]?.message;
      wanted.set(`${base}_${category}`, alike === undefined || alike === other ? [other] : [alike, other]);
    }
  }
  return wanted;
}

const MOST_COUNTED = 1000;

function categories(language: string, least: number): Set<string> {
  const rules = new Intl.PluralRules(language);
  const found = new Set<string>(['other']);
  for (let number = least; number < MOST_COUNTED; number++) found.add(rules.select(number));
  return found;
}

type Entry = Catalogue[string];

function faultsOfEntry(
  key: string,
  entry: Entry,
  forms: readonly string[],
  { language, english, same, buttons }: Beside,
): string[] {
  const { message } = entry;
  const first = forms[0]!;
  const faults: string[] = [];
  const says = (wrong: boolean, fault: string) => {
    if (wrong) faults.push(fault);
  };
  if (message.trim() === '') return ['is empty'];
  if (key === 'catalogueLanguage') return message === language ? [] : [`is not ${language}`];
  if (key === 'catalogueDirection') return /^(ltr|rtl)$/.test(message) ? [] : ['is neither ltr nor rtl'];
  says(
    Object.keys(entry).join() !== 'message',
    'has more than a message: what is told to translators is in English only',
  );
  says(
    !forms.some((form) => placeholdersIn(form) === placeholdersIn(message)),
    `has the placeholders ${placeholdersIn(message) || '(none)'}, and English ${placeholdersIn(first) || '(none)'}`,
  );
  says(/\$(?![1-9])/.test(message), 'has a dollar sign without a number behind it');
  says(/[<>]|&#?\w+;/.test(message), 'has markup');
  says(/[\p{Cc}\u2028\u2029]|\u0020{2}/u.test(message), 'has a control character or two spaces in a row');
  says(message.includes('"'), 'has straight quotes');
  says(edges(message) !== edges(first), 'begins or ends with other white space than in English');
  says(
    /\S/.test(message) && close(message) !== close(first),
    `ends with “${close(message)}”, and English with “${close(first)}”`,
  );
  for (const name of namesIn(first)) says(!message.includes(name), `lacks ${name}`);
  const numbers = numbersIn(message);
  for (const number of numbersIn(first)) says(!numbers.has(number), `lacks the number ${number}`);
  const englishHere = english[key]?.message;
  says(message === englishHere && !same.has(key) && hasWords(message), 'is the same as in English, and not listed so');
  const length = first.length;
  says(message.length > 2 * length + 25, `is more than twice as long as in English (${message.length}, ${length})`);
  says(
    buttons.has(key) && message.length > 1.6 * length + 12,
    `is too long for a button (${message.length}, ${length})`,
  );
  // The stores take no more.
  says(key === 'extensionDescription' && message.length > 132, `is longer than 132 characters (${message.length})`);
  return faults;
}

/** What a sentence in quotation marks calls a button must be what stands on the button. */
function misquoted({ message }: Entry, first: string, catalogue: Catalogue, { english }: Beside): string[] {
  return [...first.matchAll(/“([^”$]+)”/g)].flatMap(([, quoted]) => {
    const keys = Object.keys(english).filter((key) => english[key]!.message === quoted);
    const calls = keys.flatMap((key) => (Object.hasOwn(catalogue, key) ? [catalogue[key]!.message] : []));
    const right = calls.length === 0 || calls.some((call) => message.includes(call));
    return right ? [] : [`speaks of “${quoted}”, which is called ${calls.join(' or ')} in this language`];
  });
}

function placeholdersIn(message: string): string {
  return [...new Set(message.match(/\$[1-9]/g))].toSorted().join(' ');
}

function edges(message: string): string {
  return `${/^\s*/.exec(message)![0]}|${/\s*$/.exec(message)![0]}`;
}

/** The mark at the end, which tells a sentence from a label. */
function close(message: string): string {
  return /[.…:?!]?$/.exec(message.trimEnd())![0];
}

/** Addresses, names of records and standards, keys to press: the same in every language. */
function namesIn(message: string): string[] {
  const text = message.replace(/\$[1-9]/g, ' ');
  const addresses =
    text.match(/\b(?:https?|chrome):\/\/[^\s“”),]*[^\s“”),.]|\babout:[a-z]+|\b_[\w-]+\.[\w.-]*\w/g) ?? [];
  const acronyms = text.match(/\b[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*\b/g) ?? [];
  return [...addresses, ...acronyms.filter((acronym) => acronym !== 'NOT')];
}

function numbersIn(message: string): Set<string> {
  const text = message.replace(/\$[1-9]/g, ' ').replace(/(\d)[.,\u00a0\u202f](?=\d{3}(?!\d))/g, '$1');
  return new Set(text.match(/\d+/g));
}

/** Names of programs, companies and standards, in any language. */
const NAMES = /\b(?:Danelaw|Bitcoin|Firefox|Chromium|OpenPGP|DANE|DNSSEC|IPsec|SHA-\d+)\b/g;

/** Is there anything left to translate? */
function hasWords(message: string): boolean {
  const names = namesIn(message);
  const rest = names.reduce(
    (text, name) => text.replace(name, ' '),
    message.replace(/\$[1-9]/g, ' ').replace(NAMES, ' '),
  );
  return /\p{L}{2}/u.test(rest);
}
