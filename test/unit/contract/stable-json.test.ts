import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stableJson } from '../../../lib/contract/index.ts';

describe('stableJson', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [2, { d: 3, c: 'x' }] }, '{"a":[2,{"c":"x","d":3}],"b":1}'],
    [{ a: undefined, b: null }, '{"b":null}'],
    [[undefined], '[null]'],
    [{ ä: 1, b: 2, B: 3 }, '{"B":3,"b":2,"ä":1}'],
    [null, 'null'],
  ])('%j → %s', (value, expected) => {
    expect(stableJson(value)).toBe(expected);
  });

  it('keys in another order → the same text, of the same content', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(stableJson(turned)).toBe(stableJson(value));
        expect(JSON.parse(stableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
