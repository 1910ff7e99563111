import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommand } from '../../scripts/build-command.ts';
import { BINS } from '../../scripts/command-manifest.ts';
import { atMost, type Benchmark, type Figure, percentile } from './figure.ts';

const RUNS = 21;
const LIMIT_MS = 150;

/** Reports the processor time of its process at the end, in milliseconds. */
const METER = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write(String((user+system)/1000))})`;

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

function start(args: readonly string[]): Start {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  const wallMs = performance.now() - began;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { wallMs, cpuMs: Number(stderr) };
}

const median = (starts: readonly Start[], field: keyof Start): number =>
  percentile(
    starts.map((each) => each[field]),
    50,
  );

/** Times of the built command beside those of Node alone, in turns, so that a busy moment meets all of them. */
export const startup: Benchmark = {
  summary: `start of the built command, median of ${RUNS}, beside Node alone`,
  async run(): Promise<readonly Figure[]> {
    const folder = mkdtempSync(join(tmpdir(), 'nspass-startup-'));
    try {
      await buildCommand(process.cwd(), folder);
      const launcher = join(folder, BINS.nspass);
      const lines: Readonly<Record<string, readonly string[]>> = {
        'node -e 0': ['-e', '0'],
        'nspass --help': [launcher, '--help'],
        'nspass --version': [launcher, '--version'],
        'nspass lint --help': [launcher, 'lint', '--help'],
        'nspass plan --help': [launcher, 'plan', '--help'],
      };
      const all = Array.from({ length: RUNS }, () =>
        Object.entries(lines).map(([name, args]) => ({
          name,
          wallMs: start(args).wallMs,
          cpuMs: start(['--import', METER, ...args]).cpuMs,
        })),
      ).flat();
      return Object.keys(lines).flatMap((name): Figure[] => {
        const starts = all.filter((each) => each.name === name);
        const wallMs = median(starts, 'wallMs');
        return [
          name === 'nspass --help'
            ? atMost(name, wallMs, LIMIT_MS, 'ms')
            : { what: name, measured: `${wallMs.toFixed(0)} ms` },
          { what: '… of the processor', measured: `${median(starts, 'cpuMs').toFixed(0)} ms` },
        ];
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
