import type { ForwarderMetrics } from '../interface.ts';

/** Counters of all terms of leadership: a counter that goes back with each term would look like a restart. */
export class Totals {
  #published = 0;
  #failed = 0;
  #snapshots = 0;
  #refused = 0;
  #foreign = 0;

  /** A term is over. */
  add({ published, failed, snapshots, refused, foreign }: ForwarderMetrics): void {
    this.#published += published;
    this.#failed += failed;
    this.#snapshots += snapshots;
    this.#refused += refused;
    this.#foreign += foreign;
  }

  /** The figures of the term at hand with those before it. */
  with(metrics: ForwarderMetrics): ForwarderMetrics {
    return {
      ...metrics,
      published: metrics.published + this.#published,
      failed: metrics.failed + this.#failed,
      snapshots: metrics.snapshots + this.#snapshots,
      refused: metrics.refused + this.#refused,
      foreign: metrics.foreign + this.#foreign,
    };
  }
}
