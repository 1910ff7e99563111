import type { Readable } from 'node:stream';
import { Command, Option } from 'commander';
import { firstOf } from '../contract/index.ts';
import { inOrder, type K8sObject, type LintedObject, lint, PREFIX } from '../ingress/index.ts';
import { annotationIgnores, LINT_IGNORE } from './lint-annotation.ts';
import { FORMATS, type Format, render } from './lint-format.ts';
import { ignoredCodes, notIgnored, unknownInComments } from './lint-ignore.ts';
import { type RuleOptions, readRules } from './lint-rules.ts';
import { type LintSources, readTargets } from './lint-sources.ts';
import { Progress } from './progress.ts';
import { repeatable } from './repeatable.ts';
import { PLAIN, type Screen, screenOf } from './terminal.ts';
import { UsageError } from './usage.ts';
import { vipOption } from './vip-option.ts';

/** Which cluster is read, and what of it. */
export interface ClusterQuery {
  /** `KUBECONFIG`, then `~/.kube/config` where absent. */
  readonly kubeconfig?: string;
  /** The current one where absent. */
  readonly context?: string;
  /** Only of this namespace; of all where absent. */
  readonly namespace?: string;
}

export interface ClusterRead {
  readonly objects: readonly K8sObject[];
  /** Whether IngressClasses could be read: they are in no namespace. */
  readonly classesKnown: boolean;
}

/** Reads the objects of a live cluster, once. */
export interface ClusterReader {
  /**
   * @param reading is told what is read next.
   * @throws an error with one clear sentence where the cluster cannot be read.
   */
  read(query?: ClusterQuery, reading?: (what: string) => void): Promise<ClusterRead>;
}

/** What the command needs of the process. */
export interface LintIo {
  readonly stdin: Readable;
  out(text: string): void;
  /** Takes remarks, which are no part of what programs read. */
  err(text: string): void;
  /** Takes the exit status: 1 where there are findings of severity error, else 0. */
  exit(status: 0 | 1): void;
  /** Takes a line that says what takes so long; absent where no terminal shows it. */
  readonly progress?: (text: string) => void;
  /** How the table is shown; plain where absent. */
  readonly screen?: Screen;
  /** Milliseconds, for the progress. */
  readonly now?: () => number;
  /** Repeats an action, in milliseconds, until it is cancelled. */
  readonly every?: (ms: number, action: () => void) => () => void;
}

const processIo: LintIo = {
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (status) => {
    process.exitCode = status;
  },
  screen: screenOf(process.stdout),
  every: (ms, action) => {
    const timer = setInterval(action, ms);
    return () => clearInterval(timer);
  },
  ...(process.stderr.isTTY ? { progress: (text) => void process.stderr.write(text) } : {}),
};

interface LintOptions extends RuleOptions, ClusterQuery {
  readonly cluster?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly ignore?: readonly string[];
  readonly format: Format;
  readonly class?: readonly string[];
}

/** What is linted, and whether it may be a part of what there is. */
interface Looked extends LintSources {
  readonly partial: boolean;
}

const SECOND_MS = 1_000;

