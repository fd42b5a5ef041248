/** Answers that outlive the background, and what becomes of stored values that are none. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TYPE } from '../../../src/dns/codes.ts';
import { Name } from '../../../src/dns/name.ts';
import type { CachedAnswer } from '../../../src/doh/cache.ts';
import { createReplyStore } from '../../../src/extension/reply-store.ts';
import type { SessionStorage } from '../../../src/extension/session-writer.ts';
import { addressRecord, response } from '../doh/messages.ts';

const RESOLVER = 'https://resolver.example/dns-query';

function memory(stored: Record<string, unknown> = {}) {
  const storage: SessionStorage = {
    get: async () => ({ ...stored }),
    set: async (items) => void Object.assign(stored, JSON.parse(JSON.stringify(items))),
    remove: async (keys) => {
      for (const key of keys) delete stored[key];
    },
  };
  return { storage, stored };
}

/** An answer for `host` of roughly so many octets. */
function answer(host: string, storedAt = 1000, octets = 0): CachedAnswer {
  const name = Name.parse(host);
  const filler = { ...addressRecord(300, name), type: TYPE.TXT };
  const records = Array.from({ length: Math.ceil(octets / 200) }, () => ({ ...filler, rdata: text(200) }));
  const message = response({
    question: [{ name, type: TYPE.A, class: 1 }],
    answer: [addressRecord(300, name), ...records],
  });
  return { reply: { ok: true, resolver: RESOLVER, message }, storedAt };
}

const text = (octets: number) => Uint8Array.of(octets - 1, ...new Uint8Array(octets - 1).fill(0x61));

afterEach(() => void vi.restoreAllMocks());

describe('stored answers', () => {
  it('come back as they were, the oldest first', async () => {
    const { storage, stored } = memory();
    const store = createReplyStore(storage);
    store.keep(answer('b.example', 2000));
    store.keep(answer('a.example', 1000));
    await store.written();
    expect(Object.keys(stored).sort()).toEqual(['dns:a.example./A', 'dns:b.example./A']);
    const again = await createReplyStore(storage).load([RESOLVER]);
    expect(again).toEqual([answer('a.example', 1000), answer('b.example', 2000)]);
  });

  it('the newer of two to one question stays', async () => {
    const { storage } = memory();
    const store = createReplyStore(storage);
    store.keep(answer('a.example', 1000));
    store.keep(answer('a.example', 2000));
    await store.written();
    expect(await createReplyStore(storage).load([RESOLVER])).toEqual([answer('a.example', 2000)]);
  });

  it('octets that are no letters have a key of their own', async () => {
    const { storage, stored } = memory();
    const store = createReplyStore(storage);
    store.keep(answer('a\\.b.example'));
    store.keep(answer('a.b.example'));
    store.keep(answer('\\000\\255.example'));
    await store.written();
    expect(Object.keys(stored)).toHaveLength(3);
    expect(await createReplyStore(storage).load([RESOLVER])).toHaveLength(3);
  });

  it('V100 another resolver is nobody whose words count, and what it said goes', async () => {
    const { storage, stored } = memory();
    const store = createReplyStore(storage);
    store.keep(answer('a.example'));
    await store.written();
    const other = createReplyStore(storage);
    expect(await other.load(['https://other.example/dns-query'])).toEqual([]);
    await other.written();
    expect(stored).toEqual({});
  });

  it('V100 cleared, they are gone from storage, and nothing else is', async () => {
    const { storage, stored } = memory({ 'tab:1': 'x' });
    const store = createReplyStore(storage);
    store.keep(answer('a.example'));
    await store.written();
    const next = createReplyStore(storage);
    await next.load([RESOLVER]);
    next.clear();
    await next.written();
    expect(stored).toEqual({ 'tab:1': 'x' });
  });

  it('what is no answer, or lies under another question, is thrown away', async () => {
    const { storage, stored } = memory();
    const store = createReplyStore(storage);
    store.keep(answer('a.example'));
    await store.written();
    const good = stored['dns:a.example./A'] as { reply: object; storedAt: number };
    Object.assign(stored, {
      'dns:b.example./A': good,
      'dns:a.example./AAAA': good,
      'dns:c.example./A': 'x',
      'dns:d.example./A': null,
      'dns:e.example./A': { ...good, storedAt: 1.5 },
      'dns:f.example./A': { ...good, storedAt: '1' },
      'dns:g.example./A': { storedAt: 1, reply: { failure: { code: 'no-resolver' } } },
      'dns:h.example./A': { storedAt: 1, reply: { ...good.reply, message: 'AAAA' } },
    });
    const again = createReplyStore(storage);
    expect(await again.load([RESOLVER])).toEqual([answer('a.example')]);
    await again.written();
    expect(Object.keys(stored)).toEqual(['dns:a.example./A']);
  });

  it('are bounded: a huge one is not stored, and the oldest make room', async () => {
    const { storage, stored } = memory();
    const store = createReplyStore(storage);
    store.keep(answer('huge.example', 1000, 60_000));
    for (let i = 0; i < 100; i++) store.keep(answer(`n${i}.example`, 1000 + i, 30_000));
    await store.written();
    expect(stored['dns:huge.example./A']).toBe(undefined);
    expect(stored['dns:n0.example./A']).toBe(undefined);
    expect(stored['dns:n99.example./A']).toBeDefined();
    const characters = Object.values(stored).reduce<number>((sum, value) => sum + JSON.stringify(value).length, 0);
    expect(characters).toBeLessThanOrEqual(3_000_000);
    expect(characters).toBeGreaterThan(2_900_000);
    // What was stored by an earlier background counts, too.
    const next = createReplyStore(storage);
    await next.load([RESOLVER]);
    next.keep(answer('last.example', 5000, 30_000));
    await next.written();
    expect(stored['dns:last.example./A']).toBeDefined();
    const total = Object.values(stored).reduce<number>((sum, value) => sum + JSON.stringify(value).length, 0);
    expect(total).toBeLessThanOrEqual(3_000_000);
  });

  it('storage that fails costs the answers and nothing else', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken: SessionStorage = {
      get: () => Promise.reject(new Error('no')),
      set: () => Promise.reject(new Error('full')),
      remove: () => Promise.reject(new Error('no')),
    };
    const store = createReplyStore(broken);
    expect(await store.load([RESOLVER])).toEqual([]);
    store.keep(answer('a.example'));
    await store.written();
    expect(errors).toHaveBeenCalledTimes(2);
  });
});
