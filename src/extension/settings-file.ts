/**
 * All settings as a file, to keep them or to carry them to another browser: one JSON object with a version. A file is
 * taken whole or not at all, and whatever is wrong with it is named.
 */
import { isSetting } from './managed.ts';
import { readSettings, type Settings } from './settings.ts';
import { isObject } from './tabs.ts';

/** What the file says it is, so that no other JSON is taken for one. */
const KIND = 'danelaw-settings';

/** Longer than all settings at their own limits. */
export const MAX_FILE_CHARACTERS = 512 * 1024;

export type FileFault =
  | { readonly code: 'too-long' }
  | { readonly code: 'not-json' }
  /** Some other JSON. */
  | { readonly code: 'not-settings' }
  /** Of a later version, which may mean something else by the same names. */
  | { readonly code: 'version'; readonly version: string }
  | { readonly code: 'unknown-setting'; readonly key: string }
  | { readonly code: 'bad-value'; readonly key: string };

export type ReadFile =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly fault: FileFault };

export function writeSettingsFile(settings: Settings): string {
  const { version, ...values } = settings;
  return `${JSON.stringify({ kind: KIND, version, settings: values }, null, 2)}\n`;
}

/** Hostile text gives a fault, never an exception. */
export function readSettingsFile(text: string): ReadFile {
  if (text.length > MAX_FILE_CHARACTERS) return refuse({ code: 'too-long' });
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    // Its words differ from browser to browser.
    return refuse({ code: 'not-json' });
  }
  if (!isObject(file) || file['kind'] !== KIND) return refuse({ code: 'not-settings' });
  const { version, settings: values } = file;
  if (version !== 1) return refuse({ code: 'version', version: JSON.stringify(version) ?? '' });
  if (!isObject(values)) return refuse({ code: 'not-settings' });
  const unknown = Object.keys(values).find((key) => !isSetting(key));
  if (unknown !== undefined) return refuse({ code: 'unknown-setting', key: unknown });
  const { settings, faults } = readSettings({ ...values, version });
  const [fault] = faults;
  return fault === undefined ? { ok: true, settings } : refuse({ code: 'bad-value', key: fault });
}

function refuse(fault: FileFault): ReadFile {
  return { ok: false, fault };
}
