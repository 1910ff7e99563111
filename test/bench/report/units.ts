/** How the report writes numbers. */

export const count = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });

export function time(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 1_000) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1_000;
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${count(seconds)} s`;
}

export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Decimal units, as networks are measured. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1_000).toFixed(0)} kB`;
  const mega = value / 1_000_000;
  return `${mega < 10 ? mega.toFixed(1) : count(mega)} MB`;
}

export const megabytes = (value: number): string => `${count(value)} MB`;

/** How many times as much. */
export const times = (value: number): string => (value < 10 ? value.toFixed(2) : count(value));
