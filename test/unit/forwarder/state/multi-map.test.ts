import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MultiMap } from '../../../../lib/forwarder/state/multi-map.ts';

describe('MultiMap', () => {
  it('is a map of sets', () => {
    const step = fc.record({
      add: fc.boolean(),
      key: fc.constantFrom('k', 'l'),
      value: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = new MultiMap();
        const model = new Set<string>();
        for (const { add, key, value } of steps) {
          map[add ? 'add' : 'delete'](key, value);
          model[add ? 'add' : 'delete'](key + value);
          for (const each of ['k', 'l']) {
            const expected = [...model].filter((entry) => entry.startsWith(each)).map((entry) => entry.slice(1));
            expect([...map.get(each)].sort()).toEqual(expected.sort());
          }
        }
      }),
    );
  });
});
