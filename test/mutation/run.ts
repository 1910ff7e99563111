// Mutation testing of pure modules: `npm run mutation -- lib/ledger`. Small changes are made to the code, one at a time;
// one that no unit test notices survives, and must be explained. See docs/mutation.md. Not part of `npm test`: it takes
// minutes.
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { EXPLANATIONS } from './survivors/index.ts';
import { compareSurvivors, entries, mutationOf, type Named } from './survivors.ts';

const modules = process.argv.slice(2).map((module) => module.replace(/\/+$/, ''));
const wrong = modules.find((module) => !/^lib\/[\w./-]+$/.test(module) || !existsSync(module));
if (modules.length === 0 || wrong !== undefined) {
  process.stderr.write(`usage: npm run mutation -- lib/ledger [lib/plan/diff.ts …]${wrong ? `: no ${wrong}` : ''}\n`);
  process.exit(2);
}

const results = await new Stryker({
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: modules.map((module) => (module.endsWith('.ts') ? module : `${module}/**/*.ts`)),
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  // It would rewrite tsconfig.json for its copy through the compiler's own API, which TypeScript 7 has no more. What
  // Node runs by stripping types needs no tsconfig.
  tsconfigFile: 'none.json',
  // Outside the project: linters and watchers would find the copy. Links lead to its dependencies.
  tempDirName: join(tmpdir(), 'netscaler-passthrough-mutation'),
  ignorePatterns: ['dist', 'infra', 'coverage', 'test/integration', 'test/conformance', 'test/bench'],
  concurrency: 2,
  // Constants of modules: every test runs for each of them, and most are tables that tests repeat word by word.
  ignoreStatic: true,
  reporters: ['clear-text', 'progress-append-only'],
  // What survives is said below: most of it is explained.
  clearTextReporter: { logTests: false, reportTests: false, reportMutants: false, allowEmojis: false },
  allowConsoleColors: process.stdout.isTTY === true,
}).runMutationTest();

const survivors = results
  .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  .map(({ fileName, location, replacement }): Named => {
    const mutation = mutationOf(readFileSync(fileName, 'utf8'), location, replacement);
    return { file: relative('.', fileName), mutation };
  });
const { unexplained, stale } = compareSurvivors(modules, survivors, EXPLANATIONS);
process.stdout.write(`\n${survivors.length - unexplained.length} survivors explained\n`);
if (unexplained.length > 0) process.stdout.write(`\n${unexplained.length} unexplained:\n${entries(unexplained)}\n`);
if (stale.length > 0) process.stdout.write(`\n${stale.length} explained, but not there:\n${entries(stale)}\n`);
process.exitCode = unexplained.length + stale.length > 0 ? 1 : 0;
