import { describe, expect, test } from 'vitest';
import {
  CERTIFICATE_READINGS,
  checksHosts,
  DEFAULT_READING,
  DEFAULT_SETTINGS,
  DEFAULT_WAIT_LIMIT_MS,
  MAX_ANCHORS_CHARACTERS,
  mayAsk,
  PROTECTIONS,
  protectsHosts,
  readSettings,
  type Settings,
  WAIT_LIMITS_MS,
} from '../../../src/extension/settings.ts';

const SOUND = {
  version: 1,
  resolverUrl: 'https://dns.example/dns-query',
  consent: true,
  anchors: `. IN DS 20326 8 2 ${'E0'.repeat(32)}`,
};

describe('readSettings', () => {
  test('nothing stored: the defaults, and nobody may be asked', () => {
    const { settings, faults } = readSettings(undefined);
    expect({ settings, faults }).toEqual({ settings: DEFAULT_SETTINGS, faults: [] });
    expect(mayAsk(settings)).toBe(false);
  });

  test('sound settings come back as they are', () => {
    const { settings, faults } = readSettings(SOUND);
    expect({ settings, faults }).toEqual({ settings: SOUND, faults: [] });
    expect(mayAsk(settings)).toBe(true);
  });

  test('unknown fields are left out', () => {
    expect(readSettings({ ...SOUND, surprise: 1 }).settings).toEqual(SOUND);
  });

  test.each([null, [], 'settings', 7])('%j is no settings object: everything is dropped', (stored) => {
    expect(readSettings(stored)).toEqual({ settings: DEFAULT_SETTINGS, faults: ['not an object'] });
  });

  test.each([0, 2, '1', undefined])('version %j: everything is dropped', (version) => {
    expect(readSettings({ ...SOUND, version })).toEqual({ settings: DEFAULT_SETTINGS, faults: ['version'] });
  });

  test.each(['http://dns.example/dns-query', 'ftp://dns.example/', 'dns.example', 7, null])(
    'resolver %j: dropped, and the consent with it',
    (resolverUrl) => {
      const { settings, faults } = readSettings({ ...SOUND, resolverUrl });
      expect(faults).toEqual(['resolverUrl']);
      expect(settings).toEqual({ ...SOUND, resolverUrl: '', consent: false });
      expect(mayAsk(settings)).toBe(false);
    },
  );

  test('http is a resolver on this machine only', () => {
    const resolverUrl = 'http://127.0.0.1:8053/dns-query';
    expect(readSettings({ ...SOUND, resolverUrl }).settings.resolverUrl).toBe(resolverUrl);
  });

  test.each(['yes', 1, null])('consent %j is none', (consent) => {
    const { settings, faults } = readSettings({ ...SOUND, consent });
    expect(faults).toEqual(['consent']);
    expect(mayAsk(settings)).toBe(false);
  });

  test('a resolver without consent is not asked', () => {
    expect(mayAsk(readSettings({ ...SOUND, consent: false }).settings)).toBe(false);
    expect(mayAsk(readSettings({ ...SOUND, consent: undefined }).settings)).toBe(false);
  });

  test.each(['. IN DS nonsense', '. IN A 127.0.0.1', 7])('anchors %j: dropped for the built-in ones', (anchors) => {
    const { settings, faults } = readSettings({ ...SOUND, anchors });
    expect(faults).toEqual(['anchors']);
    expect(settings).toEqual({ ...SOUND, anchors: '' });
  });

  test('protection, and how long a page waits, come back as they are', () => {
    for (const protection of PROTECTIONS) {
      for (const waitLimitMs of [WAIT_LIMITS_MS.least, DEFAULT_WAIT_LIMIT_MS, WAIT_LIMITS_MS.most]) {
        const stored = { ...SOUND, protection, waitLimitMs, whenLate: 'hold', protectHosts: true };
        expect(readSettings(stored)).toEqual({ settings: stored, faults: [] });
      }
    }
  });

  test.each<[string, unknown]>([
    ['protection', 'none'],
    ['protection', true],
    ['waitLimitMs', WAIT_LIMITS_MS.least - 1],
    ['waitLimitMs', WAIT_LIMITS_MS.most + 1],
    ['waitLimitMs', 1000.5],
    ['waitLimitMs', Number.NaN],
    ['waitLimitMs', '3000'],
    ['whenLate', 'block'],
    ['protectHosts', 'yes'],
  ])('%s %j is dropped', (key, value) => {
    expect(readSettings({ ...SOUND, [key]: value })).toEqual({ settings: SOUND, faults: [key] });
  });

  test('other hosts are stopped only where they are checked, and where anything is', () => {
    const protects = (changes: Partial<Settings>, root = 'moz-extension://a/') =>
      protectsHosts({ ...DEFAULT_SETTINGS, protection: 'block', protectHosts: true, ...changes }, root);
    expect(protects({})).toBe(true);
    expect(protects({ protection: 'warn' })).toBe(true);
    expect(protects({ protection: 'show' })).toBe(false);
    expect(protects({ protectHosts: false })).toBe(false);
    expect(protects({ checkHosts: false })).toBe(false);
    expect(protects({}, 'chrome-extension://a/')).toBe(false);
    expect(protects({ checkHosts: true }, 'chrome-extension://a/')).toBe(true);
    expect(protectsHosts(DEFAULT_SETTINGS, 'moz-extension://a/')).toBe(false);
  });

  test('a second resolver, checks on click, private windows and speculation come back as they are', () => {
    const stored = {
      ...SOUND,
      secondResolverUrl: 'https://other.example/dns-query',
      checking: 'on-click',
      privateWindows: true,
      speculate: false,
      certificateFirst: true,
      draftBindings: true,
    };
    expect(readSettings(stored)).toEqual({ settings: stored, faults: [] });
  });

  test.each([SOUND.resolverUrl, 'http://other.example/', '', 7])('the second resolver %j is dropped', (second) => {
    const { settings, faults } = readSettings({ ...SOUND, secondResolverUrl: second });
    expect({ settings, faults }).toEqual({ settings: SOUND, faults: ['secondResolverUrl'] });
  });

  test('without a first resolver there is no second', () => {
    const { settings } = readSettings({ ...SOUND, resolverUrl: '', secondResolverUrl: 'https://other.example/q' });
    expect(settings.secondResolverUrl).toBeUndefined();
    expect(mayAsk(settings)).toBe(false);
  });

  test.each(['checking', 'privateWindows', 'speculate', 'certificateFirst', 'draftBindings'])(
    '%s of the wrong type is dropped',
    (key) => {
      expect(readSettings({ ...SOUND, [key]: 'perhaps' })).toEqual({ settings: SOUND, faults: [key] });
    },
  );

  test.each(CERTIFICATE_READINGS)('reading certificates %s is one of the four ways', (certificateReading) => {
    const stored = { ...SOUND, certificateReading };
    expect(readSettings(stored)).toEqual({ settings: stored, faults: [] });
  });

  test.each(['always', '', 1, null, ['never']])('reading certificates %j: dropped for the default', (reading) => {
    const { settings, faults } = readSettings({ ...SOUND, certificateReading: reading });
    expect(faults).toEqual(['certificateReading']);
    expect(settings).toEqual(SOUND);
    expect(CERTIFICATE_READINGS).toContain(DEFAULT_READING);
  });

  test('other hosts of pages: as chosen, else by browser', () => {
    const roots = ['moz-extension://danelaw/', 'chrome-extension://danelaw/'];
    const inEach = (settings: object) => roots.map((root) => checksHosts(readSettings(settings).settings, root));
    expect(inEach(SOUND)).toEqual([true, false]);
    expect(inEach({ ...SOUND, checkHosts: true })).toEqual([true, true]);
    expect(inEach({ ...SOUND, checkHosts: false })).toEqual([false, false]);
    expect(readSettings({ ...SOUND, checkHosts: 'yes' }).faults).toEqual(['checkHosts']);
  });

  test('anchors up to the limit, and no longer', () => {
    const comment = (length: number) => `${SOUND.anchors}\n;`.padEnd(length, 'x');
    expect(readSettings({ ...SOUND, anchors: comment(MAX_ANCHORS_CHARACTERS) }).faults).toEqual([]);
    expect(readSettings({ ...SOUND, anchors: comment(MAX_ANCHORS_CHARACTERS + 1) }).faults).toEqual(['anchors']);
  });

  test('exclusions come back as the options page stores them', () => {
    const exclusions = ['local', 'xn--bcher-kva.example'];
    expect(readSettings({ ...SOUND, exclusions })).toEqual({ settings: { ...SOUND, exclusions }, faults: [] });
    expect(readSettings({ ...SOUND, exclusions: [] }).settings.exclusions).toEqual([]);
  });

  test.each([
    'local',
    [7],
    ['not a domain'],
    ['Local'],
    ['local', 'local'],
    ['a\nb'],
    [`${'a.'.repeat(200)}b`],
    Array.from({ length: 1001 }, (_, i) => `n${i}`),
  ])('exclusions %j: the default list counts', (exclusions) => {
    const { settings, faults } = readSettings({ ...SOUND, exclusions });
    expect({ settings, faults }).toEqual({ settings: SOUND, faults: ['exclusions'] });
  });
});
