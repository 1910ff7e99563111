import { connect, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { CertificateWatch } from '../../../lib/certificates/index.ts';
import { Exporter, type ExporterOptions } from '../../../lib/exporter/index.ts';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import type { SimulatedEndpoint } from '../../../lib/simulator/index.ts';
import type { HostBackend } from '../../../lib/status/index.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { batches, estate, snapshotEvents } from '../../support/estate.ts';
import { changed, state } from '../../support/events.ts';
import { settles } from '../../support/eventually.ts';
import { clientHello } from '../../support/hello.ts';
import { ALL, patient } from '../../support/patience.ts';
import { parseMetrics, type Series } from '../../support/prometheus.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Bytes of an answer: another number for each length of a request. */
const answerTo = (received: number): number => 1 + ((received * 7_919) % 40_000);

/** A back end that reads to the end, then answers and ends. */
async function startBackend(): Promise<SimulatedEndpoint> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end(Buffer.alloc(answerTo(socket.bytesRead), 'b')));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

async function started(): Promise<World> {
  const backend = await startBackend();
  const world = await startWorld({
    appliance: {
      map: new Map([
        ['10.1.0.1:8443', backend],
        ['10.1.0.9:8443', { host: '127.0.0.1', port: 1 }],
      ]),
    },
  });
  closing.push(() => world.stop());
  return world;
}

function exporterOf(world: World, more: Partial<ExporterOptions> = {}): Exporter {
  return new Exporter({
    appliance: 'edge',
    systemId: 'nsp',
    reader: world.client,
    statistics: world.client,
    keepMs: 0,
    hostsMs: 300_000,
    now: () => 0,
    random: () => 0,
    ...more,
  });
}

const scraped = async (exporter: Exporter): Promise<Series> => parseMetrics(await exporter.metrics());

interface Exchange {
  readonly sent: number;
  readonly received: number;
}

/** Sends a ClientHello and more bytes, and counts what went each way until the connection has ended. */
async function exchange(place: SimulatedEndpoint, host: string, more: number): Promise<Exchange> {
  const hello = await clientHello(host);
  return new Promise((resolve) => {
    let received = 0;
    const socket = connect({ ...place, allowHalfOpen: true }, () => {
      socket.end(Buffer.concat([hello, Buffer.alloc(more, 'a')]));
    });
    socket.on('data', (bytes) => {
      received += bytes.length;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ sent: hello.length + more, received }));
  });
}

function vip(world: World): SimulatedEndpoint {
  const place = world.appliance.frontends.get('192.0.2.10:443');
  if (place === undefined) throw new Error('no front end');
  return place;
}

/** Runs tasks, some at once. */
async function inParallel<T>(tasks: readonly (() => Promise<T>)[], atOnce: number): Promise<T[]> {
  const results: T[] = [];
  const waiting = tasks.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const task of waiting) results.push(await task());
    }),
  );
  return results;
}

