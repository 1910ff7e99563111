import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { clientConfig, isLoopback, LOCAL_REGION } from '../../../lib/aws/client-config.ts';

describe('clientConfig', () => {
  const local = 'http://127.0.0.1:4566';
  const dummy = { accessKeyId: 'local', secretAccessKey: 'local' };
  it.each([
    ['nothing: the SDK decides', {}, {}, {}],
    ['the region of the environment', {}, { AWS_REGION: 'eu-west-1' }, { region: 'eu-west-1' }],
    [
      'the option before the environment',
      { region: 'us-east-1' },
      { AWS_REGION: 'eu-west-1' },
      { region: 'us-east-1' },
    ],
    ['a local endpoint', { endpoint: local }, {}, { endpoint: local, region: LOCAL_REGION, credentials: dummy }],
    [
      'the service’s endpoint of the environment',
      {},
      { AWS_ENDPOINT_URL_SQS: local },
      { endpoint: local, credentials: dummy },
    ],
    ['the common endpoint of the environment', {}, { AWS_ENDPOINT_URL: local }, { endpoint: local }],
    ['another endpoint', { endpoint: 'https://sqs.example.net' }, {}, { endpoint: 'https://sqs.example.net' }],
  ])('%s', (_name, options, env, expected) => {
    const config = clientConfig({ ...options, env }, 'SQS', 1000, 2);
    expect(config).toMatchObject({ ...expected, maxAttempts: 2 });
    if (!('credentials' in expected) && !('endpoint' in expected)) expect(config).not.toHaveProperty('credentials');
  });

  it('leaves credentials that are given to the SDK, on loopback too', () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    expect(clientConfig({ endpoint: local, env }, 'SQS', 1000, 2)).not.toHaveProperty('credentials');
    const none = { AWS_ACCESS_KEY_ID: '' };
    expect(clientConfig({ endpoint: local, env: none }, 'SQS', 1000, 2)).toMatchObject({ credentials: dummy });
  });

  it('never gives dummy credentials to another machine', () => {
    for (const endpoint of [
      'https://sqs.example.net',
      'http://127.0.0.1.example.net',
      'http://localhost.example.net',
    ]) {
      expect(clientConfig({ endpoint, env: {} }, 'SQS', 1000, 2)).not.toHaveProperty('credentials');
    }
  });
});

describe('a client made with it', () => {
  it('gives up on an endpoint that says nothing', async () => {
    let requests = 0;
    const silent = createServer(() => {
      requests += 1;
    });
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const client = new EventBridgeClient(clientConfig({ endpoint, env: {} }, 'EVENTBRIDGE', 100, 2));
    try {
      await expect(client.send(new ListEventBusesCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(requests).toBe(2);
    } finally {
      client.destroy();
      silent.closeAllConnections();
      silent.close();
    }
  });
});

describe('isLoopback', () => {
  it.each([
    ['http://localhost:1', true],
    ['http://127.0.0.1:1', true],
    ['http://127.9.9.9', true],
    ['http://[::1]:1', true],
    ['http://10.0.0.1', false],
    ['not a URL', false],
  ])('%s: %s', (endpoint, expected) => {
    expect(isLoopback(endpoint)).toBe(expected);
  });
});
