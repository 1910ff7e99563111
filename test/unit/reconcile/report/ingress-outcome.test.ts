import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../../lib/contract/index.ts';
import { finding } from '../../../../lib/ingress/index.ts';
import { type NitroError, NitroError as Refusal } from '../../../../lib/nitro/index.ts';
import { type Change, claimsOf, type HostAssignment, render } from '../../../../lib/plan/index.ts';
import { emptyResult, type TaskResult } from '../../../../lib/reconcile/apply/task-results.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { type OutcomeContext, outcomeOf, taskOutcomes } from '../../../../lib/reconcile/report/ingress-outcome.ts';
import { hostOf } from '../../../../lib/route/index.ts';
import { state } from '../../../support/events.ts';
import { type RoutesOptions, routesOf } from '../../plan/routes.ts';
import { FRONTENDS, OTHER_FRONTENDS, OWNER, row, task, WITH_REDIRECT } from '../support.ts';

const CONTEXT: OutcomeContext = {
  appliance: 'alpha',
  clusterUid: () => 'u1',
  durationMs: 5,
  latencyMs: () => undefined,
  trigger: () => undefined,
};
const TLS = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;
const ADDRESS = { ip: '192.0.2.10', port: 443 };
const OLD_ADDRESS = { ip: '192.0.2.11', port: 443 };

/** Who holds the only host of these routes; the others stand by. */
function holding(holder: RoutesOptions, ...standby: RoutesOptions[]): HostAssignment {
  const claimOf = (options: RoutesOptions) =>
    claimsOf(routesOf({ hosts: { 'x.example.com': 'web' }, ...options }))[0]!.claim;
  return {
    frontend: TLS,
    host: 'x.example.com',
    holder: claimOf(holder),
    standby: standby.map(claimOf),
    formerKey: undefined,
  };
}
const result = (of: Task, more: Partial<TaskResult> = {}): TaskResult => ({ ...emptyResult(of), ...more });
const change = (name: string): Change => ({
  op: 'remove',
  resource: { role: 'lbvserver', type: 'lbvserver', id: { name }, attributes: {}, owners: [] },
});
const refused = (change: Change): { change: Change; error: NitroError } => ({
  change,
  error: new Refusal('add', 1075, 599, 'Invalid name'),
});
const STATE = state('a', { namespace: 'n' });
const held = [holding({})];

describe('the change of members that an outcome answers', () => {
  const trigger = { at: 1_000, latencyMs: 250 };
  const context = { ...CONTEXT, trigger: () => trigger };

  it('goes with what is programmed', () => {
    const programmed = outcomeOf(result(task({}, { state: STATE }), { hostAssignments: held }), context);
    expect(programmed).toMatchObject({ detailType: 'Ingress Programmed', trigger });
  });

  it('is left out where nothing is programmed', () => {
    expect(outcomeOf(result(task({}, { state: STATE })), context)).not.toHaveProperty('trigger');
  });
});

