import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Files } from './store/files.ts';

const FILE_LINE = /^#file (\S+) (\S+) (\S*)$/;

/**
 * Writes the saved configuration and then the files, in one step. The file is private (0600), because it holds keys.
 */
export function writeSaved(path: string, text: string, files: Files): void {
  const lines = [...files.all()].map(
    (file) =>
      `#file ${encodeURIComponent(file.location)} ${encodeURIComponent(file.name)} ${file.content.toString('base64')}\n`,
  );
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text + lines.join(''), { mode: 0o600 });
  renameSync(temporary, path);
}

/** Returns a text without its percent-encoding; undefined where that is damaged. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Takes the files out of a saved text, and puts them into `files`. A line of a file that is damaged stays in the rest,
 * where it counts as a comment.
 *
 * @param now milliseconds since the epoch, for the files.
 * @returns the configuration.
 */
export function parseSaved(text: string, files: Files, now: number): string {
  const configuration: string[] = [];
  for (const line of text.split('\n')) {
    const [, location, name, content = ''] = FILE_LINE.exec(line) ?? [];
    const folder = location === undefined ? undefined : decoded(location);
    const file = name === undefined ? undefined : decoded(name);
    if (folder === undefined || file === undefined) configuration.push(line);
    else files.put(folder, file, Buffer.from(content, 'base64'), now);
  }
  return configuration.join('\n');
}

/**
 * Reads the saved configuration and puts its files into `files`.
 *
 * @returns undefined when nothing was saved
 */
export function readSaved(path: string, files: Files, now: number): string | undefined {
  return existsSync(path) ? parseSaved(readFileSync(path, 'utf8'), files, now) : undefined;
}
