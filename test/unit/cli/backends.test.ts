import { afterEach, describe, expect, it } from 'vitest';
import { probeTls } from '../../../lib/cli/demo/probe.ts';
import { type LocalBackend, startBackend } from '../../../lib/cli/local/backends.ts';

const running: LocalBackend[] = [];
afterEach(async () => {
  for (const backend of running.splice(0)) await backend.stop();
});

describe('a simulated back end names what it stands for', () => {
  const POD = '10.244.1.1:9093';
  it.each<[string, string[], string, string]>([
    ['one Service', ['kafka/a'], `kafka/a at ${POD}`, `Hello from kafka/a at ${POD}. `],
    ['none that is known', [], `unknown at ${POD}`, `Hello from unknown at ${POD}. `],
    [
      'several Services',
      ['kafka/bootstrap', 'kafka/kafka-1'],
      `pod ${POD} of kafka/bootstrap, kafka/kafka-1`,
      `Hello from pod ${POD} of kafka/bootstrap, kafka/kafka-1. `,
    ],
    [
      'names that no certificate takes',
      ['kafka/my-cluster-kafka-bootstrap', 'kafka/my-cluster-kafka-1'],
      `pod ${POD} of 2 Services`,
      `Hello from pod ${POD} of kafka/my-cluster-kafka-bootstrap, kafka/my-cluster-kafka-1. `,
    ],
  ])('%s', async (_name, services, commonName, hello) => {
    const backend = await startBackend(() => services, POD);
    running.push(backend);
    expect(await probeTls(backend, 'kafka-1.example.com')).toMatchObject({
      kind: 'certificate',
      commonName,
      body: expect.stringContaining(hello),
    });
  });
});
