import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bench, bench } from './client.ts';
import { uploadPair } from './fixtures.ts';
import { type Backend, frontendEndpoint, named, shake } from './traffic.ts';

/** Clients of the data plane that send arbitrary bytes and leave at any moment. */
let world: Bench;
let backend: Backend;
beforeAll(async () => {
  backend = await named('up');
  world = await bench({ map: new Map([['10.1.1.1:1', backend.endpoint]]) });
  const { nitro } = world;
  await uploadPair(nitro);
  await nitro.need('sslcertkey', { certkey: 'c', cert: 'x.pem', key: 'x.key' });
  await nitro.need('csvserver', [
    { name: 'tls', servicetype: 'SSL', ipv46: '192.0.2.1', port: 443 },
    { name: 'web', servicetype: 'HTTP', ipv46: '192.0.2.1', port: 80 },
  ]);
  await nitro.need('sslvserver_sslcertkey_binding', { vservername: 'tls', certkeyname: 'c' });
  await nitro.need('lbvserver', { name: 'be', servicetype: 'TCP' });
  await nitro.need('servicegroup', { servicegroupname: 'g', servicetype: 'TCP' });
  await nitro.need('servicegroup_servicegroupmember_binding', { servicegroupname: 'g', ip: '10.1.1.1', port: 1 });
  await nitro.need('lbvserver_servicegroup_binding', { name: 'be', servicegroupname: 'g' });
  await nitro.need('sslaction', { name: 'be', forward: 'be' });
  await nitro.need('sslpolicy', { name: 'p', rule: 'CLIENT.SSL.CLIENT_HELLO.SNI.EQ("a.example")', action: 'be' });
  await nitro.need('sslvserver_sslpolicy_binding', {
    vservername: 'tls',
    policyname: 'p',
    priority: 1,
    type: 'CLIENTHELLO_REQ',
  });
});
afterAll(async () => {
  await world.stop();
  await backend.stop();
});

type Leave = 'end' | 'destroy' | 'reset' | 'stay';

function visit(key: string, chunks: readonly Uint8Array[], leave: Leave): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(frontendEndpoint(world.simulator, key));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
    for (const chunk of chunks) socket.write(chunk);
    if (leave === 'end') socket.end();
    else if (leave === 'destroy') socket.destroy();
    else if (leave === 'reset') socket.resetAndDestroy();
    else setTimeout(() => socket.destroy(), 20);
  });
}

const record = fc.uint8Array({ maxLength: 80 }).map((body) => Uint8Array.from([22, 3, 1, 0, body.length, ...body]));
const hello = fc
  .uint8Array({ maxLength: 120 })
  .map((body) => Uint8Array.from([22, 3, 1, 0, body.length + 4, 1, 0, 0, body.length, ...body]));
const text = fc
  .constantFrom(
    'GET / HTTP/1.1\r\n',
    'Host: x\r\n',
    '\r\n',
    'Content-Length: -5\r\n',
    'Content-Length: 99999\r\n',
    'Transfer-Encoding: chunked\r\n',
    '0\r\n\r\n',
  )
  .map((line) => Buffer.from(line));
const chunk: fc.Arbitrary<Uint8Array> = fc.oneof(fc.uint8Array({ maxLength: 60 }), record, hello, text);

it('property: any bytes → the next client is served', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('192.0.2.1:443', '192.0.2.1:80'),
      fc.array(chunk, { maxLength: 6 }),
      fc.constantFrom<Leave>('end', 'destroy', 'reset', 'stay'),
      visit,
    ),
    { numRuns: 600 },
  );
  expect(await shake(frontendEndpoint(world.simulator, '192.0.2.1:443'), 'b.example')).toBe('placeholder.example');
  expect((await world.nitro.get('nsversion')).status).toBe(200);
});
