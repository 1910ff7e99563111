// Runs the built conformance suite of Gateway API against this system: run.ts BUILT CRDS [--unordered] [FLAG…]
// BUILT holds `suite.test` and `echo-basic`, and gets the logs and the report; CRDS has the resources of the standard
// channel. Addresses of the appliance and of pods must be local: .ci/gateway-api-conformance makes the network for it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { SUPPORTED_FEATURES } from '../../lib/gateway/features.ts';
import { GATEWAY_CLASS, GATEWAY_CONTROLLER } from '../../lib/gateway/settings.ts';
import { silentLog } from '../../lib/telemetry/index.ts';
import { type ReplicaProcess, Stage } from '../integration/kubernetes/stage.ts';
import { NO_ASSETS, requireAssets } from '../support/envtest.ts';
import { eventually } from '../support/eventually.ts';
import { Kubelet } from './kubelet.ts';
import { differences, expectations, sameReport, skippedTests, verdicts } from './results.ts';
import { runSuite } from './suite-process.ts';
import { forwarderEnvironment, startSystem } from './system.ts';

/** The module of the suite, with its options and what is expected. */
const MODULE = 'conformance/gateway-api';
/** The report as it would be submitted. */
const SUBMITTED = `${MODULE}/v1.6/netscaler-passthrough`;
/** As the chart's configuration has it on the stage. */
const CLUSTER = 'test';
/** The addresses that the script makes local: those of the appliance, and those of pods. */
const LIMITS = { frontendIPs: ['192.0.2.0/24'], gatewayAddresses: ['192.0.2.0/24'], memberNetworks: ['10.244.0.0/16'] };
/** The suite's own limits are minutes; this one ends what hangs. */
const TIMEOUT = '40m';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const [built = '', crds = '', ...given] = process.argv.slice(2);
const flags = given.filter((flag) => flag !== '--unordered');
const unordered = flags.length < given.length;
const only = flags.find((flag) => flag.startsWith('-run-test='))?.slice('-run-test='.length);
const expected = expectations(parse(readFileSync(join(MODULE, 'tests.yaml'), 'utf8')));
const assets = await requireAssets();
if (assets === undefined) throw new Error(NO_ASSETS);

const folder = mkdtempSync(join(tmpdir(), 'nspass-suite-'));
const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
let said: string;
let deadLetters = 0;
let forwarder: ReplicaProcess['lines'] = [];
try {
  // The network has no route from which the API server could guess its address.
  const stage = await Stage.set(assets, ['--advertise-address=192.0.2.1']);
  closing.push(() => stage.clear());
  const { plane } = stage;
  for (const file of readdirSync(crds).filter((name) => name.startsWith('gateway.networking.k8s.io_'))) {
    await plane.kubectl(['apply', '--server-side', '-f', join(crds, file)]);
  }
  await plane.kubectl(['wait', 'crd', '--all', '--for=condition=Established']);
  await plane.startControllerManager();
  const kubelet = await Kubelet.start(plane, join(built, 'echo-basic'), folder);
  closing.push(() => kubelet.stop());

  const system = await startSystem(CLUSTER, LIMITS, unordered, silentLog);
  closing.push(() => system.stop());
  const installed = await stage.install({ config: { gateway: { httpsListeners: 'reset' } } });
  const replica = await stage.replica('forwarder-1', installed, forwarderEnvironment(system.cloud, CLUSTER));
  forwarder = replica.lines;
  closing.push(() => {
    writeFileSync(join(built, 'forwarder.log'), replica.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    writeFileSync(join(built, 'appliance.conf'), system.appliance.runningConfig());
  });
  closing.push(() => replica.signal('SIGTERM'));
  await replica.ready();
  await eventually(() => replica.says('this replica became the leader'), 'the forwarder leads');

  await plane.ok('POST', '/apis/gateway.networking.k8s.io/v1/gatewayclasses', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: GATEWAY_CLASS },
    spec: { controllerName: GATEWAY_CONTROLLER },
  });
  await eventually(async () => {
    const { status } = await plane.ok('GET', `/apis/gateway.networking.k8s.io/v1/gatewayclasses/${GATEWAY_CLASS}`);
    return (status.supportedFeatures ?? []).length > 0;
  }, 'the class says what is supported');
  said = await runSuite(
    resolve(built, 'suite.test'),
    [
      '-test.v',
      `-test.timeout=${TIMEOUT}`,
      `-conformance-options-file=${resolve(MODULE, 'options.yaml')}`,
      `-gateway-class=${GATEWAY_CLASS}`,
      `-version=v${version}`,
      `-skip-tests=${skippedTests(expected).join(',')}`,
      `-report-output=${resolve(built, 'report.yaml')}`,
      // It does not ask the class about a single test.
      ...(only === undefined ? [] : [`-supported-features=${SUPPORTED_FEATURES.join(',')}`]),
      ...flags,
    ],
    { PATH: process.env.PATH, HOME: folder, KUBECONFIG: await plane.kubeconfig() },
    join(built, 'suite.log'),
  );
  deadLetters = await system.deadLetters();
} finally {
  for (const close of closing.reverse()) await close();
}

const found = verdicts(said);
const warnings = new Set(
  forwarder.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message),
);
const wrong = differences(expected, found, only);
const count = (verdict: string): number => [...found.values()].filter((each) => each === verdict).length;
console.log(`${count('PASS')} passed, ${count('FAIL')} failed; the words of the suite are in ${built}/suite.log`);
for (const warning of warnings) console.log(`the forwarder warned: ${warning}`);
if (deadLetters > 0) wrong.push(`${deadLetters} events are in the dead-letter queue`);
for (const sentence of wrong) console.log(sentence);
if (given.length === 0 && wrong.length === 0) {
  const file = join(SUBMITTED, `standard-v${version}-default-report.yaml`);
  const report = readFileSync(join(built, 'report.yaml'), 'utf8');
  if (!existsSync(file) || !sameReport(readFileSync(file, 'utf8'), report)) writeFileSync(file, report);
}
process.exitCode = found.size > 0 && wrong.length === 0 ? 0 : 1;
