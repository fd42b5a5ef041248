/** The catalogue in the user's language, as the browser chose it, and the words of a report in it. */
import { type Explanation, explain, explainReason } from '../explain.ts';
import type { Reason, Report } from '../report.ts';
import browser from './browser.ts';

export function translate(key: string, ...substitutions: string[]): string {
  return browser.i18n.getMessage(key, substitutions);
}

/** The language of the catalogue in use, which need not be that of the browser: dates and plurals follow it. */
function locale(): string {
  return translate('catalogueLanguage');
}

export function explainReport(report: Report): Explanation {
  return explain(report, translate, { locale: locale() });
}

export function sayReason(reason: Reason): string {
  return explainReason(reason, translate, { locale: locale() });
}

/** A moment in the user's own time zone; epoch seconds. */
export function localDate(time: number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(time * 1000);
}

export function count(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}
