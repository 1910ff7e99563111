import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores: more workers only make sockets and timers compete.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    coverage: { include: ['lib/**/*.ts', 'functions/**/*.ts'], reporter: ['text-summary', 'json-summary', 'lcov'] },
  },
});
