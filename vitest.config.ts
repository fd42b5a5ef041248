import { defineConfig } from 'vitest/config';

/** What measures, what changes the machine, and what is torn by others at work: while these run, no other browser does. */
const ALONE = ['rounds', 'managed', 'hosts', 'two-resolvers'].map((name) => `test/browsers/${name}.test.ts`);

const BROWSERS = {
  testTimeout: 240_000,
  hookTimeout: 240_000,
  // Two browsers on a busy machine: once more, and `npm test` names what passed only then.
  retry: 1,
  // What is waited for comes within a second on an idle machine, and not always on another.
  expect: { poll: { timeout: 10_000 } },
};

/** One project a kind of test; `npm test` runs them all, `npm run test:unit` the first. */
export default defineConfig({
  test: {
    // Left to itself, vitest leaves one processor of two idle.
    maxWorkers: '100%',
    // Sentences are looked for in English, whatever language the machine speaks.
    env: { LC_ALL: 'C' },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'recorded', include: ['test/recorded/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Real servers and their own limits of time on a busy machine: as with the browsers.
          retry: 1,
          // Each has servers of its own, at ports of their own.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...BROWSERS,
          name: 'browsers',
          include: ['test/browsers/**/*.test.ts'],
          exclude: ALONE,
          // Most of a test's time is waiting.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...BROWSERS,
          name: 'browsers-alone',
          // In stock Chromium a host of a page stays away from its list now and then, and more than once in a row.
          retry: 3,
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
