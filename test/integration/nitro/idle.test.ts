import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport, type HttpCall } from '../../../lib/nitro/index.ts';

/** Connections that the other side closes while nobody looks. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The agent takes a socket back after the answer was told. */
const kept = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

const write: HttpCall = { method: 'POST', path: 'config/lbvserver', body: { lbvserver: { name: 'x' } } };

describe('a batch that computes for longer than the appliance keeps an idle connection', () => {
  it('sends its first write over a new connection', async () => {
    const closed = new Int32Array(new SharedArrayBuffer(4));
    const server = new Worker(new URL('../../support/closing-server.ts', import.meta.url), { workerData: closed });
    closing.push(() => server.terminate());
    const [port] = (await once(server, 'message')) as [number];
    let now = 0;
    const transport = createTransport(`http://127.0.0.1:${port}`, { verify: true }, 20_000, () => now);
    expect((await transport(write)).status).toBe(200);
    await kept();
    // Computes: the event loop does not turn, so that nothing tells of the end of the connection.
    Atomics.wait(closed, 0, 0, 60_000);
    now += 6_000;
    expect((await transport(write)).status).toBe(200);
    expect(Atomics.load(closed, 0)).toBeGreaterThan(0);
  });

  it.each([
    ['soon after the one before', 2_900, 1],
    ['after more than 3 s', 3_100, 2],
  ])('a request %s: %i ms → %i connections', async (_what, idle, expected) => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('{"errorcode":0}'));
    server.on('connection', () => {
      connections += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    let now = 0;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = createTransport(url, { verify: true }, 20_000, () => now);
    await transport(write);
    await kept();
    now += idle;
    await transport(write);
    expect(connections).toBe(expected);
  });
});
