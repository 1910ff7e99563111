import type { Readable } from 'node:stream';
import { Command, Option } from 'commander';
import { inOrder, type K8sObject, type LintedObject, lint, PREFIX } from '../ingress/index.ts';
import { FORMATS, type Format, render } from './lint-format.ts';
import { type RuleOptions, readRules } from './lint-rules.ts';
import { type LintSources, readTarget } from './lint-sources.ts';
import { UsageError } from './usage.ts';
import { vipOption } from './vip-option.ts';

/** Reads the objects of a live cluster, once. */
export interface ClusterReader {
  /** @throws an error with one clear sentence where the cluster cannot be read. */
  read(): Promise<readonly K8sObject[]>;
}

/** What the command needs of the process. */
export interface LintIo {
  readonly stdin: Readable;
  out(text: string): void;
  /** Takes remarks, which are no part of what programs read. */
  err(text: string): void;
  /** Takes the exit status: 1 where there are findings of severity error, else 0. */
  exit(status: 0 | 1): void;
}

const processIo: LintIo = {
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (status) => {
    process.exitCode = status;
  },
};

interface LintOptions extends RuleOptions {
  readonly cluster?: boolean;
  readonly format: Format;
  readonly class: readonly string[];
}

async function fromCluster(reader: ClusterReader | undefined): Promise<LintSources> {
  if (reader === undefined) throw new UsageError('--cluster is not available yet: name a file, a folder or -.');
  let objects: readonly K8sObject[];
  try {
    objects = await reader.read();
  } catch (error) {
    throw new UsageError(`The cluster cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const place = { file: 'cluster', lineOf: () => 1 };
  return { objects: objects.map((object): LintedObject => ({ object, ...place })), problems: [] };
}

function readSources(
  target: string | undefined,
  cluster: boolean,
  io: LintIo,
  reader: ClusterReader | undefined,
): Promise<LintSources> {
  if (cluster && target !== undefined) throw new UsageError('Name either a target or --cluster.');
  if (cluster) return fromCluster(reader);
  if (target !== undefined) return readTarget(target, io.stdin);
  throw new UsageError('Nothing to lint: name a file, a folder, - for standard input, or --cluster.');
}

function nameOf(target: string | undefined): string {
  return target === '-' ? 'standard input' : (target ?? 'the cluster');
}

/** Nothing wrong because nothing was looked at is no good news: what was there, and what was looked for. */
function nothingChecked(objects: readonly LintedObject[], where: string, classes: readonly string[]): string {
  const ingresses = objects.filter(({ object }) => object.kind === 'Ingress').length;
  if (ingresses === 0) return `nothing was checked: there is no Ingress in ${where}.`;
  const none =
    ingresses === 1 ? 'The only Ingress there does not ask' : `None of the ${ingresses} Ingresses there asks`;
  const ours = classes.length === 0 ? 'a class that is ours' : `the class ${classes.join(' or ')}`;
  return `nothing was checked in ${where}. ${none} for passthrough (${PREFIX}ssl-passthrough: 'true') with ${ours}.`;
}

function assumedText(classes: readonly string[]): string {
  const names = classes.map((name) => JSON.stringify(name)).join(', ');
  const [noun, verb] = classes.length === 1 ? ['class', 'is'] : ['classes', 'are'];
  return `the ${noun} ${names} ${verb} not among the files, and taken for ours.`;
}

/**
 * `nspass lint`: the rules on manifests or on a live cluster.
 *
 * @param reader reads the cluster; without it, `--cluster` says that it is not available.
 */
export function lintCommand(reader?: ClusterReader, io: LintIo = processIo): Command {
  return new Command('lint')
    .description('the rules of passthrough on Ingresses, in manifests or in a cluster')
    .argument('[target]', 'file, folder, or - for standard input')
    .option('--cluster', 'the cluster of the current context instead of files')
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS).default('table'))
    .option('--config <file>', 'appliances.yml, for address ranges, default VIP and host ownership')
    .option('--appliance <name>', 'the appliance in it')
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip', vipOption)
    .option('--class <name...>', 'only these ingress classes', [])
    .addHelpText(
      'after',
      `
Examples:
  nspass lint manifests
  kubectl get ingress,service -A -o yaml | nspass lint - --format sarif

Of a folder, *.yaml, *.yml and *.json are read, in it and below it; names that begin with a dot are passed over.

Exit status: 0 where nothing is an error, 1 where there are errors, 2 for wrong usage, and for a folder without manifests.`,
    )
    .action(async (target: string | undefined, options: LintOptions) => {
      const { cluster = false } = options;
      const rules = readRules(options);
      const sources = await readSources(target, cluster, io, reader);
      const settings = { rules, classNames: options.class, partial: !cluster };
      const { findings, ingresses, assumed } = lint(sources.objects, settings);
      const all = inOrder([...sources.problems, ...findings]);
      io.out(`${render(options.format, all, ingresses)}\n`);
      if (assumed.length > 0) io.err(`nspass: ${assumedText(assumed)}\n`);
      if (ingresses === 0 && all.length === 0) {
        io.err(`nspass: ${nothingChecked(sources.objects, nameOf(target), options.class)}\n`);
      }
      io.exit(all.some(({ severity }) => severity === 'error') ? 1 : 0);
    });
}
