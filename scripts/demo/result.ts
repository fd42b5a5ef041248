/** What one visit to one demo site showed, and how it is printed. */
import { BADGES } from '../../src/extension/toolbar.ts';
import type { SiteVerdict } from '../../src/report.ts';

export interface SiteResult {
  readonly browser: string;
  readonly site: string;
  readonly expected: SiteVerdict;
  /** `none`: the extension came to no verdict in time. */
  readonly verdict: SiteVerdict | 'none';
  readonly badge: string;
  readonly title: string;
  /** From the start of the navigation until the toolbar stood still. */
  readonly ms: number;
}

/** The verdict is the expected one, and the toolbar shows it. */
export function isRight({ expected, verdict, badge, title }: SiteResult): boolean {
  return verdict === expected && badge === BADGES[expected].text && title !== '';
}

export function jsonLine({ browser, site, expected, verdict, badge, title, ms }: SiteResult): string {
  return JSON.stringify({ browser, site, expected, verdict, badge, title, ms });
}

export function table(results: readonly SiteResult[], withToolbar: boolean): string {
  const rows = results.map((result) => [
    isRight(result) || (!withToolbar && result.verdict === result.expected) ? 'ok' : 'WRONG',
    result.site,
    result.expected,
    result.verdict,
    ...(withToolbar ? [result.badge] : []),
    `${result.ms} ms`,
    result.title,
  ]);
  const heads = ['', 'site', 'expected', 'verdict', ...(withToolbar ? ['badge'] : []), 'time', 'title'];
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        if (column === cells.length - 1) return cell;
        return heads[column] === 'time' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
      })
      .join('  ')
      .trimEnd();
  return [heads, ...rows].map(line).join('\n');
}
