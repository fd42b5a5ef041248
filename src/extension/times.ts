/** Dates and durations in the words of the user's language. All times are epoch seconds. */

export interface Times {
  /** `22 Nov 2026, 13:05` */
  date(time: number): string;
  /** `in 5 days`, `3 minutes ago` */
  relative(time: number, now: number): string;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

export function timesIn(language: string): Times {
  const dates = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const spans = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  return {
    date: (time) => dates.format(time * 1000),
    relative: (time, now) => {
      const span = time - now;
      // From two of a unit on, so that 90 seconds do not shrink to "1 minute".
      const [unit, seconds] = UNITS.find(([, size]) => Math.abs(span) >= 2 * size) ?? ['second', 1];
      return spans.format(Math.trunc(span / seconds), unit);
    },
  };
}
