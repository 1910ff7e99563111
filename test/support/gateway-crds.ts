import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ControlPlane } from './envtest.ts';
import { eventually } from './eventually.ts';

const CRDS = ['gatewayclasses', 'gateways', 'tlsroutes', 'referencegrants'] as const;
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Installs the official CRDs of the Gateway API v1.6.3, and waits until they are served. */
export async function installGatewayCrds(plane: ControlPlane): Promise<void> {
  for (const name of CRDS) {
    const crd = parse(readFileSync(`test/support/gateway-api/${name}.yaml`, 'utf8'));
    await plane.ok('POST', DEFINITIONS, crd);
  }
  for (const name of CRDS) {
    const path = `/apis/gateway.networking.k8s.io/v1/${name}`;
    await eventually(async () => (await plane.call('GET', path)).status === 200, `${name} are served`);
  }
}

/** Deletes the CRDs, and with them all objects. */
export async function deleteGatewayCrds(plane: ControlPlane): Promise<void> {
  for (const name of CRDS.toReversed()) {
    await plane.ok('DELETE', `${DEFINITIONS}/${name}.gateway.networking.k8s.io`);
  }
}
