import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_EXCLUSIONS } from '../../../src/extension/exclusions.ts';
import { effectiveSettings, loadEffective, SETTING_KEYS, touchesSettings } from '../../../src/extension/managed.ts';
import schema from '../../../src/extension/managed-schema.json' with { type: 'json' };
import { DEFAULT_SETTINGS, mayAsk } from '../../../src/extension/settings.ts';

const OWN = { version: 1, resolverUrl: 'https://own.example/dns-query', consent: true, anchors: '' };
const OFFICE = 'https://office.example/dns-query';

describe('settings of an administrator', () => {
  test('B21 nobody has said anything: the defaults, nothing locked, nobody asked', () => {
    for (const managed of [undefined, {}, null, 'x', [], { preset: 7, locked: [] }]) {
      const { settings, locked, faults } = effectiveSettings(undefined, managed);
      expect({ settings, locked: [...locked], faults }).toEqual({ settings: DEFAULT_SETTINGS, locked: [], faults: [] });
    }
  });

  test('B21 a preset counts until the person has chosen anything', () => {
    const managed = { preset: { resolverUrl: OFFICE, consent: true, allowSha1: true } };
    const before = effectiveSettings(undefined, managed);
    expect(before.settings).toEqual({ ...DEFAULT_SETTINGS, resolverUrl: OFFICE, consent: true, allowSha1: true });
    expect(before.locked.size).toBe(0);
    expect(effectiveSettings(OWN, managed).settings).toEqual(OWN);
  });

  test('B21 what is locked counts always, and the rest stays the person’s', () => {
    const managed = { preset: { allowSha1: true }, locked: { protection: 'block', speculate: false, version: 9 } };
    const { settings, locked } = effectiveSettings({ ...OWN, checkHosts: true }, managed);
    expect(settings).toEqual({ ...OWN, speculate: false, checkHosts: true, protection: 'block' });
    expect([...locked]).toEqual(['protection', 'speculate']);
  });

  test('B21 whoever locks the resolver consents in the person’s place, or locks nothing', () => {
    const office = { resolverUrl: OFFICE, consent: true };
    for (const stored of [undefined, OWN]) {
      const { settings, locked } = effectiveSettings(stored, { locked: office });
      expect(settings).toMatchObject(office);
      expect([...locked]).toEqual(['resolverUrl', 'consent']);
    }
    for (const half of [{ resolverUrl: OFFICE }, { ...office, consent: false }, { consent: true }]) {
      const { settings, locked, faults } = effectiveSettings(OWN, { locked: { ...half, speculate: false } });
      expect(settings).toEqual({ ...OWN, speculate: false });
      expect({ locked: [...locked], faults }).toEqual({ locked: ['speculate'], faults: ['consent'] });
      expect(mayAsk(effectiveSettings(undefined, { locked: half }).settings)).toBe(false);
    }
  });

  test('B21 an administrator may see to it that nobody is asked', () => {
    const { settings, faults } = effectiveSettings(OWN, { locked: { resolverUrl: '', consent: false } });
    expect(mayAsk(settings)).toBe(false);
    expect(faults).toEqual([]);
  });

  test('B21 a value of the administrator’s that is no use is dropped and told, and asks nobody', () => {
    const { settings, faults } = effectiveSettings(OWN, {
      locked: { resolverUrl: 'http://office.example/', consent: true },
    });
    expect(faults).toEqual(['resolverUrl']);
    expect(mayAsk(settings)).toBe(false);
    expect(effectiveSettings(undefined, { preset: { checking: 'never' } }).faults).toEqual(['checking']);
  });

  test('unknown names are nothing, and lock nothing', () => {
    const { settings, locked } = effectiveSettings(OWN, { locked: { surprise: 1, constructor: 2 } });
    expect({ settings, locked: [...locked] }).toEqual({ settings: OWN, locked: [] });
  });
});

test('B21 the schema that Chromium goes by names every setting, and no other', () => {
  for (const part of [schema.properties.preset, schema.properties.locked]) {
    expect(Object.keys(part.properties).sort()).toEqual([...SETTING_KEYS].sort());
  }
});

describe('loading', () => {
  const local = { get: async () => ({ settings: OWN }) };

  test('B21 Firefox rejects where there is no administrator', async () => {
    const managed = { get: async () => Promise.reject(new Error('Managed storage manifest not found')) };
    expect((await loadEffective({ local, managed })).settings).toEqual(OWN);
  });

  test('B21 both are read', async () => {
    const managed = { get: async () => ({ locked: { speculate: false } }) };
    expect((await loadEffective({ local, managed })).settings).toEqual({ ...OWN, speculate: false });
  });

  test('what changes the settings in force', () => {
    expect(touchesSettings({ settings: {} }, 'local')).toBe(true);
    expect(touchesSettings({ locked: {} }, 'managed')).toBe(true);
    expect(touchesSettings({ other: {} }, 'local')).toBe(false);
    expect(touchesSettings({ settings: {} }, 'session')).toBe(false);
    expect(SETTING_KEYS).toContain('protectHosts');
  });
});

describe('docs/administrators.md', () => {
  const paper = readFileSync(new URL('../../../docs/administrators.md', import.meta.url), 'utf8');

  test('B21 names every setting there is, and no other', () => {
    const rows = [...paper.matchAll(/^\| `(\w+)` +\|/gm)].map(([, field]) => field);
    expect(rows.toSorted()).toEqual([...SETTING_KEYS].toSorted());
  });

  test('B21 holds examples that can be used as they stand', () => {
    const examples = [...paper.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]) => JSON.parse(text!));
    const policies = examples
      .map((example) => example.policies ?? example)
      .flatMap((example) => Object.values(example['3rdparty']?.extensions ?? example['3rdparty']?.Extensions ?? {}));
    expect(policies).toHaveLength(2);
    for (const policy of policies) expect(effectiveSettings(undefined, policy).faults).toEqual([]);
  });

  test('B21 names what a list of one’s own takes the place of', () => {
    const [, sentence] = /`exclusions` takes the place of(.*?)\n\n/s.exec(paper) ?? [];
    expect([...sentence!.matchAll(/`([\w.]+)`/g)].map(([, name]) => name)).toEqual(DEFAULT_EXCLUSIONS);
  });
});
