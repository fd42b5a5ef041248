/**
 * `npm run locales`: what each language lacks, and what is wrong in it. `npm run locales -- de` tells of one, listed
 * already or not; `--missing` prints what it lacks as JSON in English, ready to be put into words.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { besideOf, faultsIn, PLACES, readCatalogue } from '../test/unit/locales/catalogues.ts';
import { keysIn } from '../test/unit/locales/faults.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { missing: { type: 'boolean' } } });
const present = new Set(PLACES.flatMap((place) => readdirSync(new URL(`../${place}/`, import.meta.url)))).values();
const all = [...present].filter((name) => /^[a-z]{2,3}$/.test(name) && name !== 'en');

for (const language of positionals.length > 0 ? positionals : all.toSorted()) {
  for (const place of PLACES) {
    if (values.missing) {
      console.log(`${place}/${language}/messages.json`);
      console.log(JSON.stringify(missingIn(place, language), null, 2));
      continue;
    }
    const faults = faultsIn(language)[place];
    console.log(`${place}/${language}/messages.json: ${faults.length === 0 ? 'complete' : `${faults.length} faults`}`);
    for (const fault of faults) console.log(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

function missingIn(place: (typeof PLACES)[number], language: string): object {
  const { english } = besideOf(place, language);
  const there = readCatalogue(place, language);
  const missing = [...keysIn(language, english)].filter(([key]) => !Object.hasOwn(there, key));
  return Object.fromEntries(
    missing.map(([key, [message]]) => [key, { message, description: english[key]?.description }]),
  );
}
