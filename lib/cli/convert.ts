import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { isLabel, isSubdomain, visible } from '../contract/index.ts';
import { type Conversion, convertIngresses } from '../gateway/convert/convert.ts';
import { GATEWAY_CLASS } from '../gateway/settings.ts';
import { selectStates } from '../ingress/index.ts';
import { blockYaml } from './block-yaml.ts';
import { readTargets } from './lint-sources.ts';
import { Progress } from './progress.ts';
import { repeatable } from './repeatable.ts';
import { UsageError } from './usage.ts';

/** Streams and exit status that the command uses. */
export interface ConvertIo {
  readonly stdin: Readable;
  out(text: string): void;
  err(text: string): void;
  /** Takes the exit status: 1 if something could not be converted. */
  exit(status: 0 | 1): void;
}

const processIo: ConvertIo = {
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (status) => {
    process.exitCode = status;
  },
};

interface ConvertOptions {
  readonly class?: readonly string[];
  readonly gatewayClass: string;
  readonly gatewayNamespace?: string;
}

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Returns the objects as YAML, each with its comments. A comment is one line, whatever a tenant wrote. */
function manifestsText({ objects }: Conversion): string {
  return objects
    .map(({ manifest, comments }) => {
      const lines = comments.map((comment) => `# ${visible(comment)}\n`);
      return `---\n${lines.join('')}${blockYaml({ ...manifest, metadata: { ...manifest.metadata } })}`;
    })
    .join('');
}

function summary({ objects, ingresses }: Conversion): string {
  const count = (kind: string): number => objects.filter(({ manifest }) => manifest.kind === kind).length;
  const notes = objects.flatMap(({ comments }) => comments).length;
  const said =
    notes === 0 ? '' : `; ${plural(notes, 'comment')} in the output ${notes === 1 ? 'says' : 'say'} what differs`;
  const from = plural(ingresses, 'Ingress', 'Ingresses');
  return `${from} → ${plural(count('Gateway'), 'Gateway')} and ${plural(count('TLSRoute'), 'TLSRoute')}${said}.`;
}

/** @throws {UsageError} for a name that no object can have. */
function checkNames({ gatewayClass, gatewayNamespace }: ConvertOptions): void {
  if (!isSubdomain(gatewayClass)) {
    throw new UsageError(`--gateway-class: "${gatewayClass}" is not a name: lower-case letters, digits, - and . only.`);
  }
  if (gatewayNamespace !== undefined && !isLabel(gatewayNamespace)) {
    throw new UsageError(
      `--gateway-namespace: "${gatewayNamespace}" is not a name: lower-case letters, digits and - only.`,
    );
  }
}

/** Returns `nspass convert`, which writes Gateways and TLSRoutes for passthrough Ingresses. */
export function convertCommand(io: ConvertIo = processIo): Command {
  return new Command('convert')
    .argument('[targets...]', 'files, folders, or - for standard input')
    .option('--class <name>', 'convert only Ingresses of this class (repeatable)', repeatable)
    .option('--gateway-class <name>', 'GatewayClass of the Gateways', GATEWAY_CLASS)
    .option('--gateway-namespace <name>', 'namespace of all Gateways (default: that of the Ingresses)')
    .addHelpText(
      'after',
      `
Examples:
  nspass convert manifests > gateway.yaml
  kubectl get ingress,service -A -o yaml | nspass convert - --gateway-namespace infra
  nspass convert manifests | nspass lint -

One Gateway stands for each address, with a listener for each port; one TLSRoute for each back end of an Ingress. Comments of the output say what has no counterpart. A host stays with its Ingress until that is deleted.

Exit status: 0, 1 if a host or a file could not be converted, 2 for wrong usage.`,
    )
    .action(async (targets: readonly string[], options: ConvertOptions) => {
      if (targets.length === 0)
        throw new UsageError('nothing to convert: give files or folders, or - for standard input.');
      checkNames(options);
      const { objects, problems } = await readTargets(targets, io.stdin, new Progress(undefined, Date.now));
      const all = objects.map(({ object }) => object);
      const { states } = selectStates(all, { classNames: options.class ?? [], partial: true });
      const services = all.filter((object) => object.kind === 'Service');
      const { gatewayClass, gatewayNamespace } = options;
      const settings = { gatewayClass, ...(gatewayNamespace === undefined ? {} : { gatewayNamespace }) };
      const conversion = convertIngresses(states, services, settings);
      io.out(manifestsText(conversion));
      const broken = problems.filter(({ severity }) => severity === 'error');
      for (const { file, line, message } of broken) io.err(`nspass: ${visible(file)}:${line}: ${message}\n`);
      for (const each of conversion.lost) io.err(`nspass: not converted: ${visible(each)}\n`);
      if (states.length === 0) io.err('nspass: nothing was converted: there is no Ingress with passthrough.\n');
      else io.err(`nspass: ${summary(conversion)} A host stays with its Ingress until that is deleted.\n`);
      io.exit(broken.length + conversion.lost.length > 0 ? 1 : 0);
    });
}
