/** Changing what is stored, a part at a time: several pages and parts of a page write settings, each its own. */
import type { Storage } from 'webextension-polyfill';
import { readSettings, SETTINGS_KEY, type Settings } from './settings.ts';

/** Undefined takes a value away, so that its default counts. */
export type SettingsChanges = { readonly [Key in Exclude<keyof Settings, 'version'>]?: Settings[Key] | undefined };

export interface SettingsStore {
  read(): Promise<Settings>;
  /** Leaves alone what is not named. */
  change(changes: SettingsChanges): Promise<void>;
}

export function settingsStore(local: Pick<Storage.StorageArea, 'get' | 'set'>): SettingsStore {
  const read = async () => readSettings((await local.get(SETTINGS_KEY))[SETTINGS_KEY]).settings;
  let last: Promise<void> = Promise.resolve();
  return {
    read,
    change: (changes) => {
      // One after the other: two that read before either wrote would undo one another.
      const next = last.then(async () => {
        const changed = Object.entries({ ...(await read()), ...changes }).filter(([, value]) => value !== undefined);
        await local.set({ [SETTINGS_KEY]: Object.fromEntries(changed) });
      });
      last = next.catch(() => {});
      return next;
    },
  };
}
