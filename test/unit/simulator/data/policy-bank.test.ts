import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counters } from '../../../../lib/simulator/data/counters.ts';
import { PolicyBanks, setsOf } from '../../../../lib/simulator/data/policy-bank.ts';
import { compileExpression } from '../../../../lib/simulator/expression/compile.ts';
import type { Subject } from '../../../../lib/simulator/expression/values.ts';
import { referencesOf } from '../../../../lib/simulator/store/links.ts';
import { bindingId, Store, type StoredRow } from '../../../../lib/simulator/store/store.ts';

const FACTS = {
  binding: 'sslvserver_sslpolicy_binding',
  policyKind: 'sslpolicy',
  undefAction: (policy: StoredRow) => String(policy.undefaction ?? 'NOOP'),
  select: (binding: StoredRow) => binding.type === 'CLIENTHELLO_REQ',
};

type Line = readonly [name: string, priority: number, rule: string, goto?: string];

function bank(...lines: readonly Line[]): {
  store: Store;
  banks: PolicyBanks;
  counters: Counters;
  decide(): string | undefined;
} {
  const store = new Store(referencesOf);
  const counters = new Counters();
  const banks = new PolicyBanks(store, counters);
  for (const [name, priority, rule, goto] of lines) {
    store.put('sslpolicy', name, { name, rule, action: `do-${name}`, undefaction: `undef-${name}` });
    store.putBinding('sslvserver_sslpolicy_binding', 'cs', {
      vservername: 'cs',
      policyname: name,
      priority,
      type: 'CLIENTHELLO_REQ',
      ...(goto === undefined ? {} : { gotopriorityexpression: goto }),
    });
  }
  const subject: Subject = { sets: setsOf(store), client: { address: '10.0.0.1', port: 1 } };
  return { store, banks, counters, decide: () => banks.evaluate('cs', FACTS, subject)?.action };
}

const UNDEF = '"none".MAP_STRING("m").EQ("x")';

