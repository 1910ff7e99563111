import { describe, expect, it } from 'vitest';
import { type IngressState, ownerKey } from '../../../../lib/contract/index.ts';
import { hashesOf, type IngressRecord, type Ledger } from '../../../../lib/ledger/index.ts';
import { appliedRow } from '../../../../lib/reconcile/apply/ledger-rows.ts';
import { groupByCluster, type ReceivedStatement } from '../../../../lib/reconcile/decide/batch.ts';
import { guard, type RefusedSnapshot } from '../../../../lib/reconcile/decide/prune-guard.ts';
import { eventCauses, refusalReason } from '../../../../lib/reconcile/decide/refusal-reason.ts';
import { type TaskContext, taskOf } from '../../../../lib/reconcile/decide/task.ts';
import { EMPTY_LEDGER } from '../../../support/empty-ledger.ts';
import { CLUSTER, changed, type StateOptions, snapshot, state, withdrawn } from '../../../support/events.ts';

const CONFIG: TaskContext = { filter: {}, rules: { hostOwnership: [], ipsets: [] } };
const HALF = { percent: 50, minimum: 1 };
const NAMES = ['a', 'b', 'c', 'd'];
const two = (name: string, more: StateOptions = {}): IngressState =>
  state(name, { hosts: [`${name}.example.com`, `www.${name}.example.com`], ...more });
const ALL = NAMES.map((name) => two(name));

const statementsIn = (...events: Parameters<typeof groupByCluster>[0]): readonly ReceivedStatement[] =>
  groupByCluster(events, 'appliance').clusters[0]?.statements ?? [];

/** The records after these states were applied. */
function recorded(states: readonly IngressState[], more: Partial<IngressRecord> = {}): Ledger {
  const statements = statementsIn(snapshot(10, states));
  const { tasks } = guard(statements, EMPTY_LEDGER, new Map(), { ...CONFIG, prune: HALF });
  return {
    ...EMPTY_LEDGER,
    ingresses: new Map(tasks.map((task) => [task.decision.key, { ...appliedRow(task), ...more }])),
  };
}

const guarded = (
  events: Parameters<typeof groupByCluster>[0],
  config: Partial<TaskContext> = {},
  known = recorded(ALL),
) => guard(statementsIn(...events), known, new Map(), { ...CONFIG, ...config, prune: HALF });
const refusalOf = (...args: Parameters<typeof guarded>): RefusedSnapshot | undefined =>
  [...guarded(...args).refusals.values()][0];

const rules = CONFIG.rules;
const bare = (each: IngressState): IngressState => ({ ...each, tls: [] });
const emptied = (each: IngressState): IngressState => ({
  ...each,
  backends: each.backends.map((backend) => ({ ...backend, members: [] })),
});
/** Two paths without a common one: the host leads nowhere (VAL-5). */
const ambiguous = (each: IngressState): IngressState => ({
  ...each,
  rules: each.rules.map((rule) => ({
    ...rule,
    paths: ['a', 'b'].map((service) => ({
      path: `/${service}`,
      pathType: 'Prefix',
      backend: { service: { name: service, port: 443 } },
    })),
  })),
});
const half = (each: IngressState): IngressState => ({ ...each, rules: each.rules.slice(1) });

