import { describe, expect, it } from 'vitest';
import { frontendMark, type Resource, type ResourceType } from '../../../../lib/netscaler/index.ts';
import { likelyRemovals } from '../../../../lib/reconcile/read/likely-removals.ts';
import {
  type MarkedObject,
  markedObject,
  markQueries,
  marksIn,
  objectName,
} from '../../../../lib/reconcile/read/marks.ts';
import { indexTasks } from '../../../../lib/reconcile/read/task-index.ts';
import type { RoutesOptions } from '../../plan/routes.ts';
import { task } from '../support.ts';
import { CONTEXT, claimRows, HTTP, marker, TLS } from './front-end-rows.ts';

const resource = (type: ResourceType, role: Resource['role'], id: Resource['id']): Resource => ({
  type,
  role,
  id,
  attributes: {},
  owners: [],
});

describe('objects that carry our mark', () => {
  it.each<[string, Resource, MarkedObject | undefined]>([
    ['an lbvserver', resource('lbvserver', 'lbvserver', { name: 'x' }), { type: 'lbvserver', name: 'x' }],
    [
      'a group',
      resource('servicegroup', 'service-group', { servicegroupname: 'x' }),
      { type: 'servicegroup', name: 'x' },
    ],
    ['a map', resource('policystringmap', 'front-end-map', { name: 'x' }), { type: 'policystringmap', name: 'x' }],
    ['a type without a comment', resource('sslaction', 'action', { name: 'x' }), undefined],
    ['a binding', resource('policystringmap_pattern_binding', 'host', { name: 'x', key: 'h' }), undefined],
    ['an object of the whole system', resource('sslpolicy', 'system-policy', { name: 'nsp-reset' }), undefined],
  ])('%s', (_what, of, expected) => {
    expect(markedObject(of)).toEqual(expected);
  });
});

describe('marks of objects', () => {
  const objects: MarkedObject[] = [
    { type: 'lbvserver', name: 'nsp-a' },
    { type: 'servicegroup', name: 'nsp-a' },
    { type: 'lbvserver', name: 'nsp-b' },
    { type: 'lbvserver', name: 'nsp-a' },
  ];

  it('one read of each type, by its own name attribute, each name once', () => {
    expect(markQueries(objects)).toEqual([
      { type: 'lbvserver', filter: { name: '/^(nsp\\-a|nsp\\-b)$/' } },
      { type: 'servicegroup', filter: { servicegroupname: '/^(nsp\\-a)$/' } },
    ]);
    expect(markQueries([])).toEqual([]);
  });

  it('an object without our mark is unmarked; one that does not exist is not', () => {
    const queries = markQueries(objects);
    const comment = frontendMark('nsp', TLS);
    const answers = [
      [
        { name: 'nsp-a', comment },
        { name: 'nsp-b', comment: 'mine' },
      ],
      [{ servicegroupname: 'nsp-a' }],
    ];
    const { asked, unmarked } = marksIn(CONTEXT, objects, queries, answers);
    expect(unmarked).toEqual(new Set(['lbvserver nsp-b', 'servicegroup nsp-a']));
    expect(asked).toEqual(new Set(objects.map(objectName)));
    expect(marksIn(CONTEXT, objects, queries, [[], []]).unmarked.size).toBe(0);
  });
});

describe('objects that a plan will probably remove', () => {
  const names = (rows: Parameters<typeof likelyRemovals>[1], wanted?: RoutesOptions) =>
    likelyRemovals(CONTEXT, rows, indexTasks([task(wanted)])).map(objectName);
  const tls = [{ frontend: TLS, rows: [marker('tls'), ...claimRows(TLS, {})] }];

  it('the front end and its back end, when neither is wanted', () => {
    const list = names(tls);
    expect(list).toContain(`policystringmap ${CONTEXT.names.frontendMap(TLS)}`);
    expect(list).toContain(`csvserver ${CONTEXT.names.csvserver(TLS)}`);
    expect(list.filter((name) => /^(lbvserver|servicegroup) /.test(name))).toHaveLength(2);
  });

  it.each<[string, Parameters<typeof likelyRemovals>[1], RoutesOptions | undefined, RegExp]>([
    [
      'the back end alone, when the front end is wanted',
      tls,
      { hosts: { 'a.example.com': 'api' } },
      /^(lbvserver|servicegroup|sslpolicy) /,
    ],
    ['nothing, when all is wanted', tls, {}, /^$/],
    ['nothing of others', [{ frontend: TLS, rows: claimRows(TLS, { name: 'b' }) }], undefined, /^$/],
    ['nothing of a front end that was not made', [{ frontend: TLS, rows: [] }], undefined, /^$/],
  ])('%s', (_what, rows, wanted, expected) => {
    const list = names(rows, wanted);
    expect(list.filter((name) => !expected.test(name))).toEqual([]);
    expect(list.length > 0).toBe(expected.source !== '^$');
  });

  it('a redirect front end with the objects of each secure port', () => {
    const list = names([{ frontend: HTTP, rows: [marker('http', 443, 8443)] }]);
    for (const port of [443, 8443]) expect(list.some((name) => name.includes(`-redirect-${port}-`))).toBe(true);
  });
});
