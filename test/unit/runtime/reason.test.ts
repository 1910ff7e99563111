import { expect, it } from 'vitest';
import { shortReason } from '../../../lib/runtime/reason.ts';

it.each([
  ['a sentence', 'HTTP status 500', 'HTTP status 500'],
  ['as much as there is room for', 'x'.repeat(1_000), 'x'.repeat(1_000)],
  ['more', `${'x'.repeat(1_000)}y`, 'x'.repeat(1_000)],
])('a reason: %s', (_, text, told) => {
  expect(shortReason(text)).toBe(told);
});
