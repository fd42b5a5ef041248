/** What has to be ended when the demo ends, in whichever way it does. */
export interface Closing {
  readonly add: (close: () => Promise<void>) => void;
  /** The last added first; a fault in one keeps none of the others from being ended. Safe to call twice. */
  readonly closeAll: () => Promise<void>;
}

const LIMIT_MS = 20_000;

export function createClosing(): Closing {
  const closers: (() => Promise<void>)[] = [];
  return {
    add: (close) => void closers.push(close),
    closeAll: async () => {
      const timer = setTimeout(() => {
        console.error('demo: could not end everything in time');
        process.exit(1);
      }, LIMIT_MS);
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
        await close().catch((error: unknown) => console.error('demo: while ending:', error));
      }
      clearTimeout(timer);
    },
  };
}

/** Ends everything on Ctrl-C, a closed terminal or pipe, a request to end, and when the time is over. */
export function closeOnSignals(closing: Closing, limitMs?: number): void {
  const end = async (why: string, status: number) => {
    console.error(`demo: ${why}`);
    await closing.closeAll();
    process.exit(status);
  };
  process.once('SIGINT', () => void end('interrupted', 130));
  process.once('SIGTERM', () => void end('asked to end', 143));
  process.once('SIGHUP', () => void end('the terminal is gone', 129));
  // As in `npm start -- --json | head -1`.
  process.stdout.once('error', (error) => void end(`nobody reads any more (${error.message})`, 141));
  if (limitMs !== undefined) {
    setTimeout(() => void end(`not done after ${limitMs / 1000} s`, 1), limitMs).unref();
  }
}
