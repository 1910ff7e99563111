import { describe, expect, it } from 'vitest';
import { ownerKey, type ReceivedEvent } from '../../../../lib/contract/index.ts';
import { groupByCluster } from '../../../../lib/reconcile/decide/batch.ts';
import { CLUSTER, changed, snapshot, state, UID, withdrawn, work } from '../../../support/events.ts';

const A = { cluster: CLUSTER, namespace: 'default', name: 'a' };
const only = (event: ReceivedEvent) => {
  const { clusters } = groupByCluster([event], 'appliance');
  expect(clusters).toHaveLength(1);
  expect(clusters[0]?.statements).toHaveLength(1);
  return clusters[0]!.statements[0]!;
};

describe('statements of a batch', () => {
  it('a change → the whole state of one Ingress', () => {
    expect(only(changed(10, state('a')))).toEqual({
      kind: 'single',
      owner: A,
      sequence: 10,
      state: state('a'),
      verify: false,
      clusterUid: UID,
      takesOver: false,
      replayed: false,
    });
  });

  it('a withdrawal → no state', () => {
    expect(only(withdrawn(10, 'a'))).toEqual({
      kind: 'single',
      owner: A,
      sequence: 10,
      state: undefined,
      verify: false,
      clusterUid: UID,
      takesOver: false,
      replayed: false,
    });
  });

  it('a snapshot → all states of its range, by key', () => {
    const listed = [{ namespace: 'default', name: 'large' }];
    expect(only(snapshot(10, [state('a')], { from: 'ab', to: 'cd', flagged: true, listed }))).toEqual({
      kind: 'snapshot',
      cluster: CLUSTER,
      sequence: 10,
      from: 'ab',
      to: 'cd',
      flagged: true,
      verify: false,
      exempt: false,
      present: new Map([[ownerKey(A), { owner: A, state: state('a') }]]),
      listed: new Set([ownerKey({ ...A, name: 'large' })]),
      clusterUid: UID,
      takesOver: false,
      replayed: false,
    });
  });

  it.each([
    ['nobody', undefined, false],
    ['nobody of those asked', [], false],
    ['another appliance', ['other'], false],
    ['this one', ['appliance'], true],
    ['this one among others', ['other', 'appliance'], true],
  ])('rule 10: %s is asked to verify', (_who, verify, expected) => {
    const common = verify === undefined ? {} : { verify };
    for (const event of [changed(1, state('a'), common), withdrawn(1, 'a', common), snapshot(1, [], common)]) {
      expect(only(event).verify).toBe(expected);
    }
  });

  it.each([
    ['live', snapshot(1, []), false],
    ['replayed', snapshot(1, [], { replay: 'r' }), true],
    ['approved', snapshot(1, [], { confirmed: true }), true],
    ['not approved', snapshot(1, [], { confirmed: false }), false],
  ])('rule 11: a snapshot that is %s', (_what, event, exempt) => {
    expect(only(event)).toMatchObject({ exempt });
  });

  it('rule 14: an event that a replay brings is known as such', () => {
    expect(only(changed(1, state('a'), { replay: 'r' }))).toMatchObject({ replayed: true });
    expect(only(withdrawn(1, 'a', { replay: 'r' }))).toMatchObject({ replayed: true });
    expect(only(snapshot(1, [], { replay: 'r' }))).toMatchObject({ replayed: true });
  });

  it.each([undefined, false, true])('rule 15: a snapshot that says takesOver %s', (takesOver) => {
    const event = snapshot(1, [], takesOver === undefined ? {} : { takesOver });
    expect(only(event)).toMatchObject({ takesOver: takesOver === true });
  });
});

describe('a batch grouped by cluster', () => {
  it('is sorted by cluster, in order, and remembers when each state was taken', () => {
    const events = [
      changed(10, state('a')),
      changed(11, state('b'), { cluster: 'second' }),
      withdrawn(12, 'a', { uid: 'uid-2' }),
    ];
    const { clusters, times } = groupByCluster(events, 'appliance');
    expect(clusters.map(({ cluster, statements }) => [cluster, ...statements.map(({ sequence }) => sequence)])).toEqual(
      [
        [CLUSTER, 10, 12],
        ['second', 11],
      ],
    );
    expect(clusters[0]?.statements.map(({ clusterUid }) => clusterUid)).toEqual([UID, 'uid-2']);
    expect(times).toEqual(
      new Map([
        [`${CLUSTER} 10`, 10],
        ['second 11', 11],
        [`${CLUSTER} 12`, 12],
      ]),
    );
  });

  it('rule 10: work is this appliance’s own', () => {
    const save = work('save');
    expect(groupByCluster([save, work('clean-up')], 'appliance').work.map((one) => one.work)).toEqual([
      'save',
      'clean-up',
    ]);
    expect(groupByCluster([save], 'other').work).toEqual([]);
  });

  it('events of other kinds are not for us', () => {
    const others: ReceivedEvent[] = [
      {
        detailType: 'Resync Requested',
        data: { cluster: CLUSTER, appliances: ['appliance'], reason: '' },
        id: '1',
        time: 1,
      },
      {
        detailType: 'Ingress Stale',
        data: { cluster: CLUSTER, appliance: 'appliance', namespace: 'n', name: 'a', sequence: 1, recorded: 2 },
        id: '2',
        time: 1,
      },
    ];
    expect(groupByCluster(others, 'appliance')).toEqual({
      clusters: [],
      work: [],
      times: new Map(),
      triggers: new Map(),
    });
  });

  it('keeps when the members of a live change changed: a replay tells it once more', () => {
    const batch = groupByCluster(
      [
        { ...changed(10, state('a')), triggeredAt: 5 },
        { ...changed(20, state('b'), { replay: 'again' }), triggeredAt: 6 },
        changed(30, state('c')),
      ],
      'appliance',
    );
    expect(batch.triggers).toEqual(new Map([[`${CLUSTER} 10`, 5]]));
  });
});
