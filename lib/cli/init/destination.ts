import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ApplianceConfig } from '../../config/appliances.ts';
import { readConfig } from '../read-config.ts';
import { readText } from '../read-text.ts';
import { FileExists, replaceFile } from '../replace-file.ts';
import { UsageError } from '../usage.ts';
import { extendedConfiguration, newConfiguration } from './configuration-text.ts';
import type { ApplianceEntry } from './entry.ts';
import type { InitOptions } from './flags.ts';
import { Cancelled, type Prompter } from './prompter.ts';

/** What the file is before the command writes it, and what is done with it. */
export type Destination =
  | { readonly action: 'create' | 'replace'; readonly others: readonly [] }
  | { readonly action: 'add'; readonly text: string; readonly others: readonly ApplianceConfig[] };

const NEW = { others: [] } as const;

/**
 * Decides what is done with an existing file: what the flags say, or else what the person says. It is never replaced
 * unasked.
 *
 * @param prompter undefined if nobody can be asked.
 * @throws {UsageError} {Cancelled}
 */
export async function chooseDestination(
  file: string,
  { add = false, force = false }: Pick<InitOptions, 'add' | 'force'>,
  prompter: Prompter | undefined,
): Promise<Destination> {
  if (add && force) throw new UsageError('Name either --add or --force, not both.');
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) {
    // Not after all questions are answered.
    const folder = dirname(file);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new UsageError(`${file} cannot be made: ${folder} is not a folder.`);
    }
    return { action: 'create', ...NEW };
  }
  if (force) return { action: 'replace', ...NEW };
  if (add) return addition(file);
  if (prompter === undefined) {
    throw new UsageError(`${file} exists: add --add to add an appliance to it, or --force to replace it.`);
  }
  const action = await prompter.choose({
    message: `${file} exists. What shall happen with it?`,
    options: [
      { value: 'add', label: 'add an appliance to it', hint: 'the rest stays as it is' },
      { value: 'replace', label: 'replace it', hint: 'everything in it is lost' },
      { value: 'cancel', label: 'nothing' },
    ],
    initial: 'add',
  });
  if (action === 'cancel') throw new Cancelled();
  return action === 'add' ? addition(file) : { action: 'replace', ...NEW };
}

/** @throws {UsageError} if the file cannot be read, or the loader refuses it. */
function addition(file: string): Destination {
  return { action: 'add', text: readText(file), others: readConfig(file) };
}

/** Returns the new content of the file. */
export function contentWith(entry: ApplianceEntry, destination: Destination): string {
  return destination.action === 'add' ? extendedConfiguration(destination.text, entry) : newConfiguration(entry);
}

/**
 * Writes the file in one step.
 *
 * @throws {UsageError} if it cannot be written, or is another one than before.
 */
export function writeDestination(file: string, content: string, destination: Destination): void {
  if (destination.action === 'add' && readText(file) !== destination.text) {
    throw new UsageError(`${file} was changed meanwhile: nothing was written. Run the command again.`);
  }
  try {
    replaceFile(file, content, { replace: destination.action !== 'create' });
  } catch (error) {
    if (error instanceof FileExists) {
      throw new UsageError(`${file} was made meanwhile: nothing was written. Run the command again.`, { cause: error });
    }
    throw UsageError.of(Object.assign(error as Error, { path: file }));
  }
}
