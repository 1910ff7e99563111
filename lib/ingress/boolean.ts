import { BOOLEAN, readWord } from './value-kind.ts';

/** Parses `true` and `false` in any case; undefined for any other text. */
export function parseBoolean(input: string): boolean | undefined {
  const word = readWord(BOOLEAN, input);
  return word === undefined ? undefined : word === 'true';
}
