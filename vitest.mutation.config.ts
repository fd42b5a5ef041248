import { defineConfig } from 'vitest/config';

/** The tests that judge mutants of the core: its unit tests, in process, without servers or browsers. */
export default defineConfig({
  test: {
    include: ['test/unit/{dns,dnssec,dane,check}/**/*.test.ts'],
    testTimeout: 20_000,
    // Every mutant of a certificate's code would meet thousands of changed certificates.
    env: { DANELAW_FUZZ: '0.05' },
  },
});
