import { type IngressState, type ReceivedEvent, SOURCES, toEvent } from '../../lib/contract/index.ts';
import { resident, snapshotEvents } from './estate.ts';
import { changed, withdrawn } from './events.ts';

/** Returns an event as an archive keeps it. @param at when the bus had it, in milliseconds since the epoch. */
export function archivedBody({ detailType, data, id, replay }: ReceivedEvent, at: number): string {
  const { detail } = toEvent(SOURCES.forwarder, detailType, data as never, { now: () => at, id });
  return JSON.stringify({
    version: '0',
    id: `bus-${id}`,
    'detail-type': detailType,
    source: SOURCES.forwarder,
    account: '000000000000',
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: 'eu-central-1',
    resources: [],
    ...(replay === undefined ? {} : { 'replay-name': replay }),
    detail,
  });
}

/** Milliseconds from one event to the next: 100,000 are about a day. */
const APART = 864;
const SINGLES_BETWEEN_SNAPSHOTS = 5_000;

/**
 * Returns an archive: a snapshot of many Ingresses, then changes of their members, withdrawals and Ingresses that come
 * again, and a whole snapshot now and then.
 *
 * @param count at least as many events.
 */
export function* longArchive(ingresses: number, count: number, start: number): Generator<string> {
  const now = new Map<number, IngressState>();
  for (let index = 0; index < ingresses; index += 1) now.set(index, resident(index));
  let written = 0;
  const next = (event: ReceivedEvent): string => {
    written += 1;
    return archivedBody(event, start + written * APART);
  };
  while (written < count) {
    for (const event of snapshotEvents([...now.values()], start + written * APART, { flagged: written === 0 })) {
      yield next(event);
    }
    for (let single = 0; single < SINGLES_BETWEEN_SNAPSHOTS && written < count; single += 1) {
      // A step that meets every Ingress, and none twice in a row.
      const index = (written * 7_919) % ingresses;
      const sequence = start + written * APART;
      const had = now.get(index);
      if (had !== undefined && single % 20 === 19) {
        now.delete(index);
        yield next(withdrawn(sequence, had.name, { namespace: had.namespace }));
        continue;
      }
      const state = resident(index, {
        members: [`10.${200 + (written >> 16)}.${(written >> 8) & 255}.${written & 255}`, '10.9.9.9'],
      });
      now.set(index, state);
      yield next(changed(sequence, state));
    }
  }
}
