/** When Chromium's debugger is used, what is kept of a read, and when that is forgotten. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CertificateEvidence, CertificateMissing } from '../../../src/dane/evidence.ts';
import { chromiumReading } from '../../../src/extension/certificates/chromium-reading.ts';
import type { SecurityInfoFeature } from '../../../src/extension/certificates/chromium-security-info.ts';
import { type ForgettingBrowser, forgetWhereDoubtful } from '../../../src/extension/certificates/forgetting.ts';
import { KEPT_KEY, keptCertificates, MAX_KEPT, MAX_KEPT_CHARACTERS } from '../../../src/extension/certificates/kept.ts';
import type { ReadWish } from '../../../src/extension/certificates/source.ts';
import { offersReading } from '../../../src/extension/popup/reading.ts';
import { CERTIFICATE_READINGS, type CertificateReading } from '../../../src/extension/settings.ts';
import type { Report } from '../../../src/report.ts';
import { FakeEvent } from './fake-browser.ts';
import { NOW, report, reportWithCertificate } from './reports.ts';

type Seen = Exclude<CertificateEvidence, { kind: 'none' }>;

const seen = (mark: number, more: Partial<Seen> = {}): Seen => ({
  kind: 'full chain',
  source: 'chromium-debugger',
  pkix: 'valid',
  certificates: [Uint8Array.from([0x30, mark])],
  obtainedAt: NOW,
  ...more,
});
const NONE = { kind: 'none', why: 'no answer' } as const;
const SITE = 'https://site.example/page';
const PLACE = { host: 'site.example', port: 443, private: false };
const PRIVATE_TAB = 9;

/** Storage as the browser's: what lies there is JSON. */
function memory() {
  const items = new Map<string, string>();
  return {
    items,
    get: async (key: string) => (items.has(key) ? { [key]: JSON.parse(items.get(key)!) } : {}),
    set: async (changes: Record<string, unknown>) => {
      for (const [key, value] of Object.entries(changes)) items.set(key, JSON.stringify(value));
    },
  };
}

