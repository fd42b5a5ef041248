/**
 * Icons drawn once and kept. Told a path, Chromium's worker loads and draws all sizes of it anew each time, which costs
 * more processor time than the whole check of a page whose zone is known.
 */
import type { Action } from 'webextension-polyfill';
import { ICON_SIZES, type ToolbarAction } from './toolbar.ts';

export type DrawIcon = (path: string) => Promise<ImageData>;

/** By size. The typings mean another kind of picture, of which this one has all fields. */
type Drawn = Record<string, Action.ImageDataType>;

/** One set for each look of the button, which are ten, some kilobytes each. */
export function withDrawnIcons(action: ToolbarAction, draw: DrawIcon = drawIcon): ToolbarAction {
  const drawn = new Map<string, Promise<Drawn>>();
  const drawAll = async (path: Readonly<Record<number, string>>): Promise<Drawn> =>
    Object.fromEntries(await Promise.all(ICON_SIZES.map(async (size) => [size, await draw(path[size]!)]))) as Drawn;
  const iconsOf = (path: Readonly<Record<number, string>>): Promise<Drawn> => {
    const key = path[ICON_SIZES[0]]!;
    const known = drawn.get(key);
    if (known !== undefined) return known;
    const icons = drawAll(path);
    drawn.set(key, icons);
    // What failed is tried anew the next time.
    icons.catch(() => drawn.delete(key));
    return icons;
  };
  return {
    setBadgeText: (details) => action.setBadgeText(details),
    setTitle: (details) => action.setTitle(details),
    getTitle: (details) => action.getTitle(details),
    setBadgeBackgroundColor: (details) => action.setBadgeBackgroundColor(details),
    setBadgeTextColor: (details) => action.setBadgeTextColor(details),
    setIcon: async ({ path, ...details }) => {
      if (typeof path !== 'object') throw new TypeError('the icon of each size has a path');
      await action.setIcon({ ...details, imageData: await iconsOf(path as Record<number, string>) });
    },
  };
}

/** In a worker, which has no images of its own. */
const drawIcon: DrawIcon = async (path) => {
  const response = await fetch(path);
  const picture = await createImageBitmap(await response.blob());
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('no canvas to draw an icon on');
  context.drawImage(picture, 0, 0);
  picture.close();
  return context.getImageData(0, 0, width, height);
};
