import type { RunResult } from './run.ts';

/** The sums of many runs. */
export interface Summary {
  readonly date: string;
  readonly commit: string;
  readonly seeds: number;
  readonly failingSeeds: readonly number[];
  readonly days: number;
  readonly steps: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  readonly invocations: Readonly<Record<string, number>>;
  readonly probes: number;
  readonly connections: number;
  /** Intervals until all was right again → number of seeds, by their slowest calm time. */
  readonly rounds: Readonly<Record<string, number>>;
  readonly violations: Readonly<Record<string, number>>;
  readonly wallSeconds: number;
}

/** Adds up runs one by one, without keeping them. */
export class Sums {
  #seeds = 0;
  #days = 0;
  #steps = 0;
  #probes = 0;
  #connections = 0;
  #events = 0;
  readonly #failing: number[] = [];
  readonly #faults = new Map<string, number>();
  readonly #invocations = new Map<string, number>();
  readonly #rounds = new Map<string, number>();
  readonly #violations = new Map<string, number>();

  add({ schedule, steps, faults, probes, connections, rounds, violations, counts }: RunResult): void {
    this.#seeds += 1;
    this.#days += schedule.days;
    this.#steps += steps;
    this.#probes += probes;
    this.#connections += connections;
    for (const [kind, count] of faults) increase(this.#faults, kind, count);
    for (const [what, count] of counts) {
      if (what.startsWith('event ')) this.#events += count;
      if (what.startsWith('invocation ')) increase(this.#invocations, what.slice('invocation '.length), count);
    }
    increase(this.#rounds, String(rounds), 1);
    const [first] = violations;
    if (first === undefined) return;
    this.#failing.push(schedule.seed);
    increase(this.#violations, first.id, 1);
  }

  total(date: string, commit: string, wallSeconds: number): Summary {
    return {
      date,
      commit,
      seeds: this.#seeds,
      failingSeeds: this.#failing,
      days: this.#days,
      steps: this.#steps,
      faults: sorted(this.#faults),
      events: this.#events,
      invocations: sorted(this.#invocations),
      probes: this.#probes,
      connections: this.#connections,
      rounds: sorted(this.#rounds),
      violations: sorted(this.#violations),
      wallSeconds,
    };
  }
}

function increase(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

const sorted = (map: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Returns the summary as lines of name and value. */
export function table(summary: Summary): string {
  const rows = Object.entries(summary).map(([name, value]): [string, string] => [name, textOf(value)]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join('');
}

function textOf(value: Summary[keyof Summary]): string {
  if (Array.isArray(value)) return value.join(', ') || 'none';
  if (typeof value !== 'object') return typeof value === 'number' ? value.toLocaleString('en') : String(value);
  const parts = Object.entries(value).map(([name, count]) => `${name} ${count}`);
  return parts.join(', ') || 'none';
}
