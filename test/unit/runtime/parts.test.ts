import { describe, expect, it } from 'vitest';
import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { partsOf, workInParts } from '../../../lib/runtime/parts.ts';
import { batches, estate, snapshotEvents } from '../../support/estate.ts';
import { changed, gateway, snapshot, state, tlsRoute, tlsRouteSnapshot, work } from '../../support/events.ts';

const sizes = (events: readonly ReceivedEvent[], received = 1): number[] =>
  partsOf(
    events.map((event) => ({ event })),
    received,
  ).map(({ length }) => length);

const hosts = (count: number): IngressState =>
  state('many', { hosts: Array.from({ length: count }, (_, each) => `h${each}.example.com`) });

const members = (count: number): IngressState =>
  state('many', { members: Array.from({ length: count }, (_, each) => `10.0.${each >> 8}.${each & 255}`) });

describe('parts of a batch', () => {
  it('ten snapshot events of small Ingresses are one part: one plan for 4,000 Ingresses', () => {
    const [batch = []] = batches(snapshotEvents(estate(5_000), 1_000));
    expect(sizes(batch)).toEqual([10]);
  });

  it.each([
    [1, [10]],
    [2, [5, 5]],
    [3, [3, 3, 3, 1]],
    [4, [2, 2, 2, 2, 2]],
    [5, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    [99, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ])('at receive %i: half as many messages as the receive before', (received, parts) => {
    const events = Array.from({ length: 10 }, (_, index) => changed(index + 1, state(`i${index}`)));
    expect(sizes(events, received)).toEqual(parts);
  });

  it.each<[string, ReceivedEvent]>([
    ['hosts', changed(1, hosts(7_000))],
    ['hosts of a snapshot', snapshot(1, [hosts(3_500), hosts(3_500)])],
    ['members', changed(1, members(70_000))],
    [
      'hostnames of a TLSRoute on many addresses',
      tlsRouteSnapshot(
        1,
        Array.from({ length: 30 }, (_, index) =>
          tlsRoute(`r${index}`, {
            hostnames: Array.from({ length: 16 }, (_host, each) => `h${each}.example.com`),
            addresses: Array.from({ length: 16 }, (_address, each) => `192.0.2.${each}`),
          }),
        ),
      ),
    ],
    [
      'listeners of Gateways on many addresses',
      tlsRouteSnapshot(1, [], {
        gateways: Array.from({ length: 8 }, (_, index) =>
          gateway(`g${index}`, {
            addresses: Array.from({ length: 16 }, (_address, each) => `192.0.2.${each}`),
            listeners: Array.from({ length: 64 }, (_listener, each) => `TLS:${1_000 + each}`),
          }),
        ),
      }),
    ],
  ])('two that ask for too much together are worked alone: %s', (_what, event) => {
    expect(sizes([event, event])).toEqual([1, 1]);
    expect(sizes([event, changed(2, state('small'))])).toEqual([2]);
  });

  it('work for the appliance weighs nothing', () => {
    expect(sizes([work('save'), changed(2, hosts(11_999))])).toEqual([2]);
  });
});

describe('a batch in parts', () => {
  /** An invocation of 120 seconds, whose parts take so many seconds each. */
  async function invocation(durations: readonly number[]) {
    let now = 0;
    const worked: string[] = [];
    const left: string[][] = [];
    const rest = await workInParts(
      durations.map((_, index) => [`m${index}`]),
      async ([name = '']) => {
        now += (durations[worked.length] ?? 0) * 1_000;
        worked.push(name);
      },
      { now: () => now, remainingMs: () => 120_000 - now, onLeft: (each) => left.push([...each]) },
    );
    return { worked: worked.length, rest: rest.length, left: left.map(({ length }) => length) };
  }

  it.each<[string, number[], number]>([
    ['all fit', [10, 10, 10], 3],
    ['the next one would not fit', [60, 10], 1],
    ['the next one may take longer than the longest so far', [50, 10, 10], 1],
    ['the longest counts, not the last', [40, 10, 10], 3],
    ['the first one is always begun', [200, 10], 1],
  ])('%s → what is not begun goes back', async (_what, durations, worked) => {
    const left = durations.map((_, index) => durations.length - 1 - index).slice(0, worked);
    expect(await invocation(durations)).toEqual({ worked, rest: durations.length - worked, left });
  });

  it('a part that fails ends the work, and those before are done', async () => {
    const left: unknown[] = [];
    const working = workInParts(
      [['a'], ['b'], ['c']],
      async ([name]) => {
        if (name === 'b') throw new Error('b fails');
      },
      { now: () => 0, remainingMs: () => 1, onLeft: (each) => left.push(each) },
    );
    await expect(working).rejects.toThrow('b fails');
    expect(left).toEqual([['b', 'c']]);
  });
});
