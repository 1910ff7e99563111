import { describe, expect, it } from 'vitest';
import { GatewayConfirmations } from '../../../../lib/forwarder/feedback/gateway-confirmations.ts';
import { comparableStatus } from '../../../../lib/forwarder/kubernetes/status-text.ts';
import type { StatusRef, StatusWriter } from '../../../../lib/forwarder/ports.ts';
import { GatewayStore } from '../../../../lib/forwarder/state/gateway-store.ts';
import { ClusterStore } from '../../../../lib/forwarder/state/store.ts';
import { GatewayStatuses } from '../../../../lib/forwarder/status/gateway-statuses.ts';
import {
  GATEWAY_CONTROLLER,
  type GatewayObject,
  type K8sGateway,
  type K8sTlsRoute,
} from '../../../../lib/gateway/index.ts';
import { memoryLog } from '../../../support/memory-log.ts';
import { ManualClock, service } from '../support.ts';

const meta = (name: string, namespace = 'shop', generation = 1) => ({
  name,
  namespace,
  generation,
  uid: `uid-${name}`,
});
const CLASS: GatewayObject = {
  kind: 'GatewayClass',
  metadata: meta('edge', ''),
  spec: { controllerName: GATEWAY_CONTROLLER },
};
const gateway = (generation = 1, names = ['tls']): K8sGateway => ({
  kind: 'Gateway',
  metadata: meta('edge', 'shop', generation),
  spec: {
    gatewayClassName: 'edge',
    addresses: [{ value: '192.0.2.10' }],
    listeners: names.map((name, index) => ({ name, port: 443 + index, protocol: 'TLS', tls: { mode: 'Passthrough' } })),
  },
});
const route = (name: string, generation = 1): K8sTlsRoute => ({
  kind: 'TLSRoute',
  metadata: meta(name, 'shop', generation),
  spec: {
    parentRefs: [{ name: 'edge' }],
    hostnames: [`${name}.example.com`],
    rules: [{ backendRefs: [{ name: 'web', namespace: 'default', port: 443 }] }],
  },
});

interface Conditions {
  readonly conditions: readonly { type: string; status: string; reason: string; lastTransitionTime: string }[];
}

/** An API server with objects of the Gateway API, whose watch shows each status at once. */
class World {
  readonly clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
  readonly log = memoryLog();
  readonly confirmations = new GatewayConfirmations();
  readonly store: GatewayStore;
  readonly cluster = new ClusterStore();
  readonly statuses: GatewayStatuses;
  /** `TLSRoute shop/a`, in the order of writing. */
  readonly writes: string[] = [];
  crdReads = 0;
  readonly #there = new Map<string, { object: GatewayObject; status: unknown }>();
  /** Writes that fail. */
  refuse: (ref: StatusRef) => Error | undefined = () => undefined;
  /** Called between the read and the write of a status. */
  between: (ref: StatusRef) => void = () => {};
  bundleVersion = 'v1.6.3';

  constructor(objects: readonly GatewayObject[] = [CLASS, gateway(), route('a'), route('b')]) {
    this.store = new GatewayStore(this.cluster, {});
    for (const each of service('web', ['10.1.0.1'])) this.cluster.upsert(each);
    const writer: StatusWriter = {
      write: async (ref, change) => {
        const error = this.refuse(ref);
        if (error !== undefined) throw error;
        const id = `${ref.kind} ${ref.namespace}/${ref.name}`;
        const found = this.#there.get(id);
        if (found === undefined) return false;
        const { uid, generation } = found.object.metadata as { uid?: string; generation?: number };
        const next = change({ uid, generation, status: found.status });
        this.between(ref);
        if (next === undefined) return false;
        this.writes.push(id);
        this.setStatus(ref.kind, ref.namespace, ref.name, next);
        return true;
      },
      crds: async () => {
        this.crdReads += 1;
        return [{ name: 'tlsroutes', bundleVersion: this.bundleVersion }];
      },
    };
    this.statuses = new GatewayStatuses({
      gateways: this.store,
      settings: {},
      confirmations: this.confirmations,
      statusOf: (kind, namespace, name) => {
        const found = this.#there.get(`${kind} ${namespace}/${name}`);
        return found && comparableStatus(found.status);
      },
      writer,
      clock: this.clock,
      log: this.log,
    });
    for (const each of objects) this.put(each);
  }

  put(object: GatewayObject): void {
    const { namespace, name } = object.metadata;
    const id = `${object.kind} ${namespace}/${name}`;
    this.#there.set(id, { object, status: this.#there.get(id)?.status });
    this.statuses.statesChanged(this.store.upsert(object));
    this.statuses.objectChanged(object.kind, namespace, name);
  }

  delete(kind: GatewayObject['kind'], namespace: string, name: string): void {
    this.#there.delete(`${kind} ${namespace}/${name}`);
    this.statuses.statesChanged(this.store.remove(kind, namespace, name));
    this.statuses.objectChanged(kind, namespace, name);
  }

