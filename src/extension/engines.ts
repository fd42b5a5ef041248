/**
 * One engine for ordinary windows, whose answers outlive the background, and one for private windows, which lives in
 * memory and no longer than they do. Neither learns what the other was told.
 */

import type { CachedAnswer, CacheSize } from '../doh/cache.ts';
import { parseResolverUrl } from '../doh/resolver-url.ts';
import { clearCarriers, loadCarriers } from './certificates/carriers.ts';
import { createEngine, type Engine, knowsTheSame, type Surroundings } from './engine.ts';
import { createReplyStore } from './reply-store.ts';
import type { SessionStorage } from './session-writer.ts';
import { checksPrivateWindows, resolversOf, type Settings } from './settings.ts';

export interface Engines {
  of(tab: number): Promise<Engine>;
  /** Where the change touches it, what was said before does not count any more (V100). */
  renew(settings: Promise<Settings>): void;
  /** Of the answers for ordinary windows. */
  size(): Promise<CacheSize>;
  /** Nothing that was said counts any more, in private windows neither. */
  clear(): Promise<void>;
  forgetPrivate(): void;
}

export interface EnginesSurroundings extends Surroundings {
  readonly storage: SessionStorage;
  readonly isPrivate: (tab: number) => Promise<boolean>;
  readonly settings: Promise<Settings>;
}

export function createEngines({ storage, isPrivate, settings: first, ...surroundings }: EnginesSurroundings): Engines {
  const store = createReplyStore(storage);
  /** What an engine of the past is yet told is not to be kept. */
  let keeper: ((answer: CachedAnswer) => void) | undefined;
  const keeping = () => {
    const mine = (answer: CachedAnswer): void => {
      if (keeper === mine) store.keep(answer);
    };
    keeper = mine;
    return mine;
  };
  let settings = first;
  let ordinary = first.then(async (stored) => {
    const parsed = resolversOf(stored).map(parseResolverUrl);
    const answers = store.load(parsed.flatMap((one) => (one.ok ? [one.resolver.text] : [])));
    const [initial, carriers] = await Promise.all([answers, loadCarriers(storage)]);
    return createEngine(stored, surroundings, { initial, kept: keeping(), carriers });
  });
  let ofPrivate: Promise<Engine> | undefined;
  const anew = (stored: Settings): Engine => {
    store.clear();
    return createEngine(stored, surroundings, { kept: keeping(), carriers: clearCarriers(storage) });
  };
  return {
    of: async (tab) => {
      if (!(await isPrivate(tab))) return ordinary;
      ofPrivate ??= settings.then((stored) => createEngine(stored, surroundings, { privately: true }));
      return ofPrivate;
    },
    renew: (changed) => {
      // The store may still be reading for the engine before.
      const past = Promise.all([settings, ordinary]);
      const pastPrivate = ofPrivate;
      settings = changed;
      ordinary = Promise.all([changed, past]).then(([stored, [was, before]]) => {
        if (!knowsTheSame(was, stored)) return anew(stored);
        // What could not be had may be had by what has changed.
        before.forgetFailures();
        return createEngine(stored, surroundings, { before });
      });
      ofPrivate =
        pastPrivate &&
        Promise.all([changed, past, pastPrivate]).then(([stored, [was], before]) => {
          const goesOn = knowsTheSame(was, stored) && checksPrivateWindows(was) === checksPrivateWindows(stored);
          if (goesOn) before.forgetFailures();
          return createEngine(stored, surroundings, { privately: true, ...(goesOn && { before }) });
        });
    },
    size: async () => (await ordinary).size(),
    clear: async () => {
      const past = ordinary;
      ordinary = Promise.all([settings, past]).then(([stored]) => anew(stored));
      ofPrivate = undefined;
      await ordinary;
    },
    forgetPrivate: () => {
      ofPrivate = undefined;
    },
  };
}
