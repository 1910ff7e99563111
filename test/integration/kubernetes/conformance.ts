import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clusterTarget } from '../../../lib/cli/conformance/cluster-target.ts';
import { featuresOf } from '../../../lib/cli/conformance/open-target.ts';
import { Backends, CASES, type Limits, profileOf } from '../../../lib/conformance/index.ts';
import { createApi, kubeconfigAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { conformanceReport, failures, runSuite } from '../../support/conformance.ts';
import { type Engine, startEngine } from './engine.ts';
import type { Stage } from './stage.ts';

const VIP = '192.0.2.44';
/** Address of the back ends as the cluster sees them: the simulated appliance finds them on loopback. */
const BACKENDS = '10.96.0.9';
const SECOND_VIP = '192.0.2.45';
const LIMITS: Limits = {
  member: '203.0.113.9',
  host: 'shop.owned.test',
  vip: '198.51.100.1',
  frontend: { address: SECOND_VIP, port: 9_443 },
};

/** The suite against a real API server, the forwarder, the emulated cloud and the simulated appliance. */
export function conformance(stage: () => Stage): void {
  let engine: Engine;
  let backends: Backends;

  beforeAll(async () => {
    const { plane } = stage();
    await plane.ok('POST', '/apis/networking.k8s.io/v1/ingressclasses', {
      metadata: { name: 'citrix' },
      spec: { controller: profileOf('nspass').controller },
    });
    backends = await Backends.start('127.0.0.1', Date.now());
    engine = await startEngine(plane, { loopbackOf: () => '127.0.0.1' }, 'conformance', {
      limits: {
        frontendIPs: ['192.0.2.0/24'],
        memberNetworks: ['10.0.0.0/8'],
        hostOwnership: [{ suffix: 'owned.test', namespaces: ['somebody'] }],
      },
      foreignConfig: [
        `add service somebody_member ${BACKENDS} TCP ${backends.port('c')}`,
        `add lb vserver somebody_else TCP ${SECOND_VIP} 9443`,
        'bind lb vserver somebody_else somebody_member',
      ].join('\n'),
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await backends?.stop();
  });

  it('passes on a real API server', async () => {
    const access = await kubeconfigAccess(await stage().plane.kubeconfig());
    const target = clusterTarget(createApi({ access }), backends, {
      name: 'kube-apiserver',
      profile: profileOf('nspass'),
      limits: LIMITS,
      className: 'citrix',
      vips: [VIP, SECOND_VIP],
      backendAddress: BACKENDS,
      map: engine.appliance.frontends,
      features: featuresOf(LIMITS, true, []),
    });
    const results = await runSuite(CASES, target, backends, 60_000).finally(() => target.stop());
    const file = process.env.NSPASS_CONFORMANCE_REPORT;
    if (file !== undefined) await writeFile(file, `${await conformanceReport(target, results)}\n`);
    expect(failures(results)).toEqual([]);
    expect(results.filter(({ verdict }) => verdict === 'passed').length).toBeGreaterThanOrEqual(200);
  });
}
