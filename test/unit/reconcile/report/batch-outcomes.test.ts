import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../../lib/contract/index.ts';
import type { ApplyResult } from '../../../../lib/reconcile/apply/plan-result.ts';
import type { ClusterBatch } from '../../../../lib/reconcile/decide/cluster-batch.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import type { Engine } from '../../../../lib/reconcile/engine.ts';
import { clusterOutcomes, resyncOf, taskOutcomes } from '../../../../lib/reconcile/report/batch-outcomes.ts';
import type { Outcome, OutcomeContext, TaskResult } from '../../../../lib/reconcile/report/ingress-outcome.ts';
import { ledger, OWNER, row, single, snapshot, task } from '../support.ts';

const CONTEXT: OutcomeContext = {
  appliance: 'alpha',
  clusterUid: () => 'u1',
  durationMs: 5,
  latencyMs: () => undefined,
};
const ENGINE = { settings: { appliance: 'alpha', prune: { percent: 50, minimum: 1 } } } as Engine;
const CHANGE = {
  op: 'remove',
  resource: { role: 'lbvserver', type: 'lbvserver', id: { name: 'b' }, attributes: {}, owners: [] },
} as const;

const resultOf = (of: Task, changes: TaskResult['changes'] = []): TaskResult => ({
  task: of,
  hostAssignments: [],
  settingConflicts: [],
  changes,
  refusedMembers: [],
  failures: [],
  unsettled: false,
});
const results = (...list: TaskResult[]): ApplyResult => ({
  byKey: new Map(list.map((one) => [one.task.decision.key, one])),
  touched: new Set(),
  changes: [],
  watermarks: new Map(),
  refusedMarks: new Map(),
});
const part = (more: Partial<ClusterBatch>): ClusterBatch => ({
  received: { cluster: 'c1', statements: [] },
  ledger: ledger(),
  isNew: false,
  tasks: [],
  stale: [],
  snapshots: [],
  outvoted: new Set(),
  refusals: new Map(),
  identity: undefined,
  foreignStatements: [],
  ...more,
});
const reasons = (list: readonly Outcome[]): string[] => list.map(({ data }) => ('reason' in data ? data.reason : ''));
const types = (list: readonly { detailType: string }[]): string[] => list.map(({ detailType }) => detailType);

describe('REP-2: one outcome for each Ingress that something was done for', () => {
  const withEffort = (action: Task['action'], live: boolean): Task => ({
    ...task(undefined, live ? { row: row() } : {}),
    action,
  });
  it.each<[string, Task, ApplyResult, number]>([
    ['planned', withEffort('plan', true), results(resultOf(withEffort('plan', true))), 1],
    ['planned, unchanged', withEffort('verify', false), results(resultOf(withEffort('verify', false))), 1],
    ['recorded, and had nothing', withEffort('record', false), results(), 1],
    ['recorded as unchanged', withEffort('record', true), results(), 0],
    ['untouched', withEffort('none', false), results(), 0],
  ])('%s', (_what, one, done, count) => {
    expect(taskOutcomes([one], done, CONTEXT)).toHaveLength(count);
  });

  it('says of a record of nothing that it is removed', () => {
    expect(types(taskOutcomes([withEffort('record', false)], results(), CONTEXT))).toEqual(['Ingress Removed']);
  });
});

