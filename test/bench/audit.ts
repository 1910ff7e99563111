// Peak heap of one audit, in a process of its own; the simulator, and the engine that fills it, run in this one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GCProfiler } from 'node:v8';
import { audit } from '../../lib/audit/index.ts';
import { createTransport, NitroClient, NitroSession } from '../../lib/nitro/index.ts';
import { startWorld } from '../support/engine.ts';
import { batches, resident, snapshotEvents } from '../support/estate.ts';
import { CLUSTER } from '../support/events.ts';
import { type Figure, table } from './figure.ts';

/** MB of heap that suit a function of 1,024 MB. */
const HEAP_MB = 700;
/** Addresses that the Ingresses share evenly: one holds no more than 31,997 back ends. */
const ADDRESSES = 4;
const SIZES = (process.env.AUDIT_SIZES ?? '10000,20000').split(',').map(Number);

/** Fills an appliance, and looks at it from another process. */
async function measured(size: number): Promise<Figure> {
  const world = await startWorld();
  try {
    const ingresses = Array.from({ length: size }, (_, index) =>
      resident(index, { vip: `192.0.2.${10 + (index % ADDRESSES)}` }),
    );
    for (const batch of batches(snapshotEvents(ingresses, 1_000_000, { flagged: true }))) await world.deliver(...batch);
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${HEAP_MB}`, fileURLToPath(import.meta.url), world.appliance.url],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const [status] = await once(child, 'close');
    return {
      what: `one audit of ${size.toLocaleString('en')} Ingresses`,
      measured: status === 0 ? text.trim() : `ended with ${status}`,
      target: `within ${HEAP_MB} MB of heap`,
      met: status === 0,
    };
  } finally {
    await world.stop();
  }
}

/** The other process: one audit, and what it took. */
async function look(url: string): Promise<void> {
  const session = new NitroSession({
    name: 'appliance',
    transports: [createTransport(url, { verify: true }, 120_000)],
    credentials: async () => ({ username: 'nsroot', password: 'nsroot' }),
    idleSeconds: 300,
    backoff: {
      attempts: 1,
      baseMs: 1,
      maxMs: 1,
      random: () => 0,
      sleep: async () => {},
      remainingMs: () => Number.POSITIVE_INFINITY,
    },
  });
  const profiler = new GCProfiler();
  profiler.start();
  const client = new NitroClient(session);
  const settings = {
    appliance: 'appliance',
    systemId: 'nsp',
    clusters: [CLUSTER],
    drainSeconds: 0,
    saveAfterSeconds: 60,
  };
  const { findings } = await audit(client, settings, 5_000_000);
  // Memory after a full collection is in use.
  const whole = profiler.stop()?.statistics.filter(({ gcType }) => /MarkSweep|MarkCompact/i.test(gcType)) ?? [];
  const held = Math.max(0, ...whole.map(({ afterGC }) => afterGC.heapStatistics.usedHeapSize));
  const drift = findings.filter(({ code }) => code !== 'PrimarySince' && code !== 'PlaceholderExpires');
  if (drift.length > 0) throw new Error(`the audit finds ${JSON.stringify(drift[0])}`);
  const { user, system } = process.cpuUsage();
  const mb = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;
  process.stdout.write(
    `held ${mb(held)}, resident ${mb(process.resourceUsage().maxRSS * 1_024)}, ${((user + system) / 1e6).toFixed(1)} s of CPU\n`,
  );
  await session.logout();
}

const [url] = process.argv.slice(2);
if (url === undefined) {
  const figures: Figure[] = [];
  for (const size of SIZES) figures.push(await measured(size));
  process.stdout.write(`${table(figures)}\n`);
} else {
  await look(url);
}
