import { afterEach, describe, expect, test, vi } from 'vitest';
import { isStillShown } from '../../../src/extension/still-shown.ts';

const URL_SHOWN = 'https://site.example/page';

afterEach(() => {
  vi.useRealTimers();
});

/** One answer of the browser after the other, the last one again and again. */
function tabShowing(...answers: readonly { url?: string; pendingUrl?: string }[]) {
  let looks = 0;
  return {
    looks: () => looks,
    get: async () => {
      looks += 1;
      return answers[Math.min(looks, answers.length) - 1]!;
    },
  };
}

const page = { tab: 3, url: URL_SHOWN, isLeaving: () => false };

describe('isStillShown', () => {
  test.each([
    ['the page itself', { url: URL_SHOWN }],
    ['another part of it', { url: `${URL_SHOWN}#part` }],
    ['the source of the page', { url: `view-source:${URL_SHOWN}` }],
  ])('%s: yes, after one look', async (_what, answer) => {
    const tabs = tabShowing(answer);
    expect(await isStillShown(tabs, page)).toBe(true);
    expect(tabs.looks()).toBe(1);
  });

  test.each(['https://other.example/page', 'https://site.example/other', 'http://site.example/page'])(
    '%s: no',
    async (url) => {
      expect(await isStillShown(tabShowing({ url }), page)).toBe(false);
    },
  );

  test('a request for another page has been sent: no', async () => {
    expect(await isStillShown(tabShowing({ url: URL_SHOWN }), { ...page, isLeaving: () => true })).toBe(false);
  });

  test('a page to come is waited for: no, once its request is seen', async () => {
    vi.useFakeTimers();
    const tabs = tabShowing({ url: URL_SHOWN, pendingUrl: 'https://other.example/' });
    let leaving = false;
    const shown = isStillShown(tabs, { ...page, isLeaving: () => leaving });
    await vi.advanceTimersByTimeAsync(500);
    leaving = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(await shown).toBe(false);
  });

  test('a page without permission has a URL that the browser keeps to itself', async () => {
    expect(await isStillShown(tabShowing({}), { ...page, url: 'about:blank' })).toBe(true);
  });

  test('a page of the browser’s own in its place: no, unless it goes again', async () => {
    vi.useFakeTimers();
    const own = isStillShown(tabShowing({ url: 'about:config' }), page);
    await vi.advanceTimersByTimeAsync(2500);
    expect(await own).toBe(false);
    const moving = isStillShown(tabShowing({ url: 'about:blank' }, { url: URL_SHOWN }), page);
    await vi.advanceTimersByTimeAsync(500);
    expect(await moving).toBe(true);
  });

  test('a URL kept back for a while is waited for', async () => {
    vi.useFakeTimers();
    const shown = isStillShown(tabShowing({}, {}, { url: 'https://other.example/' }), page);
    await vi.advanceTimersByTimeAsync(500);
    expect(await shown).toBe(false);
    const kept = isStillShown(tabShowing({}), page);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await kept).toBe(true);
  });

  test('a page to come that asks nobody for anything holds the verdict up for some seconds only', async () => {
    vi.useFakeTimers();
    const shown = isStillShown(tabShowing({ url: URL_SHOWN, pendingUrl: 'https://other.example/' }), page);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await shown).toBe(true);
  });

  test('a look that took long is taken once more, and not for ever', async () => {
    vi.useFakeTimers();
    const slow = (tabs: ReturnType<typeof tabShowing>) => ({
      get: async () => {
        const answer = await tabs.get();
        vi.advanceTimersByTime(11);
        return answer;
      },
    });
    const busy = tabShowing({ url: URL_SHOWN });
    expect(await isStillShown(slow(busy), page)).toBe(true);
    expect(busy.looks()).toBe(4);
    expect(await isStillShown(slow(tabShowing({ url: URL_SHOWN }, { url: 'https://other.example/' })), page)).toBe(
      false,
    );
  });

  test('a tab that has gone', async () => {
    const tabs = { get: async () => Promise.reject(new Error('No tab with id: 3.')) };
    await expect(isStillShown(tabs, page)).rejects.toThrow('No tab');
  });
});
