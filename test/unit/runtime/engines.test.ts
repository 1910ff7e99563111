import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppliancesConfig } from '../../../lib/config/appliances.ts';
import { Engines } from '../../../lib/runtime/engines.ts';
import { type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { silentMetrics } from '../../../lib/telemetry/index.ts';
import { eventually } from '../../support/eventually.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.stop());

function world(signal?: AbortSignal) {
  const { appliances } = AppliancesConfig.parse({
    appliances: [
      { name: 'edge', clusters: ['east'], endpoints: [simulator.url], credentials: { environment: 'NOBODY_READS_IT' } },
    ],
  });
  const clock = { now: 0 };
  const engines = new Engines({
    appliances,
    credentials: { get: async () => ({ username: 'nsroot', password: 'nsroot' }) },
    random: () => 0,
    now: () => clock.now,
    metrics: silentMetrics,
    reserveMs: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  return { engines, clock, engine: (ms: number) => engines.engineOf(appliances[0]!, ms).reader };
}

describe('sessions of a command that runs on', () => {
  it('the time is over → no call; a new time → calls again, on the same session', async () => {
    const { engines, clock, engine } = world();
    const reader = engine(1_000);
    await reader.rows('nsversion');
    clock.now = 1_001;
    await expect(reader.rows('nsversion')).rejects.toThrow('no time left');
    engine(1_000);
    expect(await reader.rows('nsversion')).toHaveLength(1);
    await engines.close();
    expect(simulator.requests.byKind).toMatchObject({ login: 1, logout: 1 });
  });

  it('an aborted call is not repeated, none follows, and the log out is sent', async () => {
    const ended = new AbortController();
    const { engines, engine } = world(ended.signal);
    const reader = engine(3_600_000);
    await reader.rows('nsversion');
    simulator.setFaults([{ method: 'GET', fault: { type: 'hang', when: 'before' } }]);
    const hanging = reader.rows('csvserver');
    hanging.catch(() => undefined);
    await eventually(() => simulator.requests.byKind.csvserver === 1, 'the request that hangs');
    ended.abort();
    await expect(hanging).rejects.toThrow('aborted');
    await expect(reader.rows('csvserver')).rejects.toThrow('aborted');
    expect(simulator.requests.byKind.csvserver).toBe(1);
    await engines.close();
    expect(simulator.requests.byKind.logout).toBe(1);
  });
});
