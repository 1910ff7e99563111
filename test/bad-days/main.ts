import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from './generate.ts';
import { HELP, type Options, readOptions, UsageError } from './options.ts';
import { type RunResult, run } from './run.ts';
import { describeStep, type Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { Sums, table } from './summary.ts';

/** Every so many seeds the calm times of one also open real TLS connections. */
const SOCKETS_EVERY = 25;

/**
 * Runs schedules one after the other, tells the progress, and prints the summary. An interruption ends it after the current
 * seed; the summary says how many there were.
 *
 * @returns the exit status.
 */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const sums = new Sums();
  const started = Date.now();
  const code = commit();
  let failing = 0;
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true;
    });
  }
  for (const schedule of schedulesOf(options)) {
    if (interrupted) break;
    const result = await run(schedule, { journal: options.journal });
    sums.add(result);
    if (options.journal) process.stdout.write(`${result.journal.join('\n')}\n`);
    if (result.violations.length > 0) {
      failing += 1;
      await tellFailure(result, options);
    }
    tellProgress(result, failing, started);
  }
  const summary = sums.total(new Date().toISOString(), code, Math.round((Date.now() - started) / 1_000));
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(summary, undefined, 2)}\n` : table(summary));
  return failing === 0 ? 0 : 1;
}

function* schedulesOf({ seeds, days, replay }: Options & { replay?: string }): Generator<Schedule> {
  if (replay !== undefined) {
    yield JSON.parse(readFileSync(replay, 'utf8')) as Schedule;
    return;
  }
  for (const seed of seeds) yield generate(seed, days, seed % SOCKETS_EVERY === 0);
}

async function tellFailure({ schedule, violations, digest }: RunResult, { days, ...options }: Options): Promise<void> {
  const { seed } = schedule;
  process.stderr.write(`\nseed ${seed} (digest ${digest}): ${violations.length} violations\n`);
  for (const { id, at, what } of violations.slice(0, 3)) {
    process.stderr.write(`  ${id} at ${new Date(at).toISOString()}: ${what}\n`);
  }
  process.stderr.write(`  again: npm run bad-days -- --seed ${seed} --days ${days}\n`);
  if (!options.shrink) return;
  const small = await shrink(schedule, (steps) => process.stderr.write(`  … ${steps} steps\n`));
  if (small === undefined) return;
  const file = join(tmpdir(), `bad-days-${seed}.json`);
  writeFileSync(file, `${JSON.stringify(small.schedule, undefined, 1)}\n`);
  process.stderr.write(`  ${small.invariant} still breaks with ${small.schedule.steps.length} steps:\n`);
  for (const step of small.schedule.steps) process.stderr.write(`    ${describeStep(step)}\n`);
  process.stderr.write(`  again: npm run bad-days -- --replay ${file}\n`);
}

/** One line that replaces itself on a terminal; every hundred seeds elsewhere. */
function tellProgress({ schedule }: RunResult, failing: number, started: number): void {
  const line = `seed ${schedule.seed}, ${failing} failing, ${Math.round((Date.now() - started) / 1_000)} s`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}`);
  else if (schedule.seed % 100 === 0) process.stderr.write(`${line}\n`);
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ', changed'}`;
  } catch {
    return 'unknown';
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nTry: npm run bad-days -- --help\n`);
  process.exitCode = 2;
}
