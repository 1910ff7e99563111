import type { ApplianceConfig } from '../config/appliances.ts';
import { ingressRules } from '../config/rules.ts';
import { parseAppliances } from '../config/yaml.ts';
import { CLUSTER_NAME, firstOf } from '../contract/index.ts';
import type { InterpretRules } from '../ingress/index.ts';
import { readDefaultVip } from './default-vip.ts';
import { isFindingCode, unknownFinding } from './finding-code.ts';
import { OptionsError } from './options-error.ts';
import type { ManifestFiles, RulesOptions } from './types.ts';

/** Returns an error of an option, which the message names. */
const about = (option: string, error: unknown): OptionsError =>
  new OptionsError(`${option}: ${(error as Error).message}`, { cause: error });

/**
 * Checks codes of findings to ignore.
 *
 * @throws {OptionsError} for an unknown code, which would silently ignore nothing.
 */
export function ignoredCodes(codes: readonly string[]): ReadonlySet<string> {
  for (const code of codes) {
    if (!isFindingCode(code)) throw new OptionsError(unknownFinding(code));
  }
  return new Set(codes);
}

/**
 * Returns the rules of an appliance; without a configuration, all addresses and hosts are allowed.
 *
 * @throws {OptionsError} if the configuration is invalid, or does not determine one appliance.
 */
export function rulesOf({ config, appliance, defaultVip }: RulesOptions): InterpretRules {
  const vip = defaultVip === undefined ? {} : { defaultVip: vipOf(defaultVip) };
  if (config === undefined) {
    if (appliance === undefined) return { ipsets: [], hostOwnership: [], ...vip };
    throw new OptionsError('appliance: it names an appliance of config, which is missing.');
  }
  const appliances = appliancesOf(config);
  return { ...ingressRules(chosen(appliances, appliance), appliances), ...vip };
}

function vipOf(text: string): string {
  try {
    return readDefaultVip(text);
  } catch (error) {
    throw about('defaultVip', error);
  }
}

function appliancesOf(config: string): ApplianceConfig[] {
  try {
    return parseAppliances(config, 'appliances.yml');
  } catch (error) {
    throw about('config', error);
  }
}

function chosen(appliances: readonly ApplianceConfig[], name: string | undefined): ApplianceConfig {
  const found = name === undefined ? appliances : appliances.filter((each) => each.name === name);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const names = firstOf(
    appliances.map((each) => each.name),
    10,
  );
  const why = name === undefined ? 'config has several' : `config has no "${name}"`;
  throw new OptionsError(`appliance: ${why}, expected one of ${names}.`);
}

/** @throws {OptionsError} for a name that no event could carry. */
export function clusterOf(name = 'local'): string {
  if (CLUSTER_NAME.test(name)) return name;
  throw new OptionsError(`cluster: "${name}" is not valid: expected lower-case letters, digits and -.`);
}

/** @throws {OptionsError} for a file whose text is not a string, such as a Buffer. */
export function textsOf(files: ManifestFiles): [name: string, text: string][] {
  const texts = files instanceof Map ? [...files] : Object.entries(files);
  for (const [name, text] of texts) {
    if (typeof text !== 'string') throw new OptionsError(`files: the text of ${JSON.stringify(name)} is not a string.`);
  }
  return texts;
}
