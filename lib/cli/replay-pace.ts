/** One measurement of the remaining work. */
interface Measurement {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Remaining work: events, or milliseconds of event time. */
  readonly left: number;
}

/** Age up to which measurements count for the rate, in milliseconds. Older ones do not predict the rest. */
const RATE_WINDOW_MS = 60_000;

/** Measures how fast remaining work shrinks, and for how long it has not. */
export class Pace {
  readonly #began: number;
  #recent: Measurement[] = [];
  #least = Number.POSITIVE_INFINITY;
  #movedAt: number;

  /** @param now milliseconds since the epoch. */
  constructor(now: number) {
    this.#began = now;
    this.#movedAt = now;
  }

  note(at: number, left: number): void {
    if (left < this.#least) {
      this.#least = left;
      this.#movedAt = at;
    }
    this.#recent = [...this.#recent.filter((one) => at - one.at <= RATE_WINDOW_MS), { at, left }];
  }

  /** Milliseconds since the remaining work last reached a new minimum. */
  stalledMs(now: number): number {
    return now - this.#movedAt;
  }

  elapsedMs(now: number): number {
    return now - this.#began;
  }

  /** Work done per second; 0 without progress. */
  get perSecond(): number {
    const [first, last] = [this.#recent[0], this.#recent.at(-1)];
    if (first === undefined || last === undefined || last.at === first.at) return 0;
    return Math.max(0, ((first.left - last.left) * 1000) / (last.at - first.at));
  }

  /** Milliseconds until nothing is left, at this rate; undefined without progress. */
  get remainingMs(): number | undefined {
    const rate = this.perSecond;
    return rate === 0 ? undefined : ((this.#recent.at(-1)?.left ?? 0) / rate) * 1000;
  }
}

/** Formats a duration in at most two units: `12s`, `3m 5s`, `2h 10m`, `3d 4h`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}

/** Formats elapsed time, rate and remaining time: `1m 10s so far, 35 events a second, about 40s left`. */
export function paceText(pace: Pace, now: number, unit?: string): string {
  const { perSecond, remainingMs } = pace;
  return [
    `${duration(pace.elapsedMs(now))} so far`,
    ...(unit === undefined || perSecond === 0
      ? []
      : [`${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)} ${unit} a second`]),
    ...(remainingMs === undefined ? [] : [`about ${duration(remainingMs)} left`]),
  ].join(', ');
}