describe('REP-3: the outcome of one Ingress', () => {
  it('programmed: where, which hosts, and what was changed for it', () => {
    const latencyMs = (): number => 7;
    expect(
      outcomeOf(result(task({}, { state: STATE }), { hostAssignments: held, lines: [render(change('b'))] }), {
        ...CONTEXT,
        latencyMs,
      }),
    ).toEqual({
      detailType: 'Ingress Programmed',
      data: {
        cluster: 'c1',
        clusterUid: 'u1',
        appliance: 'alpha',
        namespace: 'n',
        name: 'a',
        sequence: 20,
        programmed: [ADDRESS],
        removed: [],
        hosts: ['x.example.com'],
        findings: [],
        changes: ['rm lb vserver b'],
        durationMs: 5,
        latencyMs: 7,
      },
    });
  });

  it('REP-1: names the cluster and the Ingress that it is about', () => {
    const of = result(task({}, { state: { ...STATE, uid: 'i1' } }), { hostAssignments: held });
    expect(outcomeOf(of, CONTEXT).data).toMatchObject({ clusterUid: 'u1', uid: 'i1' });
    expect(outcomeOf(of, { ...CONTEXT, clusterUid: () => undefined }).data).not.toHaveProperty('clusterUid');
    expect(outcomeOf(result(task(undefined)), CONTEXT).data).not.toHaveProperty('uid');
  });

  it('VAL-8: hosts without a member are reset; where none serves, it is rejected and has no address', () => {
    const wanted = task({ members: 0 }, { state: STATE, row: row({ frontends: FRONTENDS }) });
    const [first] = wanted.wanted?.routes ?? [];
    const host = first === undefined ? '' : hostOf(first);
    const none = outcomeOf(result(wanted, { hostAssignments: [{ ...holding({}), host }] }), CONTEXT);
    expect(none).toMatchObject({
      detailType: 'Ingress Rejected',
      data: { programmed: [], removed: [ADDRESS], hosts: [], resetHosts: [host] },
    });
    const both = [holding({}), { ...holding({}), host }];
    expect(outcomeOf(result(wanted, { hostAssignments: both }), CONTEXT)).toMatchObject({
      detailType: 'Ingress Programmed',
      data: { programmed: [ADDRESS], removed: [], hosts: ['x.example.com'], resetHosts: [host] },
    });
  });

  it('hosts are named once, sorted, and without those of port 80', () => {
    const at = (host: string, kind: 'tls' | 'http' = 'tls'): HostAssignment => ({
      ...holding({}),
      host,
      frontend: { ...TLS, kind },
    });
    const hostAssignments = [at('b'), at('a'), at('b'), at('c', 'http'), holding({ name: 'b' })];
    expect(
      outcomeOf(result(task({ redirect: true }, { state: STATE }), { hostAssignments }), CONTEXT).data,
    ).toMatchObject({
      hosts: ['a', 'b'],
      programmed: [ADDRESS],
    });
  });

  it.each<[string, TaskResult, string]>([
    ['held', result(task({}, { state: STATE }), { hostAssignments: held }), 'Ingress Programmed'],
    ['withdrawn', result(task(undefined, { row: row({ frontends: FRONTENDS }) })), 'Ingress Removed'],
    ['of a class that is not selected', result(task(undefined, { state: STATE })), 'Ingress Removed'],
    [
      'held by an older one',
      result(task({}, { state: STATE }), { hostAssignments: [holding({ name: 'b' }, {})] }),
      'Ingress Rejected',
    ],
    [
      'invalid',
      result({ ...task(undefined, { state: STATE }), findings: [finding('HostInvalid', { message: 'm' })] }),
      'Ingress Rejected',
    ],
    [
      'without routes, and only warned of',
      result({ ...task(undefined, { state: STATE }), findings: [finding('PathsIgnored', { message: 'm' })] }),
      'Ingress Removed',
    ],
    [
      'refused by the appliance',
      result(task({}), { hostAssignments: held, failures: [refused(change('b'))] }),
      'Ingress Failed',
    ],
    ['not as it was written', result(task({}), { hostAssignments: held, unsettled: true }), 'Ingress Failed'],
  ])('an Ingress that is %s: %s has its outcome', (_what, of, expected) => {
    expect(outcomeOf(of, CONTEXT).detailType).toBe(expected);
  });

  it.each([
    ['the command and the appliance’s words', { failures: [refused(change('b'))] }, /^rm lb vserver b: .*Invalid name/],
    ['another writer', { unsettled: true }, /another writer/],
  ])('a failure names %s, and confirms nothing', (_what, more, reason) => {
    const data = outcomeOf(
      result(task({}, { row: row({ frontends: OTHER_FRONTENDS }) }), { hostAssignments: held, ...more }),
      CONTEXT,
    ).data;
    expect(data).toMatchObject({ reason: expect.stringMatching(reason), retry: false });
    expect(data).toMatchObject({ programmed: [], removed: [], hosts: [] });
  });

  it('an unknown time → no latency', () => {
    expect(outcomeOf(result(task({})), CONTEXT).data).not.toHaveProperty('latencyMs');
  });
});