describe('rule 11, LIF-6: what a snapshot would remove, for whatever cause', () => {
  it.each<[string, readonly IngressState[], Partial<TaskContext>, RefusedSnapshot['causes'] | undefined]>([
    ['as it was', ALL, {}, undefined],
    ['Ingresses are missing', ALL.slice(3), {}, { missing: 6 }],
    ['half of them: not more than the share', ALL.slice(2), {}, undefined],
    ['ingressClasses is mistyped', ALL, { filter: { ingressClasses: ['citirx'] } }, { unselected: 8 }],
    ['namespaces is mistyped: nothing is removed', ALL, { filter: { namespaces: ['defualt'] } }, undefined],
    ['frontendIPs is mistyped', ALL, { rules: { ...rules, frontendIPs: ['198.51.100.0/24'] } }, { rejected: 8 }],
    [
      'frontendIPs has moved to another appliance',
      ALL,
      { rules: { ...rules, frontendIPs: [], otherFrontendIPs: ['192.0.2.0/24'] } },
      { elsewhere: 8 },
    ],
    [
      'hostOwnership gives the domain to others',
      ALL,
      { rules: { ...rules, hostOwnership: [{ suffix: 'example.com', namespaces: ['other'] }] } },
      { rejected: 8 },
    ],
    ['memberNetworks is mistyped', ALL, { rules: { ...rules, memberNetworks: ['172.16.0.0/12'] } }, { closed: 8 }],
    ['states lost spec.tls', ALL.map(bare), {}, { rejected: 8 }],
    ['each keeps one host of two: not more than the share', ALL.map(half), {}, undefined],
    ['some keep one host of two, others are missing', ALL.slice(1).map(half), {}, { missing: 2, reduced: 3 }],
    ['back ends have no members any more', ALL.map(emptied), {}, { emptied: 8 }],
    [
      'half of them have none: not more than the share',
      [...ALL.slice(2), ...ALL.slice(0, 2).map(emptied)],
      {},
      undefined,
    ],
    [
      'some have none any more, others are missing',
      ALL.slice(1).map((each, index) => (index === 0 ? each : emptied(each))),
      {},
      { missing: 2, emptied: 4 },
    ],
    [
      'the view names no members, and appliances.yml would allow none of others',
      ALL.map((each, index) => (index < 2 ? each : emptied(each))),
      { rules: { ...rules, memberNetworks: ['172.16.0.0/12'] } },
      { closed: 4, emptied: 4 },
    ],
    ['a path that closes a host', ALL.map(ambiguous), {}, { emptied: 8 }],
    [
      'a host moves from one Ingress to another',
      [...ALL.slice(0, 1), two('e', { hosts: ['b.example.com'] })],
      {},
      { missing: 6 },
    ],
  ])('%s', (_what, states, config, causes) => {
    const refusal = refusalOf([snapshot(20, states)], config);
    expect(refusal?.causes).toEqual(causes);
    if (causes !== undefined) expect(refusal?.routes).toBe(8);
  });

  it('back ends that were empty before are not counted as closed: the record does not say which', () => {
    const empty = NAMES.map((name) => two(name, { members: [] }));
    const config = { rules: { ...rules, memberNetworks: ['172.16.0.0/12'] } };
    expect(refusalOf([snapshot(20, ALL)], config, recorded(empty))).toBeUndefined();
  });

  it('back ends that were empty before lose nothing more, and may come and go', () => {
    const empty = ALL.map(emptied);
    expect(refusalOf([snapshot(20, empty)], {}, recorded(empty))).toBeUndefined();
    expect(refusalOf([snapshot(20, ALL)], {}, recorded(empty))).toBeUndefined();
  });

  it('a Deployment that is scaled to zero comes by a single event, and the snapshot after it says the same', () => {
    const zero = ALL.map(emptied);
    const { refusals, tasks } = guarded([...zero.map((each, index) => changed(20 + index, each)), snapshot(30, zero)]);
    expect([...refusals.values()].map(({ causes }) => causes)).toEqual([{ emptied: 8 }]);
    expect(tasks.map(({ hashes }) => hashes.members.at(-1))).toEqual(['-', '-', '-', '-']);
    expect(refusalOf([snapshot(40, zero)], {}, recorded(zero))).toBeUndefined();
  });

  it.each([
    ['confirmed', snapshot(20, ALL, { confirmed: true })],
    ['replayed', snapshot(20, ALL, { replay: 'r' })],
  ])('a %s snapshot is exempt, whatever the cause', (_what, event) => {
    const { refusals, tasks } = guarded([event], { filter: { ingressClasses: ['citirx'] } });
    expect(refusals.size).toBe(0);
    expect(tasks.filter(({ wanted }) => wanted === undefined)).toHaveLength(4);
  });

  it('a refusal holds up no other event, and lets an older snapshot speak', () => {
    const events = [changed(30, two('a', { service: 'new' })), withdrawn(31, 'b'), snapshot(20, []), snapshot(15, ALL)];
    const { tasks, refusals, snapshots } = guarded(events);
    expect([...refusals.keys()].map(({ sequence }) => sequence)).toEqual([20]);
    expect(snapshots.map(({ sequence }) => sequence)).toEqual([15]);
    expect(tasks.map(({ decision }) => `${decision.owner.name}@${decision.sequence}`).sort()).toEqual([
      'a@30',
      'b@31',
      'c@15',
      'd@15',
    ]);
  });

  it('a crash half-way does not turn the rest into a refusal', () => {
    const known = recorded(ALL);
    const done = known.ingresses.get(ownerKey({ cluster: CLUSTER, namespace: 'default', name: 'a' })) as IngressRecord;
    const ingresses = new Map(known.ingresses).set(done.key, {
      ...done,
      kind: 'tombstone',
      state: 'pending',
      routes: 0,
    });
    expect(refusalOf([snapshot(20, ALL.slice(2))], {}, { ...known, ingresses })).toBeUndefined();
  });

  it('singles are not guarded', () => {
    const { refusals, tasks } = guarded(ALL.map((each, index) => changed(20 + index, bare(each))));
    expect(refusals.size).toBe(0);
    expect(tasks.filter(({ wanted }) => wanted === undefined)).toHaveLength(4);
  });
});

