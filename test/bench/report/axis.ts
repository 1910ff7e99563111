/** Where a value is on an axis, and what stands beside it. */
export interface Axis {
  /** Returns pixels from the origin. */
  at(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** A logarithmic axis over whole decades that hold all values. @param values positive numbers. */
export function logAxis(values: readonly number[], pixels: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return {
    at: (value) => ((Math.log10(value) - low) / (high - low)) * pixels,
    ticks: ticks.map((value) => ({ value, label: brief(value) })),
  };
}

/** A linear axis from 0 with about five ticks. */
export function linearAxis(most: number, pixels: number): Axis {
  const raw = Math.max(most, Number.MIN_VALUE) / 5;
  const decade = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * decade >= raw) ?? 10) * decade;
  const count = Math.max(1, Math.ceil(most / step));
  return {
    at: (value) => (value / (count * step)) * pixels,
    ticks: Array.from({ length: count + 1 }, (_, index) => ({ value: index * step, label: brief(index * step) })),
  };
}

function brief(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en', { maximumFractionDigits: 6 });
}
