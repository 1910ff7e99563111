import { describe, expect, it } from 'vitest';
import { CredentialsUnavailable } from '../../../lib/aws/secrets.ts';
import { ApplianceConfig } from '../../../lib/config/appliances.ts';
import { NitroError, NitroUnreachable } from '../../../lib/nitro/index.ts';
import type { BatchReport } from '../../../lib/reconcile/index.ts';
import { measureArrival, measured, measureReport, reasonOf } from '../../../lib/runtime/measure.ts';
import { memoryMetrics } from '../../../lib/telemetry/index.ts';
import { changed, state } from '../../support/events.ts';

const edge = ApplianceConfig.parse({
  name: 'edge',
  clusters: ['c1'],
  endpoints: ['https://10.0.0.5'],
  credentials: { secret: 'nspass/edge' },
});

const outcome = {
  cluster: 'c1',
  appliance: 'edge',
  namespace: 'default',
  name: 'web',
  sequence: 5,
  programmed: [],
  removed: [],
  hosts: [],
  findings: [],
  changes: [],
  durationMs: 1,
};

describe('metrics of a batch', () => {
  it('counts apart what would be written on observe: nothing is', () => {
    const metrics = memoryMetrics();
    const report = { outcomes: [], changes: [{ op: 'add' }, { op: 'remove' }], stale: 0, unchanged: 0 };
    measureReport(metrics, { ...edge, policy: 'observe' }, report as unknown as BatchReport);
    const sum = (name: Parameters<typeof metrics.sum>[0]) => metrics.sum(name, { appliance: 'edge', reason: 'add' });
    expect([sum('ChangesObserved'), sum('ObjectsWritten')]).toEqual([1, 0]);
  });

  it('counts snapshots by cluster: one that stays away is an alarm', () => {
    const metrics = memoryMetrics();
    const data = { cluster: 'c1', appliance: 'edge', sequence: 5, from: '22', to: 'zz', ingresses: 1, changed: 0 };
    measureReport(metrics, edge, {
      outcomes: [{ detailType: 'Snapshot Applied', data: { ...data, removed: 0, durationMs: 1 } }],
      changes: [],
      stale: 0,
      unchanged: 1,
    } as unknown as BatchReport);
    expect(metrics.sum('SnapshotsApplied', { appliance: 'edge', cluster: 'c1' })).toBe(1);
  });

  it('counts changes by kind, outcomes, what changed nothing, and findings by code', () => {
    const metrics = memoryMetrics();
    const finding = { severity: 'error' as const, message: 'x' };
    measureReport(metrics, edge, {
      outcomes: [
        { detailType: 'Ingress Programmed', data: { ...outcome, latencyMs: 120 }, trigger: { at: 1, latencyMs: 340 } },
        { detailType: 'Ingress Programmed', data: { ...outcome, latencyMs: 0 } },
        {
          detailType: 'Ingress Rejected',
          data: {
            ...outcome,
            findings: [
              { code: 'HostConflict', ...finding },
              { code: 'HostInvalid', ...finding },
            ],
          },
        },
        {
          detailType: 'Prune Refused',
          data: { ...outcome, from: 'aa', to: 'zz', routes: 9, removes: 9, limitPercent: 30, reason: 'x' },
        },
      ],
      changes: [{ op: 'add' }, { op: 'add' }, { op: 'remove' }],
      stale: 2,
      unchanged: 7,
    } as unknown as BatchReport);
    const sum = (name: Parameters<typeof metrics.sum>[0], reason?: string) =>
      metrics.sum(name, { appliance: 'edge', ...(reason === undefined ? {} : { reason }) });
    expect([sum('ObjectsWritten', 'add'), sum('ObjectsWritten', 'remove')]).toEqual([2, 1]);
    expect([sum('IngressesProgrammed'), sum('IngressesRejected'), sum('PrunesRefused')]).toEqual([2, 1, 1]);
    // Only of the change of members that Kubernetes has dated.
    expect(metrics.samples.filter(({ name }) => name === 'ProgrammingLatency')).toEqual([
      { name: 'ProgrammingLatency', value: 340, dimensions: { appliance: 'edge' } },
    ]);
    expect([sum('Findings', 'HostConflict'), sum('Findings', 'HostInvalid')]).toEqual([1, 1]);
    expect([sum('EventsStale'), sum('EventsUnchanged'), sum('OutcomeLatency')]).toEqual([2, 7, 120]);
  });

  it('measures the age of what came, but not of what a replay brought', () => {
    const metrics = memoryMetrics();
    measureArrival(metrics, edge, [changed(1_000, state('a')), changed(500, state('b'), { replay: 'r' })], 1_250);
    expect(metrics.samples.map(({ value }) => value)).toEqual([250]);
  });

  it('measures each request, and counts one without an answer', async () => {
    const metrics = memoryMetrics();
    let time = 0;
    const clock = () => {
      time += 40;
      return time;
    };
    const answers = [
      async () => ({ status: 200, headers: {}, body: {} }),
      async () => {
        throw new NitroUnreachable('get', 'ECONNREFUSED', false);
      },
    ];
    const transport = measured(() => (answers.shift() as (typeof answers)[0])(), metrics, edge, clock);
    const call = { method: 'GET', path: 'config/nsversion' } as const;
    await transport(call);
    expect([metrics.sum('NitroDuration'), metrics.sum('NitroErrors')]).toEqual([40, 0]);
    await expect(transport(call)).rejects.toThrow('ECONNREFUSED');
    expect(metrics.sum('NitroDuration', { appliance: 'edge' })).toBe(80);
    expect(metrics.sum('NitroErrors', { appliance: 'edge', reason: 'NitroUnreachable' })).toBe(1);
  });

  it.each([
    [
      'the appliance refuses our password',
      new NitroError('login', 354, 401, 'Invalid username or password'),
      'credentials',
    ],
    ['it is not to be had', new CredentialsUnavailable('edge', 'no secret'), 'credentials'],
    ['it is busy', new NitroError('add', 1024, 599, 'busy'), 'busy'],
    ['it is down', new NitroUnreachable('login', 'ECONNREFUSED', false), 'NitroUnreachable'],
    ['something else is wrong', new TypeError('x'), 'TypeError'],
    ['somebody throws no error', 'x', 'unknown'],
  ])('says in one word why a batch went back: %s', (_case, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });
});
