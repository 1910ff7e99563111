import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { acceptanceOf } from '../../../lib/contract/acceptance.ts';
import { EVENTS, type ReceivedEvent } from '../../../lib/contract/index.ts';
import { eventLists } from '../../support/event-lists.ts';

const acceptsData = ({ detailType, data }: ReceivedEvent): boolean =>
  acceptanceOf(EVENTS[detailType].schema)(JSON.parse(JSON.stringify(data)));

/** Every place in a value: the object or list, and the key. */
function* places(value: unknown): Generator<[holder: Record<string, unknown>, key: string]> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    yield [value as Record<string, unknown>, key];
    yield* places((value as Record<string, unknown>)[key]);
  }
}

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom('A_B', -1, 1.5, 1e16, 70_000, 'x'.repeat(300), [], {}, null),
);

/** Changes one place of a value: another value there, none, or one more field. */
const damaged = (value: unknown): fc.Arbitrary<unknown> => {
  const count = [...places(value)].length;
  return fc.record({ at: fc.nat({ max: Math.max(0, count - 1) }), how: fc.nat({ max: 3 }), junk }).map((harm) => {
    const copy = structuredClone(value);
    const [holder, key] = [...places(copy)][harm.at] ?? [{}, ''];
    if (harm.how === 0) delete holder[key];
    else if (harm.how === 1) holder[key] = harm.junk;
    else if (Array.isArray(holder)) holder.push(harm.junk);
    else if (harm.how === 2) Object.defineProperty(holder, 'more', { value: harm.junk, enumerable: true });
    else Object.defineProperty(holder, '__proto__', { value: harm.junk, enumerable: true });
    return copy;
  });
};

describe('acceptanceOf', () => {
  it('events as they are published → accepted', () => {
    fc.assert(
      fc.property(eventLists, (events) => {
        expect(events.filter((event) => !acceptsData(event))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('data that is damaged in one place → whatever is accepted, the schema admits as it is', () => {
    const one = eventLists.filter((events) => events.length > 0).map((events) => events[0] as ReceivedEvent);
    fc.assert(
      fc.property(
        one.chain(({ detailType, data }) => damaged(data).map((value) => ({ detailType, value }))),
        ({ detailType, value }) => {
          const { schema } = EVENTS[detailType];
          if (!acceptanceOf(schema)(value)) return;
          expect(schema.safeParse(value)).toEqual({ success: true, data: value });
        },
      ),
      { numRuns: 300 },
    );
  });

  const open = z.object({ a: z.optional(z.int()), b: z.record(z.string(), z.literal('x')) });
  it.each([
    ['all fields', { a: 1, b: { c: 'x' } }, true, true],
    ['an optional field is absent', { b: {} }, true, true],
    ['a field that the schema would leave out', { b: {}, c: 1 }, false, true],
    ['a required field is absent', { a: 1 }, false, false],
    ['a list in the place of an object', [], false, false],
    ['a fraction', { a: 1.5, b: {} }, false, false],
    ['another literal', { b: { c: 'y' } }, false, false],
    ['a key that no schema copies', { b: JSON.parse('{"__proto__":"x"}') }, false, false],
  ])('an object that is not strict: %s → accepted or not', (_what, value, refused, ignored) => {
    expect(acceptanceOf(open)(value)).toBe(refused);
    expect(acceptanceOf(open, 'ignored')(value)).toBe(ignored);
  });

  it.each<[string, z.ZodMiniType, unknown]>([
    ['a transformation', z.pipe(z.string(), z.transform(Number)), '1'],
    ['a default', z._default(z.string(), 'x'), 'y'],
    ['a value that is made to fit', z.coerce.string(), 'x'],
    ['a format of its own', z.email(), 'a@b.example'],
    ['a pattern with a memory', z.string().check(z.regex(/a/g)), 'a'],
    ['a check by code', z.string().check(z.refine(() => true)), 'a'],
  ])('%s → nothing is accepted: the schema is asked', (_what, schema, value) => {
    expect(acceptanceOf(schema)(value)).toBe(false);
  });
});
