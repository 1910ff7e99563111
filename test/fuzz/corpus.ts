import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('corpus', import.meta.url));
/** Where a campaign writes an input that broke a parser; committed, with a better name, once the parser is mended. */
const FOUND = fileURLToPath(new URL('found', import.meta.url));

/** A kept input. */
export interface KeptInput {
  readonly file: string;
  readonly input: Buffer;
}

/** Returns the kept inputs of a target, by name. */
export function corpusOf(target: string): KeptInput[] {
  const folder = join(ROOT, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, input: readFileSync(join(folder, file)) }));
}

/** Returns the names of the folders of the corpus. */
export const corpusFolders = (): string[] => readdirSync(ROOT).sort();

/** Writes an input that broke a parser. @returns the path of the file. */
export function writeFound(target: string, name: string, input: Buffer): string {
  const folder = join(FOUND, target);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, input);
  return file;
}
