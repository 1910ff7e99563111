import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { bundleFunction } from '../../../infra/artifacts.ts';
import { buildCommand } from '../../../scripts/build-command.ts';
import { atMost, type Figure, percentile } from '../figure.ts';
import type { Part } from '../report/part.ts';
import type { Findings } from '../report/results.ts';

const RUNS = 11;
const LIMIT_KB = 1_000;
const LIMIT_MS = 300;
/** What the functions read when they start; no address of it is called. */
const ENVIRONMENT = { AWS_REGION: 'eu-central-1', POWERTOOLS_LOG_LEVEL: 'SILENT' };

/** Loads a module in its own process, and prints how long that took and the processor time of the process. */
const LOADER = `const began=performance.now();await import(process.argv[1]);const wall=performance.now()-began;const{user,system}=process.cpuUsage();process.stdout.write(JSON.stringify([wall,(user+system)/1000]));process.exit(0)`;

/** Sizes of what is deployed and published, and the time that the functions need before their first call. */
export const bundles: Part = {
  name: 'bundles',
  summary: `size of the functions and of the command; start of the functions, median of ${RUNS}`,
  async measure(folder): Promise<Findings> {
    const root = process.cwd();
    const figures: Figure[] = [];
    await mkdir(join(folder, 'functions'));
    // The Lambda runtime contains the SDK.
    await symlink(resolve(root, 'node_modules'), join(folder, 'node_modules'));
    for (const file of globSync('functions/*.ts', { cwd: root }).sort()) {
      const name = basename(file, '.ts');
      const { code } = await bundleFunction(root, `functions/${name}`);
      const target = join(folder, 'functions', `${name}.mjs`);
      await writeFile(target, code);
      const zipped = deflateRawSync(code, { level: 9 }).length / 1_000;
      figures.push(atMost(`function ${name}: zipped`, zipped, LIMIT_KB, 'kB'), started(name, target));
    }
    const { outputs } = await buildCommand(root, join(folder, 'command'));
    const bytes = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
    figures.push({ what: 'command nspass: all files', measured: `${(bytes / 1_000).toFixed(0)} kB` });
    return { figures };
  },
};

function started(name: string, file: string): Figure {
  const times = Array.from({ length: RUNS }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', LOADER, file], {
      env: { PATH: process.env.PATH, ...ENVIRONMENT },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${name} does not start: ${stderr.trim().split('\n').at(-1)}`);
    return JSON.parse(stdout) as [number, number];
  });
  const [wall, cpu] = [0, 1].map((field) =>
    percentile(
      times.map((time) => time[field] ?? Number.NaN),
      50,
    ),
  ) as [number, number];
  const figure = atMost(`function ${name}: loaded, with the SDK of this project`, wall, LIMIT_MS, 'ms');
  return { ...figure, measured: `${figure.measured}, processor ${cpu.toFixed(0)} ms with Node` };
}
