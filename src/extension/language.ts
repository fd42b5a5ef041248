/** The catalogue in the user's language, as the browser chose it, and the words of a report in it. */
import {
  type Explanation,
  explain,
  explainAlgorithm,
  explainDigest,
  explainProbe,
  explainProbeStep,
  explainReason,
  explainTitle,
  type Lives,
  livesOf,
  once,
  type PicturePart,
  type ProbeExplanation,
  type ProbeStepExplanation,
  pictureOf,
} from '../explain.ts';
import type { ProbeReport, ProbeStep } from '../probe.ts';
import type { Reason, Report } from '../report.ts';

export interface Language {
  readonly translate: (key: string, ...substitutions: string[]) => string;
  /** The message `key_one`, `key_other` … by the language's rule for that count. */
  readonly plural: (key: string, count: number, ...substitutions: string[]) => string;
  readonly explain: (report: Report) => Explanation;
  /** The title of `explain` alone. */
  readonly title: (report: Report) => string;
  readonly picture: (report: Report) => readonly PicturePart[];
  readonly lives: (report: Report) => Lives;
  readonly sayReason: (reason: Reason) => string;
  /** Of DNSSEC, by their numbers. */
  readonly algorithm: (algorithm: number) => string;
  readonly digest: (digestType: number) => string;
  readonly explainProbe: (report: ProbeReport) => ProbeExplanation;
  readonly explainProbeStep: (step: ProbeStep) => ProbeStepExplanation;
  /** The language's own tag: for the names of countries and the order of the alphabet. */
  readonly locale: string;
  /** A moment in the user's own time zone; epoch seconds. */
  readonly date: (time: number) => string;
  /** A day by the calendar of UTC. */
  readonly day: (time: number) => string;
  /** A moment without its day. */
  readonly time: (time: number) => string;
  readonly number: (value: number) => string;
  /** How much room that is, in the unit that suits it. */
  readonly octets: (count: number) => string;
}

/** `i18n`: as much of `browser.i18n` as is used here. */
export function languageOf(i18n: { getMessage(key: string, substitutions?: string[]): string }): Language {
  const translate = (key: string, ...substitutions: string[]) => i18n.getMessage(key, substitutions);
  // The language of the catalogue in use, which need not be that of the browser: dates and plurals follow it.
  const locale = translate('catalogueLanguage');
  // Making them takes longer than using them, and the popup needs one or two.
  const dates = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }));
  const days = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }));
  const times = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));
  const plurals = once(() => new Intl.PluralRules(locale));
  const numbers = once(() => new Intl.NumberFormat(locale));
  const inUnit = (unit: 'byte' | 'kilobyte' | 'megabyte', value: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumSignificantDigits: 3 }).format(
      value,
    );
  return {
    translate,
    plural: (key, count, ...substitutions) =>
      translate(`${key}_${plurals().select(count)}`, ...substitutions) || translate(`${key}_other`, ...substitutions),
    explain: (report) => explain(report, translate, { locale }),
    title: (report) => explainTitle(report, translate, { locale }),
    picture: (report) => pictureOf(report, translate, { locale }),
    lives: (report) => livesOf(report, translate, { locale }),
    sayReason: (reason) => explainReason(reason, translate, { locale }),
    algorithm: (algorithm) => explainAlgorithm(algorithm, translate, locale),
    digest: (digestType) => explainDigest(digestType, translate, locale),
    explainProbe: (report) => explainProbe(report, translate, locale),
    explainProbeStep: (step) => explainProbeStep(step, translate, locale),
    locale,
    date: (time) => dates().format(time * 1000),
    day: (time) => days().format(time * 1000),
    time: (time) => times().format(time * 1000),
    number: (value) => numbers().format(value),
    octets: (count) => {
      if (count < 1000) return inUnit('byte', count);
      return count < 1_000_000 ? inUnit('kilobyte', count / 1000) : inUnit('megabyte', count / 1_000_000);
    },
  };
}
