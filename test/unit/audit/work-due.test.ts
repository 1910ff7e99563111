import { describe, expect, it } from 'vitest';
import { checkFeatures, checkPlaceholder, checkSystem } from '../../../lib/audit/check-system.ts';
import type { AuditFinding } from '../../../lib/audit/findings.ts';
import type { AuditState } from '../../../lib/audit/state.ts';
import { unsavedSeconds, type WorkFacts, workDue } from '../../../lib/audit/work-due.ts';
import type { Claim, Retired } from '../../../lib/ledger/index.ts';
import { namesOf, systemResources } from '../../../lib/netscaler/index.ts';
import { EMPTY_LEDGER } from '../../support/empty-ledger.ts';

const NOW = Date.parse('Tue Nov 24 08:00:00 2026');
const CHANGED = { configchanged: true, currentsytemtime: 'Tue Nov 24 08:30:00 2026' };

const nobody: AuditState = {
  ledgers: new Map(),
  records: new Map(),
  later: new Map(),
  owners: new Map(),
  frontends: [],
  backends: new Map(),
  system: [],
  unsettled: new Set(),
};

describe('LIF-9: age of the last change that is not saved', () => {
  it.each([
    ['all is saved', { configchanged: false, lastconfigchangedtime: 'Tue Nov 24 07:00:00 2026' }, undefined],
    ['nothing is said', undefined, undefined],
    ['just now', { ...CHANGED, lastconfigchangedtime: 'Tue Nov 24 08:30:00 2026' }, 0],
    ['by the appliance’s own clock', { ...CHANGED, lastconfigchangedtime: 'Tue Nov 24 08:29:00 2026' }, 60],
    ['text as a flag', { ...CHANGED, configchanged: 'TRUE', lastconfigchangedtime: 'Tue Nov 24 08:29:00 2026' }, 60],
    ['without a clock, by ours', { configchanged: true, lastconfigchangedtime: 'Tue Nov 24 07:59:00 2026' }, 60],
    ['in the future: its clock was set', { ...CHANGED, lastconfigchangedtime: 'Tue Nov 24 09:00:00 2026' }, 0],
    ['of a time that cannot be read', CHANGED, 'unknown'],
  ])('%s', (_what, config, age) => {
    expect(unsavedSeconds(config, NOW)).toBe(age);
  });
});

const facts = (more: Partial<WorkFacts>): WorkFacts => ({
  config: undefined,
  ledgers: new Map(),
  findings: [],
  now: NOW,
  ...more,
});

describe('work that is due', () => {
  const settings = (saveAfterSeconds: number | 'never') => ({
    appliance: 'edge',
    saveAfterSeconds,
    clusters: ['east'],
  });
  const aMinute = { ...CHANGED, lastconfigchangedtime: 'Tue Nov 24 08:29:00 2026' };
  it.each<[string, object, number | 'never', string[]]>([
    ['younger than the debounce', aMinute, 61, []],
    ['as old as the debounce', aMinute, 60, ['save']],
    ['saved at once', { ...CHANGED, lastconfigchangedtime: 'Tue Nov 24 08:30:00 2026' }, 0, ['save']],
    ['where operators save by hand', aMinute, 'never', []],
    ['of unknown age', CHANGED, 60, ['save']],
    ['nothing to save', { configchanged: false }, 0, []],
  ])('a change %s', (_what, config, saveAfterSeconds, expected) => {
    const work = workDue(settings(saveAfterSeconds), facts({ config: config as Record<string, unknown> }));
    expect(work.map((request) => request.work)).toEqual(expected);
  });

  it.each([
    [-1, ['clean-up']],
    [0, ['clean-up']],
    [1, []],
  ])('a back end whose drain time ends in %i s', (seconds, expected) => {
    const retired = { due: NOW / 1000 + seconds } as Retired;
    const ledgers = new Map([['east', { ...EMPTY_LEDGER, retired: [retired] }]]);
    const work = workDue(settings(60), facts({ ledgers }));
    expect(work.map((request) => request.work)).toEqual(expected);
  });
});

