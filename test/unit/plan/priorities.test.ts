import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prioritiesOf, type Resource } from '../../../lib/netscaler/index.ts';
import { type Priorities, withPriority } from '../../../lib/plan/index.ts';

const binding = (policyname: string, vservername = 'v'): Resource => ({
  role: 'policy-binding',
  type: 'sslvserver_sslpolicy_binding',
  id: { vservername, policyname, type: 'CLIENTHELLO_REQ' },
  attributes: {},
  owners: ['o'],
});
const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The priority that a binding is given, or why there is none. */
function given(policy: string, taken: readonly number[], vserver = 'v'): unknown {
  const placed = withPriority(binding(policy, vserver), new Map([['v', new Set(taken)]]));
  return 'refused' in placed ? placed.refused : placed.attributes.priority;
}

describe('TLS-2: two dense tiers, without renumbering', () => {
  it.each<[string, string, number[], unknown]>([
    ['the first of the exact tier', 'p', [1, 31_999, 64_000], 2],
    ['the lowest that is free', 'p', [2, 3, 5], 4],
    ['the last of the exact tier', 'p', from(1, 31_997), 31_998],
    ['no more exact ones', 'p', from(1, 31_998), 'all 31997 priorities of the exact tier of v are in use'],
    ['the first of the wildcard tier', 'p-w', from(1, 31_999), 32_000],
    ['the last of the wildcard tier', 'p-w', from(32_000, 51_997), 51_998],
    ['no more wildcards', 'p-w', from(32_000, 51_998), 'all 19999 priorities of the wildcard tier of v are in use'],
    ['the first of a level', 'p-w1', from(32_000, 51_999), 52_000],
    ['the lowest of a level that is free', 'p-w2', [54_000, 54_002], 54_001],
    ['the last of the last level', 'p-w6', from(62_000, 63_997), 63_998],
    ['no more of a level', 'p-w3', from(56_000, 57_998), 'all 1999 priorities of the tier of level 3 of v are in use'],
  ])('%s', (_what, policy, taken, expected) => {
    expect(given(policy, taken)).toBe(expected);
  });

  it('servers have banks of their own', () => {
    expect(given('p', [2, 3], 'other')).toBe(2);
  });

  it('the first bindings of a server have different places', () => {
    const priorities: Priorities = new Map();
    const placed = ['p', 'q'].map((policy) => withPriority(binding(policy), priorities));
    expect(placed).toMatchObject([{ attributes: { priority: 2 } }, { attributes: { priority: 3 } }]);
  });

  it('bindings that have a place of their own keep it', () => {
    const gate: Resource = { ...binding('gate'), role: 'front-end-binding', attributes: { priority: 1 } };
    expect(withPriority(gate, new Map())).toBe(gate);
  });

  it('any number of bindings have priorities of their own, in their tier, without gaps', () => {
    const taken = fc.uniqueArray(fc.integer({ min: 2, max: 12 }), { maxLength: 8 });
    fc.assert(
      fc.property(taken, fc.array(fc.boolean(), { maxLength: 12 }), (before, wildcards) => {
        const priorities: Priorities = new Map([['v', new Set(before)]]);
        const numbers = wildcards.map((wildcard, index) => {
          const placed = withPriority(binding(`p${index}${wildcard ? '-w' : ''}`), priorities);
          if ('refused' in placed) throw new Error(placed.refused);
          return Number(placed.attributes.priority);
        });
        const exact = numbers.filter((_, index) => wildcards[index] !== true);
        const wild = numbers.filter((_, index) => wildcards[index] === true);
        expect(wild).toEqual(from(prioritiesOf('wildcard').first, prioritiesOf('wildcard').first + wild.length - 1));
        const free = from(2, 40).filter((priority) => !before.includes(priority));
        expect(exact).toEqual(free.slice(0, exact.length));
        expect(priorities.get('v')).toEqual(new Set([...before, ...numbers]));
      }),
    );
  });
});
