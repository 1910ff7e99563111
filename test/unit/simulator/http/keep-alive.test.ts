import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../lib/simulator/index.ts';

const appliances: Simulator[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(appliances.splice(0).map((appliance) => appliance.stop()));
});

/** A connection that was used once and is idle from now on, and the head of the answer. */
async function idle(keepAliveMs?: number): Promise<{ socket: Socket; head: string }> {
  const appliance = await startSimulator(keepAliveMs === undefined ? {} : { keepAliveMs });
  appliances.push(appliance);
  const { hostname, port } = new URL(appliance.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.write('GET /nitro/v1/config/nsversion HTTP/1.1\r\nHost: nitro\r\n\r\n');
  let head = '';
  while (!head.includes('\r\n\r\n')) head += String((await once(socket, 'data'))[0]);
  // Nobody reads what may follow, and without that the end does not come.
  socket.resume();
  return { socket, head };
}

it('an idle connection is closed after keepAliveMs, one with a longer time is not', async () => {
  // It is idle first: if both had the same time, it would be closed first.
  const { socket: lasting } = await idle(3_600_000);
  const { socket } = await idle(20);
  const first = await Promise.race([
    once(socket, 'close').then(() => 'the short one'),
    once(lasting, 'close').then(() => 'the lasting one'),
  ]);
  expect(first).toBe('the short one');
  expect([lasting.closed, lasting.readableEnded]).toEqual([false, false]);
});

it('it is held for 5 seconds by default, as the answer says', async () => {
  const { head } = await idle();
  expect(head).toMatch(/^Keep-Alive: timeout=5\r$/m);
});
