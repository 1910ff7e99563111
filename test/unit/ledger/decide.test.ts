import { describe, expect, it } from 'vitest';
import { EVERYTHING, type Owner, ownerKey } from '../../../lib/contract/index.ts';
import {
  type Decision,
  decide,
  type IngressRecord,
  type Ledger,
  owedWatermarks,
  type PruneCandidate,
  pruneRefusal,
  type Single,
  type Snapshot,
  type Statement,
} from '../../../lib/ledger/index.ts';
import { EMPTY_LEDGER } from '../../support/empty-ledger.ts';

const owner = (name: string): Owner => ({ cluster: 'c', namespace: 'n', name });
const key = (name: string): string => ownerKey(owner(name));

const single = (name: string, sequence: number, state: string | undefined = 'v'): Single<string> => ({
  kind: 'single',
  owner: owner(name),
  sequence,
  state,
  verify: false,
});

const snapshot = (
  sequence: number,
  present: Record<string, string>,
  more: Partial<Snapshot<string>> = {},
): Snapshot<string> => ({
  kind: 'snapshot',
  cluster: 'c',
  ...EVERYTHING,
  sequence,
  flagged: false,
  verify: false,
  exempt: false,
  present: new Map(Object.entries(present).map(([name, state]) => [key(name), { owner: owner(name), state }])),
  listed: new Set(),
  ...more,
});

const row = (name: string, sequence: number, more: Partial<IngressRecord> = {}): IngressRecord => ({
  key: key(name),
  namespace: 'n',
  name,
  sequence,
  kind: 'live',
  state: 'applied',
  hashes: { frontend: '', routes: '', members: '' },
  created: 1,
  routes: 1,
  ...more,
});

const ledger = (rows: readonly IngressRecord[], watermarks: Ledger['watermarks'] = []): Ledger => ({
  ...EMPTY_LEDGER,
  ingresses: new Map(rows.map((each) => [each.key, each])),
  watermarks,
});

describe('rule 1: the greater of record and watermark decides, whether the Ingress is there or not', () => {
  it.each([
    { what: 'older than the record', at: 10, rows: [row('a', 20)], marks: 0, stale: true },
    { what: 'older than the watermark', at: 10, rows: [], marks: 20, stale: true },
    { what: 'older than a watermark above its own record', at: 15, rows: [row('a', 10)], marks: 20, stale: true },
    { what: 'newer than both', at: 30, rows: [row('a', 20)], marks: 25, stale: false },
    { what: 'equal to the record', at: 20, rows: [row('a', 20)], marks: 0, stale: false },
  ])('an event $what', ({ at, rows, marks, stale }) => {
    const known = ledger(rows, marks === 0 ? [] : [{ ...EVERYTHING, sequence: marks }]);
    const result = decide([single('a', at)], known);
    expect(result.stale.length).toBe(stale ? 1 : 0);
    expect(result.decisions.length).toBe(stale ? 0 : 1);
  });

  it('says what is recorded of an event that it drops', () => {
    const { stale } = decide([single('a', 10)], ledger([row('a', 20)]));
    expect(stale).toEqual([{ owner: owner('a'), sequence: 10, recorded: 20 }]);
  });

  it('rule 14: says nothing of a replayed event that it drops', () => {
    expect(decide([{ ...single('a', 10), replayed: true }], ledger([row('a', 20)])).stale).toEqual([]);
  });

  it.each([
    ['lists what is recorded as dead', snapshot(10, { a: 'v' }), [row('a', 20, { kind: 'tombstone' })], 1],
    ['misses what is recorded as live', snapshot(10, {}), [row('a', 20)], 1],
    ['says what is recorded', snapshot(10, { a: 'v' }), [row('a', 20)], 0],
    ['is replayed', snapshot(10, {}, { exempt: true }), [row('a', 20)], 0],
  ])('rule 14: a late snapshot that %s', (_what, late, rows, stale) => {
    expect(decide([late], ledger(rows)).stale).toEqual(
      stale === 0 ? [] : [{ owner: owner('a'), sequence: 10, recorded: 20 }],
    );
  });

  it.each([
    ['lists what was gone by a newer snapshot', snapshot(10, { a: 'v' }), 1],
    ['misses what was gone by a newer one, too, and only owns objects', snapshot(10, {}), 0],
  ])('rule 14: a late snapshot that %s', (_what, late, stale) => {
    const known = ledger([], [{ ...EVERYTHING, sequence: 20 }]);
    expect(decide([late], known, new Map([[key('a'), owner('a')]])).stale).toHaveLength(stale);
  });

  it.each([
    ['equal to what is recorded', single('a', 20), row('a', 20)],
    ['newer than a pending record', single('a', 30), row('a', 20, { state: 'pending' })],
    ['asked to verify', { ...single('a', 30), verify: true }, row('a', 20)],
  ])('compares with the real objects where the event is %s', (_what, event, known) => {
    expect(decide([event], ledger([known])).decisions[0]?.verify).toBe(true);
  });

  it.each<[string, Statement<string>[]]>([
    ['a single event, and a later snapshot', [{ ...single('a', 30), verify: true }, snapshot(40, { a: 'v' })]],
    ['a snapshot, and a later single event', [snapshot(30, { a: 'v' }, { verify: true }), single('a', 40)]],
    ['a single event, and a later one', [{ ...single('a', 30), verify: true }, single('a', 40)]],
  ])('compares with the real objects although a later event wins that does not ask for it: %s', (_what, events) => {
    expect(decide(events, ledger([row('a', 20)])).decisions).toMatchObject([{ sequence: 40, verify: true }]);
  });
});

