import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../../lib/contract/index.ts';
import { NitroError } from '../../../../lib/nitro/index.ts';
import type { ApplyResult } from '../../../../lib/reconcile/apply/apply-result.ts';
import { emptyResult, type TaskResult } from '../../../../lib/reconcile/apply/task-results.ts';
import type { ClusterBatch } from '../../../../lib/reconcile/decide/cluster-batch.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { clusterOutcomes } from '../../../../lib/reconcile/report/cluster-outcomes.ts';
import type { Outcome } from '../../../../lib/reconcile/report/ingress-outcome.ts';
import { ledger, OWNER, single, snapshot, task } from '../support.ts';

const SETTINGS = { appliance: 'alpha', prune: { percent: 50, minimum: 1 } };
const CHANGE = {
  op: 'remove',
  resource: { role: 'lbvserver', type: 'lbvserver', id: { name: 'b' }, attributes: {}, owners: [] },
} as const;

const resultOf = (of: Task, changes: TaskResult['changes'] = []): TaskResult => ({ ...emptyResult(of), changes });
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

describe('outcomes of events as a whole', () => {
  it('rule 14: a stale event → its outcome names the recorded sequence', () => {
    const stale = [{ owner: OWNER, sequence: 5, recorded: 9 }];
    expect(clusterOutcomes(SETTINGS, part({ stale }), results(), 5)).toEqual([
      {
        detailType: 'Ingress Stale',
        data: { cluster: 'c1', appliance: 'alpha', namespace: 'n', name: 'a', sequence: 5, recorded: 9 },
      },
    ]);
  });

  it('an applied snapshot → its outcome counts Ingresses, changed and removed ones', () => {
    const snap = snapshot(30, { present: new Map([['k', { owner: OWNER, state: {} as never }]]) });
    const by = (key: string, wanted: boolean): Task => task(wanted ? {} : undefined, { key, by: snap });
    const tasks = [by('k', true), by('gone', false), by('same', true), task({}, { key: 'single' })];
    const done = results(
      resultOf(tasks[0]!, [CHANGE]),
      resultOf(tasks[1]!, [CHANGE]),
      resultOf(tasks[2]!),
      resultOf(tasks[3]!, [CHANGE]),
    );
    expect(clusterOutcomes(SETTINGS, part({ snapshots: [snap], tasks }), done, 5)).toEqual([
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
      SETTINGS,
      part({ snapshots: [snapshot(30)], ledger: ledger([], marks) }),
      results(),
      5,
    );
    expect(outcomes).toHaveLength(count);
  });

  it('rule 11: a refused snapshot → its outcome says how many routes it would remove', () => {
    const snap = snapshot(30);
    const [outcome] = clusterOutcomes(
      SETTINGS,
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
  ])('rule 15: a refusal says that a takeover is recorded all the same (%s)', (_what, recorded, identity, says) => {
    const refusals = new Map([[snapshot(30), { routes: 10, removes: 8, causes: { missing: 8 } }]]);
    const of = part({ refusals, identity, ledger: { ...ledger(), ...recorded } });
    expect(reasons(clusterOutcomes(SETTINGS, of, results(), 5))).toEqual([
      says
        ? expect.stringContaining('The takeover by this cluster is recorded')
        : expect.not.stringContaining('takeover'),
    ]);
  });

  const foreign = { clusterUid: 'uid-2', takesOver: false, replayed: false };

  it('rule 15: events of another cluster of the same name are refused, with both UIDs and the remedy', () => {
    const statements = [
      { ...single(40), ...foreign },
      { ...snapshot(41), ...foreign },
    ];
    const outcomes = clusterOutcomes(
      SETTINGS,
      part({ foreignStatements: statements, identity: { uid: 'uid-1' } }),
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
  ])('rule 15: a takeover that is %s', (_what, who, identity, says) => {
    const statements = [{ ...snapshot(41), ...who }];
    expect(reasons(clusterOutcomes(SETTINGS, part({ foreignStatements: statements, identity }), results(), 5))).toEqual(
      [says ? expect.stringContaining('accepted later, as of 50') : expect.not.stringContaining('accepted')],
    );
  });
});

describe('rule 9: a refused watermark', () => {
  it('its snapshot is refused: the forwarder must send it again', () => {
    const snap = snapshot(30);
    const error = new NitroError('add policystringmap_pattern_binding', 1072, 599, 'Maximum resource limit reached');
    const refusedMarks = new Map([[{ ...EVERYTHING, sequence: 30 }, error]]);
    const of = part({ snapshots: [snap, snapshot(31)] });
    const outcomes = clusterOutcomes(SETTINGS, of, { ...results(), refusedMarks }, 5);
    expect(outcomes.map(({ detailType }) => detailType)).toEqual(['Prune Refused', 'Snapshot Applied']);
    expect(reasons(outcomes)[0]).toMatch(/^the appliance refused the record of the snapshot: .*Maximum resource/);
  });
});
