/** How long replies take, and from when on one is late: smoothed as TCP does its round trips (RFC 6298 section 2). */
export interface Latency {
  readonly add: (ms: number) => void;
  /** The smoothed mean and four times the smoothed deviation, within bounds. */
  readonly boundMs: number;
}

/** RFC 6298 section 2.1, before anything was measured. */
const UNMEASURED_MS = 1000;
/** Nobody notices less; and later than that, a person would rather have asked another. */
const MIN_MS = 100;
const MAX_MS = 2000;

export function createLatency(): Latency {
  let mean: number | undefined;
  let deviation = 0;
  return {
    add: (ms) => {
      deviation = mean === undefined ? ms / 2 : (3 * deviation + Math.abs(mean - ms)) / 4;
      mean = mean === undefined ? ms : (7 * mean + ms) / 8;
    },
    get boundMs() {
      if (mean === undefined) return UNMEASURED_MS;
      return Math.min(Math.max(mean + 4 * deviation, MIN_MS), MAX_MS);
    },
  };
}
