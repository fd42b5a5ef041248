/** A clock that stands still until it is told to go on. */
import type { Clock } from '../../../src/doh/clock.ts';

export interface TestClock extends Clock {
  /** Goes on by so many milliseconds, calling back what falls due in its order. */
  readonly advance: (ms: number) => Promise<void>;
}

export function createTestClock(): TestClock {
  let time = 0;
  const due = new Map<() => void, number>();
  /** Whatever was set going gets as far as it can without time going on. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => time,
    after: (ms, callback) => {
      const call = () => callback();
      due.set(call, time + ms);
      return () => due.delete(call);
    },
    advance: async (ms) => {
      const end = time + ms;
      for (;;) {
        await settle();
        const next = [...due].filter(([, at]) => at <= end).sort(([, a], [, b]) => a - b)[0];
        if (next === undefined) break;
        const [call, at] = next;
        due.delete(call);
        time = Math.max(time, at);
        call();
      }
      time = end;
    },
  };
}
