/** The sentences of a report, from the catalogue. */
import type { Reason, Report } from '../report.ts';
import type { Translate } from './toolbar.ts';

export interface PopupWords {
  readonly sentence: string;
  readonly why: string;
  readonly notes: readonly string[];
}

export function explanationOf(report: Report, translate: Translate): PopupWords {
  return {
    sentence: translate(`toolbar_${report.verdict}`, report.host),
    why: sayReason(report.reason, translate),
    notes: report.notes.map(({ code }) => code),
  };
}

export function sayReason(reason: Reason, _translate: Translate): string {
  return JSON.stringify(reason);
}
