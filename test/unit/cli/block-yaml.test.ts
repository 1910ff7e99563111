import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blockYaml, type JsonValue } from '../../../lib/cli/block-yaml.ts';

describe('block YAML', () => {
  it('lists, maps and what is empty', () => {
    expect(blockYaml([{ a: 'x', b: [], c: [{ d: 1, e: {} }, null], f: { g: true } }, 'y', [['z'], 2]])).toBe(
      '- a: x\n  b: []\n  c:\n    - d: 1\n      e: {}\n    - null\n  f:\n    g: true\n- "y"\n- - - z\n  - 2\n',
    );
    expect(blockYaml([])).toBe('[]\n');
  });

  it.each([
    ['a.example.com', 'a.example.com'],
    ['192.0.2.10:443', '192.0.2.10:443'],
    ['shop/web', 'shop/web'],
    ['web:443', 'web:443'],
    ['*.example.com', '"*.example.com"'],
    ['[2001:db8::1]:443', '"[2001:db8::1]:443"'],
    ['2026-05-01T08:00:00Z', '"2026-05-01T08:00:00Z"'],
    ['12:30:45', '"12:30:45"'],
    ['no', '"no"'],
    ['NULL', '"NULL"'],
    ['1e3', '"1e3"'],
    ['e0', '"e0"'],
    ['E-12', '"E-12"'],
    ['a: b', '"a: b"'],
    ['a:', '"a:"'],
    ['', '""'],
    ['\u001b[31m', '"\\u001b[31m"'],
  ])('%j is written as %s', (value, written) => {
    expect(blockYaml([value])).toBe(`- ${written}\n`);
  });

  it.each(['1.1', '1.2'] as const)('YAML %s reads every short text as what it was', (version) => {
    const letters = [...'eEnNyYoOxX0_.-+:/~'];
    let words = [''];
    for (let length = 0; length < 4; length++) words = words.flatMap((word) => letters.map((letter) => word + letter));
    const texts = [...new Set(words.flatMap((word) => [word, word.slice(0, 3), word.slice(0, 2), word.slice(0, 1)]))];
    const read = parse(blockYaml(texts), { version }) as unknown[];
    expect(texts.filter((text, index) => read[index] !== text)).toEqual([]);
  });

  it.each(['1.1', '1.2'] as const)('YAML %s reads what was written', (version) => {
    // `__proto__` is no key of data that JSON.parse has made into an own property and yaml has not.
    const key = fc.string().filter((name) => name !== '__proto__');
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          'yes',
          '~',
          '0x1f',
          '.inf',
          '1_000',
          '<<',
          '=',
          '- a',
          '# b',
          'a #b',
          '190:20:30',
          '2026-01-01',
        ),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ) as fc.Arbitrary<JsonValue>,
    }));
    fc.assert(
      fc.property(value, (data) => {
        expect(parse(blockYaml(data), { version, uniqueKeys: false })).toEqual(data);
      }),
      { numRuns: 300 },
    );
  });
});
