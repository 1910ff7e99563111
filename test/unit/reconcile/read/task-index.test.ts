import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../../lib/contract/index.ts';
import type { LedgerRow } from '../../../../lib/ledger/index.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { indexTasks, replaceTasks } from '../../../../lib/reconcile/read/task-index.ts';
import { KEY, OTHER_FRONTENDS, OWNER, row, task } from '../support.ts';
import { claimRows, hostRows, TLS } from './front-end-rows.ts';

const verify = (one: Task): Task => ({ ...one, action: 'verify' });
const matches = (pattern: string | undefined, text: string): boolean => new RegExp(pattern as string).test(text);

describe('an index of tasks', () => {
  it('wanted claims by front end', () => {
    const { wanted } = indexTasks([task({ redirect: true }), task(undefined, { key: 'b' })]);
    expect([...wanted].map(([frontend, claims]) => [frontend, claims.map(({ host }) => host)])).toEqual([
      ['192.0.2.10_443', ['a.example.com']],
      ['192.0.2.10_80', ['a.example.com']],
    ]);
  });

  it('front ends to verify: wanted ones and those of the record, of verified tasks alone', () => {
    const one = task({ redirect: true }, { row: row({ frontends: OTHER_FRONTENDS }) });
    expect(indexTasks([one]).verifiedFrontends).toEqual(new Set());
    const { verifiedFrontends, verifiedKeys } = indexTasks([verify(one), task({ port: 9443 }, { key: 'b' })]);
    expect([...verifiedFrontends].sort()).toEqual(['192.0.2.10_443', '192.0.2.10_80', '192.0.2.11_443']);
    expect([...verifiedKeys]).toEqual([KEY]);
    expect(indexTasks([verify(task(undefined))]).verifiedFrontends).toEqual(new Set());
  });

  it('patterns match rows of the owners, and of no other', () => {
    const { claims, holders, leading } = indexTasks([task({})]).patterns;
    const [own, other] = ['a', 'b'].map((name) => claimRows(TLS, { name })[0]!.key);
    expect([matches(`^(${claims})`, own!), matches(`^(${claims})`, other!)]).toEqual([true, false]);
    const [held, theirs] = ['a', 'b'].map((name) => hostRows(TLS, { name })[0]!);
    expect([matches(holders?.slice(1, -1), held!.comment), matches(holders?.slice(1, -1), theirs!.comment)]).toEqual([
      true,
      false,
    ]);
    expect([matches(leading?.slice(1, -1), held!.value), matches(leading?.slice(1, -1), theirs!.value)]).toEqual([
      true,
      false,
    ]);
  });

  it('patterns match rows of each of several owners', () => {
    const names = ['a', 'b'];
    const tasks = names.map((name) => task({ name }, { key: ownerKey({ ...OWNER, name }), owner: { ...OWNER, name } }));
    const { claims, holders, leading } = indexTasks(tasks).patterns;
    for (const name of names) {
      const [held] = hostRows(TLS, { name }) as [LedgerRow];
      expect(matches(`^(${claims})`, claimRows(TLS, { name })[0]!.key)).toBe(true);
      expect(matches(holders?.slice(1, -1), held.comment)).toBe(true);
      expect(matches(leading?.slice(1, -1), held.value)).toBe(true);
    }
  });

  it('more owners than a URL takes: no pattern', () => {
    const many = Array.from({ length: 400 }, (_, each) => task({}, { key: String(each).padStart(26, 'a') }));
    expect(indexTasks(many).patterns).toEqual({ claims: undefined, holders: undefined, leading: undefined });
  });

  it('other routes for the same owners: the front ends to verify stay', () => {
    const index = indexTasks([verify(task({}))]);
    const left = replaceTasks(index, [verify(task(undefined))]);
    expect(left.wanted.size).toBe(0);
    expect(left.byKey.get(KEY)?.wanted).toBeUndefined();
    expect(left.keys).toEqual(index.keys);
    expect([...left.verifiedFrontends]).toEqual(['192.0.2.10_443']);
  });
});
