import type { Publisher } from '../ports.ts';

/**
 * A publisher after whose snapshots the garbage is collected: each event of 240 KB is some ten copies of it on the way
 * to the bus, and thirty of them come one after the other. On a fast machine the collector is too late by itself.
 *
 * @param collect `gc`, where the flags of the image give it.
 */
export function gcAfterPublish(publisher: Publisher, collect: () => void): Publisher {
  return {
    async publish(events) {
      const result = await publisher.publish(events);
      if (events.some(({ detailType }) => detailType === 'Cluster Snapshot')) collect();
      return result;
    },
  };
}
