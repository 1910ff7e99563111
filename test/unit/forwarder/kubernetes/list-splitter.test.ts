import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListSplitter } from '../../../../lib/forwarder/kubernetes/list-splitter.ts';

/** Splits text that arrives in chunks of these sizes, the last one repeated. */
function split(text: string, sizes: readonly number[]): { items: unknown[]; envelope: unknown } {
  const bytes = Buffer.from(text, 'utf8');
  const items: unknown[] = [];
  const splitter = new ListSplitter((json) => items.push(JSON.parse(json.toString('utf8'))));
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[Math.min(turn, sizes.length - 1)] as number;
    splitter.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { items, envelope: splitter.end() };
}

describe('ListSplitter', () => {
  it('gives the items of any list, cut anywhere, and the rest as the envelope', () => {
    const item = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.constantFrom(undefined, 2),
        (items, sizes, metadataLast, indent) => {
          const metadata = { resourceVersion: '7', annotations: { items: '[{' }, list: [{ items: [1] }] };
          const list = metadataLast ? { items, metadata } : { metadata, items };
          const result = split(JSON.stringify(list, null, indent), sizes);
          expect(result.items).toEqual(JSON.parse(JSON.stringify(items)));
          expect(result.envelope).toEqual({ metadata, items: [] });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives items that are deeper than a pattern follows, and longer than what is looked at together', () => {
    const deep = JSON.parse(`${'[{"a":'.repeat(20)}"]}"${'}]'.repeat(20)}`) as unknown;
    const items = [{ deep }, { text: '"]}\\,{['.repeat(40_000), deep }, { deep }];
    const text = JSON.stringify({ items, metadata: {} });
    for (const size of [text.length, 50_000, 64 * 1024 + 1]) expect(split(text, [size]).items).toEqual(items);
  });

  it('takes only the list of items apart, not another list beside it', () => {
    const { items, envelope } = split('{"other":[{"a":1}],"items":[{"b":2}],"more":[[3]]}', [5]);
    expect(items).toEqual([{ b: 2 }]);
    expect(envelope).toEqual({ other: [{ a: 1 }], items: [], more: [[3]] });
  });

  it.each([
    ['no items', '{"metadata":{},"items":[]}', []],
    ['items that are null, as Go writes an empty list', '{"metadata":{},"items":null}', []],
  ])('reads a list with %s', (_what, text, items) => {
    expect(split(text, [3]).items).toEqual(items);
  });

  it.each([
    ['broke off within an item', '{"metadata":{},"items":[{"a":1},{"b"'],
    ['broke off between items', '{"metadata":{},"items":[{"a":1},'],
    ['broke off before its end', '{"metadata":{},"items":[{"a":1}]'],
    ['is a page of HTML', '<html>busy</html>'],
    ['is empty', ' '],
  ])('refuses an answer that %s', (_what, text) => {
    expect(() => split(text, [4])).toThrow(SyntaxError);
  });
});