  setStatus(kind: StatusRef['kind'], namespace: string, name: string, status: unknown): void {
    const found = this.#there.get(`${kind} ${namespace}/${name}`);
    if (found === undefined) return;
    found.status = structuredClone(status);
    this.statuses.statusChanged(kind, namespace, name);
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into statuses freely
  status(kind: StatusRef['kind'], name: string): any {
    return this.#there.get(`${kind} ${kind === 'GatewayClass' ? '' : 'shop'}/${name}`)?.status;
  }

  shown(kind: StatusRef['kind'], name: string): string[] {
    const { conditions } = (
      kind === 'TLSRoute' ? this.status(kind, name).parents[0] : this.status(kind, name)
    ) as Conditions;
    return conditions.map(({ type, status, reason }) => `${type}:${status}:${reason}`);
  }

  attached(): number[] {
    return this.status('Gateway', 'edge').listeners.map(
      ({ attachedRoutes }: { attachedRoutes: number }) => attachedRoutes,
    );
  }

  /** Lets everything be judged and written. */
  async quiet(ms = 3_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) await this.clock.advance(100);
  }

  /** Begins to see everything, and forgets what was written then. */
  async seen(): Promise<void> {
    this.statuses.view(true);
    await this.quiet();
    this.writes.length = 0;
  }
}

const EVERYTHING = ['Gateway shop/edge', 'GatewayClass /edge', 'TLSRoute shop/a', 'TLSRoute shop/b'];

describe('GW-13: statuses of a cluster', () => {
  it('on taking leadership everything is judged once: the number of routes is right at the first write', async () => {
    const world = new World();
    await world.quiet();
    expect(world.writes).toEqual([]);
    world.statuses.view(true);
    await world.quiet();
    expect([...world.writes].sort()).toEqual(EVERYTHING);
    expect(world.shown('GatewayClass', 'edge')).toEqual([
      'Accepted:True:Accepted',
      'SupportedVersion:True:SupportedVersion',
    ]);
    expect(world.shown('Gateway', 'edge')).toEqual(['Accepted:True:Accepted', 'Programmed:False:Pending']);
    expect(world.shown('TLSRoute', 'a')).toEqual(['Accepted:True:Accepted', 'ResolvedRefs:False:RefNotPermitted']);
    expect(world.attached()).toEqual([2]);
  });

  it('nothing is written while part of the cluster may be hidden, and everything is judged again after it', async () => {
    const world = new World();
    await world.seen();
    world.statuses.view(false);
    world.delete('TLSRoute', 'shop', 'b');
    world.put(route('c'));
    world.put(route('d'));
    await world.quiet();
    expect(world.writes).toEqual([]);
    world.statuses.view(true);
    await world.quiet();
    expect(world.attached()).toEqual([3]);
    expect([...world.writes].sort()).toEqual(['Gateway shop/edge', 'TLSRoute shop/c', 'TLSRoute shop/d']);
  });

  it('a leader whose predecessor wrote everything writes nothing, and takes nothing back', async () => {
    const world = new World();
    await world.seen();
    world.confirmations.replace('shop/edge', 'edge', { addresses: ['192.0.2.10'], listeners: new Set(['tls']) });
    await world.quiet();
    const before = structuredClone(world.status('Gateway', 'edge'));
    expect(world.shown('Gateway', 'edge')).toContain('Programmed:True:Programmed');
    // Another leader has no answer of an appliance.
    world.confirmations.forget('shop/edge');
    world.statuses.view(false);
    world.writes.length = 0;
    await world.seen();
    await world.quiet();
    expect(world.status('Gateway', 'edge')).toEqual(before);
  });

  it.each<[string, (world: World) => void, string[]]>([
    ['of a route: it alone', (world) => world.put(route('a', 2)), ['TLSRoute shop/a']],
    ['that changes nothing: nothing', (world) => world.put(route('a')), []],
    [
      'a new route: it, and the number of its Gateway',
      (world) => world.put(route('c')),
      ['Gateway shop/edge', 'TLSRoute shop/c'],
    ],
    ['a route is deleted: the number', (world) => world.delete('TLSRoute', 'shop', 'a'), ['Gateway shop/edge']],
    ['of a Gateway: it, not its routes', (world) => world.put(gateway(2)), ['Gateway shop/edge']],
    [
      'of the class: everything of it',
      (world) =>
        world.put({
          ...CLASS,
          metadata: meta('edge', '', 2),
          spec: { ...CLASS.spec, parametersRef: { name: 'x' } },
        } as GatewayObject),
      ['Gateway shop/edge', 'GatewayClass /edge'],
    ],
    [
      'of a ReferenceGrant: the routes',
      (world) =>
        world.put({
          kind: 'ReferenceGrant',
          metadata: meta('grant', 'default'),
          spec: {
            from: [{ group: 'gateway.networking.k8s.io', kind: 'TLSRoute', namespace: 'shop' }],
            to: [{ group: '', kind: 'Service' }],
          },
        }),
      ['TLSRoute shop/a', 'TLSRoute shop/b'],
    ],
    [
      'the appliance answers: the Gateway',
      ({ confirmations }) =>
        confirmations.replace('shop/edge', 'edge', { addresses: ['192.0.2.10'], listeners: new Set(['tls']) }),
      ['Gateway shop/edge'],
    ],
    ['somebody wipes a status: it', (world) => world.setStatus('TLSRoute', 'shop', 'a', {}), ['TLSRoute shop/a']],
    [
      'a class that is another controller’s: the entries of ours go, the rest stays',
      (world) =>
        world.put({ ...CLASS, metadata: meta('edge', '', 2), spec: { controllerName: 'x/y' } } as GatewayObject),
      ['TLSRoute shop/a', 'TLSRoute shop/b'],
    ],
  ])('a change %s', async (_what, change, written) => {
    const world = new World();
    await world.seen();
    change(world);
    await world.quiet();
    expect([...world.writes].sort()).toEqual(written);
    // What was written is right: nothing follows it.
    world.writes.length = 0;
    await world.quiet(20_000);
    expect(world.writes).toEqual([]);
  });

  it('changes that come together are one write', async () => {
    const world = new World();
    await world.seen();
    for (let index = 0; index < 450; index += 1) world.put(route(`many-${index}`));
    await world.quiet();
    expect(world.attached()).toEqual([452]);
    expect(world.writes.filter((id) => id.startsWith('Gateway '))).toHaveLength(1);
    expect(world.writes).toHaveLength(451);
  });
});