async function fromCluster(
  reader: ClusterReader | undefined,
  query: ClusterQuery,
  progress: Progress,
  { every = () => () => {} }: LintIo,
): Promise<Looked> {
  if (reader === undefined) throw new UsageError('--cluster is not available yet: name a file, a folder or -.');
  let read: ClusterRead;
  let what = 'the cluster';
  // One list may take as long as all others: nothing comes in between that could say so.
  const cancel = every(SECOND_MS, () => progress.next(`reading ${what}`));
  try {
    read = await reader.read(query, (next) => {
      what = next;
    });
  } catch (error) {
    throw new UsageError(`The cluster cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    cancel();
  }
  const place = { file: 'cluster', lineOf: () => 1 };
  const objects = read.objects.map((object): LintedObject => ({ object, ...place }));
  return { objects, problems: [], ignores: new Map(), partial: !read.classesKnown };
}

const CLUSTER_OPTIONS = ['context', 'kubeconfig', 'namespace'] as const;

async function look(
  targets: readonly string[],
  options: LintOptions,
  io: LintIo,
  reader: ClusterReader | undefined,
  progress: Progress,
): Promise<Looked> {
  if (options.cluster) {
    if (targets.length > 0) throw new UsageError('Name either a target or --cluster.');
    return fromCluster(reader, options, progress, io);
  }
  const alone = CLUSTER_OPTIONS.find((name) => options[name] !== undefined);
  if (alone !== undefined) throw new UsageError(`--${alone} says which cluster is read: add --cluster.`);
  if (targets.length === 0) {
    throw new UsageError('Nothing to lint: name files or folders, - for standard input, or --cluster.');
  }
  return { ...(await readTargets(targets, io.stdin, progress)), partial: true };
}

function nameOf(targets: readonly string[]): string {
  if (targets.length === 0) return 'the cluster';
  return firstOf(
    targets.map((target) => (target === '-' ? 'standard input' : target)),
    3,
  );
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
    .description('check Ingresses for passthrough, in manifests or in a cluster, and say what is wrong')
    .argument('[targets...]', 'files, folders, or - for standard input')
    .option('--cluster', 'a cluster instead of files')
    .option('--context <name>', 'of the kubeconfig, instead of the current one')
    .option('--kubeconfig <file>', 'instead of KUBECONFIG and ~/.kube/config')
    .option('-n, --namespace <name>', 'only this namespace of the cluster')
    .option('--strict', 'end with status 1 for warnings, too')
    .option('--ignore <code>', 'leave out this finding (repeatable)', repeatable)
    .option('-q, --quiet', 'print errors only, and nothing where there are none')
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS).default('table'))
    .option('--config <file>', 'appliances.yml, for address ranges, default VIP and host ownership')
    .option('--appliance <name>', 'the appliance in it')
    .option('--default-vip <address>', 'VIP for Ingresses without frontend-ip', vipOption)
    .option('--class <name>', 'only this ingress class (repeatable)', repeatable)
    .addHelpText(
      'after',
      `
Examples:
  nspass lint manifests
  nspass lint --strict a.yaml b.yaml
  nspass lint manifests --ignore NoEndpoints --quiet
  nspass lint --cluster --context prod --namespace shop
  kubectl get ingress,service -A -o yaml | nspass lint - --format sarif

Of a folder, *.yaml, *.yml and *.json are read, in it and below it; names that begin with a dot are skipped.

A comment ignores findings of its line, or, where it stands alone, of the next one: # nspass-ignore: NoEndpoints

An annotation ignores findings of its Ingress, where comments get lost: ${LINT_IGNORE}: "NoEndpoints, HostConflict"

Exit status: 0 where nothing is an error, 1 where there are errors (with --strict, warnings, too), 2 for wrong usage, and for a folder without manifests.`,
    )
    .action(async (targets: readonly string[], options: LintOptions) => {
      const classNames = options.class ?? [];
      const rules = readRules(options);
      const ignored = ignoredCodes(options.ignore ?? []);
      const progress = new Progress(io.progress, io.now ?? Date.now);
      const { objects, problems, ignores, partial } = await look(targets, options, io, reader, progress).finally(() =>
        progress.end(),
      );
      progress.next(`looking at ${objects.length} objects`);
      const { findings, ingresses, assumed } = lint(objects, { rules, classNames, partial });
      progress.end();
      const annotated = annotationIgnores(objects);
      const kept = [
        // A remark of the reader may be about another kind of the same name.
        ...problems.filter((found) => !found.message.startsWith('Ingress ') || !annotated.ignores(found)),
        ...findings.filter((found) => !annotated.ignores(found)),
        ...annotated.remarks,
      ];
      const all = notIgnored(inOrder(kept), ignored, ignores);
      const fails = all.some(({ severity }) => options.strict === true || severity === 'error');
      io.exit(fails ? 1 : 0);
      const shown = options.quiet === true ? all.filter(({ severity }) => severity === 'error') : all;
      if (options.quiet !== true || shown.length > 0 || options.format !== 'table') {
        io.out(`${render(options.format, shown, ingresses, io.screen ?? PLAIN)}\n`);
      }
      if (options.quiet === true) return;
      for (const text of unknownInComments(ignores)) io.err(`nspass: ${text}\n`);
      if (assumed.length > 0) io.err(`nspass: ${assumedText(assumed)}\n`);
      if (ingresses === 0 && all.length === 0) {
        io.err(`nspass: ${nothingChecked(objects, nameOf(targets), classNames)}\n`);
      }
    });
}
