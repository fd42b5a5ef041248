import { describe, expect, test, vi } from 'vitest';
import { createSessionWriter, type SessionStorage, SOON_MS } from '../../../src/extension/session-writer.ts';
import type { TabState } from '../../../src/extension/tab-state.ts';
import { createTabs, isTabState } from '../../../src/extension/tabs.ts';
import { NOW, reportWithCertificate } from './reports.ts';

const STATE: TabState = {
  version: 1,
  shown: {
    url: 'https://site.example/',
    check: 'c1',
    requestId: 'r1',
    documentId: 'd1',
    committedAt: NOW * 1000,
    evidence: { kind: 'leaf only', source: 'tls', pkix: 'valid', certificates: ['MAEC'], obtainedAt: NOW },
    report: reportWithCertificate(),
  },
  pending: { url: 'https://next.example/' },
  overtaken: [{ url: 'https://skipped.example/', requestId: 'r2' }],
  past: [{ url: 'https://before.example/', evidence: { kind: 'none', why: 'no connection seen' } }],
};

describe('isTabState', () => {
  test('what was stored is', () => {
    expect(isTabState(JSON.parse(JSON.stringify(STATE)))).toBe(true);
    expect(isTabState({ version: 1, past: [] })).toBe(true);
  });

  const shown = STATE.shown!;
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['another version', { ...STATE, version: 2 }],
    ['no past', { version: 1 }],
    ['a past without evidence', { ...STATE, past: [{ url: 'x' }] }],
    ['no URL', { ...STATE, shown: { ...shown, url: undefined } }],
    ['a number for a check', { ...STATE, shown: { ...shown, check: 1 } }],
    ['a number for a request', { ...STATE, shown: { ...shown, requestId: 1 } }],
    ['a time that is none', { ...STATE, shown: { ...shown, committedAt: 'now' } }],
    [
      'certificates that are not text',
      { ...STATE, shown: { ...shown, evidence: { ...shown.evidence, certificates: [1] } } },
    ],
    [
      'certificates that are not base64',
      { ...STATE, shown: { ...shown, evidence: { ...shown.evidence, certificates: ['?'] } } },
    ],
    ['a verdict that is none', { ...STATE, shown: { ...shown, report: { ...shown.report, verdict: 'fine' } } }],
    ['a report without end', { ...STATE, shown: { ...shown, report: { ...shown.report, validUntil: null } } }],
    ['a report of another version', { ...STATE, shown: { ...shown, report: { ...shown.report, version: 2 } } }],
    ['a report without zones', { ...STATE, shown: { ...shown, report: { ...shown.report, zones: undefined } } }],
    ['overtaken pages that are none', { ...STATE, overtaken: [{ requestId: 'r2' }] }],
    ['one overtaken page', { ...STATE, overtaken: { url: 'https://skipped.example/' } }],
    ['a pending page that is none', { ...STATE, pending: 'https://next.example/' }],
  ])('%s is not', (_what, value) => {
    expect(isTabState(value)).toBe(false);
  });
});

/** Storage whose writes the test lets through one by one. */
function slowStorage(stored: Record<string, unknown> = {}) {
  const waiting: (() => void)[] = [];
  const writes: Record<string, unknown>[] = [];
  const storage: SessionStorage = {
    get: async () => stored,
    set: (items) => {
      writes.push(items);
      return new Promise((resolve) => waiting.push(resolve));
    },
    remove: async (keys) => void writes.push(Object.fromEntries(keys.map((key) => [key, undefined]))),
  };
  return { storage, writes, letOneThrough: () => waiting.shift()?.() };
}

describe('createTabs', () => {
  test('B13 reads what an earlier background stored, and drops what cannot be used', async () => {
    const tabs = createTabs(slowStorage({ 'tab:1': STATE, 'tab:2': { version: 9 }, 'tab:x': STATE, other: 1 }).storage);
    await tabs.ready;
    expect([...tabs.all()]).toEqual([[1, STATE]]);
    expect(tabs.get(2)).toEqual({ version: 1, past: [] });
  });

  test('one write at a time, and then the newest state alone', async () => {
    const { storage, writes, letOneThrough } = slowStorage();
    const tabs = createTabs(storage);
    await tabs.ready;
    const states = [1, 2, 3].map((i): TabState => ({ ...STATE, shown: { url: `https://${i}.example/` } }));
    tabs.set(1, states[0]!);
    tabs.set(1, states[1]!);
    tabs.set(1, states[2]!);
    expect(writes).toEqual([{ 'tab:1': states[0] }]);
    letOneThrough();
    await vi.waitFor(() => expect(writes).toEqual([{ 'tab:1': states[0] }, { 'tab:1': states[2] }]));
    letOneThrough();
    await tabs.written();
    expect(writes).toHaveLength(2);
  });

  test('what may wait goes with what may not, or a moment later', async () => {
    vi.useFakeTimers();
    try {
      const { storage, writes, letOneThrough } = slowStorage();
      const tabs = createTabs(storage);
      const replies = createSessionWriter(storage);
      await tabs.ready;
      const states = [1, 2, 3].map((i): TabState => ({ ...STATE, shown: { url: `https://${i}.example/` } }));
      tabs.set(1, states[0]!, true);
      replies.put('dns:x', 1, true);
      expect(writes).toEqual([]);
      tabs.set(2, states[1]!);
      expect(writes).toEqual([{ 'tab:1': states[0], 'dns:x': 1, 'tab:2': states[1] }]);
      // While that is being written, too.
      tabs.set(1, states[2]!, true);
      letOneThrough();
      await vi.advanceTimersByTimeAsync(SOON_MS - 1);
      expect(writes).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(writes[1]).toEqual({ 'tab:1': states[2] });
    } finally {
      vi.useRealTimers();
    }
  });

  test('the same state again is not written', async () => {
    const { storage, writes, letOneThrough } = slowStorage();
    const tabs = createTabs(storage);
    await tabs.ready;
    tabs.set(1, STATE);
    tabs.set(1, STATE);
    letOneThrough();
    await tabs.written();
    expect(writes).toHaveLength(1);
  });

  test('a removed tab goes from the storage, too', async () => {
    const { storage, writes } = slowStorage({ 'tab:1': STATE });
    const tabs = createTabs(storage);
    await tabs.ready;
    tabs.remove(1);
    tabs.remove(7);
    await tabs.written();
    expect(writes).toEqual([{ 'tab:1': undefined }]);
    expect([...tabs.all()]).toEqual([]);
  });

  test('B14 storage that fails costs the memory of it, not the state', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const full: SessionStorage = {
      get: async () => Promise.reject(new Error('corrupt')),
      set: async () => Promise.reject(new Error('QUOTA_BYTES quota exceeded')),
      remove: async () => {},
    };
    const tabs = createTabs(full);
    await tabs.ready;
    tabs.set(1, STATE);
    await tabs.written();
    expect(tabs.get(1)).toBe(STATE);
    expect(error).toHaveBeenCalledTimes(2);
    error.mockRestore();
  });
});
