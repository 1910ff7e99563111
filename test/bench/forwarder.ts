// Resident memory of the forwarder at 10,000 Ingresses, Services and EndpointSlices and 500 Nodes, and how long it
// takes from its start to the first complete snapshot: `node test/bench/forwarder.ts [INGRESSES] [CHURN SECONDS] [TLSROUTES]`.
// The bundle is the image's; API server, bus and queue are processes or servers of their own.
// Memory above its limit ends it with status 1. Times depend on the machine and its load, so they are compared with
// their targets and shown, no more.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleForwarder } from '../../infra/docker/build.ts';
import { ENVIRONMENT, NODE_FLAGS } from '../../infra/docker/options.ts';

const LIMIT_MB = 128;
/** More for 10,000 TLSRoutes. */
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
const here = fileURLToPath(new URL('.', import.meta.url));
const children: ChildProcess[] = [];

let arrived = (): void => {};

/** EventBridge and SQS, as far as they are called: everything is taken, and no outcome comes. */
const cloud = createServer((request, response) => {
  const target = String(request.headers['x-amz-target'] ?? '');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const answer = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    if (!target.endsWith('PutEvents')) return void setTimeout(answer, 1_000, {});
    arrived();
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { Entries: unknown[] };
    answer({ FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) });
  });
});

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function memory(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

function target(measured: number, atMost: number, unit: string): string {
  return `target ${atMost} ${unit}${measured > atMost ? ', missed' : ''}`;
}

async function metric(port: number, name: string): Promise<number> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? 0);
}

const folder = await mkdtemp(join(tmpdir(), 'nspass-bench-'));
try {
  await bundleForwarder(folder);
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`;

  const cluster = run([join(here, '../support/big-cluster.ts'), String(ingresses), '500', String(routes)]);
  const first = await createInterface({ input: cluster.stdout as NodeJS.ReadableStream })
    [Symbol.asyncIterator]()
    .next();
  const { port: apiPort, ca } = JSON.parse(first.value as string) as { port: string; ca: string };
  for (const [name, text] of Object.entries({ 'ca.crt': ca, token: 't', namespace: 'nspass' })) {
    await writeFile(join(folder, name), text);
  }

  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const port = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));

  const begun = performance.now();
  const forwarder = run(
    [...(process.env.F ?? '').split(' ').filter(Boolean), ...NODE_FLAGS, join(folder, 'forwarder.mjs')],
    {
      PATH: process.env.PATH,
      ...ENVIRONMENT,
      KUBERNETES_SERVICE_HOST: 'localhost',
      KUBERNETES_SERVICE_PORT: apiPort,
      NSPASS_TOKEN_FOLDER: folder,
      NSPASS_CLUSTER: 'bench',
      NSPASS_BUS_NAME: 'bench',
      NSPASS_BUS_ENDPOINT: endpoint,
      NSPASS_OUTCOMES_QUEUE_URL: `${endpoint}/queue`,
      NSPASS_OUTCOMES_ENDPOINT: endpoint,
      NSPASS_HTTP_PORT: String(port),
      NSPASS_HTTP_ADMIN_PORT: '0',
      NSPASS_LOG_LEVEL: 'warn',
    },
  );
  const pid = forwarder.pid as number;
  while ((await metric(port, 'nspass_forwarder_snapshots_total')) < 1) {
    if (performance.now() - begun > 600_000) throw new Error('no snapshot within ten minutes');
    await delay(50);
  }
  const seconds = (performance.now() - begun) / 1_000;
  // Each route, the Gateway and the class get a status.
  while (routes > 0 && (await metric(port, 'nspass_forwarder_status_writes_total')) < routes) await delay(200);
  const started = await memory(pid);
  await delay(3_000);
  const settled = await memory(pid);

  const before = await metric(port, 'nspass_forwarder_events_published_total');
  const half: number[] = [];
  for (let second = 0; second < churnSeconds; second += 1) {
    cluster.stdin?.write(`churn ${CHURN}\n`);
    await delay(1_000);
    half.push((await memory(pid)).now);
  }
  const churned = await memory(pid);
  const published = (await metric(port, 'nspass_forwarder_events_published_total')) - before;

  const latencies: number[] = [];
  for (let single = 0; single < SINGLES; single += 1) {
    await delay(2 * WINDOW_MS);
    const changed = performance.now();
    const published = new Promise<boolean>((resolve) => {
      arrived = () => resolve(true);
    });
    cluster.stdin?.write('churn 1\n');
    // A change back to what was said last is not published.
    if (await Promise.race([published, delay(2_000, false)])) latencies.push(performance.now() - changed - WINDOW_MS);
  }
  latencies.sort((a, b) => a - b);
  const median = latencies[Math.floor(latencies.length / 2)] ?? Number.POSITIVE_INFINITY;

  const show = (mb: number): string => `${mb.toFixed(0)} MB`;
  process.stdout.write(
    [
      `forwarder, ${ingresses} Ingresses, Services and slices of 3 endpoints, 500 Nodes, ${routes} TLSRoutes`,
      `  first snapshot complete   ${seconds.toFixed(1)} s (${target(seconds, START_TARGET_SECONDS, 's')})`,
      `  resident then             ${show(started.now)}, at most ${show(started.peak)}`,
      `  resident, settled         ${show(settled.now)}`,
      `  resident after ${churnSeconds} s of ${CHURN} changes/s (${published} events)  ${show(churned.now)}`,
      `  change to bus, beyond the window  ${median.toFixed(0)} ms median, ${latencies.at(-1)?.toFixed(0)} ms at most (${target(median, LATENCY_TARGET_MS, 'ms')})`,
      `  used heap                 ${show((await metric(port, 'nodejs_heap_size_used_bytes')) / 1_048_576)}`,
      `  CPU time                  ${(await metric(port, 'process_cpu_seconds_total')).toFixed(1)} s`,
      `  peak                      ${show(churned.peak)} (limit ${limit} MB)`,
      '',
    ].join('\n'),
  );
  if (churned.peak > limit) process.exitCode = 1;
} finally {
  for (const child of children) child.kill('SIGKILL');
  cloud.closeAllConnections();
  cloud.close();
  await rm(folder, { recursive: true, force: true });
}
