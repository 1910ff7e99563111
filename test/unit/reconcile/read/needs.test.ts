import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../../lib/contract/index.ts';
import { encodeClaim, type LedgerRow } from '../../../../lib/ledger/index.ts';
import type { Resource } from '../../../../lib/netscaler/index.ts';
import type { FrontendInventory } from '../../../../lib/nitro/index.ts';
import { claimsOf, usesOf } from '../../../../lib/plan/index.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import {
  type ClaimCounts,
  countsOfParts,
  type FrontendFacts,
  factsOf,
  isUnused,
  knownOtherClaims,
  needsInventory,
  needsTotalCount,
  requiredTlsFrontends,
  slotsOfOtherKind,
  slotsTaken,
  unreferencedPortCandidates,
  unusedPorts,
} from '../../../../lib/reconcile/read/needs.ts';
import { policyBindingsToRead } from '../../../../lib/reconcile/read/policy-needs.ts';
import { indexTasks } from '../../../../lib/reconcile/read/task-index.ts';
import type { Frontend, RouteSet } from '../../../../lib/route/index.ts';
import { type RoutesOptions, routesOf } from '../../plan/routes.ts';
import { FRONTENDS, OWNER, row, task, WITH_REDIRECT } from '../support.ts';
import { CONTEXT, claimRows, HTTP, marker, TLS } from './front-end-rows.ts';

const A: RoutesOptions = { name: 'a', redirect: true };
const A_8443: RoutesOptions = { name: 'a', redirect: true, port: 8443, hosts: { 'z.example.com': 'web' } };
const B: RoutesOptions = { name: 'b', redirect: true };
const NONE: ReadonlySet<string> = new Set();

/** A task of owner A that had these routes before. */
const had = (
  wanted: RoutesOptions | undefined,
  before: RoutesOptions | undefined = A,
  more: Partial<Task> = {},
): Task => ({
  ...task(wanted, before === undefined ? {} : { row: row({ frontends: FRONTENDS }, routesOf(before)) }),
  ...more,
});
const verify = (one: Task): Task => ({ ...one, action: 'verify' });
const redirects = (...ports: number[]): FrontendInventory => ({
  found: ports.map((port) => ({ id: { name: `nsp-redirect-${port}-192.0.2.10-80` } }) as unknown as Resource),
  bindings: undefined,
  foreign: undefined,
});
const facts = (
  frontend: Frontend,
  rows: readonly LedgerRow[],
  counts: ClaimCounts = new Map(),
  inventory?: FrontendInventory,
): FrontendFacts => ({ ...factsOf({ frontend, rows }, inventory), counts });

describe('whether real objects are read', () => {
  const made = [marker('tls'), ...claimRows(TLS, A)];
  it.each<[string, Frontend, readonly LedgerRow[], Task, boolean]>([
    ['the marker is there and trusted', TLS, made, had(A), false],
    ['the marker is missing', TLS, claimRows(TLS, A), had(A), true],
    ['the marker cannot be read', TLS, [{ ...marker('tls'), value: 'x' }], had(A), true],
    ['a task verifies', TLS, made, verify(had(A)), true],
    ['a task verifies that gives the front end up', TLS, made, verify(had(undefined, A)), true],
    [
      'LIF-5: claims of a verified owner that no record names',
      { ...TLS, port: 9443 },
      [marker('tls'), ...claimRows({ ...TLS, port: 9443 }, { ...A, port: 9443 })],
      verify(had(undefined, A)),
      true,
    ],
    [
      'LIF-5: such claims beside those of others',
      { ...TLS, port: 9443 },
      [marker('tls'), ...claimRows({ ...TLS, port: 9443 }, { ...B, port: 9443 }, { ...A, port: 9443 })],
      verify(had(undefined, A)),
      true,
    ],
    [
      'only claims of others',
      { ...TLS, port: 9443 },
      [marker('tls'), ...claimRows({ ...TLS, port: 9443 }, { ...B, port: 9443 })],
      verify(had(undefined, A)),
      false,
    ],
  ])('%s', (_what, frontend, rows, one, expected) => {
    expect(needsInventory({ frontend, rows }, indexTasks([one]))).toBe(expected);
  });
});

