// The appliance simulator in a process of its own. It records the requests that it is asked to keep.
import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FaultRule, type Simulator, startSimulator } from '../../../lib/simulator/index.ts';
import { answerCalls, type Child, startChild } from './child.ts';
import type { RecordedCall } from './recorded-call.ts';

/** Longer than any pause of a benchmark: on a busy machine, a connection must not close while its client waits for a core. */
const KEEP_ALIVE_MS = 600_000;

interface Kept extends Omit<RecordedCall, 'body'> {
  readonly chunks: Buffer[];
}

/** Headers of a request that change what is done. */
const HEADERS = ['x-nitro-onerror', 'content-type'];

let simulator: Simulator | undefined;
let kept: Kept[] | undefined;

const api = {
  async start(): Promise<string> {
    simulator = await startSimulator({ keepAliveMs: KEEP_ALIVE_MS });
    return simulator.url;
  },
  faults: (rules: readonly FaultRule[]): void => simulator?.setFaults(rules),
  /** Begins to keep requests. */
  record(): void {
    kept = [];
  },
  /** Writes the requests that were kept to a file, one a line, in the order in which they came. */
  async recorded(file: string): Promise<number> {
    const calls = kept ?? [];
    kept = undefined;
    const out = createWriteStream(file);
    for (const { chunks, ...call } of calls) {
      const line: RecordedCall = { ...call, body: Buffer.concat(chunks).toString('utf8') };
      if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
    return calls.length;
  },
  /** Milliseconds of the processor since the start, and peak of resident memory in MB. */
  usage(): { cpuMs: number; peakMb: number } {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1_000, peakMb: process.resourceUsage().maxRSS / 1_024 };
  },
  /** Tells two configurations apart. */
  fingerprint: (): string =>
    createHash('sha256')
      .update(simulator?.runningConfig() ?? '')
      .digest('hex'),
};

function keepRequests(): void {
  const open = new WeakMap<IncomingMessage, { -readonly [K in keyof Kept]: Kept[K] }>();
  channel('http.server.request.start').subscribe((message) => {
    if (kept === undefined) return;
    const { request } = message as { request: IncomingMessage };
    const headers = HEADERS.flatMap((name): [string, string][] => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    const { method = 'GET', url = '/' } = request;
    const call = { method, url, headers: Object.fromEntries(headers), status: 0, chunks: [] as Buffer[] };
    // Beside the server's own listener: both get the same bytes.
    request.on('data', (chunk: Buffer) => call.chunks.push(chunk));
    open.set(request, call);
    kept.push(call);
  });
  channel('http.server.response.finish').subscribe((message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const call = open.get(request);
    if (call !== undefined) call.status = response.statusCode;
  });
}

export interface SimulatorProcess {
  readonly url: string;
  readonly process: Child<typeof api>;
}

/** Starts a simulator without a configuration. */
export async function startSimulatorProcess(): Promise<SimulatorProcess> {
  const child = startChild<typeof api>('simulator-process.ts');
  return { url: await child.call('start'), process: child };
}

if (process.argv[1] === import.meta.filename) {
  keepRequests();
  answerCalls(api);
}