describe('rule 2: what a snapshot speaks for', () => {
  const decided = (
    statements: Parameters<typeof decide<string>>[0],
    known = EMPTY_LEDGER,
    owned = new Map<string, Owner>(),
  ): Record<string, string | undefined> =>
    Object.fromEntries(decide(statements, known, owned).decisions.map(({ owner: { name }, state }) => [name, state]));

  it('the keys that it lists', () => {
    expect(decided([snapshot(30, { a: 'v' })])).toEqual({ a: 'v' });
  });
  it('those recorded: absent means removed', () => {
    expect(decided([snapshot(30, {})], ledger([row('a', 10)]))).toEqual({ a: undefined });
  });
  it('those that own objects although nothing is recorded', () => {
    expect(decided([snapshot(30, {})], EMPTY_LEDGER, new Map([[key('a'), owner('a')]]))).toEqual({ a: undefined });
  });
  it('those that other events of the batch name, by the highest sequence', () => {
    expect(decided([single('a', 10), snapshot(30, {})])).toEqual({ a: undefined });
    expect(decided([snapshot(30, {}), single('a', 40, 'w')])).toEqual({ a: 'w' });
  });
  it('whose they are, by cluster, namespace and name', () => {
    const owners = (known: Ledger, owned: ReadonlyMap<string, Owner>) =>
      decide([snapshot(30, {})], known, owned).decisions.map((decision) => decision.owner);
    expect(owners(ledger([row('a', 10)]), new Map())).toEqual([owner('a')]);
    expect(owners(EMPTY_LEDGER, new Map([[key('a'), owner('a')]]))).toEqual([owner('a')]);
  });
  it('an event knows the name of its Ingress better than a record or an object', () => {
    const other = { ...owner('a'), name: 'other' };
    const known = ledger([row('a', 10, { name: 'other' })]);
    for (const statement of [snapshot(30, { a: 'v' }), single('a', 30)]) {
      for (const [rows, owned] of [
        [known, new Map()],
        [EMPTY_LEDGER, new Map([[key('a'), other]])],
      ] as const) {
        const { decisions } = decide([statement, snapshot(20, {})], rows, owned);
        expect(decisions.map((decision) => decision.owner)).toEqual([owner('a')]);
      }
    }
  });
  it('not those of another range', () => {
    const nowhere = { from: '22', to: '22' };
    expect(decided([snapshot(30, {}, nowhere)], ledger([row('a', 10)]))).toEqual({});
  });
  it('not those of a kind that it is silent about', () => {
    const edge = { ...owner('gateway/edge'), namespace: 'infra' };
    const route = owner('tlsroute/web');
    const rows = [edge, route].map((each) => ({
      ...row(each.name, 10),
      namespace: each.namespace,
      key: ownerKey(each),
    }));
    const range = { from: '02', to: '1z' };
    const decided = (more: Partial<Snapshot<string>>) =>
      decide([snapshot(20, {}, { ...range, ...more })], ledger(rows))
        .decisions.map(({ owner: { name } }) => name)
        .sort();
    expect(decided({})).toEqual(['gateway/edge', 'tlsroute/web']);
    expect(decided({ silentAbout: 'Gateway' })).toEqual(['tlsroute/web']);
    const silent = snapshot(20, {}, { ...range, silentAbout: 'Gateway' });
    const judged = decide([silent], ledger(rows)).decisions.map((decision) => ({
      decision,
      keeps: 0,
      cause: 'missing' as const,
    }));
    expect(pruneRefusal(silent, judged, ledger(rows), { percent: 50, minimum: 0 })).toMatchObject({
      routes: 1,
      removes: 1,
    });
  });

  it('rule 13: a key that is only listed is not taken for deleted', () => {
    expect(decided([snapshot(30, {}, { listed: new Set([key('a')]) })], ledger([row('a', 10)]))).toEqual({});
  });
});

