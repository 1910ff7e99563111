import { InvalidArgumentError } from 'commander';

/** Parses an option that is a time from one second to an hour. */
export function secondsOption(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 3_600) return value;
  throw new InvalidArgumentError('expected a whole number of seconds from 1 to 3600.');
}
