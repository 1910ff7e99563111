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

/**
 * Reads the saved configuration and puts its files into `files`.
 *
 * @returns undefined when nothing was saved
 */
export function readSaved(path: string, files: Files, now: number): string | undefined {
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  const configuration: string[] = [];
  for (const line of lines) {
    const file = FILE_LINE.exec(line);
    if (file === null) configuration.push(line);
    else files.put(decodeURIComponent(file[1]!), decodeURIComponent(file[2]!), Buffer.from(file[3]!, 'base64'), now);
  }
  return configuration.join('\n');
}