describe('slots that are taken', () => {
  it('rule 12: the map says that the other kind was made there', () => {
    const rows = (kind: 'tls' | 'http') => [{ frontend: TLS, rows: [marker(kind)] }];
    expect(slotsOfOtherKind(CONTEXT.names, rows('http'))).toEqual(
      new Map([['192.0.2.10_443/tls', CONTEXT.names.csvserver(TLS)]]),
    );
    expect(slotsOfOtherKind(CONTEXT.names, rows('tls')).size).toBe(0);
    expect(slotsOfOtherKind(CONTEXT.names, [{ frontend: TLS, rows: [] }]).size).toBe(0);
  });

  it('CON-4: an inventory found a foreign vserver', () => {
    const one = { frontend: TLS, rows: [] };
    const free = { frontend: HTTP, rows: [] };
    const found = { found: [], bindings: [], foreign: undefined };
    const inventories = new Map<typeof one, FrontendInventory>([
      [one, { ...found, foreign: 'theirs' }],
      [free, found],
    ]);
    expect(slotsTaken(inventories)).toEqual(new Map([['192.0.2.10_443/tls', 'theirs']]));
  });
});

/** Rows of the redirect front end, with a claim of A to 443 and the marker of these ports. */
const httpRows = (frontends: number[], ...sets: RoutesOptions[]) => [
  marker('http', ...frontends),
  ...claimRows(HTTP, ...sets),
];

describe('secure ports that may have lost their last redirect', () => {
  it.each<[string, number[], RoutesOptions[], Task, number[]]>([
    ['A keeps its redirect', [443], [A], had(A), []],
    ['A gives its redirect up', [443], [A], had(undefined), [443]],
    ['another claim that was read needs the port', [443], [A, B], had(undefined), []],
    ['A moves to another port', [443], [A], had(A_8443), [443]],
    ['the front end was not made for that port', [], [A], had(undefined), []],
    ['a port of others is not A’s to give up', [443, 8443], [A], had(undefined), [443]],
    ['verifying: every port that the front end was made for', [443, 8443], [A], verify(had(undefined, A)), [443, 8443]],
    ['verifying: those that are wanted stay', [443, 8443], [A], verify(had(A)), [8443]],
  ])('%s', (_what, ports, sets, one, expected) => {
    const record = row({ frontends: WITH_REDIRECT }, routesOf(A));
    const index = indexTasks([{ ...one, decision: { ...one.decision, row: record } }]);
    expect([...unreferencedPortCandidates(facts(HTTP, httpRows(ports, ...sets)), index)]).toEqual(expected);
  });

  it('objects that were read show ports that the marker does not name', () => {
    const index = indexTasks([had(undefined)]);
    expect([...unreferencedPortCandidates(facts(HTTP, httpRows([], A), new Map(), redirects(443)), index)]).toEqual([
      443,
    ]);
  });
});

describe('counts of redirects', () => {
  const gone = indexTasks([had(undefined)]);
  const twoPorts = indexTasks([had(undefined, undefined), task(undefined)]);

  it.each<[string, number[], readonly (number | 'all')[]]>([
    ['one port: all claims are for it', [443], ['all']],
    ['several frontends: those that may be unused', [443, 8443], [443]],
    ['no port', [], []],
  ])('%s', (_what, ports, expected) => {
    expect(countsOfParts(facts(HTTP, httpRows(ports, A)), gone)).toEqual(expected);
    expect(countsOfParts(facts(HTTP, httpRows(ports)), twoPorts)).toEqual([]);
  });

  it.each<[string, number[], ClaimCounts, number[], string[]]>([
    ['nobody else: the port is unused', [443, 8443], new Map([[443, 0]]), [443], []],
    ['others: it stays, and its TLS front end with it', [443, 8443], new Map([[443, 2]]), [], ['192.0.2.10_443']],
    ['one port, nobody else', [443], new Map([['all', 0]]), [443], []],
    ['one port, others', [443], new Map([['all', 1]]), [], ['192.0.2.10_443']],
  ])('%s', (_what, ports, counts, unused, required) => {
    const redirectFacts = facts(HTTP, httpRows(ports, A), counts);
    expect(unusedPorts(redirectFacts, gone)).toEqual(unused);
    expect([...requiredTlsFrontends([redirectFacts], gone)]).toEqual(required);
  });
});

