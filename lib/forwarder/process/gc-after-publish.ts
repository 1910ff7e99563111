import type { Publisher } from '../ports.ts';

/**
 * Returns a publisher that collects garbage after each snapshot event: an event of 240 KB is copied about ten times on
 * the way to the bus, and thirty come in a row. On a fast machine the collector runs too late by itself.
 *
 * @param collect `gc`, where the flags of the image expose it.
 */
export function gcAfterPublish(publisher: Publisher, collect: () => void): Publisher {
  return {
    async publish(events) {
      const result = await publisher.publish(events);
      if (events.some(({ detailType }) => detailType.endsWith(' Snapshot'))) collect();
      return result;
    },
  };
}