describe('kept certificates', () => {
  test('stand for their host and port, and for nothing else', async () => {
    const kept = keptCertificates(memory());
    await kept.keep(PLACE, seen(1));
    expect(await kept.find(PLACE)).toEqual(seen(1));
    expect(await kept.find({ ...PLACE, port: 8443 })).toBeUndefined();
    expect(await kept.find({ ...PLACE, host: 'www.site.example' })).toBeUndefined();
    expect(await kept.find({ ...PLACE, host: 'example' })).toBeUndefined();
  });

  test('outlive the background, private ones not', async () => {
    const storage = memory();
    const kept = keptCertificates(storage);
    await kept.keep(PLACE, seen(1));
    await kept.keep({ ...PLACE, private: true }, seen(2));
    const next = keptCertificates(storage);
    expect(await next.find(PLACE)).toEqual(seen(1));
    expect(await next.find({ ...PLACE, private: true })).toBeUndefined();
  });

  test('B26 private windows and others know nothing of each other, and nothing private is stored', async () => {
    const storage = memory();
    const kept = keptCertificates(storage);
    await kept.keep({ ...PLACE, private: true }, seen(2));
    expect(await kept.find(PLACE)).toBeUndefined();
    expect(await kept.find({ ...PLACE, private: true })).toEqual(seen(2));
    expect([...storage.items]).toEqual([]);
    kept.forgetPrivate();
    expect(await kept.find({ ...PLACE, private: true })).toBeUndefined();
  });

  test('a newer one takes the place of the older, and the oldest go', async () => {
    const kept = keptCertificates(memory());
    const place = (number: number) => ({ ...PLACE, host: `h${number}.example` });
    for (let number = 0; number < MAX_KEPT; number++) await kept.keep(place(number), seen(1));
    await kept.keep(place(0), seen(2));
    expect(await kept.find(place(0))).toEqual(seen(2));
    await kept.keep(place(MAX_KEPT), seen(1));
    expect(await kept.find(place(1))).toBeUndefined();
    expect(await kept.find(place(0))).toBeDefined();
    expect(await kept.find(place(MAX_KEPT))).toBeDefined();
  });

  test('two kept at the same moment are both kept', async () => {
    const kept = keptCertificates(memory());
    await Promise.all([kept.keep(PLACE, seen(1)), kept.keep({ ...PLACE, port: 8443 }, seen(2))]);
    expect(await kept.find(PLACE)).toEqual(seen(1));
    expect(await kept.find({ ...PLACE, port: 8443 })).toEqual(seen(2));
  });

  test('a chain up to the limit, and no longer', async () => {
    const kept = keptCertificates(memory());
    const octets = (MAX_KEPT_CHARACTERS / 4) * 3;
    await kept.keep(PLACE, seen(1, { certificates: [new Uint8Array(octets + 1)] }));
    expect(await kept.find(PLACE)).toBeUndefined();
    await kept.keep(PLACE, seen(1, { certificates: [new Uint8Array(octets)] }));
    expect(await kept.find(PLACE)).toBeDefined();
  });

  test('forgotten is forgotten, everywhere', async () => {
    const kept = keptCertificates(memory());
    await kept.keep(PLACE, seen(1));
    await kept.keep({ ...PLACE, port: 8443 }, seen(1));
    await kept.keep({ ...PLACE, private: true }, seen(1));
    await kept.forget(PLACE.host, PLACE.port);
    expect(await kept.find(PLACE)).toBeUndefined();
    expect(await kept.find({ ...PLACE, private: true })).toBeUndefined();
    expect(await kept.find({ ...PLACE, port: 8443 })).toBeDefined();
  });

  test.each([
    ['no list', 'x'],
    ['no entries', [1, null, { place: 1 }, { place: 'site.example:443' }]],
    ['no certificate', [{ place: 'site.example:443', evidence: { kind: 'none', why: 'no answer' } }]],
    ['a broken certificate', [{ place: 'site.example:443', evidence: { ...seen(1), certificates: ['?'] } }]],
  ])('stored by nobody here, %s: nothing is kept', async (_what, stored) => {
    const storage = memory();
    await storage.set({ [KEPT_KEY]: stored });
    expect(await keptCertificates(storage).find(PLACE)).toBeUndefined();
  });

  test('storage that fails costs another read, and nothing more', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const fail = () => Promise.reject(new Error('quota'));
    const kept = keptCertificates({ get: fail, set: fail });
    await kept.keep(PLACE, seen(1));
    expect(await kept.find(PLACE)).toBeUndefined();
    await kept.forget(PLACE.host, PLACE.port);
    expect(error).toHaveBeenCalledTimes(3);
    error.mockRestore();
  });
});

