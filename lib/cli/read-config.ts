import { dirname, resolve } from 'node:path';
import type { ApplianceConfig } from '../config/appliances.ts';
import { parseAppliances } from '../config/yaml.ts';
import { firstOf } from '../contract/index.ts';
import { nearest } from '../ingress/nearest.ts';
import { readText } from './read-text.ts';
import { UsageError } from './usage.ts';

/** Characters of a file that is read at most: a thousand appliances have less. */
const LONGEST = 1_000_000;
/** Problems of a file that are told at most, and characters of each. */
const MOST = 10;
const LONGEST_LINE = 240;

/**
 * The appliances of a file, with paths made whole.
 *
 * @throws {UsageError} where the file cannot be used.
 */
export function readConfig(file: string): ApplianceConfig[] {
  const text = readText(file);
  if (text.length > LONGEST) throw new UsageError(`${file} is too large for appliances.yml: is it another file?`);
  // A file that is not text would come back in the errors of the parser, all of it.
  if (/[\0\uFFFD]/.test(text)) {
    throw new UsageError(`${file} is not text in UTF-8: appliances.yml is needed (docs/configuration.md).`);
  }
  try {
    return parseAppliances(text, file).map((appliance) => {
      const { ca } = appliance.tls;
      return ca === undefined ? appliance : { ...appliance, tls: { ...appliance.tls, ca: resolve(dirname(file), ca) } };
    });
  } catch (error) {
    throw new UsageError(bounded((error as Error).message), { cause: error });
  }
}

function bounded(message: string): string {
  const lines = message.split('\n');
  const told = lines
    .slice(0, MOST)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
  return [...told, ...(lines.length > MOST ? [`and ${lines.length - MOST} more`] : [])].join('\n');
}

/**
 * Finds an appliance by its name.
 *
 * @throws {UsageError} which names those that there are.
 */
export function applianceOf(appliances: readonly ApplianceConfig[], name: string, file: string): ApplianceConfig {
  const found = appliances.find((appliance) => appliance.name === name);
  if (found !== undefined) return found;
  const known = appliances.map((appliance) => appliance.name);
  const meant = nearest(name, known);
  const hint = meant === undefined ? `there are ${firstOf(known, 10)}.` : `did you mean ${meant}?`;
  throw new UsageError(`${file} has no appliance "${name}": ${hint}`);
}