describe('REP-1: addresses', () => {
  it.each<[string, TaskResult, object]>([
    ['new', result(task({}), { hostAssignments: held }), { programmed: [ADDRESS], removed: [] }],
    [
      'kept',
      result(task({}, { row: row({ frontends: FRONTENDS }) }), { hostAssignments: held }),
      { programmed: [ADDRESS], removed: [] },
    ],
    [
      'moved',
      result(task({}, { row: row({ frontends: OTHER_FRONTENDS }) }), { hostAssignments: held }),
      { programmed: [ADDRESS], removed: [OLD_ADDRESS] },
    ],
    [
      'moved by an invocation that was cut off',
      result(task({}, { row: row({ frontends: FRONTENDS, state: 'pending', formerFrontends: OTHER_FRONTENDS }) }), {
        hostAssignments: held,
      }),
      { programmed: [ADDRESS], removed: [OLD_ADDRESS] },
    ],
    [
      'moved from several addresses, interrupted',
      result(task({}, { row: row({ frontends: FRONTENDS, state: 'pending', formerFrontends: 'anywhere' }) }), {
        hostAssignments: held,
      }),
      { programmed: [ADDRESS], removed: [] },
    ],
    [
      'withdrawn',
      result(task(undefined, { row: row({ frontends: FRONTENDS }) })),
      { programmed: [], removed: [ADDRESS] },
    ],
    [
      'lost to an older one',
      result(task({}, { row: row({ frontends: FRONTENDS }) }), { hostAssignments: [holding({ name: 'b' }, {})] }),
      { programmed: [], removed: [ADDRESS] },
    ],
    [
      'never recorded, and held by an older one: an earlier outcome may say otherwise',
      result(task({}), { hostAssignments: [holding({ name: 'b' }, {})] }),
      { programmed: [], removed: [ADDRESS] },
    ],
    ['never there', result(task(undefined)), { programmed: [], removed: [] }],
    [
      'only a redirect before',
      result(task(undefined, { row: row({ frontends: WITH_REDIRECT.slice(1) }) })),
      { programmed: [], removed: [] },
    ],
    [
      'another port of the same address',
      result(task({}, { row: row({ frontends: FRONTENDS.map((each) => ({ ...each, port: 8443 })) }) }), {
        hostAssignments: held,
      }),
      { programmed: [ADDRESS], removed: [{ ...ADDRESS, port: 8443 }] },
    ],
  ])('%s', (_what, of, expected) => {
    expect(outcomeOf(of, CONTEXT).data).toMatchObject(expected);
  });

  it('two hosts of one front end have one address', () => {
    const two = task({ hosts: { 'x.example.com': 'web', 'y.example.com': 'web' }, redirect: true });
    expect(outcomeOf(result(two, { hostAssignments: held }), CONTEXT).data).toMatchObject({ programmed: [ADDRESS] });
  });
});

