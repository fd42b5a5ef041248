/** Chromium's debugger as a source: the read itself, and that it lets go of the tab, whatever happens. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  certificatesOf,
  chromiumDebugger,
  type DebuggerApi,
} from '../../../src/extension/certificates/chromium-debugger.ts';
import { NOW } from './reports.ts';

const LEAF = [0x30, 1, 2];
const ISSUER = [0x30, 3, 4];
const TAB = 3;
const DOCUMENT = { tab: TAB, url: 'https://site.example:8443/path', documentId: 'd' };
const ORIGIN = 'https://site.example:8443';
const base64 = (octets: number[]) => Buffer.from(octets).toString('base64');
const now = () => NOW;
const waits = () => new AbortController().signal;
const forever = () => new Promise<never>(() => {});

/** A browser that holds at most one debugger of ours a tab, as Chromium does, and says so in its own words. */
class Browser {
  readonly calls: unknown[] = [];
  readonly attached = new Set<number>();
  readonly onEvent = new Set<(...values: never[]) => void>();
  readonly onDetach = new Set<(...values: never[]) => void>();
  attach: (() => Promise<void>) | undefined;
  command: ((method: string) => Promise<unknown>) | undefined;
  execute: (() => Promise<unknown>) | undefined;
  securityState = 'secure';
  /** Whether each response of the page's origin came by a connection that was there already. */
  reused: readonly (boolean | undefined)[] = [true];
  ranAt = ORIGIN;
  isOpen = true;

  fire(event: 'onEvent' | 'onDetach', ...values: unknown[]): void {
    for (const listener of this[event]) listener(...(values as never[]));
  }

  get api(): DebuggerApi {
    const eventOf = (listeners: Set<(...values: never[]) => void>) => ({
      addListener: (listener: (...values: never[]) => void) => void listeners.add(listener),
      removeListener: (listener: (...values: never[]) => void) => void listeners.delete(listener),
    });
    return {
      debugger: {
        attach: async ({ tabId }) => {
          this.calls.push(['attach', tabId]);
          if (this.attached.has(tabId)) {
            throw new Error(`Another debugger is already attached to the tab with id: ${tabId}.`);
          }
          await this.attach?.();
          this.attached.add(tabId);
        },
        detach: async ({ tabId }) => {
          this.calls.push(['detach', tabId]);
          if (!this.attached.delete(tabId)) throw new Error(`Debugger is not attached to the tab with id: ${tabId}.`);
        },
        sendCommand: async (_target, method, parameters) => {
          this.calls.push([method, parameters]);
          if (this.command) return this.command(method);
          return method === 'Network.getCertificate' ? { tableNames: [base64(LEAF), base64(ISSUER)] } : {};
        },
        // Somebody else's debugger shows as attached, too.
        getTargets: async () => [
          { attached: true },
          { tabId: 8, attached: true },
          { tabId: 9, attached: false },
          ...(this.isOpen ? [{ tabId: TAB, attached: false }] : []),
          ...[...this.attached].map((tabId) => ({ tabId, attached: true })),
        ],
        onEvent: eventOf(this.onEvent),
        onDetach: eventOf(this.onDetach),
      },
      scripting: {
        executeScript: async (injection) => {
          this.calls.push(['execute', injection.target, injection.args]);
          await this.execute?.();
          const response = { url: injection.args[0], securityState: this.securityState };
          this.fire('onEvent', { tabId: TAB + 1 }, 'Network.responseReceived', {
            response: { ...response, securityState: 'insecure' },
          });
          for (const connectionReused of this.reused) {
            this.fire('onEvent', { tabId: TAB }, 'Network.responseReceived', {
              response: { ...response, connectionReused },
            });
          }
          this.fire('onEvent', { tabId: TAB }, 'Network.responseReceived', {
            response: { url: 'https://other.example/', securityState: 'insecure', connectionReused: false },
          });
          return [{ result: this.ranAt }];
        },
      },
    };
  }
}

