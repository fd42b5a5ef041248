import { defineConfig } from 'vitest/config';

/** One project a kind of test; `npm test` runs them all, `npm run test:unit` the first. */
export default defineConfig({
  test: {
    // Sentences are looked for in English, whatever language the machine speaks.
    env: { LC_ALL: 'C' },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      { test: { name: 'recorded', include: ['test/recorded/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browsers',
          include: ['test/browsers/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          // Two browsers on a busy machine: once more, and `npm test` names what passed only then.
          retry: 1,
          // What is waited for comes within a second on an idle machine, and not always on another.
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
