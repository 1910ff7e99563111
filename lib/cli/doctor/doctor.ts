import { Command, Option } from 'commander';
import { present } from '../../contract/index.ts';
import { type ApplianceTargetOptions, CREDENTIALS_HELP, withApplianceTarget } from '../appliance-target.ts';
import { Progress } from '../progress.ts';
import { readConfig } from '../read-config.ts';
import { screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { checkAppliance } from './appliance-group.ts';
import { type DoctorGroup, exitStatus } from './check.ts';
import { checksJson, renderChecks } from './render.ts';

interface Options extends ApplianceTargetOptions {
  readonly tryWrites?: boolean;
  readonly deployment?: string;
  readonly cluster?: boolean;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly output: 'table' | 'json';
}

/** `nspass doctor`: whether everything that the system needs is there. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .option('--try-writes', 'send writes for names that do not exist, to see whether the user may write')
    .option('--deployment <name>', 'check this deployment in AWS, too')
    .option('--cluster', 'check the forwarder in the cluster of the kubeconfig, too')
    .option('--context <name>', 'with --cluster: context of the kubeconfig')
    .option('--kubeconfig <file>', 'with --cluster: instead of KUBECONFIG and ~/.kube/config')
    .option('--namespace <name>', 'with --cluster: namespace of the forwarder (default: nspass)')
    .option('--service-account <name>', 'with --cluster: account of the forwarder (default: that of its Deployment)')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'));
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP} Without --appliance, every appliance of the file is checked.

✓ is as needed, ✗ is not, with what to do, ? was not seen. Nothing is changed. A side that cannot be reached hides no
other.

--nitro, --config  version, licence, features, clock and drift of each appliance, and every permission of its user. Those to
                   write are read from the user’s command policies. Often the user may not read them: --try-writes sends
                   writes for names that do not exist, which the appliance refuses and logs.
--deployment       bus, archive, rules, queues, dead letters and event sources in AWS: those that --config needs, or else
                   those that the rules name. OperatorPolicy allows it.
--cluster          every right of the forwarder’s account (SubjectAccessReview), its replicas and its Lease.

Examples:
  nspass doctor --nitro https://192.0.2.5
  nspass doctor --config appliances.yml --appliance edge --try-writes
  nspass doctor --config appliances.yml --deployment nspass-prod
  nspass doctor --cluster --context prod
  nspass doctor --deployment nspass-prod --region eu-central-1 -o json

Exit status: 0 where nothing is wrong, 1 where something is, 2 for wrong usage, 3 where nothing could be reached.`,
    )
    .action(async (options: Options) => {
      const groups = await checkAll(options);
      const text = options.output === 'json' ? checksJson(groups) : renderChecks(groups, screenOf(process.stdout));
      process.stdout.write(`${text}\n`);
      process.exitCode = exitStatus(groups);
    });
}

const OPTION_NAMES = {
  context: 'context',
  kubeconfig: 'kubeconfig',
  namespace: 'namespace',
  serviceAccount: 'service-account',
} as const;
const CLUSTER_OPTIONS = Object.keys(OPTION_NAMES) as readonly (keyof typeof OPTION_NAMES)[];

/** Checks one side after the other, so that progress on standard error is about one. */
async function checkAll(options: Options): Promise<DoctorGroup[]> {
  const appliances = appliancesOf(options);
  const { deployment, cluster = false } = options;
  const alone = CLUSTER_OPTIONS.find((name) => options[name] !== undefined);
  if (!cluster && alone !== undefined) throw new UsageError(`--${OPTION_NAMES[alone]} needs --cluster.`);
  if (appliances.length === 0 && deployment === undefined && !cluster) {
    throw new UsageError(
      'Nothing to check is named: add --nitro URL, --config appliances.yml, --deployment NAME, or --cluster.',
    );
  }
  const groups: DoctorGroup[] = [];
  for (const appliance of appliances) groups.push(await checkAppliance(appliance));
  if (deployment !== undefined) groups.push(await checkDeployment(options, deployment));
  if (cluster) groups.push(await checkForwarder(options));
  return groups;
}

async function checkDeployment(options: Options, deployment: string): Promise<DoctorGroup> {
  // The clients of AWS take time to load, and the other sides do not need them.
  const { checkCloud } = await import('./cloud-group.ts');
  const progress = progressLine();
  const { config, region, endpoint } = options;
  try {
    return await checkCloud({
      deployment,
      ...present({ region, endpoint }),
      ...(config === undefined ? {} : { appliances: readConfig(config) }),
      looking: (what) => progress.next(`looking at ${what}`),
    });
  } finally {
    progress.end();
  }
}

async function checkForwarder({ context, kubeconfig, namespace, serviceAccount }: Options): Promise<DoctorGroup> {
  const { checkCluster } = await import('./cluster-group.ts');
  const progress = progressLine();
  try {
    return await checkCluster({
      namespace: namespace ?? 'nspass',
      ...present({ context, kubeconfig, serviceAccount }),
      looking: (what) => progress.next(`looking at ${what}`),
    });
  } finally {
    progress.end();
  }
}

const progressLine = (): Progress =>
  new Progress(process.stderr.isTTY ? (text) => void process.stderr.write(text) : undefined, Date.now);

/** Returns the options of each appliance: of the one that is named, or of every one in the file. */
function appliancesOf(options: Options): Options[] {
  const { nitro, config, appliance } = options;
  if (nitro === undefined && config === undefined) return [];
  if (nitro !== undefined || config === undefined || appliance !== undefined) return [options];
  return readConfig(config).map(({ name }) => ({ ...options, appliance: name }));
}
