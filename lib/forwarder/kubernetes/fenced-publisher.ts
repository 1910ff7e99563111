import type { Publisher } from '../ports.ts';
import type { Term } from './election.ts';

/**
 * A publisher that only a leader has: asked by the clock of the very moment, not by what a timer said last.
 *
 * @param publisher makes one attempt for each call; those that retry would outlast the term.
 */
export function fencedPublisher(term: Pick<Term, 'assert'>, publisher: Publisher): Publisher {
  return {
    async publish(events) {
      term.assert();
      return publisher.publish(events);
    },
  };
}