describe('rows of hosts that nobody claims', () => {
  const row = (host: string, ...clusters: string[]): AuditFinding => ({
    code: 'HostUnexplained',
    object: `policystringmap_pattern_binding nsp_f_a ${host}`,
    is: 'there',
    should: 'gone',
    owners: clusters.map((cluster) => ({ cluster, namespace: 'n', name: 'i' })),
  });
  const due = (findings: readonly AuditFinding[]) =>
    workDue({ appliance: 'edge', saveAfterSeconds: 'never', clusters: ['east'] }, facts({ findings }));

  it('are named in a clean-up, those apart whose Ingress can be asked', () => {
    expect(due([row('a.example.com'), row('b.example.com', 'east'), row('c.example.com', 'gone'), row('d e')])).toEqual(
      [
        {
          appliance: 'edge',
          work: 'clean-up',
          reason: '3 host rows have no claim',
          unclaimed: ['a.example.com', 'c.example.com', 'd e'].map((host) => ({ map: 'nsp_f_a', host })),
        },
      ],
    );
    expect(due([row('b.example.com', 'east')])).toEqual([]);
  });

  it('as many as fit an event', () => {
    const many = Array.from({ length: 5000 }, (_, index) => row(`${index}.example.com`));
    expect(due(many)[0]?.unclaimed).toHaveLength(200);
  });
});

describe('what exists once for the system', () => {
  const context = { system: 'nsp', names: namesOf('nsp'), drainSeconds: 0, now: 0 };
  const owner = { cluster: 'east', namespace: 'default', name: 'web' };
  const claims = [{ ownerKey: 'x', owner, created: 1 }] as unknown as Claim[];
  const frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' as const };
  const place = { frontend, claims } as unknown as AuditState['frontends'][number];
  const made = systemResources(context, new Set(['tls']));

  it('is compared, but for where the files of the certificate are said to be', () => {
    const system = made.map((resource) =>
      resource.type === 'sslcertkey'
        ? { ...resource, attributes: { cert: '/nsconfig/ssl/nsp-placeholder.crt', key: '/nsconfig/ssl/x' } }
        : resource,
    );
    expect(checkSystem({ ...nobody, frontends: [place], system }, context)).toEqual([]);
  });

  it.each(made.map((resource) => resource.type))('%s is missed', (type) => {
    const system = made.filter((resource) => resource.type !== type);
    const findings = checkSystem({ ...nobody, frontends: [place], system }, context);
    expect(findings.map(({ code, object, owners }) => [code, object.split(' ')[0], owners])).toEqual([
      ['ObjectMissing', type, [owner]],
    ]);
  });

  it('is not missed where nobody needs it', () => {
    expect(checkSystem(nobody, context)).toEqual([]);
    const unsettled = new Set(['x']);
    expect(checkSystem({ ...nobody, frontends: [place], unsettled }, context)).toEqual([]);
  });
});

describe('what an operator should look at', () => {
  it.each([
    ['3650', []],
    ['366', []],
    ['365', ['valid for 365 days']],
    ['-1', ['expired']],
    [undefined, []],
  ])('the placeholder certificate with %s days left', (days, expected) => {
    const attributes = days === undefined ? {} : { daystoexpiration: days };
    const id = { certkey: 'nsp-placeholder' };
    const system = [{ role: 'system' as const, type: 'sslcertkey' as const, id, attributes, owners: [] }];
    expect(checkPlaceholder({ ...nobody, system }).map(({ is }) => is)).toEqual(expected);
  });

  it.each([
    ['all enabled', { lb: true, cs: true, ssl: true, responder: true, gslb: false }, []],
    ['said as text', { lb: 'True', cs: 'FALSE', ssl: 'true', responder: 'true' }, ['nsfeature cs']],
    ['two disabled', { lb: false, cs: true, ssl: true, responder: false }, ['nsfeature lb', 'nsfeature responder']],
    ['nothing said', undefined, []],
  ])('features: %s', (_what, row, expected) => {
    expect(checkFeatures(row).map(({ object }) => object)).toEqual(expected);
  });
});
