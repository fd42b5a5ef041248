/** Sentences from a WebExtension catalogue (`_locales/…/messages.json`), for where there is no `browser.i18n`. */
import type { Translate } from './words.ts';

export type Catalogue = Readonly<Record<string, { readonly message: string; readonly description?: string }>>;

/**
 * As `browser.i18n.getMessage` does it: `$1` to `$9` are filled in once, `$$` is a dollar sign, a key that is not there
 * gives the empty string.
 */
export function translateBy(catalogue: Catalogue): Translate {
  return (key, ...substitutions) => {
    const message = Object.hasOwn(catalogue, key) ? catalogue[key]!.message : '';
    return message.replace(/\$([$1-9])/g, (_, which: string) =>
      which === '$' ? '$' : (substitutions[Number(which) - 1] ?? ''),
    );
  };
}
