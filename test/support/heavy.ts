import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Left to `npm run test:all`, so that `npm test` stays within five minutes of processor time: parts that start whole
 * systems (control planes, cloud emulators, the command as a process), and the longest histories of the engine on the
 * simulator. Naming them runs them, too: `npm test -- test/integration/cloud`.
 */
export const HEAVY: readonly string[] = [
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

/** The same for what includes files: folders hold modules that tests share, too. */
export const HEAVY_TESTS: readonly string[] = HEAVY.map((pattern) => pattern.replace(/\/\*\*$/, '/**/*.test.ts'));

/** The import of `ALL` or `runs` from `patience.ts`. */
const ASKS_HOW_OFTEN = /import \{[^}]*\b(?:ALL|runs)\b[^}]*\} from '[^']*\/patience\.ts'/;

/**
 * Finds the test files that do more in `npm run test:all` than in `npm test`, beside {@link HEAVY}: those that ask
 * `ALL` or `runs(n)`. A module that tests share must not ask, so that no test file is missed here.
 *
 * @param root folder of the project.
 * @returns paths relative to it.
 */
export function withMoreRuns(root: string = join(import.meta.dirname, '../..')): readonly string[] {
  return asking(root).filter((file) => file.endsWith('.test.ts'));
}

/** Files of the tests that ask how often they run, modules that tests share among them. */
export function asking(root: string): readonly string[] {
  return globSync('test/**/*.ts', { cwd: root }).filter((file) =>
    ASKS_HOW_OFTEN.test(readFileSync(join(root, file), 'utf8')),
  );
}
