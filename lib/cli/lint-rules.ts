import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type Appliance, Appliances } from '../config/appliances.ts';
import { checkAppliances } from '../config/load.ts';
import { ingressRules } from '../config/rules.ts';
import { explain } from '../contract/index.ts';
import type { Rules } from '../ingress/index.ts';
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

async function readAppliances(path: string): Promise<readonly Appliance[]> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const parsed = Appliances.safeParse(value);
  const problem = parsed.success ? checkAppliances(parsed.data.appliances) : explain(parsed.error);
  if (!parsed.success || problem !== undefined) throw new UsageError(`${path} is no configuration: ${problem}.`);
  return parsed.data.appliances;
}

/**
 * The rules of an appliance; without a configuration, all addresses and hosts are allowed.
 *
 * @throws {UsageError} if the configuration cannot be read or the appliance is not told.
 */
export async function readRules({ config, appliance, defaultVip }: RuleOptions): Promise<Rules> {
  const vip = defaultVip === undefined ? {} : { defaultVip };
  if (config === undefined) return { ipsets: [], hostOwnership: [], ...vip };
  const appliances = await readAppliances(config);
  const names = appliances.map(({ name }) => name).join(', ');
  const chosen = appliances.filter(({ name }) => appliance === undefined || name === appliance);
  const [found] = chosen;
  if (found === undefined) throw new UsageError(`${config} has no appliance ${appliance} (${names}).`);
  if (chosen.length > 1) {
    throw new UsageError(`${config} has several appliances: choose one with --appliance (${names}).`);
  }
  return { ...ingressRules(found, appliances), ...vip };
}
