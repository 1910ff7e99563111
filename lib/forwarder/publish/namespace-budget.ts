/** Single events that a namespace may publish. */
export interface BudgetLimits {
  /** At once. */
  readonly burst: number;
  /** On average. */
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  /** Time of `tokens`, in milliseconds. */
  at: number;
}

/** Buckets above which full ones are dropped: a namespace without a bucket has a full one. */
const SWEEP_AT = 1_000;

/**
 * Limits the single events of each namespace with a token bucket. The queue of an appliance is read in order, so a
 * namespace that changed faster than the appliance is written would delay every other one for as long as it liked.
 */
export class NamespaceBudget {
  readonly #limits: BudgetLimits;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds of a clock that may be set back. */
  constructor(limits: BudgetLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Returns the milliseconds until the namespace may publish an event; 0 if it may now. */
  waitMs(namespace: string): number {
    const bucket = this.#buckets.get(namespace);
    if (bucket === undefined) return 0;
    this.#refill(bucket);
    return bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) / this.#limits.perSecond) * 1_000);
  }

  spend(namespace: string): void {
    const bucket = this.#buckets.get(namespace) ?? { tokens: this.#limits.burst, at: this.#now() };
    this.#refill(bucket);
    bucket.tokens -= 1;
    this.#buckets.set(namespace, bucket);
    if (this.#buckets.size > SWEEP_AT) this.#sweep();
  }

  #refill(bucket: Bucket): void {
    const now = this.#now();
    const gained = (Math.max(0, now - bucket.at) / 1_000) * this.#limits.perSecond;
    bucket.tokens = Math.min(this.#limits.burst, bucket.tokens + gained);
    bucket.at = now;
  }

  #sweep(): void {
    for (const [namespace, bucket] of this.#buckets) {
      this.#refill(bucket);
      if (bucket.tokens >= this.#limits.burst) this.#buckets.delete(namespace);
    }
  }
}
