import { describe, expect, test, vi } from 'vitest';
import { CERTIFICATE_SOURCES } from '../../../src/dane/evidence.ts';
import {
  chromiumSecurityInfo,
  type HeadersDetails,
  type HeadersEvent,
} from '../../../src/extension/certificates/chromium-security-info.ts';
import { evidenceOf, type FirefoxWebRequest, firefoxSources } from '../../../src/extension/certificates/firefox.ts';
import type { Sighting } from '../../../src/extension/certificates/source.ts';
import { isStoredEvidence, restoreEvidence, storeEvidence } from '../../../src/extension/certificates/stored.ts';
import { NOW } from './reports.ts';

const LEAF = [0x30, 1, 2];
const ISSUER = [0x30, 3, 4];
const now = () => NOW;

describe('Firefox', () => {
  const info = (certificates: number[][], more: object = {}) =>
    ({ state: 'secure', certificates: certificates.map((rawDER) => ({ rawDER })), ...more }) as never;

  test('B2 the chain, leaf first', () => {
    expect(evidenceOf(info([LEAF, ISSUER]), info([LEAF]), NOW)).toEqual({
      kind: 'full chain',
      source: 'firefox-security-info',
      pkix: 'valid',
      certificates: [Uint8Array.from(LEAF), Uint8Array.from(ISSUER)],
      obtainedAt: NOW,
    });
  });

  test('B3 accepted by hand: the chain comes empty, and the second call gives the leaf', () => {
    expect(evidenceOf(info([], { isUntrusted: true }), info([LEAF], { isUntrusted: true }), NOW)).toMatchObject({
      kind: 'leaf only',
      pkix: 'overridden',
      certificates: [Uint8Array.from(LEAF)],
    });
  });

  test.each([
    [{ overridableErrorCategory: 'trust_error' }, 'overridden'],
    [{ isDomainMismatch: true }, 'overridden'],
    [{ isNotValidAtThisTime: true }, 'overridden'],
    [{ isUntrusted: false, isDomainMismatch: false, isNotValidAtThisTime: false }, 'valid'],
    [{ state: 'weak' }, 'valid'],
    [{ state: 'broken' }, 'invalid'],
    [{ state: 'insecure' }, 'unknown'],
  ])('B4 %j is %s by PKIX', (more, pkix) => {
    expect(evidenceOf(info([LEAF, ISSUER], more), info([LEAF], more), NOW)).toMatchObject({ pkix });
  });

  test('B6 no certificate at all', () => {
    const none = { state: 'insecure' } as never;
    expect(evidenceOf(none, none, NOW)).toEqual({ kind: 'none', why: 'no connection seen' });
  });

  /** Fires one event, and says what the listener returned and what it delivered. */
  function headersReceived(getSecurityInfo: FirefoxWebRequest['getSecurityInfo'], url = 'https://site.example/') {
    const registered: { listener?: (details: object) => unknown; options?: readonly unknown[] } = {};
    const onHeadersReceived = {
      addListener: (listener: (details: object) => unknown, ...options: unknown[]) => {
        Object.assign(registered, { listener, options });
      },
    };
    const delivered: Sighting[] = [];
    const sources = firefoxSources({ getSecurityInfo, onHeadersReceived } as unknown as FirefoxWebRequest, now);
    sources.passive[0]!.listen((sighting) => void delivered.push(sighting));
    return { ...registered, delivered, returned: registered.listener?.({ tabId: 3, requestId: 'r', url }), sources };
  }

  test('B1 both calls are made within a blocking listener, B5 which returns at once', async () => {
    const calls: unknown[] = [];
    const { options, returned, delivered } = headersReceived(async (requestId, options) => {
      calls.push([requestId, options]);
      return info([LEAF, ISSUER]);
    });
    expect(options).toEqual([{ urls: ['https://*/*'], types: ['main_frame'] }, ['blocking']]);
    expect(returned).toBeUndefined();
    expect(calls).toEqual([
      ['r', { certificateChain: true, rawDER: true }],
      ['r', { certificateChain: false, rawDER: true }],
    ]);
    expect(delivered).toMatchObject([{ tab: 3, requestId: 'r' }]);
    expect(await delivered[0]!.evidence).toMatchObject({ kind: 'full chain' });
  });

  test('a request that is gone gives no certificate, and no rejection', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { delivered } = headersReceived(async () => {
      throw new Error('Invalid request');
    });
    expect(await delivered[0]!.evidence).toEqual({ kind: 'none', why: 'no connection seen' });
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  test('there is nothing to read after the fact but what comes late, which is waited for a little', async () => {
    vi.useFakeTimers();
    try {
      const { sources } = headersReceived(async () => info([]));
      const document = { tab: 3, url: 'https://site.example/' };
      const none = { kind: 'none', why: 'no connection seen' };
      let read: unknown;
      sources.active.read(document, 'by hand', new AbortController().signal).then((evidence) => {
        read = evidence;
      });
      await vi.advanceTimersByTimeAsync(300);
      expect(read).toBeUndefined();
      await vi.advanceTimersByTimeAsync(200);
      expect(read).toEqual(none);
      const abort = new AbortController();
      const given = sources.active.read(document, 'by hand', abort.signal);
      abort.abort();
      expect(await given).toEqual(none);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('Chromium with the feature', () => {
  const response = (more: Partial<HeadersDetails> = {}): HeadersDetails => ({
    tabId: 3,
    requestId: 'r',
    url: 'https://site.example/',
    ...more,
  });
  const securityInfo = (state: string) => ({ state, certificates: [{ rawDER: Uint8Array.from(LEAF).buffer }] });

  /** A browser of its own: `dropped` listeners with extras hear nothing, `throwing` refuses them. */
  function start(extras: 'heard' | 'dropped' | 'throwing') {
    const heard: ((details: HeadersDetails) => undefined)[] = [];
    const event: HeadersEvent = {
      addListener: (listener, _filter, options) => {
        if (options !== undefined && extras === 'throwing') throw new TypeError('Invalid value');
        if (options === undefined || extras === 'heard') heard.push(listener);
      },
    };
    const delivered: Sighting[] = [];
    const found: string[] = [];
    const source = chromiumSecurityInfo(event, now, (feature) => found.push(feature));
    source.listen((sighting) => void delivered.push(sighting));
    return {
      found,
      delivered,
      fire: (details: HeadersDetails) => {
        for (const listener of heard) listener(details);
      },
    };
  }

  test('B10 one certificate, which is the leaf', async () => {
    const { fire, delivered, found } = start('heard');
    expect(found).toEqual([]);
    fire(response({ securityInfo: securityInfo('secure') }));
    expect(found).toEqual(['on']);
    expect(delivered).toMatchObject([{ tab: 3, requestId: 'r' }]);
    expect(await delivered[0]!.evidence).toEqual({
      kind: 'leaf only',
      source: 'chromium-security-info',
      pkix: 'valid',
      certificates: [Uint8Array.from(LEAF)],
      obtainedAt: NOW,
    });
  });

  test.each([
    ['secure', 'valid'],
    ['weak', 'valid'],
    ['broken', 'overridden'],
    ['insecure', 'unknown'],
  ])('state %s is %s by PKIX', async (state, pkix) => {
    const { fire, delivered } = start('heard');
    fire(response({ securityInfo: securityInfo(state) }));
    expect(await delivered[0]!.evidence).toMatchObject({ pkix });
  });

  test('a response without a certificate, and one fetched ahead of any visit, deliver nothing', () => {
    const { fire, delivered, found } = start('heard');
    fire(response({ securityInfo: { state: 'secure', certificates: [] } }));
    fire(response());
    fire(response({ requestId: 'p', securityInfo: securityInfo('secure'), documentLifecycle: 'prerender' }));
    // As Chromium tells of both where a page's speculation rules ask for them.
    const ahead = { documentLifecycle: 'active', documentId: 'the one that asks' };
    fire(response({ requestId: 'q', securityInfo: securityInfo('secure'), ...ahead }));
    expect(delivered).toEqual([]);
    // Told once, however many pages come.
    expect(found).toEqual(['on']);
  });

  test('B11 the silent drop shows in the plain listener', () => {
    const { fire, delivered, found } = start('dropped');
    fire(response());
    expect(found).toEqual(['off']);
    expect(delivered).toEqual([]);
  });

  test('B11 a listener that hears nothing of security shows it, too', () => {
    const { fire, delivered, found } = start('heard');
    fire(response());
    expect(found).toEqual(['off']);
    expect(delivered).toEqual([]);
  });

  test('B11 older Chromium refuses the listener', () => {
    expect(start('throwing').found).toEqual(['off']);
  });
});

describe('stored evidence', () => {
  const evidence = {
    kind: 'leaf only',
    source: 'chromium-security-info',
    pkix: 'valid',
    certificates: [Uint8Array.from(LEAF)],
    obtainedAt: NOW,
  } as const;

  test('comes back octet for octet, through JSON', () => {
    expect(restoreEvidence(JSON.parse(JSON.stringify(storeEvidence(evidence))))).toEqual(evidence);
    const none = { kind: 'none', why: 'debugger busy' } as const;
    expect(restoreEvidence(storeEvidence(none))).toEqual(none);
    for (const one of [evidence, none]) expect(isStoredEvidence(storeEvidence(one))).toBe(true);
  });

  test('text nobody here wrote is a caller’s mistake', () => {
    expect(() => restoreEvidence({ ...evidence, certificates: ['not base64!'] })).toThrow(TypeError);
  });

  test.each([
    ['nothing', undefined],
    ['text', 'x'],
    ['no reason', { kind: 'none' }],
    ['another kind', { ...storeEvidence(evidence), kind: 'half a chain' }],
    ['a source nobody knows', { ...storeEvidence(evidence), source: 'toString' }],
    ['no time', { ...storeEvidence(evidence), obtainedAt: '1' }],
    ['certificates that are no list', { ...storeEvidence(evidence), certificates: 'MAEC' }],
    ['certificates that are not base64', { ...storeEvidence(evidence), certificates: ['MAEC', 'not base64!'] }],
  ])('%s is none', (_what, value) => {
    expect(isStoredEvidence(value)).toBe(false);
  });
});

describe('the list of sources', () => {
  const LIST: typeof CERTIFICATE_SOURCES = {
    'firefox-security-info': { most: 'full chain', how: 'with the response' },
    'chromium-security-info': { most: 'leaf only', how: 'with the response' },
    'chromium-debugger': { most: 'full chain', how: 'asked again' },
    tls: { most: 'full chain', how: 'own connection' },
    file: { most: 'full chain', how: 'given' },
  };

  test('D32 says of each how much it can prove, and how it comes by it', () => {
    expect(CERTIFICATE_SOURCES).toEqual(LIST);
  });
});
