import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../../lib/contract/index.ts';
import {
  encodeIngress,
  encodeRetired,
  encodeWatermark,
  hashesOf,
  type IngressRecord,
  ingressKey,
  type Ledger,
  type Watermark,
} from '../../../../lib/ledger/index.ts';
import { decodeIngress } from '../../../../lib/ledger/ingress-record.ts';
import { namesOf } from '../../../../lib/netscaler/index.ts';
import { usesOf } from '../../../../lib/plan/index.ts';
import {
  appliedRow,
  type FinishedTask,
  finalRows,
  pendingRow,
  pendingRows,
} from '../../../../lib/reconcile/apply/ledger-rows.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import { routesOf } from '../../plan/routes.ts';
import { FRONTENDS, KEY, ledger, NOTHING, OTHER_FRONTENDS, OWNER, row, task, WITH_REDIRECT } from '../support.ts';

const names = namesOf('nsp');
const THIRD = OTHER_FRONTENDS.map((each) => ({ ...each, vip: '192.0.2.12' }));
const mark = (sequence: number, more: Partial<Watermark> = {}): Watermark => ({ ...EVERYTHING, sequence, ...more });

describe('records', () => {
  it('pending: what is wanted, and where it is', () => {
    expect(pendingRow(task({}))).toEqual({
      key: KEY,
      namespace: 'n',
      name: 'a',
      sequence: 20,
      kind: 'live',
      state: 'pending',
      hashes: hashesOf(routesOf()),
      created: 100,
      routes: 1,
      frontends: FRONTENDS,
    });
  });

  it('pending: what goes is dead, and stood somewhere', () => {
    expect(pendingRow(task(undefined, { row: row({ frontends: FRONTENDS }) }))).toMatchObject({
      kind: 'tombstone',
      state: 'pending',
      hashes: NOTHING,
      created: 0,
      routes: 0,
      formerFrontends: FRONTENDS,
    });
  });

  it.each<[string, Partial<IngressRecord> | undefined, IngressRecord['formerFrontends']]>([
    ['nothing was recorded', undefined, undefined],
    ['it stays', { frontends: FRONTENDS }, undefined],
    ['it had no front end', {}, undefined],
    ['it moves', { frontends: OTHER_FRONTENDS }, OTHER_FRONTENDS],
    [
      'it moved, and that was not finished',
      { frontends: FRONTENDS, formerFrontends: OTHER_FRONTENDS },
      OTHER_FRONTENDS,
    ],
    ['it moved, and moves back', { frontends: OTHER_FRONTENDS, formerFrontends: FRONTENDS }, OTHER_FRONTENDS],
    ['it moved, was not finished, and moves on', { frontends: OTHER_FRONTENDS, formerFrontends: THIRD }, 'anywhere'],
    ['it may be anywhere', { frontends: FRONTENDS, formerFrontends: 'anywhere' }, 'anywhere'],
    ['both are the same', { frontends: OTHER_FRONTENDS, formerFrontends: OTHER_FRONTENDS }, OTHER_FRONTENDS],
    ['only the former one is known', { formerFrontends: OTHER_FRONTENDS }, OTHER_FRONTENDS],
    ['its redirect moves', { frontends: WITH_REDIRECT }, WITH_REDIRECT],
  ])('rule 7: claims may stand besides, where %s', (_what, before, formerly) => {
    const pending = pendingRow(task({}, before === undefined ? {} : { row: row(before) }));
    expect(pending.formerFrontends).toEqual(formerly);
    expect(pending.frontends).toEqual(FRONTENDS);
    expect(decodeIngress(encodeIngress(pending))).toEqual(pending);
  });

  it('applied: no former front end is left', () => {
    const applied = appliedRow(task({ redirect: true }, { row: row({ frontends: OTHER_FRONTENDS }) }));
    expect(applied).toMatchObject({
      kind: 'live',
      state: 'applied',
      frontends: WITH_REDIRECT,
      routes: 2,
    });
    expect(applied).not.toHaveProperty('formerFrontends');
    expect(appliedRow(task(undefined))).not.toHaveProperty('frontends');
  });
});

describe('rule 7: what is written first', () => {
  it('records as pending, back ends that retire, watermarks', () => {
    const retirement = { owner: OWNER, ownerKey: KEY, backend: 'nsp-x' };
    expect(pendingRows([task({})], [mark(30)], [retirement], 99)).toEqual([
      encodeIngress(pendingRow(task({}))),
      encodeRetired({ ...retirement, due: 99 }),
      encodeWatermark(mark(30)),
    ]);
  });
});

