import type { BigIntStats, Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { compareText } from '../../contract/index.ts';
import type { SourceProblem } from './source.ts';

/** A file of manifests as found. */
export interface ScannedFile {
  /** Relative to the folder, with `/`. */
  readonly file: string;
  /** Real path, links followed. */
  readonly path: string;
  /** Differs whenever the content may differ. */
  readonly signature: string;
  /** Bytes. */
  readonly size: number;
}

export interface Scan {
  /** Sorted by name: the order in which `kubectl apply -f` takes them. */
  readonly files: readonly ScannedFile[];
  /** Files and folders that could not be read, folders with `/` at the end: files below do not count as deleted. */
  readonly blind: readonly string[];
  readonly problems: readonly SourceProblem[];
}

const MANIFEST = /\.(ya?ml|json)$/i;

/**
 * Lists the manifests in a folder and below it: `*.yaml`, `*.yml`, `*.json`. It skips names that begin with a dot. It
 * follows links to files within the folder (mounted ConfigMaps have them), and no links to folders, which could form
 * circles.
 *
 * @throws {Error} where the folder itself cannot be read.
 */
export async function scanFolder(root: string): Promise<Scan> {
  const real = await realpath(root);
  const files: ScannedFile[] = [];
  const blind: string[] = [];
  const problems: SourceProblem[] = [];

  const hidden = (name: string, file: string, error: unknown): void => {
    if (isGone(error)) return;
    blind.push(name);
    problems.push({ file, line: 1, message: `cannot be read: ${(error as Error).message}` });
  };

  const visit = async (entry: Dirent): Promise<void> => {
    const path = join(entry.parentPath, entry.name);
    const file = relative(real, path).split(sep).join('/');
    if (entry.isDirectory()) {
      let below: Dirent[];
      try {
        below = await readdir(path, { withFileTypes: true });
      } catch (error) {
        hidden(`${file}/`, file, error);
        return;
      }
      await visitAll(below);
      return;
    }
    if (!MANIFEST.test(entry.name) || !(entry.isFile() || entry.isSymbolicLink())) return;
    try {
      const target = await realpath(path);
      if (!target.startsWith(real.endsWith(sep) ? real : real + sep)) {
        problems.push({ file, line: 1, message: 'is a link out of the folder, which is not followed' });
        return;
      }
      const stats = await stat(target, { bigint: true });
      if (stats.isFile()) files.push({ file, path: target, signature: signature(stats), size: Number(stats.size) });
    } catch (error) {
      hidden(file, file, error);
    }
  };

  const visitAll = async (entries: readonly Dirent[]): Promise<void> => {
    for (const entry of entries) if (!entry.name.startsWith('.')) await visit(entry);
  };

  await visitAll(await readdir(real, { withFileTypes: true }));
  files.sort((a, b) => compareText(a.file, b.file));
  return { files, blind, problems };
}

/** Returns whether the file was renamed or deleted during the scan: the next scan finds out. */
function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function signature(stats: BigIntStats): string {
  return `${stats.dev}.${stats.ino}.${stats.size}.${stats.mtimeNs}.${stats.ctimeNs}`;
}
