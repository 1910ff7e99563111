import { Command, Option } from 'commander';
import { CLUSTER_NAME } from '../contract/index.ts';
import type { JudgedSources } from '../library/lint-source.ts';
import { type PlanReport, planFindings, planManifests, selectedStates } from '../library/plan-judge.ts';
import { type Preview, preview } from '../preview/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  withApplianceTarget,
  withTarget,
} from './appliance-target.ts';
import { type ClusterQuery, type ClusterReader, readClusterSources } from './cluster-sources.ts';
import { readRules } from './lint-rules.ts';
import { readTargets } from './lint-sources.ts';
import { statesOf, writePlan } from './plan-file.ts';
import { PLAN_FORMATS, type PlanFormat, renderPlan, wouldChange } from './plan-format.ts';
import { Progress, terminalProgress } from './progress.ts';
import { repeatable } from './repeatable.ts';
import { screenOf } from './terminal.ts';
import { UsageError } from './usage.ts';
import { vipOption } from './vip-option.ts';

interface Options extends ApplianceTargetOptions, ClusterQuery {
  readonly base?: string;
  readonly live?: boolean;
  readonly cluster: string;
  readonly partial?: boolean;
  readonly objects?: boolean;
  readonly output: PlanFormat;
  readonly out?: string;
  readonly clusterUid?: string;
  readonly defaultVip?: string;
  readonly class?: readonly string[];
}

/**
 * `nspass plan`: what would change on an appliance, or between two sets of manifests. Nothing is written.
 *
 * @param reader reads a live cluster, for `--live`.
 */
export function planCommand(reader?: ClusterReader): Command {
  const command = new Command('plan')
    .argument('[targets...]', 'files, folders, or - for standard input')
    .option('--base <dir>', 'compare with these manifests instead of an appliance')
    .option('--live', 'take the cluster of the kubeconfig instead of manifests')
    .option('--context <name>', 'with --live: context of the kubeconfig')
    .option('--kubeconfig <file>', 'with --live: instead of KUBECONFIG and ~/.kube/config')
    .option('--cluster <name>', 'name of the cluster in events and ledger', 'local')
    .option('--cluster-uid <uid>', 'UID of its namespace kube-system; only for the first apply to an appliance')
    .option('--partial', 'the manifests are a part of the cluster: other Ingresses and TLSRoutes stay')
    .option('--class <name>', 'only this ingress class (repeatable)', repeatable)
    .option(
      '--default-vip <address>',
      'VIP for Ingresses without frontend-ip and Gateways without an address',
      vipOption,
    )
    .option('--objects', 'show the commands that would be written')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(PLAN_FORMATS).default('table'))
    .option('--out <file>', 'save the plan, for nspass apply');
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

+ added, ~ moved or changed, - removed, ! waits behind an older Ingress or TLSRoute. Members of Services without
EndpointSlices among the manifests stay as they are. Without --partial, Ingresses and TLSRoutes of the cluster that are not
among the manifests are removed.

Examples:
  nspass plan manifests --nitro https://192.0.2.5 --cluster prod-eu
  nspass plan manifests --base ../main/manifests -o markdown
  nspass plan --live --config appliances.yml --appliance edge --cluster prod-eu --objects
  nspass plan app.yaml --partial --config appliances.yml --cluster prod-eu --out plan.json && nspass apply plan.json …

