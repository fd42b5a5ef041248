import { describe, expect, test } from 'vitest';
import { settingsStore } from '../../../src/extension/settings-store.ts';

const STORED = { version: 1, resolverUrl: 'https://dns.example/', consent: true, anchors: '', allowSha1: true };

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
    await settingsStore(local).change({ allowSha1: undefined, fetchIssuers: false });
    const { allowSha1: _, ...rest } = STORED;
    expect(items['settings']).toEqual({ ...rest, fetchIssuers: false });
  });

  test('begins with what is asked of nobody', async () => {
    const { items, local } = storage(undefined);
    const store = settingsStore(local);
    expect(await store.read()).toMatchObject({ resolverUrl: '', consent: false });
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
    const store = settingsStore(local);
    await Promise.all([store.change({ fetchIssuers: false }), store.change({ anchors: '. IN DS 1 8 2 00' })]);
    expect(items['settings']).toMatchObject({ fetchIssuers: false, anchors: '. IN DS 1 8 2 00' });
  });

  test('goes on after a write that failed, and tells whoever asked for it', async () => {
    const { items, local } = storage(STORED);
    let full = true;
    const store = settingsStore({
      ...local,
      set: async (changes: Record<string, unknown>) => {
        if (full) throw new Error('quota');
        await local.set(changes);
      },
    });
    await expect(store.change({ fetchIssuers: false })).rejects.toThrow('quota');
    full = false;
    await store.change({ allowSha1: undefined });
    expect(items['settings']).not.toHaveProperty('allowSha1');
  });
});