describe('the four ways to read', () => {
  let chosen: CertificateReading;
  let feature: SecurityInfoFeature;
  let reads: number;
  let clock: number;
  let next: CertificateEvidence;
  let source: ReturnType<typeof chromiumReading>;
  beforeEach(() => {
    feature = 'off';
    reads = 0;
    clock = NOW;
    next = seen(1);
    source = chromiumReading({
      reader: {
        read: async () => {
          reads++;
          return next;
        },
      },
      kept: keptCertificates(memory()),
      reading: async () => chosen,
      feature: async () => feature,
      isPrivate: async (tab) => {
        if (tab === 404) throw new Error('No tab with id: 404.');
        return tab === PRIVATE_TAB;
      },
      now: () => clock,
    });
  });
  const read = (wish: ReadWish = 'automatic', tab = 1, url = SITE) =>
    source.read({ tab, url }, wish, new AbortController().signal);
  const confirm = (evidence: CertificateEvidence, tab = 1, url = SITE) => source.judged!({ tab, url }, evidence, true);

  test.each([
    ['each-load', 'automatic', 'read'],
    ['each-load', 'anew', 'read'],
    ['each-load', 'by hand', 'read'],
    ['once-per-host', 'automatic', 'read'],
    ['once-per-host', 'anew', 'read'],
    ['once-per-host', 'by hand', 'read'],
    ['on-click', 'automatic', 'on click only'],
    ['on-click', 'anew', 'on click only'],
    ['on-click', 'by hand', 'read'],
    ['never', 'automatic', 'reading switched off'],
    ['never', 'anew', 'reading switched off'],
    ['never', 'by hand', 'reading switched off'],
  ] as const)('%s, %s: %s', async (reading, wish, expected) => {
    chosen = reading;
    expect(await read(wish)).toEqual(expected === 'read' ? seen(1) : { kind: 'none', why: expected });
    expect(reads).toBe(expected === 'read' ? 1 : 0);
  });

  test('each-load keeps nothing', async () => {
    chosen = 'each-load';
    await confirm(await read());
    chosen = 'once-per-host';
    expect(await read()).toEqual(seen(1));
    expect(reads).toBe(2);
  });

  test('once-per-host: what was confirmed serves the next page there, and says when it was read', async () => {
    chosen = 'once-per-host';
    await confirm(await read());
    clock += 500;
    expect(await read()).toEqual(seen(1, { obtainedAt: NOW + 500, readAt: NOW }));
    expect(reads).toBe(1);
    // Another port, another host: another read.
    await read('automatic', 1, 'https://site.example:8443/');
    await read('automatic', 1, 'https://www.site.example/');
    expect(reads).toBe(3);
  });

  test('once-per-host: read by hand, or since the kept one does not fit, it takes the place of the kept one', async () => {
    chosen = 'once-per-host';
    await confirm(await read());
    for (const wish of ['by hand', 'anew'] as const) {
      clock += 100;
      next = seen(2, { obtainedAt: clock });
      const fresh = await read(wish);
      expect(fresh).toEqual(next);
      await confirm(fresh);
      expect(await read()).toMatchObject({ readAt: clock, certificates: next.certificates });
    }
    expect(reads).toBe(3);
  });

  test('a kept one that confirms again is not renewed by that', async () => {
    chosen = 'once-per-host';
    await confirm(await read());
    clock += 500;
    await confirm(await read());
    clock += 500;
    expect(await read()).toMatchObject({ readAt: NOW });
  });

  test('one of a connection that no page came by is never kept', async () => {
    chosen = 'once-per-host';
    next = seen(1, { newConnection: true });
    await confirm(await read());
    await read();
    expect(reads).toBe(2);
  });

  test.each(['overridden', 'invalid', 'unknown'] as const)('PKIX %s is never kept', async (pkix) => {
    chosen = 'once-per-host';
    next = seen(1, { pkix });
    await confirm(await read());
    await read();
    expect(reads).toBe(2);
  });

  test('nothing that was not seen is kept', async () => {
    chosen = 'once-per-host';
    next = NONE;
    await confirm(await read());
    expect(await read()).toEqual(NONE);
    expect(reads).toBe(2);
  });

  test.each([
    ['what is read later is not confirmed', seen(2), false],
    ['the browser no longer trusts it', seen(1, { pkix: 'overridden' }), true],
  ])('a kept one is forgotten when %s', async (_why, later, confirmed) => {
    chosen = 'once-per-host';
    await confirm(await read());
    await source.judged!({ tab: 1, url: SITE }, later, confirmed);
    expect(await read()).toEqual(seen(1));
    expect(reads).toBe(2);
  });

  test('a kept one that does not fit any more, or a read that came to nothing, forgets nothing by itself', async () => {
    chosen = 'once-per-host';
    await confirm(await read());
    await source.judged!({ tab: 1, url: SITE }, await read(), false);
    await source.judged!({ tab: 1, url: SITE }, NONE, false);
    expect(await read()).toMatchObject({ readAt: NOW });
    expect(reads).toBe(1);
  });

  test('private windows have reads of their own', async () => {
    chosen = 'once-per-host';
    await confirm(await read());
    expect(await read('automatic', PRIVATE_TAB)).toEqual(seen(1));
    expect(reads).toBe(2);
    await confirm(seen(2), PRIVATE_TAB);
    expect(await read('automatic', PRIVATE_TAB)).toMatchObject({ readAt: NOW, certificates: seen(2).certificates });
    expect(await read()).toMatchObject({ certificates: seen(1).certificates });
  });

  test('with the feature on, the debugger is attached by hand only', async () => {
    feature = 'on';
    for (const reading of CERTIFICATE_READINGS.filter((each) => each !== 'on-click' && each !== 'never')) {
      chosen = reading;
      expect(await read()).toEqual({ kind: 'none', why: 'no connection seen' });
      expect(await read('anew')).toEqual({ kind: 'none', why: 'no connection seen' });
    }
    expect(reads).toBe(0);
    expect(await read('by hand')).toEqual(seen(1));
  });

  test('while it is not known whether the feature is on, the choice counts', async () => {
    feature = 'unknown';
    chosen = 'each-load';
    expect(await read()).toEqual(seen(1));
  });

  test('a tab that has gone', async () => {
    const debug = vi.spyOn(console, 'debug').mockImplementation(() => {});
    chosen = 'each-load';
    expect(await read('automatic', 404)).toEqual({ kind: 'none', why: 'tab closed' });
    chosen = 'once-per-host';
    await confirm(seen(1), 404);
    await read();
    expect(reads).toBe(1);
    expect(debug).toHaveBeenCalledTimes(2);
    debug.mockRestore();
  });
});

