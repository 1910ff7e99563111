import { afterAll, beforeAll, expect, it } from 'vitest';
import { clusterTarget } from '../../../lib/cli/conformance/cluster-target.ts';
import { Backends, CASES, type Feature } from '../../../lib/conformance/index.ts';
import { createApi, kubeconfigAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { CONTROLLER } from '../../../lib/ingress/index.ts';
import { failures, runSuite } from '../../support/conformance.ts';
import { type Engine, startEngine } from './engine.ts';
import type { Stage } from './stage.ts';

const VIP = '192.0.2.44';
/** Address of the back ends as the cluster sees them: the simulated appliance finds them on loopback. */
const BACKENDS = '10.96.0.9';
const FEATURES: ReadonlySet<Feature> = new Set([
  'second-vip',
  'status',
  'reasons',
  'redirect',
  'annotations',
  'default-vip',
]);

/** The suite against a real API server, the forwarder, the emulated cloud and the simulated appliance. */
export function conformance(stage: () => Stage): void {
  let engine: Engine;
  let backends: Backends;

  beforeAll(async () => {
    const { plane } = stage();
    await plane.ok('POST', '/apis/networking.k8s.io/v1/ingressclasses', {
      metadata: { name: 'citrix' },
      spec: { controller: CONTROLLER },
    });
    backends = await Backends.start('127.0.0.1', Date.now());
    engine = await startEngine(plane, { loopbackOf: () => '127.0.0.1' }, 'conformance');
  });
  afterAll(async () => {
    await engine?.stop();
    await backends?.stop();
  });

  it('passes on a real API server', async () => {
    const access = await kubeconfigAccess(await stage().plane.kubeconfig());
    const target = clusterTarget(createApi({ access }), backends, {
      name: 'control plane',
      className: 'citrix',
      vips: [VIP, '192.0.2.45'],
      backendAddress: BACKENDS,
      map: engine.appliance.frontends,
      features: FEATURES,
    });
    const results = await runSuite(CASES, target, 60_000).finally(() => target.stop());
    expect(failures(results)).toEqual([]);
    expect(results.filter(({ verdict }) => verdict === 'passed').length).toBeGreaterThanOrEqual(200);
  });
}
