/**
 * Writes to `storage.session` (memory of the browser, not on disk, B13, B14, B26), one at a time, the newest value of
 * a key only: the background may write often and must not wait.
 */

/** As much of `storage.session` as is used here. */
export interface SessionStorage {
  get(keys: null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

export interface SessionWriter {
  /** Undefined: the key goes. */
  put(key: string, value: unknown): void;
  /** Resolves when everything put so far is stored. For tests. */
  written(): Promise<void>;
}

export function createSessionWriter(storage: SessionStorage): SessionWriter {
  let unwritten = new Map<string, unknown>();
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (unwritten.size > 0) {
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

  return {
    put: (key, value) => {
      unwritten.set(key, value);
      writing ??= write();
    },
    written: async () => {
      await writing;
    },
  };
}
