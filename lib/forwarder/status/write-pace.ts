/** The last writes of one object. */
interface Written {
  /** Stands for the content that was wanted. */
  readonly wanted: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Writes of this content in a row: whoever changes it back is not answered for ever at once. */
  readonly times: number;
}

/** Least time between two writes of one object, in milliseconds. */
const SPACING_MS = 1_000;
/** Writes of one content in a row that are not delayed further. */
const FREE_TIMES = 2;
const LONGEST_MS = 600_000;

/**
 * Says when a status may be written, so that nothing is written in a loop:
 *
 * | the status is wanted | it is written |
 * |---|---|
 * | for the first time, or with another content | at once, a second after the last write at the earliest |
 * | again with the content that was written last, which somebody changed, or which was refused | twice like that, then after 2, 4, 8 … seconds, ten minutes at most |
 */
export class WritePace {
  readonly #written = new Map<string, Written>();

  /** @returns milliseconds until the object may be written. */
  waitMs(key: string, wanted: string, now: number): number {
    const last = this.#written.get(key);
    if (last === undefined) return 0;
    const again = last.wanted === wanted ? last.times - FREE_TIMES : 0;
    const spacing = again > 0 ? Math.min(LONGEST_MS, SPACING_MS * 2 ** again) : SPACING_MS;
    return Math.max(0, last.at + spacing - now);
  }

  /** Records an attempt, whether it succeeded or not. */
  attempted(key: string, wanted: string, now: number): void {
    const last = this.#written.get(key);
    const times = last?.wanted === wanted ? last.times + 1 : 1;
    // Entries stay in the order of their last write.
    this.#written.delete(key);
    this.#written.set(key, { wanted, at: now, times });
    this.#forgetOld(now);
  }

  /** Forgets objects that nobody changed back for long. */
  #forgetOld(now: number): void {
    for (const [key, { at }] of this.#written) {
      if (now - at <= 2 * LONGEST_MS) return;
      this.#written.delete(key);
    }
  }
}
