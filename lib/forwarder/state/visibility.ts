import { backendsOf, type SourceState } from '../../contract/index.ts';
import type { Log } from '../../telemetry/index.ts';

/** Tracks how much of the source can be read (LIF-6). */
export class Visibility {
  readonly #log: Log;
  #complete: boolean | undefined;
  /** Whether anything was published for this cluster before; until that is known, yes. */
  publishedBefore = true;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether the source has told everything that it can read. */
  get synced(): boolean {
    return this.#complete !== undefined;
  }

  /** Whether nothing may be hidden in what cannot be read. */
  get complete(): boolean {
    return this.#complete === true;
  }

  /** @returns whether this is the first view. */
  update(complete: boolean): boolean {
    const first = !this.synced;
    this.#complete = complete;
    if (!complete) this.#log.warn('part of the source is unreadable; no snapshot is published until it can be read');
    return first;
  }

  /**
   * Returns whether an Ingress that is absent or lacks members may owe that to objects that cannot be read. Where
   * nothing was ever published there is nothing to lose, and the readable rest works.
   */
  mayHide(name: string, state: SourceState | undefined): boolean {
    if (this.complete) return false;
    if (state === undefined) return true;
    if (!this.publishedBefore || backendsOf(state).every(({ members }) => members.length > 0)) return false;
    this.#log.warn('an Ingress is not published: its back end may be in an unreadable part of the source', {
      ingress: name,
    });
    return true;
  }
}
