import { defineConfig } from 'vitest/config';

/** The tests that mutants of the pure rooms must not survive: their unit tests. */
export default defineConfig({
  test: {
    include: ['test/unit/{contract,route,netscaler,ledger,plan,reconcile,audit}/**/*.test.ts'],
    setupFiles: ['test/mutation/setup.ts'],
    testTimeout: 20_000,
  },
});
