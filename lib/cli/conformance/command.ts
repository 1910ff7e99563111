import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  Backends,
  CASES,
  type CaseResult,
  type ClientEndpoint,
  type ConformanceCase,
  type ConformanceTarget,
  type Feature,
  hasProgram,
  jsonConformance,
  junitConformance,
  runCases,
  summary,
} from '../../conformance/index.ts';
import { selfSigned } from '../../nitro/self-signed.ts';
import { jsonLog, silentLog } from '../../telemetry/index.ts';
import { addMapping } from '../local/mapping-option.ts';
import { screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { VERSION } from '../version.ts';
import { vipOption } from '../vip-option.ts';
import { clusterTarget } from './cluster-target.ts';
import { startLocalTarget } from './local-target.ts';
import { renderResult, renderSummary } from './table.ts';

const FORMATS = ['table', 'json', 'junit'] as const;

const TARGETS = ['local', 'cluster'] as const;
/** Features that a cluster and its appliance may have. */
const FEATURES: readonly Feature[] = ['second-vip', 'status', 'reasons', 'redirect', 'annotations', 'default-vip'];

interface Options {
  readonly target: (typeof TARGETS)[number];
  readonly vip?: readonly string[];
  readonly backendAddress?: string;
  readonly class: string;
  readonly map: ReadonlyMap<string, ClientEndpoint>;
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

/** The appliance connects from elsewhere. */
const ANY = '0.0.0.0';
const DAYS = 30;
const CONNECTION_MS = 20_000;

/** `nspass conformance`: runs the conformance suite against a deployment. */
export function conformanceCommand(): Command {
  return new Command('conformance')
    .addOption(new Option('--target <target>', 'what is tested').choices(TARGETS).default('local'))
    .option('--vip <address>', 'with --target cluster: VIP of the cases; twice for cases with two', vips)
    .option(
      '--backend-address <address>',
      'with --target cluster: address of this machine, as the appliance reaches it',
    )
    .option('--class <name>', 'ingress class of the cases', 'citrix')
    .option(
      '--map <address:port=host:port>',
      'with --target cluster: where clients reach a front end (repeatable; default: at its own address)',
      addMapping,
      new Map<string, ClientEndpoint>(),
    )
    .addOption(
      new Option('--without <feature...>', 'what the target does not have: cases that need it are skipped').choices(
        FEATURES,
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
    .addHelpText(
      'after',
      `
Applies Ingresses, and connects with the TLS of Node, with openssl and with curl. Cases whose program is not installed are
skipped by name. --target local starts the whole system on this machine, with a simulated appliance. --target cluster tests a
cluster and the appliance in front of it: the back ends run in this process, so the appliance must reach this machine. The suite
creates and removes namespaces nspass-conformance-…, and touches nothing else.

Examples:
  nspass conformance
  nspass conformance --run 'TLS-[35]'
  nspass conformance -o junit > conformance.xml
  nspass conformance --target cluster --vip 192.0.2.10 --vip 192.0.2.11 --backend-address 10.0.0.7

Exit status: 0 where every case passed or was skipped, 1 where one failed, 2 for wrong usage or a cluster
that cannot be used, 130 after Ctrl-C.`,
    )
    .action(async (options: Options) => {
      const { run } = options;
      const cases = run === undefined ? CASES : CASES.filter((entry) => matches(entry, run));
      if (cases.length === 0) throw new UsageError(`No case matches ${run?.source}. See nspass conformance --list.`);
      if (options.list === true) process.stdout.write(listOf(cases));
      else await runSuite(cases, options);
    });
}

const matches = ({ id, rules, title }: ConformanceCase, wanted: RegExp): boolean =>
  [id, title, ...rules].some((text) => wanted.test(text));

const listOf = (cases: readonly ConformanceCase[]): string =>
  cases.map(({ id, rules, title }) => `${id}  [${rules.join(', ')}]  ${title}\n`).join('');

async function runSuite(cases: readonly ConformanceCase[], options: Options): Promise<void> {
  const ended = new AbortController();
  const interrupt = (): void => ended.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const folder = await mkdtemp(join(tmpdir(), 'nspass-conformance-clients-'));
  const backends = await Backends.start(options.backendAddress === undefined ? '127.0.0.1' : ANY, Date.now());
  let target: ConformanceTarget | undefined;
  try {
    target = await openTarget(options, backends);
    const results = await runOn(target, cases, options, folder, ended.signal);
    report(target, results, options);
    if (results.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1;
    if (ended.signal.aborted) process.exitCode = 130;
  } finally {
    await target?.stop();
    await backends.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws {UsageError} for options that do not fit, or a cluster that cannot be used. */
async function openTarget(options: Options, backends: Backends): Promise<ConformanceTarget> {
  const { vip = [], backendAddress, context, kubeconfig } = options;
  const missing = new Set(options.without);
  if (options.target === 'local') {
    if (vip.length > 0 || backendAddress !== undefined) {
      throw new UsageError('--vip and --backend-address need --target cluster.');
    }
    return without(
      await startLocalTarget(backends, options.verbose ? jsonLog({ level: 'debug' }) : silentLog),
      missing,
    );
  }
  const [first, second] = vip;
  if (first === undefined || backendAddress === undefined) {
    throw new UsageError(
      '--target cluster needs --vip, an address that the appliance may use, and --backend-address, the address of this machine.',
    );
  }
  if (second === undefined) missing.add('second-vip');
  try {
    const { createApi, kubeconfigAccess } = await import('../../forwarder/kubernetes/index.ts');
    const access = await kubeconfigAccess(kubeconfig, context);
    const settings = { name: access.server, className: options.class, vips: [first, second] as const, backendAddress };
    const target = clusterTarget(createApi({ access }), backends, {
      ...settings,
      map: options.map,
      features: new Set(FEATURES),
    });
    return without(target, missing);
  } catch (error) {
    throw UsageError.of(error);
  }
}

const without = (target: ConformanceTarget, missing: ReadonlySet<Feature>): ConformanceTarget => ({
  ...target,
  features: new Set([...target.features].filter((feature) => !missing.has(feature))),
});

async function runOn(
  target: ConformanceTarget,
  cases: readonly ConformanceCase[],
  options: Options,
  folder: string,
  signal: AbortSignal,
): Promise<CaseResult[]> {
  const screen = screenOf(process.stdout);
  const certificate = await selfSigned({ commonName: 'client', algorithm: 'ecdsa', days: DAYS, now: Date.now() });
  const pem = join(folder, 'client.pem');
  await writeFile(pem, `${certificate.key}${certificate.cert}`, { mode: 0o600 });
  const programs = new Set<string>();
  for (const program of ['openssl', 'curl']) if (await hasProgram(program)) programs.add(program);
  return runCases(cases, target, {
    setup: { certificate, pem, folder, timeoutMs: CONNECTION_MS },
    patienceMs: options.timeout * 1_000,
    domain: options.domain,
    workers: options.workers,
    programs,
    signal,
    now: () => performance.now(),
    pause: (ms) => sleep(ms),
    onResult: (result) => {
      if (options.output === 'table') process.stdout.write(`${renderResult(result, screen)}\n`);
    },
  });
}

function report(target: ConformanceTarget, results: readonly CaseResult[], { output }: Options): void {
  const head = { target: target.name, version: VERSION, date: new Date().toISOString() };
  if (output === 'json') process.stdout.write(`${jsonConformance(head, results)}\n`);
  else if (output === 'junit') process.stdout.write(`${junitConformance(head, results)}\n`);
  else process.stdout.write(`${renderSummary(head, summary(results), screenOf(process.stdout))}\n`);
}
