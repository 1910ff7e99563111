import { Command, Option } from 'commander';
import { workQueueName } from '../../config/topology.ts';
import type { InterpretRules } from '../../ingress/index.ts';
import { type RouteStatus, readStatus } from '../../status/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  openTarget,
  withApplianceTarget,
} from '../appliance-target.ts';
import { clientOf } from '../cloud.ts';
import { type ClusterQuery, type ClusterReader, type JudgedSources, readClusterSources } from '../cluster-sources.ts';
import { readRules } from '../lint-rules.ts';
import { readTargets } from '../lint-sources.ts';
import { terminalProgress } from '../progress.ts';
import type { QueueCounts } from '../replay-drained.ts';
import { filterRoutes } from '../status-filter.ts';
import { foldLine, type Screen, screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { candidatesFor } from './candidates.ts';
import { type WhyInput, type WhyStep, walk } from './chain.ts';
import { type ProbeResult, probe } from './probe.ts';

const PROBE_MS = 5_000;

interface Options extends ApplianceTargetOptions, ClusterQuery {
  readonly from?: string;
  readonly live?: boolean;
  readonly cluster: string;
  readonly deployment?: string;
  readonly probe?: boolean;
  readonly output: 'table' | 'json';
}

/**
 * `nspass why HOST`: walks from the Ingress to the client, and says where the chain breaks. It looks at what is reachable,
 * and says what it did not see.
 *
 * @param reader reads a live cluster, for `--live`.
 */
export function whyCommand(reader?: ClusterReader): Command {
  const command = new Command('why')
    .argument('<host>', 'host name, as the client asks for it')
    .option('--from <dir>', 'manifests: a file, a folder, or - for standard input')
    .option('--live', 'the cluster of the kubeconfig instead of manifests')
    .option('--context <name>', 'with --live: context of the kubeconfig')
    .option('--kubeconfig <file>', 'with --live: instead of KUBECONFIG and ~/.kube/config')
    .option('--cluster <name>', 'name of the cluster in events and ledger', 'local')
    .option('--deployment <name>', 'look at the appliance’s queue in this deployment, too')
    .option('--probe', 'shake hands over TLS through the VIP from this machine')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'));
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

✓ holds, ✗ is where the chain breaks, with what to do, ? was not seen.

Examples:
  nspass why shop.example.com --live --config appliances.yml --appliance edge --cluster prod-eu
  nspass why shop.example.com --from manifests --nitro https://192.0.2.5 --probe
  nspass why shop.example.com --nitro https://192.0.2.5

Exit status: 0 where the chain holds as far as it was seen, 1 where it breaks, 2 for wrong usage.`,
    )
    .action(async (host: string, options: Options) => {
      const input = await gather(host, options, reader);
      const steps = walk(input);
      const broken = steps.some(({ result }) => result === 'failed');
      const text =
        options.output === 'json'
          ? JSON.stringify({ host, steps }, null, 2)
          : renderSteps(host, steps, screenOf(process.stdout));
      process.stdout.write(`${text}\n`);
      if (broken) process.exitCode = 1;
    });
}

const MARKS = { ok: '✓', failed: '✗', unseen: '?' } as const;

/** Returns the steps as lines; the broken one with its remedy. */
export function renderSteps(host: string, steps: readonly WhyStep[], screen: Screen): string {
  const lines = steps.flatMap(({ step, result, text, remedy }) => {
    const style = result === 'ok' ? 'green' : result === 'failed' ? 'red' : 'dim';
    const line = foldLine(`${MARKS[result]} ${step.padEnd(10)} ${text}`, screen, '             ');
    return [screen.paint(style, line), ...(remedy === undefined ? [] : [foldLine(`  → ${remedy}`, screen, '    ')])];
  });
  return [`${host}:`, ...lines].join('\n');
}

async function gather(host: string, options: Options, reader: ClusterReader | undefined): Promise<WhyInput> {
  const { cluster } = options;
  const target = await reached(options);
  try {
    const engine = typeof target === 'string' ? undefined : target.engine;
    const rules = engine?.settings.rules ?? readRules(options);
    const ingresses = await candidatesOf(host, options, reader, rules);
    const routes = typeof target === 'string' ? target : await routesOf(target, host);
    return {
      host,
      cluster,
      ...ingresses,
      routes,
      queue: await queueOf(options, target),
      probes: await probesOf(options, routes, host),
      now: Date.now(),
    };
  } finally {
    if (typeof target !== 'string') await target.close().catch(() => undefined);
  }
}

/** Returns the appliance, or why it was not seen. */
async function reached(options: Options): Promise<ApplianceTarget | string> {
  if (options.nitro === undefined && options.config === undefined) {
    return 'no appliance was named (--nitro, or --config and --appliance)';
  }
  try {
    return await openTarget(options);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return `the appliance cannot be reached: ${(error as Error).message}`;
  }
}

async function candidatesOf(
  host: string,
  options: Options,
  reader: ClusterReader | undefined,
  rules: InterpretRules,
): Promise<Pick<WhyInput, 'candidates' | 'nearest'>> {
  const sources = await sourcesOf(options, reader);
  if (typeof sources === 'string') return { candidates: sources };
  const { objects, partial } = sources;
  return candidatesFor(objects, host, options.cluster, rules, { classNames: [], partial });
}

async function sourcesOf(
  options: Options,
  reader: ClusterReader | undefined,
): Promise<Pick<JudgedSources, 'objects' | 'partial'> | string> {
  if (options.from !== undefined) {
    const { objects } = await readTargets([options.from], process.stdin, terminalProgress());
    return { objects, partial: true };
  }
  if (options.live !== true) return 'no manifests or cluster were named (--from DIR, or --live)';
  try {
    return await readClusterSources(reader, options, terminalProgress());
  } catch (error) {
    return (error as Error).message;
  }
}

async function routesOf({ engine, config }: ApplianceTarget, host: string): Promise<RouteStatus[]> {
  return filterRoutes(await readStatus(engine.reader, config.systemId), { host });
}

async function queueOf(options: Options, target: ApplianceTarget | string): Promise<QueueCounts | string> {
  if (options.deployment === undefined) return 'the queue was not looked at (--deployment)';
  const name = options.appliance ?? (typeof target === 'string' ? undefined : target.config.name);
  if (name === undefined || options.config === undefined) return 'the queue needs --config and --appliance';
  try {
    const [{ sqsClient }, { queueCounts, queueUrl }] = await Promise.all([
      import('../../aws/queue.ts'),
      import('../replay-drained.ts'),
    ]);
    const sqs = sqsClient(clientOf(options));
    return await queueCounts(sqs, await queueUrl(sqs, `${options.deployment}-${workQueueName(name)}`));
  } catch (error) {
    return `the queue cannot be read: ${(error as Error).message}`;
  }
}

async function probesOf(
  options: Options,
  routes: WhyInput['routes'],
  host: string,
): Promise<readonly ProbeResult[] | string> {
  if (options.probe !== true) return 'no handshake was tried (--probe)';
  if (typeof routes === 'string') return 'the VIP is known to the appliance only, which was not seen';
  const frontends = routes.filter(({ frontend }) => frontend.kind === 'tls').map(({ frontend }) => frontend);
  return Promise.all(frontends.map(({ vip, port }) => probe(vip, port, host, PROBE_MS)));
}
