import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type ClientEndpoint,
  FEATURES,
  type Feature,
  PROFILE_NAMES,
  type ProfileName,
} from '../../conformance/index.ts';
import { addMapping } from '../local/mapping-option.ts';
import { vipOption } from '../vip-option.ts';

const FORMATS = ['table', 'json', 'junit'] as const;
const TARGETS = ['local', 'cluster'] as const;

/** Parts that every cluster lacks, or that come with an option. */
const NEVER_LACKING: readonly string[] = [
  'unchecked-objects',
  'class-objects',
  'nodes',
  'limit-members',
  'limit-hosts',
  'limit-vips',
  'foreign-frontend',
];
const REMOVABLE = (Object.keys(FEATURES) as Feature[]).filter((feature) => !NEVER_LACKING.includes(feature));

/** What the user asks of `nspass conformance`. */
export interface ConformanceOptions {
  readonly target: (typeof TARGETS)[number];
  readonly profile: ProfileName;
  readonly vip?: readonly string[];
  readonly backendAddress?: string;
  readonly class?: string;
  readonly map: ReadonlyMap<string, ClientEndpoint>;
  readonly forbiddenVip?: string;
  readonly forbiddenMember?: string;
  readonly forbiddenHost?: string;
  readonly foreignFrontend?: { readonly address: string; readonly port: number };
  readonly without?: readonly Feature[];
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly output: (typeof FORMATS)[number];
  readonly run?: RegExp;
  readonly list?: boolean;
  readonly domain: string;
  readonly workers: number;
  readonly timeout: number;
  readonly verbose: boolean;
}

function count(most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from 1 to ${most}.`);
  };
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new InvalidArgumentError(`is no regular expression: ${(error as Error).message}.`);
  }
}

function vips(text: string, before: readonly string[] = []): string[] {
  if (before.length === 2) throw new InvalidArgumentError('two addresses are enough.');
  return [...before, vipOption(text)];
}

function frontendOption(text: string): { address: string; port: number } {
  const at = text.lastIndexOf(':');
  if (at < 1) throw new InvalidArgumentError('expected ADDRESS:PORT.');
  return { address: vipOption(text.slice(0, at).replace(/^\[(.*)\]$/, '$1')), port: count(65_535)(text.slice(at + 1)) };
}

const HELP = `
Applies Ingresses, and connects with the TLS of Node, with openssl and with curl. Cases whose program is not installed are
skipped by name. --target local starts the whole system on this machine, with a simulated appliance. --target cluster tests a
cluster and the appliance in front of it: the back ends run in this process, so the appliance must reach this machine. The suite
creates and removes namespaces nspass-conformance-…, and touches nothing else. --profile names the controller that serves the
cluster: cases for which it has no words are not applicable, and listed with the reason.

Examples:
  nspass conformance
  nspass conformance --run 'TLS-[35]'
  nspass conformance -o junit > conformance.xml
  nspass conformance --target cluster --vip 192.0.2.10 --vip 192.0.2.11 --backend-address 10.0.0.7
  nspass conformance --target cluster --profile ingress-nginx --vip 192.0.2.20 --backend-address 10.0.0.7

Exit status: 0 where no case failed, 1 where one failed, 2 for wrong usage or a cluster that cannot be used, 130 after Ctrl-C.`;

/** Returns the command with its options, without an action. */
export function conformanceOptions(): Command {
  return new Command('conformance')
    .addOption(new Option('--target <target>', 'what is tested').choices(TARGETS).default('local'))
    .addOption(
      new Option('--profile <controller>', 'with --target cluster: the controller that serves the Ingresses')
        .choices(PROFILE_NAMES)
        .default('nspass'),
    )
    .option('--vip <address>', 'with --target cluster: VIP of the cases; twice for cases with two', vips)
    .option(
      '--backend-address <address>',
      'with --target cluster: address of this machine, as the appliance reaches it',
    )
    .option('--class <name>', 'ingress class of the cases (default: that of the profile)')
    .option(
      '--map <address:port=host:port>',
      'with --target cluster: where clients reach a front end (repeatable; default: at its own address)',
      addMapping,
      new Map<string, ClientEndpoint>(),
    )
    .option('--forbidden-vip <address>', 'with --target cluster: address outside of frontendIPs', vipOption)
    .option('--forbidden-member <address>', 'with --target cluster: address outside of memberNetworks', vipOption)
    .option('--forbidden-host <name>', 'with --target cluster: host that hostOwnership gives to other namespaces')
    .option(
      '--foreign-frontend <address:port>',
      'with --target cluster: address and port of somebody else’s virtual server',
      frontendOption,
    )
    .addOption(
      new Option('--without <feature...>', 'what the target does not have: cases that need it are skipped').choices(
        REMOVABLE,
      ),
    )
    .option('--context <name>', 'with --target cluster: context of the kubeconfig (default: the current one)')
    .option('--kubeconfig <file>', 'with --target cluster: instead of KUBECONFIG and ~/.kube/config')
    .option('--run <pattern>', 'only cases whose id, rule or title matches this regular expression', pattern)
    .option('--list', 'list the cases, and run none')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(FORMATS).default('table'))
    .option('--domain <name>', 'domain of the hosts of the cases', 'conformance.test')
    .option('--workers <number>', 'cases that run side by side', count(64), 8)
    .option('--timeout <seconds>', 'longest time until an expectation holds', count(3_600), 30)
    .option('-v, --verbose', 'log every component to standard error', false)
    .addHelpText('after', HELP);
}
