const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Returns a number of bytes for people, in units of 1,000: `812 B`, `1.5 kB`, `23 MB`. */
export function byteText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  // A value that rounds to 1,000 takes the next unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
