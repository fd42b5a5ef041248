/** Counts by outcome, and the cases that went wrong. */

export interface Fault {
  readonly index: number;
  readonly what: string;
}

export class Tally {
  readonly counts = new Map<string, number>();
  readonly faults: Fault[] = [];

  count(outcome: string): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
  }

  fault(index: number, what: string): void {
    this.faults.push({ index, what });
  }

  of(outcome: string): number {
    return this.counts.get(outcome) ?? 0;
  }

  /** One line each, the most frequent first. */
  lines(): string[] {
    const sorted = [...this.counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return sorted.map(([outcome, count]) => `${String(count).padStart(9)}  ${outcome}`);
  }
}