describe('rule 3: which watermarks a snapshot owes', () => {
  const owes = (
    snap: Snapshot<string>,
    known: Ledger = EMPTY_LEDGER,
    more: { outvoted?: boolean; changed?: boolean } = {},
  ): boolean =>
    owedWatermarks(
      [snap],
      known,
      new Set(more.outvoted === true ? [snap] : []),
      new Set(more.changed === true ? [snap] : []),
    ).length > 0;

  it.each([
    ['it says nothing new', owes(snapshot(30, {})), false],
    ['it is flagged', owes(snapshot(30, {}, { flagged: true })), true],
    ['it changed something', owes(snapshot(30, {}), EMPTY_LEDGER, { changed: true }), true],
    ['it outvoted a single event', owes(snapshot(30, {}), EMPTY_LEDGER, { outvoted: true }), true],
    [
      'an older tombstone lies in its range',
      owes(snapshot(30, {}), ledger([row('a', 20, { kind: 'tombstone' })])),
      true,
    ],
    ['the tombstone is newer', owes(snapshot(30, {}), ledger([row('a', 40, { kind: 'tombstone' })])), false],
    [
      'one at least as high covers it already',
      owes(snapshot(30, {}, { flagged: true }), ledger([], [{ ...EVERYTHING, sequence: 30 }])),
      false,
    ],
  ])('where %s: %s', (_what, actual, expected) => {
    expect(actual).toBe(expected);
  });

  const flagged = (sequence: number, range: Partial<Snapshot<string>> = {}) =>
    snapshot(sequence, {}, { flagged: true, ...range });
  const [low, high] = [{ to: 'ab' }, { from: 'ac' }];
  it.each<[string, Snapshot<string>[], Ledger['watermarks'], string[]]>([
    ['two of one range: the higher', [flagged(40), flagged(50)], [], ['22-zz@50']],
    ['two of one range, the higher first', [flagged(50), flagged(40)], [], ['22-zz@50']],
    ['one that comes twice: once', [flagged(50), flagged(50)], [{ ...EVERYTHING, sequence: 20 }], ['22-zz@50']],
    ['a part, then the whole: the whole', [flagged(40, low), flagged(50)], [], ['22-zz@50']],
    ['the whole, then a part: both', [flagged(40), flagged(50, low)], [], ['22-zz@40', '22-ab@50']],
    [
      'the whole, then its parts: the parts',
      [flagged(40), flagged(50, low), flagged(51, high)],
      [],
      ['22-ab@50', 'ac-zz@51'],
    ],
    ['two that overlap: both', [flagged(40, { to: 'bb' }), flagged(50, high)], [], ['22-bb@40', 'ac-zz@50']],
    [
      'the whole, of which a newer part is recorded',
      [flagged(40)],
      [{ from: '22', to: 'ab', sequence: 50 }],
      ['22-zz@40'],
    ],
    [
      'what recorded parts cover together: none',
      [flagged(40)],
      [
        { from: '22', to: 'ab', sequence: 50 },
        { from: 'ac', to: 'zz', sequence: 40 },
      ],
      [],
    ],
  ])('of a batch: %s', (_what, snapshots, watermarks, owed) => {
    const marks = owedWatermarks(snapshots, ledger([], watermarks), new Set(), new Set());
    expect(marks.map(({ from, to, sequence }) => `${from}-${to}@${sequence}`)).toEqual(owed);
  });

  it('knows which snapshot outvoted a single event of its batch', () => {
    const snap = snapshot(30, {});
    expect(decide([single('a', 20), snap], EMPTY_LEDGER).outvoted).toEqual(new Set([snap]));
    expect(decide([single('a', 40), snap], EMPTY_LEDGER).outvoted).toEqual(new Set());
  });
});