describe('many-label wildcards', () => {
  const MANY: RoutesOptions = { name: 'a', hosts: { '**.example.com': 'web' } };
  const OTHER: RoutesOptions = { name: 'b', hosts: { '**.example.com': 'web' } };
  const ready = { ...marker('tls'), value: 'tls **' };
  const made = (...sets: RoutesOptions[]) => [ready, ...claimRows(TLS, ...sets)];
  const nobodyElse: ClaimCounts = new Map([['many-label', 0]]);
  const others: ClaimCounts = new Map([['many-label', 1]]);
  const resets: FrontendInventory = {
    found: [{ id: { name: 'nsp-wildcard3-192.0.2.10-443' } } as unknown as Resource],
    bindings: [],
    foreign: undefined,
  };

  it.each<[string, FrontendFacts, Task, boolean]>([
    ['one is given up', facts(TLS, made(MANY)), had(A, MANY), true],
    ['one is given up by the last owner in scope', facts(TLS, made(MANY)), had(undefined, MANY), true],
    ['one stays', facts(TLS, made(MANY)), had(MANY, MANY), false],
    ['another owner’s was read', facts(TLS, made(MANY, OTHER)), had(A, MANY), false],
    ['none is given up', facts(TLS, made(A)), had(A), false],
    ['none is given up, but the front end is verified', facts(TLS, made(A)), verify(had(A)), true],
    ['the front end was not made for them', facts(TLS, [marker('tls'), ...claimRows(TLS, A)]), verify(had(A)), false],
    ['its row does not say so, its objects do', facts(TLS, [marker('tls')], new Map(), resets), verify(had(A)), true],
  ])('%s → claims on them are counted: %s', (_what, one, of, expected) => {
    const index = indexTasks([of]);
    expect(countsOfParts(one, index).includes('many-label')).toBe(expected);
    expect(isUnused('many-label', { ...one, counts: nobodyElse }, index)).toBe(expected);
    expect(isUnused('many-label', { ...one, counts: others }, index)).toBe(false);
    expect(isUnused('many-label', one, index)).toBe(false);
  });

  it('a count of others keeps the front end', () => {
    expect(knownOtherClaims(facts(TLS, made(MANY), others), indexTasks([had(undefined, MANY)]), NONE)).toBe(1);
  });

  it('they come or go → the priorities in use are read', () => {
    const reads = (one: FrontendFacts, of: Task) =>
      policyBindingsToRead(CONTEXT, one, indexTasks([of]), NONE) !== undefined;
    expect(reads(facts(TLS, made(MANY)), had(MANY, MANY))).toBe(false);
    expect(reads(facts(TLS, made(MANY, OTHER)), had({ ...MANY, hosts: { '*.example.com': 'web' } }, MANY))).toBe(true);
  });
});

describe('claims of other owners', () => {
  const gone = indexTasks([had(undefined)]);
  const required = new Set(['192.0.2.10_443']);
  const tls = (counts?: ClaimCounts, ...sets: RoutesOptions[]) =>
    facts(TLS, [marker('tls'), ...claimRows(TLS, A, ...sets)], counts);

  it.each<[string, FrontendFacts, ReadonlySet<string>, number]>([
    ['none is known', tls(), NONE, 0],
    ['those that were read', tls(undefined, B), NONE, 1],
    ['those that were counted', tls(new Map([['all', 3]])), NONE, 3],
    ['one at least where a redirect leads to it', tls(), required, 1],
    ['a redirect front end is not what redirects lead to', facts({ ...HTTP, port: 443 }, []), required, 0],
  ])('%s', (_what, one, needed, expected) => {
    expect(knownOtherClaims(one, gone, needed)).toBe(expected);
  });

  it.each<[string, FrontendFacts, Task, ReadonlySet<string>, boolean]>([
    ['it may go', tls(), had(undefined), NONE, true],
    ['it is wanted', tls(), had(A), NONE, false],
    ['another claim was read', tls(undefined, B), had(undefined), NONE, false],
    ['a redirect leads to it', tls(), had(undefined), required, false],
    ['it was counted already', tls(new Map([['all', 0]])), had(undefined), NONE, false],
    [
      'a port was counted, not all',
      facts(HTTP, httpRows([443, 8443], A), new Map([[443, 0]])),
      had(undefined),
      NONE,
      true,
    ],
    ['it does not exist', facts(TLS, []), had(undefined), NONE, false],
    ['only its objects exist', facts(TLS, [], new Map(), redirects(443)), had(undefined), NONE, true],
    ['it was read and does not exist', facts(TLS, [], new Map(), redirects()), had(undefined), NONE, false],
  ])('all claims are counted: %s', (_what, one, of, needed, expected) => {
    expect(needsTotalCount(one, indexTasks([of]), needed)).toBe(expected);
  });
});

