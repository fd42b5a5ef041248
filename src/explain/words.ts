/**
 * From facts to phrases: the one place that fills the catalogue's sentences, formats times, numbers and lists, and
 * makes text that somebody else wrote fit to be shown.
 */

/** A sentence of the catalogue with `$1` … `$9` filled in: `browser.i18n.getMessage`, or `catalogue.ts` over the JSON. */
export type Translate = (key: string, ...substitutions: string[]) => string;

/** Text made here and so fit to be shown as it is. A plain string is a fact, and is escaped where it enters. */
export interface Phrase {
  readonly text: string;
}

export type Fact = string | number | Phrase;

/**
 * Characters that would show as something else or nothing: controls (a terminal obeys them), marks that turn the
 * direction of writing, invisible ones, tags and lone surrogates. Each comes out as its code: `\u{202e}`.
 */
const UNSHOWN = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u{2028}\u{2029}\u{fff9}-\u{fffb}]/gu;

export function escapeForDisplay(text: string): string {
  return text.replace(UNSHOWN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Characters of a text of unbounded length (a certificate's subject, a resolver's words) that are shown. */
const MAX_QUOTE = 200;
/** Items of a list that are shown. */
const MAX_ITEMS = 8;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;

/** Each unit up to twice the next, so that "90 minutes ago" is not "1 hour ago". */
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number, number])[] = [
  ['second', 1, 2 * MINUTE],
  ['minute', MINUTE, 2 * HOUR],
  ['hour', HOUR, 2 * DAY],
  ['day', DAY, 90 * DAY],
  ['month', YEAR / 12, 2 * YEAR],
  ['year', YEAR, Number.POSITIVE_INFINITY],
];

export interface Words {
  say(key: string, ...facts: readonly Fact[]): Phrase;
  /** `key_one`, `key_other` … by the language's own rule for `count`. */
  sayPlural(key: string, count: number, ...facts: readonly Fact[]): Phrase;
  /** A domain name without its closing dot; the root by its name. */
  name(presentation: string): Phrase;
  quote(text: string): Phrase;
  list(items: readonly Fact[]): Phrase;
  number(value: number): Phrase;
  /** A moment in UTC. */
  date(seconds: number): Phrase;
  /** How far `seconds` is from `now`: "3 days ago", "in 2 hours". */
  distance(seconds: number, now: number): Phrase;
  /** A length of time: "5 seconds". */
  duration(seconds: number): Phrase;
}

/** Throws RangeError where `locale` is no language tag. */
export function createWords(translate: Translate, locale: string): Words {
  const { plurals, numbers, relative, moments, lengths } = formatsOf(locale);
  const say = (key: string, ...facts: readonly Fact[]): Phrase => ({ text: translate(key, ...facts.map(shown)) });
  const number = (value: number): Phrase => ({ text: numbers().format(value) });
  const words: Words = {
    say,
    sayPlural: (key, count, ...facts) => {
      const phrase = say(`${key}_${plurals().select(count)}`, ...facts);
      return phrase.text === '' ? say(`${key}_other`, ...facts) : phrase;
    },
    name: (presentation) => {
      if (presentation === '.') return say('name_root');
      return { text: shown(presentation.replace(/(?<!\\)\.$/, '')) };
    },
    quote: (text) => {
      const characters = Array.from(text.slice(0, 2 * MAX_QUOTE));
      const short = characters.length <= MAX_QUOTE && text.length <= 2 * MAX_QUOTE;
      return { text: shown(short ? text : `${characters.slice(0, MAX_QUOTE).join('')}…`) };
    },
    list: (items) => {
      const first: Fact[] = items.slice(0, MAX_ITEMS);
      if (items.length > MAX_ITEMS) first.push(say('and_more', number(items.length - MAX_ITEMS)));
      return { text: first.map(shown).join(say('list_separator').text) };
    },
    number,
    date: (seconds) => {
      const date = new Date(seconds * 1000);
      return Number.isNaN(date.getTime()) ? number(seconds) : { text: moments().format(date) };
    },
    distance: (seconds, now) => {
      const [unit, value] = inUnits(Math.abs(seconds - now));
      return { text: relative().format(seconds < now ? -value : value, unit) };
    },
    duration: (seconds) => {
      const [unit, value] = inUnits(seconds);
      return { text: lengths(unit).format(value) };
    },
  };
  return words;
}

interface Formats {
  readonly locale: string;
  readonly plurals: () => Intl.PluralRules;
  readonly numbers: () => Intl.NumberFormat;
  readonly relative: () => Intl.RelativeTimeFormat;
  readonly moments: () => Intl.DateTimeFormat;
  readonly lengths: (unit: Intl.RelativeTimeFormatUnit) => Intl.NumberFormat;
}

let formats: Formats | undefined;

/** Those of the last language are kept: a page speaks one, says many sentences, and needs few of them at first. */
function formatsOf(locale: string): Formats {
  if (formats?.locale === locale) return formats;
  // What is no language tag is refused now, and not with the first number.
  Intl.getCanonicalLocales(locale);
  const lengths = new Map<string, Intl.NumberFormat>();
  formats = {
    locale,
    plurals: once(() => new Intl.PluralRules(locale)),
    numbers: once(() => new Intl.NumberFormat(locale)),
    relative: once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'always' })),
    moments: once(
      () =>
        new Intl.DateTimeFormat(locale, {
          year: 'numeric',
          month: 'long',
          day: 'numeric',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
          timeZone: 'UTC',
          timeZoneName: 'short',
        }),
    ),
    lengths: (unit) => {
      const made = lengths.get(unit) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
      lengths.set(unit, made);
      return made;
    },
  };
  return formats;
}

/** Made when it is first needed. */
export function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

function shown(fact: Fact): string {
  if (typeof fact === 'object') return fact.text;
  return typeof fact === 'number' ? String(fact) : escapeForDisplay(fact);
}

function inUnits(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  for (const [unit, size, limit] of UNITS) {
    if (seconds < limit) return [unit, Math.floor(seconds / size)];
  }
  throw new RangeError(`no duration: ${seconds}`);
}
