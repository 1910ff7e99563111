import { defineConfig } from 'vitest/config';
import { ALL, patient, setPatience } from './test/support/patience.ts';

setPatience();

/**
 * Left to `npm run test:all`, so that `npm test` stays within five minutes of processor time: parts that start whole
 * systems (control planes, cloud emulators, the command as a process), and the longest histories of the engine on the
 * simulator. Naming them runs them, too: `npm test -- test/integration/cloud`.
 */
const HEAVY = [
  'test/integration/kubernetes/**',
  'test/integration/cloud/**',
  'test/integration/console/page/**',
  'test/integration/console/real-page.test.ts',
  'test/integration/console/screenshots.test.ts',
  'test/integration/runbooks/**',
  'test/integration/docs/commands.test.ts',
  'test/integration/site/**',
  'test/integration/cli/local.test.ts',
  'test/integration/cli/demo.test.ts',
  'test/integration/cli/remove.test.ts',
  'test/integration/cli/sessions.test.ts',
  'test/integration/cli/plan.test.ts',
  'test/integration/cli/init.test.ts',
  'test/integration/cli/check-manifests.test.ts',
  'test/integration/cli/command.test.ts',
  'test/integration/cli/convert.test.ts',
  'test/integration/cli/built-command.test.ts',
  'test/integration/cli/why/**',
  'test/integration/console/command.test.ts',
  'test/integration/cli/every-command.test.ts',
  'test/integration/appliance-command.test.ts',
  'test/conformance/simulator/lifecycle.test.ts',
  'test/conformance/simulator/scale.test.ts',
  'test/unit/structure/regular-expressions.test.ts',
  'test/integration/reconcile/audit-random.test.ts',
  'test/integration/reconcile/audit-scenarios.test.ts',
  'test/integration/reconcile/audit.test.ts',
  'test/integration/reconcile/bounded-replay.test.ts',
  'test/integration/reconcile/convergence.test.ts',
  'test/integration/reconcile/histories.test.ts',
  'test/integration/reconcile/others.test.ts',
  'test/integration/reconcile/roles.test.ts',
  'test/integration/reconcile/take-over.test.ts',
];
const named = process.argv.slice(2).some((argument) => argument.startsWith('test/'));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ALL || named ? [] : HEAVY,
    // Two cores: more workers only make sockets and timers compete.
    maxWorkers: 2,
    // These end what hangs. No test is judged by how long it takes.
    testTimeout: patient(240_000),
    hookTimeout: patient(240_000),
    expect: { poll: { timeout: patient(30_000), interval: 20 } },
    coverage: { include: ['lib/**/*.ts', 'functions/**/*.ts'], reporter: ['text-summary', 'json-summary', 'lcov'] },
  },
});
