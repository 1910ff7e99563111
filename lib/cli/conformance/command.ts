import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  Backends,
  CASES,
  type CaseResult,
  type ConformanceCase,
  type ConformanceTarget,
  hasProgram,
  jsonConformance,
  junitConformance,
  runCases,
  summary,
} from '../../conformance/index.ts';
import { selfSigned } from '../../nitro/self-signed.ts';
import { jsonLog, silentLog } from '../../telemetry/index.ts';
import { screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { VERSION } from '../version.ts';
import { startLocalTarget } from './local-target.ts';
import { renderResult, renderSummary } from './table.ts';

const FORMATS = ['table', 'json', 'junit'] as const;

interface Options {
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

const DAYS = 30;
const CONNECTION_MS = 20_000;

/** `nspass conformance`: runs the conformance suite against a deployment. */
export function conformanceCommand(): Command {
  return new Command('conformance')
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
Starts the whole system on this machine, with a simulated appliance, applies Ingresses, and connects with the TLS of Node, with
openssl and with curl. Cases whose program is not installed are skipped by name.

Examples:
  nspass conformance
  nspass conformance --run 'TLS-[35]'
  nspass conformance -o junit > conformance.xml

Exit status: 0 where every case passed or was skipped, 1 where one failed, 2 for wrong usage, 130 after Ctrl-C.`,
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
  const backends = await Backends.start('127.0.0.1', Date.now());
  let target: ConformanceTarget | undefined;
  try {
    target = await startLocalTarget(backends, options.verbose ? jsonLog({ level: 'debug' }) : silentLog);
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
