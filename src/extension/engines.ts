/**
 * One engine for ordinary windows, whose answers outlive the background, and one for private windows, which lives in
 * memory and no longer than they do. Neither learns what the other was told.
 */
import { parseResolverUrl } from '../doh/resolver-url.ts';
import { createEngine, type Engine, type Surroundings } from './engine.ts';
import { createReplyStore } from './reply-store.ts';
import type { SessionStorage } from './session-writer.ts';
import { resolversOf, type Settings } from './settings.ts';

export interface Engines {
  of(tab: number): Promise<Engine>;
  /** What was said to the settings before does not count any more (V100). */
  renew(settings: Promise<Settings>): void;
  forgetPrivate(): void;
}

export interface EnginesSurroundings extends Surroundings {
  readonly storage: SessionStorage;
  readonly isPrivate: (tab: number) => Promise<boolean>;
  readonly settings: Promise<Settings>;
}

export function createEngines({ storage, isPrivate, settings: first, ...surroundings }: EnginesSurroundings): Engines {
  const store = createReplyStore(storage);
  let settings = first;
  let ordinary = first.then(async (stored) => {
    const parsed = resolversOf(stored).map(parseResolverUrl);
    const initial = await store.load(parsed.flatMap((one) => (one.ok ? [one.resolver.text] : [])));
    return createEngine(stored, surroundings, { initial, kept: store.keep });
  });
  let ofPrivate: Promise<Engine> | undefined;
  return {
    of: async (tab) => {
      if (!(await isPrivate(tab))) return ordinary;
      ofPrivate ??= settings.then((stored) => createEngine(stored, surroundings, { privately: true }));
      return ofPrivate;
    },
    renew: (changed) => {
      const before = ordinary;
      settings = changed;
      ofPrivate = undefined;
      ordinary = changed.then(async (stored) => {
        // The store may still be reading for the engine before; an answer on its way to that one is not to be kept.
        await before;
        store.clear();
        return createEngine(stored, surroundings, { kept: store.keep });
      });
    },
    forgetPrivate: () => {
      ofPrivate = undefined;
    },
  };
}
