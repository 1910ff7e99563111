import { Command, Option } from 'commander';
import { HOST_STATES } from '../../adopt/index.ts';
import { CLUSTER_NAME } from '../../contract/index.ts';
import { CREDENTIALS_HELP, withApplianceTarget, withTarget } from '../appliance-target.ts';
import { type ClusterReader, readClusterSources } from '../cluster-sources.ts';
import { readTargets } from '../lint-sources.ts';
import { terminalProgress } from '../progress.ts';
import { repeatable } from '../repeatable.ts';
import { UsageError } from '../usage.ts';
import { vipOption } from '../vip-option.ts';
import { ADOPT_FORMATS } from './report-text.ts';
import { type AdoptOptions, runAdopt } from './run.ts';

/**
 * `nspass adopt`: takes over hosts from the vendor's controller, on its front ends.
 *
 * @param reader reads a live cluster, for `--live`.
 */
export function adoptCommand(reader?: ClusterReader): Command {
  const command = new Command('adopt')
    .argument('[targets...]', 'files, folders, or - for standard input')
    .option('--host <host>', 'take over this host (repeatable)', repeatable)
    .option('--all', 'take over every host that is ready')
    .option('--back', 'with --host or --all: give back instead')
    .option('--finish', 'hand over the front ends of which nothing is left to the incumbent; no way back')
    .option('--yes', 'write; without it, the appliance is only read')
    .option('--probe', 'shake hands with each host through its address, before and behind its take-over')
    .option('--save', 'save the appliance’s configuration afterwards')
    .option('--prefix <prefix>', 'begins the names of the incumbent’s objects', 'k8s')
    .option('--live', 'take the cluster of the kubeconfig instead of manifests')
    .option('--context <name>', 'with --live: context of the kubeconfig')
    .option('--kubeconfig <file>', 'with --live: instead of KUBECONFIG and ~/.kube/config')
    .option('--cluster <name>', 'name of the cluster in events and ledger', 'local')
    .option('--cluster-uid <uid>', 'UID of its namespace kube-system; only where the appliance does not know it')
    .option('--class <name>', 'only this ingress class (repeatable)', repeatable)
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip', vipOption)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(ADOPT_FORMATS).default('table'));
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
${CREDENTIALS_HELP}

Without --yes, nothing is written. Stop the incumbent's controller first, and pause the queue of the appliance: docs/adopt.md
has the runbook. States of hosts: ${HOST_STATES.join(', ')}.

Examples:
  nspass adopt --live --config appliances.yml --appliance edge --cluster prod-eu
  nspass adopt --live --config appliances.yml --cluster prod-eu --host shop.example.com --yes --probe
  nspass adopt --live --config appliances.yml --cluster prod-eu --all --yes
  nspass adopt --live --config appliances.yml --cluster prod-eu --all --back --yes
  nspass adopt --live --config appliances.yml --cluster prod-eu --finish --yes --save

Ctrl-C finishes the request under way. The same command continues: what was done is recorded on the appliance.

Exit status: 0 where all that was asked is done, or every host can be taken over, 1 where something is blocked, refused or
left, 2 for wrong usage, 3 where the appliance cannot be reached, 130 after Ctrl-C.`,
    )
    .action(async (targets: readonly string[], options: AdoptOptions) => {
      checkOptions(targets, options);
      const progress = terminalProgress();
      const sources =
        options.live === true
          ? await readClusterSources(reader, options, progress)
          : { ...(await readTargets(targets, process.stdin, progress).finally(() => progress.end())), partial: true };
      await withTarget(options, (target) => runAdopt(target, sources, options));
    });
}

function checkOptions(targets: readonly string[], options: AdoptOptions): void {
  const { host, all, back, finish, yes, cluster, prefix } = options;
  if (!CLUSTER_NAME.test(cluster)) {
    throw new UsageError(`--cluster ${cluster} is not valid: expected lower-case letters, digits and -.`);
  }
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(prefix)) {
    throw new UsageError(`--prefix ${prefix} is not valid: expected letters, digits, _ . and -.`);
  }
  if (options.live === true && targets.length > 0) throw new UsageError('Name either manifests or --live, not both.');
  if (options.live !== true && targets.length === 0) {
    throw new UsageError('No Ingress is named: name files or folders, - for standard input, or --live.');
  }
  const moves = host !== undefined || all === true;
  if (host !== undefined && all === true) throw new UsageError('Name either --host or --all, not both.');
  if (finish === true && (moves || back === true)) {
    throw new UsageError('--finish is a step of its own: it goes with neither --host, --all nor --back.');
  }
  if (back === true && !moves) throw new UsageError('Name what to give back: --host HOST or --all.');
  if (yes === true && !moves && finish !== true)
    throw new UsageError('Name what to do: --host HOST, --all or --finish.');
}
