import { PORT, readNumber } from './value-kind.ts';

/** Parses a decimal port from 1 to 65535 with no other characters around it. */
export function parsePort(input: string): number | undefined {
  return readNumber(PORT, input);
}
