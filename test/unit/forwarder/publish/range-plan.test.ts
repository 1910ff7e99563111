import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, inRange, nextPrefix, PREFIXES } from '../../../../lib/contract/index.ts';
import { type Candidate, planRange, type RangePlan } from '../../../../lib/forwarder/publish/range-plan.ts';

interface Item extends Candidate {
  readonly prefix: string;
  readonly name: string;
}

const item = (prefix: string, name: string, bytes: number, fits = true): Item => ({
  prefix,
  name,
  bytes,
  listedBytes: 10,
  fits,
});

function tile(items: readonly Item[], limit: number): RangePlan<Item>[] {
  const plans: RangePlan<Item>[] = [];
  for (let from: string | undefined = EVERYTHING.from; from !== undefined; ) {
    const plan: RangePlan<Item> = planRange(from, (prefix) => items.filter((each) => each.prefix === prefix), limit);
    plans.push(plan);
    from = nextPrefix(plan.to);
  }
  return plans;
}

const shown = (plans: readonly RangePlan<Item>[]) =>
  plans.map(
    ({ from, to, states, listed }) =>
      `${from}-${to} ${states.map(({ name }) => name).join('')}|${listed.map(({ name }) => name).join('')}`,
  );

describe('planRange', () => {
  const cases: [name: string, items: Item[], plans: string[]][] = [
    ['nothing: one range over everything', [], ['22-zz |']],
    ['what fits is one range', [item('aa', 'x', 50), item('zz', 'y', 50)], ['22-zz xy|']],
    ['what does not fit begins the next range', [item('aa', 'x', 60), item('ac', 'y', 60)], ['22-ab x|', 'ac-zz y|']],
    [
      'a prefix is never split',
      [item('aa', 'x', 30), item('ac', 'y', 40), item('ac', 'z', 40)],
      ['22-ab x|', 'ac-zz yz|'],
    ],
    [
      'too much for one prefix: the largest are listed (rule 13)',
      [item('aa', 'x', 70), item('aa', 'y', 60), item('aa', 'z', 20)],
      ['22-a7 |', 'aa-zz zy|x'],
    ],
    [
      'one that fits no event is listed, whatever its size (rule 13)',
      [item('aa', 'x', 5, false), item('ab', 'y', 90)],
      ['22-zz y|x'],
    ],
    ['one that is larger than a snapshot is listed', [item('aa', 'x', 200), item('ab', 'y', 90)], ['22-zz y|x']],
  ];
  it.each(cases)('%s', (_, items, plans) => {
    expect(shown(tile(items, 100))).toEqual(plans);
  });

  it('tiles the key space, and has every Ingress once in the range of its key', () => {
    const anItem = fc.record({
      prefix: fc.constantFrom(...PREFIXES.filter((_, index) => index % 37 === 0)),
      name: fc.string(),
      bytes: fc.integer({ min: 11, max: 150 }),
      listedBytes: fc.constant(10),
      fits: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anItem, { maxLength: 40 }), (items) => {
        const plans = tile(items, 100);
        expect(plans[0]?.from).toBe(EVERYTHING.from);
        expect(plans.at(-1)?.to).toBe(EVERYTHING.to);
        for (const [index, plan] of plans.slice(1).entries())
          expect(plan.from).toBe(nextPrefix(plans[index]?.to as string));
        const placed = plans.flatMap((plan) => [...plan.states, ...plan.listed].map((each) => ({ each, plan })));
        expect(new Set(placed.map(({ each }) => each))).toEqual(new Set(items));
        expect(placed).toHaveLength(items.length);
        for (const { each, plan } of placed) expect(inRange(each.prefix, plan)).toBe(true);
        for (const { states, listed } of plans) {
          const bytes = states.reduce((sum, each) => sum + each.bytes, 0) + listed.length * 10;
          // Names alone may exceed it: they are never left out.
          expect(bytes <= 100 || states.length === 0).toBe(true);
          for (const each of states) expect(each.fits).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('a range holds objects of one kind: those of TLSRoutes end before the first Ingress', () => {
    const plan = planRange('02', () => [], 1_000_000);
    expect([plan.from, plan.to]).toEqual(['02', '1z']);
    const next = planRange(nextPrefix(plan.to) as string, () => [], 1_000_000);
    expect([next.from, next.to]).toEqual([EVERYTHING.from, EVERYTHING.to]);
  });
});
