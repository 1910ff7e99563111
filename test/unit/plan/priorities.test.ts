import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prioritiesOf, type Resource, tierOf } from '../../../lib/netscaler/index.ts';
import { candidatePriorities, haveFreeCandidates, type Priorities, withPriority } from '../../../lib/plan/index.ts';
import { CandidatesInUse } from '../../../lib/plan/priorities.ts';

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

describe('TLS-2: places where only candidates are looked at', () => {
  const policy = fc
    .tuple(fc.stringMatching(/^nsp-[a-z0-9]{1,12}$/), fc.constantFrom('', '-w', '-w1', '-w6'))
    .map((parts) => parts.join(''));

  it('are the same for the same name, and of its tier', () => {
    fc.assert(
      fc.property(policy, (name) => {
        const candidates = candidatePriorities(name);
        expect(candidatePriorities(name)).toEqual(candidates);
        const { first, last } = prioritiesOf(tierOf({ id: { policyname: name } }));
        for (const each of candidates) expect(first <= each && each <= last).toBe(true);
      }),
    );
  });

  it('are spread: 1,000 policies have more than 2,800 candidates', () => {
    const all = Array.from({ length: 1_000 }, (_, index) => candidatePriorities(`nsp-shop-${index}`)).flat();
    expect(new Set(all).size).toBeGreaterThan(2_800);
  });

  it('those that have free candidates are placed in any order, where nobody is', () => {
    const names = fc.uniqueArray(policy, { maxLength: 8 });
    // In the tiers of levels, and with so many taken, candidates meet.
    const share = fc.array(fc.boolean(), { minLength: 3 * 8, maxLength: 3 * 8 });
    fc.assert(
      fc.property(names, share, fc.gen(), (some, used, gen) => {
        const taken = some.flatMap(candidatePriorities).filter((_, index) => used[index] === true);
        fc.pre(haveFreeCandidates(some, new Set(taken)));
        const priorities: Priorities = new Map([['v', new CandidatesInUse(taken)]]);
        const order = gen(fc.shuffledSubarray, some, { minLength: some.length });
        const placed = order.map((name) => withPriority(binding(name), priorities));
        const numbers = placed.map((one) => ('refused' in one ? one.refused : Number(one.attributes.priority)));
        expect(new Set([...taken, ...numbers]).size).toBe(new Set(taken).size + some.length);
        for (const [index, name] of order.entries()) expect(candidatePriorities(name)).toContain(numbers[index]);
      }),
    );
  });

  it('none is free → not placed, and it is known before', () => {
    const taken = candidatePriorities('nsp-a');
    expect(haveFreeCandidates(['nsp-a'], new Set(taken))).toBe(false);
    expect(withPriority(binding('nsp-a'), new Map([['v', new CandidatesInUse(taken)]]))).toEqual({
      refused: 'the priorities of v that nsp-a may take are in use',
    });
  });

  it('the only free one is that of another, too → they might meet', () => {
    expect(haveFreeCandidates(['nsp-a'], new Set())).toBe(true);
    expect(haveFreeCandidates(['nsp-a', 'nsp-a'], new Set())).toBe(false);
  });
});
