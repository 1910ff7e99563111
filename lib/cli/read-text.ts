import { readFileSync } from 'node:fs';
import { UsageError } from './usage.ts';

/** Reads the file that an option names. @throws {UsageError} with the file, which Node's own errors do not always name. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw UsageError.of(Object.assign(error as Error, { path }));
  }
}
