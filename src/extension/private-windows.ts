/** Which tabs are private, and when the last of them is gone. What they ask and see stays apart from all else (B26). */
import type { Tabs, Windows } from 'webextension-polyfill';

/** As much of the browser as is used here. */
export interface WindowsBrowser {
  /** Firefox for Android has none. */
  readonly windows?: { readonly onRemoved: Pick<Windows.Static['onRemoved'], 'addListener'> };
  readonly tabs: Pick<Tabs.Static, 'query'> & {
    readonly onRemoved: Pick<Tabs.Static['onRemoved'], 'addListener'>;
  };
}

/** Whether a tab is private, which never changes. One that is gone is taken for private. */
export function createPrivacy({ tabs }: { readonly tabs: Pick<Tabs.Static, 'get'> }) {
  const known = new Map<number, Promise<boolean>>();
  const look = async (tab: number): Promise<boolean> => {
    try {
      return (await tabs.get(tab)).incognito;
    } catch {
      known.delete(tab);
      return true;
    }
  };
  return {
    isPrivate: (tab: number): Promise<boolean> => {
      const found = known.get(tab) ?? look(tab);
      known.set(tab, found);
      return found;
    },
    forget: (tab: number): void => void known.delete(tab),
  };
}

/** Registers its listener, synchronously. */
export function whenPrivateWindowsEnd({ windows, tabs }: WindowsBrowser, act: () => void): void {
  const look = async (): Promise<void> => {
    const open = await tabs.query({});
    if (!open.some(({ incognito }) => incognito)) act();
  };
  if (windows === undefined) tabs.onRemoved.addListener(look);
  else windows.onRemoved.addListener(look);
}