describe('why not more', () => {
  const findings = (more: Partial<TaskResult>): unknown =>
    (outcomeOf(result(task({}, { state: STATE }), more), CONTEXT).data as { findings: unknown }).findings;

  it('CON-1: HostConflict names the holder', () => {
    expect(findings({ hostAssignments: [holding({ name: 'b' }, {})] })).toMatchObject([
      {
        code: 'HostConflict',
        value: 'x.example.com',
        message:
          '"x.example.com" on 192.0.2.10:443 belongs to the older Ingress n/b, which sends it to the same Service and port: no traffic is lost',
      },
    ]);
  });

  it('and its kind, where that is a TLSRoute', () => {
    expect(findings({ hostAssignments: [holding({ name: 'tlsroute/b' }, {})] })).toMatchObject([
      { message: expect.stringContaining('belongs to the older TLSRoute n/tlsroute/b') },
    ]);
  });

  it('and the wildcard of a TLSRoute as its manifest writes it', () => {
    const held = { ...holding({ name: 'tlsroute/b' }, {}), host: '**.example.com' };
    expect(findings({ hostAssignments: [held] })).toMatchObject([
      { value: '*.example.com', message: expect.stringMatching(/^"\*\.example\.com" on 192\.0\.2\.10:443 belongs/) },
    ]);
  });

  it('and says nothing of the traffic where the holder sends the host elsewhere', () => {
    expect(
      findings({ hostAssignments: [holding({ name: 'b', hosts: { 'x.example.com': 'other' } }, {})] }),
    ).toMatchObject([{ message: '"x.example.com" on 192.0.2.10:443 belongs to the older Ingress n/b' }]);
  });

  it('and its cluster, where that is another', () => {
    expect(findings({ hostAssignments: [holding({ name: 'c' }, {})] })).toMatchObject([
      { message: '"x.example.com" on 192.0.2.10:443 belongs to the older Ingress n/c of cluster c2' },
    ]);
  });

  it.each<[string, HostAssignment[]]>([
    ['who holds it', [holding({}, { name: 'b' })]],
    ['who has no part in it', [holding({ name: 'b' }, { name: 'c' })]],
    [
      'who loses a redirect: that is no conflict of its own',
      [{ ...holding({ name: 'b' }, {}), frontend: { ...TLS, kind: 'http' } }],
    ],
  ])('no conflict is reported to %s', (_what, hostAssignments) => {
    expect(findings({ hostAssignments })).toEqual([]);
  });

  it('CON-5: FrontendSettingConflict names what was decided, and by whom', () => {
    const wish = (name: string, value: string) => {
      const owner = { ...OWNER, name };
      return { attribute: 'clttimeout', value, created: 1, ownerKey: ownerKey(owner), owner };
    };
    const conflict = { frontend: TLS, wanted: wish('a', '60'), decided: wish('b', '70') };
    const others = { frontend: TLS, wanted: wish('b', '60'), decided: wish('a', '70') };
    expect(findings({ settingConflicts: [conflict, others] })).toMatchObject([
      {
        code: 'FrontendSettingConflict',
        value: 'clttimeout: 60',
        message: 'clttimeout of 192.0.2.10:443 is 70, as the older Ingress n/b asks; 60 has no effect',
      },
    ]);
  });

  it('END-1: MemberRefused names the members that the appliance did not take', () => {
    const members = [
      { ip: '10.0.0.2', port: 666 },
      { ip: '2001:db8::2', port: 443 },
    ];
    expect(findings({ refusedMembers: [{ group: 'g', members }] })).toMatchObject([
      { code: 'MemberRefused', severity: 'warning', message: expect.stringContaining('10.0.0.2:666') },
    ]);
    expect(findings({ refusedMembers: [{ group: 'g', members }] })).toMatchObject([
      { message: expect.stringContaining('[2001:db8::2]:443') },
    ]);
  });

  it('findings are at most a hundred', () => {
    const many = Array.from({ length: 150 }, () => holding({ name: 'b' }, {}));
    expect(findings({ hostAssignments: many })).toHaveLength(100);
  });

  it.each([
    [200, 200, undefined],
    [201, 201, '… and 1 more'],
    [1000, 201, '… and 800 more'],
  ])('%i changes: %i lines', (count, lines, last) => {
    const written = Array.from({ length: count }, (_, index) => render(change(String(index))));
    const listed = (outcomeOf(result(task({}), { lines: written }), CONTEXT).data as { changes: string[] }).changes;
    expect(listed).toHaveLength(lines);
    expect(listed.at(-1)).toBe(last ?? `rm lb vserver ${count - 1}`);
  });
});

describe('REP-2: one outcome for each Ingress that was planned or that an event names', () => {
  const withAction = (action: Task['action'], live: boolean): Task => ({
    ...task(undefined, live ? { row: row() } : {}),
    action,
  });
  const only = (result: TaskResult) => new Map([[result.task.decision.key, result]]);
  it.each<[string, Task, ReadonlyMap<string, TaskResult>, number]>([
    ['planned', withAction('plan', true), only(emptyResult(withAction('plan', true))), 1],
    ['planned, unchanged', withAction('verify', false), only(emptyResult(withAction('verify', false))), 1],
    ['recorded, and had nothing', withAction('record', false), new Map(), 1],
    ['recorded as unchanged', withAction('record', true), new Map(), 0],
    ['untouched', withAction('none', false), new Map(), 0],
  ])('%s', (_what, one, done, count) => {
    expect(taskOutcomes([one], done, CONTEXT)).toHaveLength(count);
  });

  it('a record without routes → Ingress Removed', () => {
    expect(taskOutcomes([withAction('record', false)], new Map(), CONTEXT).map(({ detailType }) => detailType)).toEqual(
      ['Ingress Removed'],
    );
  });
});
