/** B19 What the popup and the options say where the person, or the browser, gives no access. */
import { describe, expect, test, vi } from 'vitest';
import { showAccess } from '../../../src/extension/access-view.ts';
import { FakeEvent } from './fake-browser.ts';

/** As much of an element as is used. */
function fakeElement() {
  const clicked: (() => Promise<void>)[] = [];
  return {
    hidden: true,
    textContent: '',
    dataset: {} as Record<string, string>,
    scrollIntoView: vi.fn(),
    addEventListener: (_type: string, listener: () => Promise<void>) => clicked.push(listener),
    click: () => Promise.all(clicked.map((listener) => listener())),
  };
}

async function show(isFirefox: boolean, request: () => Promise<boolean>) {
  const [section, words, button, refused] = [fakeElement(), fakeElement(), fakeElement(), fakeElement()];
  const onAdded = new FakeEvent<() => Promise<void>>();
  let given = false;
  const permissions = { contains: async () => given, request, onAdded, onRemoved: new FakeEvent<() => void>() };
  await showAccess({
    section,
    words,
    button,
    refused,
    isFirefox,
    permissions,
    needed: async () => [undefined],
    whenComplete: 'hide',
    translate: (key: string) => key,
  } as unknown as Parameters<typeof showAccess>[0]);
  const give = async () => {
    given = true;
    onAdded.fire();
    await vi.waitFor(() => expect(section.hidden).toBe(true));
  };
  return { section, words, button, refused, give };
}

describe('the button that asks for access', () => {
  test.each([
    ['Firefox', true, 'accessNotGivenFirefox'],
    ['Chromium', false, 'accessNotGivenChromium'],
  ] as const)('B19 says after a no where else access is given in %s, until it is', async (_name, isFirefox, key) => {
    const { section, words, button, refused, give } = await show(isFirefox, async () => false);
    expect([section.hidden, words.textContent, refused.hidden]).toEqual([false, 'accessMissing', true]);
    await button.click();
    expect([refused.hidden, refused.textContent, button.hidden]).toEqual([false, key, false]);
    expect(refused.scrollIntoView).toHaveBeenCalledTimes(1);
    await give();
    expect(refused.hidden).toBe(true);
  });

  test('B19 takes a browser that refuses to ask for a no', async () => {
    const silenced = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { button, refused } = await show(true, () => Promise.reject(new Error('not in a click')));
    await button.click();
    expect(refused.textContent).toBe('accessNotGivenFirefox');
    silenced.mockRestore();
  });

  test('B19 says nothing more after a yes', async () => {
    const { button, refused } = await show(true, async () => true);
    await button.click();
    expect(refused.hidden).toBe(true);
  });
});
