/** Changing what is stored, a part at a time: several pages and parts of a page write settings, each its own. */
import type { Storage } from 'webextension-polyfill';
import { type EffectiveSettings, loadEffective, type SettingsStorage } from './managed.ts';
import { SETTINGS_KEY, type Settings } from './settings.ts';

/** Undefined takes a value away, so that its default counts. */
export type SettingsChanges = { readonly [Key in Exclude<keyof Settings, 'version'>]?: Settings[Key] | undefined };

export interface SettingsStore {
  /** The settings in force, and which of them an administrator has locked. */
  read(): Promise<EffectiveSettings>;
  /** Leaves alone what is not named. */
  change(changes: SettingsChanges): Promise<void>;
  /** Puts these in place of all there were, and resolves to those. */
  replace(settings: Settings): Promise<Settings>;
}

export function settingsStore(
  storage: SettingsStorage & { readonly local: Pick<Storage.StorageArea, 'set'> },
): SettingsStore {
  const read = () => loadEffective(storage);
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: two that read before either wrote would undo one another. */
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const next = last.then(act);
    last = next.catch(() => {});
    return next;
  };
  return {
    read,
    change: (changes) =>
      inTurn(async () => {
        const changed = Object.entries({ ...(await read()).own, ...changes }).filter(
          ([, value]) => value !== undefined,
        );
        await storage.local.set({ [SETTINGS_KEY]: Object.fromEntries(changed) });
      }),
    replace: (settings) =>
      inTurn(async () => {
        const { own } = await read();
        await storage.local.set({ [SETTINGS_KEY]: settings });
        return own;
      }),
  };
}
