import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencesOf } from '../../../../lib/simulator/store/links.ts';
import { Store } from '../../../../lib/simulator/store/store.ts';

const store = (): Store => new Store(referencesOf);
const rule = (map: string): string => `CLIENT.SSL.CLIENT_HELLO.SNI.IS_STRINGMAP_KEY("${map}")`;

/** Returns everything that a store answers. */
function dump(one: Store): unknown {
  return {
    objects: ['lbvserver', 'sslaction', 'sslpolicy'].map((kind) => [...one.objects(kind)]),
    bindings: [...one.allBindings('policystringmap_pattern_binding')],
    referrers: ['a', 'b', 'c'].map((name) => [
      [...one.referrers('lbvserver', name)].map(({ row }) => row.name),
      [...one.referrers('sslaction', name)].map(({ row }) => row.name),
      [...one.referrers('policystringmap', name)].map(({ row }) => row.name),
    ]),
    found: ['a', 'b', 'c'].map((name) => [...one.lookup('sslaction', 'forward', name)].map((row) => row.name)),
  };
}

const names = fc.constantFrom('a', 'b', 'c');
type Step = (one: Store) => void;
const steps: fc.Arbitrary<Step> = fc.oneof(
  names.map(
    (name): Step =>
      (one) =>
        one.put('lbvserver', name, { name }),
  ),
  fc.tuple(names, names).map(
    ([name, forward]): Step =>
      (one) =>
        one.put('sslaction', name, { name, forward }),
  ),
  fc.tuple(names, names, names).map(
    ([name, action, map]): Step =>
      (one) =>
        one.put('sslpolicy', name, { name, action, rule: rule(map) }),
  ),
  fc.tuple(fc.constantFrom('lbvserver', 'sslaction', 'sslpolicy'), names).map(
    ([kind, name]): Step =>
      (one) =>
        one.remove(kind, name),
  ),
  fc.tuple(names, names, names).map(
    ([name, key, value]): Step =>
      (one) =>
        one.putBinding('policystringmap_pattern_binding', name, { name, key, value }),
  ),
  fc.tuple(names, names).map(
    ([name, key]): Step =>
      (one) =>
        one.removeBinding('policystringmap_pattern_binding', name, key),
  ),
);

/** Sorts the rows, because an undo keeps them but not their order. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value;
const content = (one: Store): unknown =>
  Object.fromEntries(Object.entries(dump(one) as object).map(([name, value]) => [name, inOrder(name, value)]));
/** Lists by name keep their order. */
const inOrder = (name: string, value: unknown[]): unknown => (name === 'bindings' ? sorted(value) : value.map(sorted));

describe('the store', () => {
  it('property: a transaction that throws changes nothing, also not indexes and references', () => {
    fc.assert(
      fc.property(fc.array(steps), fc.array(steps, { minLength: 1 }), (before, within) => {
        const one = store();
        for (const step of before) step(one);
        const expected = content(one);
        expect(() =>
          one.transaction(() => {
            for (const step of within) step(one);
            throw new Error('refused');
          }),
        ).toThrow('refused');
        expect(content(one)).toEqual(expected);
      }),
    );
  });

  it('property: recorded changes can be undone', () => {
    fc.assert(
      fc.property(fc.array(steps), fc.array(steps), (before, within) => {
        const one = store();
        for (const step of before) step(one);
        const expected = content(one);
        const { undo } = one.recorded(() => one.transaction(() => within.forEach((step) => void step(one))));
        undo();
        expect(content(one)).toEqual(expected);
      }),
    );
  });

  it('property: references and indexes match the stored rows', () => {
    fc.assert(
      fc.property(fc.array(steps), (all) => {
        const one = store();
        dump(one);
        for (const step of all) step(one);
        const fresh = store();
        for (const kind of ['lbvserver', 'sslaction', 'sslpolicy'])
          for (const row of one.objects(kind)) fresh.put(kind, String(row.name), row);
        for (const row of one.allBindings('policystringmap_pattern_binding'))
          fresh.putBinding('policystringmap_pattern_binding', String(row.name), row);
        expect(content(one)).toEqual(content(fresh));
      }),
    );
  });

  it('names of string maps are not case-sensitive, those of servers are', () => {
    const one = store();
    one.put('policystringmap', 'Map', { name: 'Map' });
    one.put('lbvserver', 'V', { name: 'V' });
    one.put('sslpolicy', 'p', { name: 'p', rule: rule('mAp'), action: 'RESET' });
    expect(one.object('policystringmap', 'MAP')).toEqual({ name: 'Map' });
    expect(one.object('lbvserver', 'v')).toBeUndefined();
    expect([...one.referrers('policystringmap', 'map')]).toHaveLength(1);
  });
});
