import { describe, expect, it } from 'vitest';
import { LIMITS, type Resource } from '../../../lib/netscaler/index.ts';
import { inPairsOfCalls } from '../../../lib/nitro/bulk.ts';
import {
  apply,
  type ItemResult,
  NitroError,
  type NitroItem,
  NitroUnreachable,
  type NitroWriter,
} from '../../../lib/nitro/index.ts';
import { mayOverlap } from '../../../lib/nitro/overlap.ts';
import type { Change, ChangeBatch } from '../../../lib/plan/index.ts';

const added = (owner: string | undefined, name: string, alsoFor: readonly string[] = []): Change => ({
  op: 'add',
  resource: {
    role: 'lbvserver',
    type: 'lbvserver',
    id: { name },
    attributes: {},
    owners: owner === undefined ? [] : [owner],
    ...(alsoFor.length === 0 ? {} : { alsoFor }),
  } satisfies Resource,
});

const many = (count: number, first = 0): Change[] =>
  Array.from({ length: count }, (_, index) => added(`owner${first + index}`, `server${first + index}`));

const batch = (changes: readonly Change[], op: Change['op'] = 'add'): ChangeBatch => ({ op, changes });

describe('two calls are under way together only where nothing of the one needs the other', () => {
  const full = batch(many(LIMITS.bulk));
  it.each<[string, ChangeBatch, ChangeBatch, boolean]>([
    ['two full calls of other owners', full, batch(many(LIMITS.bulk, LIMITS.bulk)), true],
    ['the second is not full', full, batch(many(1, LIMITS.bulk)), true],
    ['the first is not full: a small plan', batch(many(2)), batch(many(2, 2)), false],
    ['one owner in both', full, batch([...many(3, LIMITS.bulk), added('owner7', 'other')]), false],
    ['a claimant that is unfinished with it', full, batch([added('new', 'other', ['owner7'])]), false],
    ['an object of everybody in the second', full, batch([added(undefined, 'shared')]), false],
    [
      'an object of everybody in the first',
      batch([...many(LIMITS.bulk), added(undefined, 's')]),
      batch(many(1, 900)),
      false,
    ],
    ['the second removes', full, batch(many(1, LIMITS.bulk), 'remove'), false],
    ['the first removes', batch(many(LIMITS.bulk), 'remove'), batch(many(1, LIMITS.bulk)), false],
  ])('%s → %s', (_what, before, next, expected) => {
    expect(mayOverlap(before, next)).toBe(expected);
  });
});

/** A writer whose calls are answered when the test says so. */
function slowWriter() {
  const open: { readonly names: string[]; readonly end: (error?: Error) => void }[] = [];
  const add = (items: readonly NitroItem[]): Promise<ItemResult[]> =>
    new Promise((resolve, reject) => {
      const names = items.map(({ body }) => String(body.name));
      open.push({
        names,
        end: (error) => (error === undefined ? resolve(items.map(() => undefined)) : reject(error)),
      });
    });
  return { open, writer: { add } as unknown as NitroWriter };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a plan of several full calls', () => {
  const plan = many(2 * LIMITS.bulk + 1);
  const everyone = plan.flatMap(({ resource }) => resource.owners);

  it('has two calls under way and never three', async () => {
    const { open, writer } = slowWriter();
    const applied = apply(writer, plan, everyone);
    await settled();
    expect(open.map(({ names }) => names.length)).toEqual([LIMITS.bulk, LIMITS.bulk]);
    open[0]?.end();
    await settled();
    expect(open.map(({ names }) => names.length)).toEqual([LIMITS.bulk, LIMITS.bulk, 1]);
    open[1]?.end();
    open[2]?.end();
    expect((await applied).done).toHaveLength(plan.length);
  });

  it('ends with an error only when no call is under way, and sends no further one', async () => {
    const { open, writer } = slowWriter();
    let ended: unknown;
    const applied = apply(writer, plan, everyone).catch((error: unknown) => {
      ended = error;
    });
    await settled();
    const error = new NitroUnreachable('add', 'gone', true);
    open[0]?.end(error);
    await settled();
    expect([ended, open.length]).toEqual([undefined, 2]);
    open[1]?.end();
    await applied;
    expect([ended, open.length]).toEqual([error, 2]);
  });

  it('ends with the error of the second call, too, if it comes before the answer of the first', async () => {
    const { open, writer } = slowWriter();
    const applied = apply(writer, plan, everyone);
    await settled();
    const error = new NitroUnreachable('add', 'gone', true);
    open[1]?.end(error);
    await settled();
    open[0]?.end();
    // A third call may be under way by then: its answer is awaited.
    await settled();
    open[2]?.end();
    await expect(applied).rejects.toBe(error);
  });
});

describe('rows in several calls', () => {
  it('the first call is answered before the others are sent, and the last is sent when they are answered', async () => {
    const log: string[] = [];
    const rows = Array.from({ length: 3 * LIMITS.bulk + 1 }, (_, index) => index);
    const refused = new NitroError('add', 1, 599, 'no');
    let calls = 0;
    const results = await inPairsOfCalls(rows, async (some) => {
      const call = calls++;
      log.push(`sent ${call}`);
      await settled();
      log.push(`answered ${call}`);
      return some.map((index) => (index === LIMITS.bulk ? refused : undefined));
    });
    expect(log).toEqual([
      ...['sent 0', 'answered 0'],
      ...['sent 1', 'sent 2', 'answered 1', 'answered 2'],
      ...['sent 3', 'answered 3'],
    ]);
    expect(results).toEqual(rows.map((index) => (index === LIMITS.bulk ? refused : undefined)));
  });

  it.each([
    [LIMITS.bulk + 1, [251, 250]],
    [2 * LIMITS.bulk + 1, [334, 334, 333]],
    [3 * LIMITS.bulk, [500, 500, 500]],
  ])('%i rows: %j in each call, so that the last call has all that must come last', async (rows, expected) => {
    const sizes: number[] = [];
    await inPairsOfCalls(
      Array.from({ length: rows }, () => 0),
      async (some) => {
        sizes.push(some.length);
        return some.map(() => undefined);
      },
    );
    expect(sizes).toEqual(expected);
  });

  it.each([
    [0, 0],
    [1, 1],
    [LIMITS.bulk, 1],
    [LIMITS.bulk + 1, 2],
  ])('%i rows take %i calls', async (rows, calls) => {
    let sent = 0;
    const results = await inPairsOfCalls(
      Array.from({ length: rows }, () => 0),
      async (some) => {
        sent += 1;
        return some.map(() => undefined);
      },
    );
    expect([sent, results.length]).toEqual([calls, rows]);
  });
});
