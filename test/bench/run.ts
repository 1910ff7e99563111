// `npm run bench -- NAME…`; without a name that it knows it says which there are. Ends with 0 unless something breaks:
// what misses its target is printed, not asserted, because machines differ.
import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { engine } from './engine.ts';
import { type Benchmark, table } from './figure.ts';
import { parsers } from './parsers.ts';
import { pipeline } from './pipeline.ts';
import { planGrowth } from './plan-growth.ts';
import { startup } from './startup.ts';
import { status } from './status.ts';

/** The last ones are programs of their own: they measure a process as a whole. */
const BENCHMARKS: Readonly<Record<string, Benchmark | { readonly summary: string; readonly file: string }>> = {
  engine,
  pipeline,
  'plan-growth': planGrowth,
  status,
  startup,
  parsers,
  audit: { summary: 'memory of one audit within 700 MB of heap, 10,000 and 20,000 Ingresses', file: './audit.ts' },
  forwarder: { summary: 'memory and start of the forwarder, 10,000 Ingresses', file: './forwarder.ts' },
};

async function measure(name: string): Promise<void> {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined) return;
  process.stdout.write(`\n${name}: ${benchmark.summary}\n\n`);
  if ('run' in benchmark) {
    process.stdout.write(`${table(await benchmark.run())}\n`);
    return;
  }
  const file = fileURLToPath(new URL(benchmark.file, import.meta.url));
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  // With 1 it says that it missed a target.
  if (status !== 0 && status !== 1) throw new Error(`${benchmark.file} ended with ${status}`);
}

const names = process.argv.slice(2);
if (names.length === 0 || names.some((name) => !Object.hasOwn(BENCHMARKS, name))) {
  const list = Object.entries(BENCHMARKS).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`);
  process.stdout.write(['npm run bench -- NAME…', ...list, ''].join('\n'));
  process.exitCode = names.length === 0 ? 0 : 2;
} else {
  // Times on a machine that is busy already say little; counts stay the same.
  const [load = 0] = loadavg();
  process.stdout.write(
    `Node ${process.version}, ${availableParallelism()} cores, load ${load.toFixed(1)} at the start\n`,
  );
  for (const name of names) await measure(name);
}
