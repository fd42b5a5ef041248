/**
 * The languages there are, each with its catalogue. One is listed once both of its files are complete
 * (`src/locales/<tag>/messages.json` and `src/extension/locales/<tag>/messages.json`); `test/unit/locales` looks at
 * all that are listed here.
 */

type Catalogue = Readonly<Record<string, { readonly message: string; readonly description?: string }>>;

/** Loaded where it is spoken: nobody needs six of them. */
export const CATALOGUES: Readonly<Record<string, () => Promise<Catalogue>>> = {
  // čeština
  cs: async () => (await import('./cs/messages.json', { with: { type: 'json' } })).default,
  // Deutsch
  de: async () => (await import('./de/messages.json', { with: { type: 'json' } })).default,
  // English
  en: async () => (await import('./en/messages.json', { with: { type: 'json' } })).default,
  // français
  fr: async () => (await import('./fr/messages.json', { with: { type: 'json' } })).default,
  // Nederlands
  nl: async () => (await import('./nl/messages.json', { with: { type: 'json' } })).default,
  // svenska
  sv: async () => (await import('./sv/messages.json', { with: { type: 'json' } })).default,
};

export const LANGUAGES: readonly string[] = Object.keys(CATALOGUES);
