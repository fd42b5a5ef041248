/** No click that was meant for something else lets a stopped page through. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GUARD_MS, guardClicks } from '../../../../src/extension/warning/guard.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function scene({ shown = true } = {}) {
  const buttons = [{ disabled: true }, { disabled: true }];
  let isShown = shown;
  let toFront = () => {};
  let toSight = () => {};
  guardClicks(buttons, {
    onFront: (act) => {
      toFront = act;
    },
    onShown: (act) => {
      toSight = act;
    },
    isShown: () => isShown,
  });
  return {
    pass: (ms: number) => vi.advanceTimersByTime(ms),
    works: () => buttons.map(({ disabled }) => !disabled),
    comesToFront: () => toFront(),
    shows: (on: boolean) => {
      isShown = on;
      toSight();
    },
  };
}

test('the ways on work once the page has been there for a while', () => {
  const { pass, works } = scene();
  pass(GUARD_MS - 1);
  expect(works()).toEqual([false, false]);
  pass(1);
  expect(works()).toEqual([true, true]);
});

test('a window that comes from behind another one begins anew', () => {
  const { pass, works, comesToFront } = scene();
  pass(60_000);
  comesToFront();
  expect(works()).toEqual([false, false]);
  pass(GUARD_MS / 2);
  comesToFront();
  pass(GUARD_MS - 1);
  expect(works()).toEqual([false, false]);
  pass(1);
  expect(works()).toEqual([true, true]);
});

test('so does a tab that was hidden, and nothing works while it is', () => {
  const { pass, works, shows } = scene({ shown: false });
  pass(60_000);
  expect(works()).toEqual([false, false]);
  shows(true);
  expect(works()).toEqual([false, false]);
  pass(GUARD_MS);
  expect(works()).toEqual([true, true]);
  shows(false);
  pass(60_000);
  expect(works()).toEqual([false, false]);
});
