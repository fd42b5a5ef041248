/** The exceptions, in memory and in `storage.session`: they end with the browser at the latest. */
import { createSessionWriter, type SessionStorage } from '../session-writer.ts';
import { type Bound, type Exception, isException, live, MAX_EXCEPTIONS, withException } from './exceptions.ts';

export const EXCEPTIONS_KEY = 'exceptions';

export interface ExceptionStore {
  readonly ready: Promise<void>;
  /** Those that are not over. */
  all(): readonly Exception[];
  add(bound: Bound, id: string): void;
  remove(id: string): void;
  /** The last private window is closed. */
  forgetPrivate(): void;
}

export function createExceptionStore(storage: SessionStorage, now: () => number): ExceptionStore {
  const writer = createSessionWriter(storage);
  let exceptions: readonly Exception[] = [];
  const change = (changed: readonly Exception[]): void => {
    if (changed.length === exceptions.length && changed.every((one, i) => one === exceptions[i])) return;
    exceptions = changed;
    writer.put(EXCEPTIONS_KEY, changed);
  };
  const load = async (): Promise<void> => {
    try {
      exceptions = readExceptions((await storage.get(null))[EXCEPTIONS_KEY]);
    } catch (error) {
      console.error('Danelaw: exceptions could not be read', error);
    }
  };
  return {
    ready: load(),
    all: () => {
      change(live(exceptions, now()));
      return exceptions;
    },
    add: (bound, id) => change(withException(exceptions, bound, { id, now: now() })),
    remove: (id) => change(exceptions.filter((one) => one.id !== id)),
    forgetPrivate: () => change(exceptions.filter((one) => !one.private)),
  };
}

/** What is stored, as far as it can be used. */
export function readExceptions(stored: unknown): readonly Exception[] {
  return Array.isArray(stored) ? stored.slice(0, MAX_EXCEPTIONS).filter(isException) : [];
}
