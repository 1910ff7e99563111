import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { eventBridgeClient } from '../../../lib/aws/event-bridge.ts';
import { sqsClient } from '../../../lib/aws/queue.ts';

it('proxyEnv: clients use HTTPS_PROXY, except for hosts in NO_PROXY', async () => {
  const seen: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    seen.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '127.0.0.1', AWS_REGION: 'eu-central-1' };
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const options = { env, proxyEnv: env, region: 'eu-central-1' };
  try {
    const events = eventBridgeClient({ ...options, endpoint: 'https://events.test' });
    events.config.credentials = async () => credentials;
    await expect(events.send(new PutEventsCommand({ Entries: [{ Detail: '{}' }] }))).rejects.toThrow();
    const queues = sqsClient({ ...options, endpoint: 'https://sqs.test' });
    queues.config.credentials = async () => credentials;
    await expect(queues.send(new ReceiveMessageCommand({ QueueUrl: 'https://sqs.test/q' }))).rejects.toThrow();
    expect([...new Set(seen)]).toEqual(['events.test:443', 'sqs.test:443']);

    for (const direct of [
      eventBridgeClient({ ...options, endpoint: 'https://127.0.0.1:9' }),
      eventBridgeClient({ env, region: 'eu-central-1', endpoint: 'https://localhost:9' }),
    ]) {
      direct.config.credentials = async () => credentials;
      await expect(direct.send(new PutEventsCommand({ Entries: [] }))).rejects.toThrow(/ECONNREFUSED/);
    }
    expect(new Set(seen).size).toBe(2);
  } finally {
    proxy.close();
  }
});
