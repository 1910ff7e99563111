import { describe, expect, it } from 'vitest';
import { claimsPattern, hostDigest, type LedgerRow, LONGEST_PATTERN } from '../../../../lib/ledger/index.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import {
  type FirstRows,
  firstQueries,
  joinRows,
  lostQuery,
  type NextQuery,
  nextQueries,
} from '../../../../lib/reconcile/read/row-queries.ts';
import { indexTasks } from '../../../../lib/reconcile/read/task-index.ts';
import { KEY, OWNER, task } from '../support.ts';
import { CONTEXT, claimRows, HTTP, hostRows, marker, TLS } from './front-end-rows.ts';

const MAPS = { tls: CONTEXT.names.frontendMap(TLS), http: CONTEXT.names.frontendMap(HTTP) };
const verify = (one: Task): Task => ({ ...one, action: 'verify' });
const matches = (pattern: string | undefined, text: string): boolean =>
  pattern !== undefined && new RegExp(pattern.slice(1, -1)).test(text);
const letters = (each: number): string => String(each).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
/** Owners with names of this length: 120 short ones fit a URL by name only, 50 long ones by key only. */
const owners = (count: number, length: number): Task[] =>
  Array.from({ length: count }, (_, each) => {
    const name = String(each).padStart(length, 'n');
    return task(
      { name },
      {
        key: letters(each).padStart(26, 'z'),
        owner: { ...OWNER, name },
      },
    );
  });
/** So many owners that no URL takes a pattern of their keys. */
const MANY = Array.from({ length: 400 }, (_, each) =>
  task({ name: `many-${each}` }, { key: letters(each).padStart(26, 'z') }),
);
const [claim] = claimRows(TLS, { name: 'a' }) as [LedgerRow];
const [other] = claimRows(TLS, { name: 'b' }) as [LedgerRow];
const [host] = hostRows(TLS, { name: 'a' }) as [LedgerRow];

