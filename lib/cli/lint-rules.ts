import { ingressRules } from '../config/rules.ts';
import type { InterpretRules } from '../ingress/index.ts';
import { readConfig } from './read-config.ts';
import { UsageError } from './usage.ts';

/** What decides which rules apply. */
export interface RuleOptions {
  /** Path of `appliances.yml`. */
  readonly config?: string;
  /** The appliance in it; needed where it has several. */
  readonly appliance?: string;
  /** VIP of Ingresses without `frontend-ip`. */
  readonly defaultVip?: string;
}

/**
 * The rules of an appliance; without a configuration, all addresses and hosts are allowed.
 *
 * @throws {UsageError} if the configuration cannot be read or the appliance is not told.
 */
export function readRules({ config, appliance, defaultVip }: RuleOptions): InterpretRules {
  const vip = defaultVip === undefined ? {} : { defaultVip };
  if (config === undefined && appliance !== undefined) {
    throw new UsageError('--appliance names an appliance of --config FILE, which is not given.');
  }
  if (config === undefined) return { ipsets: [], hostOwnership: [], ...vip };
  const appliances = readConfig(config);
  const names = appliances.map(({ name }) => name).join(', ');
  const chosen = appliances.filter(({ name }) => appliance === undefined || name === appliance);
  const [found] = chosen;
  if (found === undefined) throw new UsageError(`${config} has no appliance ${appliance} (${names}).`);
  if (chosen.length > 1) {
    throw new UsageError(`${config} has several appliances: choose one with --appliance (${names}).`);
  }
  return { ...ingressRules(found, appliances), ...vip };
}
