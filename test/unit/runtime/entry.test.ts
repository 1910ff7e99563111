import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { lambdaEntry, type ProcessLifecycle } from '../../../lib/runtime/entry.ts';
import { changed, state } from '../../support/events.ts';
import { startFunction } from '../../support/reconcile-function.ts';

const context = {} as Context;

function sandbox(): {
  lifecycle: ProcessLifecycle;
  signals: () => number;
  terminate: () => void;
  exited: Promise<number>;
} {
  const listeners: (() => void)[] = [];
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  const lifecycle: ProcessLifecycle = {
    once(_signal, listener) {
      listeners.push(listener);
    },
    exit,
  };
  const terminate = (): void => {
    for (const listener of listeners) listener();
  };
  return { lifecycle, signals: () => listeners.length, terminate, exited };
}

describe('lambdaEntry: the handler', () => {
  it('created at the first invocation, and kept', async () => {
    let created = 0;
    const entry = lambdaEntry((): ((event: number) => Promise<number>) => {
      created += 1;
      return async (event) => event + 1;
    }, sandbox().lifecycle);
    expect(created).toBe(0);
    expect([await entry(1, context), await entry(2, context)]).toEqual([2, 3]);
    expect(created).toBe(1);
  });

  it('creation fails → the invocation fails, and the next one tries again', async () => {
    let attempts = 0;
    const entry = lambdaEntry(() => {
      attempts += 1;
      if (attempts === 1) throw new Error('environment variable NSPASS_BUS_NAME is not set');
      return async () => attempts;
    }, sandbox().lifecycle);
    await expect(entry(undefined, context)).rejects.toThrow('NSPASS_BUS_NAME');
    expect(await entry(undefined, context)).toBe(2);
  });

  it('without `close` → no signal handler', async () => {
    const { lifecycle, signals } = sandbox();
    await lambdaEntry(() => async () => {}, lifecycle)(undefined, context);
    expect(signals()).toBe(0);
  });
});

describe('lambdaEntry: the end of the sandbox', () => {
  it('SIGTERM → logs out of its appliances, then exits', async () => {
    const { simulator, deliver, handler } = await startFunction();
    try {
      expect(await deliver([changed(10, state('a'))])).toEqual([]);
      const { lifecycle, signals, terminate, exited } = sandbox();
      const entry = lambdaEntry(() => Object.assign(async () => {}, { close: () => handler.close() }), lifecycle);
      await entry(undefined, context);
      await entry(undefined, context);
      expect(signals()).toBe(1);
      simulator.requests.reset();
      terminate();
      expect(await exited).toBe(0);
      expect(simulator.requests.total).toBe(1);
      // The sandbox may be used again: the next request opens a session.
      expect(await deliver([changed(20, state('b'))])).toEqual([]);
    } finally {
      await simulator.stop();
    }
  });

  it('logout fails → the process ends all the same', async () => {
    const { lifecycle, terminate, exited } = sandbox();
    const unreachable = { close: () => Promise.reject(new Error('unreachable')) };
    await lambdaEntry(() => Object.assign(async () => {}, unreachable), lifecycle)(undefined, context);
    terminate();
    expect(await exited).toBe(0);
  });
});
