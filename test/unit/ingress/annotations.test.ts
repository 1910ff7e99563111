import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { annotationPath, readAnnotations } from '../../../lib/ingress/annotations.ts';
import { parseBoolean } from '../../../lib/ingress/boolean.ts';
import { parseJsonMap } from '../../../lib/ingress/json-map.ts';
import { distance, nearest } from '../../../lib/ingress/nearest.ts';
import { parsePort } from '../../../lib/ingress/port.ts';
import { quoteFixRemedy, unquote, yamlRemedy } from '../../../lib/ingress/quote-fix.ts';
import { readRelaxedJson } from '../../../lib/ingress/relaxed-json.ts';

const remedies = (annotations: Record<string, string>): (string | undefined)[] =>
  readAnnotations(annotations).findings.map(({ remedy }) => remedy);

describe('VAL-14: annotations', () => {
  it.each([
    ['ingress.citrix.com/secure-prot', 'Did you mean ingress.citrix.com/secure-port?'],
    ['ingress.citrix.com/ssl-passtrough', 'Did you mean ingress.citrix.com/ssl-passthrough?'],
    ['ingress.citrix.com/frontendip', 'Did you mean ingress.citrix.com/frontend-ip?'],
    ['ingress.citrix.com/lbvservers', 'Did you mean ingress.citrix.com/lbvserver?'],
    ['ingress.citrix.com/entirely-different', 'Correct the name or remove the annotation.'],
    [`ingress.citrix.com/${'x'.repeat(500)}`, 'Correct the name or remove the annotation.'],
    ['ingress.citrix.com/secure_backend', `Write ingress.citrix.com/secure-backend: "it's"`],
  ])('%s: %s', (key, remedy) => {
    expect(remedies({ [key]: "it's" })).toEqual([remedy]);
  });

  it('keeps the value under the key that its owner wrote', () => {
    const read = readAnnotations({ 'ingress.citrix.com/secure_port': '8443' });
    expect(read.get('secure-port')).toEqual({
      key: 'ingress.citrix.com/secure_port',
      path: 'metadata.annotations["ingress.citrix.com/secure_port"]',
      value: '8443',
    });
  });

  it('says which of two spellings counts, whatever their order', () => {
    const both = [
      ['ingress.citrix.com/secure_port', '1'],
      ['ingress.citrix.com/secure-port', '2'],
    ] as const;
    for (const entries of [both, [...both].reverse()]) {
      const read = readAnnotations(Object.fromEntries(entries));
      expect(read.get('secure-port')?.value).toBe('2');
      expect(read.findings.map(({ message, remedy }) => [message, remedy])).toEqual([
        [
          '"ingress.citrix.com/secure_port" is a deprecated name; "ingress.citrix.com/secure-port" is used instead',
          'Remove the deprecated annotation.',
        ],
      ]);
    }
  });

  it('uses the old spelling where the new one is empty', () => {
    const read = readAnnotations({ 'ingress.citrix.com/secure-port': '', 'ingress.citrix.com/secure_port': '8443' });
    expect(read.get('secure-port')?.value).toBe('8443');
  });

  it('writes a path that survives quotes in a key', () => {
    expect(annotationPath('a"b')).toBe('metadata.annotations["a\\"b"]');
    expect(annotationPath('a'.repeat(317))).toBe(`metadata.annotations["${'a'.repeat(317)}"]`);
    expect(annotationPath('a'.repeat(318))).toBe('metadata.annotations');
  });
});

describe('SEL-1, VAL-12: booleans', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['FALSE', false],
    ['', undefined],
    ['yes', undefined],
    ['true ', undefined],
  ])('%j is %s', (input, value) => {
    expect(parseBoolean(input)).toBe(value);
  });
});

describe('VAL-10: ports', () => {
  it.each([
    ['1', 1],
    ['65535', 65_535],
    ['00443', 443],
    ['0', undefined],
    ['65536', undefined],
    ['', undefined],
    [' 443', undefined],
    ['4_43', undefined],
    ['٤٤٣', undefined],
    ['Infinity', undefined],
  ])('%j is %s', (input, port) => {
    expect(parsePort(input)).toBe(port);
  });
});

describe('VAL-13: JSON by Service', () => {
  it('gives entries in the order of their keys', () => {
    expect(parseJsonMap('{"b":1,"a":2}')).toEqual({
      entries: [
        ['a', 2],
        ['b', 1],
      ],
      duplicates: [],
    });
  });

  it('takes __proto__ for a key like any other', () => {
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

describe('VAL-13: where JSON goes wrong', () => {
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
  ])('keys that stand twice in %s: %j', (input, keys) => {
    const map = parseJsonMap(input);
    expect('duplicates' in map && map.duplicates).toEqual(keys);
  });

  it('what it suggests can be read, and JSON is never corrected', () => {
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

describe('corrections that are certain', () => {
  it.each([
    ['“443”', '443'],
    ["'443'", '443'],
    [' 443\n', '443'],
    ['443', undefined],
    ['«x»', undefined],
  ])('of %j: %s', (input, bare) => {
    const expected = bare === undefined ? {} : { remedy: `Write key: "${bare}"` };
    expect(quoteFixRemedy('key', input, (value) => parsePort(value) !== undefined)).toEqual(expected);
  });

  it.each([
    ['‘a’ “b” «c»', `a' "b" "c`],
    ['  x  y  ', 'x  y'],
    ['"\'"', ''],
    ['', ''],
    ['x'.repeat(500), 'x'.repeat(500)],
    ['x'.repeat(501), undefined],
  ])('bare, %j is %j', (input, expected) => {
    expect(unquote(input)).toBe(expected);
  });

  it.each([
    ['True', 'Write k: "True"'],
    ["it's", `Write k: "it's"`],
    ['{"a":1}', `Write k: '{"a":1}'`],
    [`{"a":"it's"}`, `Write k: '{"a":"it''s"}'`],
    ['a\\b', `Write k: 'a\\b'`],
    ['a\nb', undefined],
    ['a\u202eb', undefined],
    ['x'.repeat(501), undefined],
  ])('of the line for %j: %j', (value, remedy) => {
    expect(yamlRemedy('k', value).remedy).toBe(remedy);
    if (remedy !== undefined) expect(parse(remedy.slice('Write '.length))).toEqual({ k: value });
  });
});

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
