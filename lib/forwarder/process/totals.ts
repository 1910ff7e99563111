import { addHistograms, EMPTY_HISTOGRAM } from '../feedback/histogram.ts';
import type { ForwarderMetrics } from '../interface.ts';

/** Sums the counters of all terms: a counter that went back with each term would look like a restart. */
export class Totals {
  #published = 0;
  #failed = 0;
  #snapshots = 0;
  #refused = 0;
  #foreign = 0;
  #programming = EMPTY_HISTOGRAM;

  /** Adds the counters of a finished term. */
  add({ published, failed, snapshots, refused, foreign, programming }: ForwarderMetrics): void {
    this.#published += published;
    this.#failed += failed;
    this.#snapshots += snapshots;
    this.#refused += refused;
    this.#foreign += foreign;
    this.#programming = addHistograms(this.#programming, programming);
  }

  /** Returns the metrics of the current term plus the counters of earlier terms. */
  with(metrics: ForwarderMetrics): ForwarderMetrics {
    return {
      ...metrics,
      published: metrics.published + this.#published,
      failed: metrics.failed + this.#failed,
      snapshots: metrics.snapshots + this.#snapshots,
      refused: metrics.refused + this.#refused,
      foreign: metrics.foreign + this.#foreign,
      programming: addHistograms(metrics.programming, this.#programming),
    };
  }
}
