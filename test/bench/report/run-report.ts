import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { writeReport } from './files.ts';
import { type Part, PartlyMeasured } from './part.ts';
import type { Findings, Measurement, Results } from './results.ts';

/** What a run needs of the machine. */
export interface RunOptions {
  readonly root: string;
  readonly parts: readonly Part[];
  /** Receives lines of progress. */
  readonly say: (line: string) => void;
  /** Calls back when somebody interrupts the run; returns how to stop listening. */
  readonly onInterrupt: (interrupted: () => void) => () => void;
}

/**
 * Measures all parts one after the other, and writes the report.
 *
 * | event | what is written |
 * | --- | --- |
 * | a part fails | what it measured, and why the rest is missing; the next part is measured |
 * | the run is interrupted, or killed | what is complete; the part that runs and all later ones are named as missing |
 *
 * @returns what was written.
 */
export async function runReport({ root, parts, say, onInterrupt }: RunOptions): Promise<Results> {
  const began = performance.now();
  const head = headOf(root);
  const done: Measurement[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'nspass-report-'));
  if (head.load > head.machine.cores) {
    say(
      `The load is ${head.load.toFixed(1)} on ${head.machine.cores} cores: times will say little, counts are the same.`,
    );
  }
  const results = (): Results => {
    const left = parts.slice(done.length).map((part) => unmeasured(part, 'the run was interrupted'));
    return { ...head, seconds: (performance.now() - began) / 1_000, parts: [...done, ...left] };
  };
  const interrupted = Promise.withResolvers<'interrupted'>();
  const stopListening = onInterrupt(() => interrupted.resolve('interrupted'));
  try {
    for (const [index, part] of parts.entries()) {
      say(`[${index + 1}/${parts.length}] ${part.name}: ${part.summary} (${elapsed(began)} elapsed)`);
      const own = join(folder, part.name);
      mkdirSync(own);
      const measured = await Promise.race([measure(part, own), interrupted.promise]);
      if (measured === 'interrupted') break;
      rmSync(own, { recursive: true, force: true });
      done.push(measured);
      if (measured.missing !== undefined) say(`  not measured: ${measured.missing}`);
      // Whatever ends the run keeps what was measured by then.
      writeReport(root, results());
    }
    const all = results();
    for (const file of writeReport(root, all)) say(`wrote ${file}`);
    return all;
  } finally {
    stopListening();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(part: Part, folder: string): Promise<Measurement> {
  const [load = 0] = loadavg();
  const began = performance.now();
  let findings: Findings = {};
  let missing: string | undefined;
  try {
    findings = await part.measure(folder);
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    missing = line.slice(0, 300);
    if (error instanceof PartlyMeasured) findings = error.findings;
  }
  const { name, summary } = part;
  const seconds = (performance.now() - began) / 1_000;
  return { name, summary, seconds, load, ...findings, ...(missing === undefined ? {} : { missing }) };
}

const unmeasured = ({ name, summary }: Part, missing: string): Measurement => ({
  name,
  summary,
  seconds: 0,
  load: 0,
  missing,
});

function headOf(root: string): Pick<Results, 'at' | 'commit' | 'node' | 'machine' | 'load'> {
  const [load = 0] = loadavg();
  const [cpu] = cpus();
  return {
    at: new Date().toISOString(),
    commit: commitOf(root),
    node: process.version,
    load,
    machine: {
      cpu: cpu?.model ?? 'an unknown processor',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()}`,
    },
  };
}

function commitOf(root: string): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' and changes' : ''}`;
  } catch {
    return 'unknown';
  }
}

function elapsed(began: number): string {
  const seconds = Math.round((performance.now() - began) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
