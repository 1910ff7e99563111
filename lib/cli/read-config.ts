import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Appliance } from '../config/appliances.ts';
import { parseAppliances } from '../config/yaml.ts';
import { UsageError } from './usage.ts';

/**
 * The appliances of a file, with paths made whole.
 *
 * @throws {UsageError} where the file cannot be used.
 */
export function readConfig(file: string): Appliance[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
  try {
    return parseAppliances(text, file).map((appliance) => {
      const { ca } = appliance.tls;
      return ca === undefined ? appliance : { ...appliance, tls: { ...appliance.tls, ca: resolve(dirname(file), ca) } };
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
