import { defineConfig } from 'vitest/config';
import { HEAVY, HEAVY_TESTS, withMoreRuns } from './test/support/heavy.ts';
import { ALL, patient, REST, setPatience } from './test/support/patience.ts';

setPatience();

const named = process.argv.slice(2).some((argument) => argument.startsWith('test/'));

export default defineConfig({
  test: {
    include: REST ? [...HEAVY_TESTS, ...withMoreRuns()] : ['test/**/*.test.ts'],
    exclude: ALL || named ? [] : [...HEAVY],
    // Two cores: more workers only make sockets and timers compete.
    maxWorkers: 2,
    // These end what hangs. No test is judged by how long it takes.
    testTimeout: patient(240_000),
    hookTimeout: patient(240_000),
    expect: { poll: { timeout: patient(30_000), interval: 20 } },
    coverage: { include: ['lib/**/*.ts', 'functions/**/*.ts'], reporter: ['text-summary', 'json-summary', 'lcov'] },
  },
});