describe('the popup offers to read', () => {
  test.each<[CertificateMissing, boolean]>([
    ['on click only', true],
    ['no connection seen', true],
    ['no answer', true],
    ['tab crashed', true],
    ['debugger cancelled', true],
    ['reading switched off', false],
    ['debugger refused', false],
    ['certificate refused', false],
    ['connection failed', false],
    ['not needed', false],
  ])('where the reason is "%s": %s', (why, offered) => {
    expect(offersReading(report('unread', { certificate: { kind: 'none', why } }))).toBe(offered);
    expect(offersReading(report('signed', { certificate: { kind: 'none', why } }))).toBe(false);
  });

  test('where the certificate is of an earlier connection, and not where it is of this one', () => {
    const { certificate } = reportWithCertificate();
    expect(offersReading(report('verified', { certificate }))).toBe(false);
    const earlier = { ...certificate, readAt: NOW } as Report['certificate'];
    expect(offersReading(report('verified', { certificate: earlier }))).toBe(true);
  });
});

describe('a kept certificate is forgotten', () => {
  const onErrorOccurred = new FakeEvent<(details: { url: string; error: string }) => unknown>();
  const onRemoved = new FakeEvent<(window: number) => unknown>();
  let open: { incognito: boolean }[] = [];
  const browser = {
    webRequest: { onErrorOccurred },
    windows: { onRemoved },
    tabs: { query: async () => open },
  } as unknown as ForgettingBrowser;
  const kept = keptCertificates(memory());
  forgetWhereDoubtful(browser, kept);

  test.each([
    ['net::ERR_CERT_AUTHORITY_INVALID', SITE, true],
    ['net::ERR_SSL_PROTOCOL_ERROR', SITE, true],
    ['net::ERR_CERT_DATE_INVALID', 'https://site.example:8443/', false],
    ['net::ERR_CONNECTION_RESET', SITE, false],
    ['net::ERR_ABORTED', SITE, false],
  ])('after %s at %s: %s', async (error, url, forgotten) => {
    await kept.keep(PLACE, seen(1));
    await Promise.all(onErrorOccurred.fire({ url, error }));
    expect((await kept.find(PLACE)) === undefined).toBe(forgotten);
  });

  test('private ones when the last private window closes, and not before', async () => {
    const place = { ...PLACE, private: true };
    await kept.keep(place, seen(1));
    open = [{ incognito: false }, { incognito: true }];
    await Promise.all(onRemoved.fire(1));
    expect(await kept.find(place)).toBeDefined();
    open = [{ incognito: false }];
    await Promise.all(onRemoved.fire(2));
    expect(await kept.find(place)).toBeUndefined();
  });
});
