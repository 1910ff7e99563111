import type { ConformanceCase } from './case.ts';
import { type RunSettings, runCase, type Verdict } from './run-case.ts';
import type { ConformanceTarget } from './target.ts';

/** A case with what came of it. */
export type CaseResult = Pick<ConformanceCase, 'id' | 'rules' | 'title'> &
  Verdict & {
    /** Duration in milliseconds. */
    readonly ms: number;
  };

/** How cases are run. */
export interface SuiteSettings extends RunSettings {
  /** Cases that run side by side. Each has a namespace and hosts of its own. */
  readonly workers: number;
  /** Programs that can be run. */
  readonly programs: ReadonlySet<string>;
  readonly signal: AbortSignal;
  onResult(result: CaseResult, done: number, all: number): void;
}

/** Runs cases. Returns their results in the order of the cases; cases that an abort left out have none. */
export async function runCases(
  cases: readonly ConformanceCase[],
  target: ConformanceTarget,
  settings: SuiteSettings,
): Promise<CaseResult[]> {
  const results: (CaseResult | undefined)[] = cases.map(() => undefined);
  const waiting = [...cases.entries()];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !settings.signal.aborted; next = waiting.shift()) {
      const [index, entry] = next;
      const result = await timed(entry, target, settings);
      results[index] = result;
      done += 1;
      settings.onResult(result, done, cases.length);
    }
  };
  await Promise.all(Array.from({ length: settings.workers }, work));
  return results.filter((result) => result !== undefined);
}

async function timed(entry: ConformanceCase, target: ConformanceTarget, settings: SuiteSettings): Promise<CaseResult> {
  const { id, rules, title, client } = entry;
  if (client !== undefined && !settings.programs.has(client)) {
    return { id, rules, title, verdict: 'skipped', reason: `${client} is not installed`, ms: 0 };
  }
  const began = settings.now();
  const verdict = await runCase(entry, target, settings).catch(
    (error: unknown): Verdict => ({
      verdict: 'failed',
      step: 'prepare and clean up',
      reason: (error as Error).message,
    }),
  );
  return { id, rules, title, ...verdict, ms: Math.round(settings.now() - began) };
}
