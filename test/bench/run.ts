// `npm run bench` measures everything and writes docs/performance.md; `npm run bench -- NAME…` measures some parts and
// prints them, `--list` says which there are. What misses its target is shown, not asserted, because machines differ.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setPatience } from '../support/patience.ts';
import { table } from './figure.ts';
import { type Part, PartlyMeasured } from './report/part.ts';
import { ALONE, REPORT } from './report/parts.ts';
import { printed } from './report/printed.ts';
import { runReport } from './report/run-report.ts';

const ALL = [...REPORT, ...ALONE];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function list(): void {
  const line = ({ name, summary }: Part): string => `  ${name.padEnd(16)} ${summary}`;
  say('npm run bench            # all of the report, into docs/performance.md');
  say('npm run bench -- NAME…   # some parts, printed');
  say(`\nThe report:\n${REPORT.map(line).join('\n')}\n\nBy name only:\n${ALONE.map(line).join('\n')}`);
}

async function print({ name, summary, measure }: Part): Promise<void> {
  say(`\n${name}: ${summary}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'nspass-bench-'));
  try {
    say(table(printed(await measure(folder))));
  } catch (error) {
    if (!(error instanceof PartlyMeasured)) throw error;
    say(`${table(printed(error.findings))}\n\nThe rest is not measured: ${error.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Listens for Ctrl-C; a second one ends the process at once. */
function onInterrupt(interrupted: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, interrupted);
  return () => {
    for (const signal of signals) process.off(signal, interrupted);
  };
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !ALL.some((part) => part.name === name));
// Limits that end a request that hangs are for an idle machine.
setPatience();
if (names.includes('--list') || unknown.length > 0) {
  list();
  process.exitCode = names.includes('--list') ? 0 : 2;
} else if (names.length === 0) {
  const { parts } = await runReport({ root: process.cwd(), parts: REPORT, say, onInterrupt });
  // Children of an interrupted part end with this process.
  process.exit(parts.some(({ missing }) => missing !== undefined) ? 1 : 0);
} else {
  const [load = 0] = loadavg();
  say(`Node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)} at the start`);
  for (const name of names) for (const part of ALL) if (part.name === name) await print(part);
}
