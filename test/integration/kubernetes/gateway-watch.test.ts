import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAY_CONTROLLER } from '../../../lib/gateway/index.ts';
import { ControlPlane, NO_ASSETS, requireAssets } from '../../support/envtest.ts';
import { eventually } from '../../support/eventually.ts';
import { deleteGatewayCrds, installGatewayCrds } from '../../support/gateway-crds.ts';
import { type Engine, startEngine } from './engine.ts';
import { ingress, NAMESPACE, PATHS, service, slice } from './manifests.ts';
import { outcomeMessage } from './outcome-message.ts';
import { type Rendered, type ReplicaProcess, Stage } from './stage.ts';

const assets = await requireAssets();
const API = '/apis/gateway.networking.k8s.io/v1';
const CLASSES = `${API}/gatewayclasses`;
const GATEWAYS = `${API}/namespaces/shop/gateways`;
const ROUTES = `${API}/namespaces/shop/tlsroutes`;
const OTHER = 'example.com/other-controller';
/** Longest time until the forwarder asks again whether the CRDs are there, and what follows. */
const ASKED_AGAIN_MS = 90_000;

const apiVersion = 'gateway.networking.k8s.io/v1';
const CLASS = {
  apiVersion,
  kind: 'GatewayClass',
  metadata: { name: 'edge' },
  spec: { controllerName: GATEWAY_CONTROLLER },
};
const listener = (name: string, port: number) => ({ name, port, protocol: 'TLS', tls: { mode: 'Passthrough' } });
const GATEWAY = {
  apiVersion,
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'shop' },
  spec: { gatewayClassName: 'edge', addresses: [{ value: '192.0.2.10' }], listeners: [listener('tls', 443)] },
};
const route = (name: string) => ({
  apiVersion,
  kind: 'TLSRoute',
  metadata: { name, namespace: 'shop' },
  spec: {
    parentRefs: [{ name: 'edge' }],
    hostnames: [`${name}.example.com`],
    rules: [{ backendRefs: [{ name: 'web', port: 443 }] }],
  },
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly observedGeneration?: number;
}

/** `Accepted:True:Accepted@1` for each condition, sorted. */
const shown = (conditions: readonly Condition[] = []): string[] =>
  conditions
    .map(({ type, status, reason, observedGeneration }) => `${type}:${status}:${reason}@${observedGeneration}`)
    .sort();

describe.skipIf(assets === undefined)(
  `the Gateway API in a real cluster (${assets === undefined ? NO_ASSETS : 'envtest'})`,
  () => {
    let stage: Stage;
    let objects: Rendered[];
    let first: ReplicaProcess;
    let second: ReplicaProcess;

    const statusOf = async (path: string) => (await stage.plane.ok('GET', path)).status;
    const classStatus = () => statusOf(`${CLASSES}/edge`);
    const gatewayStatus = () => statusOf(`${GATEWAYS}/edge`);
    const parents = async (name: string) => (await statusOf(`${ROUTES}/${name}`))?.parents ?? [];
    const ours = async (name: string) =>
      (await parents(name)).find(
        ({ controllerName }: { controllerName: string }) => controllerName === GATEWAY_CONTROLLER,
      );
    const becomes = async (what: () => Promise<unknown>, expected: unknown, ms?: number): Promise<void> => {
      let last: unknown;
      await eventually(
        async () => {
          last = await what();
          return JSON.stringify(last) === JSON.stringify(expected);
        },
        JSON.stringify(expected),
        ms,
      ).catch(() => expect(last).toEqual(expected));
    };
    const said = (type: string, name: string) =>
      stage.cloud.events.filter(
        ({ detailType, detail }) => detailType === type && JSON.stringify(detail.data).includes(`"${name}"`),
      );

    beforeAll(async () => {
      stage = await Stage.set(assets as string);
      await stage.plane.ok('POST', PATHS.namespaces, NAMESPACE);
      await stage.plane.ok('POST', PATHS.services, service('web'));
      await stage.plane.ok('POST', PATHS.slices, slice('web', ['10.1.0.1']));
      objects = await stage.install();
      first = await stage.replica('first', objects);
      await eventually(() => first.says('this replica became the leader'), 'first leads');
      await first.ready();
    });
    afterAll(() => stage?.clear());

    it('a cluster without CRDs: the forwarder is ready, and reads nothing of it', async () => {
      expect((await first.get('/metrics')).text).not.toContain('kind="TLSRoute"');
    });

    it('CRDs that appear: routes are published and statuses written, with the rights of the chart', async () => {
      await installGatewayCrds(stage.plane);
      await stage.plane.ok('POST', CLASSES, CLASS);
      await stage.plane.ok('POST', GATEWAYS, GATEWAY);
      await stage.plane.ok('POST', ROUTES, route('web'));
      await becomes(
        async () => shown((await classStatus())?.conditions),
        ['Accepted:True:Accepted@1', 'SupportedVersion:True:SupportedVersion@1'],
        ASKED_AGAIN_MS,
      );
      expect((await classStatus()).supportedFeatures).toContainEqual({ name: 'TLSRoute' });
      await becomes(
        async () => shown((await gatewayStatus()).conditions),
        ['Accepted:True:Accepted@1', 'Programmed:False:Pending@1'],
      );
      await becomes(async () => (await gatewayStatus()).listeners?.map((each: Rendered) => each.attachedRoutes), [1]);
      await becomes(
        async () => shown((await ours('web'))?.conditions),
        ['Accepted:True:Accepted@1', 'ResolvedRefs:True:ResolvedRefs@1'],
      );
      expect((await ours('web')).parentRef).toEqual({
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: 'edge',
      });
      await eventually(
        () => said('TLSRoute Changed', 'web').length > 0 || said('TLSRoute Snapshot', 'web').length > 0,
        'published',
      );
    });

    it('another controller’s entry stays, whatever changes of ours', async () => {
      const conditions = [
        { type: 'Accepted', status: 'False', reason: 'Other', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ];
      const other = { parentRef: { name: 'edge' }, controllerName: OTHER, conditions };
      const { resourceVersion } = (await stage.plane.ok('GET', `${ROUTES}/web`)).metadata;
      const own = await ours('web');
      await stage.plane.ok('PATCH', `${ROUTES}/web/status`, {
        metadata: { resourceVersion },
        status: { parents: [other, own] },
      });
      await stage.plane.ok('PATCH', `${ROUTES}/web`, {
        spec: { rules: [{ backendRefs: [{ name: 'missing', port: 443 }] }] },
      });
      await becomes(
        async () => shown((await ours('web'))?.conditions),
        ['Accepted:True:Accepted@2', 'ResolvedRefs:False:BackendNotFound@2'],
      );
      const all = await parents('web');
      expect(all).toHaveLength(2);
      expect(all.find(({ controllerName }: Rendered) => controllerName === OTHER)).toMatchObject({ conditions });
      await stage.plane.ok('PATCH', `${ROUTES}/web`, {
        spec: { rules: [{ backendRefs: [{ name: 'web', port: 443 }] }] },
      });
      await becomes(
        async () => shown((await ours('web'))?.conditions),
        ['Accepted:True:Accepted@3', 'ResolvedRefs:True:ResolvedRefs@3'],
      );
    });

    it('REP-2: what is found about a route is an Event on it', async () => {
      await stage.plane.ok('POST', ROUTES, {
        ...route('lost'),
        spec: { ...route('lost').spec, parentRefs: [{ name: 'edge', sectionName: 'none' }] },
      });
      await becomes(
        async () => shown((await ours('lost'))?.conditions),
        ['Accepted:False:NoMatchingParent@1', 'ResolvedRefs:True:ResolvedRefs@1'],
      );
      const { uid } = (await stage.plane.ok('GET', `${ROUTES}/lost`)).metadata;
      const event = await eventually(async () => {
        const { items } = await stage.plane.ok('GET', PATHS.events);
        return items.find(({ reason }: Rendered) => reason === 'TLSRouteNotAttached');
      }, 'an Event');
      expect(event.regarding).toMatchObject({ apiVersion, kind: 'TLSRoute', namespace: 'shop', name: 'lost', uid });
      expect(await stage.plane.kubectl(['describe', 'tlsroute', '-n', 'shop', 'lost'])).toContain('has no listener');
      await stage.plane.ok('DELETE', `${ROUTES}/lost`);
    });

    it('another generation: every condition says that it was observed', async () => {
      await stage.plane.ok('PATCH', `${GATEWAYS}/edge`, {
        spec: { listeners: [listener('tls', 443), listener('more', 8443)] },
      });
      await becomes(
        async () => shown((await gatewayStatus()).conditions),
        ['Accepted:True:Accepted@2', 'Programmed:False:Pending@2'],
      );
      const { listeners } = await gatewayStatus();
      expect(listeners.map(({ name, attachedRoutes }: Rendered) => [name, attachedRoutes])).toEqual([
        ['tls', 1],
        ['more', 1],
      ]);
      expect(
        listeners.flatMap(({ conditions }: Rendered) => conditions.map((each: Condition) => each.observedGeneration)),
      ).toEqual(Array.from({ length: 8 }, () => 2));
    });

    it('a status that somebody wiped is written again', async () => {
      await stage.plane.ok('PATCH', `${ROUTES}/web/status`, { status: { parents: [] } });
      await becomes(
        async () => shown((await ours('web'))?.conditions),
        ['Accepted:True:Accepted@3', 'ResolvedRefs:True:ResolvedRefs@3'],
      );
      await stage.plane.ok('PATCH', `${GATEWAYS}/edge/status`, { status: { listeners: null, conditions: null } });
      await becomes(async () => (await gatewayStatus()).listeners?.map(({ name }: Rendered) => name), ['tls', 'more']);
    });

    it('GW-13: what the appliance confirms stands in the status, and no more', async () => {
      const confirm = (type: string, data: object) =>
        stage.cloud.queue.push(
          outcomeMessage(`Gateway ${type}`, `nspass.gateway.${type.toLowerCase()}.v1`, { name: 'edge', ...data }),
        );
      const programmed = async () => {
        const { conditions, addresses = [], listeners } = await gatewayStatus();
        const isTrue = ({ conditions: all }: { conditions: Condition[] }): boolean =>
          all.some(({ type, status }) => type === 'Programmed' && status === 'True');
        const names = listeners.filter(isTrue).map(({ name }: Rendered) => name);
        return [isTrue({ conditions }), addresses.map(({ value }: Rendered) => value), names];
      };
      confirm('Programmed', { programmed: [{ ip: '192.0.2.10', port: 443 }], listeners: ['tls'] });
      await becomes(programmed, [true, ['192.0.2.10'], ['tls']]);
      confirm('Rejected', { findings: [{ code: 'FrontendIPForbidden', severity: 'error', message: 'outside' }] });
      await becomes(programmed, [false, [], []]);
      expect(shown((await gatewayStatus()).conditions)).toContain('Programmed:False:AddressNotUsable@2');
      confirm('Programmed', { programmed: [{ ip: '192.0.2.10', port: 443 }], listeners: ['tls', 'more'] });
      await becomes(programmed, [true, ['192.0.2.10'], ['tls', 'more']]);
      await eventually(
        () => said('Gateway Changed', 'edge').length > 0 || said('TLSRoute Snapshot', 'edge').length > 0,
        'published',
      );
    });

    it('another leader judges everything again, and writes only what differs', async () => {
      second = await stage.replica('second', objects);
      await second.ready();
      await first.signal('SIGKILL');
      // While nobody leads, an entry goes.
      await stage.plane.ok('POST', ROUTES, route('late'));
      const before = (await stage.plane.ok('GET', `${ROUTES}/web`)).metadata.resourceVersion;
      await eventually(() => second.says('this replica became the leader'), 'second leads', ASKED_AGAIN_MS);
      await becomes(
        async () => shown((await ours('late'))?.conditions),
        ['Accepted:True:Accepted@1', 'ResolvedRefs:True:ResolvedRefs@1'],
      );
      await becomes(async () => (await gatewayStatus()).listeners.map((each: Rendered) => each.attachedRoutes), [2, 2]);
      expect((await stage.plane.ok('GET', `${ROUTES}/web`)).metadata.resourceVersion).toBe(before);
    });

    it('a route that is deleted is withdrawn, and no longer counted', async () => {
      await stage.plane.ok('DELETE', `${ROUTES}/late`);
      await becomes(async () => (await gatewayStatus()).listeners.map((each: Rendered) => each.attachedRoutes), [1, 1]);
      await eventually(() => said('TLSRoute Withdrawn', 'late').length === 1, 'withdrawn');
    });

    it('LIF-6: a right that is taken away: Ingresses go on, the route stays, and the kind is named', async () => {
      const role = objects.find(({ kind }) => kind === 'ClusterRole') as Rendered;
      const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role.metadata.name}`;
      const without = (role.rules as Rendered[]).map((rule) => ({
        ...rule,
        resources: rule.resources.filter((resource: string) => resource !== 'tlsroutes'),
      }));
      await stage.plane.ok('PATCH', path, { rules: without });
      // The watch that is open goes on: a replica that starts meets the refusal.
      const third = await stage.replica('third', objects);
      await eventually(async () => {
        if (!third.says('the forwarder started')) return false;
        return (await third.get('/readyz')).text.includes('tlsroutes.gateway.networking.k8s.io may not be read');
      }, 'named');
      await second.signal('SIGKILL');
      await eventually(() => third.says('this replica became the leader'), 'third leads', ASKED_AGAIN_MS);
      await stage.plane.ok('POST', PATHS.ingresses, ingress('during'));
      await eventually(
        () => said('Ingress Changed', 'during').length > 0 || said('Cluster Snapshot', 'during').length > 0,
        'published',
      );
      expect(said('TLSRoute Withdrawn', 'web')).toEqual([]);
      expect(stage.cloud.by('third').map(({ detailType }) => detailType)).not.toContain('TLSRoute Snapshot');
      await stage.plane.ok('PATCH', path, { rules: role.rules });
      await eventually(
        () => stage.cloud.by('third').some(({ detailType }) => detailType === 'TLSRoute Snapshot'),
        'read again',
        ASKED_AGAIN_MS,
      );
      second = third;
      await second.ready();
    });

    it('CRDs that are deleted: Ingresses go on, and no pod is unready for long', async () => {
      await deleteGatewayCrds(stage.plane);
      await stage.plane.ok('POST', PATHS.ingresses, ingress('after'));
      await eventually(() => said('Ingress Changed', 'after').length > 0, 'an Ingress is published');
      await eventually(() => said('TLSRoute Withdrawn', 'web').length === 1, 'the route was seen to be deleted');
      await second.ready();
    });
  },
);

describe.skipIf(assets === undefined)('the Gateway API from a real cluster to the appliance', () => {
  let plane: ControlPlane;
  let engine: Engine;

  beforeAll(async () => {
    plane = await ControlPlane.start(assets as string);
    await installGatewayCrds(plane);
    await plane.ok('POST', PATHS.namespaces, NAMESPACE);
    await plane.ok('POST', PATHS.services, service('web'));
    await plane.ok('POST', PATHS.slices, slice('web', ['10.1.0.1']));
    engine = await startEngine(plane, { loopbackOf: () => '127.0.0.1' }, 'gateways');
  });
  afterAll(async () => {
    await engine?.stop();
    await plane?.stop();
  });

  it('GW-13: Programmed is true when the appliance has confirmed it, and the address is in the status', async () => {
    await plane.ok('POST', CLASSES, CLASS);
    await plane.ok('POST', GATEWAYS, GATEWAY);
    await plane.ok('POST', ROUTES, route('web'));
    const status = await eventually(async () => {
      const found = (await plane.ok('GET', `${GATEWAYS}/edge`)).status;
      return shown(found?.conditions).includes('Programmed:True:Programmed@1') && found;
    }, 'programmed');
    expect(status.addresses).toEqual([{ type: 'IPAddress', value: '192.0.2.10' }]);
    expect(shown(status.listeners[0].conditions)).toContain('Programmed:True:Programmed@1');
    await eventually(
      () => engine.appliance.runningConfig().includes('web.example.com'),
      'the host is on the appliance',
    );
  });
});