describe('the exporter', () => {
  it(`agrees to the byte with what clients counted, over ${ALL ? '10,000' : '400'} connections`, async () => {
    const world = await started();
    const hosts = ['a.example.com', 'b.example.com', 'c.example.com', 'd.example.com'];
    await world.deliver(...hosts.map((host, index) => changed(10 + index, state(host.slice(0, 1)))));
    await world.deliver(changed(20, state('none', { members: [] })));
    const place = vip(world);
    const tasks = Array.from({ length: ALL ? 10_000 : 400 }, (_, index) => async () => {
      const host = hosts[index % hosts.length] as string;
      return { host, ...(await exchange(place, host, (index * 104_729) % 20_000)) };
    });
    const seen = await inParallel(tasks, 40);
    const refused = await inParallel(
      Array.from(
        { length: 30 },
        (_, index) => () => exchange(place, index < 20 ? 'x.example.org' : 'none.example.com', 0),
      ),
      10,
    );
    expect(refused.every(({ received }) => received === 0)).toBe(true);

    const exporter = exporterOf(world);
    let series = await scraped(exporter);
    // The appliance has closed a connection a moment after its client has.
    await settles(async () => {
      series = await scraped(exporter);
      expect(series.sum('nspass_frontend_connections', {})).toBe(0);
    });
    for (const host of hosts) {
      const backend = series.label('nspass_host_info', { host }, 'backend');
      const mine = seen.filter((each) => each.host === host);
      const total = (of: (each: Exchange) => number): number => mine.reduce((sum, each) => sum + of(each), 0);
      expect(series.sum('nspass_backend_connections_total', { backend })).toBe(mine.length);
      expect(series.sum('nspass_backend_received_bytes_total', { backend })).toBe(total(({ sent }) => sent));
      expect(series.sum('nspass_backend_sent_bytes_total', { backend })).toBe(total(({ received }) => received));
    }
    const frontend = '192.0.2.10:443';
    expect(series.sum('nspass_frontend_received_bytes_total', { frontend })).toBe(
      seen.reduce((sum, { sent }) => sum + sent, 0),
    );
    expect(series.sum('nspass_frontend_refused_hellos_total', { frontend, reason: 'unknown-name' })).toBe(20);
    expect(series.sum('nspass_frontend_refused_hellos_total', { frontend, reason: 'no-member' })).toBe(10);
  });

  it('counts open connections with their bytes, and members by state', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a', { members: ['10.1.0.1', '10.1.0.9'] })));
    const hello = await clientHello('a.example.com');
    const socket = connect(vip(world), () => socket.write(hello));
    closing.push(() => socket.destroy());
    const exporter = exporterOf(world);
    await settles(async () => {
      const series = await scraped(exporter);
      const backend = series.label('nspass_host_info', { host: 'a.example.com' }, 'backend');
      expect(series.sum('nspass_backend_connections', { backend })).toBe(1);
      expect(series.sum('nspass_backend_received_bytes_total', { backend })).toBe(hello.length);
      expect(series.sum('nspass_backend_members', { backend, state: 'up' })).toBe(1);
      expect(series.sum('nspass_backend_members', { backend, state: 'down' })).toBe(1);
      expect(series.sum('nspass_backend_up', { backend })).toBe(1);
      expect(series.label('nspass_backend_info', { backend }, 'ingress')).toBe('a');
    });
  });

  it('takes three requests a scrape, however many hosts there are', async () => {
    const world = await started();
    const exporter = exporterOf(world);
    const requests = async (): Promise<number> => {
      world.requests();
      await exporter.metrics();
      return world.requests().total;
    };
    await world.deliver(changed(10, state('first')));
    await requests();
    expect(await requests()).toBe(3);
    await world.deliver(...Array.from({ length: 60 }, (_, index) => changed(20 + index, state(`b${index}`))));
    // New back ends: their hosts are read once, two lists more, of which one is counted first.
    expect(await requests()).toBe(3 + 3);
    expect(await requests()).toBe(3);
  });

  it.runIf(ALL)('takes three requests at 10,000 hosts, too', async () => {
    const world = await started();
    const events = snapshotEvents(estate(10_000), 100, { flagged: true });
    for (const batch of batches(events)) await world.deliver(...batch);
    const exporter = exporterOf(world);
    await exporter.metrics();
    world.requests();
    const series = await scraped(exporter);
    expect(world.requests()).toEqual({ total: 3, writes: 0 });
    expect(series.sum('nspass_host_info', {})).toBe(10_000);
    expect(series.sum('nspass_backend_members', {})).toBe(30_000);
  });

  it('scrapes at once, and soon after each other, share a reading', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')));
    let now = 0;
    const exporter = exporterOf(world, { keepMs: 10_000, now: () => now });
    world.requests();
    const texts = await Promise.all(Array.from({ length: 20 }, () => exporter.metrics()));
    expect(new Set(texts).size).toBe(1);
    now = 9_999;
    await exporter.metrics();
    const { total } = world.requests();
    now = 10_000;
    await exporter.metrics();
    expect(world.requests().total).toBe(3);
    // Log in, and what a new session asks; then one reading with the hosts.
    expect(total).toBeLessThanOrEqual(3 + 3 + 4);
  });

  it('an appliance that fails is nspass_up 0, said once; it comes back by itself', async () => {
    const world = await started();
    await world.deliver(changed(10, state('a')));
    const said: unknown[] = [];
    const exporter = exporterOf(world, { onFailure: (error) => said.push(error) });
    world.appliance.setFaults([{ kind: 'lbvserver', method: 'GET', fault: { type: 'status', status: 403 } }]);
    expect((await scraped(exporter)).sum('nspass_up', {})).toBe(0);
    const away = await scraped(exporter);
    expect(away.sum('nspass_up', { appliance: 'edge' })).toBe(0);
    expect(away.sum('nspass_readings_failed_total', {})).toBe(2);
    expect(away.names()).not.toContain('nspass_backend_up');
    expect(said).toHaveLength(1);
    world.appliance.setFaults([]);
    expect((await scraped(exporter)).sum('nspass_up', {})).toBe(1);
    expect(said).toEqual([said[0], undefined]);
  });

  it('a rejected password is tried again after ten minutes only', async () => {
    const world = await started();
    let now = 0;
    const exporter = exporterOf(world, { keepMs: 10_000, now: () => now });
    world.appliance.setFaults([{ kind: 'login', fault: { type: 'error', code: 354 } }]);
    expect((await scraped(exporter)).sum('nspass_up', {})).toBe(0);
    world.requests();
    now = 599_999;
    expect((await scraped(exporter)).sum('nspass_up', {})).toBe(0);
    expect(world.requests().total).toBe(0);
    world.appliance.setFaults([]);
    now = 600_000;
    expect((await scraped(exporter)).sum('nspass_up', {})).toBe(1);
  });

  it('shows when the certificate of each host expires, and which host shows none', async () => {
    const now = Date.parse('2030-06-01T00:00:00Z');
    const pair = await selfSigned({ commonName: 'a.example.com', algorithm: 'ecdsa', days: 20, now });
    const server = createTlsServer(pair, (socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const endpoint = { host: '127.0.0.1', port: (server.address() as { port: number }).port };
    const world = await startWorld({ appliance: { map: new Map([['10.1.0.1:8443', endpoint]]) } });
    closing.push(() => world.stop());
    await world.deliver(changed(10, state('a', { hosts: ['a.example.com', '*.a.example.com'] })));
    await world.deliver(changed(11, state('none', { members: [] })));
    const certificates = new CertificateWatch<HostBackend>({
      atOnce: 4,
      timeoutMs: patient(10_000),
      intervalMs: 3_600_000,
      random: () => 0,
      now: () => now,
      placeOf: () => vip(world),
    });
    const exporter = exporterOf(world, { certificates });
    await settles(async () => {
      const series = await scraped(exporter);
      for (const host of ['a.example.com', '*.a.example.com']) {
        expect(series.sum('nspass_certificate_expiry_timestamp_seconds', { host })).toBe(now / 1000 + 20 * 86_400);
        expect(series.sum('nspass_certificate_shown', { host })).toBe(1);
      }
      expect(series.sum('nspass_certificate_shown', { host: 'none.example.com' })).toBe(0);
      expect(series.sum('nspass_certificates_seen_timestamp_seconds', {})).toBe(now / 1000);
    });
  });
});
