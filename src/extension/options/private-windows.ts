/**
 * The part of the options about private windows: whether pages there are checked, and whether the browser lets the
 * extension in at all, which is for the person to say to the browser, and not to us.
 */
import type { Extension } from 'webextension-polyfill';
import { byId } from '../dom.ts';
import { checksPrivateWindows, type Settings } from '../settings.ts';
import type { SettingsChanges } from '../settings-store.ts';

export interface PrivateWindowsSurroundings {
  readonly extension: Pick<Extension.Static, 'isAllowedIncognitoAccess'>;
  readonly isFirefox: boolean;
  readonly translate: (key: string) => string;
  readonly save: (changes: SettingsChanges) => Promise<void>;
}

export interface PrivateWindowsSection {
  show(settings: Settings): void;
}

export function privateWindowsSection(surroundings: PrivateWindowsSurroundings): PrivateWindowsSection {
  const { extension, isFirefox, translate, save } = surroundings;
  const box = byId('private', HTMLInputElement);
  const state = byId('private-state', HTMLElement);
  box.addEventListener('change', () => save({ privateWindows: box.checked ? true : undefined }));

  const sayAccess = async (): Promise<void> => {
    const allowed = await extension.isAllowedIncognitoAccess();
    state.dataset['state'] = allowed ? 'on' : 'off';
    if (allowed) state.textContent = translate('optionsPrivateAllowed');
    else state.textContent = translate(isFirefox ? 'optionsPrivateShutFirefox' : 'optionsPrivateShutChromium');
  };
  sayAccess();
  // Both browsers start the extension anew when that is changed; a page that is left open is looked at again.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) sayAccess();
  });
  return {
    show: (settings) => {
      box.checked = checksPrivateWindows(settings);
    },
  };
}
