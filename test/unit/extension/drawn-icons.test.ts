import { expect, test } from 'vitest';
import { withDrawnIcons } from '../../../src/extension/drawn-icons.ts';
import { ICON_SIZES, type ToolbarAction } from '../../../src/extension/toolbar.ts';

const pathsOf = (look: string) => Object.fromEntries(ICON_SIZES.map((size) => [size, `/icons/${look}-${size}.png`]));

/** Pictures are their own paths here. */
function start(refused: readonly string[] = []) {
  const set: unknown[] = [];
  const drawn: string[] = [];
  const still = new Set(refused);
  const record = async (details: object) => void set.push(details);
  const action = withDrawnIcons({ setIcon: record, setTitle: record } as unknown as ToolbarAction, async (path) => {
    drawn.push(path);
    if (still.delete(path)) throw new Error(`${path} could not be read`);
    return path as unknown as ImageData;
  });
  return { action, set, drawn };
}

test('each look is drawn once, in all sizes, and set for each tab', async () => {
  const { action, set, drawn } = start();
  await Promise.all([3, 4].map((tabId) => action.setIcon({ tabId, path: pathsOf('verified') })));
  await action.setIcon({ tabId: 3, path: pathsOf('bogus') });
  expect(set).toEqual([
    { tabId: 3, imageData: pathsOf('verified') },
    { tabId: 4, imageData: pathsOf('verified') },
    { tabId: 3, imageData: pathsOf('bogus') },
  ]);
  expect(drawn).toEqual(['verified', 'bogus'].flatMap((look) => Object.values(pathsOf(look))));
});

test('an icon that could not be drawn is not set, and is drawn anew the next time', async () => {
  const { action, set } = start(['/icons/verified-19.png']);
  await expect(action.setIcon({ tabId: 3, path: pathsOf('verified') })).rejects.toThrow('verified-19.png');
  expect(set).toEqual([]);
  await action.setIcon({ tabId: 3, path: pathsOf('verified') });
  expect(set).toEqual([{ tabId: 3, imageData: pathsOf('verified') }]);
});

test('words are set as they are', async () => {
  const { action, set } = start();
  await action.setTitle({ tabId: 3, title: 'verified' });
  expect(set).toEqual([{ tabId: 3, title: 'verified' }]);
});
