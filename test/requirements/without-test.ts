/**
 * Why a requirement has no test. A number leaves this list with its first test: a reason beside a test is a fault, as a
 * number with neither is.
 */

const notBuilt = (what: string) => `not built yet: ${what}`;
const choiceHeldBy = (numbers: string) => `a choice between sources, held by the tests of ${numbers}`;
const liveService = 'about a public service, which no test asks';
const withoutPermission = 'about pages without permission for the host, which ours has';
const inBrowsers = 'no test of its own: part of all that test/browsers does in real browsers';
const written = 'no test of its own: written by scripts/build.ts, linted and run in real browsers';

export const WITHOUT_TEST: Readonly<Record<string, string>> = {
  V49: 'names a document that lists others',
  V75: 'about the limits of others; ours is held by the tests of V74 and V92',
  V96: notBuilt('a cache of denials by name; replies are cached by question'),

  H6: 'says what servers do; what we do with TTLs is H5 and V95',
  H15: 'not planned: oblivious DoH',
  H16: 'out of scope: an extension does not know the resolver of the system',
  H29: liveService,
  H30: withoutPermission,
  H31: withoutPermission,

  D33: 'out of scope: browsers do not negotiate raw public keys',
  D47: 'says what no extension can read',

  A25: 'left out: names of a company that is gone, on a form that no source confirms',

  B7: written,
  B9: 'says what Chrome lacks; nothing of ours blocks a request there',
  B15: inBrowsers,
  B16: 'left out: no offscreen document is needed',
  B17: written,
  B27: 'no test but a stage of its own in npm test',
  B28: 'rules of a shop, for people to read',

  T7: 'held by the tests of V7',
  T8: 'needs the live DNS, which no test asks',

  X1: choiceHeldBy('D5 and D6'),
  X3: choiceHeldBy('D16'),
  X4: choiceHeldBy('D21 and D22'),
  X5: choiceHeldBy('D40 and D48'),
  X6: choiceHeldBy('W17'),
  X7: choiceHeldBy('V38'),
};
