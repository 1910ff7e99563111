import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Parses a time as ISO 8601, or as an age: `90m`, `12h`, `7d`, `4w`, or `2h ago`.
 *
 * @param now milliseconds since the epoch.
 * @returns undefined for any other text.
 */
export function parseTime(text: string, now: number): Date | undefined {
  const ago = /^([1-9][0-9]{0,5})([mhdw])(?: ago)?$/.exec(text);
  if (ago !== null) return new Date(now - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0));
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** Parses the time of an option or argument. */
export function timeOption(text: string): Date {
  const parsed = parseTime(text, Date.now());
  if (parsed === undefined) {
    throw new InvalidArgumentError(
      'Expected a time, such as 2026-11-24T08:00:00Z, or an age, such as 90m, 12h, 7d or 4w.',
    );
  }
  return parsed;
}
