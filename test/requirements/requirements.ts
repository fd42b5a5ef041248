/**
 * The requirements this project holds itself to, by number, each with a few words on what it is about. The letters:
 * W wire form, V validation, H DNS over HTTPS, D DANE, A other uses of DANE, B browsers, T material for tests,
 * X choices between sources that disagree.
 *
 * A number has a test whose title starts with it, or stands in `WITHOUT_TEST` with the reason why it has none.
 */
import { APPLICATIONS, PLATFORM } from './applications.ts';
import { DANE } from './dane.ts';
import { VALIDATION } from './validation.ts';
import { DOH, WIRE } from './wire.ts';

const MATERIAL = {
  T1: 'the examples of RFC 4034 and the zone of RFC 4035',
  T2: 'the zone of RFC 5155, white lies and compact denial',
  T3: 'a key and a signature for each algorithm',
  T4: 'the chains of RFC 9102',
  T5: 'the octets of RFC 8484',
  T6: 'serial numbers around their wrap',
  T7: 'the root anchors recomputed from their key',
  T8: 'names of the live DNS that have to fail',
};

const CHOICES = {
  X1: 'which name TLSA hangs from behind an alias',
  X2: 'which name counts with HTTPS records',
  X3: 'TLSA of which none is usable',
  X4: 'names in certificates of usage 3',
  X5: 'a length in front of a chain or none',
  X6: 'letter case of NSEC next names',
  X7: 'signatures with SHA-1',
  X8: 'two hashes of one length',
  X9: 'a stricter profile for payments',
};

export const REQUIREMENTS: Readonly<Record<string, string>> = {
  ...WIRE,
  ...VALIDATION,
  ...DOH,
  ...DANE,
  ...APPLICATIONS,
  ...PLATFORM,
  ...MATERIAL,
  ...CHOICES,
};

/** How many numbers each letter has. */
export const COUNTS: Readonly<Record<string, number>> = { W: 41, V: 100, H: 31, D: 49, A: 31, B: 29, T: 8, X: 9 };
