import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IngressState, ReceivedEvent, SourceState } from '../../lib/contract/index.ts';
import { partsOf } from '../../lib/runtime/parts.ts';
import { gateway, snapshot, state, tlsRoute, tlsRouteSnapshot } from '../support/events.ts';
import { atMost, type Benchmark, type Figure } from './figure.ts';
import { startEngineProcess, writeBatches } from './support/engine-process.ts';
import { startSimulatorProcess } from './support/simulator-process.ts';

/** Messages of a batch, and bytes of each: the limits of the queue and of the bus. */
const MESSAGES = 10;
const BYTES = 240 * 1024;
/** MB of a function of 1,024 MB, less what its runtime takes. */
const MOST_MB = 924;

/** Makes objects of one kind; each number gives another one. */
interface Shape {
  readonly make: (index: number) => SourceState;
  readonly event: (sequence: number, states: readonly SourceState[]) => ReceivedEvent;
}

const ingresses: Shape['event'] = (sequence, states) => snapshot(sequence, states as IngressState[], { flagged: true });
const list = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));
const address = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

const SHAPES: Readonly<Record<string, Shape>> = {
  'small Ingresses': { make: (index) => state(`i${index}`, { hosts: [`${index}.a.io`] }), event: ingresses },
  'Ingresses of 1,900 hosts': {
    make: (index) => state(`i${index}`, { hosts: list(1_900, (each) => `${each}.${index}.a.io`) }),
    event: ingresses,
  },
  'Ingresses of 5,500 members': {
    make: (index) => state(`i${index}`, { members: list(5_500, (each) => address(index * 5_500 + each)) }),
    event: ingresses,
  },
  'TLSRoutes of 16 hostnames on 16 addresses': {
    make: (index) =>
      tlsRoute(`r${index}`, {
        hostnames: list(16, (each) => `${each}.${index}.a.io`),
        addresses: list(16, (each) => `192.0.2.${each + 1}`),
      }),
    event: (sequence, states) => tlsRouteSnapshot(sequence, states as never, { flagged: true }),
  },
  'Gateways of 64 listeners on 16 addresses': {
    make: (index) =>
      gateway(`g${index}`, {
        addresses: list(16, (each) => `198.18.${index}.${each + 1}`),
        listeners: list(64, (each) => `TLS:${1_000 + each}`),
      }),
    event: (sequence, states) => tlsRouteSnapshot(sequence, [], { flagged: true, gateways: states as never }),
  },
};

/** Returns a batch of the largest events of a shape. */
function largest({ make, event }: Shape): ReceivedEvent[] {
  let next = 0;
  return list(MESSAGES, (index) => {
    const states: SourceState[] = [];
    for (let bytes = 1_000; ; next += 1) {
      const made = make(next);
      bytes += Buffer.byteLength(JSON.stringify(made)) + 1;
      if (bytes > BYTES && states.length > 0) break;
      states.push(made);
    }
    return event(1_000_000 + index, states);
  });
}

/** A snapshot of everything per event would outvote the others: each is a range of its own in the cluster of its number. */
const ofOwnCluster = (events: readonly ReceivedEvent[]): ReceivedEvent[] =>
  events.map((event, index) => ({ ...event, data: { ...event.data, cluster: `c${index}` } }) as ReceivedEvent);

async function measured(name: string, shape: Shape): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-batch-'));
  const simulator = await startSimulatorProcess();
  const engine = await startEngineProcess(simulator.url);
  try {
    const events = ofOwnCluster(largest(shape));
    const parts = partsOf(
      events.map((event) => ({ event })),
      1,
    ).map((part) => part.map(({ event }) => event));
    const file = join(folder, 'batches');
    await writeBatches(file, parts);
    const { peakMb, cpuMs, requests } = await engine.call('deliver', file);
    const what = `${MESSAGES} events of ${name}, ${parts.length} parts, ${(cpuMs / 1_000).toFixed(1)} s of CPU, ${requests} requests`;
    return atMost(what, peakMb, MOST_MB, 'MB');
  } catch (error) {
    return { what: name, measured: String(error).split('\n')[0] ?? '', target: `≤ ${MOST_MB} MB`, met: false };
  } finally {
    await Promise.all([engine.stop(), simulator.process.stop(), rm(folder, { recursive: true, force: true })]);
  }
}

/** The largest batches that events can bring, each in the parts in which the function works it. */
export const largestBatches: Benchmark = {
  summary: `batches of ${MESSAGES} largest events, with the heap of a function of 1,024 MB`,
  async run() {
    const figures: Figure[] = [];
    for (const [name, shape] of Object.entries(SHAPES)) figures.push(await measured(name, shape));
    return figures;
  },
};
