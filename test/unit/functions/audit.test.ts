import { createServer } from 'node:net';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuditHandler } from '../../../functions/audit.ts';
import { ApplianceConfig } from '../../../lib/config/appliances.ts';
import type { BusEvent } from '../../../lib/contract/index.ts';
import { memoryMetrics } from '../../../lib/telemetry/index.ts';
import { type AuditedWorld, Hand, NOW, startAudited } from '../../support/audit.ts';
import type { WorldOptions } from '../../support/engine.ts';
import { state } from '../../support/events.ts';
import { ask } from '../../support/hello.ts';
import { memoryLog } from '../../support/memory-log.ts';

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

const worlds: AuditedWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

/** An appliance with one Ingress on it. */
async function start(options?: WorldOptions): Promise<AuditedWorld> {
  const world = await startAudited(['east'], options);
  worlds.push(world);
  await world.say('east', state('web'));
  world.clock.now = NOW;
  return world;
}

function configured(name: string, url: string, more: object = {}): ApplianceConfig {
  return ApplianceConfig.parse({
    name,
    clusters: ['east'],
    endpoints: [url],
    credentials: { secret: name },
    drainSeconds: 0,
    saveAfterSeconds: 'never',
    ...more,
  });
}

function run(appliances: readonly ApplianceConfig[], options: { refused?: boolean; onPublish?: () => void } = {}) {
  const published: BusEvent[] = [];
  const log = memoryLog();
  const metrics = memoryMetrics();
  const handler = createAuditHandler({
    appliances,
    credentials: { get: async () => ({ username: 'nsroot', password: 'nsroot' }) } as never,
    publisher: {
      publish: async (events) => {
        published.push(...events);
        options.onPublish?.();
        const error = new Error('the bus is full') as never;
        return { published: 0, retried: 0, failed: options.refused ? events.map((event) => ({ event, error })) : [] };
      },
    },
    sqs: undefined as never,
    queueUrl: (arn) => arn,
    deadLetterQueueUrl: '',
    log,
    metrics,
    now: () => NOW,
    random: () => 0,
  });
  return { published, log, metrics, done: handler({}, context) };
}

const summary = (events: readonly BusEvent[]) =>
  events.map(({ source, detailType, detail }) => [source, detailType, detail.subject]);

