import type { Clock } from '../ports.ts';
import type { ForwarderSettings } from '../settings.ts';
import { refOf } from '../state/ingress-ref.ts';
import { Coalescer } from './coalesce.ts';
import { type Demand, IF_CHANGED, SEEN_DELETED } from './outbox.ts';
import { TriggerTimes } from './trigger-times.ts';

export interface ChangeWindowOptions {
  readonly clock: Clock;
  readonly settings: Pick<ForwarderSettings, 'windowMs' | 'maxDelayMs' | 'leadingIngresses'>;
  /** Returns whether the loss of the Ingress was not seen (LIF-6). */
  readonly isDoubted: (name: string) => boolean;
  /** Returns the number of changed Ingresses above which a snapshot is cheaper. */
  readonly limit: () => number;
  readonly publish: (names: Iterable<string>, demand: Demand) => void;
  /** More Ingresses changed than `limit`: a snapshot must find them. */
  readonly overflow: () => void;
}

/**
 * Gathers changed Ingresses before they are published. A namespace that alone changes too many is replaced by a snapshot,
 * and the others' changes are published as ever. Deletions that were seen have a window of their own: however
 * many they are, no snapshot replaces them (protocol rule 11).
 *
 * The first change of a quiet Ingress is published at once. A deletion, and a loss that was not seen, waits for the window:
 * what is created again within it (`kubectl replace --force`) keeps its traffic.
 */
export class ChangeWindow {
  /** When the changes happened that wait here or to be published. */
  readonly triggers = new TriggerTimes();
  readonly #changes: Coalescer;
  readonly #deletions: Coalescer;

  constructor({ clock, settings, isDoubted, limit, publish, overflow }: ChangeWindowOptions) {
    const { windowMs, maxDelayMs, leadingIngresses } = settings;
    const window = { clock, windowMs, maxDelayMs, groupOf: (name: string) => refOf(name).namespace };
    this.#changes = new Coalescer({
      ...window,
      leading: leadingIngresses,
      mayLead: (name) => !isDoubted(name),
      limit,
      flush: (names) => publish(names, IF_CHANGED),
      overflow,
    });
    this.#deletions = new Coalescer({
      ...window,
      leading: 0,
      mayLead: () => false,
      limit: () => Number.POSITIVE_INFINITY,
      flush: (names) => publish(names, SEEN_DELETED),
      overflow: () => {},
    });
  }

  /** Ingresses that wait. */
  get size(): number {
    return this.#changes.size + this.#deletions.size;
  }

  /** @param triggeredAt time at which Kubernetes observed the change, in milliseconds since the epoch. */
  changed(names: Iterable<string>, triggeredAt?: number): void {
    if (triggeredAt !== undefined) this.triggers.add(names, triggeredAt);
    for (const name of names) this.#changes.markChanged(name);
  }

  deleted(name: string): void {
    this.#deletions.markChanged(name);
  }

  /** Publishes everything that waits, and ends. */
  close(): void {
    for (const coalescer of [this.#changes, this.#deletions]) {
      coalescer.flushAll();
      coalescer.stop();
    }
  }
}
