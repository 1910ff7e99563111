// The forwarder's bundle as a process, with a large cluster, a bus and a queue around it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundleForwarder } from '../../../infra/docker/build.ts';
import { ENVIRONMENT, NODE_FLAGS } from '../../../infra/docker/options.ts';

const BIG_CLUSTER = fileURLToPath(new URL('../../support/big-cluster.ts', import.meta.url));

export interface ForwarderStage {
  readonly cluster: ChildProcess;
  readonly forwarder: ChildProcess & { readonly pid: number };
  /** `performance.now()` at the start of the forwarder. */
  readonly begun: number;
  /** Returns a metric of the forwarder; 0 where it does not answer yet. @throws where its process has ended. */
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * Starts the forwarder's bundle as in its image. API server, bus and queue are processes or servers of their own.
 *
 * @param arrived called with each request to the bus, of which everything is taken.
 */
export async function stageForwarder(
  { ingresses, nodes = 500, routes = 0 }: { ingresses: number; nodes?: number; routes?: number },
  arrived: () => void = () => {},
): Promise<ForwarderStage> {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-bench-'));
  const children: ChildProcess[] = [];
  const cloud = cloudServer(arrived);
  const close = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL');
    cloud.closeAllConnections();
    cloud.close();
    await rm(folder, { recursive: true, force: true });
  };
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess => {
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  };
  try {
    await bundleForwarder(folder);
    await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`;

    const cluster = run([BIG_CLUSTER, String(ingresses), String(nodes), String(routes)]);
    const lines = createInterface({ input: cluster.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const { port: apiPort, ca } = JSON.parse((await lines.next()).value as string) as { port: string; ca: string };
    for (const [name, text] of Object.entries({ 'ca.crt': ca, token: 't', namespace: 'nspass' })) {
      await writeFile(join(folder, name), text);
    }

    const port = await freePort();
    const begun = performance.now();
    const forwarder = run([...NODE_FLAGS, join(folder, 'forwarder.cjs')], {
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
    }) as ForwarderStage['forwarder'];
    forwarder.stdout?.pipe(process.stderr);
    let end: string | undefined;
    forwarder.once('exit', (code, signal) => {
      end = signal === null ? `with status ${code}` : `by ${signal}`;
    });
    const ofForwarder = (name: string): Promise<number> => {
      if (end !== undefined) throw new Error(`the forwarder ended ${end}: its log is above`);
      return metric(port, name);
    };
    return { cluster, forwarder, begun, metric: async (name) => ofForwarder(name), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Returns EventBridge and SQS, as far as they are called: everything is taken, and no outcome comes. */
function cloudServer(arrived: () => void) {
  return createServer((request, response) => {
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
}

async function freePort(): Promise<number> {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  return port;
}

async function metric(port: number, name: string): Promise<number> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? 0);
}