describe('rule 11: what a refusal says', () => {
  it('the counts by cause, an example, and what to do about appliances.yml', () => {
    const refusal = refusalOf([snapshot(20, ALL)], { rules: { ...rules, frontendIPs: ['198.51.100.0/24'] } });
    const reason = refusalReason(refusal as RefusedSnapshot, 50);
    expect(reason).toContain('would remove 8 of 8 routes of its range, more than 50 %: nothing was changed');
    expect(reason).toContain(
      '8 of Ingresses that have no valid route (default/a: FrontendIPForbidden, 192.0.2.10 is outside',
    );
    expect(reason).toContain('If appliances.yml is wrong, correct and deploy it: the next snapshot is accepted');
  });

  it('the example is the first Ingress that the snapshot itself rejects', () => {
    const [a, b, c, d] = ALL as [IngressState, IngressState, IngressState, IngressState];
    const invalid = (each: IngressState): IngressState => ({
      ...each,
      rules: each.rules.map((rule) => ({ ...rule, host: 'no_host' })),
    });
    const mistyped = { rules: { ...rules, frontendIPs: ['198.51.100.0/24'] } };
    const known = recorded([a, b, d]);
    const exampleOf = (...args: Parameters<typeof guarded>) => refusalOf(...args)?.example?.split(':')[0];
    expect(exampleOf([snapshot(20, ALL)], mistyped)).toBe('default/a');
    // C has no record, and so nothing to lose; A comes in an event of its own.
    expect(exampleOf([changed(21, invalid(a)), snapshot(20, [c, b, d])], mistyped, known)).toBe('default/b');
    expect(exampleOf([snapshot(20, [])], {}, known)).toBeUndefined();
    // A finding that is a warning rejects nothing.
    const warned = { ...invalid(a), annotations: { ...a.annotations, 'ingress.citrix.com/listenpolicy': 'x' } };
    expect(refusalOf([snapshot(20, [warned])])?.example).toMatch(/^default\/a: HostInvalid, /);
    // A namespace that is not selected has no task.
    const other = NAMES.map((name) => two(name, { namespace: 'other' }));
    const selected = { ...mistyped, filter: { namespaces: ['other'] } };
    expect(exampleOf([snapshot(20, [...ALL, ...other])], selected, recorded([...ALL, ...other]))).toBe('other/a');
    // Routes that are left are not a rejection.
    expect(
      exampleOf([
        snapshot(
          20,
          ALL.map((each) => half(invalid(each))),
        ),
      ]),
    ).toBe('default/a');
    expect(exampleOf([snapshot(20, [{ ...half(a), rules: [...half(a).rules, ...invalid(a).rules] }])])).toBeUndefined();
  });

  it('a namespace that is not selected has no task', () => {
    expect(guarded([snapshot(20, ALL)], { filter: { namespaces: ['other'] } }).tasks).toEqual([]);
  });

  it('of missing ones alone: approve, or wait', () => {
    const reason = refusalReason({ routes: 10, removes: 8, causes: { missing: 8 } }, 50);
    expect(reason).toContain(
      '8 of Ingresses that are not in the snapshot. If the removal is intended, approve it with a confirmed snapshot; otherwise wait',
    );
    expect(reason).not.toContain('appliances.yml');
  });

  it('of a view without members: where to look, and nothing of appliances.yml; the event knows one cause', () => {
    const refusal = refusalOf([snapshot(20, ALL.map(emptied))]) as RefusedSnapshot;
    const reason = refusalReason(refusal, 50);
    expect(reason).toContain(
      '8 of Ingresses that had members and for which the snapshot names none. Check that the forwarder',
    );
    expect(reason).not.toContain('appliances.yml');
    expect(eventCauses(refusal)).toEqual({ closed: 8 });
    expect(eventCauses({ ...refusal, causes: { missing: 1 } })).toEqual({ missing: 1 });
    expect(eventCauses({ ...refusal, causes: { missing: 1, closed: 2, emptied: 3 } })).toEqual({
      missing: 1,
      closed: 5,
    });
  });

  it('each cause in turn', () => {
    const causes = { missing: 1, unselected: 2, elsewhere: 3, rejected: 4, closed: 5, emptied: 6, reduced: 7 };
    const reason = refusalReason({ routes: 30, removes: 28, causes }, 50);
    for (const words of ['1 of', '2 of', '3 of', '4 of', '5 of', '6 of', '7 of'])
      expect(reason).toContain(`${words} Ingresses`);
    expect(reason).toMatch(/not in the snapshot, 2 of Ingresses/);
    for (const field of ['ingressClasses', 'frontendIPs', 'memberNetworks']) expect(reason).toContain(field);
  });
});

describe('what the guard needs of a task', () => {
  it.each<[string, Partial<TaskContext>, string | undefined]>([
    ['taken', {}, undefined],
    ['of another class', { filter: { ingressClasses: ['other'] } }, 'unselected'],
    ['at another appliance', { rules: { ...rules, frontendIPs: [], otherFrontendIPs: ['192.0.2.0/24'] } }, 'elsewhere'],
    ['rejected', { rules: { ...rules, frontendIPs: [] } }, undefined],
  ])('why an Ingress is passed by: %s', (_what, config, expected) => {
    const [decision] = guarded([changed(20, two('a'))]).tasks.map((task) => task.decision);
    expect(taskOf(decision!, { ...CONFIG, ...config })?.skipped).toBe(expected);
  });

  it('hashes are those of what is wanted', () => {
    const [task] = guarded([changed(20, two('a'))]).tasks;
    expect(task?.hashes).toEqual(hashesOf(task!.wanted!));
  });
});
