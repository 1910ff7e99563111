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
 *
 * It also decides which appliances a snapshot asks to compare real objects: each that has answered, once after the start
 * and once a day. Each Ingress then gets an outcome, so a status that missed one is right a day later (REP-1).
 */
export class SnapshotFlags {
  readonly #now: () => number;
  /** Start of the last flagged snapshot of which every range was published. */
  #flaggedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** Appliance → prefix → sequence at which it was refused. */
  readonly #refused = new Map<string, Map<string, number>>();
  readonly #reasons = new Map<string, string>();
  /** Appliance that has answered → start of the last snapshot that it was asked to verify. */
  readonly #verifiedAt = new Map<string, number>();

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

  /** Returns the appliances that are to verify the next snapshot. One that refuses snapshots would verify nothing. */
  toVerify(): string[] {
    const isDue = ([appliance, at]: [string, number]): boolean =>
      this.#now() - at >= DAY_MS && !this.#refused.has(appliance);
    return [...this.#verifiedAt].filter(isDue).map(([appliance]) => appliance);
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

  /** All ranges of a snapshot are published, and asked these appliances to verify. */
  verified(verify: Iterable<string>, begunAt: number): void {
    for (const appliance of verify) this.#verifiedAt.set(appliance, begunAt);
  }

  failed(): void {
    this.#failedAt = this.#now();
  }

  refused(appliance: string, range: KeyRange, sequence: number, reason = ''): void {
    this.#reasons.set(appliance, reason);
    // It verified nothing.
    this.#verifiedAt.set(appliance, Number.NEGATIVE_INFINITY);
    const refused = this.#refused.get(appliance) ?? new Map<string, number>();
    this.#refused.set(appliance, refused);
    for (const prefix of prefixesIn(range)) refused.set(prefix, sequence);
  }

  /** @returns whether this was the last range that the appliance had refused. */
  applied(appliance: string, range: KeyRange, sequence: number): boolean {
    if (!this.#verifiedAt.has(appliance)) this.#verifiedAt.set(appliance, Number.NEGATIVE_INFINITY);
    const refused = this.#refused.get(appliance);
    for (const [prefix, at] of refused ?? []) if (inRange(prefix, range) && at <= sequence) refused?.delete(prefix);
    return refused?.size === 0 && this.#refused.delete(appliance);
  }
}
