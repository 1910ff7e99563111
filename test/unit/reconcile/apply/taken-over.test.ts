import { describe, expect, it } from 'vitest';
import type { Resource, ResourceType } from '../../../../lib/netscaler/index.ts';
import { type Change, NO_GOAL } from '../../../../lib/plan/index.ts';
import type { PlanResult } from '../../../../lib/reconcile/apply/plan-result.ts';
import { addedIn, planAgain, trustedIn, withoutTakenOver } from '../../../../lib/reconcile/apply/taken-over.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { objectName } from '../../../../lib/reconcile/read/marks.ts';
import { KEY, task } from '../support.ts';

const change = (op: Change['op'], type: ResourceType, name: string, owners: string[] = [KEY]): Change => {
  const attribute = type.startsWith('servicegroup') ? 'servicegroupname' : 'name';
  const role: Resource['role'] = type === 'servicegroup' ? 'service-group' : 'lbvserver';
  return { op, resource: { role, type, id: { [attribute]: name }, attributes: {}, owners } };
};
const MEMBERS = 'servicegroup_servicegroupmemberlist_binding';
const plan = (changes: readonly Change[], tasks: readonly Task[] = [task({})]): PlanResult => ({
  tasks,
  goal: NO_GOAL,
  changes,
  touched: new Set(),
});
const verified: Task = { ...task({}), action: 'verify' };

describe('LIF-5: objects that a plan trusts the ledger for', () => {
  it.each<[string, PlanResult, string[]]>([
    [
      'changed and removed ones',
      plan([change('set', 'lbvserver', 'a'), change('remove', 'lbvserver', 'b')]),
      ['lbvserver a', 'lbvserver b'],
    ],
    ['the group of a member list', plan([change('members', MEMBERS, 'a')]), ['servicegroup a']],
    [
      'not the members of a group that is added',
      plan([change('add', 'servicegroup', 'a'), change('members', MEMBERS, 'a')]),
      [],
    ],
    [
      'another object of that name',
      plan([change('add', 'servicegroup', 'a'), change('remove', 'lbvserver', 'a')]),
      ['lbvserver a'],
    ],
    ['not those of a verified owner: they were read', plan([change('set', 'lbvserver', 'a')], [verified]), []],
    [
      'those that another owner shares',
      plan([change('set', 'lbvserver', 'a', [KEY, 'b'])], [verified]),
      ['lbvserver a'],
    ],
    ['those that all share', plan([change('set', 'csvserver', 'a', [])], [verified]), ['csvserver a']],
    ['not types without a mark', plan([change('remove', 'sslaction', 'a')]), []],
  ])('%s', (_what, of, expected) => {
    expect(trustedIn(of).map(objectName)).toEqual(expected);
  });

  it('objects that a plan adds', () => {
    const changes = [change('add', 'lbvserver', 'a'), change('set', 'lbvserver', 'b'), change('add', 'sslaction', 'a')];
    expect(addedIn({ changes }).map(objectName)).toEqual(['lbvserver a']);
  });
});

describe('LIF-5: a plan that would touch objects without our mark', () => {
  const unmarked = new Set(['lbvserver a', 'servicegroup a']);

  it('is made again: their owners verify, and a finding names each object', () => {
    const tasks = [task({}), { ...task({}, { key: 'b' }) }];
    const changes = [
      change('members', MEMBERS, 'a'),
      change('set', 'lbvserver', 'a'),
      change('remove', 'lbvserver', 'a'),
      change('set', 'lbvserver', 'other', ['b']),
    ];
    const [own, other] = planAgain(plan(changes, tasks), unmarked);
    expect(own).toMatchObject({
      action: 'verify',
      findings: [
        { code: 'ObjectTakenOver', value: 'lbvserver a' },
        { code: 'ObjectTakenOver', value: 'servicegroup a' },
      ],
    });
    expect(other).toBe(tasks[1]);
  });

  it('adds nothing under their names', () => {
    const changes = [change('add', 'lbvserver', 'a'), change('add', 'lbvserver', 'b'), change('set', 'lbvserver', 'a')];
    const [refused, ...rest] = withoutTakenOver(changes, unmarked);
    expect(refused?.refused).toContain('give it its comment back, or remove it');
    expect(rest).toEqual(changes.slice(1));
    expect(withoutTakenOver([change('add', 'sslaction', 'a')], new Set(['sslaction a']))[0]?.refused).toBeUndefined();
  });
});
