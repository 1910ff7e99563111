import { describe, expect, it } from 'vitest';
import { distance, nearest } from '../../../lib/ingress/nearest.ts';

describe('the nearest name', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'ab', 1],
    ['abc', 'xabc', 1],
    ['abcd', 'acbd', 1],
    ['prot', 'port', 1],
    ['kitten', 'sitting', 3],
  ])('%j and %j differ by %d', (a, b, expected) => {
    expect(distance(a, b)).toBe(expected);
    expect(distance(b, a)).toBe(expected);
  });

  it.each([
    ['wbe', ['api', 'web'], 'web'],
    ['web', [], undefined],
    ['x', ['web'], undefined],
    ['ab', ['ac', 'ab'], 'ab'],
    ['a'.repeat(101), ['a'.repeat(101)], undefined],
  ])('of %j among %j is %j', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });
});
