import { readFileSync } from 'node:fs';
import { UsageError } from './usage.ts';

/** Text of a file that an option names. @throws {UsageError} which names the file: Node's own errors do not always. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw UsageError.of(Object.assign(error as Error, { path }));
  }
}
