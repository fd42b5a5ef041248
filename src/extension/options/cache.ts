/** The part of the options about the resolver's answers: how much is kept, and a button that throws it away. */
import type { Storage } from 'webextension-polyfill';
import type { CacheSize } from '../../doh/cache.ts';
import { byId } from '../dom.ts';
import type { Language } from '../language.ts';
import { ANSWER_PREFIX } from '../reply-store.ts';

export interface CacheSurroundings {
  readonly language: Pick<Language, 'translate' | 'plural' | 'number' | 'octets' | 'date'>;
  readonly storage: Pick<Storage.Static, 'onChanged'>;
  readonly size: () => Promise<CacheSize>;
  readonly clear: () => Promise<unknown>;
}

/** A page that loads brings many answers: they are counted once they have come. */
const SETTLED_MS = 300;
/** Answers run out by themselves, of which nobody tells. */
const AGAIN_MS = 10_000;

export function cacheSection({ language, storage, size, clear }: CacheSurroundings): void {
  const place = byId('cache-size', HTMLElement);
  const button = byId('cache-clear', HTMLButtonElement);
  const said = byId('cache-said', HTMLElement);
  let soon: ReturnType<typeof setTimeout> | undefined;
  const look = async (): Promise<void> => {
    const found = await size();
    place.textContent = sizeInWords(found, language);
    // Answers that came since make the sentence about the clearing one of the past.
    if (found.answers > 0) said.textContent = '';
  };
  button.addEventListener('click', async () => {
    await clear();
    await look();
    said.textContent = language.translate('optionsCacheCleared');
  });
  storage.onChanged.addListener((changes, area) => {
    if (area !== 'session' || !Object.keys(changes).some((key) => key.startsWith(ANSWER_PREFIX))) return;
    clearTimeout(soon);
    soon = setTimeout(look, SETTLED_MS);
  });
  setInterval(() => {
    if (!document.hidden) look();
  }, AGAIN_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) look();
  });
  look();
}

function sizeInWords(
  { answers, octets, oldest, newest }: CacheSize,
  { translate, plural, number, octets: room, date }: CacheSurroundings['language'],
): string {
  if (answers === 0) return translate('optionsCacheEmpty');
  const count = plural('optionsCacheSize', answers, number(answers), room(octets));
  if (oldest === undefined || newest === undefined || oldest === newest) return count;
  return `${count} ${translate('optionsCacheTimes', date(oldest), date(newest))}`;
}
