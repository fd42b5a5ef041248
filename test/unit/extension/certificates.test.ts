import { describe, expect, test, vi } from 'vitest';
import {
  certificatesOf,
  chromiumDebugger,
  type DebuggerApi,
} from '../../../src/extension/certificates/chromium-debugger.ts';
import {
  chromiumSecurityInfo,
  type HeadersDetails,
  type HeadersEvent,
} from '../../../src/extension/certificates/chromium-security-info.ts';
import { evidenceOf, type FirefoxWebRequest, firefoxSources } from '../../../src/extension/certificates/firefox.ts';
import type { Sighting } from '../../../src/extension/certificates/source.ts';
import { restoreEvidence, storeEvidence } from '../../../src/extension/certificates/stored.ts';
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
    sources.passive[0]!.listen((sighting) => delivered.push(sighting));
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

  test('there is nothing to read after the fact', async () => {
    const { sources } = headersReceived(async () => info([]));
    expect(await sources.active.read({ tab: 3, url: 'https://site.example/' })).toEqual({
      kind: 'none',
      why: 'no connection seen',
    });
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
    const source = chromiumSecurityInfo(event, now);
    source.listen((sighting) => delivered.push(sighting));
    return {
      source,
      delivered,
      fire: (details: HeadersDetails) => {
        for (const listener of heard) listener(details);
      },
    };
  }

  test('B10 one certificate, which is the leaf', async () => {
    const { fire, delivered, source } = start('heard');
    expect(source.feature()).toBe('unknown');
    fire(response({ securityInfo: securityInfo('secure') }));
    expect(source.feature()).toBe('on');
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

  test('a response without a certificate, and a prerendered one, deliver nothing', () => {
    const { fire, delivered, source } = start('heard');
    fire(response());
    fire(response({ requestId: 'p', securityInfo: securityInfo('secure'), documentLifecycle: 'prerender' }));
    expect(delivered).toEqual([]);
    expect(source.feature()).toBe('on');
  });

  test('B11 the silent drop shows in the plain listener', () => {
    const { fire, delivered, source } = start('dropped');
    fire(response());
    expect(source.feature()).toBe('off');
    expect(delivered).toEqual([]);
  });

  test('B11 older Chromium refuses the listener', () => {
    expect(start('throwing').source.feature()).toBe('off');
  });
});

describe('Chromium through the debugger', () => {
  const DOCUMENT = { tab: 3, url: 'https://site.example:8443/path', documentId: 'd' };
  const base64 = (octets: number[]) => Buffer.from(octets).toString('base64');

  interface Script {
    readonly attach?: () => Promise<void>;
    readonly command?: (method: string) => Promise<unknown>;
    readonly execute?: () => Promise<unknown>;
    readonly state?: string;
  }

  function start(script: Script = {}) {
    const calls: unknown[] = [];
    const listeners = new Set<(...values: never[]) => void>();
    const api: DebuggerApi = {
      debugger: {
        attach: async ({ tabId }) => {
          calls.push(['attach', tabId]);
          await script.attach?.();
        },
        detach: async ({ tabId }) => {
          calls.push(['detach', tabId]);
        },
        sendCommand: async (_target, method, parameters) => {
          calls.push([method, parameters]);
          if (script.command) return script.command(method);
          return method === 'Network.getCertificate' ? { tableNames: [base64(LEAF), base64(ISSUER)] } : {};
        },
        onEvent: {
          addListener: (listener) => void listeners.add(listener),
          removeListener: (listener) => void listeners.delete(listener),
        },
      },
      scripting: {
        executeScript: async (injection) => {
          calls.push(['execute', injection.target, injection.args]);
          await script.execute?.();
          const response = { url: injection.args[0], securityState: script.state ?? 'secure' };
          for (const listener of listeners)
            listener(...([{ tabId: 3 }, 'Network.responseReceived', { response }] as never[]));
        },
      },
    };
    return { source: chromiumDebugger(api, now), calls, listeners };
  }

  test('B12 the whole chain, in the document itself, and detached at once', async () => {
    const { source, calls, listeners } = start();
    expect(await source.read(DOCUMENT)).toEqual({
      kind: 'full chain',
      source: 'chromium-debugger',
      pkix: 'valid',
      certificates: [Uint8Array.from(LEAF), Uint8Array.from(ISSUER)],
      obtainedAt: NOW,
    });
    expect(calls).toEqual([
      ['attach', 3],
      ['Network.enable', undefined],
      ['Network.setBypassServiceWorker', { bypass: true }],
      ['execute', { tabId: 3, documentIds: ['d'] }, ['https://site.example:8443/']],
      ['Network.getCertificate', { origin: 'https://site.example:8443' }],
      ['detach', 3],
    ]);
    expect(listeners.size).toBe(0);
  });

  test('a warning clicked away shows in the response', async () => {
    expect(await start({ state: 'insecure' }).source.read(DOCUMENT)).toMatchObject({ pkix: 'overridden' });
    expect(await start({ state: 'unknown' }).source.read(DOCUMENT)).toMatchObject({ pkix: 'unknown' });
  });

  test.each([
    ['Another debugger is already attached to the tab with id: 3.', 'debugger busy'],
    ['No tab with given id 3.', 'tab gone'],
    ['Cannot access a chrome:// URL', 'not shown by this browser'],
  ])('when attaching fails with "%s": %s, and nothing to detach', async (message, why) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { source, calls } = start({
      attach: async () => {
        throw new Error(message);
      },
    });
    expect(await source.read(DOCUMENT)).toEqual({ kind: 'none', why });
    expect(calls).toEqual([['attach', 3]]);
    warn.mockRestore();
  });

  test('a document that left meanwhile: tab gone, and detached', async () => {
    const { source, calls, listeners } = start({
      execute: async () => {
        throw new Error('No document with id d in tab with id 3');
      },
    });
    expect(await source.read(DOCUMENT)).toEqual({ kind: 'none', why: 'tab gone' });
    expect(calls.at(-1)).toEqual(['detach', 3]);
    expect(listeners.size).toBe(0);
  });

  test('a command that fails: detached all the same', async () => {
    const { source, calls } = start({
      command: async () => {
        throw new Error('Debugger is not attached to the tab with id: 3. The tab was detached.');
      },
    });
    expect(await source.read(DOCUMENT)).toEqual({ kind: 'none', why: 'tab gone' });
    expect(calls.at(-1)).toEqual(['detach', 3]);
  });

  test('a site that never answers does not keep the debugger attached', async () => {
    vi.useFakeTimers();
    try {
      const { source, calls } = start({ execute: () => new Promise(() => {}) });
      const reading = source.read(DOCUMENT);
      await vi.advanceTimersByTimeAsync(5999);
      expect(calls.at(-1)).not.toEqual(['detach', 3]);
      await vi.advanceTimersByTimeAsync(1);
      expect(await reading).toEqual({ kind: 'none', why: 'no connection seen' });
      expect(calls.at(-1)).toEqual(['detach', 3]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('two readings of one tab come one after the other', async () => {
    const { source, calls } = start();
    await Promise.all([source.read(DOCUMENT), source.read(DOCUMENT)]);
    const order = calls.map((call) => (call as string[])[0]).filter((name) => name === 'attach' || name === 'detach');
    expect(order).toEqual(['attach', 'detach', 'attach', 'detach']);
  });

  test('a page that is not https is never attached to', async () => {
    const { source, calls } = start();
    expect(await source.read({ tab: 3, url: 'http://site.example/' })).toMatchObject({ kind: 'none' });
    expect(calls).toEqual([]);
  });

  test.each([
    [undefined, 0],
    [{}, 0],
    [{ tableNames: [] }, 0],
    [{ tableNames: 'x' }, 0],
    [{ tableNames: [base64(LEAF), 'not base64!'] }, 0],
    [{ tableNames: [base64(LEAF), 7] }, 0],
    [{ tableNames: [base64(LEAF)] }, 1],
  ])('getCertificate answering %j: %i certificates', (answer, count) => {
    expect(certificatesOf(answer)).toHaveLength(count);
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
  });

  test('text nobody here wrote is a caller’s mistake', () => {
    expect(() => restoreEvidence({ ...evidence, certificates: ['not base64!'] })).toThrow(TypeError);
  });
});