describe('first round', () => {
  it('one map: markers, settings, own claims, all rows of wanted hosts, and no others', () => {
    const { each, together } = firstQueries(CONTEXT.names, [TLS], indexTasks([task({})]));
    expect(together).toBeUndefined();
    expect(each).toMatchObject([{ frontend: TLS, map: MAPS.tls, hosts: new Set([hostDigest('a.example.com')]) }]);
    const key = each[0]?.key;
    const onSameHost = claimRows(TLS, { name: 'b', hosts: { 'a.example.com': 'web' } })[0] as LedgerRow;
    const read = [marker('tls').key, '=clttimeout.0000000100.x', claim.key, onSameHost.key, host.key];
    expect(read.filter((row) => !matches(key, row))).toEqual([]);
    const left = [other.key, 'b.example.com', 'xa.example.com', 'a.example.com.x', 'aXexample.com'];
    expect(left.filter((row) => matches(key, row))).toEqual([]);
  });

  it('claims of an owner on hosts that it does not want any more are read, too', () => {
    const [each] = firstQueries(CONTEXT.names, [TLS], indexTasks([task(undefined)])).each;
    expect(each?.hosts).toEqual(new Set());
    // An empty group would match nothing, and older builds may refuse it.
    expect(each?.key).toBe(`/^(!$|=|${claimsPattern(KEY)})/`);
    expect(matches(each?.key, claim.key)).toBe(true);
    expect(matches(each?.key, other.key)).toBe(false);
    expect(matches(each?.key, '#')).toBe(false);
  });

  it('several maps: one request, of the hosts of all', () => {
    const index = indexTasks([task({ redirect: true }), task({ name: 'b' }, { key: 'b'.repeat(26) })]);
    const { each, together } = firstQueries(CONTEXT.names, [TLS, HTTP], index);
    expect(together).toBe(each[0]?.key);
    expect(each.map(({ map }) => map)).toEqual([MAPS.tls, MAPS.http]);
    const hosts = new Set([hostDigest('a.example.com'), hostDigest('b.example.com')]);
    expect(each.map((query) => query.hosts)).toEqual([hosts, hosts]);
    for (const row of [claim, other]) expect(matches(together, row.key)).toBe(true);
    for (const digest of hosts) expect(matches(together, `#${digest}.0000000100.x`)).toBe(true);
  });

  it('more owners than a URL takes: whole maps, one after the other', () => {
    const { each, together } = firstQueries(CONTEXT.names, [TLS, HTTP], indexTasks(MANY));
    expect(together).toBeUndefined();
    expect(each.map(({ key, hosts }) => [key, hosts])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('more hosts than one request takes: each map asks for its own', () => {
    const hosts = (vip: string) =>
      Object.fromEntries(
        Array.from({ length: 25 }, (_, each) => [`${'h'.repeat(30)}${each}.${vip.at(-1)}.example.com`, 'web']),
      );
    const [one, two] = ['192.0.2.10', '192.0.2.11'] as const;
    const there = { ...TLS, vip: two };
    const index = indexTasks([
      task({ vip: one, hosts: hosts(one) }),
      task({ vip: two, hosts: hosts(two) }, { key: 'b'.repeat(26) }),
    ]);
    const { each, together } = firstQueries(CONTEXT.names, [TLS, there], index);
    expect(together).toBeUndefined();
    expect(each.map((query) => query.hosts?.size)).toEqual([25, 25]);
    expect(each.every(({ key }) => key !== undefined && key.length <= LONGEST_PATTERN)).toBe(true);
  });
});

/** Rows of the first round, of hosts that were all asked for. */
const first = (rows: readonly LedgerRow[], hosts: readonly string[] | 'all' = [], frontend = TLS): FirstRows => ({
  frontend,
  map: CONTEXT.names.frontendMap(frontend),
  rows,
  hosts: hosts === 'all' ? undefined : new Set(hosts.map(hostDigest)),
});
/** A claim whose row has no room for its host. */
const unnamed = ({ key, value, comment }: LedgerRow): LedgerRow => ({
  key,
  comment,
  value: value.replace(/;[^;]*$/, ''),
});

describe('second round', () => {
  const gives = indexTasks([task(undefined)]);
  const next = (rows: FirstRows, index = gives): NextQuery => nextQueries([rows], index).each[0] as NextQuery;

  it.each<[string, FirstRows, NextQuery['read']]>([
    ['no claim of the owners', first([other]), 'nothing'],
    ['a claim on a host that was asked for', first([claim], ['a.example.com']), 'nothing'],
    ['the whole map was read', first([claim], 'all'), 'nothing'],
  ])('%s → nothing', (_what, rows, expected) => {
    expect(next(rows).read).toEqual(expected);
  });

  it('a host that an owner gives up → all claims on it, and its row', () => {
    const { read, hosts } = next(first([claim, other]));
    const { key, ...more } = read as { key: string };
    expect(more).toEqual({});
    const claimants = claimRows(TLS, { name: 'b', hosts: { 'a.example.com': 'web' } });
    for (const row of [claim.key, claimants[0]?.key as string, host.key]) expect(matches(key, row)).toBe(true);
    for (const row of [other.key, 'b.example.com']) expect(matches(key, row)).toBe(false);
    expect(hosts).toEqual(new Set([hostDigest('a.example.com')]));
  });

  it('a claim that does not name its host → rows that the owners hold, too', () => {
    const { read } = next(first([unnamed(claim)]));
    const { key, holders, leading } = read as { key: string; holders: string; leading?: string };
    expect(matches(key, claim.key)).toBe(true);
    expect(matches(key, host.key)).toBe(false);
    expect(matches(holders, host.comment)).toBe(true);
    expect(leading).toBeUndefined();
  });

  it('verified, and the whole map was read → nothing', () => {
    expect(next(first([claim], 'all'), indexTasks([verify(task(undefined))])).read).toBe('nothing');
  });

  it('several hosts that are given up → all claims on each', () => {
    const rows = claimRows(TLS, { name: 'a', hosts: { 'a.example.com': 'web', 'z.example.com': 'web' } });
    const { key } = next(first(rows)).read as { key: string };
    for (const row of rows) expect(matches(key, row.key)).toBe(true);
  });

  it('verified → rows that the owners hold or that lead to them, whatever the claims say', () => {
    const { read } = next(first([]), indexTasks([verify(task(undefined))]));
    const { key, holders, leading } = read as { key?: string; holders: string; leading: string };
    expect(key).toBeUndefined();
    expect(matches(holders, host.comment)).toBe(true);
    expect(matches(leading, `${KEY}-abc`)).toBe(true);
    expect(matches(leading, `x${KEY}-abc`)).toBe(false);
  });

  it.each<[string, FirstRows, Task[]]>([
    [
      'hosts without names, and more owners than a URL takes',
      first([{ ...unnamed(claim), key: claim.key.replace(KEY, MANY[0]!.decision.key) }]),
      MANY,
    ],
    ['verified, with more owners than a URL takes', first([]), MANY.map(verify)],
    ['verified, with owners’ names that are too long', first([]), owners(50, 60).map(verify)],
    ['verified, with owners’ keys that are too many', first([]), owners(120, 3).map(verify)],
    [
      'more hosts than a URL takes',
      first(
        claimRows(TLS, {
          name: 'a',
          hosts: Object.fromEntries(
            Array.from({ length: 90 }, (_, each) => [`${'h'.repeat(40)}${each}.example.com`, 'web']),
          ),
        }),
      ),
      [task(undefined)],
    ],
  ])('%s → the whole map', (_what, rows, tasks) => {
    expect(next(rows, indexTasks(tasks)).read).toBe('whole');
  });

  describe('several maps', () => {
    const [redirect] = claimRows(HTTP, { name: 'a', redirect: true }) as [LedgerRow];
    const both = [first([claim]), first([redirect], [], HTTP)];

    it('that give up named hosts → one request', () => {
      const { together } = nextQueries(both, gives);
      expect(together?.maps).toEqual([MAPS.tls, MAPS.http]);
      expect(matches(together?.key, host.key)).toBe(true);
    });

    it.each<[string, FirstRows[], Task]>([
      ['one of them needs nothing', [both[0]!, first([], [], HTTP)], task(undefined)],
      ['one names no host', [both[0]!, first([unnamed(redirect)], [], HTTP)], task(undefined)],
      ['verified', both, verify(task(undefined))],
      ['none needs anything', [first([]), first([], [], HTTP)], task(undefined)],
    ])('%s → each by itself', (_what, rows, one) => {
      expect(nextQueries(rows, indexTasks([one])).together).toBeUndefined();
    });
  });
});

describe('third round', () => {
  const query: NextQuery = { first: first([]), read: {}, hosts: new Set([hostDigest('a.example.com')]) };
  const others = hostRows(TLS, { name: 'b' });

  it.each<[string, LedgerRow[]]>([
    ['no host row was found', []],
    ['its claims were asked for', [host]],
    ['only claims were found', [claim, other]],
  ])('%s → nothing', (_what, rows) => {
    expect(lostQuery(query, rows)).toBe('nothing');
  });

  it('a host without a claim → all claims on it', () => {
    const third = { ...host, key: 'c.example.com' };
    const key = lostQuery(query, [host, ...others, third]);
    expect(matches(key, other.key)).toBe(true);
    expect(matches(key, `#${hostDigest('c.example.com')}.0000000100.x`)).toBe(true);
    expect(matches(key, claim.key)).toBe(false);
    expect(matches(key, 'b.example.com')).toBe(false);
  });

  it('more than a URL takes → the whole map', () => {
    const rows = Array.from({ length: 200 }, (_, each): LedgerRow => ({ ...host, key: `h${each}.example.com` }));
    expect(lostQuery(query, rows)).toBe('whole');
  });
});

it('rows that several reads bring count once, as read last', () => {
  expect(joinRows([claim, host], [{ ...host, value: 'x' }], [other])).toEqual([claim, { ...host, value: 'x' }, other]);
});
