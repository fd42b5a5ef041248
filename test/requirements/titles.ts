/** Which requirements the titles of tests name. */
import { withoutComments } from '../unit/architecture/walls.ts';

/** `W1`, or `V25 V50` where one test holds several, in front of words. */
const NUMBERS = /^[WVHDABTX]\d{1,3}(?: [WVHDABTX]\d{1,3})*(?=[ :,])/;

/**
 * The numbers that titles in a test file start with: the strings that open a call, and, where a table's first column
 * is the title (`'%s'`), those that open a row.
 */
export function numbersInTitles(source: string): string[] {
  const code = withoutComments(source);
  const titled = /\(\s*['"`]%s/.test(code);
  const strings = [...code.matchAll(/([([])\s*(['"`])((?:(?!\2)[^\\\n])*)/g)];
  return strings
    .filter(([, opening]) => opening === '(' || titled)
    .flatMap(([, , , text]) => NUMBERS.exec(text!)?.[0].split(' ') ?? []);
}
