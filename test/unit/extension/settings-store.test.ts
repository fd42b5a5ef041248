import { describe, expect, test } from 'vitest';
import { settingsStore } from '../../../src/extension/settings-store.ts';

const STORED = { version: 1, resolverUrl: 'https://dns.example/', consent: true, anchors: '', allowSha1: true };

const managed = { get: async () => ({}) };

function storage(settings: unknown) {
  const items: Record<string, unknown> = { settings };
  return {
    items,
    local: {
      get: async () => structuredClone(items),
      set: async (changes: Record<string, unknown>) => {
        Object.assign(items, structuredClone(changes));
      },
    },
  };
}

describe('the store of settings', () => {
  test('changes what is named, takes away what is undefined, and leaves the rest', async () => {
    const { items, local } = storage(STORED);
    await settingsStore({ local, managed }).change({ allowSha1: undefined, fetchIssuers: false });
    const { allowSha1: _, ...rest } = STORED;
    expect(items['settings']).toEqual({ ...rest, fetchIssuers: false });
  });

  test('begins with what is asked of nobody', async () => {
    const { items, local } = storage(undefined);
    const store = settingsStore({ local, managed });
    expect((await store.read()).settings).toMatchObject({ resolverUrl: '', consent: false });
    await store.change({ checking: 'on-click' });
    expect(items['settings']).toEqual({
      version: 1,
      resolverUrl: '',
      consent: false,
      anchors: '',
      checking: 'on-click',
    });
  });

  test('loses none of two changes made at once', async () => {
    const { items, local } = storage(STORED);
    const store = settingsStore({ local, managed });
    await Promise.all([store.change({ fetchIssuers: false }), store.change({ anchors: '. IN DS 1 8 2 00' })]);
    expect(items['settings']).toMatchObject({ fetchIssuers: false, anchors: '. IN DS 1 8 2 00' });
  });

  test('goes on after a write that failed, and tells whoever asked for it', async () => {
    const { items, local } = storage(STORED);
    let full = true;
    const set = async (changes: Record<string, unknown>) => {
      if (full) throw new Error('quota');
      await local.set(changes);
    };
    const store = settingsStore({ local: { ...local, set }, managed });
    await expect(store.change({ fetchIssuers: false })).rejects.toThrow('quota');
    full = false;
    await store.change({ allowSha1: undefined });
    expect(items['settings']).not.toHaveProperty('allowSha1');
  });

  test('B21 a change begins with the administrator’s preset, and stores nothing that is locked', async () => {
    const { items, local } = storage(undefined);
    const office = { preset: { allowSha1: true }, locked: { speculate: false } };
    const store = settingsStore({ local, managed: { get: async () => office } });
    await store.change({ fetchIssuers: false });
    expect(items['settings']).toEqual({
      version: 1,
      resolverUrl: '',
      consent: false,
      anchors: '',
      allowSha1: true,
      fetchIssuers: false,
    });
    expect((await store.read()).settings.speculate).toBe(false);
  });

  test('puts others in place of all, and says what there was', async () => {
    const { items, local } = storage(STORED);
    const store = settingsStore({ local, managed });
    const other = { version: 1, resolverUrl: '', consent: false, anchors: '' } as const;
    expect(await store.replace(other)).toEqual(STORED);
    expect(items['settings']).toEqual(other);
    expect(await store.replace(STORED as never)).toEqual(other);
    expect(items['settings']).toEqual(STORED);
  });
});