Exit status: 0 where nothing would change, 1 where something would, 2 for wrong usage, 3 where the appliance cannot be reached.`,
    )
    .action(async (targets: readonly string[], options: Options) => {
      checkOptions(targets, options);
      const sources = await read(targets, options, reader);
      if (options.base !== undefined) await planAgainstBase(sources, options.base, options);
      else await withTarget(options, (target) => planOn(target, sources, options));
    });
}

function checkOptions(targets: readonly string[], options: Options): void {
  if (!CLUSTER_NAME.test(options.cluster)) {
    throw new UsageError(`--cluster ${options.cluster} is not valid: expected lower-case letters, digits and -.`);
  }
  if (options.live === true && targets.length > 0) throw new UsageError('Name either manifests or --live, not both.');
  if (options.live !== true && targets.length === 0) {
    throw new UsageError('Nothing to plan: name files or folders, - for standard input, or --live.');
  }
  if (options.base !== undefined && (options.nitro !== undefined || options.out !== undefined)) {
    throw new UsageError('--base compares manifests alone: it goes with neither --nitro nor --out.');
  }
}

async function read(
  targets: readonly string[],
  options: Options,
  reader: ClusterReader | undefined,
): Promise<JudgedSources> {
  const progress = terminalProgress();
  if (options.live === true) return readClusterSources(reader, options, progress);
  const read = await readTargets(targets, process.stdin, progress).finally(() => progress.end());
  return { ...read, partial: true };
}

const classesOf = ({ class: classNames = [] }: Options): readonly string[] => classNames;

async function planAgainstBase(sources: JudgedSources, base: string, options: Options): Promise<void> {
  const before = { ...(await readTargets([base], process.stdin, new Progress(undefined, Date.now))), partial: true };
  print(planManifests(options.cluster, before, sources, classesOf(options), readRules(options)), options);
}

async function planOn(target: ApplianceTarget, sources: JudgedSources, options: Options): Promise<void> {
  const { engine: opened, config } = target;
  const vip = options.defaultVip === undefined ? {} : { defaultVip: options.defaultVip };
  const engine = { ...opened, settings: { ...opened.settings, rules: { ...opened.settings.rules, ...vip } } };
  const planned = await preview(engine, {
    cluster: options.cluster,
    partial: options.partial === true,
    tlsRoutes: sources.gateways !== 'unread',
    ...selectedStates(sources, classesOf(options)),
    ...(options.clusterUid === undefined ? {} : { clusterUid: options.clusterUid }),
  });
  const { routes, waiting, commands } = planned;
  const findings = planFindings(sources, classesOf(options), engine.settings.rules);
  print({ routes, waiting, commands, findings, warnings: warningsOf(planned) }, options);
  if (options.out !== undefined) save(options.out, planned, options, config);
}

function warningsOf({ refusal, unknownMembers }: Preview): string[] {
  return [
    ...(refusal === undefined ? [] : [`${refusal}. nspass apply needs --confirm-removals.`]),
    ...unknownMembers.map(
      (backend) => `nobody knows the members of ${backend}: its hosts would be reset until they are known.`,
    ),
  ];
}

function print(report: PlanReport, options: Options): void {
  const text = renderPlan(options.output, report, options.objects === true, screenOf(process.stdout));
  process.stdout.write(`${text}\n`);
  if (wouldChange(report)) process.exitCode = 1;
}

function save(
  file: string,
  planned: Preview,
  options: Options,
  { name, endpoints, systemId }: ApplianceTarget['config'],
): void {
  const [event] = planned.events;
  if (event === undefined) throw new UsageError('The plan is empty: there is nothing to save.');
  const data = event.data as { clusterUid: string; sequence: number };
  if (!planned.uidKnown) {
    throw new UsageError(
      `The appliance does not know the cluster ${options.cluster} yet, so the plan cannot be applied: name its UID with --cluster-uid (kubectl get namespace kube-system -o jsonpath='{.metadata.uid}').`,
    );
  }
  writePlan(file, {
    appliance: { name, endpoints: [...endpoints], systemId },
    cluster: options.cluster,
    clusterUid: data.clusterUid,
    sequence: data.sequence,
    partial: options.partial === true,
    tlsRoutes: planned.tlsRoutes,
    states: statesOf(planned.events),
    commands: [...planned.commands],
    ...(planned.refusal === undefined ? {} : { refusal: planned.refusal }),
  });
  process.stderr.write(`nspass: the plan is saved in ${file}. Apply it with nspass apply ${file}.\n`);
}
