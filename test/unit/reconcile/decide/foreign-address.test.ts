import { describe, expect, it } from 'vitest';
import { finding } from '../../../../lib/ingress/index.ts';
import { hashesOf, type IngressRecord } from '../../../../lib/ledger/index.ts';
import { withoutForeign } from '../../../../lib/reconcile/decide/foreign-address.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { NOTHING, row, task } from '../support.ts';

describe('an address that belongs to somebody else', () => {
  const both = task({ redirect: true });
  const tls = ['192.0.2.10_443/tls', 'their-tls'] as const;
  const http = ['192.0.2.10_80/http', 'their-http'] as const;

  it.each<[string, Task, (readonly [string, string])[]]>([
    ['nobody’s', both, []],
    ['one of another kind', both, [['192.0.2.10_443/http', 'x']]],
    ['one that is not wanted', task({}), [http]],
    ['none of a task that wants nothing', task(undefined), [tls]],
  ])('%s changes nothing', (_what, before, foreign) => {
    expect(withoutForeign(before, new Map(foreign))).toBe(before);
  });

  it('CON-4: without the TLS front end nothing is left', () => {
    for (const foreign of [[tls], [tls, http]]) {
      const left = withoutForeign(both, new Map(foreign));
      expect(left).toMatchObject({ wanted: undefined, hashes: NOTHING });
      expect(left.findings).toMatchObject([{ code: 'FrontendInUse', severity: 'error', value: '192.0.2.10:443' }]);
      expect(left.findings[0]?.message).toContain('"their-tls"');
    }
  });

  it.each<[string, Partial<IngressRecord> | undefined, string]>([
    ['it had routes', { routes: 2 }, 'and its previous configuration is removed'],
    ['it is new', undefined, 'the Ingress is not programmed'],
    ['it waited already', { routes: 0 }, 'the Ingress is not programmed'],
    ['it was withdrawn', { kind: 'tombstone', routes: 2 }, 'the Ingress is not programmed'],
  ])('CON-4: the finding says what happens to its routes: %s', (_what, record, expected) => {
    const one = task({}, record === undefined ? {} : { row: row(record) });
    expect(withoutForeign(one, new Map([tls])).findings[0]?.message).toContain(expected);
  });

  it('VAL-11: without port 80 everything but the redirect', () => {
    const left = withoutForeign(both, new Map([http]));
    expect(left.wanted?.routes.map(({ kind }) => kind)).toEqual(['passthrough']);
    expect(left.hashes).toEqual(hashesOf(left.wanted!));
    expect(left.findings).toMatchObject([{ code: 'RedirectUnavailable', severity: 'warning', value: '192.0.2.10:80' }]);
    expect(left.findings[0]?.message).toContain('"their-http"');
  });

  it('adds its finding to those of the task', () => {
    const found = { ...both, findings: [finding('HostInvalid', { message: 'm', value: 'no_host' })] };
    expect(withoutForeign(found, new Map([tls])).findings.map(({ code }) => code)).toEqual([
      'HostInvalid',
      'FrontendInUse',
    ]);
  });
});
