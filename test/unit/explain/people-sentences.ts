/** The sentences about people in the catalogue, and which of them were asked for. */
import { readFileSync } from 'node:fs';
import { type Catalogue, translateBy } from '../../../src/explain.ts';

/** Keys whose tests stand in `test/unit/explain/people.test.ts`. */
export const ABOUT_PEOPLE =
  /^(address|host_fault|key_fault|openpgp|people|record|smimea|message_signer|payment|client|data|found|proof)_/;

const catalogue: Catalogue = JSON.parse(
  readFileSync(new URL('../../../src/locales/en/messages.json', import.meta.url), 'utf8'),
);

export function createTranslator() {
  const asked = new Set<string>();
  const plain = translateBy(catalogue);
  return {
    translate: (key: string, ...substitutions: string[]) => {
      asked.add(key);
      return plain(key, ...substitutions);
    },
    unknown: () => [...asked].filter((key) => !Object.hasOwn(catalogue, key)),
    unused: () => Object.keys(catalogue).filter((key) => ABOUT_PEOPLE.test(key) && !asked.has(key)),
  };
}
