// Resident memory of the forwarder at 10,000 Ingresses, Services and EndpointSlices and 500 Nodes, and how long it
// takes from its start to the first complete snapshot: `node test/bench/forwarder.ts [INGRESSES] [CHURN SECONDS] [TLSROUTES]`.
// The bundle is the image's; API server, bus and queue are processes or servers of their own.
// Memory above its limit ends it with status 1. Times depend on the machine and its load, so they are compared with
// their targets and shown, no more.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { stageForwarder } from './support/forwarder-stage.ts';

const LIMIT_MB = 96;
/** Resident when it has settled. */
const RESIDENT_MB = 80;
/** More for 10,000 TLSRoutes. */
const ROUTES_TARGET_MB = 10;
/** Much more for 10,000 TLSRoutes is a fault. */
const ROUTES_MB = 20;
const START_TARGET_SECONDS = 20;
/** From the end of the coalescing window to the event on the bus. */
const LATENCY_TARGET_MS = 100;
const WINDOW_MS = 100;
const SINGLES = 20;
/** Changes for each second of churn. */
const CHURN = 50;

const [ingresses = 10_000, churnSeconds = 30, routes = 0] = process.argv.slice(2).map(Number);
const limit = LIMIT_MB + (ROUTES_MB * routes) / 10_000;
const settledTarget = RESIDENT_MB + (ROUTES_TARGET_MB * routes) / 10_000;

let arrived = (): void => {};

async function memory(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

function target(measured: number, atMost: number, unit: string): string {
  return `target ${atMost} ${unit}${measured > atMost ? ', missed' : ''}`;
}

const stage = await stageForwarder({ ingresses, routes }, () => arrived());
const { cluster, forwarder, begun, metric } = stage;
try {
  const { pid } = forwarder;
  while ((await metric('nspass_forwarder_snapshots_total')) < 1) {
    if (performance.now() - begun > 600_000) throw new Error('no snapshot within ten minutes');
    await delay(50);
  }
  const seconds = (performance.now() - begun) / 1_000;
  // Each route, the Gateway and the class get a status.
  while (routes > 0 && (await metric('nspass_forwarder_status_writes_total')) < routes) await delay(200);
  const started = await memory(pid);
  await delay(3_000);
  const settled = await memory(pid);

  const before = await metric('nspass_forwarder_events_published_total');
  const half: number[] = [];
  for (let second = 0; second < churnSeconds; second += 1) {
    cluster.stdin?.write(`churn ${CHURN}\n`);
    await delay(1_000);
    half.push((await memory(pid)).now);
  }
  const churned = await memory(pid);
  const published = (await metric('nspass_forwarder_events_published_total')) - before;

  const latencies: number[] = [];
  for (let single = 0; single < SINGLES; single += 1) {
    await delay(2 * WINDOW_MS);
    const changed = performance.now();
    const published = new Promise<boolean>((resolve) => {
      arrived = () => resolve(true);
    });
    cluster.stdin?.write('churn 1\n');
    // A change back to what was said last is not published.
    if (await Promise.race([published, delay(2_000, false)])) latencies.push(performance.now() - changed);
  }
  latencies.sort((a, b) => a - b);
  const median = latencies[Math.floor(latencies.length / 2)] ?? Number.POSITIVE_INFINITY;

  const show = (mb: number): string => `${mb.toFixed(0)} MB`;
  process.stdout.write(
    [
      `forwarder, ${ingresses} Ingresses, Services and slices of 3 endpoints, 500 Nodes, ${routes} TLSRoutes`,
      `  first snapshot complete   ${seconds.toFixed(1)} s (${target(seconds, START_TARGET_SECONDS, 's')})`,
      `  resident then             ${show(started.now)}, at most ${show(started.peak)}`,
      `  resident, settled         ${show(settled.now)} (${target(settled.now, settledTarget, 'MB')})`,
      `  resident after ${churnSeconds} s of ${CHURN} changes/s (${published} events)  ${show(churned.now)}`,
      `  change to bus             ${median.toFixed(0)} ms median, ${latencies.at(-1)?.toFixed(0)} ms at most (${target(median, LATENCY_TARGET_MS, 'ms')})`,
      `  used heap                 ${show((await metric('nodejs_heap_size_used_bytes')) / 1_048_576)}`,
      `  CPU time                  ${(await metric('process_cpu_seconds_total')).toFixed(1)} s`,
      `  peak                      ${show(churned.peak)} (limit ${limit} MB)`,
      '',
    ].join('\n'),
  );
  if (churned.peak > limit) process.exitCode = 1;
} finally {
  await stage.close();
}
