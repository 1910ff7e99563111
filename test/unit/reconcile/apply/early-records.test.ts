import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LIMITS, namesOf } from '../../../../lib/netscaler/index.ts';
import type { NitroItem, NitroWriter } from '../../../../lib/nitro/index.ts';
import { EarlyRecords } from '../../../../lib/reconcile/apply/early-records.ts';
import type { Guarded } from '../../../../lib/reconcile/decide/prune-guard.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';
import type { OpenedBatch } from '../../../../lib/reconcile/read/cluster-reader.ts';
import { EMPTY_LEDGER } from '../../../support/empty-ledger.ts';
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
  readonly judged: Promise<Guarded>;
}

function begin(all: readonly Task[], options: { isNew?: boolean; add?: NitroWriter['add'] } = {}): Begun {
  const { isNew = true } = options;
  const sent: (readonly NitroItem[])[] = [];
  const add: NitroWriter['add'] = async (items) => {
    sent.push(items);
    return options.add === undefined ? items.map(() => undefined) : options.add(items);
  };
  const early = new EarlyRecords(
    { writer: { add } as unknown as NitroWriter },
    { system: 'nsp', names: namesOf('nsp'), drainSeconds: 0, now: 0 },
  );
  return { early, sent, judged: early.judging({ ...OPENED, isNew }, inSteps(all)) };
}

const OPENED = {
  received: { cluster: 'c1', statements: [] },
  ledger: EMPTY_LEDGER,
  identity: { uid: 'u' },
  isNew: true,
  foreignStatements: [],
} as unknown as OpenedBatch;

/** The same, when all is interpreted and answered. */
async function begun(...input: Parameters<typeof begin>): Promise<Begun> {
  const started = begin(...input);
  await started.judged;
  await started.early.settle();
  return started;
}

/** Judges some tasks at a time. */
function* inSteps(all: readonly Task[]): Generator<readonly Task[], Guarded, void> {
  for (let start = 0; start < all.length; start += 200) yield all.slice(start, start + 200);
  return { tasks: all } as unknown as Guarded;
}

describe('records that go out while the batch is interpreted', () => {
  it.each<[what: string, count: number, options: Parameters<typeof begin>[1], items: number]>([
    ['less than a whole call → none', LIMITS.bulk - 3, {}, 0],
    ['a whole call with map and cluster → one', LIMITS.bulk - 2, {}, LIMITS.bulk],
    ['more than two calls → two', 2 * LIMITS.bulk + 400, {}, 2 * LIMITS.bulk],
    ['the map is there → one record more', LIMITS.bulk + 1, { isNew: false }, LIMITS.bulk],
  ])('%s', async (_what, count, options, items) => {
    const { early, sent } = await begun(tasks(count), options);
    expect(sent.flat()).toHaveLength(items);
    expect(sent.every((call) => call.length === LIMITS.bulk)).toBe(true);
    expect(early.hasBegun).toBe(items > 0);
  });

  it('rule 15: the map and the row of the cluster come before all records', async () => {
    const [items = []] = (await begun(tasks(LIMITS.bulk))).sent;
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
  ])('an owner %s → its record waits for the plan', async (_what, more) => {
    expect((await begun(tasks(2 * LIMITS.bulk, more))).sent).toEqual([]);
  });

  it('the owners of what was sent are known, and no others', async () => {
    const { early } = await begun(tasks(LIMITS.bulk + 10));
    expect([early.has('a0'), early.has(`a${LIMITS.bulk - 3}`), early.has(`a${LIMITS.bulk - 2}`)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('an error → counts where the records are needed, and not before', async () => {
    const { early, sent } = await begun(tasks(3 * LIMITS.bulk), { add: () => Promise.reject(new Error('no answer')) });
    await expect(early.settle()).resolves.toBeUndefined();
    await expect(early.end()).rejects.toThrow('no answer');
    await expect(early.discard()).rejects.toThrow('no answer');
    // Nothing goes on after an error.
    expect(sent).toHaveLength(1);
  });

  it('discarded → nobody’s record counts as written, but the map does', async () => {
    const { early } = await begun(tasks(LIMITS.bulk));
    await early.discard();
    expect([early.has('a0'), early.hasBegun, (await early.end()).size]).toEqual([false, true, 0]);
  });

  it('the interpretation is returned, and an error of it waits for what is under way', async () => {
    const all = tasks(LIMITS.bulk);
    const { judged } = begin(all);
    await expect(judged).resolves.toEqual({ tasks: all });
    let answered = false;
    const broken = begin(all, {
      add: async (items) => {
        await setImmediate();
        answered = true;
        return items.map(() => undefined);
      },
    });
    await broken.judged;
    const steps = (function* (): Generator<readonly Task[], Guarded, void> {
      yield all;
      throw new Error('cannot be interpreted');
    })();
    await expect(broken.early.judging({ ...OPENED }, steps)).rejects.toThrow('cannot be interpreted');
    expect(answered).toBe(true);
  });
});
