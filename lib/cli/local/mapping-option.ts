import { InvalidArgumentError } from 'commander';
import { MappingInvalid, parseMapping } from './addresses.ts';
import type { LocalEndpoint } from './backends.ts';

/** Collects the repeatable option `--map ADDRESS:PORT=HOST:PORT`. */
export function addMapping(
  text: string,
  before: ReadonlyMap<string, LocalEndpoint>,
): ReadonlyMap<string, LocalEndpoint> {
  try {
    return new Map([...before, parseMapping(text)]);
  } catch (error) {
    if (error instanceof MappingInvalid) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
