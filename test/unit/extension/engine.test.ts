/** What the settings make of a check. */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/extension/engine.ts';
import { DEFAULT_SETTINGS, readSettings, type Settings } from '../../../src/extension/settings.ts';

const engine = (settings: Settings) => createEngine(settings, { fetch, now: () => 1 });

describe('the engine', () => {
  it('V38 counts SHA-1 only where the person says so', () => {
    expect(engine(DEFAULT_SETTINGS).options).toEqual({ allowSha1: false });
    expect(engine({ ...DEFAULT_SETTINGS, allowSha1: true }).options).toEqual({ allowSha1: true });
    expect(readSettings({ ...DEFAULT_SETTINGS, allowSha1: true })).toEqual({
      settings: { ...DEFAULT_SETTINGS, allowSha1: true },
      faults: [],
    });
    expect(readSettings({ ...DEFAULT_SETTINGS, allowSha1: 1 })).toEqual({
      settings: DEFAULT_SETTINGS,
      faults: ['allowSha1'],
    });
  });

  it('V100 made anew for other settings starts with nothing proven', () => {
    expect(engine(DEFAULT_SETTINGS).zoneCache).not.toBe(engine(DEFAULT_SETTINGS).zoneCache);
  });
});
