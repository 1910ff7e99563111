import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BusEvent, ReceivedEvent } from '../../../lib/contract/index.ts';
import { createForwarder } from '../../../lib/forwarder/forwarder.ts';
import type { Forwarder } from '../../../lib/forwarder/interface.ts';
import { createApi, KubernetesSource } from '../../../lib/forwarder/kubernetes/index.ts';
import { WATCHED } from '../../../lib/forwarder/kubernetes/kinds.ts';
import type { OutcomeSource } from '../../../lib/forwarder/ports.ts';
import { MemorySequences } from '../../../lib/forwarder/publish/sequence.ts';
import { hostsOf, startWorld, type World } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeApiServer } from '../../support/fake-apiserver.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { plainAccess } from '../../unit/forwarder/kubernetes/support.ts';

/** The forwarder on an API server that can be wrong, and behind it the real engine with its prune guard. */

const { Ingress, EndpointSlice, Service } = WATCHED;
const COUNT = 60;
const names = Array.from({ length: COUNT }, (_, index) => `i${index}`);

let server: FakeApiServer;
let world: World;
let source: KubernetesSource;
let api: ReturnType<typeof createApi>;
let forwarder: Forwarder;
const said: BusEvent[] = [];
const outcomes: string[] = [];
let delivering: Promise<void>;
let sequences: MemorySequences;

function putIngress(name: string): void {
  const backend = { service: { name, port: { number: 443 } } };
  server.put(Ingress.path, {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: { 'ingress.citrix.com/ssl-passthrough': 'true', 'ingress.citrix.com/frontend-ip': '192.0.2.10' },
    },
    spec: { tls: [{}], rules: [{ host: `${name}.test`, http: { paths: [{ path: '/', backend }] } }] },
  } as never);
}

function putMembers(name: string): void {
  server.put(Service.path, {
    metadata: { name, namespace: 'shop' },
    spec: { ports: [{ port: 443, protocol: 'TCP' }] },
  });
  server.put(EndpointSlice.path, {
    metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ port: 8443, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: true } }],
  } as never);
}

const received = ({ detailType, detail }: BusEvent): ReceivedEvent =>
  ({ detailType, data: structuredClone(detail.data), id: detail.id, time: Date.parse(detail.time) }) as ReceivedEvent;

const makeSource = (): KubernetesSource => new KubernetesSource({ api, settings: { retryBaseMs: 5, retryMaxMs: 50 } });

/** A forwarder on the source, with the engine behind it. */
function makeForwarder(): Forwarder {
  let handle: Parameters<OutcomeSource['start']>[0] = async () => {};
  return createForwarder({
    cluster: 'c1',
    clusterUid: 'u',
    source,
    // One batch after the other, as the appliance's queue brings them.
    publisher: {
      publish: async (events) => {
        said.push(...events);
        delivering = delivering.then(async () => {
          const report = await world.deliver(...events.map(received));
          for (const { detailType, data } of report.outcomes) {
            outcomes.push(detailType);
            await handle({ detailType, data, id: '', time: Date.now() } as ReceivedEvent);
          }
        });
        return { failed: [] };
      },
    },
    outcomes: {
      start: (given) => {
        handle = given;
      },
      stop: () => {},
    },
    reporter: { status() {}, event() {} },
    sequences,
    log: memoryLog(),
    settings: { windowMs: 20, maxDelayMs: 200 },
  });
}

beforeEach(async () => {
  said.length = 0;
  outcomes.length = 0;
  delivering = Promise.resolve();
  sequences = new MemorySequences();
  server = await FakeApiServer.start();
  world = await startWorld({ settings: { prune: { percent: 30, minimum: 10 } }, now: Date.now });
  for (const name of names) putMembers(name);
  for (const name of names) putIngress(name);
  api = createApi({ access: plainAccess(server.url) });
  source = makeSource();
  forwarder = makeForwarder();
  await forwarder.start();
  await eventually(() => hostsOf(world).size === COUNT, 'all hosts are programmed');
  await eventually(() => server.watching === 5, 'all kinds are watched');
});

afterEach(async () => {
  await forwarder.stop();
  await delivering;
  await source.close();
  api.close();
  await server.stop();
  await world.stop();
});

/** Every watch ends, and its version is forgotten: all kinds are listed again. */
function expire(): void {
  server.put('/apis/other/v1/things', { metadata: { name: 'x' } });
  server.compact();
  server.endWatches();
}

/** The server lists these alone of a kind. @returns what makes it true again. */
const listOnly = (path: string, items: readonly object[]): (() => void) =>
  server.fault(({ path: asked, query }, response) => {
    if (asked !== path || query.has('watch')) return false;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'List', metadata: { resourceVersion: String(server.version) }, items }));
    return true;
  });

/** The server lists nothing of a kind, once: every watch of it expired. @returns what makes it true again. */
async function emptyList(path: string): Promise<() => void> {
  const back = listOnly(path, []);
  const kind = path === Ingress.path ? 'Ingress' : 'EndpointSlice';
  expire();
  await eventually(() => source.health().find((each) => each.kind === kind)?.objects === 0, 'listed as empty');
  return back;
}

