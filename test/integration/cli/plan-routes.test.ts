import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { service } from '../../../lib/cli/demo/manifests.ts';
import { readPlan, statesOf, writePlan } from '../../../lib/cli/plan-file.ts';
import { mergeSources, readSource } from '../../../lib/library/lint-source.ts';
import { planManifests, selectedStates } from '../../../lib/library/plan-judge.ts';
import { type Preview, preview, statements } from '../../../lib/preview/index.ts';
import { reconcile } from '../../../lib/reconcile/index.ts';
import { startWorld, type World } from '../../support/engine.ts';

const CLUSTER = 'prod-eu';

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: default }
spec:
  gatewayClassName: netscaler-passthrough
  addresses: [{ value: 192.0.2.20 }]
  listeners: [{ name: tls, port: 443, protocol: TLS, tls: { mode: Passthrough } }]
`;

const route = (name: string, host: string, ...backends: string[]): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: ${name}, namespace: default }
spec:
  parentRefs: [{ name: edge }]
  hostnames: ['${host}']
  rules: [{ backendRefs: [${backends.map((one) => `{ name: ${one}, port: 443 }`).join(', ')}] }]
`;

const ingress = (name: string, host: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: default
  creationTimestamp: 2020-01-01T00:00:00Z
  annotations:
    ingress.citrix.com/ssl-passthrough: "true"
    ingress.citrix.com/frontend-ip: 192.0.2.20
    kubernetes.io/ingress.class: citrix
spec:
  tls: [{}]
  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 443 } } } }] }
`;

const sourcesOf = (...manifests: string[]) => ({
  ...mergeSources(manifests.map((text, index) => readSource(text, `${index}.yaml`))),
  partial: true,
});

describe('a plan of TLSRoutes', () => {
  let world: World;
  let folder: string;
  beforeEach(async () => {
    world = await startWorld({ now: () => Date.UTC(2026, 0) });
    folder = mkdtempSync(join(tmpdir(), 'nspass-'));
  });
  afterEach(async () => {
    await world.stop();
    rmSync(folder, { recursive: true });
  });

  const planOf = (manifests: readonly string[], how: { partial?: boolean; tlsRoutes?: boolean } = {}) =>
    preview(world.engine, {
      cluster: CLUSTER,
      clusterUid: 'uid-1',
      partial: false,
      ...how,
      ...selectedStates(sourcesOf(...manifests), []),
    });
  const apply = (planned: Preview) => reconcile(world.engine, planned.events, async () => {});
  const summary = ({ routes }: Pick<Preview, 'routes'>) =>
    routes.map(({ change, host, ingress: owner, from, to }) => `${change} ${host} ${owner} ${from} → ${to}`);

  const WEB = [GATEWAY, service('web', ['10.244.0.11']), route('web', 'web.example.com', 'web')];

  it('names what is added, and nothing is left once it is written', async () => {
    const planned = await planOf(WEB);
    expect(summary(planned)).toEqual(['add web.example.com prod-eu/default/tlsroute/web null → web:443']);
    expect(planned.refusal).toBeUndefined();
    await apply(planned);
    expect(await planOf(WEB)).toMatchObject({ routes: [], commands: [], waiting: [] });
  });

  it('a manifest without EndpointSlices keeps the members that the appliance has', async () => {
    await apply(await planOf(WEB));
    const without = await planOf([GATEWAY, route('web', 'web.example.com', 'web')]);
    expect(without).toMatchObject({ routes: [], commands: [], unknownMembers: [] });
  });

  it('members of one of several Services are unknown: the appliance has one back end for all', async () => {
    await apply(await planOf(WEB));
    const weighted = await planOf([GATEWAY, route('web', 'web.example.com', 'web', 'canary')]);
    expect(weighted.unknownMembers).toEqual([
      'prod-eu/default/tlsroute/web web:443',
      'prod-eu/default/tlsroute/web canary:443',
    ]);
  });

  it('an older Ingress keeps its host, and the TLSRoute waits behind it', async () => {
    const planned = await planOf([...WEB, ingress('old', 'web.example.com')]);
    expect(summary(planned)).toEqual(['add web.example.com prod-eu/default/old null → web:443']);
    expect(planned.waiting).toMatchObject([
      { host: 'web.example.com', ingress: 'prod-eu/default/tlsroute/web', holder: 'prod-eu/default/old' },
    ]);
  });

  it('without the whole cluster, other objects stay', async () => {
    await apply(await planOf(WEB));
    const more = [GATEWAY, service('web', ['10.244.0.11']), route('more', 'more.example.com', 'web')];
    expect(summary(await planOf(more, { partial: true }))).toEqual([
      'add more.example.com prod-eu/default/tlsroute/more null → web:443',
    ]);
    expect(summary(await planOf(more))).toEqual([
      'add more.example.com prod-eu/default/tlsroute/more null → web:443',
      'remove web.example.com prod-eu/default/tlsroute/web web:443 → null',
    ]);
  });

  it('where TLSRoutes were not read, those of the cluster stay', async () => {
    await apply(await planOf(WEB));
    const planned = await planOf([service('web', ['10.244.0.11']), ingress('own', 'own.example.com')], {
      tlsRoutes: false,
    });
    expect(summary(planned)).toEqual(['add own.example.com prod-eu/default/own null → web:443']);
    await apply(planned);
    expect(await planOf([...WEB, ingress('own', 'own.example.com')])).toMatchObject({ routes: [] });
  });

  it('a saved plan makes the same events again', async () => {
    const { events, commands } = await planOf([...WEB, ingress('own', 'own.example.com')]);
    const file = join(folder, 'plan.json');
    const about = { cluster: CLUSTER, clusterUid: 'uid-1', sequence: 7, partial: false, tlsRoutes: true };
    writePlan(file, {
      appliance: { name: 'edge', endpoints: [], systemId: 'x' },
      ...about,
      states: statesOf(events),
      commands: [...commands],
    });
    const again = statements(readPlan(file).states, { ...about, appliance: world.engine.settings.appliance });
    expect(again.map(({ detailType }) => detailType)).toEqual(['Cluster Snapshot', 'TLSRoute Snapshot']);
    expect(statesOf(again)).toEqual(statesOf(events));
  });

  it('two sets of manifests are compared without an appliance', () => {
    const rules = { ipsets: [], hostOwnership: [] };
    const next = [GATEWAY, service('web', ['10.244.0.11']), route('web', 'new.example.com', 'web')];
    const { routes } = planManifests(CLUSTER, sourcesOf(...WEB), sourcesOf(...next), [], rules);
    expect(summary({ routes })).toEqual([
      'add new.example.com prod-eu/default/tlsroute/web null → web:443',
      'remove web.example.com prod-eu/default/tlsroute/web web:443 → null',
    ]);
  });
});
