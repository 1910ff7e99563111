import { expect, it } from 'vitest';
import { coversName } from '../../../lib/route/index.ts';

it.each([
  ['a.example.com', 'a.example.com', true],
  ['a.example.com', 'b.example.com', false],
  ['*.example.com', 'a.example.com', true],
  ['*.example.com', 'b.a.example.com', false],
  ['*.example.com', 'example.com', false],
  ['*.example.com', '*.example.com', true],
  ['**.example.com', 'b.a.example.com', true],
  ['**.example.com', 'example.com', false],
  ['**.example.com', '*.example.com', false],
  ['*.example.com', 'axexample.com', false],
])('coversName: %s and %s → %s', (host, name, covers) => {
  expect(coversName(host, name)).toBe(covers);
});
