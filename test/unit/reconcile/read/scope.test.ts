import { describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../../../lib/ledger/index.ts';
import type { Resource } from '../../../../lib/netscaler/index.ts';
import { backendNames, type FrontendInScope } from '../../../../lib/plan/index.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { type FrontendFacts, factsOf } from '../../../../lib/reconcile/read/needs.ts';
import {
  buildScope,
  frontendInScope,
  groupsToRead,
  ownersToRead,
  type ScopeFacts,
} from '../../../../lib/reconcile/read/scope.ts';
import { indexTasks } from '../../../../lib/reconcile/read/task-index.ts';
import { type RoutesOptions, routesOf } from '../../plan/routes.ts';
import { FRONTENDS, KEY, OWNER, row, task } from '../support.ts';
import { CONTEXT, claimRows, HTTP, marker, TLS } from './front-end-rows.ts';

const verify = (one: Task): Task => ({ ...one, action: 'verify' });
/** A task of owner A that had these routes before. */
const had = (wanted: RoutesOptions | undefined, before: RoutesOptions = {}): Task =>
  task(wanted, { row: row({ frontends: FRONTENDS }, routesOf(before)) });
const frontend = (rows: readonly LedgerRow[], more: Partial<FrontendInScope> = {}): FrontendInScope => ({
  frontend: TLS,
  rows,
  otherClaims: 0,
  unusedPorts: [],
  manyLabelsUnused: false,
  listenerUnused: false,
  challengesUnused: false,
  found: undefined,
  bindings: undefined,
  ...more,
});

const TWO = { hosts: { 'a.example.com': 'web', 'b.example.com': 'api' } };
const ONE = { hosts: { 'a.example.com': 'web' } };
const SET: RoutesOptions = { settings: { lbvserver: { lbmethod: 'TOKEN' } } };

describe('owners whose back ends are read', () => {
  const withSettings = frontend(claimRows(TLS, SET));
  const withdrawn = task(undefined, { row: row({ kind: 'tombstone' }) });
  it.each<[string, Task, FrontendInScope[], boolean]>([
    ['planned', had({}), [frontend(claimRows(TLS, {}))], false],
    ['verified', verify(had({})), [], true],
    ['VAL-13: gives up a back end with settings', had(undefined, SET), [withSettings], true],
    [
      'VAL-13: its settings change',
      had({ settings: { lbvserver: { lbmethod: 'ROUNDROBIN' } } }, SET),
      [withSettings],
      true,
    ],
    [
      'VAL-13: one of two back ends with settings goes',
      had({ ...SET, ...ONE }, { ...SET, ...TWO }),
      [frontend(claimRows(TLS, { ...SET, ...TWO }))],
      true,
    ],
    [
      'gives up a redirect',
      had({}, { redirect: true }),
      [frontend(claimRows(HTTP, { redirect: true }), { frontend: HTTP })],
      false,
    ],
    ['VAL-13: its settings stay', had(SET, SET), [withSettings], false],
    ['gives up a back end without settings', had(undefined), [frontend(claimRows(TLS, {}))], false],
    ['has claims, and no record', task({}), [frontend(claimRows(TLS, {}))], true],
    ['has claims, and is withdrawn', withdrawn, [frontend(claimRows(TLS, {}))], true],
    ['has no record, and others have claims', task({}), [frontend(claimRows(TLS, { name: 'b' }))], false],
    ['has neither', task({}), [], false],
  ])('%s', (_what, one, frontends, expected) => {
    expect(ownersToRead([one], frontends)).toEqual(expected ? [KEY] : []);
  });
});

describe('groups whose members are read', () => {
  it.each<[string, Task, boolean]>([
    ['several back ends, other members', had({ ...TWO, members: 2 }, TWO), true],
    ['several back ends, the same members', had(TWO, TWO), false],
    ['one back end: the hash says which', had({ members: 2 }), false],
    ['verified: everything is read', verify(had({ ...TWO, members: 2 }, TWO)), false],
    ['no record', task({ ...TWO, members: 2 }), false],
    ['withdrawn before', task({ ...TWO, members: 2 }, { row: row({ kind: 'tombstone' }, routesOf(TWO)) }), false],
    ['withdrawn now', had(undefined, TWO), false],
  ])('%s', (_what, one, expected) => {
    const names = expected ? [...backendNames(CONTEXT, one.wanted)] : [];
    expect(groupsToRead(CONTEXT, [one])).toEqual(names);
    expect(names).toHaveLength(expected ? 2 : 0);
  });
});

describe('a front end in scope', () => {
  const gone = indexTasks([had(undefined, { redirect: true })]);
  const binding = { id: { policyname: 'p' } } as unknown as Resource;

  it('trusted: bindings as they were read beside it', () => {
    const facts: FrontendFacts = factsOf({ frontend: TLS, rows: [marker('tls')] }, undefined);
    expect(frontendInScope(facts, { bindings: [binding], onlyCandidates: true }, gone, new Set())).toEqual({
      frontend: TLS,
      rows: [marker('tls')],
      otherClaims: 0,
      unusedPorts: [],
      manyLabelsUnused: false,
      listenerUnused: false,
      challengesUnused: false,
      found: undefined,
      bindings: [binding],
      onlyCandidates: true,
    });
  });

  it('read: objects and bindings of the inventory', () => {
    const facts = factsOf({ frontend: TLS, rows: [] }, { found: [binding], bindings: [binding], foreign: undefined });
    expect(
      frontendInScope(facts, { bindings: undefined }, gone, new Set([TLS].map(() => '192.0.2.10_443'))),
    ).toMatchObject({
      found: [binding],
      bindings: [binding],
      otherClaims: 1,
    });
  });

  it('a redirect front end names the ports that nobody needs', () => {
    const rows = [marker('http', 443, 8443), ...claimRows(HTTP, { redirect: true })];
    const facts = { ...factsOf({ frontend: HTTP, rows }, undefined), counts: new Map([[443, 0]]) };
    expect(frontendInScope(facts, { bindings: undefined }, gone, new Set()).unusedPorts).toEqual([443]);
  });
});

describe('owners in scope', () => {
  const scopeOf = (one: Task, more: Partial<ScopeFacts> = {}) => {
    const facts = {
      tasks: [one],
      frontends: [],
      system: undefined,
      retired: [],
      backends: new Map(),
      members: new Map(),
    };
    return buildScope(CONTEXT, { ...facts, ...more }).owners[0]!;
  };
  const several = had({ ...TWO, members: 2 }, TWO);
  const [web = '', api = ''] = [...backendNames(CONTEXT, several.wanted)];

  it.each<[string, Task, ReturnType<typeof scopeOf>['members']]>([
    ['the record has the same hash', had({}), 'equal'],
    ['one back end, other members', had({ members: 2 }), 'unknown'],
    ['no record', task({}), 'unknown'],
    ['withdrawn before', task({}, { row: row({ kind: 'tombstone' }, routesOf({})) }), 'unknown'],
    ['withdrawn now', had(undefined), 'unknown'],
    [
      'withdrawn while it waited: its record has no hash',
      task(undefined, { row: row({ state: 'pending' }) }),
      'unknown',
    ],
    ['verified', verify(had({})), 'unknown'],
    [
      'several back ends: as read, and none where no row was',
      several,
      new Map([
        [web, '10.0.0.1 8443'],
        [api, ''],
      ]),
    ],
  ])('members: %s', (_what, one, expected) => {
    expect(scopeOf(one, { members: new Map([[web, '10.0.0.1 8443']]) }).members).toEqual(expected);
  });

  it('each has its own objects and its own retired back ends', () => {
    const retired = [
      { owner: OWNER, ownerKey: KEY, backend: 'nsp-old' },
      { owner: { ...OWNER, name: 'b' }, ownerKey: 'b', backend: 'nsp-b' },
    ];
    const one = had({});
    expect(scopeOf(one, { retired, backends: new Map([[KEY, []]]) })).toMatchObject({
      key: KEY,
      owner: OWNER,
      wanted: one.wanted,
      row: one.decision.row,
      retiring: ['nsp-old'],
      found: [],
    });
    expect(scopeOf(one)).toMatchObject({ retiring: [], found: undefined });
  });

  it('system objects and front ends pass through', () => {
    const frontends = [frontend([])];
    const facts = { tasks: [], frontends, system: [], retired: [], backends: new Map(), members: new Map() };
    expect(buildScope(CONTEXT, facts)).toEqual({ system: [], frontends, owners: [] });
  });
});
