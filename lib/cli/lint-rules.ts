import type { ApplianceConfig } from '../config/appliances.ts';
import { ingressRules } from '../config/rules.ts';
import type { InterpretRules } from '../ingress/index.ts';
import { applianceOf, readConfig } from './read-config.ts';
import { UsageError } from './usage.ts';

/** Options that decide which rules apply. */
export interface RuleOptions {
  /** Path of `appliances.yml`. */
  readonly config?: string;
  /** Appliance in that file; needed if it has several. */
  readonly appliance?: string;
  /** VIP of Ingresses without `frontend-ip`. */
  readonly defaultVip?: string;
}

/**
 * Returns the rules of an appliance; without a configuration, all addresses and hosts are allowed.
 *
 * @throws {UsageError} if the configuration cannot be read, or does not determine one appliance.
 */
export function readRules({ config, appliance, defaultVip }: RuleOptions): InterpretRules {
  const vip = defaultVip === undefined ? {} : { defaultVip };
  if (config === undefined && appliance !== undefined) {
    throw new UsageError('--appliance needs --config: it names an appliance of that file.');
  }
  if (config === undefined) return { ipsets: [], hostOwnership: [], ...vip };
  const appliances = readConfig(config);
  return { ...ingressRules(chosenAppliance(appliances, appliance, config), appliances), ...vip };
}

function chosenAppliance(
  appliances: readonly ApplianceConfig[],
  name: string | undefined,
  file: string,
): ApplianceConfig {
  if (name !== undefined) return applianceOf(appliances, name, file);
  const [only, ...others] = appliances;
  if (only !== undefined && others.length === 0) return only;
  const names = appliances.map((each) => each.name).join(', ');
  throw new UsageError(`${file} has several appliances: choose one with --appliance (${names}).`);
}
