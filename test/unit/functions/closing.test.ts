import { describe, expect, it } from 'vitest';
import { closedAtTheEnd, type Ending } from '../../../functions/closing.ts';
import { changed, state } from '../../support/events.ts';
import { startFunction } from '../../support/reconcile-function.ts';

function sandbox(): { ending: Ending; terminate: () => void; exited: Promise<number> } {
  let terminate = (): void => {};
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  const ending: Ending = {
    once(_signal, listener) {
      terminate = listener;
    },
    exit,
  };
  return { ending, terminate: () => terminate(), exited };
}

describe('the end of a function’s life', () => {
  it('SIGTERM → it logs out of its appliances, then ends', async () => {
    const { simulator, deliver, handler } = await startFunction();
    try {
      expect(await deliver([changed(10, state('a'))])).toEqual([]);
      const { ending, terminate, exited } = sandbox();
      closedAtTheEnd(handler, ending);
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
    closedAtTheEnd(
      Object.assign(async () => {}, { close: () => Promise.reject(new Error('unreachable')) }),
      ending,
    );
    terminate();
    expect(await exited).toBe(0);
  });
});