/** Decisions as an appliance takes them that selects all: what is there keeps its routes. */
const judge = (
  decisions: readonly Decision<string>[],
  keeps: Record<string, number | undefined> = {},
): PruneCandidate<string>[] =>
  decisions.map((decision) => {
    const { owner, state, row } = decision;
    const count = owner.name in keeps ? keeps[owner.name] : state === undefined ? 0 : (row?.routes ?? 1);
    return { decision, keeps: count, cause: state === undefined ? 'missing' : count === 0 ? 'rejected' : 'reduced' };
  });

describe('rule 11, LIF-6: the prune guard', () => {
  const rows = ['a', 'b', 'c', 'd'].map((name) => row(name, 10));
  const refusal = (snap: Snapshot<string>, limit = { percent: 50, minimum: 1 }) => {
    const known = ledger(rows);
    return pruneRefusal(snap, judge(decide([snap], known).decisions), known, limit);
  };

  it.each([
    ['removes less than its share', snapshot(30, { a: 'v', b: 'v', c: 'v' }), undefined],
    ['removes exactly its share', snapshot(30, { a: 'v', b: 'v' }), undefined],
    ['removes more', snapshot(30, { a: 'v' }), { routes: 4, removes: 3, causes: { missing: 3 } }],
    ['removes more, but an operator approved it', snapshot(30, { a: 'v' }, { exempt: true }), undefined],
  ])('a snapshot that %s', (_what, snap, expected) => {
    expect(refusal(snap)).toEqual(expected);
  });

  it('counts what others of its batch withdraw neither as there nor as removed by it', () => {
    const known = ledger(rows);
    const snap = snapshot(20, { a: 'v' });
    const batch = (other: Single<string>) => decide([snap, other], known).decisions;
    const half = { percent: 50, minimum: 0 };
    const withdrawn = batch({ ...single('d', 30), state: undefined });
    expect(pruneRefusal(snap, judge(withdrawn), known, half)).toEqual({
      routes: 3,
      removes: 2,
      causes: { missing: 2 },
    });
    expect(pruneRefusal(snap, judge(batch(single('d', 30))), known, half)).toBeUndefined();
  });

  it('counts neither the dead nor what only owns objects', () => {
    const known = ledger([...rows, row('e', 10, { kind: 'tombstone', routes: 100 })]);
    const snap = snapshot(30, { a: 'v' });
    const { decisions } = decide([snap], known, new Map([[key('f'), owner('f')]]));
    expect(decisions).toHaveLength(6);
    expect(pruneRefusal(snap, judge(decisions), known, { percent: 50, minimum: 1 })).toEqual({
      routes: 4,
      removes: 3,
      causes: { missing: 3 },
    });
  });

  it('counts what is removed for whatever cause, and what is left of each Ingress', () => {
    const known = ledger(['a', 'b', 'c', 'd', 'e'].map((name) => row(name, 10, { routes: 4 })));
    const snap = snapshot(30, { b: 'v', c: 'v', d: 'v', e: 'v' });
    const judged = judge(decide([snap], known).decisions, { b: 0, c: 1, d: 4, e: 9 });
    expect(pruneRefusal(snap, judged, known, { percent: 50, minimum: 10 })).toEqual({
      routes: 20,
      removes: 11,
      causes: { missing: 4, rejected: 4, reduced: 3 },
    });
    expect(pruneRefusal(snap, judged, known, { percent: 55, minimum: 10 })).toBeUndefined();
    expect(pruneRefusal(snap, judged, known, { percent: 50, minimum: 11 })).toBeUndefined();
  });

  it('a namespace that the appliance does not select has no part: nothing of it is removed', () => {
    const known = ledger([...rows, row('x', 10, { routes: 100 })]);
    const snap = snapshot(30, { a: 'v' });
    const judged = judge(decide([snap], known).decisions, { x: undefined });
    expect(pruneRefusal(snap, judged, known, { percent: 50, minimum: 1 })).toMatchObject({ routes: 4, removes: 3 });
  });

  it('what a single event of the batch leaves of an Ingress is no part of what the snapshot could keep', () => {
    const known = ledger([row('a', 10, { routes: 4 }), row('b', 10, { routes: 2 })]);
    const snap = snapshot(20, { a: 'v' });
    const judged = judge(decide([snap, single('a', 30)], known).decisions, { a: 1 });
    expect(pruneRefusal(snap, judged, known, { percent: 50, minimum: 1 })).toMatchObject({ routes: 3, removes: 2 });
  });

  it('counts a pending record as what it is to have, a listed Ingress as kept', () => {
    const known = ledger([row('a', 10, { routes: 4, state: 'pending' }), row('b', 10, { routes: 4 })]);
    const snap = snapshot(30, {}, { listed: new Set([key('b')]) });
    const judged = judge(decide([snap], known).decisions);
    expect(pruneRefusal(snap, judged, known, { percent: 49, minimum: 1 })).toMatchObject({ routes: 8, removes: 4 });
    expect(pruneRefusal(snap, judged, known, { percent: 50, minimum: 1 })).toBeUndefined();
  });

  it('never refuses up to the absolute minimum', () => {
    expect(refusal(snapshot(30, {}), { percent: 0, minimum: 4 })).toBeUndefined();
  });
});

