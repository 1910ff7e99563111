import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  Backends,
  CASES,
  type CaseResult,
  type ConformanceCase,
  type ConformanceTarget,
  clientSetup,
  clientVersions,
  jsonConformance,
  junitConformance,
  type ReportHead,
  runCases,
  summary,
} from '../../conformance/index.ts';
import { screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { VERSION } from '../version.ts';
import { openTarget } from './open-target.ts';
import { type ConformanceOptions, conformanceOptions } from './options.ts';
import { renderResult, renderSummary } from './table.ts';

/** The appliance connects from elsewhere. */
const ANY = '0.0.0.0';

/** `nspass conformance`: runs the conformance suite against a deployment. */
export function conformanceCommand(): Command {
  return conformanceOptions().action(async (options: ConformanceOptions) => {
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

async function runSuite(cases: readonly ConformanceCase[], options: ConformanceOptions): Promise<void> {
  const ended = new AbortController();
  const interrupt = (): void => ended.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const folder = await mkdtemp(join(tmpdir(), 'nspass-conformance-clients-'));
  const backends = await Backends.start(options.backendAddress === undefined ? '127.0.0.1' : ANY, Date.now());
  let target: ConformanceTarget | undefined;
  try {
    target = await openTarget(options, backends);
    const clients = await clientVersions();
    const head: ReportHead = {
      target: target.name,
      profile: target.profile.name,
      version: VERSION,
      clients,
      date: new Date().toISOString(),
    };
    const results = await runCases(cases, target, {
      setup: await clientSetup(folder, backends.identities, Date.now()),
      patienceMs: options.timeout * 1_000,
      domain: options.domain,
      workers: options.workers,
      programs: new Set(Object.keys(clients)),
      signal: ended.signal,
      now: () => performance.now(),
      pause: (ms) => sleep(ms),
      onResult: (result) => {
        if (options.output !== 'table') return;
        process.stdout.write(`${renderResult(result, screenOf(process.stdout))}\n`);
      },
    });
    report(head, results, options);
    if (results.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1;
    if (ended.signal.aborted) process.exitCode = 130;
  } finally {
    await target?.stop();
    await backends.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function report(head: ReportHead, results: readonly CaseResult[], { output }: ConformanceOptions): void {
  if (output === 'json') process.stdout.write(`${jsonConformance(head, results)}\n`);
  else if (output === 'junit') process.stdout.write(`${junitConformance(head, results)}\n`);
  else process.stdout.write(`${renderSummary(head, summary(results), screenOf(process.stdout))}\n`);
}
