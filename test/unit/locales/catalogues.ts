/** Both catalogues of a language as they stand in their files, and what its test has to know of the pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../../src/explain.ts';
import { type Beside, faultsOf } from './faults.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The sentences shared with the command line, and the extension's own labels. */
export const PLACES = ['src/locales', 'src/extension/locales'] as const;
export type Place = (typeof PLACES)[number];

export function pathOf(place: Place, language: string): string {
  return `${ROOT}${place}/${language}/messages.json`;
}

/** Empty where there is no such file. */
export function readCatalogue(place: Place, language: string): Catalogue {
  const path = pathOf(place, language);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** Keys whose words are rightly the same as in English: a list by language, `same/<language>.json`. */
function readSame(language: string): Set<string> {
  const path = `${ROOT}test/unit/locales/same/${language}.json`;
  return new Set(existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : []);
}

function readButtons(): Set<string> {
  const folder = `${ROOT}src/extension/`;
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(html|ts)$/.test(file),
  );
  const texts = sources.map((file) => readFileSync(folder + file, 'utf8'));
  const patterns = [/<button\b[^>]*data-message="(\w+)"/g, /'button',[^;]*?translate\('(\w+)'/g];
  return new Set(texts.flatMap((text) => patterns.flatMap((one) => [...text.matchAll(one)].map(([, key]) => key!))));
}

export function besideOf(place: Place, language: string): Beside {
  return { language, english: readCatalogue(place, 'en'), same: readSame(language), buttons: readButtons() };
}

/** By file: what is wrong with the language as it stands. */
export function faultsIn(language: string): Record<Place, readonly string[]> {
  const of = (place: Place) => faultsOf(readCatalogue(place, language), besideOf(place, language));
  return { 'src/locales': of('src/locales'), 'src/extension/locales': of('src/extension/locales') };
}
