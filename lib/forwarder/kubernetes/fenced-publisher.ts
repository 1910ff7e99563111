import type { Publisher } from '../ports.ts';
import type { Term } from './term.ts';

/**
 * Returns a publisher that publishes only while the term lasts, by the clock of the moment and not by the last timer.
 *
 * @param publisher makes one attempt for each call; retries could outlast the term.
 */
export function fencedPublisher(term: Pick<Term, 'assert'>, publisher: Publisher): Publisher {
  return {
    async publish(events) {
      term.assert();
      return publisher.publish(events);
    },
  };
}
