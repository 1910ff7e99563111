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
/** Time after which a write that nobody changed back is forgotten: a new leader may write thousands. */
const RECENT_MS = 60_000;

/**
 * Says when a status may be written, so that nothing is written in a loop:
 *
 * | the status is wanted | it is written |
 * |---|---|
 * | for the first time, or with another content | at once, a second after the last write at the earliest |
 * | again with the content that was written last, which somebody changed, or which was refused | twice like that, then after 2, 4, 8 … seconds, ten minutes at most |
 */
export class WritePace {
  /** In the order of the last write. */
  readonly #recent = new Map<string, Written>();
  /** Objects that are changed back again and again, in the order of the last write. */
  readonly #repeated = new Map<string, Written>();

  /** @returns milliseconds until the object may be written. */
  waitMs(key: string, wanted: string, now: number): number {
    const last = this.#last(key);
    if (last === undefined) return 0;
    const again = last.wanted === wanted ? last.times - FREE_TIMES : 0;
    const spacing = again > 0 ? Math.min(LONGEST_MS, SPACING_MS * 2 ** again) : SPACING_MS;
    return Math.max(0, last.at + spacing - now);
  }

  /** Records an attempt, whether it succeeded or not. */
  attempted(key: string, wanted: string, now: number): void {
    const last = this.#last(key);
    const times = last?.wanted === wanted ? last.times + 1 : 1;
    this.#recent.delete(key);
    this.#repeated.delete(key);
    const map = times > FREE_TIMES ? this.#repeated : this.#recent;
    map.set(key, { wanted, at: now, times });
    forgetOlder(this.#recent, now - RECENT_MS);
    forgetOlder(this.#repeated, now - 2 * LONGEST_MS);
  }

  #last(key: string): Written | undefined {
    return this.#repeated.get(key) ?? this.#recent.get(key);
  }
}

/** @param written in the order of the last write. */
function forgetOlder(written: Map<string, Written>, than: number): void {
  for (const [key, { at }] of written) {
    if (at >= than) return;
    written.delete(key);
  }
}
