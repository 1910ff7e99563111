import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/plan/index.ts';
import { ObservedPlans } from '../../../lib/runtime/observed.ts';
import { memoryLog } from '../../support/memory-log.ts';

const change = (op: 'add' | 'remove', value: string): Change =>
  ({ op, resource: { type: 'policystringmap', id: { name: value }, attributes: {}, role: 'map' } }) as never;

const tell = (plans: ObservedPlans, changes: Change[], appliance = 'lab') => {
  const log = memoryLog();
  plans.tell(log, appliance, changes);
  const commands = log.lines.filter(({ message }) => message === 'would change').map(({ fields }) => fields.command);
  const summary = log.lines.find(({ message }) => message === 'would change: summary')?.fields;
  return { commands, summary };
};

describe('what would change on observe', () => {
  it('the same plan with every event → each command once, and a summary each time', () => {
    const plans = new ObservedPlans();
    const plan = [change('add', 'a'), change('add', 'b'), change('remove', 'c')];
    const first = tell(plans, plan);
    expect(first.commands).toHaveLength(3);
    expect(first.summary).toEqual({ appliance: 'lab', changes: 3, kinds: { add: 2, remove: 1 }, new: 3 });
    const again = tell(plans, plan);
    expect(again.commands).toEqual([]);
    expect(again.summary).toEqual({ appliance: 'lab', changes: 3, kinds: { add: 2, remove: 1 }, new: 0 });
    expect(tell(plans, [...plan, change('add', 'd')]).commands).toHaveLength(1);
  });

  it('another appliance → its own', () => {
    const plans = new ObservedPlans();
    tell(plans, [change('add', 'a')]);
    expect(tell(plans, [change('add', 'a')], 'other').commands).toHaveLength(1);
  });

  it('a large plan → so many lines, and how many are left; the next batch goes on', () => {
    const plans = new ObservedPlans();
    const plan = Array.from({ length: 250 }, (_, index) => change('add', `a${index}`));
    const first = tell(plans, plan);
    expect([first.commands.length, first.summary?.left]).toEqual([200, 50]);
    expect(tell(plans, plan).commands).toHaveLength(50);
  });

  it('nothing → nothing', () => {
    expect(tell(new ObservedPlans(), [])).toEqual({ commands: [], summary: undefined });
  });
});
