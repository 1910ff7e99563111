import { describe, expect, it } from 'vitest';
import type { IngressRecord } from '../../../../lib/ledger/index.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { chooseFrontends, formerFrontends, frontendsToLookUp } from '../../../../lib/reconcile/read/frontend-slots.ts';
import type { Frontend } from '../../../../lib/route/index.ts';
import { FRONTENDS, OTHER_FRONTENDS, row, task, WITH_REDIRECT } from '../support.ts';
import { CONTEXT, HTTP, TLS } from './front-end-rows.ts';

const verify = (one: Task): Task => ({ ...one, action: 'verify' });
/** Passthrough on the port where redirects of others are, and the other way round. */
const ON_80: readonly Frontend[] = [{ ...TLS, port: 80 }];
const REDIRECT_443: readonly Frontend[] = [{ ...TLS, kind: 'http' }];

describe('front ends that a record names', () => {
  it.each<[string, Partial<IngressRecord> | undefined, number[]]>([
    ['no record', undefined, []],
    ['no ports', {}, []],
    ['its ports', { frontends: WITH_REDIRECT }, [443, 80]],
    ['earlier ports, too', { frontends: FRONTENDS, formerFrontends: OTHER_FRONTENDS }, [443, 443]],
    ['earlier ports anywhere: only its own', { frontends: FRONTENDS, formerFrontends: 'anywhere' }, [443]],
  ])('%s', (_what, more, ports) => {
    expect(formerFrontends(more === undefined ? undefined : row(more)).map(({ port }) => port)).toEqual(ports);
  });
});

describe('front ends that must be looked up', () => {
  const recorded = (more: Partial<IngressRecord>): Task => task({}, { row: row(more) });
  it.each<[string, Task[], ReturnType<typeof frontendsToLookUp>]>([
    ['one kind for each slot', [recorded({ frontends: FRONTENDS })], []],
    ['verified, with a live record', [verify(recorded({ frontends: FRONTENDS }))], []],
    ['verified, without a record: all', [verify(task({}))], 'all'],
    ['without a record, not verified', [task({})], []],
    ['verified, withdrawn: all', [verify(task(undefined, { row: row({ kind: 'tombstone' }) }))], 'all'],
    ['withdrawn, not verified', [task(undefined, { row: row({ kind: 'tombstone' }) })], []],
    [
      'verified, withdrawal pending: its ports are known',
      [verify(task(undefined, { row: row({ kind: 'tombstone', state: 'pending' }) }))],
      [],
    ],
    ['one of several is verified without a record: all', [recorded({ frontends: FRONTENDS }), verify(task({}))], 'all'],
    [
      'it lost track of its earlier ports: all',
      [recorded({ frontends: FRONTENDS, formerFrontends: 'anywhere' })],
      'all',
    ],
    ['a record cannot name all of them: all', [recorded({ frontends: 'anywhere' })], 'all'],
    ['a record and a wish disagree on the kind', [recorded({ frontends: REDIRECT_443 })], [{ ...TLS, kind: 'http' }]],
    ['two wishes disagree', [task({ redirect: true }), task({ name: 'b', port: 80 })], [HTTP]],
  ])('%s', (_what, tasks, expected) => {
    expect(frontendsToLookUp(tasks)).toEqual(expected);
  });
});

describe('rule 12: one kind for each address and port', () => {
  const choose = (tasks: Task[], existing: (typeof TLS)[] = []) => chooseFrontends(CONTEXT.names, tasks, existing);
  const young = task({ created: 200, redirect: true });
  const old = task({ name: 'b', created: 100, port: 80 });

  it('no task, or none that has or wants a front end: none', () => {
    expect(choose([])).toEqual({ frontends: [], foreign: new Map() });
    expect(choose([task(undefined)])).toEqual({ frontends: [], foreign: new Map() });
  });

  it('the kind that exists stays', () => {
    const { frontends, foreign } = choose([old, young], [HTTP]);
    expect(frontends).toEqual([HTTP, TLS]);
    expect(foreign).toEqual(new Map([['192.0.2.10_80/tls', CONTEXT.names.csvserver(HTTP)]]));
  });

  it.each([
    ['young first', [young, old]],
    ['old first', [old, young]],
    ['beside withdrawn ones', [task(undefined), young, task(undefined), old, task(undefined)]],
  ])('then the kind of the oldest Ingress: %s', (_what, tasks) => {
    const { frontends, foreign } = choose(tasks);
    expect(frontends).toContainEqual({ ...HTTP, kind: 'tls' });
    expect([...foreign.keys()]).toEqual(['192.0.2.10_80/http']);
  });

  it('a wish comes before a record', () => {
    const { frontends, foreign } = choose([task({ redirect: true }, { row: row({ frontends: ON_80 }) })]);
    expect(frontends).toEqual([TLS, HTTP]);
    expect([...foreign.keys()]).toEqual(['192.0.2.10_80/tls']);
  });

  it('a front end that several name, once', () => {
    expect(choose([task({}), task({ name: 'b' }, { row: row({ frontends: FRONTENDS }) })]).frontends).toEqual([TLS]);
  });
});
