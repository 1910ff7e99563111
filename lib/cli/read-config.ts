import { dirname, resolve } from 'node:path';
import type { ApplianceConfig } from '../config/appliances.ts';
import { parseAppliances } from '../config/yaml.ts';
import { nameHint } from './name-hint.ts';
import { readText } from './read-text.ts';
import { UsageError } from './usage.ts';

/** Longest file that is parsed, in characters: a thousand appliances have less. */
const LONGEST = 1_000_000;
/** Problems of a file that are shown at most, and characters of each. */
const MOST = 10;
const LONGEST_LINE = 240;

/**
 * Reads the appliances of a file, with paths relative to it resolved.
 *
 * @throws {UsageError} if the file cannot be used.
 */
export function readConfig(file: string): ApplianceConfig[] {
  const text = readText(file);
  if (text.length > LONGEST) throw new UsageError(`${file} is too large for an appliances.yml: check the path.`);
  // The parser's errors would repeat the whole of a file that is not text.
  if (/[\0\uFFFD]/.test(text)) {
    throw new UsageError(`${file} is not UTF-8 text: expected an appliances.yml (docs/configuration.md).`);
  }
  try {
    return parseAppliances(text, file).map((appliance) => {
      const { ca } = appliance.tls;
      return ca === undefined ? appliance : { ...appliance, tls: { ...appliance.tls, ca: resolve(dirname(file), ca) } };
    });
  } catch (error) {
    throw new UsageError(shortened((error as Error).message), { cause: error });
  }
}

function shortened(message: string): string {
  const lines = message.split('\n');
  const shown = lines
    .slice(0, MOST)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
  return [...shown, ...(lines.length > MOST ? [`and ${lines.length - MOST} more`] : [])].join('\n');
}

/**
 * Finds an appliance by its name.
 *
 * @throws {UsageError} with the names that exist.
 */
export function applianceOf(appliances: readonly ApplianceConfig[], name: string, file: string): ApplianceConfig {
  const found = appliances.find((appliance) => appliance.name === name);
  if (found !== undefined) return found;
  const known = appliances.map((appliance) => appliance.name);
  throw new UsageError(`${file} has no appliance "${name}": ${nameHint(name, known)}`);
}
