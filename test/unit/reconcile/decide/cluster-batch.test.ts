import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../../lib/contract/index.ts';
import type { Identity } from '../../../../lib/ledger/index.ts';
import type { ReceivedStatement } from '../../../../lib/reconcile/decide/batch.ts';
import {
  ledgerKey,
  rangesToSearch,
  sortByIdentity,
  unrecordedOwners,
} from '../../../../lib/reconcile/decide/cluster-batch.ts';
import { KEY, ledger, OWNER, row, single, snapshot } from '../support.ts';

const from = (clusterUid: string, more: { readonly takesOver?: boolean } = {}) => ({
  clusterUid,
  takesOver: false,
  replayed: false,
  ...more,
});
const statementsOf = (...statements: ReceivedStatement[]) => ({ cluster: 'c1', statements });

describe('rows of the ledger that events need', () => {
  it('their own records, and those in the ranges of snapshots', () => {
    const half = snapshot(20, { from: 'aa', to: 'ab' });
    const key = ledgerKey(statementsOf({ ...single(10), ...from('u') }, { ...half, ...from('u') }));
    const pattern = new RegExp((key as string).slice(1, -1));
    expect(pattern.test(`I.${KEY}`)).toBe(true);
    expect(pattern.test(`I.${'ab'.padEnd(26, 'a')}`)).toBe(true);
    expect(pattern.test(`I.${'zz'.padEnd(26, 'a')}`)).toBe(false);
  });
});

describe('rule 15: which events count', () => {
  const count = (recorded: Partial<Identity>, ...statements: ReceivedStatement[]) => {
    const sorted = sortByIdentity(statementsOf(...statements), { ...ledger(), ...recorded });
    const sequences = (list: readonly ReceivedStatement[]) => list.map(({ sequence }) => sequence);
    return [sorted.identity?.uid, sequences(sorted.statements), sequences(sorted.foreignStatements)];
  };
  const one = { ...single(10), ...from('one') };
  const two = { ...single(11), ...from('two') };
  const accepted = { ...snapshot(20), ...from('two', { takesOver: true }) };

  it.each<[string, ReturnType<typeof count>, ReturnType<typeof count>]>([
    ['no event', count({}), [undefined, [], []]],
    ['nothing is recorded: the first one', count({}, one, two), ['one', [10], [11]]],
    ['the recorded cluster', count({ uid: 'two' }, one, two), ['two', [11], [10]]],
    ['one that takes over', count({ uid: 'one' }, one, accepted), ['two', [20], [10]]],
    [
      'rule 14: a replay of the former cluster needs no outcome',
      count({ uid: 'two', acceptedAt: 20 }, { ...one, replayed: true }),
      ['two', [], []],
    ],
    [
      'a replay of later events of another cluster does',
      count({ uid: 'two', acceptedAt: 5 }, { ...one, replayed: true }),
      ['two', [], [10]],
    ],
    ['as old as the acceptance', count({ uid: 'two', acceptedAt: 10 }, { ...one, replayed: true }), ['two', [], [10]]],
    ['a replay, and no acceptance is recorded', count({ uid: 'two' }, { ...one, replayed: true }), ['two', [], [10]]],
    ['late, and not replayed', count({ uid: 'two', acceptedAt: 20 }, one), ['two', [], [10]]],
  ])('%s', (_what, actual, expected) => {
    expect(actual).toEqual(expected);
  });
});

describe('rule 2: owners of objects that no record names', () => {
  it('are searched in the ranges of snapshots that verify', () => {
    const range = { from: 'aa', to: 'ab' };
    const statements: ReceivedStatement[] = [
      { ...single(10), verify: true, ...from('u') },
      { ...snapshot(20), ...from('u') },
      { ...snapshot(30, { ...range, verify: true }), ...from('u') },
    ];
    expect(rangesToSearch(statements)).toMatchObject([range]);
  });

  it('a recorded owner and one whose back end drains are not among them', () => {
    const b = { ...OWNER, name: 'b' };
    const c = { ...OWNER, name: 'c' };
    const found = new Map([OWNER, b, c].map((owner) => [ownerKey(owner), owner]));
    const retired = [{ owner: b, ownerKey: ownerKey(b), backend: 'nsp-b', due: 5 }];
    expect([...unrecordedOwners(found, { ...ledger([row()]), retired }).values()]).toEqual([c]);
  });
});
