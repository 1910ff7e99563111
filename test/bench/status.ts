import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { readStatus } from '../../lib/status/index.ts';
import { buildCommand } from '../../scripts/build-command.ts';
import { BINS } from '../../scripts/command-manifest.ts';
import { startWorld, type World } from '../support/engine.ts';
import { batches, estate, snapshotEvents } from '../support/estate.ts';
import { atMost, type Benchmark, type Figure } from './figure.ts';

const ROUTES = 10_000;
const LIMIT_SECONDS = 2;
const FORMATS = ['table', 'wide', 'json', 'yaml'] as const;

/** Has the command write the microseconds of processor time that it took to its fourth stream. */
const CPU = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>{const{user,system}=process.cpuUsage();writeSync(3,String(user+system))})`;

/** Seconds from the start of the command to its end, as a person waits, and those of its processor time. */
async function waited(main: string, world: World, format: string): Promise<{ wall: number; cpu: number }> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', CPU, main, 'status', '--nitro', world.appliance.url, '-o', format],
    {
      env: { ...process.env, NSPASS_NITRO_USERNAME: 'nsroot', NSPASS_NITRO_PASSWORD: 'nsroot' },
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    },
  );
  const [text, cpu] = [child.stdio[1], child.stdio[3]].map((stream) => readText(stream as Readable));
  const [status] = await once(child, 'close');
  const wall = (performance.now() - began) / 1000;
  const shown = ((await text) ?? '').split(/shop-\d+\.apps\.example\.com/).length - 1;
  if (status !== 0 || shown !== ROUTES) throw new Error(`status ${status}, ${shown} of ${ROUTES} hosts are shown`);
  return { wall, cpu: Number(await cpu) / 1e6 };
}

async function measure(): Promise<Figure[]> {
  // The simulator shares this process: its timers may be late, and must not close connections that a client uses.
  const folder = mkdtempSync(join(tmpdir(), 'nspass-status-'));
  const world = await startWorld({ appliance: { keepAliveMs: 60_000 } });
  try {
    for (const batch of batches(snapshotEvents(estate(ROUTES), 1_000_000, { flagged: true }))) {
      await world.deliver(...batch);
    }
    world.requests();
    const began = performance.now();
    const routes = await readStatus(world.client, 'nsp', world.client);
    const figures = [
      atMost(`read ${routes.length} routes`, (performance.now() - began) / 1000, LIMIT_SECONDS, 's', 2),
      { what: '… requests', measured: String(world.requests().total) },
    ];
    await buildCommand(process.cwd(), folder);
    for (const format of FORMATS) {
      const { wall, cpu } = await waited(join(folder, BINS.nspass), world, format);
      figures.push(atMost(`nspass status -o ${format}`, wall, LIMIT_SECONDS, 's', 2), {
        what: '… its processor time',
        measured: `${cpu.toFixed(2)} s`,
      });
    }
    return figures;
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const status: Benchmark = {
  summary: 'nspass status of 10,000 routes in at most 2 s',
  run: measure,
};
