import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameJson, stableJson } from '../../../lib/contract/index.ts';

const json = fc.jsonValue({ maxDepth: 3 });

it('sameJson: two values → the same where their stable texts are', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(sameJson(a, b)).toBe(stableJson(a) === stableJson(b));
      expect(sameJson(a, structuredClone(a))).toBe(true);
    }),
  );
});

it.each([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1, c: 2 }, false],
  [[1, 2], [2, 1], false],
  [[], {}, false],
  [null, {}, false],
])('%j and %j → %s', (a, b, same) => {
  expect(sameJson(a, b)).toBe(same);
});
