import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonMap } from '../../../lib/ingress/json-map.ts';
import { readRelaxedJson } from '../../../lib/ingress/relaxed-json.ts';

describe('VAL-13: JSON by Service', () => {
  it('sorts entries by key', () => {
    expect(parseJsonMap('{"b":1,"a":2}')).toEqual({
      entries: [
        ['a', 2],
        ['b', 1],
      ],
      duplicates: [],
    });
  });

  it('treats __proto__ as any other key', () => {
    expect(parseJsonMap('{"__proto__":{"x":1}}')).toEqual({ entries: [['__proto__', { x: 1 }]], duplicates: [] });
  });

  it.each([
    ['‘{“l2conn”:”on”}’', '{"l2conn":"on"}'],
    [`'{"a":1}'`, '{"a":1}'],
    ['{“a”:1', '{"a":1}'],
    ['[1]', undefined],
    ['"{\\"a\\":1}"', '{"a":1}'],
    ['"[1]"', undefined],
    ["{'a': True, 'b': ['x', None]}", `{"a":true,"b":["x","None"]}`],
    ["{'a': True, 'b': ['x', null]}", '{"a":true,"b":["x",null]}'],
    ['{a: {b: c-d, e: 1.5}}', '{"a":{"b":"c-d","e":1.5}}'],
    ['{"a":{"b":1,}}', '{"a":{"b":1}}'],
    ['{"a":{"b":[1', '{"a":{"b":[1]}}'],
    ['{"a":1}}', undefined],
    ['{"a":"x}', undefined],
    ['{"a" 1}', undefined],
    ['{"a":1 "b":2}', undefined],
    ['{a: two words}', undefined],
    ['{"a":}', undefined],
    [`{'a':'"'}`, undefined],
    ['{"a":{"b":{'.repeat(40), undefined],
  ])('suggests for %s: %s', (input, suggestion) => {
    const map = parseJsonMap(input);
    expect('reason' in map && map.suggestion).toBe(suggestion);
  });
});

describe('VAL-13: errors in JSON', () => {
  it.each([
    ['{"a":{"b":1}', 'at the end: expected a }'],
    ['{"a":{"b":1,}}', 'at character 12: unexpected comma'],
    ["{'a':1}", `at character 2: expected ", got '`],
    ['{a:1}', 'at character 2: expected "a", got a'],
    ['{"a": True}', 'at character 7: expected true, got True'],
    ['{"a":1}}', 'at character 8: unexpected text after the end'],
    ['{"a" 1}', 'at character 6: expected a : after a'],
    ['{"a":1 "b":2}', 'at character 8: expected a comma or }'],
    ['{"a":"x', 'at character 6: expected a closing "'],
    ['{"a":', 'at the end: expected a value'],
  ])('%s: %s', (input, where) => {
    const map = parseJsonMap(input);
    expect('reason' in map && map.reason).toBe(`it is not a JSON object: ${where}`);
  });

  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":{"b":1,"b":2},"c":{"b":3}}', ['a.b']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"a":{"x":1},"b":{"x":1}}', []],
  ])('duplicate keys in %s: %j', (input, keys) => {
    const map = parseJsonMap(input);
    expect('duplicates' in map && map.duplicates).toEqual(keys);
  });

  it('a suggestion is valid, and valid JSON is not corrected', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`{}[]:,"'\\ ab1`) }), (input) => {
        const map = parseJsonMap(`{${input}`);
        if ('suggestion' in map) expect(parseJsonMap(map.suggestion as string)).toHaveProperty('entries');
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const relaxed = readRelaxedJson(JSON.stringify(value));
        expect(relaxed).toEqual({ value: JSON.parse(JSON.stringify(value)), duplicates: [] });
      }),
    );
  });
});
