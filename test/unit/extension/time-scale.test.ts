/** The scale of the timeline: near things apart, far things in the picture, and room for the words at its marks. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeScale } from '../../../src/extension/details/time-scale.ts';

const NOW = 1_795_000_000;
const HOUR = 3600;
const DAY = 24 * HOUR;

const reach = (...days: readonly number[]) => {
  const { from, to } = timeScale(
    NOW,
    days.map((day) => NOW + day * DAY),
  );
  return [(from - NOW) / DAY, (to - NOW) / DAY];
};

describe('the scale', () => {
  test('reaches a week each way at the least, and two years at the most', () => {
    expect(reach()).toEqual([-7, 7]);
    expect(reach(-3, 7)).toEqual([-7, 7]);
    expect(reach(-8, 7.1)).toEqual([-30, 30]);
    expect(reach(-31, 90)).toEqual([-90, 90]);
    expect(reach(-1, 365)).toEqual([-7, 365]);
    expect(reach(-4000, 9000)).toEqual([-730, 730]);
  });

  test('sets an hour, a day, a week and a year apart, and keeps what lies beyond at its ends', () => {
    const { place, from, to } = timeScale(NOW, [NOW - 3 * DAY, NOW + 365 * DAY]);
    const far = [HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY].map((after) => place(NOW + after));
    for (const [i, one] of far.entries()) expect(one - (i === 0 ? place(NOW) : far[i - 1]!)).toBeGreaterThan(0.04);
    expect([place(from), place(to), place(0), place(NOW * 2)]).toEqual([0, 1, 0, 1]);
  });

  test('marks both its ends, and gives each mark room', () => {
    const days = (...times: readonly number[]) =>
      timeScale(
        NOW,
        times.map((day) => NOW + day * DAY),
      ).marks.map((mark) => mark.days);
    expect(days(-3, 5)).toEqual([-7, -1, 1, 7]);
    expect(days(-3, 80)).toEqual([-7, -1, 1, 7, 90]);
    expect(days(-30, 60)).toEqual([-30, -7, -1, 1, 7, 90]);
    expect(days(-300, 90)).toEqual([-365, -30, -1, 1, 7, 90]);
    expect(days(-90, 90)).toEqual([-90, -7, -1, 1, 7, 90]);
    expect(days(-900, 900)).toEqual([-730, -30, -1, 1, 30, 730]);
  });

  test('whatever the times: in order, within the picture, the marks apart', () => {
    const time = fc.integer({ min: 0, max: 2 ** 33 });
    fc.assert(
      fc.property(fc.array(time, { maxLength: 20 }), time, time, (times, one, other) => {
        const { place, marks } = timeScale(NOW, times);
        expect(place(Math.min(one, other))).toBeLessThanOrEqual(place(Math.max(one, other)));
        expect(place(one)).toBeGreaterThanOrEqual(0);
        expect(place(one)).toBeLessThanOrEqual(1);
        const places = marks.map((mark) => mark.place);
        expect([places[0], places.at(-1)]).toEqual([0, 1]);
        for (const [i, at] of places.entries()) expect(at - (places[i - 1] ?? -1)).toBeGreaterThanOrEqual(0.09);
      }),
    );
  });
});