describe('the audit of all appliances', () => {
  it('asks for nothing where nothing differs, and says so in figures', async () => {
    const world = await start();
    const { published, metrics, log, done } = run([configured('edge', world.appliance.url)]);
    await done;
    expect([published, log.lines]).toEqual([[], []]);
    const figures = Object.fromEntries(metrics.samples.map(({ name, value }) => [name, value]));
    expect(figures).toMatchObject({
      RoutesProgrammed: 1,
      IngressesLive: 1,
      IngressesPending: 0,
      Tombstones: 0,
      BackEndsRetired: 0,
      DriftFound: 0,
      UnsavedAge: 3600,
    });
    expect(metrics.samples.every(({ dimensions }) => dimensions.appliance === 'edge')).toBe(true);
  });

  it('records what went through, and logs the back ends with the most of it', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end('hello'))).listen(0, '127.0.0.1');
    const port = await new Promise<number>((resolve) => {
      server.once('listening', () => resolve((server.address() as { port: number }).port));
    });
    const world = await start({ appliance: { map: new Map([['10.1.0.1:8443', { host: '127.0.0.1', port }]]) } });
    const place = world.appliance.frontends.get('192.0.2.10:443');
    if (place === undefined) throw new Error('no front end');
    expect(await ask(place, 'web.example.com')).toBe('hello');
    expect(await ask(place, 'nobody.example.com')).toBe('RESET');
    const { metrics, log, done } = run([configured('edge', world.appliance.url)]);
    await done;
    server.close();
    expect(metrics.sum('ConnectionsAccepted', { appliance: 'edge' })).toBe(1);
    expect(metrics.sum('BytesSent')).toBe(5);
    expect(metrics.sum('BytesReceived')).toBeGreaterThan(100);
    expect(metrics.sum('HellosRefused')).toBe(1);
    expect(metrics.sum('BackEndsDown')).toBe(0);
    const own = metrics.samples.filter(({ name }) => /^(Connections|Bytes|Hellos|BackEndsDown)/.test(name));
    expect(own.map(({ dimensions }) => dimensions)).toEqual(own.map(() => ({ appliance: 'edge' })));
    expect(log.lines).toMatchObject([
      {
        message: 'traffic of a back end',
        fields: { ingress: 'default/web', cluster: 'east', hosts: ['web.example.com'], connections: 1, sent: 5 },
      },
      { message: 'traffic of the other back ends', fields: { backends: 0, connections: 0 } },
    ]);
  });

  it('goes on where the user may not read statistics, and says so', async () => {
    const world = await start({
      appliance: { onRequest: ({ url }) => (url.includes('/stat/') ? { type: 'error', code: 2138 } : undefined) },
    });
    const { metrics, log, done } = run([configured('edge', world.appliance.url)]);
    await done;
    expect(log.lines.map(({ message }) => message)).toEqual(['traffic not read']);
    expect(metrics.sum('RoutesProgrammed')).toBe(1);
    expect(metrics.sum('AuditsFailed')).toBe(0);
  });

  it('reports drift by code, and asks the forwarder and the queue', async () => {
    const world = await start();
    await new Hand(world).unbind('nsp-192.0.2.10-443', 'nsp-reset');
    const edge = configured('edge', world.appliance.url, { saveAfterSeconds: 0 });
    const { published, metrics, log, done } = run([edge]);
    await done;
    expect(summary(published)).toEqual([
      ['nspass.functions', 'Work Requested', 'edge'],
      ['nspass.functions', 'Resync Requested', 'edge'],
    ]);
    expect(published[1]?.detail.data).toEqual({
      cluster: 'east',
      appliances: ['edge'],
      ingresses: [{ namespace: 'default', name: 'web' }],
      reason: 'found by the audit: 1 × ObjectMissing',
    });
    expect(metrics.sum('DriftFound', { appliance: 'edge', reason: 'ObjectMissing' })).toBe(1);
    expect(log.lines[0]).toEqual({
      level: 'warn',
      message: 'drift found',
      fields: {
        appliance: 'edge',
        code: 'ObjectMissing',
        object: 'sslvserver_sslpolicy_binding nsp-192.0.2.10-443 nsp-reset CLIENTHELLO_REQ',
        is: 'missing',
        should: 'there',
      },
    });
  });

  it('only reports on `observe`', async () => {
    const world = await start();
    await new Hand(world).unbind('nsp-192.0.2.10-443', 'nsp-reset');
    const edge = configured('edge', world.appliance.url, { saveAfterSeconds: 0, policy: 'observe' });
    const { published, metrics, done } = run([edge]);
    await done;
    expect(published).toEqual([]);
    expect(metrics.sum('DriftFound', { appliance: 'edge' })).toBe(1);
  });

  it('expects no record where nothing is ever written', async () => {
    const world = await startAudited(['east']);
    worlds.push(world);
    const figures = async (policy: string) => {
      const { metrics, done } = run([configured('edge', world.appliance.url, { policy })]);
      await done;
      return metrics.sum('DriftFound');
    };
    expect([await figures('observe'), await figures('sync')]).toEqual([0, 1]);
  });

  it('says what the bus did not take: it is found again at the next look', async () => {
    const world = await start();
    await new Hand(world).unbind('nsp-192.0.2.10-443', 'nsp-reset');
    const { log, metrics, done } = run([configured('edge', world.appliance.url)], { refused: true });
    await done;
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', message: 'cannot publish a request' });
    expect(metrics.sum('AuditsFailed')).toBe(0);
  });

  it('keeps the log short where very much differs, and counts it all', async () => {
    const world = await start();
    const hand = new Hand(world);
    const count = 103;
    for (let number = 0; number < count; number++) {
      await hand.setRow('nsp_f_192_0_2_10_443', `x${number}.example.com`, 'nothing');
    }
    const { log, metrics, done } = run([configured('edge', world.appliance.url)]);
    await done;
    expect(metrics.sum('DriftFound', { reason: 'HostUnexplained' })).toBe(count);
    const findings = log.lines.filter(({ message }) => message !== 'work requested');
    expect(findings).toHaveLength(101);
    expect(findings.at(-1)).toMatchObject({ message: 'further findings not logged', fields: { left: 3 } });
  });

  it('LIF-8: one that is down does not keep it from the others', async () => {
    const [first, down, last] = await Promise.all([start(), start(), start()]);
    const url = (down as AuditedWorld).appliance.url;
    await worlds.splice(worlds.indexOf(down as AuditedWorld), 1)[0]?.stop();
    const { metrics, log, done } = run([
      configured('first', (first as AuditedWorld).appliance.url),
      configured('down', url),
      configured('last', (last as AuditedWorld).appliance.url),
    ]);
    await done;
    expect(metrics.sum('AuditsFailed', { appliance: 'down' })).toBe(1);
    expect(metrics.sum('AuditsFailed')).toBe(1);
    expect(['first', 'last'].map((appliance) => metrics.sum('IngressesLive', { appliance }))).toEqual([1, 1]);
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'audit failed', fields: { appliance: 'down' } },
    ]);
  });

  it('LIF-8: one that does not answer does not hold up the others', async () => {
    let release = (): void => {};
    const others = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held = false;
    const slow = await start({
      appliance: {
        onRequest: async () => {
          if (held) await others;
          return undefined;
        },
      },
    });
    const quick = await start();
    await new Hand(quick).unbind('nsp-192.0.2.10-443', 'nsp-reset');
    held = true;
    const { metrics, done } = run(
      [configured('slow', slow.appliance.url), configured('quick', quick.appliance.url)],
      // The slow one answers only once the other is done with.
      { onPublish: release },
    );
    await done;
    expect(['slow', 'quick'].map((appliance) => metrics.sum('IngressesLive', { appliance }))).toEqual([1, 1]);
  });
});