describe('whether the priorities in use are read', () => {
  const WILD: RoutesOptions = { name: 'a', hosts: { '*.example.com': 'web' } };
  const tls = (counts: ClaimCounts, ...sets: RoutesOptions[]) =>
    facts(TLS, [marker('tls'), ...claimRows(TLS, ...sets)], counts);
  const none: ClaimCounts = new Map();
  const gone: ClaimCounts = new Map([['all', 0]]);
  it.each<[string, FrontendFacts, Task, boolean]>([
    ['the same policies', tls(none, A), had(A), false],
    ['a policy comes', tls(none), had(A), true],
    ['a policy goes, and the front end stays', tls(none, A, B), had(undefined), true],
    ['a policy goes with its front end', tls(gone, A), had(undefined), false],
    ['others need the front end', tls(new Map([['all', 1]]), A), had(undefined), true],
    ['exact becomes wildcard', tls(none, A), had(WILD), true],
    ['wildcard stays', tls(none, WILD), had(WILD, WILD), false],
    ['another back end', tls(none, A), had({ ...A, hosts: { 'a.example.com': 'api' } }), true],
    ['VAL-8: a back end loses its members', tls(none, A), had({ ...A, members: 0 }), true],
    ['VAL-8: a back end had no members', tls(none, A), had(A, { ...A, members: 0 }), true],
    ['without members before and after', tls(none, A), had({ ...A, members: 0 }, { ...A, members: 0 }), true],
    ['its first claim, and no record', tls(none), task(A), true],
    [
      'VAL-8: redirects have no bank, and no members',
      facts(HTTP, httpRows([443], A)),
      had({ ...A, members: 0 }),
      false,
    ],
    ['a policy moves to another front end', tls(none, A, B), had({ ...A, port: 9443 }), true],
    ['without members, elsewhere', facts({ ...TLS, port: 9443 }, [marker('tls')]), had({ ...A, members: 0 }), false],
    ['the objects were read: with their bindings', facts(TLS, [marker('tls')], none, redirects()), had(A), false],
    ['redirects have no bank of back ends', facts(HTTP, httpRows([443], A)), had(A_8443), false],
    ['only others claim', tls(none, B), had(undefined, undefined), false],
  ])('%s', (_what, one, of, expected) => {
    expect(policyBindingsToRead(CONTEXT, one, indexTasks([of]), NONE) !== undefined).toBe(expected);
  });
});

