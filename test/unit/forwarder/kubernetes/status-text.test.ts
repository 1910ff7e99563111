import { expect, it } from 'vitest';
import { comparableStatus } from '../../../../lib/forwarder/kubernetes/status-text.ts';

const status = (time: string, reason = 'Accepted') => ({
  parents: [{ conditions: [{ type: 'Accepted', reason, lastTransitionTime: time }] }],
});

it('statuses that differ in times alone are equal; others are not', () => {
  expect(comparableStatus(status('2026-01-01T00:00:00Z'))).toBe(comparableStatus(status('2027-01-01T00:00:00Z')));
  expect(comparableStatus(status('x'))).not.toBe(comparableStatus(status('x', 'Pending')));
});

it.each([[undefined], [null]])('%s is no status', (none) => {
  expect(comparableStatus(none)).toBe('{}');
});

it('a status of another form is kept as it is', () => {
  for (const odd of [5, 'x', [1], { a: [null, { b: true }] }]) expect(JSON.parse(comparableStatus(odd))).toEqual(odd);
});
