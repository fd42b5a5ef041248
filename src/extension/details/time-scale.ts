/**
 * The scale of the timeline: distances from one moment, before and after, each unit of length several times as long a
 * time as the one before it. Signatures last for days, certificates for months, and what matters is near that moment.
 */

/** As parts of the whole width, from 0 to 1. */
export interface TimeScale {
  /** Beyond the ends of the scale: its ends. */
  readonly place: (time: number) => number;
  /** Epoch seconds, where it begins and ends. */
  readonly from: number;
  readonly to: number;
  /** From the first to the last; the moment itself is none. */
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly place: number;
  /** Whole days; what lies before the moment is negative. */
  readonly days: number;
}

const DAY = 86_400;
/** Below it the scale is even, and above it logarithmic. */
const EVEN = 3600;
/** Where a scale may end. */
const REACHES = [7, 30, 90, 365, 730] as const;
/** What may stand between the moment and the end, the widest first. */
const BETWEEN = [30, 7, 1] as const;
/** Between two marks, of the whole width: their words need room on a telephone, too. */
const LEAST_ROOM = 0.09;

/** Reaches as far as these times lie, a week at the least and two years at the most. */
export function timeScale(at: number, times: readonly number[]): TimeScale {
  const before = reach(times.map((time) => at - time));
  const after = reach(times.map((time) => time - at));
  const [left, right] = [stretch(before * DAY), stretch(after * DAY)];
  const place = (time: number): number => {
    const away = Math.min(right, Math.max(-left, stretch(time - at)));
    return (left + away) / (left + right);
  };
  const marksOf = (end: number, sign: 1 | -1): Mark[] => {
    const made: Mark[] = [];
    for (const days of [end, ...BETWEEN.filter((days) => days < end)]) {
      const mark = { days: sign * days, place: place(at + sign * days * DAY) };
      const room = Math.abs(mark.place - (made.at(-1)?.place ?? Number.POSITIVE_INFINITY));
      if (Math.min(room, Math.abs(mark.place - place(at))) >= LEAST_ROOM) made.push(mark);
    }
    return made;
  };
  return {
    place,
    from: at - before * DAY,
    to: at + after * DAY,
    marks: [...marksOf(before, -1), ...marksOf(after, 1).toReversed()],
  };
}

function reach(distances: readonly number[]): number {
  const farthest = Math.max(0, ...distances) / DAY;
  return REACHES.find((days) => days >= farthest) ?? REACHES.at(-1)!;
}

function stretch(seconds: number): number {
  return Math.sign(seconds) * Math.log1p(Math.abs(seconds) / EVEN);
}
