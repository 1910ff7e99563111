import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CaseResult,
  type ConformanceCase,
  type ConformanceTarget,
  hasProgram,
  runCases,
} from '../../lib/conformance/index.ts';
import { selfSigned } from '../../lib/nitro/self-signed.ts';
import { patient } from './patience.ts';

/** Runs cases of the conformance suite. */
export async function runSuite(
  cases: readonly ConformanceCase[],
  target: ConformanceTarget,
  patienceMs = 30_000,
): Promise<CaseResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-test-conformance-'));
  const certificate = await selfSigned({ commonName: 'client', algorithm: 'ecdsa', days: 1, now: Date.now() });
  const pem = join(folder, 'client.pem');
  await writeFile(pem, `${certificate.key}${certificate.cert}`);
  const programs = new Set<string>();
  for (const program of ['openssl', 'curl']) if (await hasProgram(program)) programs.add(program);
  try {
    return await runCases(cases, target, {
      setup: { certificate, pem, folder, timeoutMs: patient(20_000) },
      patienceMs: patient(patienceMs),
      domain: 'conformance.test',
      workers: 8,
      programs,
      signal: new AbortController().signal,
      now: () => performance.now(),
      pause: (ms) => sleep(ms),
      onResult: () => undefined,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns what failed, for messages of assertions. */
export const failures = (results: readonly CaseResult[]): string[] =>
  results.flatMap((result) =>
    result.verdict === 'failed' ? [`${result.id}: at ${result.step}: ${result.reason}`] : [],
  );
