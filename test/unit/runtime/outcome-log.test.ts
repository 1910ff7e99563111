import { describe, expect, it } from 'vitest';
import { queries } from '../../../infra/queries.ts';
import type { Outcome } from '../../../lib/reconcile/index.ts';
import { logOutcome } from '../../../lib/runtime/outcome-log.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { deploy } from '../infra/support.ts';

const traceId = '6b054400bd864e3a8d4a1a2b3c4d5e6f';
const outcome = {
  cluster: 'c1',
  appliance: 'edge',
  namespace: 'shop',
  name: 's0',
  sequence: 5,
  programmed: [],
  removed: [],
  hosts: [],
  findings: [],
  changes: [],
  durationMs: 1,
};
const range = { cluster: 'c1', appliance: 'edge', sequence: 5, from: '22', to: 'zz' };
const conflict = { severity: 'error' as const, code: 'HostConflict' as const };

const said = (one: unknown) => {
  const log = memoryLog();
  logOutcome(log, one as Outcome, { traceId });
  const [{ level, message, fields } = { level: '', message: '', fields: {} }] = log.lines;
  expect(fields).toHaveProperty('traceId', traceId);
  return { level, message, ...Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => name !== 'traceId')) };
};

describe('outcomes in the log', () => {
  it('a rejection → a warning with its reason, findings, cluster', () => {
    const findings = [
      { ...conflict, message: 'shop.example.com is held by prod/web.' },
      { ...conflict, message: 'www.example.com is held by prod/www.' },
      { severity: 'warning' as const, code: 'PathIgnored' as const, message: 'a path' },
    ];
    expect(said({ detailType: 'Ingress Rejected', data: { ...outcome, findings } })).toEqual({
      level: 'warn',
      message: 'Ingress Rejected',
      appliance: 'edge',
      cluster: 'c1',
      sequence: 5,
      ingress: 'shop/s0',
      findings: ['HostConflict', 'PathIgnored'],
      changes: 0,
      reason: 'shop.example.com is held by prod/web. www.example.com is held by prod/www.',
    });
  });

  it('a failure → a warning with the command and the answer', () => {
    const reason = 'add serviceGroup x: License limit reached';
    expect(said({ detailType: 'Ingress Failed', data: { ...outcome, reason, retry: false } })).toMatchObject({
      level: 'warn',
      ingress: 'shop/s0',
      reason,
      retry: false,
    });
  });

  it('a refused snapshot → a warning that says how many of how many, and why', () => {
    const data = { ...range, routes: 326, removes: 286, limitPercent: 30, reason: 'would remove too much' };
    expect(said({ detailType: 'Prune Refused', data })).toMatchObject({
      level: 'warn',
      cluster: 'c1',
      range: '22-zz',
      routes: 326,
      removes: 286,
      limitPercent: 30,
      reason: 'would remove too much',
    });
  });

  it('a success → its hosts, no more than twenty', () => {
    const hosts = Array.from({ length: 25 }, (_, index) => `h${index}.example.com`);
    expect(said({ detailType: 'Ingress Programmed', data: { ...outcome, hosts, changes: ['add x'] } })).toMatchObject({
      level: 'info',
      hosts: hosts.slice(0, 20),
      hostsLeft: 5,
      changes: 1,
    });
  });

  it('an applied snapshot → its counts', () => {
    const data = { ...range, ingresses: 7, changed: 2, removed: 1, durationMs: 3 };
    expect(said({ detailType: 'Snapshot Applied', data })).toMatchObject({ ingresses: 7, changed: 2, removed: 1 });
  });

  it('the saved queries name fields that the lines have', () => {
    const findings = [{ ...conflict, message: 'x' }];
    const data = { ...outcome, hosts: ['h'], findings, reason: 'x', retry: false };
    const failed = said({ detailType: 'Ingress Failed', data });
    const refused = said({
      detailType: 'Prune Refused',
      data: { ...range, routes: 1, removes: 1, limitPercent: 30, reason: 'x' },
    });
    const known = new Set([...Object.keys(failed), ...Object.keys(refused), '@timestamp', 'subject']);
    const texts = Object.values(queries(deploy())).map(({ Properties }) => String(Properties.QueryString));
    const own = texts.filter((text) => text.includes('Ingress Rejected') || text.includes('NAMESPACE/NAME'));
    expect(own).toHaveLength(3);
    for (const text of own) {
      const fields = /^fields (.*)$/m.exec(text)?.[1]?.split(', ') ?? [];
      for (const field of fields) expect(known, text).toContain(field.replace(/\.0$/, ''));
    }
  });
});
