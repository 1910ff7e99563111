import { defineConfig } from 'vitest/config';

/** The tests that mutants of the pure modules must not survive: their unit tests. */
export default defineConfig({
  test: {
    include: ['test/unit/{contract,route,netscaler,ledger,plan,reconcile}/**/*.test.ts'],
    // The audit stands above these modules, and is tested with an appliance.
    exclude: ['**/reconcile/audit/**'],
    setupFiles: ['test/mutation/setup.ts'],
    testTimeout: 20_000,
  },
});
