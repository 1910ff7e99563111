import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A path cannot be used. The message names path, reason and remedy, for the user who chose the path. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

/** Reasons in words, because a code such as `EACCES` means little to most users. */
const REASONS: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  ENOENT: 'no file can be created there',
};

const ELSEWHERE = 'Choose another path.';

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? message;
}

function stats(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Nothing exists below a file; the check of that file itself reports the problem.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw new PathError(`${path} cannot be used: ${reasonOf(error)}. ${ELSEWHERE}`, { cause: error });
  }
}

/**
 * Creates a folder, and those above it. Node's own `recursive` never returns below /proc, where the system reports that the
 * parent folder is missing.
 *
 * @throws {PathError}
 */
export function makeFolder(path: string): void {
  if (path === '') throw new PathError('the name of the folder is empty.');
  const found = stats(path);
  if (found?.isDirectory()) return;
  if (found !== undefined) throw new PathError(`${path} is a file: expected a folder. ${ELSEWHERE}`);
  const above = dirname(resolve(path));
  // The root always exists.
  if (above !== resolve(path)) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process created it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && stats(path)?.isDirectory()) return;
    throw new PathError(`${path} cannot be created: ${reasonOf(error)}. ${ELSEWHERE}`, { cause: error });
  }
}

/**
 * Checks that files can be created in a folder, by creating one: permissions alone are not enough (an administrator may do
 * everything, but nothing below /proc).
 *
 * @throws {PathError}
 */
export function checkWritable(folder: string): void {
  const draft = join(folder, `.nspass-${process.pid}.tmp`);
  try {
    closeSync(openSync(draft, 'w', 0o600));
    rmSync(draft, { force: true });
  } catch (error) {
    throw new PathError(`${folder} cannot be written to: ${reasonOf(error)}. ${ELSEWHERE}`, {
      cause: error,
    });
  }
}

/**
 * Checks that a file can be written, before hours of work depend on it: its folder exists, and nothing but a file has its
 * name.
 *
 * @throws {PathError}
 */
export function checkFile(path: string): void {
  if (path === '') throw new PathError('the name of the file is empty.');
  const folder = dirname(resolve(path));
  const around = stats(folder);
  if (around === undefined)
    throw new PathError(
      `${path} cannot be written: the folder ${folder} does not exist. Create it first, or choose another path.`,
    );
  if (!around.isDirectory()) throw new PathError(`${path} cannot be written: ${folder} is not a folder. ${ELSEWHERE}`);
  const there = stats(path);
  if (there?.isDirectory()) throw new PathError(`${path} is a folder: expected a file. ${ELSEWHERE}`);
  if (there !== undefined && !there.isFile())
    throw new PathError(`${path} is not a regular file, and would be replaced. ${ELSEWHERE}`);
  checkWritable(folder);
}
