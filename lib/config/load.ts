import { readFileSync } from 'node:fs';
import { explain } from '../contract/index.ts';
import { type Appliance, Appliances } from './appliances.ts';

/** The configuration cannot be used: names the file, the place in it, and the reason. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
}

/** Checks what no schema of one appliance can say. */
export function checkAppliances(appliances: readonly Appliance[]): string | undefined {
  const names = appliances.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `two appliances are called "${twice}"`;
}

/**
 * Reads the appliances from a JSON file: what packaging made of `appliances.yml`.
 *
 * @throws {ConfigurationInvalid}
 */
export function loadAppliances(file: string): Appliance[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigurationInvalid(`${file}: ${(error as Error).message}`);
  }
  const parsed = Appliances.safeParse(json);
  if (!parsed.success) throw new ConfigurationInvalid(`${file}: ${explain(parsed.error)}`);
  const problem = checkAppliances(parsed.data.appliances);
  if (problem !== undefined) throw new ConfigurationInvalid(`${file}: ${problem}`);
  return parsed.data.appliances;
}
