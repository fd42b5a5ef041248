/** Ends the process when a case does not: a loop without end leaves the thread it runs in no way to notice. */
import { Worker } from 'node:worker_threads';

export interface Watchdog {
  /** A new case has begun. */
  readonly beat: (index: number) => void;
  readonly stop: () => Promise<unknown>;
}

const WATCH = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const { cell, limitMs } = workerData;
  const heart = new Int32Array(cell);
  for (;;) {
    const seen = Atomics.load(heart, 0);
    if (Atomics.wait(heart, 0, seen, limitMs) !== 'timed-out') continue;
    if (Atomics.load(heart, 0) !== seen) continue;
    writeSync(2, 'fuzz: case ' + Atomics.load(heart, 1) + ' has not ended in ' + limitMs + ' ms\\n');
    process.kill(process.pid, 'SIGKILL');
  }
`;

export function startWatchdog(limitMs: number): Watchdog {
  const cell = new SharedArrayBuffer(8);
  const heart = new Int32Array(cell);
  const worker = new Worker(WATCH, { eval: true, workerData: { cell, limitMs } });
  worker.unref();
  return {
    beat: (index) => {
      Atomics.store(heart, 1, index);
      Atomics.add(heart, 0, 1);
      Atomics.notify(heart, 0);
    },
    stop: () => worker.terminate(),
  };
}