describe('which bindings are read where policies move', () => {
  const frontend = { ...TLS };
  const tls = (...sets: RoutesOptions[]) => facts(frontend, [marker('tls'), ...claimRows(TLS, ...sets)]);
  const reads = (one: FrontendFacts, ...tasks: Task[]) => policyBindingsToRead(CONTEXT, one, indexTasks(tasks), NONE);
  const API: RoutesOptions = { ...A, hosts: { 'a.example.com': 'api' } };
  /** The back ends' names of these routes. */
  const backends = (...sets: RoutesOptions[]) =>
    sets.flatMap((set) => usesOf(routesOf(set)).map(({ owner, key }) => CONTEXT.names.backend(owner, key)));

  it('a first claim: nothing of the owner is bound, and its policy gets a place', () => {
    expect(reads(tls(B), task(A))).toEqual({ backends: [], coming: backends(A) });
  });

  it('a withdrawal: what the claims name may be bound, and nothing comes', () => {
    expect(reads(tls(A, B), had(undefined))).toEqual({ backends: backends(A), coming: [] });
  });

  it('another back end: those of both, because either may be bound', () => {
    expect(reads(tls(A, B), had(API))).toEqual({ backends: backends(A, API), coming: backends(API) });
  });

  it('other owners of the plan, too: theirs stay bound', () => {
    const key = ownerKey(routesOf(B).owner);
    const stays = task(B, { key, row: row({ frontends: FRONTENDS, key }, routesOf(B)) });
    const read = reads(tls(A, B), had(API), stays);
    expect(read).toMatchObject({ backends: expect.arrayContaining(backends(A, API, B)) });
  });

  it('no priority on another front end', () => {
    expect(reads(tls(A, B), had({ ...A, port: 9443 }))).toEqual({ backends: backends(A), coming: [] });
  });

  it('a wildcard has a policy of its own', () => {
    const WILD: RoutesOptions = { name: 'a', hosts: { 'a.example.com': 'web', '*.example.com': 'web' } };
    const [backend] = backends(A);
    expect(reads(tls(A, B), had(WILD))).toMatchObject({ coming: [backend, `${backend}-w`] });
  });

  const many = (count: number): RoutesOptions => ({
    name: 'a',
    hosts: Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}.example.com`, `s${index}`])),
  });
  const settings: RoutesOptions = { ...A, settings: { lbvserver: { lbmethod: 'ROUNDROBIN' } } };
  it.each<[string, FrontendFacts, Task]>([
    ['its record was removed by hand', tls(A, B), task(API)],
    [
      'its record is that of a withdrawal',
      tls(A, B),
      had(API, A, { decision: { ...had(API).decision, row: row({ kind: 'tombstone' }) } }),
    ],
    ['it gives up settings that only the appliance knows', tls(settings, B), had(API, settings)],
    ['a task verifies', tls(A, B), verify(had(API))],
    ['many come', tls(B), task(many(21))],
    ['many go', tls(many(21), B), had(undefined, many(21))],
  ])('%s → all are read', (_what, one, of) => {
    expect(reads(one, of)).toBe('all');
  });

  it('some are few', () => {
    expect(reads(tls(B), task(many(20)))).toMatchObject({ backends: [] });
  });
});

describe('listeners', () => {
  const ready = { ...marker('http'), value: 'http 443 listener' };
  const listening = (name: string): RouteSet => ({
    owner: { ...OWNER, name },
    created: 1,
    backends: [],
    routes: [{ kind: 'listener', frontend: HTTP }],
    frontendSettings: {},
  });
  const rowOf = (name: string): LedgerRow[] => claimsOf(listening(name)).map(({ claim }) => encodeClaim(claim));
  /** A task of owner A that had a listener, and wants this. */
  const listens = (wanted: RouteSet | undefined, more: Partial<Task> = {}): Task => ({
    ...had(undefined),
    wanted,
    ...more,
  });
  const notFound: FrontendInventory = {
    found: [{ id: { name: 'nsp-notfound-192.0.2.10-80' } } as unknown as Resource],
    bindings: undefined,
    foreign: undefined,
  };

  it.each<[string, FrontendFacts, Task, boolean]>([
    ['its only one is given up', facts(HTTP, [ready, ...rowOf('a')]), listens(undefined), true],
    ['it stays', facts(HTTP, [ready, ...rowOf('a')]), listens(listening('a')), false],
    ['another owner’s was read', facts(HTTP, [ready, ...rowOf('a'), ...rowOf('b')]), listens(undefined), false],
    [
      'the front end was not made for one',
      facts(HTTP, [marker('http', 443), ...rowOf('a')]),
      listens(undefined),
      false,
    ],
    ['its row does not say so, its objects do', facts(HTTP, rowOf('a'), new Map(), notFound), listens(undefined), true],
  ])('%s → they are counted: %s', (_what, one, of, expected) => {
    const index = indexTasks([of]);
    expect(countsOfParts(one, index).includes('listener')).toBe(expected);
    expect(isUnused('listener', { ...one, counts: new Map([['listener', 0]]) }, index)).toBe(expected);
    expect(isUnused('listener', { ...one, counts: new Map([['listener', 1]]) }, index)).toBe(false);
  });

  it('a redirect that goes beside them → its port is counted by itself: claims of listeners keep no port', () => {
    const one = facts(HTTP, [ready, ...claimRows(HTTP, A)]);
    expect(countsOfParts(one, indexTasks([had(undefined)]))).toEqual([443]);
    expect(
      countsOfParts(facts(HTTP, [marker('http', 443), ...claimRows(HTTP, A)]), indexTasks([had(undefined)])),
    ).toEqual(['all']);
  });
});
