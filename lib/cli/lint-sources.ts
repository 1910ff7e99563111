import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { scanFolder } from '../forwarder/source/scan.ts';
import { type LintSources, mergeSources, problemFinding, readSource } from '../library/lint-source.ts';
import type { Progress } from './progress.ts';
import { UsageError } from './usage.ts';

/** Reads one file, and shows progress if that takes long. */
function readWithProgress(text: string, file: string, progress: Progress): LintSources {
  progress.next(`reading ${file}`, text.length);
  return readSource(text, file);
}

async function readFolder(folder: string, progress: Progress): Promise<LintSources> {
  const scan = await scanFolder(folder);
  // A mistyped folder must not pass as one without problems.
  if (scan.files.length === 0 && scan.problems.length === 0) {
    throw new UsageError(
      `${folder} contains no manifests: no *.yaml, *.yml or *.json files, also in its subfolders (names that begin with a dot are skipped).`,
    );
  }
  const read: LintSources[] = [];
  for (const { path, file } of scan.files) {
    read.push(readWithProgress(await readFile(path, 'utf8'), join(folder, file), progress));
  }
  const unread = scan.problems.map((problem) => problemFinding({ ...problem, file: join(folder, problem.file) }));
  return mergeSources([...read, { objects: [], gatewayObjects: [], problems: unread, ignores: new Map() }]);
}

async function readStream(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads several targets together, so that objects of one can refer to those of others.
 *
 * @throws {UsageError} if one of them has nothing to read.
 */
export async function readTargets(
  targets: readonly string[],
  stdin: Readable,
  progress: Progress,
): Promise<LintSources> {
  const sources: LintSources[] = [];
  // One after the other: a shell's glob may name more files than can be open at once.
  for (const target of new Set(targets)) sources.push(await readTarget(target, stdin, progress));
  return mergeSources(sources);
}

/**
 * Reads a file, a folder with all manifests below it, or `-` for standard input.
 *
 * @throws {UsageError} if there is nothing to read.
 */
async function readTarget(target: string, stdin: Readable, progress: Progress): Promise<LintSources> {
  if (target === '-') return readWithProgress(await readStream(stdin), 'stdin', progress);
  try {
    const found = await stat(target);
    if (found.isDirectory()) return await readFolder(target, progress);
    return readWithProgress(await readFile(target, 'utf8'), target, progress);
  } catch (error) {
    throw error instanceof UsageError ? error : UsageError.of(error);
  }
}
