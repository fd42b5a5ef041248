import { defineConfig } from 'vitest/config';

/** The tests that judge mutants of the core: its unit tests, in process, without servers or browsers. */
export default defineConfig({
  test: {
    include: ['test/unit/{dns,dnssec,dane,check}/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
