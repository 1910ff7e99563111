import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { readJson } from '../../../../lib/forwarder/source/json-text.ts';
import { readManifests } from '../../../../lib/forwarder/source/manifests.ts';

type Path = (string | number)[];

/** Every path of a value. */
function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const steps: Path = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [at, ...steps.flatMap((step) => paths((value as Record<string | number, unknown>)[step], [...at, step]))];
}

const key = fc.constantFrom('items', 'kind', 'a', 'b"{', 'c\\', '');
const { value: tree } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(1, -2.5e3, true, null, 'x', 'y,{}[]:"\\ \n', ''),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 3 }),
}));

describe('the lines of JSON', () => {
  it('are those that YAML finds, for every field', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 1, 4), (items, indent) => {
        const text = `\n ${JSON.stringify({ kind: 'List', items }, null, indent)}\n`;
        const json = readJson(text);
        const lines = new LineCounter();
        const document = parseDocument(text, { lineCounter: lines });
        for (const path of paths(JSON.parse(text))) {
          const node = path.length === 0 ? document.contents : document.getIn(path, true);
          const expected = isNode(node) ? lines.linePos(node.range![0]).line : undefined;
          expect([path, json?.lineOf(path)]).toEqual([path, expected]);
        }
      }),
    );
  });

  it('of what is not written are those of what is around it', () => {
    const json = readJson('{\n"items": [\n{"a": {\n"b": 1}},\n2]}');
    expect(
      [['items', 0, 'a', 'b', 'c'], ['items', 0, 'a', 'x'], ['items', 7], ['nothing']].map((path) =>
        json?.lineOf(path),
      ),
    ).toEqual([4, 3, 2, 1]);
  });

  it('objects of lists within lists have places of their own', () => {
    const json = readJson('{"items":[{"items":[{"x":[{}]}]},{"y":{"items":[{}]}}]}');
    expect(json?.objects).toEqual([[], ['items', 0], ['items', 0, 'items', 0], ['items', 1]]);
  });

  it.each(['', 'a: 1', '{a: 1}', '{"a":1}{"b":2}', '"x"', '7', '{"a":', '- {}'])('%j is left to YAML', (text) => {
    expect(readJson(text)).toBeUndefined();
  });

  it.each([
    ['{"a":1,\n"a":2}', { key: 'a', line: 2 }],
    ['{"a":1,"b":{"x":1,\n\n"x":1}}', { key: 'x', line: 3 }],
    ['[{"a":1,"\\u0061":2}]', { key: 'a', line: 1 }],
    ['{"a":{"a":1},"b":[{"a":1},{"a":1}]}', undefined],
  ])('a key that stands twice in %j', (text, twice) => {
    expect(readJson(text)?.twice).toEqual(twice);
  });
});

describe('manifests in JSON', () => {
  const ingress = (name: string, more: object = {}) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, ...more },
    spec: { rules: [{ host: 7 }] },
  });

  it.each([
    ['an object', ingress('a')],
    ['a list', { apiVersion: 'v1', kind: 'List', items: [ingress('a'), ingress('a'), ingress('B'), 'x', null] }],
    [
      'lists within lists',
      { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'List', items: [ingress('a')] }] },
    ],
    ['nothing of ours', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }],
    ['no object', [1]],
  ])('say the same as in YAML: %s', (_, value) => {
    const text = JSON.stringify(value, null, 2);
    // A comment makes it YAML, on the same lines.
    expect(readManifests(text, 'a')).toEqual(readManifests(`${text} # YAML`, 'a'));
  });

  it('with a key twice are refused, as the API server does', () => {
    const result = readManifests('{"apiVersion":"v1",\n"apiVersion":"v1","kind":"Node","metadata":{"name":"n"}}', 'a');
    expect(result).toMatchObject({ objects: [], unreadable: true });
    expect(result.problems).toEqual([
      { file: 'a', line: 2, message: 'is not valid JSON: the key "apiVersion" is repeated in one mapping' },
    ]);
  });
});
