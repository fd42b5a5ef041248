/** Time for the exchanges: how long something took, and being called back. Tests hand in a clock of their own. */
export interface Clock {
  /** Milliseconds from some fixed moment on; never set back. */
  readonly now: () => number;
  /** Calls back once, after so many milliseconds; what is returned calls that off. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
