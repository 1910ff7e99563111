import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Files cannot be kept at a place: which one, why, and what to do, as one sentence for whoever chose it. */
export class PathError extends Error {
  override readonly name = 'PlaceUnusable';
}

/** Why, in words; `EACCES` alone says little to most people. */
const REASONS: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  ENOENT: 'no file can be made there',
};

const ELSEWHERE = 'Name another place.';

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? message;
}

function stats(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Below a file there is nothing; what is wrong is said where that file itself is looked at.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw new PathError(`${path} cannot be used: ${reasonOf(error)}. ${ELSEWHERE}`, { cause: error });
  }
}

/**
 * Makes a folder, and those above it. Node's own `recursive` never returns where the system lets nobody make anything
 * and says that the folder above is missing, as below /proc.
 *
 * @throws {PathError}
 */
export function makeFolder(path: string): void {
  if (path === '') throw new PathError('The name of the folder is empty: name one.');
  const found = stats(path);
  if (found?.isDirectory()) return;
  if (found !== undefined) throw new PathError(`${path} is a file: a folder is needed. ${ELSEWHERE}`);
  const above = dirname(resolve(path));
  // The root is always there.
  if (above !== resolve(path)) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && stats(path)?.isDirectory()) return;
    throw new PathError(`The folder ${path} cannot be made: ${reasonOf(error)}. ${ELSEWHERE}`, { cause: error });
  }
}

/**
 * Makes sure that files can be made in a folder, by making one: permissions alone do not tell (an administrator may do
 * everything, and yet nothing below /proc).
 *
 * @throws {PathError}
 */
export function checkWritable(folder: string): void {
  const draft = join(folder, `.nspass-${process.pid}.tmp`);
  try {
    closeSync(openSync(draft, 'w', 0o600));
    rmSync(draft, { force: true });
  } catch (error) {
    throw new PathError(`The folder ${folder} cannot be written to: ${reasonOf(error)}. ${ELSEWHERE}`, {
      cause: error,
    });
  }
}

/**
 * Makes sure that a file can be written, before hours of work depend on it: its folder is there, and what bears its name
 * is a file.
 *
 * @throws {PathError}
 */
export function checkFile(path: string): void {
  if (path === '') throw new PathError('The name of the file is empty: name one.');
  const folder = dirname(resolve(path));
  const around = stats(folder);
  if (around === undefined)
    throw new PathError(
      `${path} cannot be written: there is no folder ${folder}. Make it first, or name another place.`,
    );
  if (!around.isDirectory()) throw new PathError(`${path} cannot be written: ${folder} is not a folder. ${ELSEWHERE}`);
  const there = stats(path);
  if (there?.isDirectory())
    throw new PathError(`${path} is a folder: a file is needed. Name a file in it, or another one.`);
  if (there !== undefined && !there.isFile())
    throw new PathError(`${path} is not a plain file, and would be replaced. ${ELSEWHERE}`);
  checkWritable(folder);
}
