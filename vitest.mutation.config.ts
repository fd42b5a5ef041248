import { defineConfig } from 'vitest/config';

/** The tests that judge mutants of the core: all that run it in process, without servers, browsers or time limits. */
export default defineConfig({
  test: {
    include: ['test/unit/{dns,dnssec,dane,check}/**/*.test.ts', 'test/recorded/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
