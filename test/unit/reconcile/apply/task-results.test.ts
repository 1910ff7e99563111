import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../../lib/contract/index.ts';
import type { Claim } from '../../../../lib/ledger/index.ts';
import { ApplyProgress } from '../../../../lib/nitro/apply-progress.ts';
import type { Applied } from '../../../../lib/nitro/index.ts';
import { type Change, type HostAssignment, NO_GOAL } from '../../../../lib/plan/index.ts';
import type { PlanResult } from '../../../../lib/reconcile/apply/plan-result.ts';
import { resultsOf } from '../../../../lib/reconcile/apply/task-results.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';

const FRONT_END = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;
const ownerOf = (name: string) => ({ cluster: 'test', namespace: 'default', name });
const keyOf = (name: string): string => ownerKey(ownerOf(name));

function task(name: string): Task {
  const owner = ownerOf(name);
  const by = { kind: 'single', owner, sequence: 10, state: undefined, verify: false } as const;
  return {
    decision: { key: keyOf(name), owner, sequence: 10, state: undefined, row: undefined, by, verify: false },
    wanted: undefined,
    hashes: { frontend: '', routes: '', members: '' },
    findings: [],
    action: 'plan',
  };
}

const claim = (name: string): Claim => ({
  frontend: '192.0.2.10_443',
  hostDigest: 'h',
  created: 1,
  ownerKey: keyOf(name),
  owner: ownerOf(name),
  target: { service: 'web', port: '443' },
  settings: '',
  form: 'exact',
});

const holding = (host: string, holder: string, ...standby: string[]): HostAssignment => ({
  frontend: FRONT_END,
  host,
  holder: claim(holder),
  standby: standby.map(claim),
  formerKey: undefined,
});

const add = (name: string, ...owners: string[]): Change => ({
  op: 'add',
  resource: { role: 'lbvserver', type: 'lbvserver', id: { name }, attributes: {}, owners: owners.map(keyOf) },
});

const nothing: Applied = {
  done: [],
  doneFor: new Map(),
  failures: new Map(),
  outdatedCause: new Map(),
  outdatedOwners: new Set(),
  failedMembers: new Map(),
};

const plan = (tasks: readonly Task[], hostAssignments: readonly HostAssignment[] = []): PlanResult => ({
  tasks,
  goal: { ...NO_GOAL, hostAssignments },
  changes: [],
  touched: new Set(),
});

describe('what became of each task', () => {
  it('its own changes in the order of writing, with what is nobody’s in particular', () => {
    const done = [add('shared'), add('one', 'a'), add('both', 'b', 'a'), add('other', 'b'), add('last')];
    const progress = new ApplyProgress(['a', 'b'].map(keyOf));
    for (const change of done) progress.record(change, undefined);
    const [a, b] = resultsOf(plan([task('a'), task('b')]), progress);
    const names = (changes: readonly Change[] = []) => changes.map(({ resource }) => resource.id.name);
    expect(names(a?.changes)).toEqual(['shared', 'one', 'both', 'last']);
    expect(names(b?.changes)).toEqual(['shared', 'both', 'other', 'last']);
    expect(b?.lines).toEqual(['shared', 'both', 'other', 'last'].map((name) => `add lb vserver ${name}`));
  });

  it('CON-1: the hosts that it holds or stands by for, each once, and nobody else’s', () => {
    const hostAssignments = [holding('held', 'a', 'c'), holding('lost', 'b', 'a', 'c'), holding('theirs', 'b', 'c')];
    const [a, b] = resultsOf(plan([task('a'), task('b')], hostAssignments), nothing);
    expect(a?.hostAssignments.map(({ host }) => host)).toEqual(['held', 'lost']);
    expect(b?.hostAssignments.map(({ host }) => host)).toEqual(['lost', 'theirs']);
  });

  it('refused members → the result of the owner of their service group', () => {
    const members = [{ ip: '10.0.0.2', port: 666 }];
    const list: Change = {
      op: 'members',
      resource: {
        role: 'members',
        type: 'servicegroup_servicegroupmemberlist_binding',
        id: { servicegroupname: 'g' },
        attributes: {},
        owners: [keyOf('a')],
      },
    };
    const applied = {
      ...nothing,
      doneFor: new Map([[keyOf('a'), { changes: [list], lines: [] }]]),
      failedMembers: new Map([['g', members]]),
    };
    const [a, b] = resultsOf(plan([task('a'), task('b')]), applied);
    expect(a?.refusedMembers).toEqual([{ group: 'g', members }]);
    expect(b?.refusedMembers).toEqual([]);
  });

  it('an outdated owner → the cause of its own alone', () => {
    const [a, b] = resultsOf(plan([task('a'), task('b')]), { ...nothing, outdatedOwners: new Set([keyOf('b')]) });
    expect([a?.unsettled, b?.unsettled]).toEqual([false, true]);
  });
});