describe('rule 11: owners of objects that no record names', () => {
  const half = { percent: 50, minimum: 0 };
  const part = (name: string) => ({ from: key(name).slice(0, 2), to: key(name).slice(0, 2) });
  const refusal = (names: readonly string[], known: Ledger, statements: Statement<string>[]) => {
    const owned = new Map(names.map((name) => [key(name), owner(name)]));
    const snap = statements[0] as Snapshot<string>;
    return pruneRefusal(snap, judge(decide(statements, known, owned).decisions), known, half, new Set(owned.keys()));
  };

  it('count as one route each: kept or lost', () => {
    expect(refusal(['a', 'b'], EMPTY_LEDGER, [snapshot(30, {})])).toEqual({
      routes: 2,
      removes: 2,
      causes: { missing: 2 },
    });
    expect(refusal(['a', 'b'], EMPTY_LEDGER, [snapshot(30, { b: 'v' })])).toBeUndefined();
    const known = ledger([row('d', 10, { routes: 2 })]);
    expect(refusal(['a'], known, [snapshot(30, { a: 'v' })])).toEqual({
      routes: 3,
      removes: 2,
      causes: { missing: 2 },
    });
    expect(refusal(['a'], known, [snapshot(30, { d: 'v' })])).toBeUndefined();
  });

  it('of another range do not count', () => {
    const known = ledger([row('d', 10)]);
    expect(refusal(['a', 'b'], known, [snapshot(30, {}, part('d'))])).toEqual({
      routes: 1,
      removes: 1,
      causes: { missing: 1 },
    });
  });

  it('that others of the batch withdraw are no part of what it could keep', () => {
    const known = ledger([row('d', 10)]);
    const gone: Statement<string> = { ...single('a', 40), state: undefined };
    expect(refusal(['a'], known, [snapshot(30, {}), gone])).toEqual({ routes: 1, removes: 1, causes: { missing: 1 } });
  });

  it('of a tombstone nothing is lost', () => {
    expect(refusal(['a'], ledger([row('d', 10, { kind: 'tombstone' })]), [snapshot(30, { a: 'v' })])).toBeUndefined();
  });
});

