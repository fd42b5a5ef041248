/** The extension's words in English, as a browser would give them. */
import { readFileSync } from 'node:fs';
import { type Catalogue, translateBy } from '../../../../src/explain.ts';
import { languageOf } from '../../../../src/extension/language.ts';

const read = (path: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`../../../../src/${path}/en/messages.json`, import.meta.url), 'utf8'));

export const catalogue: Catalogue = { ...read('locales'), ...read('extension/locales') };

const translate = translateBy(catalogue);

export const english = languageOf({ getMessage: (key, substitutions = []) => translate(key, ...substitutions) });
