// The start of the forwarder with 10,000 Ingresses, Services and EndpointSlices and little of a processor, as a container's limit
// gives it: `node test/bench/forwarder-starved.ts [INGRESSES] [MILLICORES…]`. API server, bus and queue are not limited.
// A lost Lease, or a start that takes longer than its target, ends it with status 1; so does a forwarder that ends.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Figure, table } from './figure.ts';
import { cpuSeconds, limitCpu } from './support/cpu-limit.ts';
import { stageForwarder } from './support/forwarder-stage.ts';

/** Millicores → seconds until the first snapshot is complete; with less, it must only complete. */
const TARGET_SECONDS: Readonly<Record<number, number>> = { 250: 120 };
/** A start that takes longer is stuck. */
const GIVE_UP_SECONDS = 600;

const [ingresses = 10_000, ...shares] = process.argv.slice(2).map(Number);

async function start(millicores: number): Promise<Figure[]> {
  const stage = await stageForwarder({ ingresses });
  const { pid } = stage.forwarder;
  const limit = limitCpu(pid, millicores);
  try {
    const seconds = (): number => (performance.now() - stage.begun) / 1_000;
    while ((await stage.metric('nspass_forwarder_snapshots_total')) < 1) {
      if (seconds() > GIVE_UP_SECONDS) {
        const lost = (await stage.metric('nspass_forwarder_terms_total')) - 1;
        throw new Error(`${millicores}m: no snapshot within ${GIVE_UP_SECONDS} s; ${lost} Leases lost`);
      }
      await delay(500);
    }
    const took = seconds();
    const used = cpuSeconds(pid);
    const terms = await stage.metric('nspass_forwarder_terms_total');
    const longest = await stage.metric('nspass_forwarder_event_loop_lag_max_seconds');
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
    const name = `${millicores}m`;
    const first = `${name}: first snapshot of ${ingresses} complete`;
    const target = TARGET_SECONDS[millicores];
    return [
      target === undefined
        ? { what: first, measured: `${took.toFixed(0)} s`, target: 'completes', met: true }
        : atMost(first, took, target, 's'),
      { what: `${name}: share that it had (${limit.by})`, measured: `${((1_000 * used) / took).toFixed(0)}m` },
      { what: `${name}: time of the processor`, measured: `${used.toFixed(1)} s` },
      { ...atMost(`${name}: Leases lost`, terms - 1, 0, 'terms'), target: '0' },
      { what: `${name}: longest that a timer had to wait`, measured: `${longest.toFixed(1)} s` },
      { what: `${name}: peak of resident memory`, measured: `${peak.toFixed(0)} MB` },
    ];
  } finally {
    await stage.close();
    await delay(100);
    limit.end();
  }
}

const figures: Figure[] = [];
for (const share of shares.length === 0 ? [250, 100] : shares) figures.push(...(await start(share)));
process.stdout.write(`${table(figures)}\n`);
if (figures.some(({ met }) => met === false)) process.exitCode = 1;
