import type { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from 'vitest';
import { entryBytes } from '../../../lib/aws/entry.ts';
import { createPublisher } from '../../../lib/aws/event-bridge.ts';
import type { CloudEvent, ResyncRequested } from '../../../lib/contract/index.ts';
import { changed, snapshot, state } from '../../support/events.ts';
import { startFunction } from '../../support/reconcile-function.ts';

/** Many Ingresses with names as long as Kubernetes allows: their names alone are more than an event may have. */
const MANY = 850;
/** Limits of the service (EventBridge quotas). */
const ENTRY_LIMIT = 262_144;

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

const estate = (created: number) =>
  Array.from({ length: MANY }, (_, index) =>
    state(`${'i'.repeat(249)}${String(index).padStart(4, '0')}`, {
      namespace: 'n'.repeat(63),
      hosts: [`h${index}.example.com`],
      created,
    }),
  );

describe('CON-2, LIF-8: blue is emptied at once, and green takes all of its hosts over', () => {
  it('green is asked for all of its Ingresses, in events that the bus takes, and nobody is held up', async () => {
    const entries: { type: string; data: CloudEvent['data'] }[] = [];
    const client = {
      send: async ({ input: { Entries = [] } }: PutEventsCommand) => ({
        Entries: Entries.map((entry) => {
          if (entryBytes(entry) > ENTRY_LIMIT) return { ErrorCode: 'ValidationException' };
          entries.push({ type: String(entry.DetailType), data: JSON.parse(String(entry.Detail)).data });
          return { EventId: '1' };
        }),
      }),
    };
    const { simulator, deliver } = await startFunction({
      clusters: ['blue', 'green'],
      publisher: createPublisher({ client: client as never, busName: 'nspass' }),
    });
    stop = () => simulator.stop();
    const time = { remainingMs: 600_000 };
    const blue = { cluster: 'blue', uid: 'u-blue', flagged: true };
    const green = { cluster: 'green', uid: 'u-green', flagged: true };
    expect(await deliver([snapshot(10, estate(1000), blue), snapshot(11, estate(2000), green)], time)).toEqual([]);
    entries.length = 0;

    const innocent = changed(30, state('innocent', { vip: '192.0.2.99' }), green);
    expect(await deliver([snapshot(20, [], { ...blue, confirmed: true }), innocent], time)).toEqual([]);
    const held = simulator
      .runningConfig()
      .match(/^bind policy stringmap nsp_f_\S+ h\d+\.example\.com .*-comment "green /gm);
    expect(held).toHaveLength(MANY);
    expect(simulator.runningConfig()).toMatch(/add cs vserver \S+ SSL 192\.0\.2\.99/);
    const requests = entries
      .filter(({ type }) => type === 'Resync Requested')
      .map(({ data }) => data as ResyncRequested);
    expect(requests.length).toBeGreaterThan(1);
    expect(new Set(requests.flatMap(({ ingresses = [] }) => ingresses.map(({ name }) => name))).size).toBe(MANY);
  });
});
