import { describe, expect, it } from 'vitest';
import { LIMITS, namesOf } from '../../../../lib/netscaler/index.ts';
import type { NitroItem, NitroWriter } from '../../../../lib/nitro/index.ts';
import type { ApplyContext } from '../../../../lib/reconcile/apply/apply-context.ts';
import { EarlyRecords } from '../../../../lib/reconcile/apply/early-records.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import type { Engine } from '../../../../lib/reconcile/engine.ts';
import { EMPTY_LEDGER } from '../../../support/empty-ledger.ts';
import { askNobody } from '../../../support/engine.ts';
import { routesOf } from '../../plan/routes.ts';
import { decision, row } from '../support.ts';

const WANTED = routesOf();

function task(index: number, more: Partial<Task> = {}): Task {
  const name = `a${index}`;
  return {
    decision: decision({ key: name, owner: { cluster: 'c1', namespace: 'n', name } }),
    wanted: WANTED,
    hashes: { frontend: '', routes: '', members: '' },
    findings: [],
    action: 'plan',
    ...more,
  };
}

const tasks = (count: number, more: Partial<Task> = {}): Task[] =>
  Array.from({ length: count }, (_, index) => task(index, more));

interface Begun {
  readonly early: EarlyRecords;
  /** Items that were sent, by call. */
  readonly sent: (readonly NitroItem[])[];
}

function begin(
  all: readonly Task[],
  options: { policy?: 'sync' | 'observe'; isNew?: boolean; clusters?: number; add?: NitroWriter['add'] } = {},
): Begun {
  const { policy = 'sync', isNew = true, clusters = 1 } = options;
  const sent: (readonly NitroItem[])[] = [];
  const add: NitroWriter['add'] = async (items) => {
    sent.push(items);
    return options.add === undefined ? items.map(() => undefined) : options.add(items);
  };
  const part = {
    received: { cluster: 'c1', statements: [] },
    ledger: EMPTY_LEDGER,
    identity: { uid: 'u' },
    isNew,
  } as unknown as ApplyContext['parts'][number];
  const early = new EarlyRecords({
    engine: { writer: { add }, settings: { policy } } as unknown as Engine,
    context: { system: 'nsp', names: namesOf('nsp'), drainSeconds: 0, now: 0 },
    parts: Array.from({ length: clusters }, () => part),
    requestResync: askNobody,
  });
  early.begin(all);
  return { early, sent };
}

describe('records that go out while the plan is computed', () => {
  it.each<[what: string, count: number, options: Parameters<typeof begin>[1], items: number]>([
    ['less than a whole call → none', LIMITS.bulk - 3, {}, 0],
    ['a whole call with map and cluster → one', LIMITS.bulk - 2, {}, LIMITS.bulk],
    ['more than two calls → two', 2 * LIMITS.bulk + 400, {}, 2 * LIMITS.bulk],
    ['the map is there → one record more', LIMITS.bulk + 1, { isNew: false }, LIMITS.bulk],
    ['observe → none', 2 * LIMITS.bulk, { policy: 'observe' }, 0],
    ['two clusters → none: each has a ledger', 2 * LIMITS.bulk, { clusters: 2 }, 0],
  ])('%s', (_what, count, options, items) => {
    const { early, sent } = begin(tasks(count), options);
    expect(sent.flat()).toHaveLength(items);
    expect(early.hasBegun).toBe(items > 0);
  });

  it('rule 15: the map and the row of the cluster come before all records', () => {
    const [items = []] = begin(tasks(LIMITS.bulk)).sent;
    expect(items.slice(0, 3).map(({ type, body }) => String(body.key ?? type))).toEqual([
      'policystringmap',
      'U',
      'I.a0',
    ]);
  });

  it.each<[what: string, more: Partial<Task>]>([
    ['that has a record', { decision: decision({ row: row() }) }],
    ['that wants no routes', { wanted: undefined }],
    ['whose real objects are compared', { action: 'verify' }],
    ['of which only the sequence is new', { action: 'record' }],
  ])('an owner %s → its record waits for the plan', (_what, more) => {
    expect(begin(tasks(2 * LIMITS.bulk, more)).sent).toEqual([]);
  });

  it('the owners of what was sent are known, and no others', () => {
    const { early } = begin(tasks(LIMITS.bulk + 10));
    expect([early.has('a0'), early.has(`a${LIMITS.bulk - 3}`), early.has(`a${LIMITS.bulk - 2}`)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('an error → counts where the records are needed, and not before', async () => {
    const { early } = begin(tasks(LIMITS.bulk), { add: () => Promise.reject(new Error('no answer')) });
    await expect(early.settle()).resolves.toBeUndefined();
    await expect(early.end()).rejects.toThrow('no answer');
    await expect(early.discard()).rejects.toThrow('no answer');
  });

  it('discarded → nobody’s record counts as written, but the map does', async () => {
    const { early } = begin(tasks(LIMITS.bulk));
    await early.discard();
    expect([early.has('a0'), early.hasBegun, (await early.end()).size]).toEqual([false, true, 0]);
  });

  it('steps of a computation run in order, and their result is returned', async () => {
    const { early } = begin(tasks(LIMITS.bulk));
    const seen: number[] = [];
    const steps = function* (): Generator<void, string, void> {
      for (const step of [1, 2, 3]) {
        seen.push(step);
        yield;
      }
      return 'done';
    };
    await expect(early.alongside(steps())).resolves.toBe('done');
    expect(seen).toEqual([1, 2, 3]);
  });
});
