import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERSION } from '../../lib/cli/version.ts';
import {
  type Backends,
  type CaseResult,
  type ConformanceCase,
  type ConformanceTarget,
  clientSetup,
  clientVersions,
  jsonConformance,
  runCases,
} from '../../lib/conformance/index.ts';
import { patient } from './patience.ts';

/** Runs cases of the conformance suite. */
export async function runSuite(
  cases: readonly ConformanceCase[],
  target: ConformanceTarget,
  backends: Backends,
  patienceMs = 30_000,
): Promise<CaseResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-test-conformance-'));
  try {
    return await runCases(cases, target, {
      setup: await clientSetup(folder, backends.identities, Date.now(), patient(20_000)),
      patienceMs: patient(patienceMs),
      domain: 'conformance.test',
      workers: 8,
      programs: new Set(Object.keys(await clientVersions())),
      signal: new AbortController().signal,
      now: () => performance.now(),
      pause: (ms) => sleep(ms),
      onResult: () => undefined,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the report of a run as `nspass conformance -o json` prints it. */
export async function conformanceReport(target: ConformanceTarget, results: readonly CaseResult[]): Promise<string> {
  const { name, profile } = target;
  const clients = await clientVersions();
  return jsonConformance(
    { target: name, profile: profile.name, version: VERSION, clients, date: new Date().toISOString() },
    results,
  );
}

/** Returns what failed, for messages of assertions. */
export const failures = (results: readonly CaseResult[]): string[] =>
  results.flatMap((result) =>
    result.verdict === 'failed' ? [`${result.id}: at ${result.step}: ${result.reason}`] : [],
  );