const bound = (): number => world.config().filter((line) => / 10\.\d\.0\.1 8443/.test(line)).length;
const withdrawals = (): number => said.filter(({ detailType }) => detailType === 'Ingress Withdrawn').length;

describe('LIF-6: a list that is wrong', () => {
  it('an empty list of 60 Ingresses meets the prune guard: every host stays, and all is well when the list is whole', async () => {
    const back = await emptyList(Ingress.path);
    await eventually(() => outcomes.includes('Prune Refused'), 'refused');
    expect(withdrawals()).toBe(0);
    expect(hostsOf(world).size).toBe(COUNT);
    back();
    expire();
    await eventually(() => forwarder.metrics().announced === COUNT && forwarder.metrics().waiting === 0, 'said again');
    forwarder.snapshot('test');
    await eventually(() => outcomes.at(-1) === 'Snapshot Applied', 'accepted');
    expect(hostsOf(world).size).toBe(COUNT);
  });

  it('and is carried out when an operator confirms it', async () => {
    await emptyList(Ingress.path);
    await eventually(() => outcomes.includes('Prune Refused'), 'refused');
    forwarder.snapshot('operator', { confirmed: true });
    await eventually(() => hostsOf(world).size === 0, 'all hosts are gone');
  });

  it('an empty list of EndpointSlices resets nobody', async () => {
    const back = await emptyList(EndpointSlice.path);
    await eventually(() => forwarder.metrics().held === COUNT, 'held');
    forwarder.snapshot('test', { verify: ['appliance'] });
    const before = outcomes.length;
    await eventually(() => outcomes.slice(before).includes('Snapshot Applied'), 'a snapshot is applied');
    expect(bound()).toBe(COUNT);
    back();
    expire();
    await eventually(() => forwarder.metrics().held === 0, 'whole again');
    expect(bound()).toBe(COUNT);
  });
});

describe('LIF-6: deletions that are seen', () => {
  it('50 of 60, at once or not, are carried out whole: the prune guard stops none of them', async () => {
    for (const name of names.slice(10)) server.delete(Ingress.path, name, 'shop');
    forwarder.snapshot('scheduled');
    await eventually(() => hostsOf(world).size === 10, 'ten hosts are left');
    await eventually(() => forwarder.metrics().waiting === 0, 'all is said');
    expect(withdrawals()).toBe(50);
    await delivering;
    forwarder.snapshot('scheduled');
    await eventually(() => outcomes.at(-1) === 'Snapshot Applied', 'the next snapshot is accepted');
    expect(hostsOf(world).size).toBe(10);
  });
});

describe('LIF-6: a forwarder that starts', () => {
  /** Ends, and begins anew while the server lists these alone. @returns what makes it true again. */
  async function restart(path: string, items: readonly object[]): Promise<() => void> {
    await forwarder.stop();
    await delivering;
    await source.close();
    const back = listOnly(path, items);
    said.length = 0;
    outcomes.length = 0;
    source = makeSource();
    forwarder = makeForwarder();
    await forwarder.start();
    return back;
  }
  const doubted = () => source.health().some((kind) => kind.doubted && (kind.restarts.doubted ?? 0) > 2);
  const kubernetes = { metadata: { name: 'kubernetes', namespace: 'default' } };

  it.each([
    ['EndpointSlices', EndpointSlice.path],
    ['Services', Service.path],
  ])(
    'and is told of no %s at all says nothing; what it says when there are some is taken',
    async (_what, path) => {
      const back = await restart(path, []);
      await eventually(doubted, 'doubted');
      forwarder.snapshot('scheduled');
      expect(said).toEqual([]);
      expect(forwarder.metrics().complete).toBe(false);
      server.put(EndpointSlice.path, {
        ...server.get(EndpointSlice.path, 'i7', 'shop'),
        endpoints: [{ addresses: ['10.2.0.1'] }],
      } as never);
      back();
      await eventually(() => outcomes.includes('Snapshot Applied'), 'applied');
      expect(bound()).toBe(COUNT);
      expect(world.config().some((line) => / 10\.2\.0\.1 8443/.test(line))).toBe(true);
    },
    60_000,
  );

  it('believes it when an operator confirms', async () => {
    await restart(EndpointSlice.path, []);
    await eventually(doubted, 'doubted');
    forwarder.snapshot('operator', { confirmed: true });
    await eventually(() => bound() === 0, 'no members');
    expect(outcomes).not.toContain('Prune Refused');
  });

  it('and sees too few EndpointSlices meets the prune guard: members stay, are updated when it sees them, go when it is confirmed', async () => {
    const back = await restart(EndpointSlice.path, [kubernetes]);
    await eventually(() => outcomes.includes('Prune Refused'), 'refused');
    expect(bound()).toBe(COUNT);
    back();
    expire();
    await eventually(() => source.health().find(({ kind }) => kind === 'EndpointSlice')?.objects === COUNT + 1, 'seen');
    forwarder.snapshot('scheduled');
    await eventually(() => outcomes.at(-1) === 'Snapshot Applied', 'accepted');
    expect(bound()).toBe(COUNT);

    await restart(EndpointSlice.path, [kubernetes]);
    await eventually(() => outcomes.includes('Prune Refused'), 'refused again');
    forwarder.snapshot('operator', { confirmed: true });
    await eventually(() => bound() === 0, 'no members');
  });
});
