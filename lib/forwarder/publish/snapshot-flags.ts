import { inRange, type KeyRange, prefixesIn } from '../../contract/index.ts';

const DAY_MS = 86_400_000;

/**
 * Decides whether the next scheduled snapshot must be flagged (protocol rules 4 and 11), apart from what it absorbs:
 *
 * | since the last flagged snapshot | flagged |
 * |---|---|
 * | none was published since the start | yes |
 * | an outcome `Ingress Failed` | yes, the next one |
 * | `Prune Refused` by an appliance | yes, each one, until `Snapshot Applied` for all refused ranges |
 * | a day passed | yes |
 */
export class SnapshotFlags {
  readonly #now: () => number;
  /** Start of the last flagged snapshot of which every range was published. */
  #flaggedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** Appliance → prefix → sequence at which it was refused. */
  readonly #refused = new Map<string, Map<string, number>>();
  readonly #reasons = new Map<string, string>();

  /** @param now milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns why the next snapshot must be flagged; undefined where it need not be. */
  reason(): string | undefined {
    if (this.#flaggedAt === Number.NEGATIVE_INFINITY) return 'start';
    if (this.#refused.size > 0) return `prune refused by ${[...this.#refused.keys()].join(', ')}`;
    if (this.#failedAt >= this.#flaggedAt) return 'failed outcome';
    return this.#now() - this.#flaggedAt >= DAY_MS ? 'daily' : undefined;
  }

  /** Whether an appliance refused a snapshot and has accepted none since. */
  get refusing(): boolean {
    return this.#refused.size > 0;
  }

  /** Appliances that refuse snapshots, each with its last reason. */
  get refusals(): readonly (readonly [appliance: string, reason: string])[] {
    return [...this.#refused.keys()].map((appliance) => [appliance, this.#reasons.get(appliance) ?? ''] as const);
  }

  /** All ranges of a flagged snapshot are published. */
  published(begunAt: number): void {
    this.#flaggedAt = Math.max(this.#flaggedAt, begunAt);
  }

  failed(): void {
    this.#failedAt = this.#now();
  }

  refused(appliance: string, range: KeyRange, sequence: number, reason = ''): void {
    this.#reasons.set(appliance, reason);
    const refused = this.#refused.get(appliance) ?? new Map<string, number>();
    this.#refused.set(appliance, refused);
    for (const prefix of prefixesIn(range)) refused.set(prefix, sequence);
  }

  /** @returns whether this was the last range that the appliance had refused. */
  applied(appliance: string, range: KeyRange, sequence: number): boolean {
    const refused = this.#refused.get(appliance);
    for (const [prefix, at] of refused ?? []) if (inRange(prefix, range) && at <= sequence) refused?.delete(prefix);
    return refused?.size === 0 && this.#refused.delete(appliance);
  }
}
