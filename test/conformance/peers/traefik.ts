// Runs the conformance suite against Traefik on a real API server, and prints its report as JSON:
// node test/conformance/peers/traefik.ts BINARY > traefik.json
// Needs KUBEBUILDER_ASSETS, and an address of this machine that is not loopback: the API server refuses that in slices.
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { clusterTarget } from '../../../lib/cli/conformance/cluster-target.ts';
import { featuresOf } from '../../../lib/cli/conformance/open-target.ts';
import { Backends, CASES, profileOf } from '../../../lib/conformance/index.ts';
import { createApi, kubeconfigAccess } from '../../../lib/forwarder/kubernetes/index.ts';
import { conformanceReport, runSuite } from '../../support/conformance.ts';
import { ControlPlane, freePorts, requireAssets } from '../../support/envtest.ts';
import { eventually } from '../../support/eventually.ts';

const VIP = '192.0.2.44';
const PROFILE = profileOf('traefik');
const NO_LIMITS = { member: undefined, host: undefined, vip: undefined, frontend: undefined };
/** Time until a change is seen: Traefik gathers changes for a moment. */
const PATIENCE_MS = 10_000;

function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flat()
    .find((each) => each !== undefined && each.family === 'IPv4' && !each.internal);
  if (found === undefined) throw new Error('this machine has no IPv4 address but loopback: add one, as `ip addr add`');
  return found.address;
}

const [binary] = process.argv.slice(2);
const assets = await requireAssets();
if (binary === undefined || assets === undefined) {
  process.stderr.write('Usage: KUBEBUILDER_ASSETS=… node test/conformance/peers/traefik.ts BINARY > REPORT.json\n');
  process.exit(2);
}
const plane = await ControlPlane.start(assets);
const backendAddress = ownAddress();
const backends = await Backends.start('0.0.0.0', Date.now());
const [http = 0, https = 0] = await freePorts(2);
const token = join(plane.folder, 'traefik.token');
const ca = join(plane.folder, 'traefik.ca');
await writeFile(token, 'admin-token');
await writeFile(ca, plane.ca);
const traefik = spawn(
  binary,
  [
    `--entryPoints.web.address=127.0.0.1:${http}`,
    `--entryPoints.websecure.address=127.0.0.1:${https}`,
    '--entryPoints.websecure.http.tls=true',
    `--providers.kubernetesIngressNGINX.endpoint=https://127.0.0.1:${plane.ports.api}`,
    `--providers.kubernetesIngressNGINX.token=${token}`,
    `--providers.kubernetesIngressNGINX.certAuthFilePath=${ca}`,
    `--providers.kubernetesIngressNGINX.publishStatusAddress=${VIP}`,
    '--providers.kubernetesIngressNGINX.throttleDuration=100ms',
    '--providers.providersThrottleDuration=100ms',
    '--global.checkNewVersion=false',
    '--global.sendAnonymousUsage=false',
    '--log.level=ERROR',
  ],
  // Standard output is the report.
  { stdio: ['ignore', 2, 2] },
);
try {
  await plane.ok('POST', '/apis/networking.k8s.io/v1/ingressclasses', {
    metadata: { name: PROFILE.className },
    spec: { controller: PROFILE.controller },
  });
  const target = clusterTarget(createApi({ access: await kubeconfigAccess(await plane.kubeconfig()) }), backends, {
    name: 'Traefik on kube-apiserver',
    profile: PROFILE,
    limits: NO_LIMITS,
    className: PROFILE.className,
    vips: [VIP, undefined],
    backendAddress,
    map: new Map([
      [`${VIP}:443`, { host: '127.0.0.1', port: https }],
      [`${VIP}:80`, { host: '127.0.0.1', port: http }],
    ]),
    features: featuresOf(NO_LIMITS, false, []),
  });
  const begun = await runSuite(
    CASES.filter(({ id }) => id === 'back-one'),
    target,
    backends,
    60_000,
  );
  if (begun.some(({ verdict }) => verdict !== 'passed')) throw new Error(`it serves nothing: ${JSON.stringify(begun)}`);
  const results = await runSuite(CASES, target, backends, PATIENCE_MS);
  process.stdout.write(`${await conformanceReport(target, results)}\n`);
  await target.stop();
} finally {
  traefik.kill('SIGKILL');
  await eventually(async () => traefik.exitCode !== null || traefik.signalCode !== null, 'Traefik is gone');
  await backends.stop();
  await plane.stop();
  await rm(token, { force: true });
}