describe('GW-14: writes', () => {
  it('times change with the status alone', async () => {
    const world = new World();
    await world.seen();
    const time = () => world.status('Gateway', 'edge').conditions[0].lastTransitionTime;
    expect(time()).toBe('2026-01-01T00:00:00Z');
    await world.quiet(60_000);
    world.put(gateway(2));
    await world.quiet();
    expect(world.status('Gateway', 'edge').conditions[0]).toMatchObject({ observedGeneration: 2 });
    expect(time()).toBe('2026-01-01T00:00:00Z');
  });

  it.each([
    ['of another generation', (world: World) => world.put(route('a', 2))],
    [
      'of another object of its name',
      (world: World) => world.put({ ...route('a'), metadata: { ...meta('a'), uid: 'other' } }),
    ],
  ])('an object %s than the one that was judged is judged again first', async (_what, change) => {
    const world = new World();
    world.between = (ref) => {
      if (ref.kind !== 'TLSRoute' || ref.name !== 'a') return;
      world.between = () => {};
      change(world);
    };
    world.statuses.view(true);
    await world.quiet();
    expect(world.writes.filter((id) => id === 'TLSRoute shop/a').length).toBeLessThanOrEqual(2);
    expect(world.shown('TLSRoute', 'a')).toContain('Accepted:True:Accepted');
  });

  it('somebody who changes a status back again and again is answered ever more slowly', async () => {
    const world = new World();
    await world.seen();
    for (let second = 0; second < 600; second += 1) {
      if (world.status('TLSRoute', 'a').parents !== undefined) world.setStatus('TLSRoute', 'shop', 'a', {});
      await world.quiet(1_000);
    }
    expect(world.writes.length).toBeGreaterThan(3);
    expect(world.writes.length).toBeLessThan(14);
  });

  it('a write that is refused is tried again, ever more slowly, and holds up no other', async () => {
    const world = new World();
    let refused = 0;
    world.refuse = ({ name }) => {
      if (name !== 'a') return undefined;
      refused += 1;
      return new Error('no');
    };
    world.statuses.view(true);
    await world.quiet(600_000);
    expect(world.writes).toContain('TLSRoute shop/b');
    expect(refused).toBeGreaterThan(3);
    expect(refused).toBeLessThan(14);
    world.refuse = () => undefined;
    await world.quiet(600_000);
    expect(world.shown('TLSRoute', 'a')).toContain('Accepted:True:Accepted');
  });

  it('CRDs of another version are noticed without a restart', async () => {
    const world = new World();
    await world.seen();
    world.bundleVersion = 'v1.9.0';
    await world.quiet(330_000);
    expect(world.shown('GatewayClass', 'edge')).toContain('SupportedVersion:False:UnsupportedVersion');
    expect(world.crdReads).toBe(2);
  });

  it('CRDs are not read where no class is ours', async () => {
    const world = new World([{ ...CLASS, spec: { controllerName: 'x/y' } } as GatewayObject, gateway(), route('a')]);
    await world.seen();
    await world.quiet();
    expect(world.crdReads).toBe(0);
    expect(world.writes).toEqual([]);
  });

  it('after the stop nothing is written, and no timer is left', async () => {
    const world = new World();
    await world.seen();
    world.put(route('c'));
    await world.statuses.stop();
    world.put(route('d'));
    world.confirmations.replace('shop/edge', 'edge', { addresses: [], listeners: new Set() });
    await world.quiet();
    expect(world.writes).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });
});
