// Mutation testing of pure rooms: `npm run mutation -- lib/ledger`. Small changes are made to the code, one at a time;
// one that no unit test notices survives and is printed. See docs/mutation.md. Not part of `npm test`: it takes minutes.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const rooms = process.argv.slice(2);
const wrong = rooms.find((room) => !/^lib\/[\w./-]+$/.test(room) || !existsSync(room));
if (rooms.length === 0 || wrong !== undefined) {
  process.stderr.write(`usage: npm run mutation -- lib/ledger [lib/plan/diff.ts …]${wrong ? `: no ${wrong}` : ''}\n`);
  process.exit(2);
}

await new Stryker({
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: rooms.map((room) => (room.endsWith('.ts') ? room : `${room}/**/*.ts`)),
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  // It would rewrite tsconfig.json for its copy through the compiler's own API, which TypeScript 7 has no more. What
  // Node runs by stripping types needs no tsconfig.
  tsconfigFile: 'none.json',
  // Outside the project: linters and watchers would find the copy. Links lead to its dependencies.
  tempDirName: join(tmpdir(), 'netscaler-passthrough-mutation'),
  ignorePatterns: ['dist', 'docs', 'infra', 'coverage', 'test/integration', 'test/conformance', 'test/bench'],
  concurrency: 2,
  // Constants of modules: every test runs for each of them, and most are tables that tests repeat word by word.
  ignoreStatic: true,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { logTests: false, allowEmojis: false },
  allowConsoleColors: process.stdout.isTTY === true,
}).runMutationTest();