describe('a policy bank', () => {
  it.each<[string, readonly Line[], string | undefined]>([
    ['nothing bound', [], undefined],
    ['nothing true', [['a', 1, 'false']], undefined],
    [
      'the first true one, by priority and not by order',
      [
        ['b', 20, 'true'],
        ['a', 10, 'true'],
      ],
      'do-a',
    ],
    [
      'END is the default',
      [
        ['a', 1, 'true'],
        ['b', 2, 'true'],
      ],
      'do-a',
    ],
    [
      'NEXT goes on, the last true one decides',
      [
        ['a', 1, 'true', 'NEXT'],
        ['b', 2, 'true'],
        ['c', 3, 'true'],
      ],
      'do-b',
    ],
    [
      'NEXT, and nothing more is true',
      [
        ['a', 1, 'true', 'NEXT'],
        ['b', 2, 'false'],
      ],
      'do-a',
    ],
    [
      'undefined takes its own action at once',
      [
        ['a', 1, 'false'],
        ['u', 2, UNDEF],
        ['b', 3, 'true'],
      ],
      'undef-u',
    ],
    [
      'goto a later priority',
      [
        ['a', 1, 'true', '30'],
        ['b', 20, 'true'],
        ['c', 30, 'true'],
      ],
      'do-c',
    ],
    [
      'goto by a computed priority',
      [
        ['a', 1, 'true', '"3".TYPECAST_NUM_T(DECIMAL) * 10'],
        ['b', 20, 'true'],
        ['c', 30, 'true'],
      ],
      'do-c',
    ],
    [
      'goto its own priority is NEXT',
      [
        ['a', 1, 'true', '1'],
        ['b', 2, 'true'],
      ],
      'do-b',
    ],
    [
      'goto above the highest ends',
      [
        ['a', 1, 'true', '99'],
        ['b', 2, 'true'],
      ],
      'do-a',
    ],
    [
      'goto an earlier priority is undefined',
      [
        ['z', 5, 'false'],
        ['a', 10, 'true', '5'],
      ],
      'undef-a',
    ],
    [
      'goto where no policy is, is undefined',
      [
        ['a', 1, 'true', '15'],
        ['b', 20, 'true'],
      ],
      'undef-a',
    ],
    [
      'goto that cannot be evaluated is undefined',
      [
        ['a', 1, 'true', 'nonsense('],
        ['b', 2, 'true'],
      ],
      'undef-a',
    ],
  ])('%s', (_name, lines, action) => {
    expect(bank(...lines).decide()).toBe(action);
  });

  it('follows changes of bindings, policies, sets and named expressions', () => {
    const { store, decide } = bank(['a', 1, '"k".IS_STRINGMAP_KEY("m")'], ['b', 2, 'is_on']);
    expect(decide()).toBe('undef-b');
    store.put('policyexpression', 'is_on', { name: 'is_on', value: 'true' });
    expect(decide()).toBe('do-b');
    store.putBinding('policystringmap_pattern_binding', 'm', { name: 'm', key: 'k', value: 'v' });
    expect(decide()).toBe('do-a');
    store.put('sslpolicy', 'a', { name: 'a', rule: 'true', action: 'other' });
    expect(decide()).toBe('other');
    store.removeBinding('sslvserver_sslpolicy_binding', 'cs', 'a\u0000CLIENTHELLO_REQ');
    store.put('policyexpression', 'is_on', { name: 'is_on', value: 'false' });
    expect(decide()).toBeUndefined();
  });

  it('counts hits and undefined hits', () => {
    const { counters, decide } = bank(['a', 1, 'true', 'NEXT'], ['u', 2, UNDEF]);
    decide();
    decide();
    expect([
      counters.hits('sslpolicy', 'a'),
      counters.undefs('sslpolicy', 'u'),
      counters.hits('sslpolicy', 'u'),
    ]).toEqual([2, 2, 0]);
  });

  const steps = fc.array(
    fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), priority: fc.nat(4), bind: fc.boolean() }),
  );
  it('binds and unbinds one by one → decides as one that is built anew', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { store, decide } = bank();
        const binding = 'sslvserver_sslpolicy_binding';
        for (const { name, priority, bind } of all) {
          const bound = [...store.bindings(binding, 'cs')].find((row) => row.policyname === name);
          if (bind && bound === undefined) {
            store.put('sslpolicy', name, { name, rule: 'true', action: `do-${name}` });
            const type = priority === 0 ? 'REQUEST' : 'CLIENTHELLO_REQ';
            store.putBinding(binding, 'cs', { vservername: 'cs', policyname: name, priority, type });
          } else if (!bind && bound !== undefined) {
            store.removeBinding(binding, 'cs', bindingId(binding, bound));
          }
          const subject: Subject = { sets: setsOf(store), client: { address: '10.0.0.1', port: 1 } };
          const anew = new PolicyBanks(store, new Counters()).evaluate('cs', FACTS, subject);
          expect(decide()).toBe(anew?.action);
        }
      }),
    );
  });

  const key = fc.constantFrom('known', 'other', 'none');
  const rule = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(key, key, fc.constantFrom('x', 'y', 'z'), fc.constantFrom('EQ', 'CONTAINS'))
        .map(([a, b, value, method]) => `"${a}".IS_STRINGMAP_KEY("m") && "${b}".MAP_STRING("m").${method}("${value}")`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('true', 'false', UNDEF, `${UNDEF} && "x".EQ("x")`, `${UNDEF} && "x".EQ("y")`),
    },
  );
  const lines = fc.array(fc.record({ rule, next: fc.boolean() }), { maxLength: 12 });
  it('rules that differ in a value alone → decides and counts as if each were asked', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const names = all.map((_, index) => `p${index}`);
        const { store, counters, decide } = bank(
          ...all.map((line, index): Line => [names[index]!, index, line.rule, line.next ? 'NEXT' : 'END']),
        );
        for (const [name, value] of [
          ['known', 'x'],
          ['other', 'y'],
        ] as const)
          store.putBinding('policystringmap_pattern_binding', 'm', { name: 'm', key: name, value });
        const subject: Subject = { sets: setsOf(store) };
        let [wanted, over] = [undefined as string | undefined, false];
        const hits = all.map((line, index) => {
          const result = over ? false : compileExpression(line.rule, () => undefined).run(subject);
          if (result === false) return [0, 0];
          wanted = `${result === true ? 'do' : 'undef'}-${names[index]}`;
          over = result !== true || !line.next;
          return result === true ? [1, 0] : [0, 1];
        });
        expect(decide()).toBe(wanted);
        expect(names.map((name) => [counters.hits('sslpolicy', name), counters.undefs('sslpolicy', name)])).toEqual(
          hits,
        );
      }),
      { numRuns: 500 },
    );
  });
});
