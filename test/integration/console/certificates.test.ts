import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { CertificateWatch } from '../../../lib/certificates/index.ts';
import type { ConsoleOverview, RoutePage, RoutePath } from '../../../lib/console/api.ts';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import type { CertifiedRoute } from '../../../lib/status/index.ts';
import { changed, state } from '../../support/events.ts';
import { settles } from '../../support/eventually.ts';
import { patient } from '../../support/patience.ts';
import { openConsole, overviewsOf } from './support.ts';

const HOUR = 3_600_000;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A back end whose certificate lasts so many days. */
async function backendWith(days: number): Promise<SimulatedEndpoint> {
  const pair = await selfSigned({ commonName: 'shop.example.com', algorithm: 'ecdsa', days, now: Date.now() });
  const server = createTlsServer(pair, (socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

describe('certificates of the console', () => {
  it('are looked at once a round beside the readings, and pages load their rows again', async () => {
    const endpoint = await backendWith(10);
    let place = endpoint;
    const certificates = new CertificateWatch<CertifiedRoute>({
      atOnce: 4,
      timeoutMs: patient(10_000),
      intervalMs: HOUR,
      random: () => 0,
      now: Date.now,
      placeOf: () => place,
    });
    const { world, json, connect } = await openConsole({
      intervalMs: 20,
      certificates,
      map: new Map([['10.1.0.1:8443', endpoint]]),
    });
    await world.deliver(changed(10, state('shop')), changed(11, state('empty', { members: [] })));
    const vip = world.appliance.frontends.get('192.0.2.10:443');
    if (vip === undefined) throw new Error('no front end');
    place = vip;
    const page = await connect();
    await settles(() => {
      expect(overviewsOf(page).at(-1)?.certificates).toEqual({ expired: 0, 3: 0, 14: 1, 30: 0, unseen: 1 });
    });
    const [before, after] = [
      overviewsOf(page).findLast((each) => each.certificates === undefined),
      overviewsOf(page).at(-1),
    ];
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);

    const { rows } = await json<RoutePage>('/api/routes?state=expiring');
    expect(rows.map(({ host, certificate }) => [host, certificate])).toEqual([
      ['empty.example.com', { problem: 'The connection was reset.' }],
      ['shop.example.com', { subject: 'shop.example.com', notAfter: expect.any(Number), stage: 14 }],
    ]);
    await settles(async () => {
      const path = await json<RoutePath>('/api/route?host=shop.example.com&frontend=192.0.2.10_443');
      expect(path.route.traffic).toMatchObject({ connections: 1, received: expect.any(Number) });
      expect(path.route.traffic?.sent).toBeGreaterThan(0);
      expect(path.refused).toEqual({ 'unknown-name': 0, 'no-member': 1 });
    });
  });

  it('without the option there are none, and the filter finds nothing', async () => {
    const { world, json } = await openConsole();
    await world.deliver(changed(10, state('shop')));
    expect((await json<ConsoleOverview>('/api/overview')).certificates).toBeUndefined();
    expect((await json<RoutePage>('/api/routes?state=expiring')).rows).toEqual([]);
  });
});
