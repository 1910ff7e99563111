// The engine in a process of its own, as it is in a function: its processor time, memory and requests are its own.

import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { audit } from '../../../lib/audit/index.ts';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import type { Transport } from '../../../lib/nitro/index.ts';
import { type EngineAt, engineAt } from '../../support/engine.ts';
import { CLUSTER } from '../../support/events.ts';
import { type Cost, costOfChanges } from '../../support/one-change.ts';
import { answerCalls, type Child, startChild } from './child.ts';
import { kindOf } from './recorded-call.ts';
import { countTraffic, traffic } from './traffic.ts';
import { Meter, type Usage } from './usage.ts';

/** MB of heap that suit a function of 1,024 MB: the rest is for code, buffers and the runtime. */
const HEAP_MB = 700;

/** Returns the options of Node that the function `reconcile` is deployed with. */
function functionOptions(): string[] {
  const { functions } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' });
  return String(functions.reconcile.environment.NODE_OPTIONS).split(' ');
}

/** What some work of the engine took. */
export interface Measured extends Usage {
  readonly requests: number;
  readonly writes: number;
  /** Bytes on the wire, with the headers of HTTP. */
  readonly sent: number;
  readonly received: number;
}

interface Counts {
  total: number;
  writes: number;
}

let world: EngineAt | undefined;
let counts: Counts = { total: 0, writes: 0 };

const counting =
  (transport: Transport): Transport =>
  (call) => {
    counts.total += 1;
    if (kindOf({ method: call.method, url: `/nitro/v1/${call.path}` }) === 'write') counts.writes += 1;
    return transport(call);
  };

function requests(): Counts {
  const since = counts;
  counts = { total: 0, writes: 0 };
  return since;
}

function there(): EngineAt {
  if (world === undefined) throw new Error('the engine has no appliance yet: call `connect` first');
  return world;
}

/** Measures all that `work` does through its meter. */
async function measured(work: (meter: Meter) => Promise<void>): Promise<Measured> {
  requests();
  const before = traffic();
  const meter = new Meter();
  await work(meter);
  const after = traffic();
  const { total, writes } = requests();
  const [sent, received] = [after.sent - before.sent, after.received - before.received];
  return { ...meter.usage, requests: total, writes, sent, received };
}

const api = {
  connect(url: string): void {
    world = engineAt(url, { between: counting });
  },
  /**
   * Delivers batches from a file of {@link writeBatches}. Reading and parsing the file does not count.
   *
   * @throws {Error} an Ingress is not programmed.
   */
  deliver: (file: string): Promise<Measured> =>
    measured(async (meter) => {
      for await (const line of createInterface({ input: createReadStream(file) })) {
        const events = JSON.parse(line) as ReceivedEvent[];
        const { outcomes } = await meter.time(() => there().deliver(...events));
        const failed = outcomes.find(({ detailType }) => detailType === 'Ingress Failed');
        if (failed !== undefined) throw new Error(`not programmed: ${JSON.stringify(failed)}`);
      }
    }),
  /** One audit. @throws {Error} the appliance differs from its ledger. */
  audit: (): Promise<Measured> =>
    measured(async (meter) => {
      const { engine } = there();
      const settings = { ...engine.settings, clusters: [CLUSTER], saveAfterSeconds: 60 };
      const { findings } = await meter.time(() => audit(engine.reader, settings, 5_000_000));
      const drift = findings.find(({ code }) => code !== 'PrimarySince' && code !== 'PlaceholderExpires');
      if (drift !== undefined) throw new Error(`the audit finds ${JSON.stringify(drift)}`);
    }),
  /** Each change of `test/support/one-change.ts` alone, in turn. */
  async changes(sequence: number): Promise<{ all: Measured; costs: Cost[] }> {
    let costs: Cost[] = [];
    let sum: Counts = { total: 0, writes: 0 };
    const each = () => {
      const { total, writes } = requests();
      sum = { total: sum.total + total, writes: sum.writes + writes };
      return { total, writes };
    };
    const all = await measured(async (meter) => {
      costs = await meter.time(() => costOfChanges({ deliver: there().deliver, requests: each }, sequence));
    });
    return { all: { ...all, requests: sum.total, writes: sum.writes }, costs };
  },
};

export type EngineProcess = Child<typeof api>;

/** Starts an engine that knows this appliance. */
export async function startEngineProcess(url: string, heapMb = HEAP_MB): Promise<EngineProcess> {
  const child = startChild<typeof api>('engine-process.ts', [`--max-old-space-size=${heapMb}`, ...functionOptions()]);
  await child.call('connect', url);
  return child;
}

/** Writes batches to a file, one a line, for a process that must not hold them all. */
export async function writeBatches(file: string, batches: Iterable<readonly ReceivedEvent[]>): Promise<void> {
  const out = createWriteStream(file);
  for (const batch of batches) if (!out.write(`${JSON.stringify(batch)}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}

if (process.argv[1] === import.meta.filename) {
  countTraffic();
  answerCalls(api);
}
