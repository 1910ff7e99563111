import type { ChangeMessageVisibilityBatchCommandInput } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { changed, state, work } from '../../support/events.ts';
import { type FunctionOptions, startFunction } from '../../support/reconcile-function.ts';

/** A batch of the reconcile function: what is hidden for how long, what goes back, and what is set aside. */

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());
async function start(options: FunctionOptions = {}) {
  const made = await startFunction(options);
  stop = () => made.simulator.stop();
  return made;
}

const named = (events: readonly BusEvent[]): string[] =>
  events.map(({ detailType, detail: { data } }) => `${detailType} ${'name' in data ? data.name : ''}`.trim());

const seconds = ({ Entries = [] }: ChangeMessageVisibilityBatchCommandInput): unknown[] =>
  Entries.map(({ ReceiptHandle, VisibilityTimeout }) => [ReceiptHandle, VisibilityTimeout]);

describe('how long a batch is hidden', () => {
  it('at its start: as long as the invocation can act, a call that was sent last, and a margin', async () => {
    const { deliver, visibility } = await start();
    expect(await deliver([changed(10, state('a')), changed(20, state('b'))], { remainingMs: 120_000 })).toEqual([]);
    expect(visibility.map(seconds)).toEqual([
      [
        ['r-0', 142],
        ['r-1', 142],
      ],
    ]);
  });

  it('the appliance cannot be reached → it goes back at once, for a time that grows', async () => {
    const { deliver, visibility } = await start({ nitroUrl: 'http://127.0.0.1:1' });
    expect(await deliver([changed(10, state('a'))], { received: 4, remainingMs: 3_100 })).toEqual(['m-0']);
    expect(visibility.map(seconds).at(-1)).toEqual([['r-0', 8]]);
  });

  it('a write has an unknown outcome → it goes back until that write must have ended', async () => {
    const { simulator, deliver, visibility, log } = await start({ callTimeoutMs: 1_500 });
    simulator.setFaults([{ operation: 'add', fault: { type: 'hang', when: 'before' } }]);
    expect(await deliver([changed(10, state('a'))], { received: 1 })).toEqual(['m-0']);
    expect(visibility.map(seconds).at(-1)).toEqual([['r-0', 2]]);
    expect(log.lines.at(-1)?.fields).toMatchObject({ seconds: 1.5 });
  });
});

describe('a batch that did not fit an earlier invocation', () => {
  const TEN = Array.from({ length: 10 }, (_, index) => changed(index + 1, state(`i${index}`)));

  it('is worked in parts, and all of it when there is time', async () => {
    const { deliver, published } = await start();
    expect(await deliver(TEN, { received: 2 })).toEqual([]);
    expect(named(published)).toHaveLength(10);
  });

  it('no time is left after the first part → that is done, and the rest comes again at once', async () => {
    const time = { now: 0 };
    const { deliver, published, visibility, metrics, log } = await start({
      clock: () => time.now,
      // The first part takes nearly the whole invocation.
      publishing: () => {
        time.now += 100_000;
      },
    });
    const left = await deliver(TEN, { received: 2, remainingMs: 120_000 });
    expect(left).toEqual(['m-5', 'm-6', 'm-7', 'm-8', 'm-9']);
    expect(named(published)).toEqual(TEN.slice(0, 5).map((_, index) => `Ingress Programmed i${index}`));
    expect(visibility.map(seconds).at(-1)).toEqual(left.map((id) => [id.replace('m', 'r'), 0]));
    expect(metrics.sum('BatchesReturned', { appliance: 'edge' })).toBe(0);
    expect(log.lines.at(-1)?.fields).toMatchObject({ messages: 5 });
  });

  it('a later part fails → only what was not done comes again', async () => {
    const { deliver, published } = await start();
    const batch = TEN.map((event, index) => (index === 7 ? changed(index + 1, state('poison')) : event));
    expect(await deliver(batch, { received: 2 })).toEqual(['m-5', 'm-6', 'm-7', 'm-8', 'm-9']);
    expect(named(published)).toHaveLength(5);
  });
});

describe('LIF-8: one message that brings out a bug', () => {
  const batch = [changed(10, state('a')), changed(20, state('poison')), changed(30, state('b'))];

  it.each([1, 2])('receive %i → the whole batch comes again: the cause may pass', async (received) => {
    const { deliver, asideOf } = await start();
    expect(await deliver(batch, { received })).toEqual(['m-0', 'm-1', 'm-2']);
    expect(asideOf).toEqual([]);
  });

  it('receive 3 → it is set aside with its reason, and the others are done with', async () => {
    const { deliver, asideOf, published, metrics, simulator } = await start();
    expect(await deliver(batch, { received: 3 })).toEqual([]);
    expect(named(published)).toEqual(['Ingress Programmed a', 'Ingress Programmed b']);
    expect(asideOf).toMatchObject([
      {
        QueueUrl: 'dead-letters',
        MessageGroupId: 'edge',
        MessageDeduplicationId: 'm-1',
        MessageAttributes: { reason: { StringValue: 'cannot read properties of undefined' } },
      },
    ]);
    expect(metrics.sum('MessagesSetAside', { appliance: 'edge' })).toBe(1);
    expect(simulator.runningConfig()).toMatch(/ b\.example\.com /);
  });

  it('an event of the same Ingress behind it is not held up: its sequence is higher', async () => {
    const { deliver, published } = await start();
    const later = changed(40, state('a', { members: ['10.1.0.9'] }));
    expect(await deliver([...batch, later], { received: 3 })).toEqual([]);
    expect(named(published).filter((line) => line.endsWith(' a'))).toHaveLength(2);
    expect(published.at(-1)?.detail.data).toMatchObject({ name: 'a', sequence: 40 });
  });

  it('every message of the batch fails → none is set aside before the tenth receive', async () => {
    const { deliver, asideOf } = await start();
    const poison = [changed(20, state('poison')), changed(30, state('poison', { members: [] }))];
    expect(await deliver(poison, { received: 3 })).toEqual(['m-0', 'm-1']);
    expect(asideOf).toEqual([]);
    expect(await deliver(poison, { received: 10 })).toEqual([]);
    expect(asideOf).toHaveLength(2);
  });
});

describe('LIF-9: a save that fails', () => {
  it('takes longer than any other call may → it is waited for', async () => {
    const { simulator, deliver, metrics } = await start({ callTimeoutMs: 1_000 });
    simulator.set({ saveMs: 2_000 });
    expect(await deliver([work('save')], { remainingMs: 600_000 })).toEqual([]);
    expect(metrics.sum('WorkFailed')).toBe(0);
  });

  it('finds another save in progress (293) → the rest of its batch is done with and published, and nothing goes back', async () => {
    const { simulator, deliver, published, metrics, log } = await start();
    simulator.setFaults([{ operation: 'save', fault: { type: 'error', code: 293, status: 599 } }]);
    expect(await deliver([work('save'), changed(10, state('a'))])).toEqual([]);
    expect(named(published)).toEqual(['Ingress Programmed a']);
    expect(metrics.sum('WorkFailed', { appliance: 'edge', reason: 'save' })).toBe(1);
    expect(log.lines.map(({ message }) => message)).toContain('work failed, the audit requests it again');
  });
});
