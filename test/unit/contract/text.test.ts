import { expect, it } from 'vitest';
import { compareText, firstOf, hostPort } from '../../../lib/contract/index.ts';

it.each([
  ['192.0.2.10', '192.0.2.10:443'],
  ['2001:db8::1', '[2001:db8::1]:443'],
])('%s with its port is %s', (host, text) => {
  expect(hostPort(host, 443)).toBe(text);
});

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c'], 'a, b and 1 more'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
])('the first two of %j: %j', (items, text) => {
  expect(firstOf(items, 2)).toBe(text);
});

it('compareText: orders by code unit, whatever the locale', () => {
  expect(['b', 'B', 'ä', 'a', 'a'].sort(compareText)).toEqual(['B', 'a', 'a', 'b', 'ä']);
});