describe('what is written last', () => {
  const end = (
    finished: readonly (Task | FinishedTask)[],
    known: Ledger = ledger(),
    marks: readonly Watermark[] = [],
  ): { add: string[]; remove: string[] } => {
    const done = finished.map((one): FinishedTask => ('task' in one ? one : { task: one, begun: true }));
    const { add, removeKeys } = finalRows({ names }, known, { finished: done, watermarks: marks });
    return { add: add.map(({ key, value }) => `${key} ${value.split(';')[2]}`), remove: [...removeKeys] };
  };
  const I = ingressKey(KEY);
  const dead = row({ kind: 'tombstone', sequence: 10 });
  const gone = task(undefined, { sequence: 20 });

  it.each<[string, { add: string[]; remove: string[] }, { add: string[]; remove: string[] }]>([
    ['what is wanted, as applied', end([task({})]), { add: [`${I} LA`], remove: [] }],
    ['what is wanted, watermark or not', end([task({})], ledger(), [mark(20)]), { add: [`${I} LA`], remove: [] }],
    ['rule 6: what went, as a tombstone', end([gone]), { add: [`${I} DA`], remove: [] }],
    ['a tombstone above the watermark', end([gone], ledger(), [mark(19)]), { add: [`${I} DA`], remove: [] }],
    ['no tombstone that a new watermark covers', end([gone], ledger(), [mark(20)]), { add: [], remove: [I] }],
    ['nor one that a known one covers', end([gone], ledger([], [mark(20)])), { add: [], remove: [I] }],
    [
      'nothing where nothing was begun or recorded',
      end([{ task: gone, begun: false }], ledger([], [mark(20)])),
      { add: [], remove: [] },
    ],
    [
      'its former record goes',
      end([{ task: task(undefined, { row: row() }), begun: false }], ledger([row()], [mark(20)])),
      { add: [], remove: [I] },
    ],
    ['rule 3: older tombstones go with the watermark', end([], ledger([dead]), [mark(10)]), { add: [], remove: [I] }],
    ['newer ones stay', end([], ledger([dead]), [mark(9)]), { add: [], remove: [] }],
    ['the living stay', end([], ledger([row()]), [mark(30)]), { add: [], remove: [] }],
    [
      'those that are not finished stay',
      end([], ledger([row({ kind: 'tombstone', state: 'pending' })]), [mark(30)]),
      { add: [], remove: [] },
    ],
    [
      'a tombstone that comes alive is not removed',
      end([task({})], ledger([dead]), [mark(10)]),
      { add: [`${I} LA`], remove: [] },
    ],
  ])('%s', (_what, actual, expected) => {
    expect(actual).toEqual(expected);
  });

  it.each<[string, Watermark[], Watermark[], string[]]>([
    ['an older one of the same range is replaced, not removed', [mark(10)], [mark(30)], []],
    ['an older one of a part goes', [mark(10, { to: 'zy' })], [mark(30)], ['W.22-zy']],
    ['an older one of more stays', [mark(10)], [mark(30, { to: 'zy' })], []],
    ['a newer one of a part stays', [mark(40, { to: 'zy' })], [mark(30)], []],
    ['a new one that a known one covers is not removed: it is not there', [mark(40)], [mark(30, { to: 'zy' })], []],
    ['one that was just written stays, whatever else was', [mark(10)], [mark(30), mark(40)], []],
    ['two parts cover the whole', [mark(10)], [mark(30, { to: 'az' }), mark(31, { from: 'b2' })], ['W.22-zz']],
  ])('rule 3: of watermarks, %s', (_what, known, written, removed) => {
    expect(end([], ledger([], known), written).remove).toEqual(removed);
  });

  it('a retired back end that is wanted again drains no more', () => {
    const wanted = routesOf();
    const backend = names.backend(OWNER, usesOf(wanted)[0]!.key);
    const retired = { ownerKey: KEY, owner: OWNER, backend, due: 1 };
    const stays = { ...retired, backend: 'nsp-other' };
    const others = { ...retired, ownerKey: 'o'.repeat(26) };
    const known = { ...ledger(), retired: [retired, stays, others] };
    expect(end([task({})], known).remove).toEqual([encodeRetired(retired).key]);
    expect(end([gone], known).remove).toEqual([]);
  });
});
