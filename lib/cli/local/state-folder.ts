import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { checkWritable, makeFolder, PathError } from '../../local-aws/index.ts';
import { replaceFile } from '../replace-file.ts';

/**
 * Makes the folder that keeps state between runs.
 *
 * @throws {PathError} if it lies among the manifests: its files would be read as such, and each write as a change.
 */
export function prepareStateFolder(stateDir: string, manifests: string): void {
  const steps = relative(resolve(manifests), resolve(stateDir)).split(sep);
  if (steps[0] !== '..' && !steps.some((name) => name.startsWith('.'))) {
    throw new PathError(
      `${stateDir} cannot keep the state: its files would be read as manifests of ${manifests}. Choose a folder beside it, or one whose name begins with a dot.`,
    );
  }
  makeFolder(stateDir);
  checkWritable(stateDir);
}

/** Keeps the configuration of the appliance in a file. */
export class ConfigFile {
  readonly path: string;

  constructor(stateDir: string) {
    this.path = join(stateDir, 'appliance.conf');
  }

  /** @returns undefined if nothing was saved yet. @throws {PathError} */
  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw new PathError(`${this.path} cannot be read: ${message}.`, { cause: error });
    }
  }

  write(config: string): void {
    replaceFile(this.path, config);
  }
}
