/** What the person let through: what it is bound to, and when it ends. */
import { describe, expect, test } from 'vitest';
import {
  createExceptionStore,
  EXCEPTIONS_KEY,
  readExceptions,
} from '../../../../src/extension/protection/exception-store.ts';
import {
  type Bound,
  certificateDigest,
  EXCEPTION_LIFE_SECONDS,
  isLive,
  isSame,
  live,
  MAX_EXCEPTIONS,
  reasonKey,
  withException,
} from '../../../../src/extension/protection/exceptions.ts';
import type { Reason } from '../../../../src/report.ts';

const NOW = 1_795_000_000;
const BOUND: Bound = {
  host: 'site.example',
  port: 443,
  private: false,
  verdict: 'bogus',
  reason: '{}',
  certificate: 'aa',
};
const made = (changes: Partial<Bound> = {}, now = NOW) =>
  withException([], { ...BOUND, ...changes }, { id: 'one', now })[0]!;

describe('how long', () => {
  test('V15 a week, and not a second longer', () => {
    const one = made();
    expect(EXCEPTION_LIFE_SECONDS).toBe(604_800);
    expect(isLive(one, NOW)).toBe(true);
    expect(isLive(one, NOW + 604_799)).toBe(true);
    expect(isLive(one, NOW + 604_800)).toBe(false);
  });

  test('V15 whatever end stands there, a week is the most, and one from the future is none', () => {
    expect(isLive({ ...made(), until: NOW + 10 * 604_800 }, NOW + 604_800)).toBe(false);
    expect(isLive({ ...made(), madeAt: NOW + 60 }, NOW)).toBe(true);
    expect(isLive({ ...made(), madeAt: NOW + 61, until: NOW + 604_800 }, NOW)).toBe(false);
    expect(isLive({ ...made(), until: NOW + 5 }, NOW + 5)).toBe(false);
  });

  test('what is over leaves the list', () => {
    const list = [made(), made({ host: 'other.example' }, NOW - 604_800)];
    expect(live(list, NOW).map(({ host }) => host)).toEqual(['site.example']);
  });
});

describe('the list', () => {
  test('the same again takes the place of the one before, and the newest is first', () => {
    const once = withException([made({ host: 'other.example' })], BOUND, { id: 'a', now: NOW });
    const twice = withException(once, BOUND, { id: 'b', now: NOW + 5 });
    expect(twice.map(({ id, host }) => `${id} ${host}`)).toEqual(['b site.example', 'one other.example']);
    expect(twice[0]).toMatchObject({ madeAt: NOW + 5, until: NOW + 5 + EXCEPTION_LIFE_SECONDS });
  });

  test('is bounded: the oldest goes', () => {
    let list = withException([], BOUND, { id: '0', now: NOW });
    for (let i = 1; i <= MAX_EXCEPTIONS; i++) {
      list = withException(list, { ...BOUND, port: i }, { id: String(i), now: NOW });
    }
    expect(list).toHaveLength(MAX_EXCEPTIONS);
    expect(list.some(({ id }) => id === '0')).toBe(false);
  });

  test('each part of what it is bound to tells it from others', () => {
    for (const changes of [{ host: 'a' }, { port: 1 }, { private: true }, { reason: 'x' }, { certificate: '' }]) {
      expect(isSame(BOUND, { ...BOUND, ...changes })).toBe(false);
    }
    expect(isSame(BOUND, { ...BOUND, verdict: 'mismatch' })).toBe(false);
    expect(isSame(BOUND, { ...BOUND })).toBe(true);
  });
});

describe('marks', () => {
  const expired = (changes: object): Reason =>
    ({ code: 'signature-expired', zone: 'a.', owner: 'b.', keyTag: 1, now: NOW, ...changes }) as unknown as Reason;

  test('a reason is the same whatever the clock says, and in whatever order its facts stand', () => {
    expect(reasonKey(expired({ now: NOW + 9 }))).toBe(reasonKey(expired({})));
    const turned = Object.fromEntries(Object.entries(expired({})).reverse()) as unknown as Reason;
    expect(reasonKey(turned)).toBe(reasonKey(expired({})));
  });

  test('a reason with another fact is another', () => {
    expect(reasonKey(expired({ keyTag: 2 }))).not.toBe(reasonKey(expired({})));
    const because = (keyTag: number) =>
      ({ code: 'clock', now: NOW, resolverTime: NOW, because: expired({ keyTag }) }) as unknown as Reason;
    expect(reasonKey(because(2))).not.toBe(reasonKey(because(1)));
    expect(reasonKey(because(2))).toBe(reasonKey({ ...because(2), resolverTime: NOW + 1 } as unknown as Reason));
  });

  test('the digest is of the site’s own certificate; none seen, none', () => {
    const shown = {
      kind: 'full chain',
      source: 'firefox-security-info',
      pkix: 'valid',
      obtainedAt: NOW,
      certificates: ['YWJj', 'ZGVm'],
    } as const;
    // SHA-256 of "abc", FIPS 180-2.
    expect(certificateDigest(shown)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(certificateDigest(undefined)).toBe('');
    expect(certificateDigest({ kind: 'none', why: 'no connection seen' })).toBe('');
  });
});

describe('stored', () => {
  const storage = (items: Record<string, unknown> = {}) => ({
    items,
    get: async () => structuredClone(items),
    set: async (changes: Record<string, unknown>) => void Object.assign(items, structuredClone(changes)),
    remove: async () => {},
  });

  test('they outlive the background, and go when they are over or taken back', async () => {
    const session = storage();
    let now = NOW;
    const store = createExceptionStore(session, () => now);
    await store.ready;
    store.add(BOUND, 'a');
    store.add({ ...BOUND, host: 'private.example', private: true }, 'b');
    store.add({ ...BOUND, host: 'third.example' }, 'c');
    await expect.poll(() => (session.items[EXCEPTIONS_KEY] as unknown[] | undefined)?.length).toBe(3);

    const again = createExceptionStore(session, () => now);
    await again.ready;
    expect(again.all().map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    again.remove('c');
    again.forgetPrivate();
    expect(again.all().map(({ id }) => id)).toEqual(['a']);
    now += EXCEPTION_LIFE_SECONDS;
    expect(again.all()).toEqual([]);
    await expect.poll(() => session.items[EXCEPTIONS_KEY]).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['no list', { a: 1 }],
    ['nothing', undefined],
    [
      'other things',
      [1, null, 'x', { ...made(), port: '443' }, { ...made(), private: 1 }, { ...made(), until: 'soon' }],
    ],
    ['without a reason', [{ ...made(), reason: undefined }]],
  ])('%s: nothing is let through', (_title, stored) => {
    expect(readExceptions(stored)).toEqual([]);
  });

  test('no more than are ever made are read', () => {
    expect(readExceptions(Array.from({ length: MAX_EXCEPTIONS + 1 }, () => made()))).toHaveLength(MAX_EXCEPTIONS);
  });
});