describe('outcomes of a batch as a whole', () => {
  it('rule 14: a stale event says what is recorded', () => {
    const stale = [{ owner: OWNER, sequence: 5, recorded: 9 }];
    expect(clusterOutcomes(ENGINE, part({ stale }), results(), 5)).toEqual([
      {
        detailType: 'Ingress Stale',
        data: { cluster: 'c1', appliance: 'alpha', namespace: 'n', name: 'a', sequence: 5, recorded: 9 },
      },
    ]);
  });

  it('a snapshot says how many it has, changed and removed', () => {
    const snap = snapshot(30, { present: new Map([['k', { owner: OWNER, state: {} as never }]]) });
    const by = (key: string, wanted: boolean): Task => task(wanted ? {} : undefined, { key, by: snap });
    const tasks = [by('k', true), by('gone', false), by('same', true), task({}, { key: 'single' })];
    const done = results(
      resultOf(tasks[0]!, [CHANGE]),
      resultOf(tasks[1]!, [CHANGE]),
      resultOf(tasks[2]!),
      resultOf(tasks[3]!, [CHANGE]),
    );
    expect(clusterOutcomes(ENGINE, part({ snapshots: [snap], tasks }), done, 5)).toEqual([
      {
        detailType: 'Snapshot Applied',
        data: {
          cluster: 'c1',
          appliance: 'alpha',
          sequence: 30,
          ...EVERYTHING,
          ingresses: 1,
          changed: 2,
          removed: 1,
          durationMs: 5,
        },
      },
    ]);
  });

  const half = { from: '22', to: 'az' };
  it.each([
    ['no watermark is there', [], 1],
    ['an older one is there', [{ ...EVERYTHING, sequence: 29 }], 1],
    ['its own is there', [{ ...EVERYTHING, sequence: 30 }], 1],
    ['a newer one covers a part of its range', [{ ...half, sequence: 31 }], 1],
    ['a newer one covers its range: it came too late', [{ ...EVERYTHING, sequence: 31 }], 0],
  ])('a snapshot counts where %s', (_what, marks, count) => {
    const outcomes = clusterOutcomes(
      ENGINE,
      part({ snapshots: [snapshot(30)], ledger: ledger([], marks) }),
      results(),
      5,
    );
    expect(outcomes).toHaveLength(count);
  });

  it('rule 11: a refusal says how much it would have removed', () => {
    const snap = snapshot(30);
    const [outcome] = clusterOutcomes(
      ENGINE,
      part({ refusals: new Map([[snap, { routes: 10, removes: 8, causes: { missing: 8 } }]]) }),
      results(),
      5,
    );
    expect(outcome).toMatchObject({
      detailType: 'Prune Refused',
      data: {
        ...EVERYTHING,
        cluster: 'c1',
        appliance: 'alpha',
        sequence: 30,
        routes: 10,
        removes: 8,
        limitPercent: 50,
        reason: expect.stringContaining('would remove 8 of 10 routes of its range, more than 50 %'),
      },
    });
  });

  it.each([
    ['as ever', { uid: 'u' }, { uid: 'u' }, false],
    ['accepted before', { uid: 'u', acceptedAt: 20 }, { uid: 'u', acceptedAt: 20 }, false],
    ['accepted by this batch', { uid: 'u' }, { uid: 'v', acceptedAt: 30 }, true],
  ])('rule 15: a refusal says what stands all the same (%s)', (_what, recorded, identity, says) => {
    const refusals = new Map([[snapshot(30), { routes: 10, removes: 8, causes: { missing: 8 } }]]);
    const of = part({ refusals, identity, ledger: { ...ledger(), ...recorded } });
    expect(reasons(clusterOutcomes(ENGINE, of, results(), 5))).toEqual([
      says ? expect.stringContaining('the cluster takes over is recorded') : expect.not.stringContaining('takes over'),
    ]);
  });

  const foreign = { clusterUid: 'uid-2', takesOver: false, replayed: false };

  it('rule 15: events of another cluster of the same name are refused, with both UIDs and what may be done', () => {
    const strangers = [
      { ...single(40), ...foreign },
      { ...snapshot(41), ...foreign },
    ];
    const outcomes = clusterOutcomes(
      ENGINE,
      part({ foreignStatements: strangers, identity: { uid: 'uid-1' } }),
      results(),
      5,
    );
    expect(outcomes).toMatchObject([
      {
        detailType: 'Ingress Failed',
        data: { clusterUid: 'uid-2', namespace: 'n', name: 'a', sequence: 40, retry: false },
      },
      { detailType: 'Prune Refused', data: { clusterUid: 'uid-2', sequence: 41, ...EVERYTHING, removes: 0 } },
    ]);
    for (const reason of reasons(outcomes)) {
      expect(reason).toContain('its UID is uid-2, and the recorded one is uid-1.');
      expect(reason).toContain('give one of them another name');
      expect(reason).toContain('POST /snapshot?take-over=true');
      const [page = ''] = /docs\/runbooks\/[a-z-]+/.exec(reason) ?? [];
      expect(existsSync(`${page}.md`), page).toBe(true);
      // Of a Kubernetes Event's message (REP-2).
      expect(reason.length).toBeLessThan(900);
    }
  });

  it.each([
    ['asked for and late', { ...foreign, takesOver: true }, { uid: 'uid-1', acceptedAt: 50 }, true],
    ['not asked for', foreign, { uid: 'uid-1', acceptedAt: 50 }, false],
  ])('rule 15: a take-over that is %s', (_what, who, identity, says) => {
    const strangers = [{ ...snapshot(41), ...who }];
    expect(reasons(clusterOutcomes(ENGINE, part({ foreignStatements: strangers, identity }), results(), 5))).toEqual([
      says ? expect.stringContaining('accepted later, as of 50') : expect.not.stringContaining('accepted'),
    ]);
  });
});

describe('CON-2: whoever is concerned is asked to publish again', () => {
  const b = { ...OWNER, name: 'b' };
  const far = { ...OWNER, cluster: 'c2' };

  it('one request for each cluster, each Ingress once', () => {
    const bystanders = [
      { owner: OWNER, host: 'x' },
      { owner: OWNER, host: 'y' },
      { owner: far, host: 'x' },
      { owner: b, host: 'z' },
    ];
    expect(resyncOf(bystanders, 'alpha')).toEqual([
      {
        cluster: 'c1',
        appliances: ['alpha'],
        ingresses: [
          { namespace: 'n', name: 'a' },
          { namespace: 'n', name: 'b' },
        ],
        reason: 'hosts change their holder: x, y, z',
      },
      {
        cluster: 'c2',
        appliances: ['alpha'],
        ingresses: [{ namespace: 'n', name: 'a' }],
        reason: 'hosts change their holder: x',
      },
    ]);
  });

  it('names the first three hosts', () => {
    const many = ['u', 'v', 'w', 'x'].map((host) => ({ owner: OWNER, host }));
    expect(resyncOf(many, 'alpha')[0]?.reason).toBe('hosts change their holder: u, v, w …');
  });

  it('nobody concerned: no request', () => {
    expect(resyncOf([], 'alpha')).toEqual([]);
  });
});
