import { expect, it } from 'vitest';
import { resultLine } from '../../../.ci/results.ts';

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const failed = { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'failed' }] };

it.each([
  ['all passed', 3, 0, [passed], '3 passed, 0 failed'],
  ['some failed', 3, 2, [passed, failed], '3 passed, 2 failed'],
  ['a file that cannot be loaded', 3, 0, [passed, { status: 'failed', assertionResults: [] }], '3 passed, 1 failed'],
  [
    'a hook that fails',
    3,
    0,
    [passed, { status: 'failed', assertionResults: [{ status: 'skipped' }] }],
    '3 passed, 1 failed',
  ],
  ['none', 0, 0, [], '0 passed, 0 failed'],
])('%s', (_what, numPassedTests, numFailedTests, testResults, line) => {
  expect(resultLine(JSON.stringify({ numPassedTests, numFailedTests, testResults }))).toBe(line);
});
