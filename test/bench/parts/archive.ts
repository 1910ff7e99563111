import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import { batches, hostOf, nameOf, resident, snapshotEvents, tenantOf } from '../../support/estate.ts';
import { changed, withdrawn } from '../../support/events.ts';
import { type Part, PartlyMeasured } from '../report/part.ts';
import type { Findings, Row } from '../report/results.ts';
import { Twins } from '../support/twins.ts';

const EVENTS = 100_000;
const INGRESSES = 1_000;
/** One event in so many is a scheduled snapshot of a part of the cluster. */
const EVENTS_A_SNAPSHOT = 5_000;
/** Time of the first event, on the clock of the sequences. */
const BEGIN = 10_000_000;
const REPLAY = 'archive';

/** A replay to an appliance that is up to date: every event was overtaken, or is known. */
export const archive: Part = {
  name: 'archive',
  summary: `replay of an archive of ${EVENTS.toLocaleString('en')} events of ${INGRESSES.toLocaleString('en')} Ingresses to an appliance that is up to date`,
  async measure(folder): Promise<Findings> {
    const { events, last } = history();
    const rows: Row[] = [];
    const twins = await Twins.start(folder);
    try {
      await twins.deliver('cold', INGRESSES, batches(last));
      rows.push(await twins.deliver('archive', EVENTS, batches(events)));
      await twins.compare();
    } catch (error) {
      throw new PartlyMeasured({ rows }, error);
    } finally {
      await twins.stop();
    }
    return { rows };
  },
};

/**
 * Returns the history of a cluster, the same in every run: rolling restarts change members, now and then a host comes or
 * goes, an Ingress is withdrawn and comes back, and snapshots are published on schedule.
 *
 * @returns the events in the order of their publication, as a replay brings them, and flagged snapshots of the end.
 */
export function history(count = EVENTS): { events: ReceivedEvent[]; last: ReceivedEvent[] } {
  const random = numbers(20_260_101);
  const states = new Map(Array.from({ length: INGRESSES }, (_, index) => [index, resident(index)]));
  const events: ReceivedEvent[] = [];
  while (events.length < count) {
    const sequence = BEGIN + events.length * 10;
    if (events.length % EVENTS_A_SNAPSHOT === EVENTS_A_SNAPSHOT - 1) {
      events.push(...snapshotEvents([...states.values()], sequence));
      continue;
    }
    const index = random(INGRESSES);
    const dice = random(100);
    if (dice < 3 && states.delete(index)) {
      events.push(withdrawn(sequence, nameOf(index), { namespace: tenantOf(index) }));
      continue;
    }
    const members = Array.from({ length: 3 }, () => `10.1.${random(256)}.${random(256)}`);
    const hosts = dice < 6 ? [hostOf(index), `more-${index}.apps.example.com`] : [hostOf(index)];
    const state = resident(index, { members, hosts });
    states.set(index, state);
    events.push(changed(sequence, state));
  }
  const last = snapshotEvents([...states.values()], BEGIN + (events.length + 100) * 10, { flagged: true });
  return { events: events.slice(0, count).map((event) => ({ ...event, replay: REPLAY })), last };
}

/** Returns numbers below a limit, the same in every run: the generator of `minstd`. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
