/**
 * Writes to `storage.session` (memory of the browser, not on disk, B13, B14, B26), one at a time, the newest value of
 * a key only: the background may write often and must not wait.
 */

/** As much of `storage.session` as is used here. */
export interface SessionStorage {
  get(keys: null | string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

export interface SessionWriter {
  /** Undefined: the key goes. `soon`: it may wait for others, a moment. */
  put(key: string, value: unknown, soon?: boolean): void;
  /** Stores what waits. */
  flush(): void;
  /** Resolves when everything put so far is stored. For tests. */
  written(): Promise<void>;
}

/**
 * A page that loads brings a dozen changes, and each write costs the browser about a millisecond of what it loads the
 * page with. What waits that long is lost if the background ends meanwhile: it must be such that the next one can do
 * without.
 */
export const SOON_MS = 250;

const writers = new WeakMap<SessionStorage, SessionWriter>();

/** One for each storage: what several parts of the extension have to store goes together. */
export function createSessionWriter(storage: SessionStorage): SessionWriter {
  const writer = writers.get(storage) ?? newWriter(storage);
  writers.set(storage, writer);
  return writer;
}

function newWriter(storage: SessionStorage): SessionWriter {
  let unwritten = new Map<string, unknown>();
  let writing: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;

  const write = async (): Promise<void> => {
    while (isDue) {
      isDue = false;
      const batch = unwritten;
      unwritten = new Map();
      const entries = [...batch];
      const items = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
      const gone = entries.filter(([, value]) => value === undefined).map(([key]) => key);
      try {
        if (Object.keys(items).length > 0) await storage.set(items);
        if (gone.length > 0) await storage.remove(gone);
      } catch (error) {
        // Over quota, most likely. Memory still holds it; lost is only what the next background would find.
        console.error('Danelaw: could not be stored', error);
      }
    }
    writing = undefined;
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (unwritten.size === 0) return;
    isDue = true;
    writing ??= write();
  };

  return {
    put: (key, value, soon = false) => {
      unwritten.set(key, value);
      if (!soon) flush();
      else timer ??= setTimeout(flush, SOON_MS);
    },
    flush,
    written: async () => {
      flush();
      await writing;
    },
  };
}
