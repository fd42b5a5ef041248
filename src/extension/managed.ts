/**
 * What an administrator says of the settings (`storage.managed`, read-only to us): `preset` counts until the person
 * changes any setting, `locked` counts always. Both hold fields of `Settings`, and pass the same validation.
 */
import type { Storage } from 'webextension-polyfill';
import { DEFAULT_SETTINGS, readSettings, SETTINGS_KEY, type Settings, type SettingsFault } from './settings.ts';

export interface EffectiveSettings {
  readonly settings: Settings;
  /** The same without what is locked: where the person's next change begins. */
  readonly own: Settings;
  /** What the person cannot change. */
  readonly locked: ReadonlySet<keyof Settings>;
  /** Values that could not be used, the administrator's among them. */
  readonly faults: readonly SettingsFault[];
}

/** `stored`: what the person chose, undefined where they have chosen nothing yet. Never throws. */
export function effectiveSettings(stored: unknown, managed: unknown): EffectiveSettings {
  const { preset, locked } = fieldsOf(managed);
  const own = stored === undefined ? readPart(fieldsOf(preset)) : readSettings(stored);
  const { version: _version, ...fixed } = fieldsOf(locked);
  const unspoken = !speaksForThePerson(fixed);
  const { resolverUrl: _first, secondResolverUrl: _second, consent: _consent, ...others } = fixed;
  const firm = unspoken ? others : fixed;
  const { settings, faults } = readPart({ ...own.settings, ...firm });
  return {
    settings,
    own: own.settings,
    locked: new Set(Object.keys(firm).filter(isSetting)),
    faults: [...new Set([...own.faults, ...faults, ...(unspoken ? (['consent'] as const) : [])])],
  };
}

/**
 * Whoever fixes whom the person's browser asks has to consent in the person's place; a resolver without consent would
 * leave them no way to give it. Nobody to be asked needs none.
 */
function speaksForThePerson({ resolverUrl, secondResolverUrl, consent }: Fields): boolean {
  if (resolverUrl === undefined) return secondResolverUrl === undefined && consent === undefined;
  return consent === true || resolverUrl === '';
}

function readPart(fields: Fields): ReturnType<typeof readSettings> {
  return readSettings({ ...DEFAULT_SETTINGS, ...fields, version: 1 });
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Every setting there is; the type holds the list whole. */
const SETTINGS: Readonly<Record<Exclude<keyof Settings, 'version'>, true>> = {
  resolverUrl: true,
  secondResolverUrl: true,
  consent: true,
  checking: true,
  privateWindows: true,
  speculate: true,
  certificateFirst: true,
  anchors: true,
  fetchIssuers: true,
  checkHosts: true,
  certificateReading: true,
  exclusions: true,
  protection: true,
  waitLimitMs: true,
  whenLate: true,
  protectHosts: true,
  draftBindings: true,
  allowSha1: true,
};

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly (keyof typeof SETTINGS)[];

export function isSetting(key: string): key is keyof typeof SETTINGS {
  return Object.hasOwn(SETTINGS, key);
}

/** As much of `browser.storage` as is read here. */
export interface SettingsStorage {
  readonly local: Pick<Storage.StorageArea, 'get'>;
  /** Firefox for Android has none. */
  readonly managed?: { get(keys: null): Promise<unknown> };
}

/** The settings in force. Rejects where the person's own cannot be read. */
export async function loadEffective({ local, managed }: SettingsStorage): Promise<EffectiveSettings> {
  const [stored, fromAdministrator] = await Promise.all([
    local.get(SETTINGS_KEY),
    // Firefox rejects where no administrator has said anything, which is the common case.
    managed?.get(null).catch(() => undefined),
  ]);
  return effectiveSettings(stored[SETTINGS_KEY], fromAdministrator);
}

/** Do these changes of a storage area (`storage.onChanged`) touch the settings in force? */
export function touchesSettings(changes: Readonly<Record<string, unknown>>, area: string): boolean {
  return area === 'managed' || (area === 'local' && SETTINGS_KEY in changes);
}
