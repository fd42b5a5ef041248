/**
 * Runs in front of the background script (see `stop-points.ts`), which is not changed: the functions it calls are put
 * behind gates before it first looks at them.
 */

/** Replaced by the address of the server that opens the gates. */
declare const GATES_URL: string;
/** Replaced by what that server is told when the background has nothing under way. */
declare const AT_REST: string;

type Api = Record<string, unknown>;
type Call = (...given: unknown[]) => unknown;

const scope = globalThis as unknown as Api & typeof globalThis;
const ask = scope.fetch.bind(scope);
const setTimer = scope.setTimeout.bind(scope) as (act: () => void, ms?: number) => number;

let isOpen = false;
/** Calls that were begun and have not been handed back, and short timers. */
let underWay = 0;

function begun(): void {
  underWay++;
}

/** Tells once nothing is under way any more. What a result sets going begins before a timer can fire. */
function ended(): void {
  underWay--;
  if (underWay > 0 || isOpen) return;
  setTimer(() => {
    // Nobody waits for it, and whoever is told may have gone.
    if (underWay === 0) ask(`${GATES_URL}${AT_REST}`, { method: 'POST', cache: 'no-store' }).catch(() => {});
  });
}

async function pass(what: string): Promise<void> {
  if (isOpen) return;
  try {
    const { status } = await ask(GATES_URL + encodeURIComponent(what), { method: 'POST', cache: 'no-store' });
    isOpen ||= status === 205;
  } catch {
    // The test is over, or this background is being ended: nothing goes on from here.
    await new Promise(() => {});
  }
}

/** `before`: the call changes something outside, so that it matters whether it was made. */
async function gated(what: string, before: boolean, call: () => unknown): Promise<unknown> {
  begun();
  try {
    if (before) await pass(`before ${what}`);
    try {
      return await call();
    } finally {
      await pass(`after ${what}`);
    }
  } finally {
    ended();
  }
}

const SYNCHRONOUS = new Set(['getURL', 'getMessage', 'getUILanguage', 'getManifest']);
/** These only tell; and Firefox answers `getSecurityInfo` within the event alone, so it cannot be put off. */
const TELLING = new Set(['get', 'query', 'getFrame', 'getTargets', 'getAllFrames', 'getSecurityInfo']);

/** What the polyfill reads while it is called back. */
let lastError: { readonly message: string } | undefined;

function wrap(api: Api, path: string): Api {
  const found = new Map<string, unknown>();
  return new Proxy({} as Api, {
    has: (_target, key) => key in api,
    get: (_target, key) => {
      if (typeof key === 'symbol') return undefined;
      if (key === 'lastError' && lastError !== undefined) return lastError;
      const value = api[key];
      const name = path === '' ? key : `${path}.${key}`;
      if (typeof value === 'function') {
        const call = value.bind(api) as Call;
        return SYNCHRONOUS.has(key) ? call : withGates(call, name, !TELLING.has(key));
      }
      if (typeof value !== 'object' || value === null || 'addListener' in value) return value;
      if (!found.has(key)) found.set(key, wrap(value as Api, name));
      return found.get(key);
    },
  });
}

/** With a callback at its end, as the polyfill calls Chromium's API, or without. */
function withGates(call: Call, name: string, before: boolean): Call {
  return (...given) => {
    const last = given.at(-1);
    if (typeof last !== 'function') return gated(name, before, () => call(...given));
    const callBack = last as Call;
    gated(name, before, () => call(...given.slice(0, -1))).then(callBack, (error: unknown) => {
      lastError = { message: error instanceof Error ? error.message : String(error) };
      callBack();
      lastError = undefined;
    });
    return undefined;
  };
}

function gateMethod(owner: object, key: string, what: string): void {
  const methods = owner as Record<string, Call>;
  const original = methods[key] as Call;
  methods[key] = function (this: unknown, ...given) {
    return gated(what, false, () => original.apply(this, given));
  };
}

for (const name of ['chrome', 'browser']) {
  const api = scope[name] as Api | undefined;
  if (api?.['runtime'] !== undefined) Object.defineProperty(scope, name, { value: wrap(api, '') });
}
const realFetch = ask as Call;
(scope as Api)['fetch'] = (...given: unknown[]) => gated('fetch', true, () => realFetch(...given));
gateMethod(ReadableStreamDefaultReader.prototype, 'read', 'body');
for (const key of ['importKey', 'verify', 'digest']) gateMethod(SubtleCrypto.prototype, key, `crypto.${key}`);
/** Longer ones wait for what may happen some day: a verdict's end, a server's silence. */
const SHORT_MS = 1000;
const stopTimer = scope.clearTimeout.bind(scope) as (timer: number) => void;
const waiting = new Set<number>();
(scope as Api)['setTimeout'] = (act: () => void, ms = 0) => {
  const timer = setTimer(async () => {
    const isShort = waiting.delete(timer);
    await pass('timer');
    act();
    if (isShort) ended();
  }, ms);
  if (ms <= SHORT_MS) {
    waiting.add(timer);
    begun();
  }
  return timer;
};
(scope as Api)['clearTimeout'] = (timer: number) => {
  stopTimer(timer);
  if (waiting.delete(timer)) ended();
};
