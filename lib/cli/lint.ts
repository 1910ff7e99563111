import type { Readable } from 'node:stream';
import { Command, type CommanderError, Option } from 'commander';
import { inOrder, type K8sObject, type LintedObject, lint } from '../ingress/index.ts';
import { FORMATS, type Format, render } from './lint-format.ts';
import { type RuleOptions, readRules } from './lint-rules.ts';
import { type LintSources, LintTargetUnusable, readTarget } from './lint-sources.ts';

/** Reads the objects of a live cluster, once. */
export interface ClusterReader {
  /** @throws an error with one clear sentence where the cluster cannot be read. */
  read(): Promise<readonly K8sObject[]>;
}

/** What the command needs of the process; its own streams by default. */
export interface LintIo {
  readonly stdin: Readable;
  out(text: string): void;
  err(text: string): void;
  /** Takes the exit code: 0 nothing is an error, 1 findings of severity error, 2 usage. */
  exit(code: 0 | 1 | 2): void;
}

const processIo: LintIo = {
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (code) => {
    process.exitCode = code;
  },
};

interface LintOptions extends RuleOptions {
  readonly cluster?: boolean;
  readonly format: Format;
  readonly ingressClass: readonly string[];
}

async function fromCluster(reader: ClusterReader | undefined): Promise<LintSources> {
  if (reader === undefined) throw new LintTargetUnusable('--cluster is not available yet: name a file, a folder or -.');
  const place = { file: 'cluster', lineOf: () => 1 };
  try {
    const objects = (await reader.read()).map((object): LintedObject => ({ object, ...place }));
    return { objects, problems: [] };
  } catch (error) {
    throw new LintTargetUnusable(`The cluster cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function run(
  target: string | undefined,
  options: LintOptions,
  io: LintIo,
  reader: ClusterReader | undefined,
): Promise<0 | 1> {
  if (options.cluster === true && target !== undefined)
    throw new LintTargetUnusable('Name either a target or --cluster.');
  if (options.cluster !== true && target === undefined) {
    throw new LintTargetUnusable('Nothing to lint: name a file, a folder, - for standard input, or --cluster.');
  }
  const rules = await readRules(options);
  const sources = target === undefined ? await fromCluster(reader) : await readTarget(target, io.stdin);
  const settings = { rules, classNames: options.ingressClass, partial: target !== undefined };
  const { findings, ingresses } = lint(sources.objects, settings);
  const all = inOrder([...sources.problems, ...findings]);
  io.out(`${render(options.format, all, ingresses)}\n`);
  return all.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/**
 * `nspass lint`: the rules on manifests or on a live cluster.
 *
 * @param reader reads the cluster; without it, `--cluster` says that it is not available.
 */
export function lintCommand(reader?: ClusterReader, io: LintIo = processIo): Command {
  return new Command('lint')
    .description('Check Ingresses against the rules of passthrough, in manifests or in a cluster')
    .argument('[target]', 'file, folder, or - for standard input')
    .option('--cluster', 'the cluster of the current context instead of files')
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS).default('table'))
    .option('--config <file>', 'appliances.yml, for address ranges, default VIP and host ownership')
    .option('--appliance <name>', 'the appliance in it')
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip')
    .option('--ingress-class <name...>', 'only these classes', [])
    .addHelpText('after', '\nExit codes: 0 nothing is an error, 1 there are errors, 2 wrong usage.')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride((error: CommanderError) => {
      io.exit(error.exitCode === 0 ? 0 : 2);
      throw error;
    })
    .action(async (target: string | undefined, options: LintOptions) => {
      try {
        io.exit(await run(target, options, io, reader));
      } catch (error) {
        if (!(error instanceof LintTargetUnusable)) throw error;
        io.err(`nspass lint: ${error.message}\n`);
        io.exit(2);
      }
    });
}
