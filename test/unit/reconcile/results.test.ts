import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import type { Applied } from '../../../lib/nitro/index.ts';
import { NitroError } from '../../../lib/nitro/index.ts';
import { type Change, claimsOf, type Holding, NO_GOAL } from '../../../lib/plan/index.ts';
import { bystanders } from '../../../lib/reconcile/bystanders.ts';
import type { Planned } from '../../../lib/reconcile/planned.ts';
import { resultsOf } from '../../../lib/reconcile/results.ts';
import { OWNERS, routesOf } from '../plan/routes.ts';
import { task } from './support.ts';

const HOST = 'x.example.com';
const TLS = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;
const owner = (name: string) => OWNERS.find((one) => one.name === name)!;
const key = (name: string): string => ownerKey(owner(name));
const claim = (name: string) => claimsOf(routesOf({ name, hosts: { [HOST]: 'web' } }))[0]!.claim;
const of = (name: string) => task({ name }, { key: key(name), owner: owner(name) });

const holding = (
  holder: string,
  standby: string[],
  former: string | undefined,
  more: Partial<Holding> = {},
): Holding => ({
  frontEnd: TLS,
  host: HOST,
  holder: claim(holder),
  standby: standby.map(claim),
  formerKey: former === undefined ? undefined : key(former),
  ...more,
});
const change = (role: 'host' | 'policy', name: string, owners: string[]): Change => ({
  op: 'add',
  resource: { role, type: 'policystringmap_pattern_binding', id: { name: 'm', key: name }, attributes: {}, owners },
});
const applied = (done: Change[], more: Partial<Applied> = {}): Applied => ({
  done,
  failures: new Map(),
  surprised: new Set(),
  failedMembers: new Map(),
  ...more,
});
const planned = (names: string[], holdings: Holding[]): Planned => ({
  tasks: names.map(of),
  goal: { ...NO_GOAL, holdings },
  changes: [],
  touched: new Set(),
});

describe('CON-1, CON-2: who is concerned although nothing was said of them', () => {
  const written = applied([change('host', HOST, [])]);
  const seen = (names: string[], holdings: Holding[], what = written): string[] =>
    bystanders(planned(names, holdings), what).map(({ owner: { name }, host }) => `${name} ${host}`);

  it.each<[string, string[], Holding[], Applied, string[]]>([
    ['who is promoted', ['a'], [holding('b', [], 'a')], written, [`b ${HOST}`]],
    ['who loses a host to an older one', ['a'], [holding('a', ['b'], 'b')], written, [`b ${HOST}`]],
    ['both, where somebody else was withdrawn', ['c'], [holding('a', ['b'], 'b')], written, [`a ${HOST}`, `b ${HOST}`]],
    ['not who stood by and still does', ['a'], [holding('a', ['b', 'c'], 'c')], written, [`c ${HOST}`]],
    ['not who is spoken of', ['a', 'b'], [holding('a', ['b'], 'b')], written, []],
    ['nobody, where the holder is the same', ['a'], [holding('b', ['a'], 'b')], written, []],
    ['nobody, where it was not written', ['a'], [holding('b', [], 'a')], applied([]), []],
    [
      'nobody, where another row of that name was',
      ['a'],
      [holding('b', [], 'a')],
      applied([change('policy', HOST, [])]),
      [],
    ],
    [
      'nobody for redirects',
      ['a'],
      [holding('b', [], 'a', { frontEnd: { ...TLS, port: 80, kind: 'http' } })],
      written,
      [],
    ],
  ])('%s', (_what, names, holdings, what, expected) => {
    expect(seen(names, holdings, what)).toEqual(expected);
  });
});

describe('what became of each task', () => {
  it('its own changes, and those that are nobody’s in particular', () => {
    const shared = change('policy', 'shared', []);
    const own = change('policy', 'own', [key('a')]);
    const others = change('policy', 'others', [key('b')]);
    const strange = change('policy', 'strange', ['nobody here']);
    const [a, b] = resultsOf(planned(['a', 'b'], []), applied([own, shared, others, strange]));
    expect(a?.changes).toEqual([own, shared]);
    expect(b?.changes).toEqual([shared, others]);
  });

  it('the hosts that it has or wants', () => {
    const mine = holding('a', ['c'], undefined);
    const theirs = holding('b', ['c'], undefined);
    const [a, b] = resultsOf(planned(['a', 'b'], [mine, theirs]), applied([]));
    expect(a?.holdings).toEqual([mine]);
    expect(b?.holdings).toEqual([theirs]);
  });

  it('LIF-8: its own failures and surprises', () => {
    const failure = { change: change('policy', 'p', [key('a')]), error: new NitroError('add', 1075, 599, 'no') };
    const [a, b] = resultsOf(
      planned(['a', 'b'], []),
      applied([], { failures: new Map([[key('a'), [failure]]]), surprised: new Set([key('b')]) }),
    );
    expect([a?.failures, a?.unsettled]).toEqual([[failure], false]);
    expect([b?.failures, b?.unsettled]).toEqual([[], true]);
  });
});
