/** How long a verdict may be shown, and when it is made anew. */
import type { Report } from '../report.ts';

export type Lifetime = Pick<Report, 'verdict' | 'checkedAt' | 'validUntil'>;

/** No automatic check of a document sooner after the last one than this, whatever the TTLs. */
export const RETRY_SECONDS = 10;

/** May this report still be shown as what holds now? `now` in epoch seconds. */
export function isCurrent(report: Lifetime, now: number): boolean {
  // These claim nothing about the site that could run out.
  if (report.verdict === 'off' || report.verdict === 'indeterminate') return true;
  return now <= report.validUntil;
}

/** Is it time to check anew? */
export function needsCheck(report: Lifetime, now: number): boolean {
  if (report.verdict === 'off') return false;
  return now > Math.max(report.validUntil, report.checkedAt + RETRY_SECONDS);
}
