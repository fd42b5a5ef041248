/** Who waits for a verdict gets it from the run of the check that is under way for the same request. */
import type { Report } from '../../report.ts';

export interface Verdicts {
  /** Undefined: the run was given up. To be asked while it is under way. */
  of(check: string): Promise<Report | undefined>;
  /** The run is over; without a report where nobody else waits for it. */
  over(check: string, report?: Report): void;
}

export function createVerdicts(): Verdicts {
  const waiting = new Map<string, { promise: Promise<Report | undefined>; resolve: (report?: Report) => void }>();
  return {
    of: (check) => {
      const known = waiting.get(check);
      if (known !== undefined) return known.promise;
      let resolve: (report?: Report) => void = () => {};
      const promise = new Promise<Report | undefined>((settle) => {
        resolve = settle;
      });
      waiting.set(check, { promise, resolve });
      return promise;
    },
    over: (check, report) => {
      waiting.get(check)?.resolve(report);
      waiting.delete(check);
    },
  };
}
