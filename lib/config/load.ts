import { readFileSync } from 'node:fs';
import { explain } from '../contract/index.ts';
import { type ApplianceConfig, AppliancesConfig } from './appliances.ts';
import { problemsOf } from './checks.ts';
import { ConfigurationInvalid } from './invalid.ts';

export { ConfigurationInvalid } from './invalid.ts';

/** Returns the first problem beyond the schema, as a sentence with its position. */
function checkAppliances(appliances: readonly ApplianceConfig[]): string | undefined {
  const [problem] = problemsOf(appliances);
  return problem === undefined ? undefined : `${problem.path.map(String).join('.')}: ${problem.message}`;
}

/**
 * Reads the appliances from the JSON file that packaging makes of `appliances.yml`.
 *
 * @throws {ConfigurationInvalid}
 */
export function loadAppliances(file: string): ApplianceConfig[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigurationInvalid(`${file}: ${(error as Error).message}`);
  }
  const parsed = AppliancesConfig.safeParse(json);
  if (!parsed.success) throw new ConfigurationInvalid(`${file}: ${explain(parsed.error)}`);
  const problem = checkAppliances(parsed.data.appliances);
  if (problem !== undefined) throw new ConfigurationInvalid(`${file}: ${problem}`);
  return parsed.data.appliances;
}
