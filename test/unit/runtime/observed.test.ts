import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/plan/index.ts';
import { ObservedPlans } from '../../../lib/runtime/observed.ts';
import { memoryLog } from '../../support/memory-log.ts';

const change = (op: 'add' | 'remove', value: string): Change =>
  ({ op, resource: { type: 'policystringmap', id: { name: value }, attributes: {}, role: 'map' } }) as never;

const logged = (plans: ObservedPlans, changes: Change[], appliance = 'lab') => {
  const log = memoryLog();
  plans.log(log, appliance, changes);
  const commands = log.lines.filter(({ message }) => message === 'would change').map(({ fields }) => fields.command);
  const summary = log.lines.find(({ message }) => message === 'would change: summary')?.fields;
  return { commands, summary };
};

describe('the plans of an appliance on observe', () => {
  it('the same plan with every event → each command once, and a summary each time', () => {
    const plans = new ObservedPlans();
    const plan = [change('add', 'a'), change('add', 'b'), change('remove', 'c')];
    const first = logged(plans, plan);
    expect(first.commands).toHaveLength(3);
    expect(first.summary).toEqual({ appliance: 'lab', changes: 3, kinds: { add: 2, remove: 1 }, new: 3 });
    const again = logged(plans, plan);
    expect(again.commands).toEqual([]);
    expect(again.summary).toEqual({ appliance: 'lab', changes: 3, kinds: { add: 2, remove: 1 }, new: 0 });
    expect(logged(plans, [...plan, change('add', 'd')]).commands).toHaveLength(1);
  });

  it('another appliance → remembered apart', () => {
    const plans = new ObservedPlans();
    logged(plans, [change('add', 'a')]);
    expect(logged(plans, [change('add', 'a')], 'other').commands).toHaveLength(1);
  });

  it('a large plan → 200 lines and the number left out; the next batch logs those', () => {
    const plans = new ObservedPlans();
    const plan = Array.from({ length: 250 }, (_, index) => change('add', `a${index}`));
    const first = logged(plans, plan);
    expect([first.commands.length, first.summary?.left]).toEqual([200, 50]);
    expect(logged(plans, plan).commands).toHaveLength(50);
  });

  it('no change → no line', () => {
    expect(logged(new ObservedPlans(), [])).toEqual({ commands: [], summary: undefined });
  });
});
