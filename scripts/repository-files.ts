import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';

/** A text file, with its path from the root of the project. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the text files of a project, in the order of their paths: all that .gitignore does not name, committed or not.
 * Works in a copy without history, too. Only the simple forms of .gitignore are known: a name, and a pattern of names.
 */
export function repositoryFiles(root: string): RepositoryFile[] {
  const lines = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
  const ignored = ['.git', ...lines.map((line) => line.trim().replace(/\/$/, '')).filter((line) => line !== '')];
  const isIgnored = (path: string, name: string): boolean =>
    ignored.some((pattern) => matchesGlob(pattern.includes('/') ? path : name, pattern));
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isIgnored(path, entry.name)) return [];
      return entry.isDirectory() ? below(path) : [path];
    });
  return below('')
    .filter((path) => lstatSync(join(root, path)).isFile())
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}
