import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { eventSourceMappings, lambdaClient } from '../../../lib/aws/lambda.ts';
import type { LocalCloud } from '../../../lib/local-aws/index.ts';
import { publish, queued, recorder, until, withCloud, withdrawn } from './support.ts';

async function withLambda(
  use: (cloud: LocalCloud, lambda: ReturnType<typeof lambdaClient>) => Promise<void>,
): Promise<void> {
  await withCloud({ deployment: 'nspass-dev' }, async (cloud) => {
    const lambda = lambdaClient({ endpoint: cloud.lambdaUrl, region: cloud.region });
    try {
      await use(cloud, lambda);
    } finally {
      lambda.destroy();
    }
  });
}

describe('event source mappings of the local cloud, by the client of the SDK', () => {
  it('a mapping of a queue: disabled at first, enabled with its poller, and none for a queue that nobody reads', async () => {
    await withLambda(async (cloud, lambda) => {
      const source = cloud.eventSource('alpha.fifo', recorder().handler, { functionName: 'nspass-dev-reconcile' });
      const mappings = () => eventSourceMappings(lambda, 'nspass-dev-reconcile');
      expect(await mappings()).toMatchObject([{ queue: 'nspass-dev-alpha.fifo', state: 'Disabled' }]);
      source.resume();
      expect(await mappings()).toMatchObject([{ state: 'Enabled' }]);
      expect(await eventSourceMappings(lambda, 'nspass-dev-audit')).toEqual([]);
      const byQueue = async (name: string): Promise<number> => {
        const { arn: EventSourceArn } = cloud.queue(name);
        const found = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn }));
        return found.EventSourceMappings?.length ?? 0;
      };
      expect([await byQueue('alpha.fifo'), await byQueue('beta.fifo')]).toEqual([1, 0]);
    });
  });

  it('an update pauses the poller, and resumes it: what waited is delivered', async () => {
    await withLambda(async (cloud, lambda) => {
      const { handler, batches } = recorder();
      cloud.eventSource('alpha.fifo', handler, { functionName: 'reconcile' }).resume();
      const [{ uuid } = { uuid: '' }] = await eventSourceMappings(lambda, 'reconcile');
      const off = await lambda.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: false }));
      expect(off.State).toBe('Disabled');
      await publish(cloud, [withdrawn(1)]);
      await cloud.idle();
      expect(await queued(cloud, 'alpha.fifo')).toBe(1);
      expect(batches).toEqual([]);
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: true }));
      await until('it is delivered', () => batches.length === 1);
      expect((await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }))).State).toBe('Enabled');
    });
  });

  it('an identifier that nothing has → the error of the service', async () => {
    await withLambda(async (_cloud, lambda) => {
      const UUID = '00000000-0000-4000-8000-000000000009';
      await expect(lambda.send(new GetEventSourceMappingCommand({ UUID }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });
  });

  it('queues have the names of the deployment, dead letters included', async () => {
    await withLambda(async (cloud) => {
      expect(cloud.queue('alpha.fifo').name).toBe('nspass-dev-alpha.fifo');
      expect(cloud.busName).toBe('nspass-dev');
      const work = cloud.topology.queues.find(({ purpose }) => purpose === 'work');
      expect(work?.redrive?.queue).toBe(cloud.queue('dead_letters.fifo').name);
    });
  });
});
