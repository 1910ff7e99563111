import type { Readable } from 'node:stream';
import { Command, Option } from 'commander';
import { firstOf } from '../contract/index.ts';
import { CONTROLLER, type LintedObject, PREFIX } from '../ingress/index.ts';
import { LINT_IGNORE } from '../ingress/own-annotations.ts';
import { unknownInComments } from '../library/lint-ignore.ts';
import { judgeLint } from '../library/lint-judge.ts';
import type { JudgedSources } from '../library/lint-source.ts';
import { ignoredCodes } from '../library/options.ts';
import {
  type ClusterQuery,
  type ClusterReader,
  type Every,
  everyTimer,
  readClusterSources,
} from './cluster-sources.ts';
import { FORMATS, type Format, findingsText } from './lint-format.ts';
import { type RuleOptions, readRules } from './lint-rules.ts';
import { readTargets } from './lint-sources.ts';
import { Progress } from './progress.ts';
import { repeatable } from './repeatable.ts';
import { PLAIN, type Screen, screenOf } from './terminal.ts';
import { UsageError } from './usage.ts';
import { vipOption } from './vip-option.ts';

/** Streams, clocks and exit status that the command uses. */
export interface LintIo {
  readonly stdin: Readable;
  out(text: string): void;
  /** Takes notes for people, apart from the output that programs read. */
  err(text: string): void;
  /** Takes the exit status: 1 if there are findings of severity error, else 0. */
  exit(status: 0 | 1): void;
  /** Takes the progress line; absent without a terminal. */
  readonly progress?: (text: string) => void;
  /** Colours and width of the table; plain if absent. */
  readonly screen?: Screen;
  /** Milliseconds, for the progress. */
  readonly now?: () => number;
  /** Times the progress of a slow cluster; never if absent. */
  readonly every?: Every;
}

const processIo: LintIo = {
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (status) => {
    process.exitCode = status;
  },
  screen: screenOf(process.stdout),
  every: everyTimer,
  ...(process.stderr.isTTY ? { progress: (text) => void process.stderr.write(text) } : {}),
};

interface LintOptions extends RuleOptions, ClusterQuery {
  readonly live?: boolean;
  /** The former name of `live`. */
  readonly cluster?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly ignore?: readonly string[];
  readonly format: Format;
  readonly class?: readonly string[];
}

const NEVER: Every = () => () => {};

const CLUSTER_OPTIONS = ['context', 'kubeconfig', 'namespace'] as const;

async function readInput(
  targets: readonly string[],
  options: LintOptions,
  io: LintIo,
  reader: ClusterReader,
  progress: Progress,
): Promise<JudgedSources> {
  if (options.live || options.cluster) {
    if (targets.length > 0) throw new UsageError('targets and --live exclude each other: use one of them.');
    return readClusterSources(reader, options, progress, io.every ?? NEVER);
  }
  const alone = CLUSTER_OPTIONS.find((name) => options[name] !== undefined);
  if (alone !== undefined) throw new UsageError(`--${alone} needs --live.`);
  if (targets.length === 0) {
    throw new UsageError('nothing to lint: give files or folders, - for standard input, or --live.');
  }
  return { ...(await readTargets(targets, io.stdin, progress)), partial: true };
}

function targetsText(targets: readonly string[]): string {
  if (targets.length === 0) return 'the cluster';
  return firstOf(
    targets.map((target) => (target === '-' ? 'standard input' : target)),
    3,
  );
}

/** Explains why nothing was checked: no findings in no Ingresses is not good news. */
function nothingChecked(objects: readonly LintedObject[], where: string, classes: readonly string[]): string {
  const ingresses = objects.filter(({ object }) => object.kind === 'Ingress').length;
  if (ingresses === 0) return `nothing was checked: there is no Ingress in ${where}.`;
  const none =
    ingresses === 1
      ? `the only Ingress in ${where} does not request`
      : `none of the ${ingresses} Ingresses in ${where} requests`;
  const served = classes.length === 0 ? `a class of ${CONTROLLER}` : `the class ${classes.join(' or ')}`;
  return `nothing was checked: ${none} passthrough (${PREFIX}ssl-passthrough: 'true') with ${served}.`;
}