describe('what a batch does not say', () => {
  const part = { from: key('a').slice(0, 2), to: key('a').slice(0, 2) };
  const nowhere = { from: '22', to: '22' };
  const names = (statements: Parameters<typeof decide<string>>[0], known: Ledger, owned: Map<string, Owner>) =>
    decide(statements, known, owned).decisions.map(({ owner: { name } }) => name);

  it('a snapshot that outvotes no single event owes nothing for it', () => {
    expect(decide([snapshot(30, { a: 'v' })], EMPTY_LEDGER).outvoted.size).toBe(0);
    expect(decide([snapshot(30, {}, nowhere), single('a', 20)], EMPTY_LEDGER).outvoted.size).toBe(0);
  });

  it('a snapshot of another range does not outvote a single event', () => {
    const { decisions } = decide([snapshot(30, {}, nowhere), single('a', 20)], EMPTY_LEDGER);
    expect(decisions.map(({ sequence, state }) => [sequence, state])).toEqual([[20, 'v']]);
  });

  it('owners of objects count in the range of a snapshot only', () => {
    const owned = new Map([[key('a'), owner('a')]]);
    expect(names([snapshot(30, {}, nowhere)], EMPTY_LEDGER, owned)).toEqual([]);
    expect(names([snapshot(30, {}, part)], EMPTY_LEDGER, owned)).toEqual(['a']);
  });

  it('nothing is compared that is new and not asked for', () => {
    expect(decide([single('a', 30)], ledger([row('a', 20)])).decisions[0]?.verify).toBe(false);
    expect(decide([single('a', 30)], EMPTY_LEDGER).decisions[0]?.verify).toBe(false);
  });

  it('rule 11: routes of other ranges and of the dead are no part of the share', () => {
    const limit = { percent: 50, minimum: 0 };
    const known = ledger([
      row('a', 10),
      row('b', 10, { routes: 100 }),
      row('c', 10, { kind: 'tombstone', routes: 100 }),
    ]);
    const snap = snapshot(30, {}, part);
    expect(pruneRefusal(snap, judge(decide([snap], known).decisions), known, limit)).toEqual({
      routes: 1,
      removes: 1,
      causes: { missing: 1 },
    });
  });

  it('rule 11: what others remove is not held against a snapshot', () => {
    const limit = { percent: 0, minimum: 0 };
    const known = ledger([row('a', 10)]);
    const snap = snapshot(20, {});
    const later: Single<string> = { ...single('a', 30), state: undefined };
    expect(pruneRefusal(snap, judge(decide([snap, later], known).decisions), known, limit)).toBeUndefined();
  });
});
