import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The file exists, and the caller expected that it does not. */
export class FileExists extends Error {
  override readonly name = 'FileExists';
}

export interface ReplaceOptions {
  /** Permissions of a new file, before the umask (default: 0o666). An existing file keeps its own. */
  readonly mode?: number;
  /** Whether an existing file is replaced (default: true). */
  readonly replace?: boolean;
}

/**
 * Writes a file in one step: Ctrl-C or a crash leaves the old or the new one, never a half. A link keeps leading to the
 * file, and what is not a file, such as `/dev/stdout`, is written to.
 *
 * @throws {FileExists} without `replace`. @throws {NodeJS.ErrnoException}
 */
export function replaceFile(path: string, text: string, { mode = 0o666, replace = true }: ReplaceOptions = {}): void {
  const before = statSync(path, { throwIfNoEntry: false });
  if (before !== undefined && !replace) throw new FileExists(`${path} exists`);
  if (before !== undefined && !before.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = before === undefined ? path : realpathSync(path);
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.draft`);
  try {
    writeDraft(draft, text, before === undefined ? mode : before.mode & 0o777);
    // A link is not made where a file is: one that was made meanwhile stays.
    if (replace) renameSync(draft, target);
    else linkSync(draft, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new FileExists(`${path} exists`, { cause: error });
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeDraft(draft: string, text: string, mode: number): void {
  const descriptor = openSync(draft, 'w', mode);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
