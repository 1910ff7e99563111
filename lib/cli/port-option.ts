import { InvalidArgumentError } from 'commander';

/** Parses an option that is a port, or 0 for a free one. */
export function portOption(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('expected a port from 1 to 65535, or 0 for a free one.');
}
