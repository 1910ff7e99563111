import type { DesiredIngress } from '../state/desired-state.ts';
import type { Candidate } from './range-plan.ts';

/** A candidate with what it would carry. */
export type NamedCandidate = Candidate & Required<Pick<DesiredIngress, 'state' | 'hash'>> & { readonly name: string };

/** What a snapshot says about an object. */
export interface AssessedState {
  /** Whether the object has a state. */
  readonly wanted: boolean;
  /** Undefined where it has none. */
  readonly candidate: NamedCandidate | undefined;
}

/**
 * Keeps what the next range of a snapshot says, so that it can be worked out in parts before the event is made. What may have
 * changed since is dropped, by the same notice that has a change published: so all that is kept is true at each moment, and the
 * event is still made of one moment (protocol rule 14).
 */
export class StatesAhead {
  readonly #states = new Map<string, AssessedState>();

  get(name: string): AssessedState | undefined {
    return this.#states.get(name);
  }

  keep(name: string, state: AssessedState): void {
    this.#states.set(name, state);
  }

  /** These may have changed. */
  drop(names: Iterable<string>): void {
    if (this.#states.size > 0) for (const name of names) this.#states.delete(name);
  }

  clear(): void {
    this.#states.clear();
  }
}
