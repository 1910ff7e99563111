import type { Publisher } from '../ports.ts';
import type { Term } from './term.ts';

/**
 * Returns a publisher that publishes only while the term lasts, by the clock of the moment and not by the last timer. While the
 * term is uncertain it waits: making events anew would take the time in which the Lease could be renewed.
 *
 * @param publisher makes one attempt for each call; retries could outlast the term.
 */
export function fencedPublisher(term: Pick<Term, 'certain'>, publisher: Publisher): Publisher {
  return {
    async publish(events) {
      await term.certain();
      return publisher.publish(events);
    },
  };
}
