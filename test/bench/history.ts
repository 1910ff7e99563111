import { historyAppliances } from '../../lib/cli/history-appliances.ts';
import { Fold } from '../../lib/history/index.ts';
import { longArchive } from '../support/long-archive.ts';
import { atMost, type Benchmark, type Figure } from './figure.ts';

const EVENTS = 100_000;
const LIMIT_SECONDS = 5;
const START = Date.parse('2026-10-01T00:00:00Z');
/** About a tenth of the archive: 100,000 events are a day. */
const EARLY = START + 2.4 * 3_600_000;

/** Seconds of processor time, of which the garbage collector's threads are a part. */
function cpu(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

function folded(bodies: readonly string[], until?: number): Fold {
  const fold = new Fold(historyAppliances({}), until);
  for (const body of bodies) fold.add(body);
  return fold;
}

function measure(ingresses: number): Figure[] {
  const bodies = [...longArchive(ingresses, EVENTS, START)];
  const megabytes = bodies.reduce((sum, body) => sum + body.length, 0) / 1e6;
  const archive = `${bodies.length.toLocaleString('en')} events of ${ingresses.toLocaleString('en')} Ingresses`;
  const figures: Figure[] = [];
  let read = 0;
  const all = cpu(() => {
    read = folded(bodies).counts.events;
  });
  if (read !== bodies.length) throw new Error(`${read} of ${bodies.length} events are folded`);
  figures.push(atMost(`fold ${archive}, ${megabytes.toFixed(0)} MB`, all, LIMIT_SECONDS, 's of CPU', 1));
  let later = 0;
  const early = cpu(() => {
    later = folded(bodies, EARLY).counts.later;
  });
  figures.push(
    atMost(`… up to a time with ${later.toLocaleString('en')} events after it`, early, LIMIT_SECONDS, 's of CPU', 1),
  );
  return figures;
}

/** How long it takes to fold a long archive, without reading it from a disk. */
export const history: Benchmark = {
  summary: 'fold 100,000 archived events, as nspass at and nspass history do',
  run: async () => [1_000, 10_000].flatMap(measure),
};
