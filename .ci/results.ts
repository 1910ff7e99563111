// Prints `N passed, N failed` from vitest's JSON report, alone on a line: how a run is counted by those who only read
// its output. A test file that failed apart from its tests (it cannot be loaded, a hook fails) counts as one failed test.
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** @returns the line, without its end. */
export function resultLine(json: string): string {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(json) as Report;
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  return `${numPassedTests} passed, ${numFailedTests + broken.length} failed`;
}

if (import.meta.main) process.stdout.write(`${resultLine(readFileSync(process.argv[2] ?? '', 'utf8'))}\n`);