function assumedText(classes: readonly string[]): string {
  const names = classes.map((name) => JSON.stringify(name)).join(', ');
  return classes.length === 1
    ? `the class ${names} was not found; it is assumed to belong to ${CONTROLLER}.`
    : `the classes ${names} were not found; they are assumed to belong to ${CONTROLLER}.`;
}

/** @throws {UsageError} for an unknown code, which would silently ignore nothing. */
function ignoreOption(codes: readonly string[]): ReadonlySet<string> {
  try {
    return ignoredCodes(codes);
  } catch (error) {
    throw new UsageError(`--ignore: ${(error as Error).message}`);
  }
}

/**
 * Returns `nspass lint`, which applies the rules to manifests or to a live cluster.
 */
export function lintCommand(reader: ClusterReader, io: LintIo = processIo): Command {
  return new Command('lint')
    .argument('[targets...]', 'files, folders, or - for standard input')
    .option('--live', 'check the cluster of the kubeconfig instead of files')
    .option('--cluster', 'the same as --live')
    .option('--context <name>', 'context of the kubeconfig (default: the current one)')
    .option('--kubeconfig <file>', 'kubeconfig of the cluster (default: KUBECONFIG, then ~/.kube/config)')
    .option('-n, --namespace <name>', 'check only this namespace of the cluster')
    .option('--strict', 'exit with status 1 for warnings, too')
    .option('--ignore <code>', 'ignore findings with this code (repeatable)', repeatable)
    .option('-q, --quiet', 'print only errors, and nothing if there are none')
    .addOption(new Option('--format <format>', 'output format').choices(FORMATS).default('table'))
    .option('--config <file>', 'appliances.yml, for address ranges, default VIP and host ownership')
    .option('--appliance <name>', 'appliance in that file')
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip', vipOption)
    .option('--class <name>', 'check only this ingress class (repeatable)', repeatable)
    .addHelpText(
      'after',
      `
Examples:
  nspass lint manifests
  nspass lint --strict a.yaml b.yaml
  nspass lint manifests --ignore NoEndpoints --quiet
  nspass lint --live --context prod --namespace shop
  kubectl get ingress,service -A -o yaml | nspass lint - --format sarif

In a folder and its subfolders, *.yaml, *.yml and *.json files are read; names that begin with a dot are skipped.

A comment ignores findings of its own line or, if it stands alone, of the next line: # nspass-ignore: NoEndpoints

An annotation ignores findings of its Ingress, for manifests that lose their comments: ${LINT_IGNORE}: "NoEndpoints, HostConflict"

Exit status: 0 without errors, 1 with errors (with --strict, also with warnings), 2 for wrong usage or a folder without manifests.`,
    )
    .action(async (targets: readonly string[], options: LintOptions) => {
      const classNames = options.class ?? [];
      const rules = readRules(options);
      const ignored = ignoreOption(options.ignore ?? []);
      const progress = new Progress(io.progress, io.now ?? Date.now);
      const input = await readInput(targets, options, io, reader, progress).finally(() => progress.end());
      const { objects, ignores } = input;
      progress.next(`checking ${objects.length} objects`);
      const judged = judgeLint(input, { rules, classNames, ignored });
      const { findings: all, assumed } = judged;
      progress.end();
      const fails = all.some(({ severity }) => options.strict === true || severity === 'error');
      io.exit(fails ? 1 : 0);
      const shown = options.quiet === true ? all.filter(({ severity }) => severity === 'error') : all;
      if (options.quiet !== true || shown.length > 0 || options.format !== 'table') {
        io.out(`${findingsText(options.format, shown, judged, io.screen ?? PLAIN)}\n`);
      }
      if (options.quiet === true) return;
      for (const text of unknownInComments(ignores)) io.err(`nspass: ${text}\n`);
      if (assumed.length > 0) io.err(`nspass: ${assumedText(assumed)}\n`);
      if (judged.ingresses + judged.gateways + judged.tlsRoutes === 0 && all.length === 0) {
        io.err(`nspass: ${nothingChecked(objects, targetsText(targets), classNames)}\n`);
      }
    });
}
