import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type Ending, lambdaEntry } from '../../../lib/runtime/entry.ts';
import { changed, state } from '../../support/events.ts';
import { startFunction } from '../../support/reconcile-function.ts';

const context = {} as Context;

function sandbox(): { ending: Ending; signals: () => number; terminate: () => void; exited: Promise<number> } {
  const listeners: (() => void)[] = [];
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  const ending: Ending = {
    once(_signal, listener) {
      listeners.push(listener);
    },
    exit,
  };
  const terminate = (): void => {
    for (const listener of listeners) listener();
  };
  return { ending, signals: () => listeners.length, terminate, exited };
}

describe('lambdaEntry: the handler', () => {
  it('is created at the first invocation, and kept', async () => {
    let created = 0;
    const entry = lambdaEntry((): ((event: number) => Promise<number>) => {
      created += 1;
      return async (event) => event + 1;
    }, sandbox().ending);
    expect(created).toBe(0);
    expect([await entry(1, context), await entry(2, context)]).toEqual([2, 3]);
    expect(created).toBe(1);
  });

  it('that cannot be created → the invocation fails, and the next one tries again', async () => {
    let attempts = 0;
    const entry = lambdaEntry(() => {
      attempts += 1;
      if (attempts === 1) throw new Error('environment variable NSPASS_BUS_NAME is not set');
      return async () => attempts;
    }, sandbox().ending);
    await expect(entry(undefined, context)).rejects.toThrow('NSPASS_BUS_NAME');
    expect(await entry(undefined, context)).toBe(2);
  });

  it('without anything to close → the process ends as Lambda ends it', async () => {
    const { ending, signals } = sandbox();
    await lambdaEntry(() => async () => {}, ending)(undefined, context);
    expect(signals()).toBe(0);
  });
});

describe('lambdaEntry: the end of the sandbox', () => {
  it('SIGTERM → it logs out of its appliances, then ends', async () => {
    const { simulator, deliver, handler } = await startFunction();
    try {
      expect(await deliver([changed(10, state('a'))])).toEqual([]);
      const { ending, signals, terminate, exited } = sandbox();
      const entry = lambdaEntry(() => Object.assign(async () => {}, { close: () => handler.close() }), ending);
      await entry(undefined, context);
      await entry(undefined, context);
      expect(signals()).toBe(1);
      simulator.requests.reset();
      terminate();
      expect(await exited).toBe(0);
      expect(simulator.requests.total).toBe(1);
      // It may come back: a session is opened when it is needed again.
      expect(await deliver([changed(20, state('b'))])).toEqual([]);
    } finally {
      await simulator.stop();
    }
  });

  it('an appliance that cannot be told does not keep it', async () => {
    const { ending, terminate, exited } = sandbox();
    const unreachable = { close: () => Promise.reject(new Error('unreachable')) };
    await lambdaEntry(() => Object.assign(async () => {}, unreachable), ending)(undefined, context);
    terminate();
    expect(await exited).toBe(0);
  });
});
