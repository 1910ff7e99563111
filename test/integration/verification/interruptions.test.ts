import { describe, expect, it } from 'vitest';
import { NitroError, NitroUnreachable } from '../../../lib/nitro/index.ts';
import type { Fault, RequestInfo, Simulator } from '../../../lib/simulator/index.ts';
import { clean } from '../../../lib/verification/index.ts';
import { ALL } from '../../support/patience.ts';
import { appliance, EVERYTHING, everything, type ToolOptions, toolsFor, verified } from '../../support/verification.ts';

/** Nobody waits for what is not asked. */
const QUICK = { settings: EVERYTHING, waits: { idleMs: 0 } } satisfies ToolOptions;

/** Numbers of the requests that change something: what a read is interrupted at, the next write is, too. */
async function writes(): Promise<number[]> {
  const numbers: number[] = [];
  const simulator = await appliance({
    onRequest: ({ n, method, operation }) => {
      if (method !== 'GET' && !['login', 'logout', 'get'].includes(operation)) numbers.push(n);
      return undefined;
    },
  });
  await verified(simulator, QUICK);
  await simulator.stop();
  return numbers;
}

const WRITES = await writes();
/** All of them take some minutes. */
const SOME = WRITES.filter((_, index) => ALL || index % 24 === 0);

interface Bench {
  readonly simulator: Simulator;
  /** Decides about each request, by its number since the appliance was made. */
  react: (info: RequestInfo) => Fault | undefined;
}

async function bench(): Promise<Bench & { readonly before: string }> {
  let self: Bench | undefined;
  const simulator = await appliance({ onRequest: (info) => self?.react(info) });
  self = { simulator, react: () => undefined };
  const before = await everything(simulator);
  simulator.requests.reset();
  return Object.assign(self, { before });
}

describe('a verification that is cut short', () => {
  it('the requests that write are most of a run', () => {
    expect(WRITES.length).toBeGreaterThan(80);
  });

  it('the process dies at any request: a later --clean leaves the appliance as before', async () => {
    for (const last of SOME) {
      const now = await bench();
      // The last request is done and not answered, and nothing after it arrives.
      now.react = ({ n }) => (n < last ? undefined : { type: 'reset', when: n === last ? 'after' : 'before' });
      await expect(verified(now.simulator, QUICK)).rejects.toThrow();
      now.react = () => undefined;
      const { left } = await clean(toolsFor(now.simulator, QUICK));
      expect(left).toEqual([]);
      expect(await everything(now.simulator), `after request ${last}`).toBe(now.before);
      await now.simulator.stop();
    }
  });

  it('one answer is lost at any request: the run itself leaves the appliance as before', async () => {
    for (const last of SOME) {
      const now = await bench();
      now.react = ({ n }) => (n === last ? { type: 'reset', when: 'after' } : undefined);
      await verified(now.simulator, QUICK).catch((error: unknown) => expect(error).toBeInstanceOf(NitroUnreachable));
      await leavesNothing(now, `after request ${last}`);
    }
  });

  it('the appliance is busy from any request on, for two: there is a report, and nothing is left', async () => {
    for (const last of SOME) {
      const now = await bench();
      // The session repeats a refused request once.
      now.react = ({ n }) => (n === last || n === last + 1 ? { type: 'error', code: 272 } : undefined);
      const found = await verified(now.simulator, QUICK).catch((error: unknown) => error);
      if (found instanceof Error) expect(found).toBeInstanceOf(NitroError);
      else expect(found).toMatchObject({ left: [], report: expect.anything() });
      if ((await everything(now.simulator)) !== now.before) await clean(toolsFor(now.simulator, QUICK));
      await leavesNothing(now, `after request ${last}`);
    }
  });

  it('the user stops at any request: there is no report, and nothing is left', async () => {
    for (const last of SOME) {
      const now = await bench();
      let seen = 0;
      now.react = ({ n }) => {
        seen = n;
        return undefined;
      };
      const { report, stopped, left } = await verified(now.simulator, { ...QUICK, stopped: () => seen >= last });
      expect(left).toEqual([]);
      expect(report === undefined).toBe(stopped);
      expect(await everything(now.simulator), `after request ${last}`).toBe(now.before);
      await now.simulator.stop();
    }
  });
});

async function leavesNothing({ simulator, before }: Bench & { readonly before: string }, when: string): Promise<void> {
  expect(await everything(simulator), when).toBe(before);
  await simulator.stop();
}
