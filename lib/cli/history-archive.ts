import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage.ts';

const FILE = /\.jsonl$/;
/** Folder of the archives in a state folder of `nspass local`. */
const IN_STATE = 'archive';

/**
 * Finds the file of a local archive: the file itself, the only one in a folder, or in `archive` in the folder that
 * `nspass local --state` keeps.
 *
 * @throws {UsageError} if there is none, or more than one.
 */
export function archiveFile(path: string): string {
  const found = statOf(path);
  if (!found.isDirectory()) return path;
  const inState = join(path, IN_STATE);
  const folders = [path, ...(readdirSync(path).includes(IN_STATE) ? [inState] : [])];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => FILE.test(name))
      .map((name) => join(folder, name)),
  );
  const [only, ...others] = files;
  if (only === undefined) {
    throw new UsageError(
      `${path} has no archive: expected a folder of nspass local --state, or a file of events whose name ends in .jsonl.`,
    );
  }
  if (others.length > 0) throw new UsageError(`${path} has several archives: name one of ${files.join(', ')}.`);
  return only;
}

function statOf(path: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(path);
  } catch (error) {
    throw UsageError.of(error);
  }
}