let browser: Browser;
let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  browser = new Browser();
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'debug').mockImplementation(() => {});
});
/** Nothing stays attached or listened to, in any test of this file. */
afterEach(() => {
  expect([...browser.attached]).toEqual([]);
  expect(browser.onEvent.size + browser.onDetach.size).toBe(0);
  vi.restoreAllMocks();
});

const start = () => chromiumDebugger(browser.api, now);
const read = (signal = waits()) => start().read(DOCUMENT, signal);
const none = (why: string) => ({ kind: 'none', why });

describe('a read', () => {
  test('B12 the whole chain, in the document itself, and detached at once', async () => {
    expect(await read()).toEqual({
      kind: 'full chain',
      source: 'chromium-debugger',
      pkix: 'valid',
      certificates: [Uint8Array.from(LEAF), Uint8Array.from(ISSUER)],
      obtainedAt: NOW,
    });
    expect(browser.calls.slice(browser.calls.findIndex((call) => (call as string[])[0] === 'attach'))).toEqual([
      ['attach', TAB],
      ['Network.enable', undefined],
      ['Network.setBypassServiceWorker', { bypass: true }],
      ['execute', { tabId: TAB, documentIds: ['d'] }, [`${ORIGIN}/`]],
      ['Network.getCertificate', { origin: ORIGIN }],
      ['detach', TAB],
    ]);
  });

  test.each([
    [[false], true],
    [[false, false], true],
    [[true, false], undefined],
    [[false, true], undefined],
    [[undefined], undefined],
  ])('of connections that were there already: %j; it is that of a new one: %s', async (reused, newConnection) => {
    browser.reused = reused;
    const evidence = await read();
    expect('newConnection' in evidence ? evidence.newConnection : undefined).toBe(newConnection);
  });

  test.each([
    ['insecure', 'overridden'],
    ['insecure-broken', 'overridden'],
    ['unknown', 'unknown'],
  ])('a response that came %s: PKIX %s', async (state, pkix) => {
    browser.securityState = state;
    expect(await read()).toMatchObject({ pkix });
  });

  test('two of one tab come one after the other', async () => {
    const source = start();
    await Promise.all([source.read(DOCUMENT, waits()), source.read(DOCUMENT, waits())]);
    const order = browser.calls
      .filter((call) => (call as unknown[])[1] === TAB)
      .map((call) => (call as string[])[0])
      .filter((name) => name === 'attach' || name === 'detach');
    expect(order).toEqual(['attach', 'detach', 'attach', 'detach']);
  });

  test('a page that is not https is never attached to', async () => {
    expect(await start().read({ tab: TAB, url: 'http://site.example/' }, waits())).toMatchObject({ kind: 'none' });
    expect(browser.calls).not.toContainEqual(['attach', TAB]);
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

  test('no certificate for the origin', async () => {
    browser.command = async () => ({ tableNames: [] });
    expect(await read()).toEqual(none('no answer'));
  });
});

describe('a read that comes to nothing has a reason of its own, and the tab is let go', () => {
  test.each([
    ['Another debugger is already attached to the tab with id: 3.', 'debugger busy'],
    ['No tab with given id 3.', 'tab closed'],
    ['Cannot access a chrome:// URL', 'debugger refused'],
    ['Cannot attach to this target.', 'debugger refused'],
    ['Something new', 'not shown by this browser'],
  ])('attaching fails with "%s": %s', async (message, why) => {
    browser.attach = async () => {
      throw new Error(message);
    };
    expect(await read()).toEqual(none(why));
    // What nobody has seen before is worth a line in the console.
    expect(warn).toHaveBeenCalledTimes(why === 'not shown by this browser' ? 1 : 0);
  });

  test.each([
    ['No document with id d in tab with id 3', 'went elsewhere'],
    ['Frame with ID 0 was removed.', 'went elsewhere'],
    ['No tab with id: 3', 'tab closed'],
    ['Frame with ID 0 is showing error page', 'tab crashed'],
    ['Cannot access contents of the page. Extension manifest must request permission.', 'debugger refused'],
  ])('the document refuses the request with "%s": %s', async (message, why) => {
    browser.execute = async () => {
      throw new Error(message);
    };
    expect(await read()).toEqual(none(why));
  });

  test('a command that the browser drops, since the tab closed', async () => {
    browser.command = async () => {
      throw new Error('Debugger is not attached to the tab with id: 3. Target closed.');
    };
    expect(await read()).toEqual(none('tab closed'));
  });

  test('the tab crashes: its commands are never answered', async () => {
    browser.execute = async () => {
      browser.fire('onEvent', { tabId: TAB + 1 }, 'Inspector.targetCrashed');
      browser.fire('onEvent', { tabId: TAB }, 'Inspector.targetCrashed');
      return forever();
    };
    expect(await read()).toEqual(none('tab crashed'));
  });

  test('the tab crashes: what runs in it fails just before the browser says so', async () => {
    browser.execute = async () => {
      setTimeout(() => browser.fire('onEvent', { tabId: TAB }, 'Inspector.targetCrashed'), 20);
      throw new Error('Frame with ID 0 was removed.');
    };
    expect(await read()).toEqual(none('tab crashed'));
  });

  test.each([
    ['canceled_by_user', true, 'debugger cancelled'],
    ['target_closed', true, 'debugger refused'],
    ['target_closed', false, 'tab closed'],
  ])('the browser detaches, %s, the tab still there %s: %s', async (reason, isOpen, why) => {
    browser.execute = async () => {
      browser.isOpen = isOpen;
      browser.fire('onDetach', { tabId: TAB + 1 }, 'target_closed');
      browser.attached.delete(TAB);
      browser.fire('onDetach', { tabId: TAB }, reason);
      return forever();
    };
    expect(await read()).toEqual(none(why));
  });

  test('nobody waits any more: let go at once, not after the limit', async () => {
    const abort = new AbortController();
    browser.execute = async () => {
      abort.abort();
      return forever();
    };
    expect(await read(abort.signal)).toEqual(none('went elsewhere'));
  });

  test('nobody waits any more while it attaches: let go all the same', async () => {
    const abort = new AbortController();
    browser.attach = async () => abort.abort();
    browser.execute = forever;
    expect(await read(abort.signal)).toEqual(none('went elsewhere'));
  });

  test('nobody waits any more before it has begun: never attached', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await read(abort.signal)).toEqual(none('went elsewhere'));
    expect(browser.calls).not.toContainEqual(['attach', TAB]);
  });

  test('another document is there by now, which had no name to tell it by', async () => {
    browser.ranAt = 'https://other.example';
    expect(await read()).toEqual(none('went elsewhere'));
  });

  test('a site that never answers does not keep the debugger attached', async () => {
    vi.useFakeTimers();
    try {
      browser.execute = forever;
      const reading = read();
      await vi.advanceTimersByTimeAsync(3999);
      expect([...browser.attached]).toEqual([TAB]);
      await vi.advanceTimersByTimeAsync(1);
      expect(await reading).toEqual(none('no answer'));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a debugger left attached by an earlier background', () => {
  test('is detached when the next one starts, before it reads anything', async () => {
    browser.attached.add(TAB).add(77);
    const source = start();
    expect(await source.read(DOCUMENT, waits())).toMatchObject({ kind: 'full chain' });
    const firstAttach = browser.calls.findIndex((call) => (call as string[])[0] === 'attach');
    expect(browser.calls.slice(0, firstAttach)).toEqual([
      ['detach', 8],
      ['detach', TAB],
      ['detach', 77],
    ]);
  });

  test('is taken over where it turns up only when attaching', async () => {
    const source = start();
    await vi.waitFor(() => expect(browser.calls).toContainEqual(['detach', 8]));
    browser.attached.add(TAB);
    expect(await source.read(DOCUMENT, waits())).toMatchObject({ kind: 'full chain' });
  });

  test('cannot be asked after: the read goes on', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { api } = browser;
    const source = chromiumDebugger(
      { ...api, debugger: { ...api.debugger, getTargets: () => Promise.reject(new Error('no')) } },
      now,
    );
    expect(await source.read(DOCUMENT, waits())).toMatchObject({ kind: 'full chain' });
    expect(error).toHaveBeenCalledOnce();
  });
});
